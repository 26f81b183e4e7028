/** Goals and parameters that checks give an algorithm. */
import type { Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import { subjectOf } from "../theorem/subject.ts"
import type { Subject } from "../theorem/theorem.ts"
import { goalFor } from "../run/goal.ts"
import type { Candidate } from "./candidate.ts"

/** ε in units of R for runs that laws are read off: a few hundred rounds. */
const EPSILON = 0.4
export const DELTA = 0.02

/** ε in units of R, δ, and the instance's own C_cov (and C_cond). */
export const goalOn = (instance: Instance, epsilon = EPSILON, delta = DELTA): Goal =>
  goalFor(instance, optimum(instance.exact), epsilon * instance.exact.rewardRange, delta)

/** The algorithm's practical parameters on an instance. */
export const practical = ({ algorithm }: Candidate, instance: Instance, goal = goalOn(instance)): ParameterRecord =>
  algorithm.practical(problemOf(instance), goal) as ParameterRecord

/** What a theorem is judged on: an instance, the algorithm and theory's parameters for the goal. */
export const subjectOn = ({ algorithm }: Candidate, instance: Instance, goal: Goal): Subject =>
  subjectOf({ algorithm, instance, parameters: algorithm.fromTheory(problemOf(instance), goal), goal })
