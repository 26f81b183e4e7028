/**
 * The audit of an algorithm against everything the suite has: families crossed with goals, oracles and budgets; the laws of its program; exponents; the built-in
 * algorithms beside it. Adaptive: a case whose claims are decided makes no more trials. What is made, and where it stops, depends on the work done (src/run/work.ts) and not on a clock: the
 * same seed gives the same result, on any machine, busy or not.
 *
 * *Levels.* Half of the level is shared by the clauses of all cases, half by the laws; so the chance that anything correct is refuted is at most the level.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { algorithms } from "../algorithm/registry.ts"
import { hiddenSpec } from "../instance/turned.ts"
import { namedInstance } from "../model/families.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import type { RunRecord } from "../run/run-record.ts"
import { Work, BUDGET_UNIT } from "../run/work.ts"
import { OWN_GUARANTEE } from "../theorem/own-claims.ts"
import { theorems } from "../theorem/registry.ts"
import { checks } from "../verify/checks.ts"
import type { CheckResult } from "../verify/verify.ts"
import { axes as plannedAxes } from "./axes.ts"
import { cappedPoint, missedPoint, type PlannedCase, plannedCases } from "./cases.ts"
import { type CaseResult, type CaseSettings, firstTrials, runCase } from "./case-run.ts"
import { claimClauses } from "./claims.ts"
import { oracleUse } from "./oracle-use.ts"
import { lookFor } from "./look-for.ts"
import type { Failure, TrialJob, TrialOutcome } from "./outcome.ts"
import { CAPPED_LINES, parameterCaps } from "./parameter-caps.ts"
import { type Finding, findingsOf, notDone, type PlanOptions, type PlanResult } from "./plan-result.ts"
import { announced, inProcessRunner, type Making, type Runner } from "./runner.ts"
import { type ExponentRow, exponentRows, SPENT, TargetRuns } from "./scaling.ts"
import { cutCases, CUT_FROM, farCases, FAR_FROM, SIZED_CASES, type Sizing, sizingOf, within } from "./sized-cases.ts"
import { smallestShowing } from "./smallest.ts"
import { requireCount, requireLevel } from "../statistics/domain.ts"
import { type Standing, standingAgainst } from "./standing.ts"

/** Failed trials after which there is no sense in more: of an algorithm none of whose trials finished, and of any. */
const HOPELESS = 3
const ENOUGH = 8
/** Trials without progress after which no more are made: each was waited for. */
const STUCK = 2

/** Runs a point of an axis, and of a rival's. */
const [RUNS_A_POINT, RIVAL_RUNS] = [8, 3]

/** Shares of the progress bar, by experience. */
const SHARE = { cases: 0.45, laws: 0.25, axes: 0.2, standing: 0.1 } as const

/** Of the budget that is left, what laws may take. */
const LAW_SHARE = 0.5

const lawIds = (about: Runner["description"]): ReadonlyArray<string> =>
  checks
    .filter(
      ({ group, of }) =>
        of === "algorithm" &&
        (["oracle", "policy", "method", "metamorphic", "L1"].includes(group) || about.claims.includes(group))
    )
    .map(({ id }) => id)

