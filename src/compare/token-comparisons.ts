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
import {
  byName,
  goalOnGround,
  groundOf,
  groundsBy,
  inThisProcess,
  sweep,
  type SweepJob,
  type SweepPoint,
  trialsOf
} from "../run/sweep.ts"
import type { ExponentInterval } from "../statistics/exponent-fit.ts"
import { medianExponent } from "../statistics/median-exponent.ts"

/** An algorithm, and how far it can be followed. */
export interface Contestant {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** Largest C_cov at which it is run: past it even its exact-law simulation takes too long. Default: any. */
  readonly mostCoverage?: number
}

/** A fitted scaling beside theory's. */
export interface HorizonFit {
  readonly algorithm: string
  readonly quantity: "T_comp" | "T_comp to hold y*"
  /** What the exponent is of: `H` for a power of the horizon, `e^H` for a rate per token, `A^H` for the number of responses. */
  readonly base: "H" | "e^H" | "A^H"
  readonly fit: ExponentInterval
  /** What theory says it is, and the margin within which it is held to be that; undefined where theory says "some power". */
  readonly predicted: number | undefined
  readonly margin: number | undefined
}

export interface TokenComparison {
  /** `at` is H; `firstFeatureAt`, on TokenLock, is when y* was first held. */
  readonly points: ReadonlyArray<SweepPoint>
  readonly fits: ReadonlyArray<HorizonFit>
}

/** What a caller chooses; everything else is the theory's. */
export interface ComparisonOptions {
  readonly horizons: ReadonlyArray<number>
  readonly trials: number
  readonly seed: number
  /** More sequence algorithms than spanner-sampling (and, on the lock, passive). */
  readonly contestants?: ReadonlyArray<Contestant>
  readonly progress?: (done: number, total: number, what: string) => void
}

export const CHAIN_HORIZONS = [4, 8, 16, 24, 32, 48, 64] as const
export const LOCK_HORIZONS = [4, 6, 8, 10, 12, 16, 20, 24, 28, 32] as const

/** C_cond of the chains and A of the locks. */
const CHAIN_COVERAGE = 1.5
const LOCK_TOKENS = 4
/** Rate per token, and exponent in A^H, are held to theory's within 5 %. */
const MARGIN = 0.05
/** Queries to hold y* are geometric, so their logarithm has deviation 1.3 a run; passive is followed over a third of the others' range. */
const PASSIVE_MARGIN = 0.15
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

/** A family whose instances differ in H. */
interface Family {
  readonly contestants: ReadonlyArray<Contestant>
  readonly instance: (horizon: number) => Instance
  /** Suboptimality to reach, in units of reward. */
  readonly target: (instance: Instance) => number
}

/**
 * Runs contestants × horizons × trials. A token algorithm runs to its own end, certificate and all; a sequence algorithm is stopped at the first checkpoint that meets the
 * target, which flatters it.
 */
const runs = Effect.fnUntraced(function* (
  { contestants, instance, target }: Family,
  { horizons, progress, seed, trials }: ComparisonOptions
) {
  const instances = horizons.map((H) => ({ H, made: instance(H) }))
  const ground = groundsBy((spec) => groundOf(instances.find(({ made }) => made.spec === spec)!.made))
  const jobs = instances.flatMap(({ H, made: { spec } }) => {
    const on = ground(spec)
    const reach = target(on.instance)
    const { coverage } = on.coverage
    return contestants.flatMap(({ algorithm, mostCoverage = Infinity }) => {
      if (coverage > mostCoverage) return []
      const byToken = algorithm.oracle === "token"
      const job = {
        algorithm: algorithm.name,
        spec,
        at: H,
        target: reach,
        parameters: spread(algorithm.practical(on.problem, goalOnGround(on, reach))),
        interpreter: byToken || coverage <= LITERAL_COVERAGE ? "literal" : "exact-law",
        seed,
        stop: !byToken
      } as const
      return trialsOf(trials).map((trial): SweepJob => ({ ...job, trial }))
    })
  })
  return yield* sweep(jobs, {
    ground,
    make: inThisProcess(byName(contestants.map(({ algorithm }) => algorithm))),
    onStart: ({ algorithm, at }, done) => progress?.(done, jobs.length, `${algorithm} at H = ${at}`)
  })
})

/** Level of the intervals: 99 %, which takes 11 runs at each of 5 horizons. */
const LEVEL = 0.01
const LEAST_HORIZONS = 3

