/**
 * The independent checker: accepts a certificate or says exactly why not. It shares no code with what it checks: parser, shape, exact and interval
 * arithmetic, bounds and tests are its own. It never throws, and its work is bounded by the size of the text. That a trial's numbers are those its
 * seed gives, only running it again can show: `replay.ts`.
 */
import { type Case, queries } from "./case.ts"
import type {
  Certificate,
  CertificateAccepted,
  CheckResult,
  Evidence,
  InstanceData,
  PerOracle,
  Problem,
  Runs,
  TrialRow
} from "./certificate.ts"
import { RULES } from "./check-claims.ts"
import { checkInstance, instanceDigest, sha256 } from "./check-instance.ts"
import { readCertificate } from "./document.ts"
import { canonical, isObject, type Json, need, parseJson, reject, Rejection } from "./strict-json.ts"

/** SHA-256 (hexadecimal) over the canonical JSON (RFC 8785) of a certificate without its digest: what `digest` must be. */
export const certificateDigest = (certificate: Certificate): string =>
  sha256(canonical(Object.fromEntries(Object.entries(certificate).filter(([key]) => key !== "digest"))))

/** An in-toto Statement v1 (https://in-toto.io/Statement/v1) whose predicate is a certificate. */
export interface Statement {
  readonly _type: "https://in-toto.io/Statement/v1"
  /** The instances that the certificate speaks of, by SPEC and SHA-256. */
  readonly subject: ReadonlyArray<{ readonly name: string; readonly digest: { readonly sha256: string } }>
  readonly predicateType: "https://coverbound.example/certificate/v1"
  readonly predicate: Certificate
}

/** A certificate as an in-toto Statement v1 about its instances, so that existing tools (cosign, witness) can sign and store it; `check` takes both forms. */
export const statementOf = (certificate: Certificate): Statement => {
  const { evidence, instance } = certificate
  const instances =
    evidence.kind === "scaling" ? evidence.instances : [instance ?? { spec: "none", digest: certificate.digest }]
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: instances.map(({ spec, digest }) => ({ name: spec, digest: { sha256: digest } })),
    predicateType: "https://coverbound.example/certificate/v1",
    predicate: certificate
  }
}

/** A certificate, bare or in its Statement. */
const unwrap = (value: Json): Certificate => {
  if (!isObject(value) || value._type === undefined) return readCertificate(value)
  const certificate = readCertificate(value.predicate ?? null)
  const same = canonical(statementOf(certificate)) === canonical(value)
  return same ? certificate : reject("shape", "", "not the in-toto Statement of its predicate")
}

/** What is shown: of a refutation, the evidence of its one trial. */
const shownBy = (evidence: Evidence) => (evidence.kind === "refutation" ? evidence.of : evidence)
type Shown = ReturnType<typeof shownBy>

/** The kind of evidence as rules name it. */
const kindOf = (shown: Shown): string => (shown.kind === "identity" ? `identity/${shown.identity.kind}` : shown.kind)

/** The runs that the evidence is of, if it is of runs. */
const runsOf = (shown: Shown): Runs | undefined => {
  if (shown.kind === "trials" || shown.kind === "spanner") return shown.runs
  return shown.kind === "identity" && "runs" in shown.identity ? shown.identity.runs : undefined
}

/** Queries that only an oracle class of that kind may charge. */
const RESTRICTED = [
  ["strong", "strongSampling"],
  ["token", "tokenSampling"],
  ["enumeration", "enumeration"]
] as const

/** The field in which a trial contradicts itself, its budget or the algorithm's oracle class. */
const faultOf = (t: TrialRow, at: number, runs: Runs, { algorithm, evidence }: Certificate): string | undefined => {
  const { rewardQueries, samplingQueries } = runs.budget
  // A refutation carries one trial, whichever it was.
  if (t.trial !== at && (evidence.kind !== "refutation" || runs.trials.length > 1)) return "trial"
  if (t.outcome !== "completed" && rewardQueries === null && samplingQueries === null) return "outcome"
  if (t.sampler.unaccepted + t.sampler.promiseBroken > t.sampler.calls) return "sampler"
  if (t.suboptimality.kind === "exact" && t.suboptimality.standardError > 0) return "suboptimality"
  const { T_data, T_comp } = queries(t)
  if (rewardQueries !== null && T_data > BigInt(rewardQueries)) return "ledger"
  if (samplingQueries !== null && T_comp > BigInt(samplingQueries)) return "ledger"
  for (const [oracle, kind] of RESTRICTED) if (algorithm?.oracle !== oracle && t.ledger[kind] !== "0") return "ledger"
  return undefined
}

/** Rejects unless these are trials 0 … n−1 (or one, of a refutation), within budget and oracle class, that add up to the ledger. */
const checkRuns = (certificate: Certificate, runs: Runs): void => {
  const { seeds, ledger } = certificate
  const { trials } = runs
  need(seeds?.trials === trials.length, "evidence", "seeds.trials", `${trials.length}, as carried`)
  trials.forEach((t, at) => {
    const fault = faultOf(t, at, runs, certificate)
    const expected = "trials 0, 1, … each of one outcome, within budget and oracle class"
    need(fault === undefined, "evidence", `evidence.runs.trials[${at}].${fault}`, expected)
  })
  const total = (count: (t: TrialRow) => bigint): string => `${trials.reduce((sum, t) => sum + count(t), 0n)}`
  const oracles = Object.keys(trials[0].ledger) as ReadonlyArray<keyof PerOracle>
  const sums = canonical({
    rewardQueries: total((t) => queries(t).T_data),
    samplingQueries: total((t) => queries(t).T_comp),
    perOracle: Object.fromEntries(oracles.map((oracle) => [oracle, total((t) => BigInt(t.ledger[oracle]))]))
  })
  need(canonical(ledger) === sums, "evidence", "ledger", `the sums over trials, ${sums}`)
}

