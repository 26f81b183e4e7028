/**
 * By token or by response: T_comp as the horizon grows, on TokenChain and TokenLock (families.md). The counts are the ledger's: results, not timings.
 */
import * as Effect from "effect/Effect"
import type { SweepPoint } from "../src/run/sweep.ts"
import {
  CHAIN_HORIZONS,
  compareOnChains,
  compareOnLocks,
  type HorizonFit,
  LOCK_HORIZONS,
  medianCount,
  type TokenComparison
} from "../src/compare/token-comparisons.ts"
import type { Suite, Table, Target } from "./suite.ts"

const short = (count: bigint | undefined): string =>
  count === undefined ? "never" : count < 10n ** 7n ? `${count}` : Number(count).toExponential(2)

const pointTable = (title: string, points: ReadonlyArray<SweepPoint>, held: boolean): Table => {
  const groups = new Map<string, Array<SweepPoint>>()
  for (const point of points) {
    const key = `${point.algorithm} ${point.at}`
    groups.set(key, [...(groups.get(key) ?? []), point])
  }
  return {
    title,
    columns: ["algorithm", "H", "C_cov", "oracle", "reached", "T_data", "T_comp", ...(held ? ["to hold y*"] : [])],
    rows: [...groups.values()].map((runs) => [
      runs[0].algorithm,
      `${runs[0].at}`,
      runs[0].coverage.toPrecision(4),
      runs[0].interpreter,
      `${runs.filter((p) => p.reached).length} of ${runs.length}`,
      short(medianCount(runs.map((p) => p.rewardQueries))),
      short(medianCount(runs.map((p) => p.samplingQueries))),
      ...(held ? [short(medianCount(runs.map((p) => p.firstFeatureAt)))] : [])
    ])
  }
}

const interval = ({ lower, upper }: HorizonFit["fit"]): string => `${lower.toFixed(3)} – ${upper.toFixed(3)}`

const fitTable = (title: string, fits: ReadonlyArray<HorizonFit>): Table => ({
  title,
  columns: ["algorithm", "quantity", "in", "exponent", "95 % interval", "predicted"],
  rows: fits.map(({ algorithm, base, fit, predicted, quantity }) => [
    algorithm,
    quantity,
    base,
    fit.estimate.toFixed(3),
    interval(fit),
    predicted === undefined ? (base === "H" ? "a power" : "–") : predicted.toFixed(3)
  ])
})

const targetsOf = (name: string, { fits, points }: TokenComparison, quick: boolean): ReadonlyArray<Target> => [
  {
    claim: `${name}: MTSS reaches the target on every run`,
    measured: `${points.filter((p) => p.algorithm === "mtss" && p.reached).length} of ${points.filter((p) => p.algorithm === "mtss").length}`,
    held: points.every((p) => p.algorithm !== "mtss" || p.reached),
    kind: "result"
  },
  ...fits.flatMap(({ algorithm, base, fit, margin, predicted, quantity }) =>
    predicted === undefined || margin === undefined
      ? []
      : [
          {
            claim: `${name}: ${algorithm}'s ${quantity} grows as (${base})^${predicted.toFixed(3)} ± ${margin.toFixed(3)}`,
            measured: `${fit.estimate.toFixed(4)} (${interval(fit)})`,
            held: Math.abs(fit.estimate - predicted) <= margin,
            // Few runs are too few for a verdict.
            kind: quick ? ("timing" as const) : ("result" as const)
          }
        ]
  )
]

const seriesOf = (name: string, points: ReadonlyArray<SweepPoint>) =>
  points.map((p) => ({
    name: `${name} ${p.algorithm} H=${p.at} trial ${p.trial} T_comp`,
    unit: "queries",
    samples: [Number(p.samplingQueries)]
  }))

export const tokenHorizons: Suite = {
  name: "token-horizons",
  summary: "T_comp against the horizon, exploring by token (MTSS) and by response, on TokenChain and TokenLock",
  run: async ({ quick, log }) => {
    const progress = (done: number, total: number, what: string): void =>
      log(`token-horizons: ${done}/${total} ${what}`)
    const options = { trials: quick ? 2 : 6, seed: 1, progress }
    const chains = await Effect.runPromise(
      compareOnChains({ ...options, horizons: quick ? CHAIN_HORIZONS.filter((H) => H <= 32) : CHAIN_HORIZONS })
    )
    const locks = await Effect.runPromise(
      compareOnLocks({ ...options, horizons: quick ? LOCK_HORIZONS.filter((H) => H <= 20) : LOCK_HORIZONS })
    )
    return {
      tables: [
        pointTable("TokenChain, C_cond = 1.5, to suboptimality 0.1R: medians", chains.points, false),
        fitTable("TokenChain: fitted growth", chains.fits),
        pointTable("TokenLock, A = 4, to suboptimality 0.13β: medians", locks.points, true),
        fitTable("TokenLock: fitted growth", locks.fits)
      ],
      targets: [...targetsOf("TokenChain", chains, quick), ...targetsOf("TokenLock", locks, quick)],
      series: [...seriesOf("chain", chains.points), ...seriesOf("lock", locks.points)],
      notes: [
        "MTSS draws every token literally and runs to its own end; sequence algorithms stop at the first checkpoint that meets the target, literally up to C_cov 1e5.",
        "passive is followed to A^H = 4^12: its program asks for its pairs 65,536 at a time."
      ]
    }
  }
}
