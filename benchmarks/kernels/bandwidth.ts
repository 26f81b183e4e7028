/** Bytes a second that WebAssembly reads from arrays of a size, by one thread or several: from each cache, and from memory. */
import { readdirSync, readFileSync } from "node:fs"
import { upTo } from "../../src/numeric/wasm-code.ts"
import { engine, wasmFunction, wasmModule } from "../../src/numeric/webassembly.ts"
import { enrol, forget, type Job, teach, together } from "../../src/kernel/wasm/pool.ts"

const PAGE = 65536
/** Bytes of a turn of the loop: a row of the job that threads share. */
const ROW = 128
const LEAST_BYTES = 2 ** 14
const CHAINS = ROW / 16

/** Parameters: rows [from, to); the address of a place to leave the sum in, of each thread's own. The first page holds the sums. */
const reads = wasmFunction("reads", (f) => {
  const [FROM, TO, PLACE] = f.parameters(3)
  const AT = f.local("i32")
  const SUM = f.locals("f32x4", CHAINS)
  return [
    upTo(FROM, TO, 1, [
      AT.set(FROM.shiftLeft(7).plus(PAGE)),
      SUM.map((sum, i) => sum.set(sum.plus(AT.load("f32x4", 16 * i))))
    ]),
    // Results must be used, or the loop may go.
    SUM.map((sum) => PLACE.store(sum.xor(PLACE.load("f32x4"))))
  ]
})

/** GB/s by bytes of the array, in powers of two. */
export type Bandwidth = ReadonlyArray<{ readonly bytes: number; readonly gigabytes: number }>

/** @param most bytes of the largest array. @param milliseconds for each size. */
export const measureBandwidth = (threads: number, most: number, milliseconds: number): Bandwidth => {
  const pages = Math.ceil(most / PAGE) + 1
  const shared = threads > 1
  const memory = new engine.Memory({ initial: pages, maximum: pages, shared })
  // Pages that nothing was written to are all the same page of zeros, which is in the cache.
  new Uint8Array(memory.buffer as ArrayBuffer).fill(1)
  const module = new engine.Module(wasmModule([reads], { kind: "imported", shared }))
  const run = new engine.Instance(module, { env: { memory } }).exports["reads"] as (
    ...operands: ReadonlyArray<number>
  ) => number
  const enrolled = shared ? enrol(memory, threads - 1) : undefined
  if (enrolled !== undefined) teach(enrolled, module, [reads.name], [run])
  const once = (bytes: number): void => {
    const rows = bytes / ROW
    const job: Job = {
      rows,
      whole: 1,
      operands: [0, rows, 0],
      from: 0,
      own: { operand: 2, stride: ROW }
    }
    if (enrolled !== undefined) together(enrolled, job, run)
    else run(...job.operands)
  }
  const found: Array<Bandwidth[number]> = []
  for (let bytes = LEAST_BYTES; bytes <= most; bytes *= 2) {
    once(bytes)
    let least = Infinity
    const times = Math.max(1, Math.floor(2 ** 22 / bytes))
    for (const start = performance.now(); least === Infinity || performance.now() - start < milliseconds;) {
      const from = performance.now()
      for (let i = 0; i < times; i++) once(bytes)
      least = Math.min(least, (performance.now() - from) / times)
    }
    found.push({ bytes, gigabytes: bytes / least / 1e6 })
  }
  if (enrolled !== undefined) forget(enrolled)
  return found
}

/** That of an array of this size: of the sizes on both sides of it, between them by the logarithm. */
export const bandwidthAt = (bandwidth: Bandwidth, bytes: number): number => {
  const above = bandwidth.findIndex((b) => b.bytes >= bytes)
  if (above === 0) return bandwidth[0].gigabytes
  if (above < 0) return bandwidth[bandwidth.length - 1].gigabytes
  const [low, high] = [bandwidth[above - 1], bandwidth[above]]
  return low.gigabytes + (high.gigabytes - low.gigabytes) * Math.log2(bytes / low.bytes)
}

export interface Cache {
  readonly level: number
  readonly bytes: number
}

/** The caches for data of the first core, from the nearest; none where the system does not say. */
export const caches = (): ReadonlyArray<Cache> => {
  const folder = "/sys/devices/system/cpu/cpu0/cache"
  const read = (index: string, file: string): string => readFileSync(`${folder}/${index}/${file}`, "utf8").trim()
  try {
    return readdirSync(folder)
      .filter((index) => index.startsWith("index") && read(index, "type") !== "Instruction")
      .map((index) => ({ level: Number(read(index, "level")), bytes: 1024 * Number.parseInt(read(index, "size"), 10) }))
      .toSorted((a, b) => a.level - b.level)
  } catch {
    return []
  }
}

/** Where a working set lies: `L2`, or `memory`. */
export const placeOf = (bytes: number, all: ReadonlyArray<Cache>): string => {
  const cache = all.find((c) => bytes <= c.bytes)
  return cache === undefined ? "memory" : `L${cache.level}`
}