/** Rejects unless the instance is what its digest and its constants say. */
const checkCarried = ({ spec, digest, problem }: NonNullable<Certificate["instance"]>, data: InstanceData): void => {
  const { dimension, beta, rewardRange, parameterSet: set } = data
  const parameterRadius = set.kind === "ball" ? set.radius : set.halfWidth * Math.sqrt(dimension)
  const constants = canonical({ ...problem, dimension, beta, rewardRange, parameterRadius })
  need(canonical(problem) === constants, "instance", "instance.problem", constants)
  const carried = instanceDigest(spec, data)
  need(digest === carried, "instance", "instance.digest", carried)
  checkInstance(data)
}

/** Rejects unless the parts that a claim of this kind has are there, and those it does not have are null or empty. */
const checkParts = (certificate: Certificate, name: string, sampled: boolean): void => {
  const { claim, instance, algorithm, evidence, ledger, seeds, verdict } = certificate
  const shown = shownBy(evidence)
  const runs = runsOf(shown)
  const scaling = shown.kind === "scaling"
  const ran = runs !== undefined || shown.kind === "law" || scaling

  need(claim.level > 0 === sampled, "hypothesis", "claim.level", sampled ? "a level" : "0: the claim is exact")
  need(
    claim.goal === null || ["T7/epsilon", "T9/epsilon", "T9/regression", "own/epsilon"].includes(name),
    "hypothesis",
    "claim.goal",
    "null: it does not enter"
  )
  need((instance === null) === scaling, "evidence", "instance", scaling ? "null: there are several" : "an instance")
  need((algorithm !== null) === ran, "evidence", "algorithm", ran ? "an algorithm" : "null: nothing ran")
  need((seeds !== null) === ran, "evidence", "seeds", ran ? "seeds" : "null: nothing ran")
  need(runs !== undefined || ledger === null, "evidence", "ledger", "null: no trials")
  if (runs === undefined) {
    // Tests have a margin; the parameters of an algorithm are for claims about its runs.
    const names = Object.keys(claim.parameters).join()
    need(names === (ran ? "margin" : ""), "hypothesis", "claim.parameters", ran ? "the margin alone" : "none")
  }
  if (evidence.kind === "refutation") {
    const replayable = verdict === "refuted" && instance !== null && instance.data !== null
    need(replayable, "evidence", "instance.data", "an instance, and a refuted verdict")
  }
}

const examine = (text: string): CertificateAccepted => {
  const certificate = unwrap(parseJson(text))
  const { claim, instance, algorithm, evidence, seeds, verdict } = certificate
  const digest = certificateDigest(certificate)
  need(certificate.digest === digest, "digest", "digest", digest)

  const name = `${claim.theorem}/${claim.part}`
  const rule = RULES.get(name) ?? reject("unsupported", "claim", `no ${name}`)
  const { nature } = rule
  need(claim.nature === undefined || claim.nature === nature, "hypothesis", "claim.nature", nature)
  const shown = shownBy(evidence)
  const found = kindOf(shown)
  need(found === rule.evidence, "evidence", "evidence.kind", `${rule.evidence}, found ${found}`)
  checkParts(certificate, name, rule.sampled)

  const runs = runsOf(shown)
  if (runs !== undefined) checkRuns(certificate, runs)
  const data = instance?.data ?? null
  const assumed: Array<string> = []
  if (instance !== null) {
    if (data !== null) checkCarried(instance, data)
    else assumed.push("the instance, not carried, has the constants stated")
  }
  if (claim.theorem === "T8" || claim.theorem === "T9")
    assumed.push("H and the dimension of token features, as stated, are those of the instance")

  // Claims about several instances ask nothing of one problem.
  const problem = instance?.problem ?? ({} as Problem)
  const k: Case = { claim, algorithm, seeds, problem, data, assumed }
  const finding = rule.judge(k, shown as never)
  need(claim.statement === finding.statement, "statement", "claim.statement", JSON.stringify(finding.statement))
  need(verdict === finding.verdict, "verdict", "verdict", `${finding.verdict}, which is what the evidence gives`)
  return { status: "accepted", certificate, nature, assumed }
}

/**
 * Checks a certificate, or an in-toto Statement of one. Never throws: what is not accepted is rejected, with the code, the path and the reason.
 *
 * @param text a JSON document, as read from a file; at most 4 MiB of it is looked at
 */
export const check = (text: string): CheckResult => {
  try {
    return examine(text)
  } catch (error) {
    if (error instanceof Rejection) return { status: "rejected", reason: error.cause }
    const message = `the checker failed, which proves nothing: ${String(error).slice(0, 200)}`
    return { status: "rejected", reason: { _tag: "CertificateRejected", code: "internal", path: "", message } }
  }
}
