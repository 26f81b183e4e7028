/**
 * What can be judged of live runs, where no law is known: T3 and T4 exactly, on the spanner; the counts of T6 and T7, given the promised C; the promise itself, which a run
 * can refute and draws can never prove; the accuracy that was aimed at, instead of ε; and whether the draws were independent.
 */
import type { Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Problem } from "../oracle/services.ts"
import { promptCoverage } from "../coverage/coverage-profile.ts"
import { clopperPearsonUpper } from "../statistics/clopper-pearson.ts"
import { accounted, undecided, unpromised } from "../theorem/judging.ts"
import { withoutSpanner } from "../theorem/spanner-chain.ts"
import { spannerIsSmall } from "../theorem/t3-spanner-is-small.ts"
import { ellipticPotential } from "../theorem/t4-elliptic-potential.ts"
import { softmaxSamplerIsClose } from "../theorem/t6-softmax-sampler.ts"
import { costClauses, unmetBySpannerSampling } from "../theorem/t7-spanner-sampling.ts"
import type { Judgement } from "../theorem/theorem.ts"
import type { BaseRate } from "./evaluation.ts"
import type { LiveRun, LiveRuns } from "./live-run.ts"
import { repeatedDraws } from "./repeated-draws.ts"

/** `live`: what is held against the runs beside the theorems. */
export type LiveJudgement = Omit<Judgement, "theorem"> & { readonly theorem: Judgement["theorem"] | "live" }

export interface LiveSubject {
  readonly problem: Problem
  readonly parameters: ParameterRecord
  readonly goal: Goal
  readonly algorithm: { readonly name: string; readonly claims: ReadonlyArray<string> }
  /** Accuracy to be reached, in (0, 1]. */
  readonly target: number | undefined
  /** Whether two rewards of one response may differ. */
  readonly noisy: boolean
  /** For people: the prompts. */
  readonly prompts: ReadonlyArray<string>
}

const evidence = (part: string, clause: Omit<Judgement, "theorem" | "part" | "nature">): LiveJudgement => ({
  theorem: "live",
  part,
  nature: "evidence",
  ...clause
})

const left = (
  part: string,
  measured: number | string,
  relation: LiveJudgement["relation"],
  bound: number | string,
  note: string
): LiveJudgement => ({ ...undecided("evidence", "own", part, note, measured, bound), relation, theorem: "live" })

/** Base draws at a prompt, over all runs. */
const pooled = (runs: ReadonlyArray<LiveRun>): ReadonlyArray<BaseRate> => {
  const all = runs.flatMap(({ evaluation }) => (evaluation === undefined ? [] : [evaluation.rates]))
  return (all[0] ?? []).map((_, x) =>
    all.reduce(
      (sum, rates) => ({
        draws: sum.draws + rates[x].draws,
        right: sum.right + rates[x].right,
        rewarded: sum.rewarded + rates[x].rewarded,
        largest: Math.max(sum.largest, rates[x].largest)
      }),
      { draws: 0, right: 0, rewarded: 0, largest: 0 }
    )
  )
}

/** The largest lower bound on C_cov, and the prompt that gives it; 0 where no draw was rewarded. */
interface SeenCoverage {
  readonly least: number
  readonly x: number
  readonly rate: BaseRate | undefined
}

/**
 * C_cov(π*_β) ≥ e^{r/β}/Z_x at a prompt where a response of reward r was drawn, and Z_x ≤ 1 + p(e^{R/β} − 1) with p = P(reward > 0): a lower bound on C_cov from an upper
 * one on p, at each prompt at α over the number of prompts.
 */
const seenCoverage = (
  { noisy, problem: { beta, rewardRange: R } }: LiveSubject,
  runs: ReadonlyArray<LiveRun>,
  level: number
): SeenCoverage => {
  // Of noisy rewards the largest mean is not known.
  const rates = noisy ? [] : pooled(runs)
  const bounds = rates.map(({ draws, largest, rewarded }) =>
    rewarded === 0
      ? 0
      : // Of reward R: e^{R/β}/Z_x; of less, by as much less.
        promptCoverage(clopperPearsonUpper(rewarded, draws, level / rates.length), R / beta) *
        Math.exp((largest - R) / beta)
  )
  const least = bounds.reduce((a, b) => Math.max(a, b), 0)
  const x = bounds.indexOf(least)
  return { least, x, rate: rates[x] }
}

const promiseClause = (
  { goal, noisy, prompts }: LiveSubject,
  { least, rate, x }: SeenCoverage,
  level: number
): LiveJudgement => {
  const note = "draws can refute a promise of coverage; of prompts and responses that were not seen they say nothing"
  const why = noisy
    ? "rewards are noisy: the largest mean is not known"
    : "no draw was rewarded: nothing is known of C_cov"
  if (least === 0 || rate === undefined) return left("promise", "none", "<=", goal.coverage, `${why}; ${note}`)
  const where = `at ${JSON.stringify(prompts[x])}, ${rate.rewarded} of ${rate.draws} draws rewarded`
  if (least <= goal.coverage)
    return left("promise", least, "<=", goal.coverage, `C_cov is at least ${least.toPrecision(3)} (${where}); ${note}`)
  return evidence("promise", {
    verdict: "refuted",
    level,
    measured: least,
    relation: "<=",
    bound: goal.coverage,
    note: `C_cov is at least ${least.toPrecision(4)} (${where}): more than was promised, and T6 and T7 promise nothing of these runs`
  })
}

