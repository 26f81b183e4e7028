/** An audit as a CI server is told of it: every clause of every claim, every law of the program, and every case, whether it ran to its end. */
import {
  type Made,
  notBroken,
  type ReportedCheck,
  reportedCheck,
  type ReportedRun
} from "../../../reports/reported-run.ts"
import type { Audit } from "../../audit/audit.ts"
import type { FailedTrial } from "../../audit/case-run.ts"
import type { ClaimVerdict } from "../../audit/claims.ts"
import type { PlanResult } from "../../audit/plan-result.ts"
import type { AlgorithmDescription } from "../../audit/runner.ts"
import { METHOD_CLAIMS, OWN_GUARANTEE } from "../../theorem/own-claims.ts"
import { theorems } from "../../theorem/registry.ts"
import { type Judgement, standingOf } from "../../theorem/theorem.ts"
import { type Audited, replayOf } from "./plan-view.ts"

const titleOf = (id: string, part: string, { bounds }: Pick<AlgorithmDescription, "bounds">): string => {
  const theorem = theorems.find((one) => one.id === id)
  if (theorem !== undefined) return part === "–" ? theorem.title : `${theorem.title} (${part})`
  if (id !== "own") return `what it says of its method: ${id}`
  if (part === "T_data" || part === "T_comp") return `its own bound ${part} <= ${bounds?.[part] ?? "none"}`
  return part === OWN_GUARANTEE
    ? "its own claim: epsilon is reached with probability 1 - delta"
    : `its own claim: ${part}`
}

/** What of the source a clause is about: the claim's text, or the bound's. */
const claimed = (id: string, part: string): string => (id === "own" ? part : id)

type Clause = Pick<
  Judgement,
  "bound" | "level" | "measured" | "nature" | "note" | "part" | "relation" | "unpromised" | "verdict"
>

const clauseCheck = (
  id: string,
  clause: Clause,
  description: Pick<AlgorithmDescription, "bounds">,
  { placeOf }: Made,
  replay: string | undefined
): ReportedCheck => {
  const { part, unpromised } = clause
  const standing = unpromised === undefined ? {} : { standing: standingOf(clause) }
  return {
    ...reportedCheck(
      { ...clause, id: part === "–" ? id : `${id}/${part}`, group: id, title: titleOf(id, part, description) },
      { replay, place: placeOf?.(claimed(id, part), "") }
    ),
    ...(notBroken(id, clause) ?? standing)
  }
}

/** Whether something ran as it should. */
export const ranCheck = (
  id: string,
  title: string,
  failed: string | undefined,
  open: string | undefined,
  made: Made,
  more: Partial<ReportedCheck> = {}
): ReportedCheck => {
  const judged = {
    id,
    group: id.split("/")[0],
    title,
    nature: "checked",
    verdict: failed !== undefined ? "refuted" : open !== undefined ? "undecided" : "supported",
    level: 0,
    measured: failed === undefined ? "no failure" : "a failure",
    bound: "none",
    relation: "=",
    note: failed ?? open ?? "ran to its end"
  } as const
  const place = made.placeOf?.("run", failed ?? "")
  return { ...reportedCheck(judged, { place, seconds: made.took(id.replace("/", " ")) }), ...more }
}

/** The first trial that failed, and how; undefined where none did. */
const firstOf = ([first]: ReadonlyArray<FailedTrial>): string | undefined =>
  first && `trial ${first.trial} ${first.failure.kind}: ${first.failure.note}`

/** Ids are names: a second of the same gets a number. */
const distinct = (checks: ReadonlyArray<ReportedCheck>): ReadonlyArray<ReportedCheck> => {
  const seen = new Map<string, number>()
  return checks.map((check) => {
    const n = (seen.get(check.id) ?? 0) + 1
    seen.set(check.id, n)
    return n === 1 ? check : { ...check, id: `${check.id}-${n}` }
  })
}

const withReplay = ({ from }: ClaimVerdict, audited: Audited): string | undefined =>
  from === undefined ? undefined : replayOf(from, audited)

/** An audit on everything. */
export const planRun = (result: PlanResult, audited: Audited, made: Made): ReportedRun => {
  const { cases, clauses, findings, laws, notRun, options, runner } = result
  const { description } = runner
  const ofClaims = (group: string): boolean => description.claims.includes(group) || group.startsWith("L")
  const caseChecks = cases.map((one) => {
    const { failures, note, planned } = one
    return ranCheck(`case/${planned.id}`, planned.why, firstOf(failures), note, made, {
      replay: replayOf(one, audited)
    })
  })
  const told = new Set(
    cases.flatMap(({ failures, planned }) => failures.map(({ trial }) => `case ${planned.id}, trial ${trial}`))
  )
  const elsewhere = findings
    .filter(({ failure, where }) => (failure !== undefined && !told.has(where)) || where === "ledgers")
    .map(({ failure, what, where }) =>
      ranCheck(
        `run/${where}`,
        "runs as it says",
        failure === undefined ? what : `${failure.kind}: ${what}`,
        undefined,
        made
      )
    )
  const silent =
    findings.length > 0 &&
    result.runs === 0 &&
    caseChecks.every(({ verdict }) => verdict !== "refuted") &&
    elsewhere.length === 0
      ? [ranCheck("run/none", "runs at all", findings[0].what, undefined, made)]
      : []
  return {
    command: "audit",
    candidate: description.name,
    seed: options.seed,
    level: options.level,
    startedAt: made.startedAt,
    seconds: made.seconds,
    checks: distinct([
      ...clauses.map((one) => clauseCheck(one.id, one, description, made, withReplay(one, audited))),
      ...laws
        .filter(
          ({ group, id, verdict }) =>
            !(ofClaims(group) && verdict === "refuted") &&
            !METHOD_CLAIMS.some((c) => id === `method/${c}` && description.claims.includes(c))
        )
        .map((law) =>
          reportedCheck(law, { place: made.placeOf?.(law.group, law.note), seconds: made.took(`law ${law.id}`) })
        ),
      ...caseChecks,
      ...elsewhere,
      ...silent
    ]),
    notRun
  }
}

/** An audit on one instance. @param replay the call that makes it again */
export const auditRun = (
  { judgements, plan, records }: Audit,
  failures: ReadonlyArray<FailedTrial>,
  replay: string,
  made: Made
): ReportedRun => ({
  command: "audit",
  candidate: plan.algorithm.name,
  seed: plan.seed,
  level: plan.level,
  startedAt: made.startedAt,
  seconds: made.seconds,
  checks: distinct([
    ...judgements.map((one) => clauseCheck(one.theorem, one, plan.algorithm, made, replay)),
    ranCheck(
      "case/trials",
      `${plan.trials} trials end with a policy`,
      firstOf(failures),
      records.length === 0 ? "no trial finished" : undefined,
      made,
      { replay, seconds: made.seconds }
    )
  ]),
  notRun: []
})
