/**
 * Watches the process of a sandbox from a thread that never waits for it: what it writes, how much memory it holds, and whether it makes progress.
 *
 * Progress is a turn of its link: a call of an oracle, an answer. What it may take between two turns is counted in its own *processor* time, which a busy machine does not use up; and a process that takes next to
 * none, a hundredth of what a clock shows, does nothing at all: it waits for what does not come.
 */
import { Worker } from "node:worker_threads"

/** Bytes of its noise that are kept: what the runtime says of a heap that is full stands at the end. */
const TAIL = 8192
/** [turns of its link, bytes written, KiB of memory at which it was killed, 1 where it was killed since it only computed, 2 since it only waited] */
const COUNTERS = 4

/** Plain JavaScript, in a thread of its own. The audit's own process ends with what started it. */
const THREAD = `
const { workerData, parentPort } = require("node:worker_threads")
const { readFileSync, closeSync } = require("node:fs")
const { Socket } = require("node:net")
const { counters, tail, parent, TAIL } = workerData
let watched = { pid: 0, memory: 0, milliseconds: 0 }
let [turn, since, used] = [0, 0, 0]
/** Milliseconds of processor time, to 10; undefined where the system does not say. */
const processor = (pid) => {
  try {
    const [, rest] = readFileSync("/proc/" + pid + "/stat", "latin1").split(/\\) (?=[^)]*$)/)
    const fields = rest.split(" ")
    return 10 * (Number(fields[11]) + Number(fields[12]))
  } catch {}
}
/** Of what a clock shows: a process that takes less than this share does nothing. */
const IDLE = 0.01
parentPort.on("message", ({ pid, noise, memory, milliseconds }) => {
  watched = { pid, memory, milliseconds }
  ;[since, used] = [performance.now(), processor(pid) ?? 0]
  if (noise === undefined) return
  const socket = new Socket({ fd: noise, readable: true, writable: false })
  socket.on("error", () => {})
  socket.on("data", (data) => {
    Atomics.add(counters, 1, data.length)
    const kept = Math.min(data.length, TAIL)
    tail.copyWithin(0, kept)
    tail.set(data.subarray(data.length - kept), TAIL - kept)
  })
})
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL")
  if (watched.pid === 0) return
  const now = Atomics.load(counters, 0)
  const elapsed = performance.now() - since
  const busy = (processor(watched.pid) ?? elapsed) - used
  if (now !== turn || now % 2 === 0) [turn, since, used] = [now, performance.now(), processor(watched.pid) ?? 0]
  else if (busy > watched.milliseconds || (elapsed > watched.milliseconds && busy < IDLE * elapsed)) {
    Atomics.store(counters, 3, busy > watched.milliseconds ? 1 : 2)
    try {
      process.kill(-watched.pid, "SIGKILL")
    } catch {}
    watched = { ...watched, pid: 0 }
    return
  }
  try {
    // Pages; Linux only. Elsewhere the heap's own limit stands.
    const size = 4096 * Number(readFileSync("/proc/" + watched.pid + "/statm", "latin1").split(" ")[1])
    if (size <= watched.memory) return
    Atomics.store(counters, 2, Math.round(size / 1024))
    process.kill(-watched.pid, "SIGKILL")
  } catch {}
}, 25)
`

export class Warden {
  private readonly counters = new Int32Array(new SharedArrayBuffer(4 * COUNTERS))
  private readonly kept = new Uint8Array(new SharedArrayBuffer(TAIL))
  private readonly thread: Worker

  constructor() {
    const workerData = { counters: this.counters, tail: this.kept, parent: process.ppid, TAIL }
    this.thread = new Worker(THREAD, { eval: true, workerData })
    this.thread.unref()
  }

  /** For a link to count its turns in. */
  get turns(): Int32Array {
    return this.counters
  }

  /** @param noise file descriptor of what the process writes; the thread closes it @param memory bytes @param seconds that it may take between two turns of its link */
  // oxlint-disable unicorn/require-post-message-target-origin -- a thread, not a window
  watch(pid: number, noise: number, memory: number, seconds: number): void {
    Atomics.store(this.counters, 2, 0)
    Atomics.store(this.counters, 3, 0)
    this.kept.fill(0)
    this.thread.postMessage({ pid, noise, memory, milliseconds: 1000 * seconds })
  }

  /** The process goes on, with other limits; pid 0: it has ended. */
  limit(pid: number, memory: number, seconds: number): void {
    this.thread.postMessage({ pid, memory, milliseconds: 1000 * seconds })
  }

  /** What the process did when it was killed for want of progress; undefined where it was not. */
  get stuck(): "computed" | "waited" | undefined {
    return ([undefined, "computed", "waited"] as const)[Atomics.load(this.counters, 3)]
  }

  /** Bytes written so far, by every process watched. */
  get noise(): number {
    return Atomics.load(this.counters, 1)
  }

  /** Bytes of memory at which the process was killed; 0 where it was not. */
  get killedAt(): number {
    return 1024 * Atomics.load(this.counters, 2)
  }

  get tail(): string {
    return Buffer.from(this.kept).toString("latin1")
  }
}
