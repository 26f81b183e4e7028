/** What became of each claim over all cases and laws: the worst that was found, where, and how to see it again. */
import type { Judgement, Nature, Verdict } from "../theorem/theorem.ts"
import { EQUIVARIANT, METHOD_CLAIMS } from "../theorem/own-claims.ts"
import { theorems } from "../theorem/registry.ts"
import type { CheckResult } from "../verify/verify.ts"
import type { CaseResult } from "./case-run.ts"
import type { AlgorithmDescription } from "./runner.ts"

/** One claim: a theorem, or what the algorithm says for itself (`own`). */
export interface ClaimVerdict extends Omit<Judgement, "theorem"> {
  readonly id: string
  /** "case theory-8" or "law"; how many cases looked at the clause. */
  readonly where: string
  /** True where it would be supported, had every trial of its cases been made. */
  readonly skipped?: true
  /** The case that decided it, for a replay. */
  readonly from: CaseResult | undefined
}

interface Found {
  readonly judgement: Judgement
  readonly from: CaseResult
}

/** A clause that could be put to the test. */
const tested = ({ level, verdict }: Judgement): boolean => verdict !== "undecided" || level > 0

/** How far a clause is from its bound, where both are numbers: 1 is at the bound. */
const strain = ({ bound, measured }: Judgement): number => {
  const ratio = Number(measured) / Number(bound)
  return Number.isFinite(ratio) ? ratio : 0
}

const ORDER: Readonly<Record<Verdict, number>> = { refuted: 0, undecided: 1, supported: 2 }

/** What was measured is on the wrong side of what was promised, though not by enough to refute it at the level. */
const over = ({ bound, level, measured, relation, verdict }: Judgement): boolean =>
  verdict === "undecided" &&
  level > 0 &&
  (relation === ">=" ? Number(measured) < Number(bound) : Number(measured) > Number(bound))

/**
 * Of one clause in several cases the worst: refuted; undecided with more bad runs than are promised; supported; undecided with nothing to say against it, for want of
 * runs. Within a kind, the one nearest to its bound. So no case that supports a claim hides another that speaks against it.
 */
const clauseOver = (found: ReadonlyArray<Found>): Found => {
  const of = (verdict: Verdict) => found.filter(({ judgement }) => judgement.verdict === verdict)
  const against = found.filter(({ judgement }) => over(judgement))
  const among = [of("refuted"), against, of("supported"), found].find((some) => some.length > 0) ?? found
  return among.reduce((worst, one) => (strain(one.judgement) > strain(worst.judgement) ? one : worst))
}

/** Why a case could not be put to the test, or not in every trial that was asked for. */
const whyLeft = ({ failures, skipped }: CaseResult): string | undefined =>
  skipped ?? (failures.length === 0 ? undefined : `trial ${failures[0].trial} failed: ${failures[0].failure.note}`)

const fromCases = (id: string, every: ReadonlyArray<CaseResult>): ReadonlyArray<ClaimVerdict> => {
  const theorem = theorems.find((one) => one.id === id)
  // An impossibility says something only where its hypotheses hold.
  const cases = every.filter(
    ({ audit }) => theorem?.universal !== true || (audit !== undefined && theorem.unmet(audit.subject).length === 0)
  )
  const all = cases.flatMap((from) =>
    (from.audit?.judgements ?? []).filter((j) => j.theorem === id).map((judgement) => ({ judgement, from }))
  )
  const parts = [...new Set(all.map(({ judgement }) => judgement.part))]
  return parts.map((part): ClaimVerdict => {
    const here = all.filter(({ judgement }) => judgement.part === part)
    const seen = here.filter(({ judgement }) => tested(judgement))
    const { from, judgement } = clauseOver(seen.length > 0 ? seen : here)
    const { bound, level, measured, nature, note, relation, unpromised, verdict } = judgement
    const agree = seen.filter((one) => one.judgement.verdict === verdict).length
    const where = `${from.planned.id}${seen.length > 1 ? `, ${agree} of ${seen.length} cases` : ""}`
    const standing = unpromised === undefined ? {} : { unpromised }
    const found = { id, nature, verdict, ...standing, part, where, measured, bound, relation, level, note, from }
    // A claim is about all its cases: one that could not be put to the test leaves it open. An impossibility is no claim.
    const left = theorem?.universal === true ? undefined : cases.find((one) => whyLeft(one) !== undefined)
    if (verdict !== "supported" || left === undefined) return found
    const why = `supported where it ran; not in case ${left.planned.id}: ${whyLeft(left)}`
    return { ...found, verdict: "undecided", note: why, skipped: true }
  })
}

