/** Wrong variants of the algorithms that draw whole responses of π_ref, or enumerate them. */
import type { Goal } from "../../src/algorithm/algorithm.ts"
import { passive } from "../../src/algorithm/passive.ts"
import { bestOfNElliptic } from "../../src/algorithm/best-of-n-elliptic.ts"
import { spannerSampling } from "../../src/algorithm/spanner-sampling.ts"
import type { Problem } from "../../src/oracle/services.ts"
import { type AuditFault, mistake, of } from "./audit-fault.ts"
import { claiming } from "../variants/refuted.ts"
import type { Edits } from "../variants/edited.ts"
import { variant } from "../../src/verify/faults/spanner-sampling-variant.ts"

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

const adaptive = mistake("spanner-sampling-adaptive.ts")
/** Judging without the look that spares rewards. */
const rewardsAll: Edits = {
  "    if ((R - plausible) / beta - logNormaliser > Math.log(guess)) return false\n": ""
}

const adaptiveFaults = [
  adaptive("adaptive-never-doubles", "the first guess is always enough", ["own/epsilon"], {
    ...rewardsAll,
    "return beyond / beta - logNormaliser <= Math.log(guess)": "return true"
  }),
  adaptive(
    "adaptive-fears-nothing-unseen",
    "judges a guess by the coverage of what it has seen, never by what it has not",
    ["own/epsilon"],
    { ...rewardsAll, "(R - reward + tilt(pair, asked))": "tilt(pair, asked)" }
  ),
  adaptive(
    "adaptive-drops-spanner",
    "every stage begins with an empty design",
    ["method/least-squares", "method/novelty", "T3"],
    {
      "const design = new RidgeRegression": "let design = new RidgeRegression",
      "      const stage = at(parameters, guess)\n":
        "      const stage = at(parameters, guess)\n      design = new RidgeRegression(d, parameters.lambda)\n"
    }
  ),
  adaptive(
    "adaptive-wastes-judging",
    "rewards spent on judging never enter the regression",
    ["method/least-squares", "method/novelty", "T3"],
    { "      design.add(relativeFeature(pair.left, pair.right, phi), reward - anchorReward)\n": "" }
  )
]

const bestOfN = mistake("best-of-n-elliptic.ts")
const ASKS_FARTHEST =
  "const novel = yield* weak.farthest(anchor, { dimension: d, whitening: design.whitening(), nu: 1 }, draws)"
const ASKS_DIFFERENCE = `const [difference] = yield* rewards.queryDifferences({
        pairs: [{ prompt: asked[0], left: novel, right: anchor }],
        counts: once
      })`
const OWN_DRAWS = "yield* weak.draw(new Array(draws).fill(asked[0]))"

/** The n draws are made and compared by the learner. @param better whether the norm a is kept rather than b */
export const ownDraws = (better: "a > b" | "a < b"): Edits => ({
  'import { projectOnto } from "../policy/parameter-set.ts"\n':
    'import { projectOnto } from "../policy/parameter-set.ts"\nimport { whitenedNormSquared } from "../policy/elliptic-test.ts"\n',
  [ASKS_FARTHEST]: `const test = { dimension: d, whitening: design.whitening(), nu: 1 }
      const better = (a, b) => ${better}
      const norm = (y) => whitenedNormSquared(test, relativeFeature(y, anchor))
      const novel = (${OWN_DRAWS}).reduce((kept, y) => (better(norm(y), norm(kept)) ? y : kept))`
})

