/**
 * Writes certificates: from a subject, its run records and the judgements on them, one certificate a claim.
 *
 * Every certificate is checked before it is given out; where the checker does not come to the judgement's verdict, or would reject, nothing is
 * written and the reason is (`withheld`). The verdict in a certificate is therefore always the checker's own.
 */
import { encodeInstance } from "../instance/finite-json.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import type { RunRecord } from "../run/run-record.ts"
import type { Judgement, Subject } from "../theorem/theorem.ts"
import { RULES } from "../checker/check-claims.ts"
import { certificateDigest, check } from "../checker/check.ts"
import { layersEvidence, multiTurnEvidence } from "./layer-evidence.ts"
import { suboptimalityEvidence } from "./policy-evidence.ts"
import type { Certificate, Evidence, InstanceData, TrialRow } from "../checker/certificate.ts"
import { spannerEvidence } from "./spanner-evidence.ts"
import { Rejection } from "../checker/strict-json.ts"
import { ledgerOf, runsOf } from "./trial-row.ts"

/** Where the runs were made. */
export interface Environment {
  /** Version of this package. */
  readonly package: string
  readonly node: string
  /** What really made the searches of the runs, as their records say: `wasm (relaxed SIMD, 2 threads)`, or `js`. */
  readonly backend: string
}

/** A claim's certificate, or why there is none. */
export type Written =
  | { readonly theorem: string; readonly part: string; readonly certificate: Certificate }
  | { readonly theorem: string; readonly part: string; readonly withheld: string }

/** What runs were made of, beside what the subject says. */
export interface CertificateInput {
  readonly subject: Subject
  /** Independent trials 0 … n−1 of one seed. */
  readonly records: ReadonlyArray<RunRecord>
  readonly judgements: ReadonlyArray<Judgement>
  readonly environment: Environment
}

/** Numbers of an instance that is carried whole. */
const CARRIED_NUMBERS = 20_000

/** The instance of a certificate; its data where it is small. */
export const instanceOf = (spec: string, digest: string, problem: Subject["problem"], exact: FiniteInstance) => {
  const { dimension, beta, rewardRange, parameterRadius, tokens } = problem
  const small = exact.reference.length * (dimension + 2) <= CARRIED_NUMBERS
  return {
    spec,
    digest,
    problem: {
      dimension,
      beta,
      rewardRange,
      parameterRadius,
      ...(tokens === undefined ? {} : { tokens: { ...tokens } })
    },
    data: small ? (encodeInstance(exact) as InstanceData) : null
  }
}

/** Everything of a certificate but what follows from the rest. */
export type Draft = Omit<Certificate, "format" | "version" | "verdict" | "digest" | "claim"> & {
  readonly claim: Omit<Certificate["claim"], "statement" | "nature">
}

const judged = ({ claim, instance, algorithm, seeds, evidence }: Draft) => {
  const rule = RULES.get(`${claim.theorem}/${claim.part}`)!
  const problem = instance?.problem ?? ({} as never)
  const full = { ...claim, statement: "" }
  const shown = evidence.kind === "refutation" ? evidence.of : evidence
  return rule.judge(
    { claim: full, problem, data: instance?.data ?? null, algorithm, seeds, assumed: [] },
    shown as never
  )
}

/** Completes a draft with the sentence and the verdict that its evidence gives. Throws `Rejection` where the checker would not accept it. */
export const seal = (draft: Draft): Certificate => {
  const { verdict, statement } = judged(draft)
  const { theorem, part, ...claim } = draft.claim
  const rest = {
    format: "coverbound-certificate" as const,
    version: 1 as const,
    claim: { theorem, part, nature: RULES.get(`${theorem}/${part}`)!.nature, statement, ...claim },
    instance: draft.instance,
    algorithm: draft.algorithm,
    environment: draft.environment,
    seeds: draft.seeds,
    ledger: draft.ledger,
    evidence: draft.evidence,
    verdict,
    digest: ""
  }
  const certificate: Certificate = { ...rest, digest: certificateDigest(rest) }
  const result = check(JSON.stringify(certificate))
  if (result.status === "rejected") throw new Rejection(result.reason.message, { cause: result.reason })
  return certificate
}

/** One failing trial by itself, its instance carried: what anyone can replay. undefined where no trial fails alone. */
const refutation = (draft: Draft): Draft | undefined => {
  const { evidence, seeds, claim } = draft
  if ((evidence.kind !== "trials" && evidence.kind !== "spanner") || draft.instance?.data === null || seeds === null)
    return undefined
  const each = (claim.theorem === "T8" && draft.instance?.problem.tokens?.horizon) || 1
  for (const [at, row] of evidence.runs.trials.entries()) {
    const runs = { ...evidence.runs, trials: [row] }
    const chains = evidence.kind === "spanner" ? evidence.chains.slice(at * each, (at + 1) * each) : []
    if (evidence.kind === "spanner" && chains.length === 0) continue
    const of = evidence.kind === "spanner" ? { ...evidence, runs, chains } : { ...evidence, runs }
    const alone: Draft = {
      ...draft,
      seeds: { ...seeds, trials: 1 },
      ledger: ledgerOf([row]),
      evidence: { kind: "refutation", of }
    }
    if (judged(alone).verdict === "refuted") return alone
  }
  return undefined
}

