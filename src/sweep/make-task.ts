/** From a task to its run, and from runs to audits: what a store holds means here. */
import * as Result from "effect/Result"
import type { AnyAlgorithm, Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import { algorithms } from "../algorithm/registry.ts"
import { type Audit, auditOf, type AuditPlan } from "../audit/audit.ts"
import { instanceDigest } from "../instance/digest.ts"
import type { Instance } from "../instance/instance.ts"
import { EXACT_LAW_LIMIT } from "../oracle/exact-law.ts"
import type { Interpreter, OracleServices } from "../oracle/interpreter.ts"
import { widestSegment } from "../numeric/segments.ts"
import { acceptedParameters } from "../run/accepted-parameters.ts"
import type { RunRecord } from "../run/run-record.ts"
import type { RunOptions } from "../run/run-trial.ts"
import { byName, goalOnGround, type Ground, groundOf, groundsBy } from "../run/sweep.ts"
import { usualInterpreter } from "../run/usual-interpreter.ts"
import type { SweepTask } from "./sweep-plan.ts"

const named = byName(algorithms)

interface Standing {
  readonly algorithm: AnyAlgorithm<OracleServices>
  readonly ground: Ground
  readonly goal: Goal
  readonly parameters: ParameterRecord
  readonly interpreter: Interpreter
}

/** Makes runs of tasks what they are; instances are made once. @param resolve the instance of a SPEC */
export const tasksBy = (resolve: (spec: string) => Instance) => {
  const ground = groundsBy((spec) => {
    const instance = resolve(spec)
    return groundOf(instance, instanceDigest(instance))
  })
  const standingOf = (task: SweepTask): Standing => {
    const algorithm = named(task)
    const on = ground(task.instance)
    if (task.sha256 !== undefined && task.sha256 !== on.digest)
      throw new RangeError(
        `instance: ${task.instance} has SHA-256 ${on.digest.slice(0, 12)}…, expected ${task.sha256.slice(0, 12)}…, which it had when the plan was added`
      )
    if (algorithm.oracle === "token" && on.instance.tokens === undefined)
      throw new RangeError(
        `instance: ${task.instance}, expected one with tokens, since ${algorithm.name} draws token by token`
      )
    const goal = goalOnGround(on, task.epsilon * on.problem.rewardRange, task.delta)
    const own = (
      task.parameters === "theory" ? algorithm.fromTheory(on.problem, goal) : algorithm.practical(on.problem, goal)
    ) as ParameterRecord
    const unknown = Object.keys(task.changes ?? {}).find((name) => !(name in own))
    if (unknown !== undefined)
      throw new RangeError(`changes.${unknown}: unknown, expected one of ${Object.keys(own).join(", ")}`)
    const changed = { ...own, ...task.changes }
    const taken = acceptedParameters(algorithm, changed)
    if (Result.isFailure(taken)) throw taken.failure
    const classes = widestSegment(on.instance.exact.offsets)
    const interpreter = task.oracle ?? usualInterpreter(classes)
    if (interpreter === "exact-law" && classes > EXACT_LAW_LIMIT)
      throw new RangeError(
        `oracle: exact-law, expected literal, since a prompt of ${task.instance} has ${classes} response classes`
      )
    return { algorithm, ground: on, goal, parameters: taken.success, interpreter }
  }
  const budgetOf = ({ budget }: SweepTask) =>
    budget === undefined
      ? {}
      : { budget: Object.fromEntries(Object.entries(budget).map(([name, count]) => [name, BigInt(count)])) }
  return {
    /** @throws where the task cannot be run, and says why */
    options: (task: SweepTask): RunOptions => {
      const { algorithm, ground: on, interpreter, parameters } = standingOf(task)
      const { best, digest, instance } = on
      const { seed, trial } = task
      return { algorithm, instance, digest, best, parameters, interpreter, seed, trial, ...budgetOf(task) }
    },
    /** The audit that the runs of one group are. */
    audit: (task: SweepTask, records: ReadonlyArray<RunRecord>): Audit => {
      const { algorithm, goal, ground: on, interpreter, parameters } = standingOf(task)
      const { best, digest, instance } = on
      const plan: AuditPlan = {
        algorithm,
        instance,
        digest,
        parameters,
        goal,
        interpreter,
        seed: task.seed,
        trials: records.length,
        level: task.level,
        ...budgetOf(task)
      }
      return auditOf(plan, records, best)
    }
  }
}
