/** `coverbound verify ./module`: the laws of its program, held in a process of its own, as `audit` holds them. */
import * as Effect from "effect/Effect"
import type { JsonInput } from "../run/json-text.ts"
import { checks } from "../verify/checks.ts"
import { type CheckResult, selected, type Verification } from "../verify/verify.ts"
import { unfinished as notFinished } from "../law/law.ts"
import type { LawsJob } from "../audit/runner.ts"
import type { InvalidCall, NotHeld, NotRun } from "./invalid-call.ts"
import { loadModule } from "./module/load-module.ts"
import type { NamedModule } from "./module/named-module.ts"
import type { Reporter } from "./reporters.ts"
import { VERSION } from "./version.ts"

/** A law's name, group and title. */
const about = (id: string): Pick<CheckResult, "id" | "group" | "title" | "nature"> => {
  const check = checks.find((one) => one.id === id)
  return { id, group: check?.group ?? "oracle", title: check?.title ?? id, nature: "checked" }
}

/** A law under which the module's process failed. */
const failed = (id: string, kind: string, note: string): CheckResult => ({
  ...about(id),
  verdict: "refuted",
  level: 0,
  measured: "a failure",
  bound: "an answer",
  relation: "=",
  note: `${kind}: ${note}`
})

/** Holds a module against the laws of algorithms. @param select groups or ids of checks; all when empty */
export const verifyModule = Effect.fnUntraced(function* (
  module: NamedModule,
  select: ReadonlyArray<string>,
  job: Omit<LawsJob, "ids">,
  reporter: Reporter,
  progress: (share: number, id: string) => void
): Effect.fn.Return<Verification, InvalidCall | NotHeld | NotRun> {
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const runner = yield* loadModule(module, {}, reporter)
      const ids = selected(checks, select)
        .filter(({ of }) => of === "algorithm")
        .map(({ id }) => id)
      const { failures, results, unfinished, work } = yield* runner.laws({ ...job, ids }, (id) => {
        if (id !== "") progress(Math.max(0, ids.indexOf(id)) / ids.length, id)
      })
      return {
        candidate: runner.description.name,
        seed: job.seed,
        level: job.level,
        results: [
          ...results,
          ...failures.map(({ failure, id }) => failed(id, failure.kind, failure.note)),
          ...unfinished.map(({ id, why }) => ({ ...about(id), ...notFinished(why) }))
        ],
        work
      }
    })
  )
})

/** Verifications as one JSON document: what `--reporter json` prints and `--baseline` reads. */
export const verificationDocument = (verifications: ReadonlyArray<Verification>, command: string): JsonInput => ({
  format: "coverbound-verification",
  version: 1,
  suite: VERSION,
  command,
  verifications: verifications.map(({ candidate, level, results, seed }) => ({
    candidate,
    seed,
    level,
    results: results.map(
      ({ bound, group, id, level: own, measured, nature, note, relation, saved, title, verdict }) => ({
        id,
        group,
        title,
        nature,
        verdict,
        level: own,
        measured,
        relation,
        bound,
        note,
        counterexample: saved?.path,
        replay: saved?.command
      })
    )
  }))
})
