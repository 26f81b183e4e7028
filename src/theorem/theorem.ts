/**
 * A theorem as data: what it says (TeX), where it is proved, what it assumes as a predicate, what it bounds as explicit functions, and how runs are held against it.
 */
import type { Goal, OwnBounds, ParameterRecord } from "../algorithm/algorithm.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import type { TokenInstance } from "../instance/token-instance.ts"
import type { Problem } from "../oracle/services.ts"
import type { Optimum } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"

/** The name of a theorem in this suite; reports/manual/theorems.md has what each says, and FMR25's own number. */
export type TheoremId = "T1" | "T2" | "T3" | "T4" | "T5" | "T6" | "T7" | "T8" | "T9" | "L1" | "L2"

/** Where a result is from. */
export interface Citation {
  /** Where the result comes from. */
  readonly source: string
  /** arXiv id or DOI. */
  readonly reference: string
}

/** FMR25, the paper whose results the suite restates with constants. */
export const FMR25: Citation = {
  source:
    "D. J. Foster, Z. Mhammedi, D. Rohatgi, Is a Good Foundation Necessary for Efficient Reinforcement Learning?, COLT 2025",
  reference: "arXiv:2503.07453"
}

/** What a theorem is judged on: an instance, an algorithm with its parameters, and what the user asked of it. */
export interface Subject {
  readonly exact: FiniteInstance
  /** The token side, where the instance has one. */
  readonly tokens?: TokenInstance
  readonly best: Optimum
  readonly problem: Problem
  readonly algorithm: {
    readonly name: string
    readonly oracle: string
    readonly claims: ReadonlyArray<string>
    readonly bounds?: OwnBounds
    /** SHA-256 of the module it came from, where it is of one. */
    readonly module?: string
  }
  readonly parameters: ParameterRecord
  readonly goal: Goal
}

/** What clauses about counts and spanners look at: known of any run, whether or not the law behind it is. */
export type CountedSubject = Pick<Subject, "problem" | "parameters">
export type CountedRun = Pick<RunRecord, "trial" | "ledger" | "spanner" | "sampler">

/** The outcome of a judgement. Failing to refute is never support. */
export type Verdict = "supported" | "refuted" | "undecided"

/** How tables show a verdict: told apart without colour. */
export const VERDICT_MARK: Readonly<Record<Verdict, string>> = { supported: "✓", refuted: "✗", undecided: "?" }

/**
 * What a verdict rests on. `accounting`: holds by construction, such as a bound that a loop counter meets. `checked`: an identity or a chain, recomputed on the run.
 * `evidence`: could have come out otherwise, over trials or sweeps, at a level. The three are never added up.
 */
export type Nature = "accounting" | "checked" | "evidence"

/** In the order in which tables show them: what could have failed comes first. */
export const NATURES: ReadonlyArray<Nature> = ["evidence", "checked", "accounting"]

/** One clause of a theorem held against runs: what was measured, what was promised, and the verdict. */
export interface Judgement {
  /** `own`: what the algorithm claims for itself. */
  readonly theorem: TheoremId | "own"
  /** Which clause, where a theorem has several. */
  readonly part: string
  readonly nature: Nature
  readonly verdict: Verdict
  /** The run does not meet the theorem's hypotheses, so that the clause promises nothing of it: whether it holds all the same. The verdict is then undecided. */
  readonly unpromised?: "holds" | "fails"
  /** Probability that `refuted` (or, for a sequential claim, `supported`) is wrong; 0 for a deterministic fact. */
  readonly level: number
  /** What was measured, in the clause's unit; counts that pass 2⁵³ as decimal strings. */
  readonly measured: number | string
  /** What the theorem promises of it. */
  readonly bound: number | string
  /** How measured stands to bound when the clause holds. */
  readonly relation: "<=" | ">=" | "="
  /** One line for people: what was compared, and why undecided. */
  readonly note: string
}

/** A clause's verdict in words: what was not promised of the runs at hand says so in its place. */
export const standingOf = ({ unpromised, verdict }: Pick<Judgement, "unpromised" | "verdict">): string =>
  unpromised === undefined ? verdict : `${unpromised} here, not promised`

/** Judgements by nature, what could have failed first; natures without any are left out. */
export const byNature = <J extends Pick<Judgement, "nature">>(
  judgements: ReadonlyArray<J>
): ReadonlyArray<{ readonly nature: Nature; readonly of: ReadonlyArray<J> }> =>
  NATURES.map((nature) => ({ nature, of: judgements.filter((one) => one.nature === nature) })).filter(
    ({ of }) => of.length > 0
  )

