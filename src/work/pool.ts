/**
 * Threads that make units of work, and the journal that keeps what they made. Results are handed over as bytes: what a thread made, what a journal held and what another process
 * made are read by the same code.
 */
import { deserialize, serialize } from "node:v8"
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Journal } from "./journal.ts"
import type { Perform, Shared, Unit, WorkshopShape } from "./workshop.ts"

export interface WorkshopOptions {
  /** Threads; 0: units are made in this one, as they are asked for. */
  readonly threads: number
  /** The module that a thread runs: it ends in {@link serveUnits}. */
  readonly thread: URL
  /** Makes units in this thread. */
  readonly perform: Perform
  readonly journal?: Journal
}

/** What a thread is told. */
export type Told =
  | { readonly tell: "share"; readonly shared: Shared }
  | { readonly tell: "make"; readonly key: string; readonly kind: string; readonly data: unknown }

/** What a thread says. */
export type Said =
  | { readonly say: "progress"; readonly key: string; readonly said: ReadonlyArray<unknown> }
  | { readonly say: "made"; readonly key: string; readonly bytes: Uint8Array; readonly keep: boolean }
  | { readonly say: "died"; readonly key: string; readonly error: DeathNote }

/** A defect, as data. */
export interface DeathNote {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** The fields of an error that has any, its tag among them. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** An error of another thread, thrown again here: with its message, its tag and its fields. */
const revived = ({ fields, message, name, stack }: DeathNote): Error => {
  const error = Object.assign(new Error(message), fields)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}

/** What was announced together. */
type Lot = object

interface Asked {
  readonly unit: Unit
  /** The announcement it comes of; undefined: none. */
  readonly lot: Lot | undefined
  /** undefined: not yet asked for. */
  waiter: { readonly resume: (result: Effect.Effect<Uint8Array>) => void } | undefined
  progress: ((...said: ReadonlyArray<unknown>) => void) | undefined
  running: boolean
  /** What came of it, where nobody has asked yet. `kept`: it is in the journal. */
  result: Uint8Array | "kept" | DeathNote | undefined
}

interface Thread {
  readonly worker: Worker
  readonly told: Set<string>
  group: string | undefined
  current: Asked | undefined
}

/** Units that are looked at for the next one to make. */
const WINDOW = 64
/** Results that wait to be asked for, where no journal holds them. */
const UNREAD = 64

class Pool implements WorkshopShape {
  private readonly threads: Array<Thread> = []
  private readonly queue: Array<Asked> = []
  private readonly coming: Array<{ readonly lot: Lot; readonly units: Iterator<Unit> }> = []
  private readonly known = new Map<string, Asked>()
  private readonly options: WorkshopOptions
  private unread = 0
  private closed = false
  private broken: Error | undefined

  constructor(options: WorkshopOptions) {
    this.options = options
  }

  make(unit: Unit, progress?: Asked["progress"]): Effect.Effect<unknown> {
    return Effect.map(this.bytes(unit, progress), (bytes) => deserialize(bytes) as unknown)
  }

  bytes(unit: Unit, progress?: Asked["progress"]): Effect.Effect<Uint8Array> {
    return Effect.callback<Uint8Array>((resume) => {
      if (this.broken !== undefined) return resume(Effect.die(this.broken))
      let asked = this.known.get(unit.key)
      if (asked === undefined) {
        const kept = this.options.journal?.get(unit.key)
        if (kept !== undefined) return resume(Effect.succeed(kept))
        asked = { unit, lot: undefined, waiter: undefined, progress: undefined, running: false, result: undefined }
        this.known.set(unit.key, asked)
        this.queue.unshift(asked)
      }
      asked.progress = progress
      asked.waiter = { resume }
      if (asked.result !== undefined) {
        this.unread--
        this.hand(asked)
      } else if (!asked.running) {
        // First in the queue, wherever it stood.
        this.queue.splice(this.queue.indexOf(asked), 1)
        this.queue.unshift(asked)
      }
      this.pump()
      return undefined
    })
  }

  ahead(units: Iterable<Unit>): () => void {
    const lot = {}
    this.coming.push({ lot, units: units[Symbol.iterator]() })
    this.pump()
    return () => {
      this.coming.splice(0, Infinity, ...this.coming.filter((one) => one.lot !== lot))
      const off = (asked: Asked): boolean => asked.lot === lot && asked.waiter === undefined && !asked.running
      for (const asked of this.known.values()) {
        if (!off(asked)) continue
        if (asked.result !== undefined) this.unread--
        this.known.delete(asked.unit.key)
      }
      this.queue.splice(0, Infinity, ...this.queue.filter((asked) => !off(asked)))
    }
  }