/** What a law of its program found, as the verdict on a claim. */
const byLaw = (
  id: string,
  part: string,
  { bound, level, measured, note, relation, verdict }: CheckResult,
  nature: Nature = level > 0 ? "evidence" : "checked"
): ClaimVerdict => {
  const said = { id, nature, verdict, part, where: "program law", measured, bound, relation, level, note }
  return { ...said, from: undefined }
}

const fromLaws = (id: string, laws: ReadonlyArray<CheckResult>): ReadonlyArray<ClaimVerdict> =>
  laws
    .filter(({ group, verdict }) => group === id && verdict === "refuted")
    .map((law) => byLaw(id, law.id.replace(/^\w+\//, ""), law))

/** A claim that was not looked at. `nature`: what a verdict on it would rest on. */
const nothing = (id: string, nature: Nature): ClaimVerdict => ({
  id,
  nature,
  verdict: "undecided",
  part: "–",
  where: "nowhere",
  measured: "none",
  bound: "none",
  relation: "<=",
  level: 0,
  note: "no case of this audit could test it",
  from: undefined
})

/** What the verdict on a claim rests on: of ε, and of a theorem with a chance of failure, on evidence. */
const restsOn = (id: string, claims: ReadonlyArray<string>): Nature =>
  id === "own"
    ? claims.includes("epsilon")
      ? "evidence"
      : "checked"
    : theorems.find((one) => one.id === id)?.nature === "deterministic"
      ? "checked"
      : "evidence"

/** What a law of an algorithm's method reads from its parameters: without them it cannot tell what the method should have done. */
const METHOD_NEEDS: Readonly<Record<string, string>> = {
  "least-squares": "lambda > 0",
  novelty: "lambda > 0",
  optimism: "lambda > 0 and optimism",
  "policy-gradient": "step, decay and smoothing"
}

/** The claim of equivariance, by its law. */
const fromEquivariance = (laws: ReadonlyArray<CheckResult>): ClaimVerdict => {
  const law = laws.find(({ id }) => id === `metamorphic/${EQUIVARIANT}`)
  return law === undefined ? nothing(EQUIVARIANT, "evidence") : byLaw(EQUIVARIANT, "in law", law, law.nature)
}

/** What an algorithm says of its method, held to the law of that name. A claim that no law could look at is undecided, and says so. */
const fromMethod = (claim: string, laws: ReadonlyArray<CheckResult>): ClaimVerdict => {
  const law = laws.find(({ id }) => id === `method/${claim}`)
  if (law !== undefined && (law.verdict !== "undecided" || law.level > 0)) return byLaw(claim, "method", law)
  const needs = METHOD_NEEDS[claim] ?? "parameters that its law knows"
  const note = `no law could look at it: that takes parameters named ${needs}`
  return { ...nothing(claim, "checked"), part: "method", note }
}

/** Every clause of every claim; the worst of each claim comes first. */
export const claimClauses = (
  { bounds, claims }: AlgorithmDescription,
  cases: ReadonlyArray<CaseResult>,
  laws: ReadonlyArray<CheckResult>
): ReadonlyArray<ClaimVerdict> => {
  const own = claims.includes("epsilon") || bounds !== undefined
  const ids = [
    ...theorems.filter(({ id, universal }) => universal !== true && claims.includes(id)).map(({ id }) => id),
    ...(own ? ["own"] : []),
    ...theorems.filter(({ universal }) => universal === true).map(({ id }) => id)
  ]
  const found = ids.flatMap((id) => {
    const clauses = [...fromLaws(id, laws), ...fromCases(id, cases)]
    if (clauses.length === 0) return claims.includes(id) || id === "own" ? [nothing(id, restsOn(id, claims))] : []
    return clauses.sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict])
  })
  return [
    ...found,
    ...METHOD_CLAIMS.filter((claim) => claims.includes(claim)).map((claim) => fromMethod(claim, laws)),
    ...(claims.includes(EQUIVARIANT) ? [fromEquivariance(laws)] : [])
  ]
}

/** One verdict a claim: its worst clause that could be tested. An algorithm's own claims are one each. */
export const worstClauses = (clauses: ReadonlyArray<ClaimVerdict>): ReadonlyArray<ClaimVerdict> => {
  const claimOf = ({ id, part }: ClaimVerdict): string => (id === "own" ? `own ${part}` : id)
  return [...new Set(clauses.map(claimOf))].map((claim) => {
    const same = clauses.filter((one) => claimOf(one) === claim)
    return same.find((one) => one.verdict !== "undecided" || one.level > 0 || one.skipped === true) ?? same[0]
  })
}
