/**
 * The two comparisons of theory §7 between exploring by token and by response.
 *
 * *TokenChain*, C_cond = 1.5: MTSS reaches 0.1R with T_comp a power of H; a sequence algorithm that pays C_cov has log T_comp linear in H with slope log C_cond.
 *
 * *TokenLock*, A = 4: MTSS opens the lock (suboptimality 0.13β, L1's threshold: 0.1R would be met by π_ref itself, which is β·log 2 away) with T_comp a power of H.
 * For sequence algorithms success is the weaker thing that L1 is about, *holding* y* once: the queries to it follow A^H. The queries to 0.13β are fitted as well.
 */
import * as Effect from "effect/Effect"
import { mtss } from "../algorithm/mtss.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { tokenChain } from "../instance/families/token-chain.ts"
import { tokenLock } from "../instance/families/token-lock.ts"
import {
  type Contestant,
  contestantNames,
  fitHorizon,
  type HorizonFit,
  type HorizonPlan,
  type HorizonPoint,
  horizonSweep
} from "../run/horizon-sweep.ts"

export interface TokenComparison {
  readonly points: ReadonlyArray<HorizonPoint>
  readonly fits: ReadonlyArray<HorizonFit>
}

/** What a caller chooses; everything else is the theory's. */
export interface ComparisonOptions extends Pick<HorizonPlan, "progress"> {
  readonly horizons: ReadonlyArray<number>
  readonly trials: number
  readonly seed: number
  /** More sequence algorithms than spanner-sampling (and, on the lock, passive). */
  readonly contestants?: ReadonlyArray<Contestant>
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

const present = (fits: ReadonlyArray<HorizonFit | undefined>): ReadonlyArray<HorizonFit> =>
  fits.filter((fit) => fit !== undefined)

const powersOfH = (points: ReadonlyArray<HorizonPoint>, names: ReadonlyArray<string>) =>
  names.map((name) => fitHorizon(points, name, "T_comp", "H", (p) => p.horizon))

type Names = ReturnType<typeof contestantNames>

/** What theory says of runs on TokenChain, fitted. */
export const chainFits = (
  points: ReadonlyArray<HorizonPoint>,
  { byToken, whole }: Names
): ReadonlyArray<HorizonFit> => {
  const rate = Math.log(CHAIN_COVERAGE)
  return present([
    ...powersOfH(points, byToken),
    ...whole.map((name) =>
      fitHorizon(
        points,
        name,
        "T_comp",
        "e^H",
        (p) => Math.exp(p.horizon),
        // Theory says so of algorithms that pay C_cov; passive least squares does not pay it here (theory §7).
        name === spannerSampling.name ? { value: rate, margin: MARGIN * rate } : undefined
      )
    )
  ])
}

const responses = ({ horizon }: HorizonPoint): number => LOCK_TOKENS ** horizon

/** What theory says of runs on TokenLock, fitted. */
export const lockFits = (points: ReadonlyArray<HorizonPoint>, { byToken, whole }: Names): ReadonlyArray<HorizonFit> =>
  present([
    ...powersOfH(points, byToken),
    ...byToken.map((name) => fitHorizon(points, name, "T_comp to hold y*", "H", (p) => p.horizon)),
    ...whole.map((name) =>
      fitHorizon(points, name, "T_comp to hold y*", "A^H", responses, {
        value: 1,
        margin: name === passive.name ? PASSIVE_MARGIN : MARGIN
      })
    ),
    ...whole.map((name) => fitHorizon(points, name, "T_comp", "A^H", responses))
  ])

/** TokenChain. */
export const compareOnChains = Effect.fnUntraced(function* ({
  contestants = [],
  ...options
}: ComparisonOptions): Effect.fn.Return<TokenComparison> {
  const plan: HorizonPlan = {
    ...options,
    contestants: [{ algorithm: mtss }, { algorithm: spannerSampling }, ...contestants],
    instance: (H) => tokenChain({ H, C: CHAIN_COVERAGE }, `token-chain:C=${CHAIN_COVERAGE},H=${H},beta=1,noise=none`),
    target: ({ exact }) => 0.1 * exact.rewardRange,
    literalCoverage: LITERAL_COVERAGE
  }
  const points = yield* horizonSweep(plan)
  return { points, fits: chainFits(points, contestantNames(plan)) }
})

/** TokenLock. */
export const compareOnLocks = Effect.fnUntraced(function* ({
  contestants = [],
  ...options
}: ComparisonOptions): Effect.fn.Return<TokenComparison> {
  const plan: HorizonPlan = {
    ...options,
    contestants: [
      { algorithm: mtss },
      { algorithm: spannerSampling },
      { algorithm: passive, mostCoverage: PASSIVE_COVERAGE },
      ...contestants
    ],
    instance: (H) => tokenLock({ A: LOCK_TOKENS, H }, `token-lock:A=${LOCK_TOKENS},H=${H},R=1,seed=1`),
    target: ({ exact }) => 0.13 * exact.beta,
    literalCoverage: LITERAL_COVERAGE
  }
  const points = yield* horizonSweep(plan)
  return { points, fits: lockFits(points, contestantNames(plan)) }
})
