/**
 * The two comparisons of predictions.md between exploring by token and by response.
 *
 * *TokenChain*, C_cond = 1.5: MTSS reaches 0.1R with T_comp a power of H; a sequence algorithm that pays C_cov has log T_comp linear in H with slope log C_cond.
 *
 * *TokenLock*, A = 4: MTSS opens the lock (suboptimality 0.13β, L1's threshold: 0.1R would be met by π_ref itself, which is β·log 2 away) with T_comp a power of H.
 * For sequence algorithms success is the weaker thing that L1 is about, *holding* y* once: the queries to it follow A^H. The queries to 0.13β are fitted as well.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import { mtss } from "../algorithm/mtss.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { tokenChain } from "../instance/families/token-chain.ts"
import { tokenLock } from "../instance/families/token-lock.ts"
import type { Instance } from "../instance/instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { goalOnGround, type SweepPoint } from "../run/sweep.ts"
import { exponentOfMedian, type FittedExponent, isFitted } from "./measured-exponent.ts"
import { CHAIN_COVERAGE, type ExponentKey } from "./predictions.ts"
import { runsOn } from "./stands.ts"

/** An algorithm, and how far it can be followed. */
export interface Contestant {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** Largest C_cov at which it is run: past it even its exact-law simulation takes too long. Default: any. */
  readonly mostCoverage?: number
}

export interface TokenComparison {
  /** `at` is H; `firstFeatureAt`, on TokenLock, is when y* was first held. */
  readonly points: ReadonlyArray<SweepPoint>
  /** In powers of H, rates per token (`e^H`), and powers of the number of responses (`A^H`). */
  readonly fits: ReadonlyArray<FittedExponent>
}

/** What a caller chooses; everything else is the theory's. */
export interface ComparisonOptions {
  readonly horizons: ReadonlyArray<number>
  readonly trials: number
  readonly seed: number
  /** More sequence algorithms than spanner-sampling (and, on the lock, passive). */
  readonly contestants?: ReadonlyArray<Contestant>
  readonly progress?: (what: string) => void
}

export const CHAIN_HORIZONS = [4, 8, 16, 24, 32, 48, 64] as const
export const LOCK_HORIZONS = [4, 6, 8, 10, 12, 16, 20, 24, 28, 32] as const

/** A of the locks. */
const LOCK_TOKENS = 4
/** Sequence algorithms are drawn literally up to this C_cov: some 10⁷ responses a run, a second. */
const LITERAL_COVERAGE = 1e5
/** Passive exploration asks for its pairs 65,536 at a time, whatever answers: 10⁴ batches. */
const PASSIVE_COVERAGE = 4 ** 12

/** Counts past which a parameter leaves float64's integers. */
const MOST_PAIRS = 2 ** 50

/** The same number of pairs over more prompts, where one prompt's would pass 2⁵⁰: on one prompt it is the same program. */
const spread = (parameters: ParameterRecord): ParameterRecord => {
  const { pairsPerPrompt, prompts } = parameters
  if (pairsPerPrompt === undefined || prompts === undefined || pairsPerPrompt <= MOST_PAIRS) return parameters
  return { ...parameters, pairsPerPrompt: MOST_PAIRS, prompts: prompts * Math.ceil(pairsPerPrompt / MOST_PAIRS) }
}

/** Level of the intervals: 99 %, which takes 11 runs at each of 5 horizons. */
const LEVEL = 0.01
const LEAST_HORIZONS = 3

/** What an exponent is of, by the horizon. */
const BASES = { H: (H: number) => H, "e^H": Math.exp, "A^H": (H: number) => LOCK_TOKENS ** H } as const

/** Exponents of the median of a count over each algorithm's runs; none where a run did not succeed, horizons are fewer than three, or runs too few at one. */
const fitted = (
  points: ReadonlyArray<SweepPoint>,
  algorithms: ReadonlyArray<string>,
  quantity: ExponentKey["quantity"],
  variable: keyof typeof BASES
): ReadonlyArray<FittedExponent> =>
  algorithms
    .map((algorithm) => {
      const counts = points
        .filter((p) => p.algorithm === algorithm)
        .map((p) => {
          const count = quantity === "T_comp" ? (p.reached ? p.samplingQueries : undefined) : p.firstFeatureAt
          return { value: BASES[variable](p.at), count: count === undefined ? undefined : Number(count) }
        })
      const enough = new Set(counts.map(({ value }) => value)).size >= LEAST_HORIZONS
      return exponentOfMedian(algorithm, { quantity, variable }, enough ? counts : [], LEVEL)
    })
    .filter(isFitted)