  again({ key }: Unit): unknown {
    const bytes = this.options.journal?.get(key)
    return bytes === undefined ? undefined : deserialize(bytes)
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()))
  }

  /** Gives who waits what came of it, and forgets it. */
  private hand(asked: Asked): void {
    const { result, unit, waiter } = asked
    if (waiter === undefined || result === undefined) return
    this.known.delete(unit.key)
    waiter.resume(
      Effect.suspend(() => {
        if (result === "kept") return Effect.succeed(this.options.journal!.get(unit.key)!)
        if (result instanceof Uint8Array) return Effect.succeed(result)
        return Effect.die(revived(result))
      })
    )
  }

  private fill(): void {
    const { journal } = this.options
    while (this.queue.length < WINDOW && this.coming.length > 0) {
      const { lot, units } = this.coming[0]
      const { done, value: unit } = units.next()
      if (done === true) this.coming.shift()
      else if (!this.known.has(unit.key) && journal?.has(unit.key) !== true) {
        const asked: Asked = { unit, lot, waiter: undefined, progress: undefined, running: false, result: undefined }
        this.known.set(unit.key, asked)
        this.queue.push(asked)
      }
    }
  }

  /** Where the next unit of a thread stands in a queue that is not empty: one that is waited for, else one of its own group, else one of a group that no thread has. */
  private nextFor(thread: Thread): number {
    const { queue } = this
    if (queue[0].waiter !== undefined) return 0
    if (this.options.journal === undefined && this.unread >= UNREAD) return -1
    const own = queue.findIndex(({ unit }) => unit.group === thread.group)
    if (own >= 0) return own
    const free = queue.findIndex(({ unit }) => !this.threads.some(({ group }) => group === unit.group))
    return Math.max(0, free)
  }

  private pump(): void {
    if (this.closed || this.broken !== undefined) return
    for (;;) {
      this.fill()
      const idle = this.threads.find(({ current }) => current === undefined)
      if (this.queue.length === 0) return
      const thread = idle ?? (this.threads.length < this.options.threads ? this.start() : undefined)
      if (thread === undefined) return
      const at = this.nextFor(thread)
      if (at < 0) return
      this.send(thread, this.queue.splice(at, 1)[0])
    }
  }

  private send(thread: Thread, asked: Asked): void {
    const { data, group, key, kind, shared } = asked.unit
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    const tell = (message: Told): void => thread.worker.postMessage(message)
    thread.current = asked
    thread.group = group
    asked.running = true
    if (shared !== undefined && !thread.told.has(shared.id)) {
      thread.told.add(shared.id)
      tell({ tell: "share", shared })
    }
    tell({ tell: "make", key, kind, data })
  }

  private start(): Thread {
    // Of the process's own flags what keeps it quiet and what it loads first: a thread cannot start under --input-type, which `node --eval` is given.
    const execArgv = process.execArgv.filter((flag) => /^--(disable-warning|import)=/.test(flag))
    const worker = new Worker(this.options.thread, { execArgv })
    const thread: Thread = { worker, told: new Set(), group: undefined, current: undefined }
    worker.on("message", (said: Said) => this.heard(thread, said))
    // A thread that ended by itself (out of memory, say): whoever waits for its unit is told.
    worker.on("error", (error: Error) => this.left(thread, error))
    worker.on("exit", () => this.left(thread, new Error("its thread ended")))
    this.threads.push(thread)
    return thread
  }

  private left(thread: Thread, error: Error): void {
    const at = this.threads.indexOf(thread)
    if (this.closed || at < 0) return
    this.threads.splice(at, 1)
    const { current } = thread
    if (current !== undefined)
      this.settle(current, { name: error.name, message: error.message, stack: error.stack, fields: {} })
    this.pump()
  }

  private heard(thread: Thread, said: Said): void {
    const asked = thread.current
    if (this.closed || asked === undefined || asked.unit.key !== said.key) return
    if (said.say === "progress") {
      asked.progress?.(...said.said)
      return
    }
    thread.current = undefined
    if (said.say === "died") this.settle(asked, said.error)
    else this.settle(asked, said.bytes, said.keep)
    this.pump()
  }

  private settle(asked: Asked, result: Uint8Array | DeathNote, keep = true): void {
    const journal = keep ? this.options.journal : undefined
    asked.running = false
    asked.result = result
    if (result instanceof Uint8Array) {
      try {
        journal?.put(asked.unit.key, result)
      } catch (error) {
        return this.breakOff(error as Error)
      }
      if (journal !== undefined && asked.waiter === undefined) asked.result = "kept"
    }
    if (asked.waiter === undefined) this.unread++
    this.hand(asked)
  }

  /** Nothing more can be kept: everyone who waits, and everyone who will ask, is told. */
  private breakOff(error: Error): void {
    this.broken = error
    for (const { waiter } of this.known.values()) waiter?.resume(Effect.die(error))
  }
}

/** Makes units in this thread, as they are asked for. */
const inThisThread = ({ journal, perform }: WorkshopOptions): WorkshopShape => {
  const made = ({ data, key, kind, shared }: Unit, progress: (...said: ReadonlyArray<unknown>) => void) => {
    let keep = true
    const context = { shared: () => shared?.value, progress, fleeting: () => (keep = false) }
    return Effect.tap(perform(kind, data, context), (result) =>
      Effect.sync(() => {
        if (keep) journal?.put(key, serialize(result))
      })
    )
  }
  const kept = ({ key }: Unit): Uint8Array | undefined => journal?.get(key)
  const again = (unit: Unit): unknown => {
    const bytes = kept(unit)
    return bytes === undefined ? undefined : deserialize(bytes)
  }
  return {
    make: (unit, progress = () => {}) =>
      Effect.suspend(() => (kept(unit) === undefined ? made(unit, progress) : Effect.sync(() => again(unit)))),
    bytes: (unit) =>
      Effect.suspend(() => {
        const bytes = kept(unit)
        return bytes === undefined
          ? Effect.map(
              made(unit, () => {}),
              serialize
            )
          : Effect.succeed(bytes)
      }),
    ahead: () => () => {},
    again
  }
}

/** Opens a workshop; its threads end with the scope, whatever they are doing. */
export const openWorkshop = (options: WorkshopOptions): Effect.Effect<WorkshopShape, never, Scope.Scope> =>
  options.threads === 0
    ? Effect.succeed(inThisThread(options))
    : Effect.acquireRelease(
        Effect.sync(() => new Pool(options)),
        (pool) => Effect.promise(() => pool.close())
      )
