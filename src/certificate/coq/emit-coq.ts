/**
 * A certificate as a Coq file: compiled, it proves the certificate's claim about the numbers it carries, from lemmas that stand beside this file and are
 * compiled with `npm run prove`. It is the checker's judgement, confirmed by a kernel that shares nothing with it.
 */
import type { Certificate } from "../../checker/certificate.ts"
import { coqFile, type CoqContent } from "./coq-text.ts"
import { coverageFile, suboptimalityFile } from "./instance-file.ts"
import { spannerFile } from "./spanner-file.ts"
import { trialsFile } from "./trials-file.ts"

/** Theorems and parts that have a Coq form. */
export const IN_COQ = ["T1/identity", "T2/bound", "T3/size", "T7/epsilon"] as const

/** Beyond this many trials the e-process's integers take Coq minutes. */
const MOST_TRIALS = 1000

const contentOf = (certificate: Certificate): CoqContent | string => {
  const { claim, evidence, instance, verdict } = certificate
  const name = `${claim.theorem}/${claim.part}`
  if (evidence.kind === "refutation") return "the certificate of a refutation has no Coq form"
  if (name === "T7/epsilon" && evidence.kind === "trials") {
    const n = evidence.runs.trials.length
    return n <= MOST_TRIALS ? trialsFile(certificate, evidence) : `${n} trials, at most ${MOST_TRIALS} are put to Coq`
  }
  if (verdict !== "supported") return `a verdict of ${verdict} has a Coq form for T7/epsilon only`
  if (name === "T3/size" && evidence.kind === "spanner") return spannerFile(certificate, evidence)
  if (evidence.kind === "identity" && (instance?.data ?? null) !== null) {
    const { identity } = evidence
    if (name === "T1/identity" && identity.kind === "suboptimality") return suboptimalityFile(certificate, identity)
    if (name === "T2/bound" && identity.kind === "coverage") return coverageFile(certificate)
  }
  return `${name} has no Coq form: ${IN_COQ.join(", ")} have one`
}

/** What became of it: the file's text, or why there is none. */
export type EmittedCoq =
  | { readonly kind: "emitted"; readonly text: string }
  | { readonly kind: "none"; readonly reason: string }

/**
 * The Coq file of a certificate that the checker accepted.
 *
 * @param certificate an accepted one: nothing about it is checked here again
 * @returns the text of a `.v` file, or why there is none
 * @example `const file = emitCoq(result.certificate)`
 */
export const emitCoq = (certificate: Certificate): EmittedCoq => {
  const content = contentOf(certificate)
  return typeof content === "string"
    ? { kind: "none", reason: content }
    : { kind: "emitted", text: coqFile(certificate, content) }
}