/** The upper median of counts; undefined (a run did not succeed) is larger than any count. */
export const medianCount = (counts: ReadonlyArray<bigint | undefined>): bigint | undefined =>
  counts.toSorted((a, b) => (a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : a > b ? 1 : 0))[
    counts.length >> 1
  ]

/** Of the algorithms that ran. */
interface Names {
  readonly byToken: ReadonlyArray<string>
  readonly whole: ReadonlyArray<string>
}

/** What theory says of runs on TokenChain, fitted. */
export const chainFits = (
  points: ReadonlyArray<SweepPoint>,
  { byToken, whole }: Names
): ReadonlyArray<FittedExponent> => [
  ...fitted(points, byToken, "T_comp", "H"),
  ...fitted(points, whole, "T_comp", "e^H")
]

/** What theory says of runs on TokenLock, fitted. */
export const lockFits = (
  points: ReadonlyArray<SweepPoint>,
  { byToken, whole }: Names
): ReadonlyArray<FittedExponent> => [
  ...fitted(points, byToken, "T_comp", "H"),
  ...fitted(points, byToken, "T_comp to hold y*", "H"),
  ...fitted(points, whole, "T_comp to hold y*", "A^H"),
  ...fitted(points, whole, "T_comp", "A^H")
]

/** A family whose instances differ in H, and how its runs are fitted. */
interface Family {
  /** Beside MTSS and SpannerSampling. */
  readonly others: ReadonlyArray<Contestant>
  readonly instance: (horizon: number) => Instance
  /** Suboptimality to reach, in units of reward. */
  readonly target: (instance: Instance) => number
  readonly fits: (points: ReadonlyArray<SweepPoint>, names: Names) => ReadonlyArray<FittedExponent>
}

/**
 * Runs contestants × horizons × trials. A token algorithm runs to its own end, certificate and all; a sequence algorithm is stopped at the first checkpoint that meets the
 * target, which flatters it.
 */
const comparisonOn = ({ fits, instance, others, target }: Family) =>
  Effect.fnUntraced(function* ({
    contestants = [],
    horizons,
    ...options
  }: ComparisonOptions): Effect.fn.Return<TokenComparison> {
    const all: ReadonlyArray<Contestant> = [
      { algorithm: mtss },
      { algorithm: spannerSampling },
      ...others,
      ...contestants
    ]
    const points = yield* runsOn({
      ...options,
      algorithms: all.map(({ algorithm }) => algorithm),
      stands: horizons.map((H) => ({ value: H, instance: instance(H) })),
      ask: (algorithm, ground) => {
        const { mostCoverage = Infinity } = all.find((one) => one.algorithm === algorithm)!
        const { coverage } = ground.coverage
        if (coverage > mostCoverage) return undefined
        const byToken = algorithm.oracle === "token"
        const reach = target(ground.instance)
        return {
          target: reach,
          parameters: spread(algorithm.practical(ground.problem, goalOnGround(ground, reach))),
          interpreter: byToken || coverage <= LITERAL_COVERAGE ? "literal" : "exact-law",
          stop: !byToken
        }
      }
    })
    const named = (byToken: boolean): ReadonlyArray<string> =>
      all.flatMap(({ algorithm: { name, oracle } }) => ((oracle === "token") === byToken ? [name] : []))
    return { points, fits: fits(points, { byToken: named(true), whole: named(false) }) }
  })

export const compareOnChains = comparisonOn({
  others: [],
  instance: (H) => tokenChain({ H, C: CHAIN_COVERAGE }, `token-chain:C=${CHAIN_COVERAGE},H=${H},beta=1,noise=none`),
  target: ({ exact }) => 0.1 * exact.rewardRange,
  fits: chainFits
})

export const compareOnLocks = comparisonOn({
  others: [{ algorithm: passive, mostCoverage: PASSIVE_COVERAGE }],
  instance: (H) => tokenLock({ A: LOCK_TOKENS, H }, `token-lock:A=${LOCK_TOKENS},H=${H},R=1,seed=1`),
  target: ({ exact }) => 0.13 * exact.beta,
  fits: lockFits
})
