/**
 * SpannerSampling with T7's own constants on RareGood: ε = 0.1, δ = 0.02, R = 1 and the exact C_cov (t7-spanner-sampling.md,
 * size of the constants).
 */
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import type { SpannerSamplingParameters } from "../src/algorithm/spanner-sampling-parameters.ts"
import { rareGood } from "../src/instance/families/rare-good.ts"
import type { Instance } from "../src/instance/instance.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { problemOf } from "../src/oracle/interpreter.ts"
import { optimum, type Optimum, referenceSuboptimality } from "../src/policy/optimum.ts"
import { type TimedRun, timedRun } from "./timed-run.ts"

export const EPSILON = 0.1
const DELTA = 0.02

export interface T7Case {
  readonly name: string
  readonly instance: Instance
  readonly best: Optimum
  /** J* − J_β(π_ref). */
  readonly reference: number
  readonly parameters: SpannerSamplingParameters
}

export const t7Case = (C: number, d: number): T7Case => {
  const name = `rare-good:C=${C.toExponential().replace("+", "")},d=${d}`
  const instance = finiteInstance(rareGood({ C, d }), name)
  const best = optimum(instance.exact)
  const goal = { epsilon: EPSILON, delta: DELTA, coverage: best.coverage }
  return {
    name,
    instance,
    best,
    reference: referenceSuboptimality(instance.exact, best),
    parameters: spannerSampling.fromTheory(problemOf(instance), goal)
  }
}

/** One run as an audit makes it, checkpoints and exact suboptimality included. */
export const runT7 = ({ instance, best, parameters }: T7Case, seed: number, checkpoints = true): Promise<TimedRun> =>
  timedRun({
    algorithm: spannerSampling,
    instance,
    digest: "",
    parameters,
    interpreter: "exact-law",
    seed,
    trial: 0,
    checkpoints,
    best
  })