/** Claims that the goal enters. */
const GOALS: ReadonlyArray<string> = ["T7/epsilon", "T9/epsilon", "T9/regression", "own/epsilon"]

/** The drafts' common part, and each theorem's evidence. */
const evidenceFor = ({ subject, records }: CertificateInput, { theorem, part }: Judgement): Evidence => {
  const runs = runsOf(records)
  const spanners = records.map((r) => r.spanner)
  switch (theorem) {
    case "T1":
      return suboptimalityEvidence(subject.exact, subject.best, records, runs)
    case "T2":
      return { kind: "identity", identity: { kind: "coverage" } }
    case "T3":
    case "T4":
      return spannerEvidence(runs, spanners, subject.problem.dimension, subject.parameters)
    case "T8":
      return multiTurnEvidence(subject, part, records, runs)
    case "T9":
      return part === "regression" ? layersEvidence(subject, records, runs) : { kind: "trials", runs }
    default:
      return { kind: "trials", runs }
  }
}

const draftOf = (input: CertificateInput, judgement: Judgement): Draft => {
  const { subject, records, environment } = input
  const { theorem, part, level } = judgement
  const { instance, digest, oracle, seed } = records[0]
  const evidence = evidenceFor(input, judgement)
  const ran = theorem !== "T2"
  const rows: ReadonlyArray<TrialRow> = ran ? runsOf(records).trials : []
  return {
    claim: {
      theorem: theorem as Certificate["claim"]["theorem"],
      part,
      parameters: {
        ...(ran ? subject.parameters : {}),
        ...(theorem === "own" && part !== "epsilon" ? { ownBound: Number(judgement.bound) } : {})
      },
      goal: GOALS.includes(`${theorem}/${part}`) ? { ...subject.goal } : null,
      level
    },
    instance: instanceOf(instance, digest, subject.problem, subject.exact),
    algorithm: ran
      ? {
          name: subject.algorithm.name,
          oracle: subject.algorithm.oracle as "weak",
          interpreter: oracle,
          ...(subject.algorithm.module === undefined ? {} : { module: subject.algorithm.module })
        }
      : null,
    environment: { ...environment },
    seeds: ran ? { seed, trials: rows.length } : null,
    ledger: ran ? ledgerOf(rows) : null,
    evidence
  }
}

/** What is said where a certificate is withheld. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof RangeError && error.message === "Invalid string length")
    return "its evidence is longer than the text of one certificate may be, 2^29 characters"
  if (error instanceof Rejection) return `${error.cause.code} ${error.cause.path}: ${error.cause.message}`
  return error instanceof Error ? error.message : String(error)
}

/**
 * One certificate for each judgement that the checker comes to as well. Costs of a run of 200 trials: about a millisecond a certificate, and the exact chains.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { audit, problemOf, spannerSampling, writeCertificates } from "coverbound"
 * import { check } from "coverbound/checker"
 * import { instanceDigest, namedInstance } from "coverbound/instance"
 *
 * const instance = namedInstance("rare-good:C=100,d=2")
 * const goal = { epsilon: 0.1, delta: 0.1, coverage: 100 }
 * const { judgements, records, subject } = await Effect.runPromise(
 *   audit({
 *     algorithm: spannerSampling,
 *     instance,
 *     digest: instanceDigest(instance),
 *     parameters: spannerSampling.practical(problemOf(instance), goal),
 *     goal,
 *     interpreter: "exact-law",
 *     seed: 1,
 *     trials: 1,
 *     level: 0.01
 *   })
 * )
 * const environment = { package: "0.2.0", node: process.version, backend: records[0].backend }
 * for (const written of writeCertificates({ subject, records, judgements, environment }))
 *   if (written.theorem === "T3" && "certificate" in written) console.log(check(JSON.stringify(written.certificate)).status) // => accepted
 * ```
 */
export const writeCertificates = (input: CertificateInput): ReadonlyArray<Written> => [...certificates(input)]

/** {@link writeCertificates} one at a time: of many trials each may be as large as all that is kept of them. */
export function* certificates(input: CertificateInput): Generator<Written> {
  for (const judgement of input.judgements) yield certificateOf(input, judgement)
}

const certificateOf = (input: CertificateInput, judgement: Judgement): Written => {
  const { theorem, part, verdict, note } = judgement
  const none = (withheld: string): Written => ({ theorem, part, withheld })
  if (!RULES.has(`${theorem}/${part}`)) return none(`no certificate of ${theorem} ${part} is defined`)
  if (input.records.length === 0) return none("nothing was run")
  // Undecided at level 0: the judge could not test the claim, and says why.
  if (verdict === "undecided" && judgement.level === 0) return none(note)
  try {
    const draft = draftOf(input, judgement)
    const certificate = seal((verdict === "refuted" && judgement.level === 0 && refutation(draft)) || draft)
    if (certificate.verdict !== verdict)
      return none(`judged ${verdict}, but the checker comes to ${certificate.verdict}`)
    return { theorem, part, certificate }
  } catch (error) {
    return none(reasonOf(error))
  }
}
