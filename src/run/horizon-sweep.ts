/**
 * What a horizon costs: runs of token and of sequence algorithms on one family as H grows (theory §7, TokenChain and TokenLock). Plain rows; what is fitted to them is the
 * family's own question.
 *
 * A token algorithm runs to its own end, certificate and all; a sequence algorithm is stopped at the first checkpoint that meets the target, which flatters it.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { Interpreter, OracleServices } from "../oracle/interpreter.ts"
import type { ExponentEstimate } from "../statistics/exponent-fit.ts"
import { exponentOf, goalOnGround, groundOf, runToTarget } from "./target-run.ts"

/** An algorithm, and how far it can be followed. */
export interface Contestant {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** Largest C_cov at which it is run: past it even its exact-law simulation takes too long. Default: any. */
  readonly mostCoverage?: number
}

export interface HorizonPlan {
  readonly contestants: ReadonlyArray<Contestant>
  /** H, one instance each. */
  readonly horizons: ReadonlyArray<number>
  readonly instance: (horizon: number) => Instance
  /** Suboptimality to reach, in units of reward. */
  readonly target: (instance: Instance) => number
  /** Runs per algorithm and horizon. */
  readonly trials: number
  readonly seed: number
  /** Sequence algorithms draw literally up to this C_cov, and in law beyond. Token algorithms always draw literally. */
  readonly literalCoverage: number
  readonly progress?: (done: number, total: number, what: string) => void
}

/** One run. */
export interface HorizonPoint {
  readonly algorithm: string
  readonly interpreter: Interpreter
  readonly horizon: number
  readonly trial: number
  /** C_cov(π*_β) and C_cond(π*_β), exact. */
  readonly coverage: number
  readonly conditionalCoverage: number
  readonly target: number
  readonly suboptimality: number
  readonly reached: boolean
  readonly rewardQueries: bigint
  readonly samplingQueries: bigint
  /** Sampling queries when a response with φ ≠ 0 was first rewarded: on TokenLock, when y* was first held. */
  readonly heldAfter: bigint | undefined
}

/** A fitted scaling beside theory's. */
export interface HorizonFit {
  readonly algorithm: string
  readonly quantity: "T_comp" | "T_comp to hold y*"
  /** What the exponent is of: `H` for a power of the horizon, `e^H` for a rate per token, `A^H` for the number of responses. */
  readonly base: "H" | "e^H" | "A^H"
  readonly fit: ExponentEstimate
  /** What theory says it is, and the margin within which it is held to be that; undefined where theory says "some power". */
  readonly predicted: number | undefined
  readonly margin: number | undefined
}

/** Counts past which a parameter leaves float64's integers. */
const MOST_PAIRS = 2 ** 50

/** The same number of pairs over more prompts, where one prompt's would pass 2⁵⁰: on one prompt it is the same program. */
const spread = (parameters: ParameterRecord): ParameterRecord => {
  const { pairsPerPrompt, prompts } = parameters
  if (pairsPerPrompt === undefined || prompts === undefined || pairsPerPrompt <= MOST_PAIRS) return parameters
  return { ...parameters, pairsPerPrompt: MOST_PAIRS, prompts: prompts * Math.ceil(pairsPerPrompt / MOST_PAIRS) }
}

/** Runs contestants × horizons × trials. */
export const horizonSweep = Effect.fnUntraced(function* (
  plan: HorizonPlan
): Effect.fn.Return<ReadonlyArray<HorizonPoint>> {
  const points: Array<HorizonPoint> = []
  const total = plan.contestants.length * plan.horizons.length * plan.trials
  let done = 0
  for (const horizon of plan.horizons) {
    const instance = plan.instance(horizon)
    const ground = groundOf(instance)
    const target = plan.target(instance)
    const goal = goalOnGround(ground, target)
    const { conditionalCoverage, coverage } = goal
    if (conditionalCoverage === undefined) throw new TypeError(`instance: ${instance.spec}, expected one with tokens`)
    for (const { algorithm, mostCoverage = Infinity } of plan.contestants) {
      const byToken = algorithm.oracle === "token"
      const interpreter = byToken || coverage <= plan.literalCoverage ? "literal" : "exact-law"
      for (let trial = 0; trial < plan.trials; trial++) {
        plan.progress?.(done++, total, `${algorithm.name} at H = ${horizon}`)
        if (coverage > mostCoverage) continue
        const { reached, record } = yield* runToTarget(ground, {
          algorithm,
          interpreter,
          parameters: spread(algorithm.practical(ground.problem, goal)),
          seed: plan.seed,
          trial,
          target,
          stop: !byToken
        })
        points.push({
          algorithm: algorithm.name,
          interpreter,
          horizon,
          trial,
          coverage,
          conditionalCoverage,
          target,
          suboptimality: record.suboptimality.value,
          reached,
          rewardQueries: record.ledger.rewardQueries,
          samplingQueries: record.ledger.samplingQueries,
          heldAfter: record.firstFeatureAt
        })
      }
    }
  }
  return points
})

/** Level of the intervals: 95 %. */
const LEVEL = 0.05
const LEAST_HORIZONS = 3

/** The exponent of a count in a base over one algorithm's runs; undefined where a run did not succeed or horizons are fewer than three. */
export const fitHorizon = (
  points: ReadonlyArray<HorizonPoint>,
  algorithm: string,
  quantity: HorizonFit["quantity"],
  base: HorizonFit["base"],
  predictor: (point: HorizonPoint) => number,
  predicted?: { readonly value: number; readonly margin: number }
): HorizonFit | undefined => {
  const runs = points.filter((p) => p.algorithm === algorithm)
  const counts = runs.map((p) => {
    const count = quantity === "T_comp" ? (p.reached ? p.samplingQueries : undefined) : p.heldAfter
    return { value: predictor(p), count: count === undefined ? undefined : Number(count) }
  })
  const fit = exponentOf(base, counts, LEVEL, LEAST_HORIZONS)
  if (fit === undefined) return undefined
  return { algorithm, quantity, base, fit, predicted: predicted?.value, margin: predicted?.margin }
}

/** Names of the algorithms that ran, those by token first. */
export const contestantNames = ({ contestants }: HorizonPlan) => ({
  byToken: contestants.filter((c) => c.algorithm.oracle === "token").map((c) => c.algorithm.name),
  whole: contestants.filter((c) => c.algorithm.oracle !== "token").map((c) => c.algorithm.name)
})

/** The upper median of counts; undefined (a run did not succeed) is larger than any count. */
export const medianCount = (counts: ReadonlyArray<bigint | undefined>): bigint | undefined =>
  counts.toSorted((a, b) => (a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : a > b ? 1 : 0))[
    counts.length >> 1
  ]