/** Rewards off linear by more than rounding, in units of R. */
const REALIZABLE = 1e-9

/** T7's costs: promised of runs that meet its hypotheses as far as anybody can tell. */
const costsOf = (
  subject: LiveSubject,
  runs: ReadonlyArray<LiveRun>,
  { least }: SeenCoverage
): ReadonlyArray<LiveJudgement> => {
  const sup = runs.reduce((most, { evaluation }) => Math.max(most, evaluation?.linear.sup ?? 0), 0)
  const missing = unmetBySpannerSampling({
    ...subject,
    exact: subject.noisy || sup <= REALIZABLE * subject.problem.rewardRange ? {} : { misspecification: sup },
    best: { coverage: least }
  })
  return costClauses(subject, runs).map((one) =>
    one.verdict === "supported" && missing.length > 0 ? unpromised(one, true, missing) : one
  )
}

/** T6's failures, which refute not the theorem but the promise M that it was given. */
const samplerClauses = (
  subject: LiveSubject,
  runs: ReadonlyArray<LiveRun>,
  level: number
): ReadonlyArray<LiveJudgement> =>
  softmaxSamplerIsClose.judge(subject, runs, level).map((clause): LiveJudgement =>
    clause.part !== "failure" || clause.verdict !== "refuted"
      ? clause
      : {
          ...clause,
          theorem: "live",
          part: "promise M",
          note: `${clause.note}: T6 allows that of no target within M = ${subject.parameters["promise"] ?? "what was asked"}, so that the promise does not hold`
        }
  )

const accuracyClause = (target: number, runs: ReadonlyArray<LiveRun>, level: number): LiveJudgement => {
  const all = runs.flatMap(({ evaluation }) => (evaluation === undefined ? [] : [evaluation.policy]))
  // Each run has a policy of its own: the worst of them is held against the target.
  if (all.length === 0) return left("accuracy", "none", ">=", target, "no answers of the policy were drawn (--answers)")
  const lower = all.reduce((least, { interval }) => Math.min(least, interval.lower), 1)
  const upper = all.reduce((least, { interval }) => Math.min(least, interval.upper), 1)
  const worst = all.reduce((least, { answers, right }) => Math.min(least, right / answers), 1)
  const verdict = lower >= target ? "supported" : upper < target ? "refuted" : "undecided"
  return evidence("accuracy", {
    verdict,
    level: verdict === "undecided" ? 0 : Math.min(1, level * all.length),
    measured: worst,
    relation: ">=",
    bound: target,
    note: `accuracy of the least of ${all.length} learned policies, in [${lower.toPrecision(3)}, ${upper.toPrecision(3)}]; ${all.map(({ answers, right }) => `${right} of ${answers}`).join(", ")} fresh answers right`
  })
}

/** Level of the clause on draws, whatever that of the others: it is about the server, and asked of every run. */
const REPEATED = 1e-6

const independenceClause = ({ delivered }: LiveRuns, asked: number): LiveJudgement => {
  const level = Math.min(asked, REPEATED)
  const { decided, pValue, suspects } = repeatedDraws(delivered)
  const note = `${suspects} of ${decided} comparisons in which a draw repeats the one that a fault of seeds would have it repeat, or else another; p = ${pValue.toPrecision(2)}`
  return pValue > level
    ? left("draws", pValue, ">=", level, `nothing against their independence: ${note}`)
    : evidence("draws", {
        verdict: "refuted",
        level,
        measured: pValue,
        relation: ">=",
        bound: level,
        note: `draws repeat: ${note}. Figures are of fewer draws than were paid for; coverbound doctor --server says what to change`
      })
}

/** Used, unused and bought are one account. */
const ledgerClause = (runs: ReadonlyArray<LiveRun>): LiveJudgement => {
  const off = runs.find(
    ({ ledger, live }) => ledger.samplingQueries !== BigInt(live.used) || live.used + live.unused !== live.bought.draws
  )
  const used = runs.reduce((sum, { live }) => sum + live.used, 0)
  const T_comp = runs.reduce((sum, { ledger }) => sum + ledger.samplingQueries, 0n)
  const note = "T_comp against draws bought less draws unused"
  return { ...accounted("own", "ledger", T_comp, used, note, off === undefined), relation: "=", theorem: "live" }
}

/** Every clause, at a level each. */
export const judgeLive = (subject: LiveSubject, made: LiveRuns, level: number): ReadonlyArray<LiveJudgement> => {
  const { algorithm, parameters, target } = subject
  const { claims } = algorithm
  const { runs } = made
  const spanner = claims.includes("T3") && withoutSpanner(subject).length === 0
  const costs =
    claims.includes("T7") && ["prompts", "pairsPerPrompt", "rounds", "promise"].every((name) => parameters[name] > 0)
  const seen = seenCoverage(subject, runs, level)
  return [
    ...(target === undefined ? [] : [accuracyClause(target, runs, level)]),
    promiseClause(subject, seen, level),
    independenceClause(made, level),
    ...(runs.some(({ sampler }) => sampler.calls > 0) ? samplerClauses(subject, runs, level) : []),
    ...(spanner
      ? [...spannerIsSmall.judge(subject, runs, level), ...ellipticPotential.judge(subject, runs, level)]
      : []),
    ...(costs ? costsOf(subject, runs, seen) : []),
    ledgerClause(runs)
  ]
}