/** The exponent of the median of a count in a base over one algorithm's runs; undefined where a run did not succeed, horizons are fewer than three, or runs too few at one. */
const fitHorizon = (
  points: ReadonlyArray<SweepPoint>,
  algorithm: string,
  quantity: HorizonFit["quantity"],
  base: HorizonFit["base"],
  predictor: (point: SweepPoint) => number,
  predicted?: { readonly value: number; readonly margin: number }
): HorizonFit | undefined => {
  const counts = points
    .filter((p) => p.algorithm === algorithm)
    .map((p) => {
      const count = quantity === "T_comp" ? (p.reached ? p.samplingQueries : undefined) : p.firstFeatureAt
      return { value: predictor(p), count: count === undefined ? undefined : Number(count) }
    })
  if (new Set(counts.map(({ value }) => value)).size < LEAST_HORIZONS) return undefined
  const fit = medianExponent(base, counts, LEVEL)
  if (fit === undefined) return undefined
  return { algorithm, quantity, base, fit, predicted: predicted?.value, margin: predicted?.margin }
}

/** Names of the algorithms that ran, those by token first. */
const contestantNames = (contestants: ReadonlyArray<Contestant>): Names => ({
  byToken: contestants.filter((c) => c.algorithm.oracle === "token").map((c) => c.algorithm.name),
  whole: contestants.filter((c) => c.algorithm.oracle !== "token").map((c) => c.algorithm.name)
})

/** The upper median of counts; undefined (a run did not succeed) is larger than any count. */
export const medianCount = (counts: ReadonlyArray<bigint | undefined>): bigint | undefined =>
  counts.toSorted((a, b) => (a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : a > b ? 1 : 0))[
    counts.length >> 1
  ]

const present = (fits: ReadonlyArray<HorizonFit | undefined>): ReadonlyArray<HorizonFit> =>
  fits.filter((fit) => fit !== undefined)

const powersOfH = (points: ReadonlyArray<SweepPoint>, names: ReadonlyArray<string>) =>
  names.map((name) => fitHorizon(points, name, "T_comp", "H", (p) => p.at))

interface Names {
  readonly byToken: ReadonlyArray<string>
  readonly whole: ReadonlyArray<string>
}

/** What theory says of runs on TokenChain, fitted. */
export const chainFits = (points: ReadonlyArray<SweepPoint>, { byToken, whole }: Names): ReadonlyArray<HorizonFit> => {
  const rate = Math.log(CHAIN_COVERAGE)
  return present([
    ...powersOfH(points, byToken),
    ...whole.map((name) =>
      fitHorizon(
        points,
        name,
        "T_comp",
        "e^H",
        (p) => Math.exp(p.at),
        // Theory says so of algorithms that pay C_cov; passive least squares does not pay it here (predictions.md).
        name === spannerSampling.name ? { value: rate, margin: MARGIN * rate } : undefined
      )
    )
  ])
}

const responses = ({ at }: SweepPoint): number => LOCK_TOKENS ** at

/** What theory says of runs on TokenLock, fitted. */
export const lockFits = (points: ReadonlyArray<SweepPoint>, { byToken, whole }: Names): ReadonlyArray<HorizonFit> =>
  present([
    ...powersOfH(points, byToken),
    ...byToken.map((name) => fitHorizon(points, name, "T_comp to hold y*", "H", (p) => p.at)),
    ...whole.map((name) =>
      fitHorizon(points, name, "T_comp to hold y*", "A^H", responses, {
        value: 1,
        margin: name === passive.name ? PASSIVE_MARGIN : MARGIN
      })
    ),
    ...whole.map((name) => fitHorizon(points, name, "T_comp", "A^H", responses))
  ])

/** TokenChain. */
export const compareOnChains = Effect.fnUntraced(function* (
  options: ComparisonOptions
): Effect.fn.Return<TokenComparison> {
  const contestants = [{ algorithm: mtss }, { algorithm: spannerSampling }, ...(options.contestants ?? [])]
  const family: Family = {
    contestants,
    instance: (H) => tokenChain({ H, C: CHAIN_COVERAGE }, `token-chain:C=${CHAIN_COVERAGE},H=${H},beta=1,noise=none`),
    target: ({ exact }) => 0.1 * exact.rewardRange
  }
  const points = yield* runs(family, options)
  return { points, fits: chainFits(points, contestantNames(contestants)) }
})

/** TokenLock. */
export const compareOnLocks = Effect.fnUntraced(function* (
  options: ComparisonOptions
): Effect.fn.Return<TokenComparison> {
  const contestants = [
    { algorithm: mtss },
    { algorithm: spannerSampling },
    { algorithm: passive, mostCoverage: PASSIVE_COVERAGE },
    ...(options.contestants ?? [])
  ]
  const family: Family = {
    contestants,
    instance: (H) => tokenLock({ A: LOCK_TOKENS, H }, `token-lock:A=${LOCK_TOKENS},H=${H},R=1,seed=1`),
    target: ({ exact }) => 0.13 * exact.beta
  }
  const points = yield* runs(family, options)
  return { points, fits: lockFits(points, contestantNames(contestants)) }
})