const bestOfNFaults = [
  bestOfN("best-of-n-nearest", "keeps the nearest of n draws", ["own/epsilon"], ownDraws("a < b")),
  bestOfN("best-of-n-fixed-norm", "novelty is measured by the first Σ for ever", ["method/novelty"], {
    "  const phi = new Float64Array(d)\n": "  const phi = new Float64Array(d)\n  const first = design.whitening()\n",
    "whitening: design.whitening(), nu: 1": "whitening: first, nu: 1"
  }),
  bestOfN(
    "best-of-n-rewards-all",
    "rewards all n draws, and says it rewards one",
    ["own/T_data"],
    {
      [ASKS_FARTHEST]: `for (const novel of ${OWN_DRAWS}) {`,
      "      design.add(phi, difference)\n": "      design.add(phi, difference)\n      }\n"
    },
    { T_data: "2*ceil(40*d*R/eps)" }
  ),
  bestOfN("best-of-n-two-anchors", "is compared with one anchor and rewarded against another prompt's", ["threw"], {
    [ASKS_FARTHEST]: `${ASKS_FARTHEST}\n      const [against] = yield* weak.draw(yield* prompts.draw(1))`,
    [ASKS_DIFFERENCE]: "const [r, r0] = yield* rewards.query([novel, against])\n      const difference = r - r0",
    "relativeFeature(novel, anchor, phi)": "relativeFeature(novel, against, phi)"
  }),
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

const passively = mistake("passive.ts")
const ADDS = "differences[i], batch.counts[i])"
const PAIRS = "const batch = yield* weak.pairs(Math.min(LARGEST_BATCH, due - seen))"

const passiveFaults = [
  passively(
    "passive-counts-ignored",
    "a pair that stands for many enters the design once",
    ["method/least-squares", "own/epsilon"],
    { [ADDS]: "differences[i])" }
  ),
  passively("passive-sign", "every second difference has the wrong sign", ["method/least-squares", "own/epsilon"], {
    "    let seen = 0\n": "    let [seen, at] = [0, 0]\n",
    [ADDS]: "(at++ % 2 === 0 ? 1 : -1) * differences[i], batch.counts[i])"
  }),
  passively("passive-ridge", "the regression uses a hundred times λ", ["method/least-squares"], {
    "new RidgeRegression(d, parameters.lambda)": "new RidgeRegression(d, 100 * parameters.lambda)"
  }),
  passively(
    "passive-picks",
    "says it is proper, and rewards the farther of two draws",
    ["method/proper", "oracle class"],
    {
      "type Prompts, Rewards": "Prompts, Rewards",
      [PAIRS]: `const at = yield* (yield* Prompts).draw(Math.min(LARGEST_BATCH, due - seen))
        const [left, right, other] = [yield* weak.draw(at), yield* weak.draw(at), yield* weak.draw(at)]
        const distance = (a, b) => relativeFeature(a, b).reduce((s, v) => s + v * v, 0)
        const pick = (i) => (distance(other[i], right[i]) > distance(left[i], right[i]) ? other[i] : left[i])
        const pairs = at.map((prompt, i) => ({ prompt, left: pick(i), right: right[i] }))
        const batch = { pairs, counts: new Float64Array(at.length).fill(1) }`
    }
  ),
  passively("passive-twice", "says it is proper, and rewards every draw twice", ["method/proper", "oracle class"], {
    [PAIRS]: `${PAIRS}\n        yield* rewards.queryDifferences(batch)`
  }),
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

const enumerating = mistake("exhaustive.ts")

const exhaustiveFaults = [
  enumerating(
    "exhaustive-buffer",
    "the design gets what the buffer last held, not the pair that was taken",
    ["T3", "method/least-squares"],
    {
      "journal.accepted(farthestPhi)": "journal.accepted(phi)",
      "design.add(farthestPhi,": "design.add(phi,",
      // A person's guard against a loop that does not end.
      "while (!entry.settled)": "for (let taken = 0; taken < 1000 && !entry.settled; taken++)"
    }
  ),
  enumerating(
    "exhaustive-one-reward",
    "rewards the response alone, and takes its anchor for worth 0",
    ["own/epsilon", "method/least-squares", "T3"],
    { "rewards.queryDifferences({ pairs: [pair], counts: once })": "rewards.query([pair.left])" }
  ),
  enumerating("exhaustive-draws", "says it enumerates, and draws 64 responses", ["oracle class", "own/epsilon"], {
    "ResponseSpace, Rewards } from": "WeakSampling, ResponseSpace, Rewards } from",
    "yield* space.enumerate(prompt)": "yield* (yield* WeakSampling).draw(new Array(64).fill(prompt))"
  }),
  enumerating("exhaustive-blind", "the output is truncated where it knows, too", ["own/epsilon"], {
    "{ nu: 2 * nu }": "{ nu: nu / 50 }"
  })
]

export const weakFaults: ReadonlyArray<AuditFault> = [
  ...(await of("spanner-sampling", spannerFaults)),
  ...(await of("spanner-sampling-adaptive", adaptiveFaults)),
  ...(await of("best-of-n-elliptic", bestOfNFaults)),
  ...(await of("passive", passiveFaults)),
  ...(await of("exhaustive", exhaustiveFaults))
]
