/** The machine's peaks as WebAssembly reaches them on one thread: arithmetic from registers; bytes from the caches and from memory. */
import { type Code, fusedMultiplyAdd, int, type Local, loopWhile, repeat } from "../../src/numeric/wasm-code.ts"
import { engine, wasmFunction, type WasmFunction, wasmModule } from "../../src/numeric/webassembly.ts"
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

/** Each operation on every chain twice a turn: on a chain and the next. */
const looped = (name: string, operation: (chain: Local<"i32x4">, next: Local<"i32x4">) => Code): WasmFunction =>
  wasmFunction(name, (f) => {
    const [TO] = f.parameters(1)
    const AT = f.local("i32")
    const CHAIN = f.locals("i32x4", CHAINS)
    return [
      loopWhile(
        [repeat(2 * CHAINS, (i) => operation(CHAIN[i % CHAINS], CHAIN[(i + 1) % CHAINS])), AT.increase(1)],
        AT.lessThan(TO)
      ),
      // Results must be used, or the loop may go.
      CHAIN.map((chain) => int(0).store(chain.xor(int(0).load("i32x4"))))
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
    looped("floats", (chain) => {
      const x = chain.as("f32x4")
      return chain.set(madd(x, x, x).as("i32x4"))
    }),
    looped("integers", (chain, next) => chain.set(chain.xor(next).plus(chain)))
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
