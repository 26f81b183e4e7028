/** One case of the plan: trials until its claims are decided, the runs judged as `audit` judges them. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  type AnyAlgorithm,
  algorithm as makeAlgorithm,
  type Goal,
  type ParameterRecord
} from "../algorithm/algorithm.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import type { RunRecord } from "../run/run-record.ts"
import { goalOnGround, groundOf } from "../run/sweep.ts"
import type { Judgement } from "../theorem/theorem.ts"
import { type Audit, auditOf, type AuditPlan } from "./audit.ts"
import type { PlannedCase } from "./cases.ts"
import { atTheCap, LOOKS_SHARE } from "./fixed-test.ts"
import type { Failure, TrialJob, TrialOutcome } from "./outcome.ts"
import { type AlgorithmDescription, announced, type Making } from "./runner.ts"

/** A trial that ended badly. */
export interface FailedTrial {
  readonly trial: number
  readonly failure: Failure
}

export interface CaseResult {
  readonly planned: PlannedCase
  readonly spec: string
  readonly goal: Goal
  /** The finished trials, judged; undefined where none finished. */
  readonly audit: Audit | undefined
  readonly failures: ReadonlyArray<FailedTrial>
  /** Why a trial of it was given up or never made, where one was: nothing is supported by what did not run. */
  readonly skipped?: string
  /** Why there were no more trials, where it was not because everything was decided. */
  readonly note: string | undefined
  /** True where it was not made to its end. */
  readonly cutShort?: true
}

/** What all cases of one audit share. */
export interface CaseSettings extends Making {
  /** Level of each probabilistic clause of this case. */
  readonly level: number
  readonly delta: number
  /** At most this many trials a case. */
  readonly trials: number
  /** Called after each trial; false gives the audit up. */
  readonly onTrial: (planned: PlannedCase, trial: number, outcome: TrialOutcome) => boolean
}

/** Trials of one case that may fail before it is left. */
const MOST_FAILURES = 2

/** A probability below this is decided by no affordable number of trials. */
const DECIDABLE = 1e-3

/** A clause that more trials could decide. */
const open = ({ bound, level, verdict }: Judgement): boolean =>
  verdict === "undecided" && level > 0 && !(typeof bound === "number" && bound < DECIDABLE)

/** The schema of an algorithm that runs elsewhere: its own is held where it runs. */
export const NUMBERS = Schema.Record(Schema.String, Schema.Finite)

/** What judges and documents need of an algorithm that runs elsewhere. */
export const standIn = (description: AlgorithmDescription): AnyAlgorithm<OracleServices> => {
  const elsewhere = (): never => {
    throw new Error(`${description.name} does not run in this process`)
  }
  return makeAlgorithm<ParameterRecord, OracleServices>({
    ...description,
    parameters: NUMBERS,
    fromTheory: elsewhere,
    practical: elsewhere,
    run: elsewhere
  })
}

/** The next number of trials at which a case is judged. */
const nextLook = (trials: number): number => Math.max(trials + 1, Math.ceil(1.25 * trials))

/** A trial of a case. */
export const jobOf = (planned: PlannedCase, seed: number, goal: Goal, trial: number): TrialJob => ({
  spec: planned.spec(seed, trial),
  goal,
  parameters: planned.parameters,
  interpreter: planned.interpreter,
  seed,
  trial,
  ...(planned.budget === undefined ? {} : { budget: planned.budget }),
  checkpoints: false
})

/** What a case's runs are asked. */
const groundOfCase = (planned: PlannedCase, { delta, resolve, seed }: CaseSettings) => {
  const spec = planned.spec(seed, 0)
  const ground = groundOf(resolve(spec))
  return { spec, ground, goal: goalOnGround(ground, planned.epsilon(ground.problem), planned.delta ?? delta) }
}

/** The trials that a case makes before anything is decided. */
export function* firstTrials(planned: PlannedCase, settings: CaseSettings): Generator<TrialJob> {
  const { goal } = groundOfCase(planned, settings)
  const first = Math.min(planned.trials[0], planned.trials[1], settings.trials)
  for (let trial = 0; trial < first; trial++) yield jobOf(planned, settings.seed, goal, trial)
}

/** Runs a case. */
export const runCase = Effect.fnUntraced(function* (
  planned: PlannedCase,
  settings: CaseSettings
): Effect.fn.Return<CaseResult> {
  const { level, onTrial, over, runner, seed } = settings
  const most = Math.min(planned.trials[1], settings.trials)
  const { goal, ground, spec } = groundOfCase(planned, settings)
  const { best, digest, instance } = ground
  const job = (trial: number): TrialJob => jobOf(planned, seed, goal, trial)
  const plan = (parameters: ParameterRecord, trials: number): AuditPlan => ({
    algorithm: standIn(runner.description),
    instance,
    digest,
    parameters,
    goal,
    interpreter: planned.interpreter,
    seed,
    trials,
    level: LOOKS_SHARE * level,
    ...(planned.budget === undefined ? {} : { budget: planned.budget })
  })
  const judged = (records: ReadonlyArray<RunRecord>): Audit =>
    auditOf(plan(records[0].parameters, records.length), records, best)

  const records: Array<RunRecord> = []
  const failures: Array<FailedTrial> = []
  let audit: Audit | undefined
  let note: string | undefined
  let cut: Pick<CaseResult, "cutShort" | "skipped"> = {}
  let look = Math.min(planned.trials[0], most)
  let callOff: (() => void) | undefined
  for (let trial = 0; trial < most; trial++) {
    if (over()) {
      note = `the budget was spent after ${trial} trials`
      cut = { cutShort: true }
      break
    }
    const outcome = yield* runner.trial(job(trial))
    const goesOn = onTrial(planned, trial, outcome)
    if (outcome.kind === "skipped" || outcome.kind === "unfinished") {
      note = outcome.kind === "skipped" ? outcome.why : `not finished: ${outcome.why}`
      cut = { skipped: note, ...(outcome.kind === "unfinished" ? { cutShort: true } : {}) }
      break
    }
    if (outcome.kind === "failed") failures.push({ trial, failure: outcome.failure })
    if (outcome.kind === "finished") records.push(outcome.record)
    if (!goesOn || failures.length >= MOST_FAILURES) {
      note = `left after ${failures.length} failed ${failures.length === 1 ? "trial" : "trials"}`
      break
    }
    if (records.length < look) continue
    audit = judged(records)
    look = nextLook(look)
    if (audit.judgements.some((one) => one.verdict === "refuted") || !audit.judgements.some(open)) break
    const next = { first: trial + 1, last: Math.min(look, most) }
    const jobs = Array.from({ length: next.last - next.first }, (_, i) => job(next.first + i))
    callOff = yield* announced(runner, jobs)
  }
  callOff?.()
  if (records.length > 0 && audit?.records.length !== records.length) audit = judged(records)
  // Not where fewer were made: then their number was not fixed beforehand.
  if (audit !== undefined && records.length === planned.trials[1])
    audit = {
      ...audit,
      judgements: audit.judgements.map((one) => atTheCap(one, records.length, (1 - LOOKS_SHARE) * level))
    }
  return { planned, spec, goal, audit, failures, note, ...cut }
})
