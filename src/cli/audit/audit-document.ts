/** An audit as JSON: what `--json` prints, and, with every trial and the timings, what run.json holds. */
import type { Audit } from "../../audit/audit.ts"
import { type JsonInput, jsonPieces, JsonRows } from "../../run/json-text.ts"
import { environmentJson, trialJson } from "../../run/run-json.ts"
import type { RunRecord } from "../../run/run-record.ts"
import { dearest } from "../../theorem/judging.ts"
import { theorems } from "../../theorem/registry.ts"
import { hypothesesMet } from "../../theorem/theorem.ts"
import { VERSION } from "../version.ts"
import type { ModuleLimits } from "./plan-view.ts"

/** Suboptimality of the worst run. */
export const worst = (records: ReadonlyArray<RunRecord>): number =>
  records.reduce((most, run) => Math.max(most, run.suboptimality.value), 0)

export interface DocumentOptions {
  /** The module, as the call named it. */
  readonly file?: string | undefined
  readonly parametersFrom: string
  /** How the module is run, where the call said something of it. */
  readonly limits?: ModuleLimits
  /** Fewer records than trials: the run was cut short by this. */
  readonly interrupted?: string | undefined
}

/**
 * The document. `ledger` and `suboptimality` are those of the dearest and the worst run; `trials` may exceed the number of runs where the audit was
 * interrupted.
 */
export const auditDocument = (audit: Audit, { file, interrupted, limits, parametersFrom }: DocumentOptions) => {
  const { best, judgements, plan, records, referenceSuboptimality, subject } = audit
  const { algorithm, budget, digest, goal, instance, interpreter, level, parameters, seed, trials } = plan
  const { tokens, ...problem } = subject.problem
  return {
    format: "coverbound-audit",
    version: 1,
    suite: VERSION,
    algorithm: algorithm.name,
    module: algorithm.module,
    file,
    instance: instance.spec,
    digest,
    problem: { ...problem, tokens: tokens && { ...tokens } },
    exact: {
      coverage: best.coverage,
      optimalObjective: best.objective,
      referenceObjective: best.referenceObjective,
      referenceSuboptimality
    },
    goal: { ...goal },
    oracle: interpreter,
    parameters: { ...parameters },
    parametersFrom,
    seed,
    trials,
    level,
    budget: budget && { ...budget },
    ...limits,
    interrupted,
    ledger: {
      rewardQueries: dearest(records, "rewardQueries"),
      samplingQueries: dearest(records, "samplingQueries")
    },
    suboptimality: worst(records),
    verdicts: judgements.map(
      ({ theorem, part, nature, verdict, unpromised, level, measured, relation, bound, note }) => ({
        theorem,
        part,
        nature,
        verdict,
        unpromised,
        level,
        measured,
        relation,
        bound,
        note
      })
    )
  } satisfies JsonInput
}

/** Wall-clock, and nothing else that may differ between two runs of one call on one machine. */
export interface Timings {
  readonly startedAt: string
  readonly totalMs: number
  readonly trialMs: ReadonlyArray<number>
}

/** run.json, piece by piece: the document, whether each hypothesis is met, where it was made, every trial, and at the end the timings. */
export const runDocument = (audit: Audit, options: DocumentOptions, timings: Timings): Iterable<string> =>
  jsonPieces({
    ...auditDocument(audit, options),
    theorems: theorems
      .filter(({ id }) => audit.judgements.some(({ theorem }) => theorem === id))
      .map((theorem) => ({
        id: theorem.id,
        hypotheses: hypothesesMet(theorem, audit.subject).map(({ met, says, why }) => ({
          says,
          met: met ?? null,
          why: [...why]
        }))
      })),
    environment: environmentJson(audit.records),
    runs: new JsonRows(function* () {
      for (const record of audit.records) yield trialJson(record)
    }),
    timings: { ...timings }
  })
