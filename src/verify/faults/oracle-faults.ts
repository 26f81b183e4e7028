/** Mistakes in SoftmaxSampler, the ledger, the oracles and the seeding, each with the law that must find it. */
import { Stream } from "../../numeric/stream.ts"
import { fault, type Fault, replacing } from "./fault.ts"
import * as oracle from "./oracle-variants.ts"
import { samplerVariant } from "./sampler-variant.ts"

export const oracleFaults: ReadonlyArray<Fault> = [
  // SoftmaxSampler
  fault(
    replacing("accept-biased", { softmaxSampler: samplerVariant({ uniform: (u, M) => u / M }) }),
    "the accept step forgets M: weights above 2 are cut",
    "T6/program"
  ),
  fault(
    replacing("accept-square-root", {
      softmaxSampler: samplerVariant({ uniform: (u) => u ** 2 })
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
