/**
 * L1: coverage is necessary (lower-bounds/coverage/statement.md). Judged on Needle as "no run may beat it": an algorithm that finds
 * the needle more often than its charged queries allow saw something it did not pay for. That convicts the algorithm's accounting or the suite's.
 *
 * The bound is over the draw of (i*, v). Weak queries return the needle with chance 1/N whatever the needle is, so trials on one Needle count; where
 * the learner names θ (strong queries, or the output policy), each trial must have a fresh Needle (`seed=` of its SPEC), told by its digest.
 */
import { BettingEvidence } from "../../lower-bounds/coverage/betting-evidence.ts"
import { massThreshold, necessaryQueries, SOFTMAX_OUTPUT } from "../../lower-bounds/coverage/bound.ts"
import { needleChance, type NeedleShape } from "../../lower-bounds/coverage/needle-chance.ts"
import { needleShape } from "../../lower-bounds/coverage/needle-shape.ts"
import { inParameterSet } from "../policy/parameter-set.ts"
import { type RunRecord, showsFeature } from "../run/run-record.ts"
import { accounted, dearest, undecided } from "./judging.ts"
import { type Hypothesis, type Judgement, restated, type Subject, type Theorem } from "./theorem.ts"

/** The suboptimality of theory's output clause, in units of β: reaching it forces mass above ¼ on the needle when e^{R/β} = N − 1. */
export const OUTPUT_EPSILON = 0.13

/** What one run is charged, and the cap on it that was known before the run. */
interface Price {
  readonly price: number
  readonly cap: number
}

/**
 * Whether every θ of a policy lies in Θ, up to the rounding of a norm; else it is no {@link SOFTMAX_OUTPUT} and the output clause says nothing of it. A mixture
 * kept as its digest cannot be looked into, and counts as outside.
 */
const inClass = (policy: RunRecord["policy"], radius: number, d: number): boolean => {
  if (policy.kind === "reference") return true
  if (policy.kind === "mixture-digest" || policy.kind === "token-tilted") return false
  const [thetas, count] = policy.kind === "linear-softmax" ? [policy.theta, 1] : [policy.thetas, policy.count]
  return Array.from({ length: count }, (_, t) => thetas.subarray(t * d, (t + 1) * d)).every((theta) =>
    inParameterSet(theta, { kind: "ball", radius })
  )
}

/** Different trials: a run given twice is evidence once. */
const distinct = (runs: ReadonlyArray<RunRecord>): ReadonlyArray<RunRecord> => {
  const seen = new Set<string>()
  return runs.filter(({ digest, seed, trial }) => {
    const key = `${digest} ${seed} ${trial}`
    return !seen.has(key) && seen.add(key)
  })
}

/** Prices runs query by query (weak) or by their committed budgets (strong). `extra` is what the output adds. */
const pricing = (shape: NeedleShape, chance: number, strong: boolean, extra: number) => {
  const N = shape.responses
  let largest = 0
  return ({ ledger, budget }: RunRecord): Price => {
    const committed = budget.samplingQueries === undefined ? Infinity : Number(budget.samplingQueries)
    if (strong) {
      // Given misses, the law of v leans towards what was not tried: only the committed number of queries bounds the chance (statement.md §4).
      // Enumerating takes N at once, so a budget of at most N/2 buys no naming.
      const price = committed <= N / 2 ? committed * chance + extra : 1
      return { price, cap: Math.max(price, Number.MIN_VALUE) }
    }
    const draws = Number(ledger.perOracle.weakSampling)
    const named = Number(ledger.perOracle.enumeration)
    const price = named > 0 && draws + named > N / 2 ? Infinity : (draws + 2 * named) / N + extra
    const cap = Math.min(committed < N ? committed / N + extra : 1, largest === 0 ? 1 : 2 * largest)
    if (price < 1) largest = Math.max(largest, price)
    return { price, cap: Math.max(cap, 1 / N) }
  }
}

const judgement = (
  part: string,
  evidence: BettingEvidence,
  level: number,
  measured: string,
  vacuous: boolean,
  hindrance: string | undefined
): Judgement => {
  const n = evidence.trials
  const verdict = hindrance !== undefined || vacuous || n === 0 ? "undecided" : evidence.verdict(level)
  const because =
    hindrance ??
    (n === 0 ? "no trials" : vacuous ? "every run's bound is 1: it drew so much that L1 says nothing" : undefined)
  return {
    theorem: "L1",
    part,
    nature: "evidence",
    verdict,
    level,
    measured: n === 0 ? 0 : evidence.outcomes / n,
    bound: n === 0 ? 1 : evidence.prices / n,
    relation: "<=",
    note: `${measured} in ${n} trials, at most ${evidence.prices.toPrecision(4)} expected${because === undefined ? "" : `; ${because}`}`
  }
}

