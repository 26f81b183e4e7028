/** What the checker judges a claim on, what it comes to, and the steps that several claims share. */
import type { Certificate, Evidence, InstanceData, Nature, Problem, TrialRow, Verdict } from "./certificate.ts"
import type { Interval } from "./interval.ts"
import { need, reject } from "./strict-json.ts"

/** The evidence of a kind. */
export type EvidenceOf<K extends Evidence["kind"]> = Extract<Evidence, { readonly kind: K }>
/** The evidence of an identity of a kind. */
export interface IdentityOf<K extends string> {
  readonly identity: Extract<EvidenceOf<"identity">["identity"], { readonly kind: K }>
}
export type Parameters = Certificate["claim"]["parameters"]

/** What is under examination. */
export interface Case extends Pick<Certificate, "claim" | "algorithm" | "seeds"> {
  readonly problem: Problem
  readonly data: InstanceData | null
  /** What was taken as stated: a judge adds its lines. */
  readonly assumed: Array<string>
}

/** The verdict, and what the certificate must state. */
export interface Finding {
  readonly verdict: Verdict
  readonly statement: string
}

/** The evidence that a claim takes, how it is judged, and whether it is about samples (else its level is 0). */
export interface Rule {
  /** The kind of evidence; of an identity `identity/` and its kind. */
  readonly evidence: string
  readonly sampled: boolean
  readonly nature: Nature
  readonly judge: (k: Case, evidence: never) => Finding
}

/** T_data and T_comp of per-oracle counts. */
export const queries = ({ ledger }: Pick<TrialRow, "ledger">) => ({
  T_data: BigInt(ledger.rewards),
  T_comp:
    BigInt(ledger.weakSampling) +
    BigInt(ledger.strongSampling) +
    BigInt(ledger.tokenSampling) +
    BigInt(ledger.enumeration)
})

/** The instance, which this claim needs. */
export const carried = ({ data }: Case): InstanceData =>
  data ??
  reject("evidence", "instance.data", "missing: this claim is recomputed from the instance, which is not carried")

/** Rejects unless `stated` is within `slack` of an enclosure no wider than that. */
export const needWithin = (path: string, stated: number, { lo, hi }: Interval, slack: number): void => {
  const close = hi - lo <= slack && lo - stated <= slack && stated - hi <= slack
  need(close, "evidence", path, `[${lo}, ${hi}], stated ${stated}`)
}

/** The middle of an enclosure, to six digits. */
export const digits = ({ lo, hi }: Interval): string => ((lo + hi) / 2).toPrecision(6)

/** A deterministic bound on the largest of a count over trials (or over what `each` says). */
export const countAtMost = (what: string, counts: ReadonlyArray<bigint>, bound: bigint, each = "trials"): Finding => {
  let largest = counts[0]
  for (const n of counts) if (n > largest) largest = n
  return {
    verdict: largest <= bound ? "supported" : "refuted",
    statement: `${what} = ${bound}; largest of ${counts.length} ${each} ${largest}`
  }
}

/** What a multi-turn trial told of its passes. */
export interface Told {
  /** Accepted pairs of layers 1 … H. */
  readonly accepted: ReadonlyArray<number>
  /** A restart accepts a pair and ends a pass. */
  readonly restarts: bigint
  /** Prefixes visited in all passes, and in the longest. */
  readonly prefixes: bigint
  readonly longest: bigint
}

/** Of a run cut short the last pass is not told. */
export const told = ({ layers, outcome }: TrialRow, { algorithm, problem }: Case): Told => {
  const accepted = layers?.accepted ?? []
  const prefixes = BigInt(layers?.prefixes ?? 0)
  const longest = BigInt(layers?.longestPass ?? 0)
  const restarts = accepted.reduce((sum, n) => sum + BigInt(n), 0n)
  const visited = prefixes > 0n || outcome !== "completed"
  const passes = longest <= prefixes && prefixes <= (restarts + 1n) * longest
  const whole = accepted.length === problem.tokens?.horizon && algorithm?.oracle === "token"
  const expected = "layers of every trial, and prefixes that its passes visit"
  need(visited && passes && whole, "evidence", "evidence.runs.trials", expected)
  return { accepted, restarts, prefixes, longest }
}
