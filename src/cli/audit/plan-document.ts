/** An audit on all instances as JSON: what `--json` prints, and, with every trial and the timings, what run.json holds. */
import type { CaseResult } from "../../audit/case-run.ts"
import type { PlanResult } from "../../audit/plan-result.ts"
import type { JsonInput } from "../../run/json-text.ts"
import { environmentJson, trialJson } from "../../run/run-json.ts"
import { auditDocument } from "./audit-document.ts"
import { type Audited, replayOf } from "./plan-view.ts"
import { VERSION } from "../version.ts"

const caseDocument = (one: CaseResult, audited: Audited, withRuns: boolean) => {
  const { audit, failures, note, planned, spec } = one
  return {
    id: planned.id,
    why: planned.why,
    spec,
    note,
    replay: replayOf(one, audited),
    failures: failures.map(({ failure, trial }) => ({ trial, kind: failure.kind, note: failure.note })),
    audit: audit && {
      ...auditDocument(audit, { parametersFrom: planned.parameters }),
      runs: withRuns ? audit.records.map(trialJson) : undefined
    }
  }
}

const documentOf = (result: PlanResult, audited: Audited, withRuns: boolean) => {
  const { asked, limits, types } = audited
  const {
    cases,
    clauses,
    exponents,
    findings,
    laws,
    leftOut,
    options,
    runner,
    runs,
    smallest,
    standing,
    use,
    whereToLook
  } = result
  const { bounds, ...description } = runner.description
  return {
    format: "coverbound-audit-plan",
    version: 1,
    suite: VERSION,
    algorithm: asked,
    description: { ...description, bounds: bounds && { ...bounds } },
    requirements: types?.kind === "passed" ? types.needs : undefined,
    seed: options.seed,
    level: options.level,
    delta: options.delta,
    trials: options.trials,
    budget: options.budget,
    ...limits,
    runs,
    work: result.work,
    held: findings.length === 0,
    findings: findings.map(({ failure, what, where }) => ({ what, where, kind: failure?.kind })),
    whereToLook,
    smallest: smallest && { ...smallest, goal: { ...smallest.goal } },
    oracles: { ...use },
    claims: clauses.map(({ from, ...clause }) => ({ ...clause, replay: from && replayOf(from, audited) })),
    laws: laws.map(({ bound, id, level, look, measured, note, relation, title, verdict }) => ({
      id,
      title,
      verdict,
      level,
      measured,
      relation,
      bound,
      note,
      look: look && { ...look }
    })),
    exponents: exponents.map(({ fit, of, points, predicted, ...row }) => ({
      ...row,
      of,
      fit: fit && { ...fit },
      predicted: predicted && { ...predicted },
      points: points.map((point) => ({ ...point }))
    })),
    standing: standing.map(({ other, points, relation }) => ({
      other,
      relation,
      points: points.map(({ epsilon, other: theirs, own, spec }) => ({
        spec,
        epsilon,
        own: typeof own === "string" ? own : { ...own },
        other: typeof theirs === "string" ? theirs : { ...theirs }
      }))
    })),
    leftOut,
    cases: cases.map((one) => caseDocument(one, audited, withRuns))
  } satisfies JsonInput
}

/** Without the single runs: what a program wants to know. */
export const planDocument = (result: PlanResult, audited: Audited): JsonInput => documentOf(result, audited, false)

/** With them, where they were made, and how long it took. */
export const planRunDocument = (
  result: PlanResult,
  audited: Audited,
  timings: { readonly startedAt: string; readonly totalMs: number }
): JsonInput => ({
  ...documentOf(result, audited, true),
  environment: environmentJson(result.cases.flatMap(({ audit }) => audit?.records ?? [])),
  timings: { ...timings }
})
