/** Mistakes in SoftmaxSampler, the ledger, the oracles and the seeding, each with the law that must find it. */
import type { Candidate } from "../../law/candidate.ts"
import { Stream } from "../../numeric/stream.ts"
import { fault, type Fault, replacing } from "./fault.ts"
import * as oracle from "./oracle-variants.ts"
import { type SamplerChoices, samplerVariant } from "./sampler-variant.ts"

/** A mistake in the oracles. */
const opened = (name: string, openOracles: Candidate["openOracles"], what: string, ...breaks: ReadonlyArray<string>) =>
  fault(replacing(name, { openOracles }), what, ...breaks)

/** A mistake in SoftmaxSampler, which the law of its program finds. */
const sampled = (name: string, changed: Partial<SamplerChoices>, what: string) =>
  fault(replacing(name, { softmaxSampler: samplerVariant(changed) }), what, "T6/program")

export const oracleFaults: ReadonlyArray<Fault> = [
  // SoftmaxSampler
  sampled("accept-biased", { uniform: (u, M) => u / M }, "the accept step forgets M: weights above 2 are cut"),
  sampled("accept-square-root", { uniform: (u) => u ** 2 }, "acceptance is the square root of what it should be"),
  sampled(
    "normaliser-few-draws",
    { used: (n) => Math.max(1, Math.floor(n / 16)) },
    "Ẑ uses a sixteenth of the N₁ draws it pays for"
  ),
  sampled(
    "normaliser-underdrawn",
    { made: (n) => Math.max(1, Math.floor(n / 16)) },
    "a sixteenth of N₁ draws are made and paid for"
  ),
  sampled("trials-reused", { trials: "estimation draws" }, "the accept step tries the estimation draws again"),
  opened("warm-tilts", oracle.warmTilts, "tilted requests are answered at 1.3 β", "T6/literal", "T6/exact-law"),
  // Ledger and oracles
  opened("budget-off-by-one", oracle.budgetOffByOne, "a budget lets one more query through", "oracle/budget"),
  opened("rewards-half-price", oracle.halfPricedRewards, "two rewards are charged as one", "oracle/accounting"),
  opened(
    "searches-half-price",
    oracle.halfPricedSearches,
    "a searched pair is charged as one query",
    "oracle/accounting",
    "oracle/first-hit"
  ),
  opened("rejections-free", oracle.freeRejections, "rejected trials are not charged", "T6/literal", "T6/exact-law"),
  opened("charges-rounded", oracle.roundedCharges, "charges pass through a double", "oracle/ledger"),
  opened("policies-shrunk", oracle.shrunkPolicies, "π_θ is drawn at 0.8 θ", "oracle/strong"),
  opened("strong-draws-free", oracle.freeStrongDraws, "strong queries are not charged", "oracle/strong"),
  opened("half-of-n", oracle.halfOfN, "best-of-n looks at half of the draws it charges", "oracle/farthest"),
  opened(
    "twin-pairs",
    oracle.twinPairs,
    "every second literal pair is one response twice",
    "oracle/first-hit",
    "oracle/sweep"
  ),
  opened(
    "draws-repeated",
    oracle.repeatedDraws,
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
