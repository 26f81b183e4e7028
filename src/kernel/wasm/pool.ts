/**
 * Threads for kernels: one pool per process, started at the first use. A thread sleeps on a shared word, so that a call
 * costs microseconds and stays synchronous; it is no reason for the process to live, and ends with it.
 *
 * A job is a function of a module over a shared memory. Threads keep an instance per memory until {@link forget}.
 */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads"
import type { WasmMemoryObject } from "../../numeric/webassembly.ts"

/** Words of a thread's control block: jobs asked for, jobs done, memory, function, arguments. */
const [ASKED, DONE, MEMORY, FUNCTION, ARGUMENTS] = [0, 1, 2, 3, 4]
const MOST_ARGUMENTS = 12

/**
 * Memories dropped per collection of a thread's garbage: it makes none itself, so that nothing else would tell its engine
 * that what is left of a memory is large.
 */
const COLLECT_EVERY = 16

/**
 * What a thread runs: plain JavaScript in a string, so that it is found from sources, from a build and under any test
 * runner alike. New memories wait at the port, which is read by hand, for the thread never returns to its event loop.
 */
const THREAD = `
const { receiveMessageOnPort, workerData: { control, port } } = require("node:worker_threads")
require("node:v8").setFlagsFromString("--expose-gc")
const collect = require("node:vm").runInNewContext("gc")
const instances = new Map()
let gone = 0
const news = () => {
  for (let m; (m = receiveMessageOnPort(port)) !== undefined; ) {
    const { memory, module, object, names } = m.message
    if (module === undefined) {
      instances.delete(memory)
      if (++gone % ${COLLECT_EVERY} === 0) collect()
    } else {
      const { exports } = new WebAssembly.Instance(module, { env: { memory: object } })
      instances.set(memory, names.map((name) => exports[name]))
    }
  }
}
for (let done = 0; ; ) {
  Atomics.wait(control, ${ASKED}, done)
  if (Atomics.load(control, ${ASKED}) === done) continue
  news()
  const run = instances.get(control[${MEMORY}])
  if (run !== undefined) run[control[${FUNCTION}]](...control.subarray(${ARGUMENTS}, ${ARGUMENTS} + ${MOST_ARGUMENTS}))
  done = (done + 1) | 0
  Atomics.store(control, ${DONE}, done)
  Atomics.notify(control, ${DONE})
}
`

/** Looks at a job before sleeping on it: waking up takes longer than most jobs that are nearly done. */
const LOOKS = 2000

class Thread {
  private readonly control = new Int32Array(
    new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (ARGUMENTS + MOST_ARGUMENTS))
  )
  private readonly port: MessagePort
  private asked = 0

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    const worker = new Worker(THREAD, {
      eval: true,
      workerData: { control: this.control, port: port2 },
      transferList: [port2],
      // Neither this process's loaders nor its flags concern the thread.
      execArgv: [],
      stdin: false
    })
    worker.unref()
    this.port.unref()
  }

  tell(message: unknown): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
    this.port.postMessage(message)
  }

  start(memory: number, job: number, operands: ReadonlyArray<number>): void {
    const { control } = this
    control[MEMORY] = memory
    control[FUNCTION] = job
    for (let i = 0; i < operands.length; i++) control[ARGUMENTS + i] = operands[i]
    this.asked = (this.asked + 1) | 0
    Atomics.store(control, ASKED, this.asked)
    Atomics.notify(control, ASKED)
  }

  finish(): void {
    const { control, asked } = this
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, DONE) === asked) return
    for (let done; (done = Atomics.load(control, DONE)) !== asked;) Atomics.wait(control, DONE, done)
  }
}

const threads: Array<Thread> = []
let memories = 0

/** A memory that threads know, and the functions of the module over it. */
export interface Enrolled {
  readonly id: number
  readonly names: ReadonlyArray<string>
  /** Number of threads beside the caller's. */
  readonly helpers: number
}

/** Makes a module's instance over `memory` known to `helpers` threads, started where there are too few. */
export const enrol = (
  module: object,
  memory: WasmMemoryObject,
  names: ReadonlyArray<string>,
  helpers: number
): Enrolled => {
  while (threads.length < helpers) threads.push(new Thread())
  const id = ++memories
  for (const thread of threads.slice(0, helpers)) thread.tell({ memory: id, module, object: memory, names })
  return { id, names, helpers }
}

/** Lets threads drop their instance: the memory is then the caller's alone. */
export const forget = ({ id, helpers }: Enrolled): void => {
  for (const thread of threads.slice(0, helpers)) {
    thread.tell({ memory: id })
    // A job of no memory: the thread reads its news.
    thread.start(0, 0, [])
    thread.finish()
  }
}

/** Runs `mine` while helper h runs function `name` with operands[h]; returns when all are done. */
export const together = (
  enrolled: Enrolled,
  name: string,
  operands: ReadonlyArray<ReadonlyArray<number>>,
  mine: () => void
): void => {
  const job = enrolled.names.indexOf(name)
  const busy = operands.map((list, h) => {
    threads[h].start(enrolled.id, job, list)
    return threads[h]
  })
  try {
    mine()
  } finally {
    for (const thread of busy) thread.finish()
  }
}
