/** Certificates that the checker knows and no command writes: a sampled law (T6), the path identity (T5). */
import type { Certificate } from "../../src/checker/certificate.ts"
import type { LawRequest, LawSample } from "../../src/certificate/law-sample.ts"
import { type Environment, instanceOf, seal } from "../../src/certificate/write.ts"
import type { FiniteInstance } from "../../src/instance/instance.ts"
import type { Interpreter } from "../../src/oracle/interpreter.ts"
import type { Subject } from "../../src/theorem/theorem.ts"

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