/** How many clauses of each nature came to each verdict: "evidence 1 undecided; checked 4 supported; accounting 2 supported". The natures are never added up. */
export const tallyByNature = (
  judgements: ReadonlyArray<Pick<Judgement, "nature" | "unpromised" | "verdict">>,
  show: (verdict: Verdict, text: string) => string = (_, text) => text
): string =>
  byNature(judgements)
    .map(({ nature, of }) => {
      const words = [...new Set(of.map(standingOf))].map((word) => {
        const same = of.filter((one) => standingOf(one) === word)
        return show(same[0].verdict, `${same.length} ${word}`)
      })
      return `${nature} ${words.join(", ")}`
    })
    .join("; ")

/** Something that a theorem assumes of what it is judged on. */
export interface Hypothesis {
  /** What is assumed, TeX. */
  readonly says: string
  /** In what the subject misses it, one line each; none where it meets it; undefined where that cannot be asked, an earlier one being missed. */
  readonly unmet: (subject: Subject) => ReadonlyArray<string> | undefined
}

/** A theorem as data. */
export interface Theorem {
  readonly id: TheoremId
  readonly title: string
  /** The statement with its constants, TeX. */
  readonly statement: string
  readonly citation: Citation
  /**
   * The citation's own number of the result, such as "Theorem 3.1"; undefined for a lemma of this suite. Second-hand: the paper's PDF could not be read here, and
   * whatever prints a number says so.
   */
  readonly paper: string | undefined
  /** The page of its statement and proof, a path from the root of the repository. */
  readonly page: string
  /** `deterministic` facts hold on every run; `probabilistic` ones are judged over trials. */
  readonly nature: "deterministic" | "probabilistic"
  /** An impossibility: judged on every algorithm where it applies, claimed or not, since a run that beats it has broken the accounting. */
  readonly universal?: true
  /** What it assumes beyond the framework, in the order in which it is asked. */
  readonly hypotheses: ReadonlyArray<Hypothesis>
  /** Hypotheses that the subject does not meet, one line each; empty when the theorem applies. */
  readonly unmet: (subject: Subject) => ReadonlyArray<string>
  /** Holds runs of the subject (independent trials) against the theorem at a level. */
  readonly judge: (subject: Subject, runs: ReadonlyArray<RunRecord>, level: number) => ReadonlyArray<Judgement>
}

/** A theorem whose judge asks nothing of an instance: runs on a model that is only sampled are held against it too. */
export interface JudgedByCounts extends Omit<Theorem, "judge"> {
  readonly judge: (subject: CountedSubject, runs: ReadonlyArray<CountedRun>, level: number) => ReadonlyArray<Judgement>
}

/** Whether the subject meets each hypothesis; undefined where that could not be asked. */
export const hypothesesMet = (
  { hypotheses }: Pick<Theorem, "hypotheses">,
  subject: Subject
): ReadonlyArray<{ readonly says: string; readonly met: boolean | undefined; readonly why: ReadonlyArray<string> }> =>
  hypotheses.map(({ says, unmet }) => {
    const why = unmet(subject)
    return { says, met: why === undefined ? undefined : why.length === 0, why: why ?? [] }
  })

/**
 * A theorem restated from {@link FMR25}: a lemma unless it names its number there, without hypotheses beyond the framework unless it has some, and unmet where one of them is.
 */
export const restated = <S, R>({
  hypotheses = [],
  paper,
  ...own
}: Omit<Theorem, "citation" | "hypotheses" | "judge" | "paper" | "unmet"> &
  Partial<Pick<Theorem, "hypotheses" | "paper">> & {
    readonly judge: (subject: S, runs: ReadonlyArray<R>, level: number) => ReadonlyArray<Judgement>
  }) => ({ ...own, citation: FMR25, hypotheses, paper, unmet: unmetOf(hypotheses) })

/** What T7 and T9 assume first. */
export const claimedAs = (id: TheoremId): Hypothesis => ({
  says: "\\text{the algorithm claims it}",
  unmet: ({ algorithm }) => (algorithm.claims.includes(id) ? [] : [`${algorithm.name} does not claim ${id}`])
})

/** What is missing of an instance of whole responses. */
export const NO_TOKENS = "the instance has no tokens"

/** What T5 and T8 assume. */
export const TOKENS: Hypothesis = {
  says: "\\text{responses are made of tokens, } y=a_{1:H}",
  unmet: ({ tokens }) => (tokens === undefined ? [NO_TOKENS] : [])
}

/** All that the subject misses of some hypotheses. */
export const unmetOf =
  (hypotheses: ReadonlyArray<Hypothesis>): Theorem["unmet"] =>
  (subject) =>
    hypotheses.flatMap(({ unmet }) => unmet(subject) ?? [])
