/**
 * The fault catalogue: realistic mistakes in SpannerSampling, SoftmaxSampler, the ledger and the seeding, each with the law that must find it; and correct
 * variants that nothing may accuse. `verify`'s power and false alarms are measured on it.
 */
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import { theoryParameters } from "../../algorithm/spanner-sampling-parameters.ts"
import type { AnyAlgorithm, Goal } from "../../algorithm/algorithm.ts"
import { Stream } from "../../numeric/stream.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import type { Problem } from "../../oracle/services.ts"
import { type Candidate, candidateOf } from "../laws/candidate.ts"
import type { Check } from "../verify.ts"
import * as oracle from "./oracle-variants.ts"
import { samplerVariant } from "./sampler-variant.ts"
import { type Choices, variant } from "./spanner-sampling-variant.ts"

export interface Fault {
  readonly candidate: Candidate
  /** What is wrong, one phrase. */
  readonly what: string
  /** Checks of `verify` of which at least one must refute it. */
  readonly breaks: ReadonlyArray<string>
}

const fault = (candidate: Candidate, what: string, ...breaks: ReadonlyArray<string>): Fault => ({
  candidate,
  what,
  breaks
})

/** A candidate with one part replaced. */
const replacing = (name: string, part: Partial<Omit<Candidate, "name">>): Candidate => ({
  ...candidateOf(),
  ...part,
  name
})

const spanner = (name: string, changed: Partial<Choices>): Candidate =>
  replacing(name, { algorithm: variant(name, changed) })

const identity = (_: Float64Array, d: number, lambda: number): Float64Array =>
  Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? lambda : 0))

const trace = (sigma: Float64Array, d: number): Float64Array => {
  let t = 0
  for (let i = 0; i < d; i++) t += sigma[i * d + i] / d
  return Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? t : 0))
}