const judge = (subject: Subject, runs: ReadonlyArray<RunRecord>, level: number): ReadonlyArray<Judgement> => {
  const shape = needleShape(subject.exact)
  if (typeof shape === "string") return []
  const { beta, dimension, rewardRange: R } = shape
  const trials = distinct(runs)
  const chance = needleChance(shape).upper
  const fresh = new Set(trials.map((run) => run.digest)).size === trials.length
  const strong = subject.algorithm.oracle === "strong" || trials.some((run) => run.ledger.perOracle.strongSampling > 0n)
  const stranger = trials.some(
    ({ problem }) => problem.beta !== beta || problem.dimension !== dimension || problem.rewardRange !== R
  )
  const hindrance = stranger
    ? "runs on another Needle, expected the subject's N, d, beta and R"
    : trials.some((run) => run.ledger.perOracle.tokenSampling > 0n)
      ? "token queries are outside L1's framework"
      : strong && trials.some((run) => run.budget.samplingQueries === undefined)
        ? "strong queries need a budget committed before the run"
        : strong && !fresh
          ? "the trials share a Needle: draw one a trial"
          : undefined

  const epsilon = OUTPUT_EPSILON * beta
  const threshold = massThreshold(shape, epsilon)
  const output = threshold > 0 ? chance / threshold : Infinity
  const holding = new BettingEvidence()
  const reaching = new BettingEvidence()
  const priceOfHolding = pricing(shape, chance, strong, 0)
  const priceOfReaching = pricing(shape, chance, strong, output)
  let [vacuousHolding, vacuousReaching] = [true, true]
  for (const run of trials) {
    const held = priceOfHolding(run)
    holding.add(showsFeature(run) ? 1 : 0, held.price, held.cap)
    vacuousHolding &&= held.price >= 1
    const reached = priceOfReaching(run)
    const good =
      run.suboptimality.kind === "exact" && run.suboptimality.value <= epsilon && inClass(run.policy, R, dimension)
    reaching.add(good ? 1 : 0, reached.price, reached.cap)
    vacuousReaching &&= reached.price >= 1
  }
  const part = level / 2
  const { delta, epsilon: asked } = subject.goal
  const perQuery = strong ? chance : 1 / shape.responses
  const needed = necessaryQueries(
    { responses: shape.responses, chance },
    perQuery,
    delta,
    0,
    SOFTMAX_OUTPUT,
    massThreshold(shape, asked)
  )
  const what = `the least with which suboptimality ${asked} can be promised with probability ${1 - delta}`
  const paid = dearest(trials, "samplingQueries")
  const affords = needed > 0 && Number(paid) >= needed && hindrance === undefined
  const short =
    hindrance ?? (needed > 0 ? `no such promise can hold at this cost: ${what}` : "L1 asks for no query here")
  return [
    judgement("holding", holding, part, `needle held ${holding.outcomes} times`, vacuousHolding, hindrance),
    judgement(
      "output",
      reaching,
      part,
      `suboptimality ${OUTPUT_EPSILON}β reached ${reaching.outcomes} times`,
      vacuousReaching,
      hindrance ?? (fresh ? undefined : "the trials share a Needle: draw one a trial")
    ),
    {
      ...(affords
        ? accounted("L1", "cost", paid, needed, `T_comp of the dearest run against ${what}`, true)
        : undecided("accounting", "L1", "cost", short, `${paid}`, needed)),
      relation: ">="
    }
  ]
}

const hypotheses: ReadonlyArray<Hypothesis> = [
  {
    says: "\\text{the instance is a Needle: } \\pi_{\\mathrm{ref}}\\text{ uniform over }N\\text{ responses, one rewarded}",
    unmet: ({ exact }) => {
      const shape = needleShape(exact)
      return typeof shape === "string" ? [`instance is not a Needle: ${shape}`] : []
    }
  },
  {
    says: "\\text{draws are of whole responses}",
    unmet: ({ algorithm }) => (algorithm.oracle === "token" ? ["token queries are outside L1's framework"] : [])
  }
]

export const coverageNecessary: Theorem = restated({
  id: "L1",
  title: "Coverage is necessary",
  statement:
    String.raw`On \mathrm{Needle}(N,d,\beta,R), a learner making q strong-oracle queries and k namings, q+k \le N/2, holds i^* with probability at most qh + 2k/N, ` +
    String.raw`h = \mathbb{E}_u\bigl[\tfrac{e^{Ru/\beta}}{N-1+e^{Ru/\beta}}\bigr] \le \min\{e^{R^2/(2d\beta^2)}/N,\ \min_{s\ge0}(e^{Rs/\beta}/N+e^{-ds^2/2})\}; weak queries: h = 1/N. ` +
    String.raw`If e^{R/\beta}=N-1 and J_\beta(\pi^*)-J_\beta(\hat\pi)\le 0.13\beta with probability 1-\delta, then (q+4m)h \ge 1-\delta-(2k+8k')/N.`,
  paper: "Theorem 2.1",
  page: "lower-bounds/coverage/statement.md",
  nature: "probabilistic",
  universal: true,
  hypotheses,
  judge
})
