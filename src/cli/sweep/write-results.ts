/** What is done in a sweep's store as files: an audit for each algorithm, instance, goal and seed, with certificates, as `audit` writes it, and the list of all. */
import { existsSync, readFileSync, rmdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { deserialize } from "node:v8"
import * as Effect from "effect/Effect"
import type { RunRecord } from "../../run/run-record.ts"
import { type JsonInput, JsonRows, jsonPieces } from "../../run/json-text.ts"
import { ledgerJson } from "../../run/run-json.ts"
import type { tasksBy } from "../../sweep/make-task.ts"
import { groupOf, type SweepTask } from "../../sweep/sweep-plan.ts"
import type { StoreFailed, SweepStore } from "../../sweep/sweep-store.ts"
import { runDocument } from "../audit/audit-document.ts"
import { runName } from "../audit/audit-plan.ts"
import { clearCertificates, writeCertificateFiles } from "../certificate-files.ts"
import { NotHeld } from "../invalid-call.ts"
import { write } from "../terminal.ts"
import { VERSION } from "../version.ts"
import { type FileNotWritten, writePieces } from "../whole-file.ts"
import { asked } from "./open-store.ts"

/** Jobs, and results, read at once. */
const [JOBS, RESULTS] = [10_000, 64]

interface Group {
  readonly task: SweepTask
  readonly jobs: Array<{ readonly id: string; readonly trial: number }>
}

/** Jobs that are done, by group, in an order that does not depend on who did them. */
const groupsIn = Effect.fnUntraced(function* (store: SweepStore) {
  const groups = new Map<string, Group>()
  for (let after = ""; ;) {
    const from = after
    const jobs = yield* asked(store, () => store.done(from, JOBS))
    for (const { id, task: text } of jobs) {
      const task = JSON.parse(text) as SweepTask
      const key = groupOf(task)
      const group = groups.get(key) ?? { task, jobs: [] }
      group.jobs.push({ id, trial: task.trial })
      groups.set(key, group)
    }
    if (jobs.length < JOBS) break
    after = jobs[jobs.length - 1].id
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
})

/** Folders that the sweep.json of a folder lists; none where there is none that can be read. */
const listedIn = (folder: string): ReadonlyArray<string> => {
  try {
    const { audits } = JSON.parse(readFileSync(join(folder, "sweep.json"), "utf8")) as {
      readonly audits: ReadonlyArray<{ readonly folder: string }>
    }
    return audits.map((audit) => audit.folder).filter((name) => /^[\w-][\w.-]*$/.test(name))
  } catch {
    return []
  }
}

/** Takes away what an earlier sweep left in a folder that is to be this one's: audits that this one does not list. */
const clearFormer = Effect.fnUntraced(function* (folder: string, kept: ReadonlyArray<string>) {
  for (const name of listedIn(folder)) {
    const former = join(folder, name)
    if (kept.includes(name) || !existsSync(former)) continue
    yield* clearCertificates(former)
    for (const gone of ["run.json", "certificates", "."])
      yield* Effect.ignore(
        Effect.try(() => (gone === "run.json" ? rmSync(join(former, gone)) : rmdirSync(join(former, gone))))
      )
  }
})

/** Writes them. Fails with NotHeld where a clause is refuted. */
export const writeResults = Effect.fnUntraced(function* (
  store: SweepStore,
  tasks: ReturnType<typeof tasksBy>,
  folder: string
): Effect.fn.Return<void, StoreFailed | FileNotWritten | NotHeld> {
  const groups = yield* groupsIn(store)
  const names: Array<string> = []
  const rows: Array<JsonInput> = []
  let [refuted, certificates, runs] = [0, 0, 0]
  for (const [key, { jobs, task }] of groups) {
    jobs.sort((a, b) => a.trial - b.trial)
    const records: Array<RunRecord> = []
    const trialMs: Array<number> = []
    for (let at = 0; at < jobs.length; at += RESULTS) {
      const ids = jobs.slice(at, at + RESULTS).map(({ id }) => id)
      const found = new Map((yield* asked(store, () => store.results(ids))).map((one) => [one.id, one]))
      for (const id of ids) {
        const one = found.get(id)!
        records.push(deserialize(one.bytes) as RunRecord)
        trialMs.push(1000 * one.seconds)
      }
    }
    const audit = tasks.audit(task, records)
    const name = runName(task.algorithm, task.instance, key)
    names.push(name)
    const into = join(folder, name)
    yield* clearCertificates(into)
    const timings = { startedAt: "", totalMs: trialMs.reduce((sum, ms) => sum + ms, 0), trialMs }
    yield* writePieces(into, "run.json", runDocument(audit, { parametersFrom: task.parameters }, timings))
    certificates += (yield* writeCertificateFiles(audit, into)).written
    const bad = audit.judgements.filter(({ verdict }) => verdict === "refuted")
    refuted += bad.length
    runs += records.length
    rows.push({
      folder: name,
      ...task,
      trial: undefined,
      trials: records.length,
      coverage: audit.best.coverage,
      refuted: bad.map(({ part, theorem }) => `${theorem}/${part}`),
      runs: records.map(({ ledger, outcome, suboptimality, trial }) => {
        const { rewardQueries, samplingQueries } = ledgerJson(ledger)
        return { trial, outcome, rewardQueries, samplingQueries, suboptimality: suboptimality.value }
      })
    })
  }
  yield* clearFormer(folder, names)
  const failed = yield* asked(store, () => store.failed(1_000_000))
  const path = yield* writePieces(
    folder,
    "sweep.json",
    jsonPieces({
      format: "coverbound-sweep-results",
      version: 1,
      suite: VERSION,
      done: runs,
      failed: failed.length,
      failures: new JsonRows(() => failed.map(({ reason, task }) => ({ task: JSON.parse(task) as never, reason }))),
      audits: new JsonRows(() => rows)
    })
  )
  yield* write(
    process.stdout,
    `  ${runs} runs in ${groups.length} audits, ${certificates} certificates, ${failed.length} jobs failed: ${path}\n`
  )
  if (refuted > 0) return yield* new NotHeld()
})
