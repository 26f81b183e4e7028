/** Certificates of slopes in C_cov (predictions.md), which are not judged from an audit's records. */
import type { Interpreter } from "../oracle/interpreter.ts"
import type { SweepPoint } from "../run/sweep.ts"
import type { Certificate, ScalingEvidence } from "../checker/certificate.ts"
import { type Environment, seal } from "./write.ts"

/** Runs to a target on instances of growing coverage, and what is claimed of them. */
export interface ScalingInput extends Pick<ScalingEvidence, "instances" | "target" | "varies"> {
  readonly algorithm: { readonly name: string; readonly oracle: string }
  readonly interpreter: Interpreter
  readonly quantity: "T_data" | "T_comp"
  /** How far from the predicted slope counts as equal; at most ¼. */
  readonly margin: number
  readonly level: number
  readonly seed: number
  /** `instance` is an index into `instances`. */
  readonly points: ReadonlyArray<
    Pick<SweepPoint, "rewardQueries" | "samplingQueries" | "suboptimality" | "trial"> & { readonly instance: number }
  >
  readonly environment: Environment
}

/** Throws `Rejection` where the checker would not accept it. */
export const scalingCertificate = (input: ScalingInput): Certificate => {
  const { algorithm, environment, instances, interpreter, level, margin, points, quantity, seed, target, varies } =
    input
  return seal({
    claim: { theorem: "theory-7", part: quantity, parameters: { margin }, goal: null, level },
    instance: null,
    algorithm: { name: algorithm.name, oracle: algorithm.oracle as "weak", interpreter },
    environment,
    seeds: { seed, trials: points.length },
    ledger: null,
    evidence: {
      kind: "scaling",
      target,
      varies,
      instances,
      points: points.map(({ instance, rewardQueries, samplingQueries, suboptimality, trial }) => ({
        instance,
        trial,
        rewardQueries: `${rewardQueries}`,
        samplingQueries: `${samplingQueries}`,
        suboptimality
      }))
    }
  })
}
