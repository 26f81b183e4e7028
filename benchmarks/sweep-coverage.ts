/** How often the interval of an exponent of medians covers it, over sweeps drawn with replacement from pools of runs whose own exponent is the truth. */
import { Stream } from "../src/numeric/stream.ts"
import { median } from "../src/statistics/median.ts"
import { medianExponent } from "../src/statistics/median-exponent.ts"
import { slopeOf } from "./slope.ts"
import type { Target } from "./suite.ts"

/** The runs at one value of what varies. */
export interface Pool {
  readonly value: number
  readonly counts: ReadonlyArray<number>
}

/** The exponent of the pools' medians. */
export const exponentOfMedians = (pools: ReadonlyArray<Pool>): number =>
  slopeOf(
    pools.map(({ value }) => Math.log(value)),
    pools.map(({ counts }) => Math.log(median(counts)))
  )

/** A sweep of `trials` runs at each value, drawn with replacement. */
export const drawnSweep = (pools: ReadonlyArray<Pool>, trials: number, stream: Stream) =>
  pools.flatMap(({ counts, value }) =>
    Array.from({ length: trials }, () => ({ value, count: counts[stream.nextInteger(counts.length)] }))
  )

/** Rounding. */
const SLACK = 1e-12

/** Whether an interval holds a value, up to rounding. */
export const covers = ({ lower, upper }: { readonly lower: number; readonly upper: number }, value: number): boolean =>
  lower - SLACK <= value && value <= upper + SLACK

/** Share of the drawn sweeps whose interval covers {@link exponentOfMedians}. */
export const medianCoverage = (
  pools: ReadonlyArray<Pool>,
  { level, repetitions, trials }: { readonly level: number; readonly repetitions: number; readonly trials: number },
  stream: Stream
): number => {
  const truth = exponentOfMedians(pools)
  let covered = 0
  for (let i = 0; i < repetitions; i++) {
    const fit = medianExponent("value", drawnSweep(pools, trials, stream), level)
    if (fit !== undefined && covers(fit, truth)) covered++
  }
  return covered / repetitions
}

/** Three Monte Carlo errors below the nominal level: what a share of covering sweeps must not fall short of. */
export const leastCoverage = (level: number, repetitions: number): number =>
  1 - level - 3 * Math.sqrt((level * (1 - level)) / repetitions)

/** The target that intervals of an exponent cover in repeated sweeps, and the share that did. */
export const coverageTarget = (
  name: string,
  pools: ReadonlyArray<Pool>,
  plan: { readonly level: number; readonly repetitions: number; readonly trials: number }
): { readonly share: string; readonly target: Target } => {
  const { level, repetitions } = plan
  const covered = medianCoverage(pools, plan, Stream.fromSeed(1).split(name))
  const share = `${(100 * covered).toFixed(2)} %`
  const claim = `intervals cover in ${100 * (1 - level)} % or more of ${repetitions} repeated sweeps, but for three Monte Carlo errors`
  const held = covered >= leastCoverage(level, repetitions)
  return { share, target: { claim: `${name}: ${claim}`, measured: share, held, kind: "result" } }
}

/** Said of such shares. */
export const TRUTH =
  "sweeps are repeated by drawing from the runs with replacement: truth is the exponent of their own medians"
