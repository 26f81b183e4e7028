/**
 * The independent checker: accepts a certificate or says exactly why not. It shares no code with what it checks: parser, shape, exact and interval
 * arithmetic, bounds and tests are its own. It never throws, and its work is bounded by the size of the text. That a trial's numbers are those its
 * seed gives, only running it again can show: `replay.ts`.
 */
import { queries, RULES } from "./check-claims.ts"
import { checkInstance, instanceDigest, sha256 } from "./check-instance.ts"
import { readCertificate } from "./document.ts"
import type { Certificate, CertificateAccepted, CheckResult, InstanceData, Runs } from "./schema.ts"
import { canonical, type Json, need, parseJson, reject, Rejection } from "./strict-json.ts"

/** SHA-256 over the canonical JSON of a certificate without its digest. */
export const certificateDigest = (certificate: Certificate): string =>
  sha256(canonical(Object.fromEntries(Object.entries(certificate).filter(([key]) => key !== "digest"))))

/** An in-toto Statement v1 about the instances of a certificate, with the certificate as its predicate. */
export const statementOf = (certificate: Certificate) => {
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
  const { _type, predicate = null } = Object(value) as { readonly [key: string]: Json }
  if (_type === undefined) return readCertificate(value)
  const certificate = readCertificate(predicate)
  const same = canonical(statementOf(certificate)) === canonical(value)
  return same ? certificate : reject("shape", "", "not the in-toto Statement of its predicate")
}

/** Rejects unless these are trials 0 … n−1 (or one, of a refutation), within budget and oracle class, that add up to the ledger. */
const checkRuns = ({ algorithm, seeds, ledger: total, evidence }: Certificate, { trials, budget }: Runs): void => {
  need(seeds?.trials === trials.length, "evidence", "seeds.trials", `${trials.length}, as carried`)
  const { rewardQueries, samplingQueries } = budget
  const foreign = { strong: "strongSampling", token: "tokenSampling", enumeration: "enumeration" } as const
  trials.forEach((t, i) => {
    const { ledger, outcome, sampler, suboptimality } = t
    const { T_data, T_comp } = queries(t)
    const inside = T_data <= BigInt(rewardQueries ?? T_data) && T_comp <= BigInt(samplingQueries ?? T_comp)
    const faults = {
      trial: t.trial !== i && (evidence.kind !== "refutation" || trials.length > 1),
      outcome: outcome !== "completed" && (rewardQueries ?? samplingQueries) === null,
      sampler: sampler.unaccepted + sampler.promiseBroken > sampler.calls,
      suboptimality: suboptimality.kind === "exact" && suboptimality.standardError > 0,
      ledger: !inside || Object.entries(foreign).some(([by, kind]) => algorithm?.oracle !== by && ledger[kind] !== "0")
    }
    const fault = Object.entries(faults).find(([, wrong]) => wrong)?.[0]
    const expected = "trials 0, 1, … each of one outcome, within budget and oracle class"
    need(fault === undefined, "evidence", `evidence.runs.trials[${i}].${fault}`, expected)
  })
  const sum = (of: (t: Runs["trials"][number]) => bigint) => `${trials.reduce((s, t) => s + of(t), 0n)}`
  const kinds = Object.keys(trials[0].ledger) as ReadonlyArray<"prompts">
  const perOracle = Object.fromEntries(kinds.map((kind) => [kind, sum((t) => BigInt(t.ledger[kind]))]))
  const [data, comp] = [sum((t) => queries(t).T_data), sum((t) => queries(t).T_comp)]
  const sums = canonical({ rewardQueries: data, samplingQueries: comp, perOracle })
  need(canonical(total) === sums, "evidence", "ledger", `the sums over trials, ${sums}`)
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

const examine = (text: string): CertificateAccepted => {
  const certificate = unwrap(parseJson(text))
  const { claim, instance, algorithm, evidence, ledger, seeds, verdict } = certificate
  const digest = certificateDigest(certificate)
  need(certificate.digest === digest, "digest", "digest", digest)
  const name = `${claim.theorem}/${claim.part}`
  const [kind, judge, nature] = new Map(Object.entries(RULES)).get(name) ?? reject("unsupported", "claim", `no ${name}`)
  const shown = evidence.kind === "refutation" ? evidence.of : evidence
  const found = shown.kind === "identity" ? `identity/${shown.identity.kind}` : shown.kind
  need(found === kind, "evidence", "evidence.kind", `${kind}, found ${found}`)
  const runs = Object(shown.kind === "identity" ? shown.identity : shown).runs as Runs | undefined
  const [data, scaling] = [instance?.data ?? null, kind === "scaling"]
  const ran = runs !== undefined || kind === "law" || scaling

  const sampled = nature === "sampled"
  need(claim.level > 0 === sampled, "hypothesis", "claim.level", sampled ? "a level" : "0: the claim is exact")
  need(claim.goal === null || name === "T7/epsilon", "hypothesis", "claim.goal", "null: it does not enter")
  need((instance === null) === scaling, "evidence", "instance", scaling ? "null: there are several" : "an instance")
  need((algorithm !== null) === ran, "evidence", "algorithm", ran ? "an algorithm" : "null: nothing ran")
  need((seeds !== null) === ran, "evidence", "seeds", ran ? "seeds" : "null: nothing ran")
  need(runs !== undefined || ledger === null, "evidence", "ledger", "null: no trials")
  const unused = runs === undefined && Object.keys(claim.parameters).join() !== (ran ? "margin" : "")
  need(!unused, "hypothesis", "claim.parameters", ran ? "the margin alone" : "none")
  const replayable = verdict === "refuted" && data !== null
  need(evidence.kind !== "refutation" || replayable, "evidence", "instance.data", "an instance, and a refuted verdict")
  if (runs !== undefined) checkRuns(certificate, runs)
  if (instance !== null && data !== null) checkCarried(instance, data)

  const assumed = instance !== null && data === null ? ["the instance, not carried, has the constants stated"] : []
  if (claim.theorem === "T8")
    assumed.push("H and the dimension of token features, as stated, are those of the instance")
  const problem = instance?.problem ?? ({} as never)
  const [given, statement] = judge({ claim, algorithm, seeds, problem, data, assumed }, shown as never)
  need(claim.statement === statement, "statement", "claim.statement", JSON.stringify(statement))
  need(verdict === given, "verdict", "verdict", `${given}, which is what the evidence gives`)
  return { status: "accepted", certificate, assumed }
}

/** Checks a certificate, or an in-toto Statement of one. Never throws. */
export const check = (text: string): CheckResult => {
  try {
    return examine(text)
  } catch (error) {
    if (error instanceof Rejection) return { status: "rejected", reason: error.cause }
    const message = `the checker failed, which proves nothing: ${String(error).slice(0, 200)}`
    return { status: "rejected", reason: { _tag: "CertificateRejected", code: "internal", path: "", message } }
  }
}
