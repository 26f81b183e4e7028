/** The machine's peaks as WebAssembly reaches them on one thread: arithmetic from registers; bytes from the caches and from memory. */
import {
  add,
  engine,
  fusedMultiplyAdd,
  get,
  I32,
  int,
  lessThan,
  loopWhile,
  repeat,
  set,
  V128,
  vadd,
  vload,
  vstore,
  vxor,
  wasmModule,
  type WasmFunction
} from "../../src/numeric/webassembly.ts"
import { type Bandwidth, measureBandwidth } from "./bandwidth.ts"

export interface Peaks {
  /** Multiply–adds from registers, two operations each. */
  readonly gflops: number
  /** 32-bit integer operations. */
  readonly gops: number
  /** What so many threads read, by size of the array. */
  readonly bandwidth: (threads: number) => Bandwidth
}

const CHAINS = 10
const LANES = 4
/** Of the largest array: far larger than the caches. */
const BYTES = 2 ** 29

const [TO, AT] = [0, 1]
const SUM = Array.from({ length: CHAINS }, (_, i) => 2 + i)
const looped = (name: string, body: ReadonlyArray<number>): WasmFunction => ({
  name,
  parameters: [I32],
  locals: [
    [1, I32],
    [CHAINS, V128]
  ],
  body: [
    ...loopWhile([...body, ...set(AT, add(get(AT), int(1)))], lessThan(get(AT), get(TO))),
    // Results must be used, or the loop may go.
    ...SUM.flatMap((sum) => vstore(int(0), 0, vxor(get(sum), vload(int(0)))))
  ]
})

const best = (milliseconds: number, run: () => void): number => {
  let least = Infinity
  for (const start = performance.now(); performance.now() - start < milliseconds;) {
    const from = performance.now()
    run()
    least = Math.min(least, performance.now() - from)
  }
  return least / 1e3
}

/** @param milliseconds time for each of the two, and a tenth of it for each size of array. */
export const measurePeaks = (milliseconds: number): Peaks => {
  const madd = fusedMultiplyAdd(true)
  const functions = [
    looped(
      "floats",
      repeat(2 * CHAINS, (i) =>
        set(SUM[i % CHAINS], madd(get(SUM[i % CHAINS]), get(SUM[i % CHAINS]), get(SUM[i % CHAINS])))
      )
    ),
    looped(
      "integers",
      repeat(2 * CHAINS, (i) =>
        set(SUM[i % CHAINS], vadd(vxor(get(SUM[i % CHAINS]), get(SUM[(i + 1) % CHAINS])), get(SUM[i % CHAINS])))
      )
    )
  ]
  const relaxed = wasmModule(functions, { kind: "own", pages: 1 })
  const { exports } = new engine.Instance(new engine.Module(relaxed))
  const call = exports as Readonly<Record<string, (to: number) => void>>
  const turns = 2 ** 18
  const operations = 2 * turns * 2 * CHAINS * LANES
  for (const run of Object.values(call)) if (typeof run === "function") run(2 ** 20)
  const bandwidths = new Map<number, Bandwidth>()
  return {
    gflops: operations / best(milliseconds, () => call["floats"](turns)) / 1e9,
    gops: operations / best(milliseconds, () => call["integers"](turns)) / 1e9,
    bandwidth: (threads) => {
      const known = bandwidths.get(threads) ?? measureBandwidth(threads, BYTES, milliseconds / 10)
      bandwidths.set(threads, known)
      return known
    }
  }
}
