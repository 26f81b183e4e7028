/** What `coverbound sweep` does once its options are parsed. */
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"
import { duration } from "../../../reports/number-format.ts"
import { isFilePath } from "../../instance/family.ts"
import { attempt } from "../../instance/invalid-instance.ts"
import { withoutTurn } from "../../instance/turned.ts"
import { jsonText } from "../../run/json-text.ts"
import { trialUnit } from "../../run/trial-unit.ts"
import { tasksBy } from "../../sweep/make-task.ts"
import { idOf, sizeOf, sweepPlanOf, type SweepTask, tasksOf } from "../../sweep/sweep-plan.ts"
import type { StoredJob, StoreFailed, SweepStore } from "../../sweep/sweep-store.ts"
import { work } from "../../sweep/sweep-worker.ts"
import type { CommandFailed } from "../ending.ts"
import { InvalidCall, NotRun } from "../invalid-call.ts"
import type { SweepCall } from "../sweep.ts"
import { inFile, instanceOf } from "../load-instance.ts"
import { readNamedFile } from "../named-file.ts"
import { ProgressBar } from "../progress.ts"
import { write } from "../terminal.ts"
import { ownFolder } from "../whole-file.ts"
import { openThreads, thisCall, threadsOf } from "../work/open-workshop.ts"
import { asked, buryTheDead, openStore, workerName } from "./open-store.ts"
import { writeResults } from "./write-results.ts"

/** Jobs added at once. */
const BATCH = 1000

const tasks = tasksBy(instanceOf)

/** A plan, and the digests of its instances that are files. What cannot be run is refused before a store is made for it. */
const readPlan = Effect.fnUntraced(function* (path: string) {
  const text = yield* readNamedFile("plan", path)
  const plan = yield* inFile(
    path,
    attempt(() => sweepPlanOf(text))
  )
  // The first trial of each.
  const digests = new Map<string, string>()
  for (const task of tasksOf({ ...plan, trials: 1 })) {
    const { digest } = yield* Effect.try({
      try: () => tasks.options(task),
      catch: (error) =>
        InvalidCall.of(
          "plan",
          path,
          `${task.algorithm} on ${task.instance}: ${error instanceof Error ? error.message : String(error)}`,
          "runs that can be made"
        )
    })
    if (isFilePath(withoutTurn(task.instance)[0])) digests.set(task.instance, digest)
  }
  return { path, plan, digests }
})

/** Adds a plan's jobs; what is there already stays as it is. */
const addPlan = Effect.fnUntraced(function* (
  { digests, path, plan }: Effect.Success<ReturnType<typeof readPlan>>,
  store: SweepStore
) {
  let [all, added] = [0, 0]
  const batch: Array<StoredJob> = []
  const flush = Effect.suspend(() => {
    const jobs = batch.splice(0)
    return Effect.map(
      asked(store, () => store.add(jobs)),
      (n) => void (added += n)
    )
  })
  const bar = new ProgressBar()
  const [size, adding] = [sizeOf(plan), `jobs of ${path} added`]
  yield* Effect.gen(function* () {
    for (const task of tasksOf(plan, digests)) {
      all++
      batch.push({ id: idOf(task), task: JSON.stringify(task) })
      if (batch.length < BATCH) continue
      yield* flush
      bar.update(all / size, adding)
      // A turn for whoever sends a signal: a file's store answers at once.
      yield* Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
    }
    yield* flush
  }).pipe(
    Effect.ensuring(Effect.sync(() => bar.clear())),
    Effect.onInterrupt(() =>
      write(
        process.stderr,
        `${added} of the plan's ${size} jobs were added to ${store.name}. To go on: ${thisCall()}\n`
      )
    )
  )
  yield* write(process.stderr, `${added} of the plan's ${all} jobs are new in ${store.name}\n`)
})

