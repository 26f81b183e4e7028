/** What an algorithm is asked and told on an instance: ε, δ, and the instance's own coverage, per response and, where there are tokens, per token. */
import type { Goal } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { valuesOf } from "../instance/token-values.ts"
import type { Optimum } from "../policy/optimum.ts"

/** C_cond of an instance that has tokens: what a token algorithm is told. */
export const conditionalCoverageOf = ({ exact, tokens }: Instance): Pick<Goal, "conditionalCoverage"> =>
  tokens === undefined ? {} : { conditionalCoverage: valuesOf(tokens, exact).conditionalCoverage }

/** @param epsilon in units of reward */
export const goalFor = (instance: Instance, best: Optimum, epsilon: number, delta: number): Goal => ({
  epsilon,
  delta,
  coverage: best.coverage,
  ...conditionalCoverageOf(instance)
})
