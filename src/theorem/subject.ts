/** What runs are judged on, put together. */
import type { Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import type { Subject } from "./theorem.ts"

/** What a {@link Subject} is made of. */
export interface Judged extends Pick<Subject, "algorithm"> {
  readonly instance: Instance
  readonly parameters: ParameterRecord
  readonly goal: Goal
}

/** An algorithm with its parameters on an instance, and what was asked of it. @param best the instance's optimum, if already at hand */
export const subjectOf = (
  { algorithm, goal, instance, parameters }: Judged,
  best = optimum(instance.exact)
): Subject => ({
  exact: instance.exact,
  ...(instance.tokens === undefined ? {} : { tokens: instance.tokens }),
  best,
  problem: problemOf(instance),
  algorithm,
  parameters,
  goal
})
