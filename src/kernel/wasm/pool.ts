/**
 * Threads for kernels: one pool per process, started at the first use. A thread sleeps on a shared word, so that a call
 * costs microseconds and stays synchronous; it is no reason for the process to live, and ends with it.
 *
 * A job is a function of a module over a shared memory, in parts. Whoever is free takes the next part, the caller too:
 * on a busy machine, where a thread may not wake for milliseconds, a job takes no longer than without it. Threads keep
 * instances over each memory until {@link forget}.
 */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads"
import type { WasmMemoryObject } from "../../numeric/webassembly.ts"

/** Words of the control block; its job may be read where JOB is even and the same before and after (a seqlock). */
const [JOB, NEXT, DONE, MEMORY, FUNCTION, PARTS, ROWS, SIZE, FROM, OWN, STRIDE, COUNT, OPERANDS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
]
const MOST_OPERANDS = 16
/** NEXT holds a part and, above these bits, its job: who comes late takes no part of another job. */
const PART_BITS = 10
const MOST_PARTS = 2 ** PART_BITS - 1
/** Parts per thread. */
const PORTIONS = 8

/**
 * Memories dropped per collection of a thread's garbage: it makes none itself, so that nothing else would tell its engine
 * that what is left of a memory is large.
 */
const COLLECT_EVERY = 16

/** Takes and runs parts of the job in `control` until none is left; the caller's and the threads' loop alike. */
const WORK = `(control, job, run, thread) => {
  const c = control.slice()
  const operands = Array.from(c.subarray(${OPERANDS}, ${OPERANDS} + c[${COUNT}]))
  if (c[${OWN}] >= 0) operands[c[${OWN}]] += thread * c[${STRIDE}]
  if (Atomics.load(control, ${JOB}) !== job) return
  for (;;) {
    const next = Atomics.load(control, ${NEXT})
    const part = next & ${MOST_PARTS}
    if ((next >>> ${PART_BITS}) !== ((job << ${PART_BITS}) >>> ${PART_BITS}) || part >= c[${PARTS}]) return
    if (Atomics.compareExchange(control, ${NEXT}, next, next + 1) !== next) continue
    operands[c[${FROM}]] = part * c[${SIZE}]
    operands[c[${FROM}] + 1] = Math.min(c[${ROWS}], (part + 1) * c[${SIZE}])
    run(...operands)
    Atomics.add(control, ${DONE}, 1)
    Atomics.notify(control, ${DONE})
  }
}`

/**
 * A function of a library that is no WebAssembly, over the same memory: the body of a function that returns it, and what that is told. It may call the module's own functions
 * (`exports`) and `require`.
 */
export interface Native {
  readonly source: string
  readonly data: unknown
}

/** Makes a native function; the caller's way and the threads' alike. */
const MAKE = `({ source, data }, exports, memory, require) =>
  new Function("exports", "memory", "require", "data", source)(exports, memory, require, data)`

/**
 * Looks of a thread for the next job before it sleeps, some tens of microseconds: a search comes in rounds, and waking up
 * takes as long.
 */
const AWAKE = 20_000

/**
 * What a thread runs: plain JavaScript in a string, so that it is found from sources, from a build and under any test
 * runner alike. New memories wait at the port, which is read by hand, for the thread never returns to its event loop.
 */
const THREAD = `
const { receiveMessageOnPort, workerData: { control, port, thread } } = require("node:worker_threads")
require("node:v8").setFlagsFromString("--expose-gc")
const collect = require("node:vm").runInNewContext("gc")
const work = ${WORK}
const make = ${MAKE}
const known = new Map()
let gone = 0
const news = () => {
  for (let m; (m = receiveMessageOnPort(port)) !== undefined; ) {
    const { memory, object, module, names, native } = m.message
    if (object !== undefined) known.set(memory, { object, functions: [] })
    else if (module !== undefined) {
      const { object, functions } = known.get(memory)
      const { exports } = new WebAssembly.Instance(module, { env: { memory: object } })
      functions.push(...(native === undefined ? names.map((name) => exports[name]) : [make(native, exports, object, require)]))
    } else {
      known.delete(memory)
      if (++gone % ${COLLECT_EVERY} === 0) collect()
    }
  }
}
for (let seen = 0; ; ) {
  for (let look = 0; look < ${AWAKE} && Atomics.load(control, ${JOB}) === seen; look++);
  Atomics.wait(control, ${JOB}, seen)
  seen = Atomics.load(control, ${JOB})
  if (seen % 2 !== 0) continue
  news()
  const run = known.get(control[${MEMORY}])?.functions[control[${FUNCTION}]]
  if (run !== undefined) work(control, seen, run, thread)
}
`

