/** What coverage costs, measured: the queries an algorithm needs to reach a target suboptimality on RareGood as C_cov grows, as slopes beside theory's (predictions.md). */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { Interpreter, OracleServices } from "../oracle/interpreter.ts"
import type { SweepPoint } from "../run/sweep.ts"
import { exponentsOfQueries, type FittedExponent, isFitted, type QueryExponent } from "./measured-exponent.ts"
import { runsOn } from "./stands.ts"

export interface CoveragePlan {
  readonly algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>>
  /** C, one instance each. */
  readonly coverages: ReadonlyArray<number>
  /** RareGood at C. */
  readonly instance: (coverage: number) => Instance
  /** Target suboptimality in units of R. */
  readonly target: number
  /** Runs per algorithm and C. */
  readonly trials: number
  readonly seed: number
  readonly interpreter: Interpreter
  readonly progress?: (what: string, done: number, total: number) => void
}

export interface CoverageSweep {
  readonly plan: CoveragePlan
  /** `at` is the family's C. */
  readonly points: ReadonlyArray<SweepPoint>
  /** Of queries in C_cov, of every algorithm whose runs all reached the target. */
  readonly slopes: ReadonlyArray<QueryExponent & FittedExponent>
}

/** Level of the slope judgements (reports, not assertions: tests take theirs from the α ledger). */
const LEVEL = 0.01

/** Runs algorithms × coverages × trials. */
export const coverageSweep = Effect.fnUntraced(function* (plan: CoveragePlan): Effect.fn.Return<CoverageSweep> {
  const { algorithms, coverages, interpreter, target } = plan
  const points = yield* runsOn({
    ...plan,
    stands: coverages.map((value) => ({ value, instance: plan.instance(value) })),
    ask: (_, { problem }) => ({ target: target * problem.rewardRange, interpreter })
  })
  const slopes = algorithms
    .flatMap(({ name }) => exponentsOfQueries(name, "C_cov", points, ({ coverage }) => coverage, LEVEL))
    .filter(isFitted)
  return { plan, points, slopes }
})