/** Runs the plan. */
export const auditWith = Effect.fnUntraced(function* (
  given: Runner,
  options: PlanOptions
): Effect.fn.Return<PlanResult> {
  const { delta = 0.1, level, progress = () => {}, resolve, rivals, seed } = options
  const { description } = given
  const work = new Work(options.budget)
  const over = (): boolean => work.over
  const hide = (spec: string): string => (options.secret === true ? hiddenSpec(spec, seed) : spec)
  const hidden = (one: PlannedCase): PlannedCase => ({ ...one, spec: (of, trial) => hide(one.spec(of, trial)) })
  const planned = (options.cases ?? plannedCases).filter((one) => one.about?.(description) ?? true).map(hidden)
  const axes = (options.axes ?? plannedAxes).filter((axis) => axis.about(description))
  const probabilistic = theorems.filter(
    (t) => t.nature === "probabilistic" && (t.universal || description.claims.includes(t.id))
  )
  const looksForCaps = axes.length > 0 && description.oracle !== "token" && description.claims.includes(OWN_GUARANTEE)
  // A point of an axis that was missed becomes a case of its own, and so does one beyond a cap.
  const mostCases =
    planned.length +
    axes.reduce((n, { points }) => n + points.length, 0) +
    SIZED_CASES +
    (looksForCaps ? CAPPED_LINES : 0)
  const perClause = level / 2 / (mostCases * (probabilistic.length + 1))

  let [runs, failed] = [0, 0]
  const failures: Array<Finding> = []
  /** Trials and laws that were stopped, since they made no progress or too many calls. */
  const unfinished: Array<string> = []
  const hopeless = (): boolean => failed >= (runs === 0 ? HOPELESS : ENOUGH) || unfinished.length >= STUCK
  const metered = (runner: Runner): Runner => ({
    ...runner,
    trial: (job) => Effect.tap(runner.trial(job), (outcome) => Effect.sync(() => work.add(outcome.work)))
  })
  const runner = metered(given)
  const seen = (where: string, outcome: TrialOutcome): boolean => {
    if (outcome.kind === "finished") runs++
    if (outcome.kind === "failed") broken(where, outcome.failure)
    if (outcome.kind === "unfinished") unfinished.push(`${where}: ${outcome.why}`)
    return !hopeless()
  }
  const broken = (where: string, failure: Failure): void => {
    failed++
    failures.push({ what: failure.note, where, failure })
  }
  const leftOut: Array<string> = []
  const cases: Array<CaseResult> = []
  let laws: ReadonlyArray<CheckResult> = []
  const refuted = (): boolean =>
    failures.length > 0 ||
    laws.some((law) => law.verdict === "refuted") ||
    cases.some((one) => one.audit?.judgements.some((j) => j.verdict === "refuted") === true) ||
    oracleUse(
      description,
      cases.flatMap((one) => one.audit?.records ?? [])
    ).mismatches.length > 0
  const done = (): boolean => hopeless() || (options.untilRefuted === true && refuted())

  let held = options.laws === false
  const hold = Effect.fnUntraced(function* () {
    const ids = lawIds(description)
    const budget = options.budget === undefined ? {} : { budget: LAW_SHARE * work.left }
    held = true
    const job = { ids, seed, level: level / 2, untilRefuted: options.untilRefuted === true, ...budget }
    const outcome = yield* runner.laws(job, (id) => {
      progress(SHARE.cases * 0.2 + SHARE.laws * (ids.indexOf(id) / ids.length), `law ${id}`)
    })
    laws = outcome.results
    work.add(outcome.work)
    for (const { failure, id } of outcome.failures) broken(`law ${id}`, failure)
    unfinished.push(...outcome.unfinished.map(({ id, why }) => `law ${id}: ${why}`))
  })

  /** Of the first trial of each case. */
  const sizings = new Map<string, Sizing | undefined>()
  const making: Making = { runner, resolve, seed, over }
  const settings: CaseSettings = {
    ...making,
    level: perClause,
    delta,
    trials: options.trials ?? Infinity,
    onTrial: ({ id }, trial, outcome) => {
      if (trial === 0) sizings.set(id, sizingOf(outcome))
      return seen(`case ${id}, trial ${trial}`, outcome)
    }
  }
  function* trialsFrom(first: number): Generator<TrialJob> {
    for (const one of planned.slice(first)) yield* firstTrials(one, settings)
  }
  const callOff = yield* announced(runner, trialsFrom(0))
  for (const [i, one] of planned.entries()) {
    if (!held && runs > 0 && !done()) yield* hold()
    if (done()) break
    if (over() || (one.needs !== undefined && work.left < one.needs)) {
      leftOut.push(`case ${one.id}: ${SPENT}`)
      continue
    }
    progress((SHARE.cases * i) / planned.length + (held ? SHARE.laws : 0), `case ${one.id}`)
    cases.push(yield* runCase(one, settings))
  }
  callOff()

  const sizedCase = Effect.fnUntraced(function* (one: PlannedCase) {
    if (done()) return
    if (over()) leftOut.push(`case ${one.id}: ${SPENT}`)
    else cases.push(yield* runCase(hidden(one), settings))
  })
  const whole = sizings.get(CUT_FROM)
  for (const one of whole === undefined ? [] : cutCases(whole)) yield* sizedCase(one)
  let [before, now] = FAR_FROM.map((id) => sizings.get(id))
  for (const one of looksForCaps ? farCases : []) {
    if (!within(before, now)) break
    yield* sizedCase(one)
    ;[before, now] = [now, sizings.get(one.id)]
  }

  const own = new TargetRuns({ ...making, hide, trials: options.trialsPerPoint ?? RUNS_A_POINT, onTrial: seen })
  const exponents: Array<ExponentRow> = []
  for (const [i, axis] of axes.entries()) {
    if (done()) break
    progress(SHARE.cases + SHARE.laws + (SHARE.axes * i) / axes.length, `exponents in ${axis.of}`)
    const rows = yield* exponentRows(axis, own, description)
    exponents.push(...rows)
    if (rows.some(({ note }) => note?.endsWith(SPENT) === true)) leftOut.push(`exponents in ${axis.of}: ${SPENT}`)
  }

  // A promise that a cap breaks is broken beyond it.
  if (looksForCaps)
    for (const cap of done() || over() ? [] : yield* parameterCaps(making, delta)) {
      if (done() || over()) break
      cases.push(yield* runCase(hidden(cappedPoint(cap)), settings))
    }

  // Runs that were to reach a target and ended above it are evidence against an algorithm that claims to reach it.
  if (description.claims.includes(OWN_GUARANTEE))
    for (const { epsilon, spec } of own.missed) {
      if (done() || over()) break
      cases.push(yield* runCase(missedPoint(spec, epsilon), settings))
    }

  const standing: Array<Standing> = []
  const others = rivals.filter((one) => one.name !== description.name && one.oracle !== "token")
  for (const [i, rival] of others.entries()) {
    if (done() || description.oracle === "token") break
    if (over()) {
      leftOut.push(`comparison with ${rival.name}: ${SPENT}`)
      continue
    }
    progress(1 - SHARE.standing + (SHARE.standing * i) / others.length, `beside ${rival.name}`)
    const theirs = new TargetRuns({
      ...making,
      runner: metered(inProcessRunner(rival, { resolve, named: rival.name })),
      trials: options.trialsPerPoint ?? RIVAL_RUNS,
      onTrial: () => true
    })
    standing.push(yield* standingAgainst(rival.name, own, theirs))
  }

  const records: ReadonlyArray<RunRecord> = [...cases.flatMap((one) => one.audit?.records ?? []), ...own.records]
  const use = oracleUse(description, records)
  const clauses = claimClauses(description, cases, laws)
  const forbidden = clauses.find(({ id, verdict }) => id.startsWith("L") && verdict === "refuted")
  const whereToLook = forbidden === undefined ? undefined : yield* lookFor(forbidden, cases, runner)
  const failing = clauses.find(({ part, verdict }) => part === "epsilon" && verdict === "refuted")?.from
  const smallest =
    failing === undefined || failing.planned.budget !== undefined || options.untilRefuted === true
      ? undefined
      : yield* smallestShowing(failing, making)
  return {
    runner,
    options,
    smallest,
    cases,
    laws,
    exponents,
    standing,
    use,
    clauses,
    whereToLook,
    findings: findingsOf({
      cases,
      clauses,
      failures,
      laws,
      mismatches: use.mismatches,
      nothingRan: runs === 0 && unfinished.length === 0
    }),
    ...notDone({
      cases,
      hopeless: hopeless()
        ? `too many trials ${unfinished.length < STUCK ? "failed" : "were not finished"}`
        : undefined,
      laws,
      leftOut,
      unfinished
    }),
    runs,
    work: work.spent / BUDGET_UNIT
  }
})

