/**
 * A worker: claims jobs, has them made, renews their leases meanwhile, commits what came of them. It goes on through a store that does not answer: what it made is committed when
 * the store answers again, and if its leases ran out by then, whoever was first has committed the same.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import type { MadeResult, SweepStore } from "./sweep-store.ts"
import { type ClaimedJob, MOST_ATTEMPTS, type StoreFailed, storeFailed } from "./sweep-store.ts"

export interface WorkerOptions {
  readonly store: SweepStore
  /** Unique among the workers of a store. */
  readonly worker: string
  /** Jobs made at once. */
  readonly threads: number
  /** Seconds of a lease. */
  readonly lease: number
  /** The job's result. Dies where it cannot be made. */
  readonly make: (job: ClaimedJob) => Effect.Effect<Uint8Array>
  /** Whether it ends when there is nothing left to claim and nothing that others make; false: it waits for more. */
  readonly untilDone: boolean
  readonly onCommit?: (committed: number) => void
  /** Called when the store does not answer. */
  readonly onTrouble?: (error: StoreFailed) => void
}

/** Claims after which a job that cannot be made ends as failed: another machine may have what this one lacks. */
const MOST_THROWN = 2
/** Most jobs of one claim; seconds of work that a claim should be. */
const [MOST_CLAIMED, CLAIM_SECONDS] = [256, 1]
/** Results that may wait for a commit, and milliseconds between looks at them. */
const [MOST_UNCOMMITTED, LOOK_MS] = [512, 5]
/** Weight of the last job in the mean of their seconds. */
const SMOOTHING = 0.2
/** Seconds between looks at a store that has nothing to claim; and, doubling up to the second, at one that does not answer. */
const IDLE_SECONDS = 1
const [TROUBLE_SECONDS, MOST_TROUBLE_SECONDS] = [0.2, 5]

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 400)

/** Asks the store until it answers. */
const insisted = <A>({ onTrouble, store }: WorkerOptions, ask: () => Promise<A>): Effect.Effect<A> => {
  const attempt = (wait: number): Effect.Effect<A> =>
    Effect.tryPromise({ try: ask, catch: (error) => storeFailed(store.name, error) }).pipe(
      Effect.catch((error) => {
        onTrouble?.(error)
        return Effect.andThen(Effect.sleep(1000 * wait), attempt(Math.min(2 * wait, MOST_TROUBLE_SECONDS)))
      })
    )
  return attempt(TROUBLE_SECONDS)
}

/** Works until there is nothing left; gives how many results it was the first to commit. */
export const work = Effect.fnUntraced(function* (options: WorkerOptions): Effect.fn.Return<number> {
  const { lease, make, onCommit, store, threads, untilDone, worker } = options
  const held = new Set<string>()
  let made: Array<MadeResult> = []
  let [committed, meanSeconds] = [0, CLAIM_SECONDS]
  /** A claim is worth about a second, so that a store of many workers is asked seldom and little is lost with a worker. */
  const most = (): number =>
    Math.max(threads, Math.min(MOST_CLAIMED, Math.round((threads * CLAIM_SECONDS) / Math.max(meanSeconds, 1e-4))))

  let inFlight = false
  /** Commits what is made, all at once. What is interrupted on its way counts as not committed: a second commit of it changes nothing. */
  const commit = Effect.suspend(() => {
    const batch = made
    made = []
    inFlight = true
    return insisted(options, () => store.commit(worker, batch)).pipe(
      Effect.map((first) => {
        for (const { id } of batch) held.delete(id)
        committed += first
        onCommit?.(first)
      }),
      Effect.onInterrupt(() => Effect.sync(() => void (made = [...batch, ...made]))),
      Effect.ensuring(Effect.sync(() => (inFlight = false)))
    )
  })
  /** Beside the making: while a commit is on its way, the next one gathers. */
  const committing = Effect.suspend(() => (made.length === 0 ? Effect.sleep(LOOK_MS) : commit)).pipe(Effect.forever)
  const until = (settled: () => boolean): Effect.Effect<void> =>
    Effect.suspend(() => (settled() ? Effect.void : Effect.andThen(Effect.sleep(LOOK_MS), until(settled))))

  const one = Effect.fnUntraced(function* (job: ClaimedJob) {
    const start = performance.now()
    const exit = yield* Effect.exit(make(job))
    if (Exit.isSuccess(exit)) {
      const seconds = (performance.now() - start) / 1000
      meanSeconds += SMOOTHING * (seconds - meanSeconds)
      made.push({ id: job.id, bytes: exit.value, seconds })
      return yield* until(() => made.length < MOST_UNCOMMITTED)
    }
    if (Cause.hasInterrupts(exit.cause)) return yield* Effect.interrupt
    const reason = oneLine(Cause.squash(exit.cause))
    yield* insisted(options, () => store.fail(worker, job.id, reason, job.attempts < MOST_THROWN))
    held.delete(job.id)
  })

  const renewing = Effect.suspend(() =>
    held.size === 0 ? Effect.void : Effect.ignore(Effect.tryPromise(() => store.renew(worker, [...held], lease)))
  ).pipe(Effect.delay(1000 * (lease / 3)), Effect.forever)

  const turn = yield* Semaphore.make(1)
  const waiting: Array<ClaimedJob> = []
  /** Whether there is another job to make: claims some where none wait. */
  const more = turn.withPermits(1)(
    Effect.gen(function* () {
      for (;;) {
        if (waiting.length > 0) return true
        const jobs = yield* insisted(options, () => store.claim(worker, most(), lease, MOST_ATTEMPTS))
        for (const job of jobs) held.add(job.id)
        // What was lost before is made first: a worker that dies of it has nothing else begun.
        waiting.push(...jobs.toSorted((a, b) => b.attempts - a.attempts))
        if (jobs.length > 0) continue
        const { pending, running } = yield* insisted(options, store.counts)
        if (untilDone && pending + running === 0) return false
        // What runs elsewhere, or what a dead worker holds, may come back.
        if (untilDone && pending === 0 && held.size > 0) return false
        yield* Effect.sleep(1000 * IDLE_SECONDS)
      }
    })
  )
  const lane = Effect.gen(function* () {
    while (yield* more) {
      const job = waiting.shift()
      if (job !== undefined) yield* one(job)
    }
  })
  const loop = Effect.gen(function* () {
    do {
      yield* Effect.forEach(Array.from({ length: Math.max(1, threads) }), () => lane, {
        concurrency: "unbounded",
        discard: true
      })
      yield* until(() => made.length === 0 && !inFlight)
      const { pending, running } = yield* insisted(options, store.counts)
      if (pending + running === 0) return
    } while (untilDone)
  })
  yield* Effect.raceFirst(loop, Effect.raceFirst(renewing, committing)).pipe(
    // Told to stop: what is made is committed, the rest is given back, if the store answers at once.
    Effect.onInterrupt(() =>
      Effect.ignore(
        Effect.timeout(
          Effect.tryPromise(async () => {
            if (made.length > 0) await store.commit(worker, made)
            await store.release(worker)
          }),
          500
        )
      )
    )
  )
  return committed
})
