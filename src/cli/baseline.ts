/**
 * `--baseline FILE`: what an earlier run found, and what got worse since. Only that fails.
 *
 * A check that is refuted now is new unless it was refuted then. Where it was undecided then and counts bad runs on both sides, the two probabilities must differ: confidence
 * sequences that hold at every stopping time, each at half of the test's level, must not overlap. Costs and suboptimality are compared case by case on the first trial of
 * each, by a sign test over cases (under equal laws now exceeds then in at most half of them), past a margin of {@link MARGIN}.
 */
import * as Effect from "effect/Effect"
import { fails, type ReportedCheck, type ReportedRun } from "../../reports/reported-run.ts"
import { real } from "../../reports/number-format.ts"
import { shown } from "../instance/invalid-instance.ts"
import { proportionConfidenceSequence } from "../statistics/confidence-sequence.ts"
import { binomialTails } from "../statistics/incomplete-beta.ts"
import { InvalidCall } from "./invalid-call.ts"
import { readNamedFile } from "./named-file.ts"

/** Costs within this factor are alike. */
const MARGIN = 1.05
/** The tests share the level of the run: one for each quantity, one for the clauses that count. */
const QUANTITIES = ["T_data", "T_comp", "suboptimality"] as const
const TESTS = QUANTITIES.length + 1

type Quantity = (typeof QUANTITIES)[number]

/** The first trial of a case, and how many of its trials ended above ε. */
interface CaseFound {
  readonly first: Readonly<Record<Quantity, number>>
  readonly bad: number
  readonly trials: number
}

/** What a document says: the verdict of every check, and what its cases came to. */
export interface Found {
  readonly verdicts: ReadonlyMap<string, string>
  readonly cases: ReadonlyMap<string, CaseFound>
}

type Fields = Readonly<Record<string, unknown>>
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {})
const list = (value: unknown): ReadonlyArray<Fields> => (Array.isArray(value) ? value.map(fields) : [])
const text = (value: unknown): string => (typeof value === "string" ? value : "")

const caseFound = (audit: Fields): CaseFound | undefined => {
  const runs = list(audit.runs).map((run) => ({
    T_data: Number(fields(run.ledger).rewardQueries),
    T_comp: Number(fields(run.ledger).samplingQueries),
    suboptimality: Number(fields(run.suboptimality).value)
  }))
  const epsilon = Number(fields(audit.goal).epsilon)
  if (runs.length === 0 || !(epsilon > 0)) return undefined
  // Below a tenth of what was asked one policy is as good as another.
  const [{ suboptimality, ...costs }] = runs
  return {
    first: { ...costs, suboptimality: Math.max(suboptimality, epsilon / 10) },
    bad: runs.filter((run) => run.suboptimality > epsilon).length,
    trials: runs.length
  }
}

const clauseId = (id: string, part: string): string => (part === "–" ? id : `${id}/${part}`)

const ofPlan = (document: Fields): Found => {
  const cases = list(document.cases)
  const found = cases.flatMap((one) => {
    const here = caseFound(fields(one.audit))
    return here === undefined ? [] : [[text(one.id), here] as const]
  })
  const verdicts = [
    ...list(document.claims).map(({ id, part, verdict }) => [clauseId(text(id), text(part)), text(verdict)] as const),
    ...list(document.laws).map(({ id, verdict }) => [text(id), text(verdict)] as const),
    ...cases.map((one) => [`case/${text(one.id)}`, list(one.failures).length > 0 ? "refuted" : "supported"] as const),
    ...list(document.findings).map(({ where }) => [`run/${text(where)}`, "refuted"] as const)
  ]
  return { verdicts: new Map(verdicts), cases: new Map(found) }
}

const ofAudit = (document: Fields): Found => {
  const here = caseFound(document)
  const verdicts = list(document.verdicts).map(
    ({ part, theorem, verdict }) => [clauseId(text(theorem), text(part)), text(verdict)] as const
  )
  return { verdicts: new Map(verdicts), cases: new Map(here === undefined ? [] : [["trials", here] as const]) }
}

const ofVerification = (document: Fields): Found => ({
  verdicts: new Map(
    list(document.verifications).flatMap(({ candidate, results }) =>
      list(results).map(({ id, verdict }) => [`${text(candidate)} ${text(id)}`, text(verdict)] as const)
    )
  ),
  cases: new Map()
})

