/**
 * What a law says after it has looked: findings of deterministic laws, outcomes of checks, and how observed counts are held against an exact law.
 *
 * A law is a function from something observed to {@link Finding}s, so that a property under fast-check, the command `verify` and the fault
 * catalogue hold code against the same text.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { clopperPearson } from "../statistics/clopper-pearson.ts"
import { exactCellTest } from "../statistics/goodness-of-fit.ts"
import type { Judgement, TheoremId, Verdict } from "../theorem/theorem.ts"

/** A theorem, or a family of laws that no theorem states: what the oracles promise, what a policy is, what an algorithm says of its method. */
export type LawGroup = TheoremId | "oracle" | "policy" | "method" | "metamorphic"

/** "T3/size": the group, and which clause. */
export type LawId = `${LawGroup}/${string}`

export const groupOf = (id: LawId): LawGroup => id.slice(0, id.indexOf("/")) as LawGroup

/** One clause of a deterministic law: it holds when measured ≤ bound (a NaN does not). */
export interface Finding {
  readonly measured: number
  readonly bound: number
  /** What was measured, one phrase. */
  readonly what: string
  /** Where on the run's tape, as an index of its events; their number: what it returned. */
  readonly at?: number
}

/** Something measured against its bound. */
export const atMost = (measured: number, bound: number, what: string, at?: number): Finding => ({
  measured,
  bound,
  what,
  ...(at === undefined ? {} : { at })
})

/** A clause that is true or false. */
export const clause = (holds: boolean, what: string, at?: number): Finding => atMost(holds ? 0 : 1, 0, what, at)

/** |a − b| against a tolerance. */
export const near = (a: number, b: number, tolerance: number, what: string): Finding =>
  atMost(Math.abs(a - b), tolerance, what)

export const holds = ({ measured, bound }: Finding): boolean => measured <= bound

/** The first clause that fails, if any does. */
export const firstBroken = (findings: ReadonlyArray<Finding>): Finding | undefined => findings.find((f) => !holds(f))

/** An instance on which a law failed: enough to look again. */
export interface Counterexample {
  readonly exact: FiniteInstance
  /** Seed of the law's own choices on it. */
  readonly seed: number
}

/** What a check found. */
export interface Outcome extends Pick<Judgement, "verdict" | "level" | "measured" | "bound" | "relation" | "note"> {
  /** True where the look was given up before its end: undecided, and nobody's finding. */
  readonly unfinished?: true
  readonly counterexample?: Counterexample
  /** Of a law of runs that was broken: the request at which a run first left it, and the SPEC of a smallest instance on which one does. */
  readonly look?: { readonly request?: string; readonly spec?: string }
}

/** An outcome from its parts, in the order in which they are told. */
export const outcome = (
  verdict: Verdict,
  level: number,
  measured: number | string,
  bound: number | string,
  note: string,
  relation: Outcome["relation"] = "<="
): Outcome => ({ verdict, level, measured, bound, relation, note })

/** A deterministic law held on everything that was looked at, or did not: level 0. */
export const certain = (broken: Finding | undefined, looked: string): Outcome =>
  broken === undefined
    ? outcome("supported", 0, 0, 0, `no violation: ${looked}`)
    : outcome("refuted", 0, broken.measured, broken.bound, broken.what)

/** A check that could say nothing, and why. */
export const unanswered = (why: string): Outcome => outcome("undecided", 0, "none", "none", why)

/** A check that was given up before its end, and why. */
export const unfinished = (why: string): Outcome => ({ ...unanswered(`not finished: ${why}`), unfinished: true })

const ORDER: ReadonlyArray<Verdict> = ["refuted", "undecided", "supported"]

/** The outcome that decides a conjunction: a refuted one before an undecided one before a supported one. */
export const conjunction = (outcomes: ReadonlyArray<Outcome>): Outcome => {
  for (const verdict of ORDER) {
    const found = outcomes.find((o) => o.verdict === verdict)
    if (found !== undefined) return { ...found, level: outcomes.reduce((sum, o) => sum + o.level, 0) }
  }
  return unanswered("nothing to look at")
}

/** Cells may differ from their law by this much in probability before "supported" would mean nothing. */
const MARGIN = 0.05

/**
 * Counts against the exact law they should follow. Refuted: the exact cell test rejects at `level`/2. Supported: at `level`/2 every cell's
 * probability is within {@link MARGIN} of its law (Clopper–Pearson, Bonferroni); not rejecting alone is never support.
 */
export const judgeFit = (counts: ArrayLike<number>, law: ArrayLike<number>, level: number, what: string): Outcome => {
  let n = 0
  for (let i = 0; i < counts.length; i++) n += counts[i]
  const { pValue } = exactCellTest(counts, law)
  let farthest = 0
  for (let i = 0; i < counts.length; i++) {
    const { lower, upper } = clopperPearson(counts[i], n, level / (2 * counts.length))
    farthest = Math.max(farthest, upper - law[i], law[i] - lower)
  }
  if (pValue <= level / 2) {
    const note = `${what}: ${n} observations reject the exact law (p = ${pValue.toExponential(1)})`
    return outcome("refuted", level, pValue, level / 2, note, ">=")
  }
  const note = `${what}: ${n} observations, every cell within ${farthest.toFixed(3)} of the exact law`
  return outcome(farthest <= MARGIN ? "supported" : "undecided", level, farthest, MARGIN, note)
}

/** Counts that should be uniform over their cells: what a probability integral transform gives. */
export const judgeUniform = (counts: ArrayLike<number>, level: number, what: string): Outcome =>
  judgeFit(counts, new Float64Array(counts.length).fill(1 / counts.length), level, what)

/** Index in [0, cells) of a number in [0, 1]. */
export const cellOf = (u: number, cells: number): number => Math.min(cells - 1, Math.max(0, Math.floor(u * cells)))
