/** What an algorithm is asked and told on an instance: ε, δ, and the instance's own coverage, per response and, where there are tokens, per token. */
import type { Goal } from "../../algorithm/algorithm.ts"
import type { Instance } from "../../instance/instance.ts"
import { valuesOf } from "../../instance/token-values.ts"
import type { Optimum } from "../../policy/optimum.ts"

/** @param epsilon in units of reward */
export const goalFor = ({ exact, tokens }: Instance, best: Optimum, epsilon: number, delta: number): Goal => ({
  epsilon,
  delta,
  coverage: best.coverage,
  ...(tokens === undefined ? {} : { conditionalCoverage: valuesOf(tokens, exact).conditionalCoverage })
})
