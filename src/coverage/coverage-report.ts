/** Everything `coverbound coverage` says of one or two populations, as data. */
import { crossingOf, type Crossing } from "./crossing.ts"
import { type CoverageBound, coverageBounds, coverageProfile, type ProfilePoint } from "./coverage-profile.ts"
import { type PassAtK, passCurve } from "./pass-at-k.ts"
import { fewestDraws, type Population } from "./population.ts"
import { type CostSetting, type PredictedCost, predictedCosts } from "./predicted-cost.ts"

export interface CoverageOptions {
  /** α of each population's intervals: chance that any of them is wrong. */
  readonly level: number
  /** β in units of R. */
  readonly beta: number
  /** Largest k. Default: draws at the prompt with fewest; 1024 where every law is known. */
  readonly most?: number
  /** d, ε and δ (ε in units of R) that costs are predicted for. */
  readonly cost: Pick<CostSetting, "dimension" | "epsilon" | "delta">
}

export interface PopulationReport {
  readonly name: string
  readonly known: "exact" | "samples"
  readonly prompts: number
  /** Of all prompts; 0 where the law is known. */
  readonly draws: number
  readonly notes: ReadonlyArray<string>
  readonly pass: ReadonlyArray<PassAtK>
  readonly profile: ReadonlyArray<ProfilePoint>
  readonly coverage: { readonly prompts: ReadonlyArray<CoverageBound>; readonly overall: CoverageBound }
  /** At the lower end of C_cov, and at the upper where it is more than the trivial one. */
  readonly costs: ReadonlyArray<{ readonly least: PredictedCost; readonly most: PredictedCost | undefined }>
}

export interface CoverageReport {
  readonly populations: ReadonlyArray<PopulationReport>
  /** Every pair, in order. */
  readonly crossings: ReadonlyArray<{ readonly a: number; readonly b: number; readonly found: Crossing }>
  /** k up to which curves are compared. */
  readonly most: number
}

/** pass@k where every law is known, and the largest k there is at all. */
const EXACT_MOST = 1024
export const LARGEST_K = 65536

/** 1, 2, 4 … and the largest. */
const powersUpTo = (most: number): ReadonlyArray<number> => {
  const ks: Array<number> = []
  for (let k = 1; k < most; k *= 2) ks.push(k)
  return [...ks, most]
}

const DECADES = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]

export const coverageReport = (
  populations: ReadonlyArray<Population>,
  { beta, cost, level, most: asked }: CoverageOptions
): CoverageReport => {
  const draws = populations.reduce((least, one) => Math.min(least, fewestDraws(one)), Infinity)
  const most = asked ?? Math.min(LARGEST_K, draws === Infinity ? EXACT_MOST : draws)
  const ks = powersUpTo(most)
  const setting = { ...cost, beta, rewardRange: 1 }
  return {
    populations: populations.map((one) => {
      const coverage = coverageBounds(one, 1 / beta, level)
      const { interval, onlyLower } = coverage.overall
      const dearest = onlyLower ? undefined : predictedCosts(interval.upper, setting)
      return {
        name: one.name,
        known: fewestDraws(one) === Infinity ? "exact" : "samples",
        prompts: one.prompts.length,
        draws: one.prompts.reduce((sum, prompt) => sum + ("p" in prompt ? 0 : prompt.draws), 0),
        notes: one.notes,
        pass: passCurve(one, ks, level),
        profile: coverageProfile(one, DECADES, level),
        coverage,
        costs: predictedCosts(interval.lower, setting).map((least, i) => ({ least, most: dearest?.[i] }))
      }
    }),
    crossings: populations.flatMap((a, i) =>
      populations.slice(i + 1).map((b, j) => ({ a: i, b: i + 1 + j, found: crossingOf(a, b, most, level) }))
    ),
    most
  }
}