/** Looks at a job before sleeping on it: waking up takes longer than most parts that are nearly done. */
const LOOKS = 2000

export type Run = (...operands: ReadonlyArray<number>) => number

// The caller's loop is the threads' own, from the same text.
// oxlint-disable-next-line typescript/no-implied-eval -- a constant of this file
const work = new Function(`return ${WORK}`)() as (control: Int32Array, job: number, run: Run, thread: number) => void

/** The caller's native function. */
// oxlint-disable-next-line typescript/no-implied-eval -- a constant of this file
export const makeNative = new Function(`return ${MAKE}`)() as (
  native: Native,
  exports: Readonly<Record<string, unknown>>,
  memory: WasmMemoryObject,
  require: NodeJS.Require
) => Run

let control: Int32Array<SharedArrayBuffer> | undefined
const ports: Array<MessagePort> = []
let memories = 0

const startThread = (shared: Int32Array<SharedArrayBuffer>): void => {
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { control: shared, port: port2, thread: ports.length + 1 },
    transferList: [port2],
    // Neither this process's loaders nor its flags concern the thread.
    execArgv: [],
    stdin: false
  })
  worker.unref()
  port1.unref()
  ports.push(port1)
}

const tell = (helpers: number, message: unknown): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- ports, not windows
  for (const port of ports.slice(0, helpers)) port.postMessage(message)
}

/** A memory that threads know. */
export interface Enrolled {
  readonly id: number
  /** Number of threads beside the caller's. */
  readonly helpers: number
  /** Functions that the threads have over it, in the order they were taught. */
  readonly functions: Array<Run>
}

/** Makes `memory` known to `helpers` threads, started where there are too few. */
export const enrol = (memory: WasmMemoryObject, helpers: number): Enrolled => {
  control ??= new Int32Array(new SharedArrayBuffer(4 * (OPERANDS + MOST_OPERANDS)))
  while (ports.length < helpers) startThread(control)
  const id = ++memories
  tell(helpers, { memory: id, object: memory })
  return { id, helpers, functions: [] }
}

/** Gives the threads a module's functions `names`, or the native function around it; `own`: the caller's, which stand for them in {@link together}. */
export const teach = (
  { id, helpers, functions }: Enrolled,
  module: object,
  names: ReadonlyArray<string>,
  own: ReadonlyArray<Run>,
  native?: Native
): void => {
  tell(helpers, { memory: id, module, names, native })
  functions.push(...own)
}

/** A kernel over rows [0, rows) in parts. */
export interface Job {
  readonly rows: number
  /** Parts begin at multiples of this. */
  readonly whole: number
  /** Its operands; the two from `from` on are a part's first row and the end. */
  readonly operands: ReadonlyArray<number>
  readonly from: number
  /** An operand that every thread adds its number (the caller's is 0) times `stride` to, if any. */
  readonly own?: { readonly operand: number; readonly stride: number }
}

/** Hands a job out; its number. */
const publish = (
  shared: Int32Array,
  memory: number,
  kernel: number,
  { rows, whole, operands, from, own }: Job
): number => {
  const portions = Math.min(MOST_PARTS, PORTIONS * (ports.length + 1))
  const size = Math.max(whole, Math.ceil(rows / portions / whole) * whole)
  const number = (Atomics.add(shared, JOB, 1) + 2) | 0
  const parts = Math.ceil(rows / size)
  const words = [memory, kernel, parts, rows, size, from, own?.operand ?? -1, own?.stride ?? 0, operands.length]
  shared.set([...words, ...operands], MEMORY)
  Atomics.store(shared, DONE, 0)
  Atomics.store(shared, NEXT, number << PART_BITS)
  Atomics.store(shared, JOB, number)
  return number
}

/** Lets threads drop their instance: the memory is then the caller's alone. */
export const forget = ({ id, helpers }: Enrolled): void => {
  if (control === undefined) return
  tell(helpers, { memory: id })
  publish(control, 0, 0, { rows: 0, whole: 1, operands: [], from: 0 })
  Atomics.notify(control, JOB)
}

/** Runs a job on all threads, the caller's by `run`; returns when it is done. */
export const together = ({ id, helpers, functions }: Enrolled, job: Job, run: Run): void => {
  const shared = control!
  const number = publish(shared, id, functions.indexOf(run), job)
  Atomics.notify(shared, JOB, helpers)
  work(shared, number, run, 0)
  const parts = shared[PARTS]
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(shared, DONE) === parts) return
  for (let done; (done = Atomics.load(shared, DONE)) !== parts;) Atomics.wait(shared, DONE, done)
}
