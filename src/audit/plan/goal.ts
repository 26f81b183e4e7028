/** What an algorithm is asked and told on an instance: ε, δ, and the instance's own coverage, per response and, where there are tokens, per token. */
import type { Goal } from "../../algorithm/algorithm.ts"
import type { Instance } from "../../instance/instance.ts"
import type { Optimum } from "../../policy/optimum.ts"
import { conditionalCoverageOf } from "../laws/goals.ts"

/** @param epsilon in units of reward */
export const goalFor = (instance: Instance, best: Optimum, epsilon: number, delta: number): Goal => ({
  epsilon,
  delta,
  coverage: best.coverage,
  ...conditionalCoverageOf(instance)
})