export const faults: ReadonlyArray<Fault> = [
  // SpannerSampling, phase 1
  fault(
    spanner("threshold-wrong-side", { search: "draws", takes: (q, nu) => q <= nu * nu }),
    "pairs are taken when their norm is at most ν",
    "T3/accepted-pairs"
  ),
  fault(
    spanner("threshold-unsquared", { search: "draws", takes: (q, nu) => q > nu ** 3 }),
    "the squared norm is compared with the wrong power of ν",
    "T3/accepted-pairs"
  ),
  fault(
    spanner("sigma-not-updated", { testMatrix: identity }),
    "Σ stays λI: what was learned never makes a pair old",
    "T3/accepted-pairs"
  ),
  fault(
    spanner("sigma-isotropic", { testMatrix: trace }),
    "Σ is replaced by its mean eigenvalue",
    "T3/accepted-pairs",
    "T7/search"
  ),
  fault(
    spanner("span-too-short", { limit: (n) => Math.max(1, Math.ceil(n / 8)) }),
    "an eighth of T_span pairs are drawn per prompt",
    "T7/search"
  ),
  fault(
    spanner("gives-up", { search: "first-hit", afterMiss: () => 0 }),
    "phase 1 ends at the first prompt without a hit",
    "T7/search",
    "T7/step-a"
  ),
  // SpannerSampling, phase 2
  fault(spanner("missing-truncation", { truncation: () => 1e9 }), "the tilt is never truncated", "T7/tilt"),
  fault(spanner("clip-half", { clip: (R) => R / 2 }), "the reward is clipped to ±R/2", "T7/tilt"),
  fault(
    spanner("difference-clipped", { difference: (v) => Math.max(0, v) }),
    "reward differences are clipped to [0, R]",
    "T7/regression",
    "T7/step-b"
  ),
  fault(
    spanner("wrong-ridge", { ridge: (lambda) => 100 * lambda }),
    "the regression uses a hundred times λ",
    "T7/regression"
  ),
  fault(spanner("stale-theta", { refitEvery: 16 }), "θ is refitted every 16 rounds", "T7/regression"),
  fault(
    spanner("spanner-data-dropped", { keepsSpannerData: false }),
    "the spanner's rewards never enter the regression",
    "T7/regression"
  ),
  fault(
    spanner("one-prompt", { rounds: "one prompt" }),
    "every round reuses the first round's prompt",
    "T7/fresh-rounds"
  ),
  fault(
    spanner("chained-anchors", { rounds: "chained anchors" }),
    "the anchor is the last round's tilted draw, not a fresh one",
    "T7/fresh-rounds"
  ),
  fault(spanner("last-member", { output: "last" }), "the last component is returned for the mixture", "T7/output"),
  // SoftmaxSampler
  fault(
    replacing("accept-biased", { softmaxSampler: samplerVariant({ accept: (w) => Math.min(1, w / 2) }) }),
    "the accept step forgets M: weights above 2 are cut",
    "T6/program"
  ),
  fault(
    replacing("accept-square-root", {
      softmaxSampler: samplerVariant({ accept: (w, M) => Math.min(1, Math.sqrt(w / (2 * M))) })
    }),
    "acceptance is the square root of what it should be",
    "T6/program"
  ),
  fault(
    replacing("normaliser-few-draws", {
      softmaxSampler: samplerVariant({ used: (n) => Math.max(1, Math.floor(n / 16)) })
    }),
    "Ẑ uses a sixteenth of the N₁ draws it pays for",
    "T6/program"
  ),
  fault(
    replacing("normaliser-underdrawn", {
      softmaxSampler: samplerVariant({ made: (n) => Math.max(1, Math.floor(n / 16)) })
    }),
    "a sixteenth of N₁ draws are made and paid for",
    "T6/program"
  ),
  fault(
    replacing("trials-reused", { softmaxSampler: samplerVariant({ trials: "estimation draws" }) }),
    "the accept step tries the estimation draws again",
    "T6/program"
  ),
  fault(
    replacing("warm-tilts", { openOracles: oracle.warmTilts }),
    "tilted requests are answered at 1.3 β",
    "T6/literal",
    "T6/exact-law"
  ),
  // Ledger and oracles
  fault(
    replacing("budget-off-by-one", { openOracles: oracle.budgetOffByOne }),
    "a budget lets one more query through",
    "oracle/budget"
  ),
  fault(
    replacing("rewards-half-price", { openOracles: oracle.halfPricedRewards }),
    "two rewards are charged as one",
    "oracle/accounting"
  ),
  fault(
    replacing("searches-half-price", { openOracles: oracle.halfPricedSearches }),
    "a searched pair is charged as one query",
    "oracle/accounting",
    "oracle/first-hit"
  ),
  fault(
    replacing("rejections-free", { openOracles: oracle.freeRejections }),
    "rejected trials are not charged",
    "T6/literal",
    "T6/exact-law"
  ),
  fault(
    replacing("charges-rounded", { openOracles: oracle.roundedCharges }),
    "charges pass through a double",
    "oracle/ledger"
  ),
  fault(replacing("policies-shrunk", { openOracles: oracle.shrunkPolicies }), "π_θ is drawn at 0.8 θ", "oracle/strong"),
  fault(
    replacing("strong-draws-free", { openOracles: oracle.freeStrongDraws }),
    "strong queries are not charged",
    "oracle/strong"
  ),
  fault(
    replacing("half-of-n", { openOracles: oracle.halfOfN }),
    "best-of-n looks at half of the draws it charges",
    "oracle/farthest"
  ),
  fault(
    replacing("twin-pairs", { openOracles: oracle.twinPairs }),
    "every second literal pair is one response twice",
    "oracle/first-hit",
    "oracle/sweep"
  ),
  fault(
    replacing("draws-repeated", { openOracles: oracle.repeatedDraws }),
    "every literal request repeats the first one's draws",
    "oracle/draws",
    "oracle/first-hit"
  ),
  fault(
    replacing("seed-reused", { trialStream: (seed: number) => Stream.fromSeed(seed).split("trial", 0) }),
    "all trials of a seed share their draws",
    "oracle/trials"
  )
]

