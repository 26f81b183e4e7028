/** Shared grammar of judgements: how a deterministic clause and a clause over trials become verdicts. */
import type { RunRecord } from "../run/run-record.ts"
import { judgeBernoulli } from "../statistics/bernoulli-judgement.ts"
import { referenceSuboptimality } from "../policy/optimum.ts"
import type { Judgement, Nature, Subject, Theorem } from "./theorem.ts"

/** As judgements show it: counts that pass 2⁵³ as decimal strings. */
const shown = (value: number | bigint): number | string => (typeof value === "bigint" ? `${value}` : value)

/** What every run keeps, at level 0: at most the bound, unless `holds` says what it takes. */
const deterministic =
  (nature: Nature) =>
  (
    theorem: Judgement["theorem"],
    part: string,
    measured: number | bigint,
    bound: number | bigint,
    note: string,
    holds = measured <= bound
  ): Judgement => ({
    theorem,
    part,
    nature,
    verdict: holds ? "supported" : "refuted",
    level: 0,
    measured: shown(measured),
    bound: shown(bound),
    relation: "<=",
    note
  })

/** A count that the program's own loops keep within its bound: supported when they did, refuted otherwise; level 0. */
export const accounted = deterministic("accounting")

/** An identity or a chain, recomputed on every run: supported when it held, refuted otherwise; level 0. */
export const checked = deterministic("checked")

/** A clause that could not be tested, and why. */
export const undecided = (
  nature: Nature,
  theorem: Judgement["theorem"],
  part: string,
  note: string,
  measured: number | string = "none",
  bound: number | string = "none"
): Judgement => ({ theorem, part, nature, verdict: "undecided", level: 0, measured, bound, relation: "<=", note })

/** A clause of which these runs were promised nothing, since they miss hypotheses of its theorem. */
export const unpromised = (
  { note, ...clause }: Omit<Judgement, "verdict" | "level">,
  holds: boolean,
  missing: ReadonlyArray<string>
): Judgement => ({
  ...clause,
  verdict: "undecided",
  level: 0,
  unpromised: holds ? "holds" : "fails",
  note: `${holds ? "holds" : "fails"} here, not promised: ${missing.join("; ")} (${note})`
})

/**
 * Holds runs against a theorem. What holds on a run that does not meet its hypotheses was not promised, and is not supported; a judge that throws leaves its theorem
 * undecided and says why, so that no run is lost to it.
 */
export const judgementsOf = (
  theorem: Theorem,
  subject: Subject,
  runs: ReadonlyArray<RunRecord>,
  level: number
): ReadonlyArray<Judgement> => {
  try {
    const missing = theorem.unmet(subject)
    return theorem
      .judge(subject, runs, level)
      .map((one) => (missing.length > 0 && one.verdict === "supported" ? unpromised(one, true, missing) : one))
  } catch (error) {
    return [undecided("evidence", theorem.id, "judge", failureOf(error))]
  }
}

/** What a judge that threw has left. */
export const failureOf = (error: unknown): string =>
  `its judge failed, which says nothing of the runs: ${error instanceof Error ? error.message : String(error)}`

/** A clause P(bad) ≤ δ₀ judged on n independent trials with k bad, anytime-valid (evidence.md). */
export const overTrials = (
  theorem: Judgement["theorem"],
  part: string,
  bad: number,
  trials: number,
  delta0: number,
  level: number,
  what: string
): Judgement => {
  const { verdict, upperBound } = judgeBernoulli({ bad, trials, delta0, level })
  const enough = verdict === "undecided" ? `; P(bad) is at most ${upperBound.toPrecision(3)} at this level` : ""
  return {
    theorem,
    part,
    nature: "evidence",
    verdict,
    level,
    measured: trials === 0 ? "none" : bad / trials,
    bound: delta0,
    relation: "<=",
    note: `${bad} of ${trials} ${what}${enough}`
  }
}

/**
 * Suboptimality at most ε except with probability δ₀, over runs that came to their end. Part `epsilon`. Where the base model is within ε to begin with nothing had to be
 * learned, and the clause is not supported.
 */
export const reachesEpsilon = (
  theorem: Judgement["theorem"],
  { best, exact, goal: { epsilon } }: Subject,
  runs: ReadonlyArray<RunRecord>,
  delta0: number,
  level: number
): Judgement => {
  const worst = largest(runs.map((run) => run.suboptimality.value))
  const bad = runs.filter((run) => !(run.suboptimality.value <= epsilon)).length
  const what = `runs ended above epsilon = ${epsilon} (worst ${worst.toPrecision(3)})`
  const judged = overTrials(theorem, "epsilon", bad, runs.length, delta0, level, what)
  const start = referenceSuboptimality(exact, best)
  return judged.verdict === "refuted" || start > epsilon
    ? judged
    : {
        ...judged,
        verdict: "undecided",
        level: 0,
        note: `vacuous: the base model itself is at ${start.toPrecision(3)}, within epsilon; ${judged.note}`
      }
}

/**
 * A guarantee of suboptimality at most ε, part `epsilon`: judged where the hypotheses are met and every run came to its end; of other runs nothing was promised, and it is said how
 * they stand.
 *
 * @param missing hypotheses that the subject does not meet @param promised the clauses, where it was promised
 */
export const guarantee = (
  theorem: Judgement["theorem"],
  { goal: { epsilon: bound } }: Subject,
  runs: ReadonlyArray<RunRecord>,
  missing: ReadonlyArray<string>,
  promised: () => ReadonlyArray<Judgement>
): ReadonlyArray<Judgement> => {
  const cut = runs.filter(({ outcome }) => outcome !== "completed").length
  if (missing.length === 0 && cut === 0) return promised()
  if (runs.length === 0) return [undecided("evidence", theorem, "epsilon", "nothing was run", "none", bound)]
  const measured = largest(runs.map(({ suboptimality }) => suboptimality.value))
  const clause = { theorem, part: "epsilon", nature: "evidence", measured, relation: "<=", bound } as const
  const why = missing.length > 0 ? missing : [`${cut} runs were cut short`]
  return [unpromised({ ...clause, note: `worst of ${runs.length}` }, measured <= bound, why)]
}

/** What the dearest run was charged. */
export const dearest = (
  runs: ReadonlyArray<Pick<RunRecord, "ledger">>,
  quantity: "rewardQueries" | "samplingQueries"
): bigint => runs.reduce((most, { ledger }) => (ledger[quantity] > most ? ledger[quantity] : most), 0n)

/** Parameters off what a theorem asks by more than a relative `slack`: below it, above it, or either. One line each. */
export const offRequired = <Name extends string>(
  theorem: Judgement["theorem"],
  parameters: Subject["parameters"],
  required: Readonly<Record<Name, number>>,
  names: ReadonlyArray<Name>,
  off: "below" | "above" | "either",
  slack = 1e-12
): ReadonlyArray<string> =>
  names.flatMap((name) => {
    const [used, need] = [parameters[name], required[name]]
    const holds = (off === "above" || used >= need * (1 - slack)) && (off === "below" || used <= need * (1 + slack))
    const asks = off === "either" ? "sets" : "asks"
    return holds ? [] : [`${name} = ${short(used)}, ${theorem} ${asks} ${short(need)}`]
  })

/** A number for a note: four digits, or all of a count. */
export const short = (x: number): string => `${Number.isInteger(x) ? x : Number(x.toPrecision(4))}`

/** The largest of a list, −∞ when empty, without a spread over millions. */
export const largest = (values: Iterable<number>): number => {
  let top = -Infinity
  for (const v of values) if (v > top || Number.isNaN(v)) top = v
  return top
}
