/** Wrong variants of the algorithms that draw whole responses of π_ref, or enumerate them. */
import type { Goal } from "../../algorithm/algorithm.ts"
import { passive } from "../../algorithm/passive.ts"
import { bestOfNElliptic } from "../../algorithm/best-of-n-elliptic.ts"
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import type { Problem } from "../../oracle/services.ts"
import { adaptiveVariant } from "./adaptive-variant.ts"
import { type AuditFault, claiming } from "./audit-fault.ts"
import { bestOfNVariant } from "./best-of-n-variant.ts"
import { exhaustiveVariant } from "./exhaustive-variant.ts"
import { passiveVariant } from "./passive-variant.ts"
import { variant } from "../../verify/faults/spanner-sampling-variant.ts"

const identity = (_: Float64Array, d: number, lambda: number): Float64Array =>
  Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? lambda : 0))

/** `spanner-sampling` whose theory parameters are set by another rule. */
const byTheory = (
  name: string,
  change: (p: ReturnType<typeof spannerSampling.fromTheory>) => Partial<ReturnType<typeof spannerSampling.fromTheory>>
) => ({
  ...spannerSampling,
  name,
  fromTheory: (problem: Problem, goal: Goal) => {
    const p = spannerSampling.fromTheory(problem, goal)
    return { ...p, ...change(p) }
  }
})

const spannerFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(variant("spanner-sigma-not-updated", { testMatrix: identity })),
    what: "Σ stays λI: what was learned never makes a pair old",
    fails: ["T3", "T7"]
  },
  {
    algorithm: claiming(variant("spanner-search-short", { limit: (n) => Math.max(1, Math.ceil(n / 8)) })),
    what: "an eighth of T_span pairs are drawn per prompt",
    fails: ["T7"]
  },
  {
    algorithm: claiming(variant("spanner-not-truncated", { truncation: () => 1e9 })),
    what: "the tilt is never truncated",
    fails: ["T7"]
  },
  {
    algorithm: claiming(variant("spanner-stale-theta", { refitEvery: 16 })),
    what: "θ is refitted every 16 rounds",
    fails: ["T7", "method/least-squares"]
  },
  {
    algorithm: claiming(variant("spanner-last-member", { output: "last" })),
    what: "the last component is returned for the mixture",
    fails: ["T7"]
  },
  {
    algorithm: claiming(byTheory("spanner-half-search", (p) => ({ pairsPerPrompt: Math.ceil(p.pairsPerPrompt / 2) }))),
    what: "claims T7 with half of T7's T_span",
    fails: ["T7"]
  },
  {
    algorithm: claiming({ ...spannerSampling, name: "spanner-forgets-phase-one" }, { T_data: "2*ceil(40*d*R/eps)" }),
    what: "its T_data bound forgets the rewards of the spanner",
    fails: ["own/T_data"]
  }
]

const adaptiveFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(adaptiveVariant("adaptive-never-doubles", { judge: () => true })),
    what: "the first guess is always enough",
    fails: ["own/epsilon"]
  },
  {
    algorithm: claiming(adaptiveVariant("adaptive-fears-nothing-unseen", { judge: (seen, _, guess) => seen <= guess })),
    what: "judges a guess by the coverage of what it has seen, never by what it has not",
    fails: ["own/epsilon"]
  },
  {
    algorithm: claiming(adaptiveVariant("adaptive-drops-spanner", { keeps: "nothing" })),
    what: "every stage begins with an empty design",
    fails: ["method/least-squares", "method/novelty", "T3"]
  },
  {
    algorithm: claiming(adaptiveVariant("adaptive-wastes-judging", { learnsFromJudging: false })),
    what: "rewards spent on judging never enter the regression",
    fails: ["method/least-squares", "method/novelty", "T3"]
  }
]

const bestOfNFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(bestOfNVariant("best-of-n-nearest", { keep: "nearest" })),
    what: "keeps the nearest of n draws",
    fails: ["own/epsilon"]
  },
  {
    algorithm: claiming(bestOfNVariant("best-of-n-fixed-norm", { updatesTest: false })),
    what: "novelty is measured by the first Σ for ever",
    fails: ["method/novelty"]
  },
  {
    algorithm: claiming(bestOfNVariant("best-of-n-rewards-all", { rewards: "all" }), { T_data: "2*ceil(40*d*R/eps)" }),
    what: "rewards all n draws, and says it rewards one",
    fails: ["own/T_data"]
  },
  {
    algorithm: claiming(bestOfNVariant("best-of-n-two-anchors", { anchors: "two" })),
    what: "is compared with one anchor and rewarded against another prompt's",
    fails: ["threw"]
  },
  {
    algorithm: claiming(
      { ...bestOfNElliptic, name: "best-of-n-free-draws" },
      { T_comp: "ceil(40*d*R/eps)*(1+ceil(C_cov))" }
    ),
    what: "its T_comp bound forgets that n is three times C_cov",
    fails: ["own/T_comp"]
  },
  {
    algorithm: { ...claiming(bestOfNElliptic, undefined, "L2"), name: "best-of-n-proper", proper: true },
    what: "says it is proper, and chooses what it rewards",
    fails: ["L2", "method/proper", "oracle class"]
  }
]

const passiveFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(passiveVariant("passive-counts-ignored", { counts: false })),
    what: "a pair that stands for many enters the design once",
    fails: ["method/least-squares", "own/epsilon"]
  },
  {
    algorithm: claiming(passiveVariant("passive-sign", { sign: (i) => (i % 2 === 0 ? 1 : -1) })),
    what: "every second difference has the wrong sign",
    fails: ["method/least-squares", "own/epsilon"]
  },
  {
    algorithm: claiming(passiveVariant("passive-ridge", { ridge: (lambda) => 100 * lambda })),
    what: "the regression uses a hundred times λ",
    fails: ["method/least-squares"]
  },
  {
    algorithm: claiming(passiveVariant("passive-picks", { from: "picked" })),
    what: "says it is proper, and rewards the farther of two draws",
    fails: ["method/proper", "oracle class"]
  },
  {
    algorithm: claiming(passiveVariant("passive-twice", { from: "twice" })),
    what: "says it is proper, and rewards every draw twice",
    fails: ["method/proper", "oracle class"]
  },
  {
    algorithm: {
      ...claiming(passive),
      name: "passive-without-coverage",
      practical: (problem: Problem, goal: Goal) => passive.practical(problem, { ...goal, coverage: 0.1 })
    },
    what: "claims ε with 4dR/ε pairs, whatever C_cov is",
    fails: ["own/epsilon"]
  },
  {
    algorithm: claiming({ ...passive, name: "passive-free-of-coverage" }, { T_data: "80*d*R/eps + 2" }),
    what: "claims a T_data in which C_cov does not appear",
    fails: ["own/T_data"]
  }
]

const exhaustiveFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(exhaustiveVariant("exhaustive-buffer", { adds: "buffer" })),
    what: "the design gets what the buffer last held, not the pair that was taken",
    fails: ["T3", "method/least-squares"]
  },
  {
    algorithm: claiming(exhaustiveVariant("exhaustive-one-reward", { rewards: "response" })),
    what: "rewards the response alone, and takes its anchor for worth 0",
    fails: ["own/epsilon", "method/least-squares", "T3"]
  },
  {
    algorithm: claiming(exhaustiveVariant("exhaustive-draws", { responses: "drawn" })),
    what: "says it enumerates, and draws 64 responses",
    fails: ["oracle class", "own/epsilon"]
  },
  {
    algorithm: claiming(exhaustiveVariant("exhaustive-blind", { truncation: (nu) => nu / 100 })),
    what: "the output is truncated where it knows, too",
    fails: ["own/epsilon"]
  }
]

const of = (name: string, faults: ReadonlyArray<Omit<AuditFault, "of">>): ReadonlyArray<AuditFault> =>
  faults.map((fault) => ({ ...fault, of: name }))

export const weakFaults: ReadonlyArray<AuditFault> = [
  ...of("spanner-sampling", spannerFaults),
  ...of("spanner-sampling-adaptive", adaptiveFaults),
  ...of("best-of-n-elliptic", bestOfNFaults),
  ...of("passive", passiveFaults),
  ...of("exhaustive", exhaustiveFaults)
]