/** `spanner-sampling` with other ways of setting its parameters. */
const reparametrised = (
  name: string,
  change: (
    p: ReturnType<typeof theoryParameters>,
    problem: Problem,
    goal: Goal
  ) => Partial<ReturnType<typeof theoryParameters>>
): Candidate => {
  const algorithm: AnyAlgorithm<OracleServices> = {
    ...spannerSampling,
    name,
    fromTheory: (problem: Problem, goal: Goal) => {
      const p = spannerSampling.fromTheory(problem, goal)
      return { ...p, ...change(p, problem, goal) }
    },
    practical: (problem: Problem, goal: Goal) => {
      const p = spannerSampling.practical(problem, goal)
      return { ...p, ...change(p, problem, goal) }
    }
  }
  return replacing(name, { algorithm })
}

/** A variant with T7's parameters at another λ; practical parameters keep their own counts. */
const otherRidge: Candidate = {
  ...candidateOf(),
  name: "ridge-quarter",
  algorithm: {
    ...spannerSampling,
    name: "ridge-quarter",
    fromTheory: (problem: Problem, goal: Goal) => theoryParameters(problem, goal, 0.25),
    practical: (problem: Problem, goal: Goal) => ({ ...spannerSampling.practical(problem, goal), lambda: 0.25 })
  }
}

const tighterPromise: Candidate = {
  ...candidateOf(),
  name: "tighter-promise",
  algorithm: {
    ...spannerSampling,
    name: "tighter-promise",
    practical: (problem: Problem, goal: Goal) => ({
      ...spannerSampling.practical(problem, goal),
      promise: Math.max(1, goal.coverage)
    })
  }
}

/** What of `verify` a candidate can change: an algorithm runs on the suite's own oracles, and no built-in one runs the sampler program. */
export const touches = ({
  algorithm,
  openOracles: open,
  softmaxSampler: sampler,
  trialStream: seeds
}: Candidate): ReadonlyArray<Check["of"]> => {
  const own = candidateOf()
  const oracles = open !== own.openOracles || seeds !== own.trialStream
  return [
    ...(oracles || sampler !== own.softmaxSampler ? (["oracles"] as const) : []),
    ...(oracles || algorithm !== own.algorithm ? (["algorithm"] as const) : [])
  ]
}

/** Nothing may accuse these. */
export const correctVariants: ReadonlyArray<{ readonly candidate: Candidate; readonly what: string }> = [
  { candidate: spanner("rewritten", {}), what: "SpannerSampling rewritten, no choice changed" },
  { candidate: otherRidge, what: "λ = 1/4, with the parameters T7 sets for it" },
  {
    candidate: reparametrised("longer-search", (p) => ({
      pairsPerPrompt: 2 * p.pairsPerPrompt,
      prompts: p.prompts + 7
    })),
    what: "twice T_span, seven more prompts"
  },
  {
    candidate: reparametrised("looser-promise", (p) => ({ promise: 1.7 * p.promise })),
    what: "a larger promise M (still a valid upper bound)"
  },
  { candidate: tighterPromise, what: "the smallest valid promise, M = C_cov, for practical parameters" },
  {
    candidate: reparametrised("surer-sampler", (p) => ({ rejectionLevel: p.rejectionLevel / 100 })),
    what: "a hundredth of δ_rej"
  },
  { candidate: spanner("antithetic", { antithetic: true }), what: "pair members in the opposite order" },
  { candidate: spanner("cholesky", { solver: "cholesky" }), what: "θ by Cholesky instead of Sherman–Morrison" },
  { candidate: spanner("single-searches", { search: "first-hit" }), what: "phase 1 prompt by prompt" },
  { candidate: spanner("own-search", { search: "draws" }), what: "phase 1 by plain draws, tested by the learner" },
  {
    candidate: replacing("small-batches", { openOracles: oracle.smallBatches }),
    what: "literal draws in batches of 17"
  },
  {
    candidate: replacing("effects-only", { openOracles: oracle.effectsOnly }),
    what: "oracles that never answer at once"
  },
  { candidate: replacing("sampler-rewritten", { softmaxSampler: samplerVariant() }), what: "SoftmaxSampler rewritten" }
]