/** Makes jobs of a store in this process's threads. */
const workOn = Effect.fnUntraced(function* (call: SweepCall, store: SweepStore) {
  const threads = threadsOf(call.jobs)
  const workshop = yield* openThreads(threads)
  // Jobs are claimed when threads are ready for them: starting takes longer than many a job.
  yield* Effect.forEach(
    Array.from({ length: threads }, (_, i) => ({ kind: "ready", key: `ready ${i}`, data: i })),
    (unit) => workshop.bytes(unit),
    { concurrency: "unbounded", discard: true }
  )
  yield* buryTheDead(store)
  const bar = new ProgressBar()
  let [committed, said] = [0, ""]
  const before = yield* asked(store, () => store.counts())
  const all = Math.max(1, before.pending + before.running)
  yield* work({
    store,
    worker: workerName(),
    threads,
    lease: call.lease,
    untilDone: !call.stay,
    make: ({ task }) =>
      Effect.suspend(() => {
        const of = JSON.parse(task) as SweepTask
        return workshop.bytes(trialUnit(tasks.options(of), "auto", of.instance))
      }),
    onCommit: (first) => {
      committed += first
      bar.update(Math.min(1, committed / all), `${committed} results`)
    },
    onTrouble: ({ message }) => {
      bar.clear()
      if (message !== said) process.stderr.write(`${message}; trying again\n`)
      said = message
    }
  }).pipe(
    Effect.provideService(Scheduler.MaxOpsBeforeYield, 64),
    Effect.ensuring(Effect.sync(() => bar.clear())),
    Effect.onInterrupt(() =>
      write(process.stderr, `${committed} results were committed to ${store.name}. To go on: ${thisCall()}\n`)
    )
  )
  return committed
})

const status = Effect.fnUntraced(function* (call: SweepCall, store: SweepStore) {
  const counts = yield* asked(store, () => store.counts())
  const failed = yield* asked(store, () => store.failed(10))
  const rate = counts.lastMinute / Math.max(counts.span, 1)
  const left = counts.pending + counts.running
  if (call.json) {
    const { lastMinute: _, span: __, ...states } = counts
    yield* write(
      process.stdout,
      jsonText({
        format: "coverbound-sweep-status",
        version: 1,
        ...states,
        jobsPerSecond: rate,
        secondsLeft: rate > 0 ? left / rate : undefined,
        failures: failed.map(({ attempts, id, reason, task }) => ({
          id,
          attempts,
          reason,
          task: JSON.parse(task) as never
        }))
      })
    )
    return
  }
  yield* write(
    process.stdout,
    `  ${counts.done} done, ${counts.running} running on ${counts.workers} workers, ${counts.pending} to come, ${counts.failed} failed\n` +
      (left === 0
        ? "  nothing is left to do\n"
        : rate > 0
          ? `  ${rate.toPrecision(3)} jobs/s over the last minute: ${duration((1000 * left) / rate)} left\n`
          : "  none were done in the last minute\n") +
      failed.map(({ reason, task }) => `  failed: ${task}: ${reason}\n`).join("")
  )
})

/** Fails with NotRun where jobs of the store failed. */
const failedJobs = Effect.fnUntraced(function* (store: SweepStore): Effect.fn.Return<void, StoreFailed | NotRun> {
  const { failed } = yield* asked(store, () => store.counts())
  const [first] = failed === 0 ? [] : yield* asked(store, () => store.failed(1))
  if (first !== undefined)
    return yield* new NotRun({ what: `${failed} jobs failed, the first for this reason: ${first.reason}` })
})

/** Runs a call. Fails with NotHeld where runs refute something, with NotRun where jobs failed. */
export const runSweep = Effect.fnUntraced(function* (call: SweepCall): Effect.fn.Return<void, CommandFailed> {
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const read = ["status", "results", "worker"].includes(call.what) ? undefined : yield* readPlan(call.what)
      const store = yield* openStore(
        call,
        call.what === "status" || call.what === "results" || (call.what === "worker" && !call.stay)
      )
      if (call.what === "status") return yield* status(call, store)
      if (call.what === "worker") {
        const committed = yield* workOn(call, store)
        yield* write(process.stderr, `Nothing is left to do; ${committed} results were committed here\n`)
        return yield* failedJobs(store)
      }
      const folder = yield* ownFolder(call.out, "sweep", "sweep.json")
      if (read !== undefined) {
        yield* addPlan(read, store)
        if (call.addOnly) return
        yield* workOn(call, store)
      }
      yield* writeResults(store, tasks, folder)
      return yield* failedJobs(store)
    })
  )
})