const READERS: Readonly<Record<string, (document: Fields) => Found>> = {
  "coverbound-audit-plan": ofPlan,
  "coverbound-audit": ofAudit,
  "coverbound-verification": ofVerification
}

/** What a document of this suite found. */
export const foundIn = (document: unknown): Found => READERS[text(fields(document).format)](fields(document))

/** Reads the file of `--baseline`, before any work. @param format what the command itself writes */
export const readBaseline = Effect.fnUntraced(function* (
  path: string,
  format: keyof typeof READERS
): Effect.fn.Return<Found, InvalidCall> {
  const refused = (why: string) =>
    InvalidCall.of(
      "--baseline",
      path,
      why,
      `a document of format ${format}: an earlier ${format === "coverbound-verification" ? "--reporter json" : "run.json"}`
    )
  const content = yield* readNamedFile("--baseline", path)
  const document = yield* Effect.try({ try: () => JSON.parse(content) as unknown, catch: () => refused("not JSON") })
  const said = text(fields(document).format)
  if (said !== format) return yield* refused(said === "" ? "no format" : `format ${shown(said)}`)
  return foundIn(document)
})

/** Whether bad runs are more frequent now, over all common cases: the first in which they are. */
const moreBad = (then: Found, now: Found, level: number): string | undefined => {
  const common = [...now.cases].filter(([id]) => then.cases.has(id))
  for (const [id, here] of common) {
    const before = then.cases.get(id)!
    const share = level / common.length / 2
    const was = proportionConfidenceSequence(before.bad, before.trials, share)
    const is = proportionConfidenceSequence(here.bad, here.trials, share)
    if (is.lower > was.upper)
      return `${id}: ${here.bad} of ${here.trials} above epsilon, ${before.bad} of ${before.trials} in the baseline`
  }
  return undefined
}

/** The sign test of one quantity. */
const risen = (then: Found, now: Found, quantity: Quantity, level: number): ReportedCheck | undefined => {
  const pairs = [...now.cases].flatMap(([id, { first }]) => {
    const before = then.cases.get(id)
    return before === undefined ? [] : [[before.first[quantity], first[quantity]] as const]
  })
  if (pairs.length === 0) return undefined
  const more = pairs.filter(([was, is]) => is > MARGIN * was).length
  const less = pairs.filter(([was, is]) => is < MARGIN * was).length
  const p = more === 0 ? 1 : Math.exp(binomialTails(more, more + less, 0.5).logAtLeast)
  const ratios = pairs.map(([was, is]) => is / was).sort((a, b) => a - b)
  const ratio = ratios[Math.floor(ratios.length / 2)]
  const worse = p <= level
  return {
    id: `baseline/${quantity}`,
    group: "baseline",
    title: `${quantity} is not above the baseline's by more than ${Math.round(100 * (MARGIN - 1))} %`,
    nature: "evidence",
    verdict: worse ? "refuted" : "undecided",
    ...(worse ? {} : { standing: "not worse that a test can tell", calm: true as const }),
    level,
    measured: ratio,
    bound: MARGIN,
    relation: "<=",
    note: `${quantity} ${real(ratio)} times the baseline's (median over ${pairs.length} cases), more in ${more} and less in ${less}: sign test p = ${real(p)}`
  }
}

/** A run held against an earlier one: what was as bad then is known, and what costs more now is a check of its own. @param name of a check in the baseline */
export const againstBaseline = (
  run: ReportedRun,
  then: Found,
  now: Found,
  name: (id: string) => string = (id) => id
): ReportedRun => {
  const level = run.level / TESTS
  const bad = moreBad(then, now, level)
  const judged = run.checks.map((check): ReportedCheck => {
    if (!fails(check)) return check
    const was = then.verdicts.get(name(check.id))
    if (was === "refuted") return { ...check, known: "refuted in the baseline too" }
    if (was !== "undecided" || !/(^|\/)epsilon$/.test(check.id) || then.cases.size === 0) return check
    return bad === undefined
      ? { ...check, known: `undecided in the baseline, and no test at level ${real(level)} tells the two apart` }
      : { ...check, note: `${check.note}; ${bad}` }
  })
  const rises = QUANTITIES.flatMap((quantity) => risen(then, now, quantity, level) ?? [])
  return { ...run, baseline: true, checks: [...judged, ...rises] }
}
