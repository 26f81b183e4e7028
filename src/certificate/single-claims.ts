/**
 * Certificates of claims that are not judged from an audit's records: slopes in C_cov (predictions.md), a sampled law (T6), the path identity (T5).
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { Interpreter } from "../oracle/interpreter.ts"
import type { SweepPoint } from "../run/sweep.ts"
import type { Subject } from "../theorem/theorem.ts"
import type { LawRequest, LawSample } from "./law-sample.ts"
import type { Certificate, ScalingEvidence } from "../checker/certificate.ts"
import { type Environment, instanceOf, seal } from "./write.ts"

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

/** The instance a claim is about. */
export interface About {
  readonly spec: string
  readonly digest: string
  readonly problem: Subject["problem"]
  readonly exact: FiniteInstance
}

const aboutInstance = ({ spec, digest, problem, exact }: About, environment: Environment) => ({
  instance: instanceOf(spec, digest, problem, exact),
  algorithm: null,
  environment,
  seeds: null,
  ledger: null
})

/** T6 in law: rounds counted by `sampleLaw`, to a margin in total variation (from δ to 0.1). Throws `Rejection`. */
export const lawCertificate = (
  about: About,
  drawn: {
    readonly algorithm: { readonly name: string; readonly oracle: string }
    readonly interpreter: Interpreter
    readonly sample: LawSample
    readonly request: LawRequest
    readonly seed: number
    readonly margin: number
    readonly level: number
  },
  environment: Environment
): Certificate => {
  const { algorithm, interpreter, level, margin, request, sample, seed } = drawn
  const rounds = sample.counts.reduce((s, c) => s + c, 0)
  return seal({
    ...aboutInstance(about, environment),
    algorithm: { name: algorithm.name, oracle: algorithm.oracle as "weak", interpreter },
    seeds: { seed, trials: rounds },
    claim: { theorem: "T6", part: "law", parameters: { margin }, goal: null, level },
    evidence: { kind: "law", counts: sample.counts, law: sample.law, request }
  })
}

/** T5 on an instance whose responses are token sequences (prompt after prompt, row after row; 1024 at most). Throws `Rejection`. */
export const pathCertificate = (
  about: About,
  tokens: ReadonlyArray<ReadonlyArray<number>>,
  environment: Environment
): Certificate =>
  seal({
    ...aboutInstance(about, environment),
    claim: { theorem: "T5", part: "path", parameters: {}, goal: null, level: 0 },
    evidence: { kind: "identity", identity: { kind: "path", tokens } }
  })