/**
 * Holds an algorithm of this process against everything there is: families × goals × oracles × budgets, the laws of its program, exponents, rivals on the same instances.
 * `coverbound audit FILE.ts` does the same with the algorithm in a process of its own, which survives what it does. `auditPlan(algorithm)` is the whole plan, with every family.
 *
 * @param options what is left out is: every family's instances, seed 1, level 0.01, the built-in algorithms beside it, no budget
 * Dies of a RangeError for a level outside (0, 1), a negative budget or no trials.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { auditPlan, passive, type PlannedCase } from "coverbound"
 *
 * // The whole plan takes a minute; here is a case of one's own, without the laws of its program and without rivals.
 * const easy: PlannedCase = {
 *   id: "easy",
 *   why: "nothing rare to be found",
 *   spec: () => "rare-good:C=10,d=2",
 *   epsilon: ({ rewardRange }) => 0.1 * rewardRange,
 *   parameters: "practical",
 *   interpreter: "literal",
 *   trials: [2, 2]
 * }
 * const { clauses, findings } = await Effect.runPromise(
 *   auditPlan(passive, { seed: 1, level: 1e-3, cases: [easy], axes: [], laws: false, rivals: [] })
 * )
 * for (const { id, part, verdict } of clauses) console.log(id, part, verdict) // => T1 identity supported
 * // => T2 bound supported
 * // => L2 – undecided
 * // => least-squares method undecided
 * // => equivariant – undecided
 * console.log(findings.length) // => 0
 * ```
 */
export const auditPlan = (
  algorithm: AnyAlgorithm<OracleServices>,
  options: Partial<PlanOptions> = {}
): Effect.Effect<PlanResult> =>
  Effect.suspend(() => {
    const all = { resolve: namedInstance, seed: 1, level: 0.01, rivals: algorithms, ...options }
    const { budget = Infinity, level, trials = 1 } = all
    // At level 0 nothing is ever decided, and trials would be made without end.
    requireLevel("level", level)
    requireCount("trials", trials)
    if (!(budget >= 0)) throw new RangeError(`budget: ${budget}, expected a number of 0 or more`)
    return auditWith(inProcessRunner(algorithm, all), all)
  })
