/** Runs of one algorithm on fresh Needles, one a trial: what L1 is judged on. Used by tests and by `verify`. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, Goal } from "../../src/algorithm/algorithm.ts"
import { runTrial } from "../../src/run/run-trial.ts"
import { needleInstance, type NeedleOptions } from "../../src/instance/families/needle.ts"
import type { Instance } from "../../src/instance/instance.ts"
import { type Interpreter, type OracleServices, problemOf } from "../../src/oracle/interpreter.ts"
import { optimum } from "../../src/policy/optimum.ts"
import type { RunRecord } from "../../src/run/run-record.ts"
import type { Subject } from "../../src/theorem/theorem.ts"

export interface NeedleTrials {
  /** The Needles' options; their seed is set trial by trial. */
  readonly needle: Omit<NeedleOptions, "seed">
  readonly trials: number
  /** Seeds of the Needles and of the runs derive from it. */
  readonly seed: number
  /** Committed before each run. */
  readonly samplingQueries: bigint
  readonly interpreter: Interpreter
  readonly epsilon?: number
  readonly delta?: number
}

export interface NeedleRuns {
  readonly subject: Subject
  readonly runs: ReadonlyArray<RunRecord>
}

/** An algorithm, or one made for the instance it will run on (how tests let an implementation peek). */
export type Contestant = AnyAlgorithm<OracleServices> | ((instance: Instance) => AnyAlgorithm<OracleServices>)

/** Runs `contestant` with its practical parameters on `trials` fresh Needles; ε defaults to 0.13β, δ to 0.1. */
export const needleRuns = Effect.fnUntraced(function* (
  contestant: Contestant,
  plan: NeedleTrials
): Effect.fn.Return<NeedleRuns> {
  const runs: Array<RunRecord> = []
  let subject: Subject | undefined
  for (let trial = 0; trial < plan.trials; trial++) {
    const seed = plan.seed * 2 ** 20 + trial
    const spec = `needle:N=${plan.needle.N},d=${plan.needle.d},seed=${seed}`
    const instance = needleInstance({ ...plan.needle, seed }, spec)
    const algorithm = typeof contestant === "function" ? contestant(instance) : contestant
    const problem = problemOf(instance)
    const best = optimum(instance.exact)
    const goal: Goal = {
      epsilon: plan.epsilon ?? 0.13 * problem.beta,
      delta: plan.delta ?? 0.1,
      coverage: best.coverage
    }
    const parameters = algorithm.practical(problem, goal)
    subject ??= { exact: instance.exact, best, problem, algorithm, parameters, goal }
    runs.push(
      yield* runTrial({
        algorithm,
        instance,
        // Told apart by their SPEC; a SHA-256 of the instance does as well.
        digest: spec,
        parameters,
        interpreter: plan.interpreter,
        seed: plan.seed,
        trial,
        budget: { samplingQueries: plan.samplingQueries },
        checkpoints: false,
        best
      })
    )
  }
  if (subject === undefined) throw new RangeError(`trials: ${plan.trials}, expected at least 1`)
  return { subject, runs }
})
