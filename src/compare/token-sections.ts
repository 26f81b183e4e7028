/** TokenChain and TokenLock: by token or by response, as the horizon grows (t8-mtss.md, predictions.md). */
import { fixed } from "../numeric/fixed.ts"
import * as Effect from "effect/Effect"
import { bestOfNElliptic } from "../algorithm/best-of-n-elliptic.ts"
import { exhaustive } from "../algorithm/exhaustive.ts"
import { spannerSamplingAdaptive } from "../algorithm/spanner-sampling-adaptive.ts"
import type { SweepPoint } from "../run/sweep.ts"
import {
  CHAIN_HORIZONS,
  compareOnChains,
  compareOnLocks,
  type Contestant,
  LOCK_HORIZONS,
  medianCount,
  type TokenComparison
} from "./token-comparisons.ts"
import { exponentCell, exponentData, rowVerdict, UNFITTED } from "./measured-exponent.ts"
import type { ExponentKey } from "./predictions.ts"
import type { CompareSettings, Section, SectionMaker, SectionRow } from "./section.ts"

/** n draws a round are counted in doubles: past this C_cov, 3·C_cov of them would lose a unit. */
const COUNTED = 2 ** 48

/** What holds y* on a lock by weak draws, beside SpannerSampling and passive; the strong oracle at d = 1 guesses the sign of θ*, and L1 says nothing of it. */
const OTHERS: ReadonlyArray<Contestant> = [
  { algorithm: spannerSamplingAdaptive, mostCoverage: COUNTED },
  { algorithm: bestOfNElliptic, mostCoverage: COUNTED },
  { algorithm: exhaustive }
]

const short = (count: bigint | undefined): string => {
  if (count === undefined) return UNFITTED
  return count < 100_000n ? `${count}` : Number(count).toExponential(1).replace("+", "")
}

type Pick = (point: SweepPoint) => bigint | undefined

/** Medians of a count by horizon; "–" where an algorithm was not followed, ">" where a run did not succeed. */
const counts = (
  points: ReadonlyArray<SweepPoint>,
  name: string,
  horizons: ReadonlyArray<number>,
  pick: Pick
): ReadonlyArray<string> =>
  horizons.map((H) => {
    const runs = points.filter((p) => p.algorithm === name && p.at === H)
    return runs.length === 0 ? UNFITTED : short(medianCount(runs.map(pick)))
  })

const data = ({ fits, points }: TokenComparison) => ({
  points: points.map((point) => ({
    algorithm: point.algorithm,
    interpreter: point.interpreter,
    horizon: point.at,
    trial: point.trial,
    coverage: point.coverage,
    conditionalCoverage: point.conditionalCoverage ?? null,
    target: point.target,
    suboptimality: point.suboptimality,
    reached: point.reached,
    rewardQueries: point.rewardQueries,
    samplingQueries: point.samplingQueries,
    heldAfter: point.firstFeatureAt ?? null
  })),
  fits: fits.map(exponentData)
})

const rowsOf = (
  { fits, points }: TokenComparison,
  horizons: ReadonlyArray<number>,
  quantity: ExponentKey["quantity"],
  pick: Pick
): ReadonlyArray<SectionRow> =>
  [...new Set(points.map((p) => p.algorithm))].map((name): SectionRow => {
    const found = fits.filter((f) => f.algorithm === name && f.quantity === quantity)
    const [power, rate] = [true, false].map((isPower) => found.find(({ variable }) => (variable === "H") === isPower))
    return {
      cells: [name, ...counts(points, name, horizons, pick), exponentCell(power, 3), exponentCell(rate, 3)],
      ...rowVerdict(rate === undefined ? [] : [rate])
    }
  })

const settingsOf = ({ progress, quick, seed }: CompareSettings) => ({ trials: quick ? 2 : 12, seed, progress })

/** The row that says on how many runs MTSS did not reach its target; none where it always did. */
const missedRows = ({ points }: TokenComparison, what: string): ReadonlyArray<SectionRow> => {
  const missed = points.filter((p) => p.algorithm === "mtss" && !p.reached).length
  return missed === 0 ? [] : [{ cells: [`  MTSS ${what} on ${missed} runs`], verdict: "refuted" }]
}

/** TokenChain's section. @param shown horizons with a column. */
export const chainTable = (found: TokenComparison, shown: ReadonlyArray<number>): Section => ({
  id: "token-chain",
  title: "TokenChain, C_cond = 1.5: T_comp to 0.1 R as responses grow longer",
  heads: ["algorithm", ...shown.map((H) => `H = ${H}`), "power of H", "log T_comp per token"],
  rows: [...rowsOf(found, shown, "T_comp", (p) => p.samplingQueries), ...missedRows(found, "missed the target")],
  notes: [
    "By token (mtss) T_comp is a power of H; by response log T_comp is linear in H with slope log C_cond = 0.405. Medians; mtss is drawn literally and runs to its own end, spanner-sampling stops at the target, in law where it can no longer be drawn."
  ],
  data: data(found)
})

/** TokenLock's section. @param shown horizons with a column. */
export const lockTable = (found: TokenComparison, shown: ReadonlyArray<number>): Section => ({
  id: "token-lock",
  title: "TokenLock, A = 4: sampling queries until y* is held",
  heads: ["algorithm", ...shown.map((H) => `H = ${H}`), "power of H", "in A^H"],
  rows: [
    ...rowsOf(found, shown, "T_comp to hold y*", (p) => p.firstFeatureAt),
    ...missedRows(found, "left the lock shut"),
    ...found.fits
      .filter((f) => f.algorithm === "mtss" && f.quantity === "T_comp")
      .map(({ fit }) => ({
        cells: [
          `  mtss opens the lock (0.13 β) on every run, with T_comp a power ${fixed(fit.estimate, 2)} [${fixed(fit.lower, 2)}, ${fixed(fit.upper, 2)}] of H`
        ]
      }))
  ],
  notes: [
    "To hold y* once, every algorithm that draws whole responses needs a number of them in proportion to A^H, as L1 says it must. Medians of geometric counts; literal while C_cov ≤ 1e5, in law beyond; – where counts or programs cannot follow."
  ],
  data: data(found)
})

const makeChains = Effect.fnUntraced(function* (settings: CompareSettings): Effect.fn.Return<Section> {
  const horizons = settings.quick ? CHAIN_HORIZONS.filter((H) => H <= 24) : CHAIN_HORIZONS
  const found = yield* compareOnChains({ ...settingsOf(settings), horizons })
  const shown = settings.quick ? horizons : horizons.filter((H) => ![24, 48].includes(H))
  return chainTable(found, shown)
})

const makeLocks = Effect.fnUntraced(function* (settings: CompareSettings): Effect.fn.Return<Section> {
  const horizons = settings.quick ? LOCK_HORIZONS.filter((H) => H <= 10) : LOCK_HORIZONS
  const found = yield* compareOnLocks({ ...settingsOf(settings), horizons, contestants: OTHERS })
  const shown = settings.quick ? horizons : horizons.filter((H) => [4, 8, 16, 24, 32].includes(H))
  return lockTable(found, shown)
})

export const tokenChainSection: SectionMaker = { id: "token-chain", make: makeChains }
export const tokenLockSection: SectionMaker = { id: "token-lock", make: makeLocks }
