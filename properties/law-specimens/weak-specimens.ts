/** Specimens made of the algorithms that draw whole responses of π_ref. */
import type { Goal } from "../../src/algorithm/algorithm.ts"
import { bestOfNElliptic } from "../../src/algorithm/best-of-n-elliptic.ts"
import { spannerSampling } from "../../src/algorithm/spanner-sampling.ts"
import type { Problem } from "../../src/oracle/services.ts"
import { mistake, type Specimen } from "./specimen.ts"
import { claiming } from "../variants/refuted.ts"

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

const spannerSpecimens: ReadonlyArray<Specimen> = [
  {
    algorithm: claiming(byTheory("spanner-half-search", (p) => ({ pairsPerPrompt: Math.ceil(p.pairsPerPrompt / 2) }))),
    what: "claims T7 with half of T7's T_span"
  }
]

const bestOfN = mistake("best-of-n-elliptic.ts")
const bestOfNSpecimens: ReadonlyArray<Specimen> = [
  await bestOfN("best-of-n-fixed-norm", "novelty is measured by the first Σ for ever", {
    "  const phi = new Float64Array(d)\n": "  const phi = new Float64Array(d)\n  const first = design.whitening()\n",
    "whitening: design.whitening(), nu: 1": "whitening: first, nu: 1"
  }),
  {
    algorithm: { ...claiming(bestOfNElliptic, undefined, "L2"), name: "best-of-n-proper", proper: true },
    what: "says it is proper, and chooses what it rewards"
  }
]

const passively = mistake("passive.ts")
const ADDS = "differences[i], batch.counts[i])"
const PAIRS = "const batch = yield* weak.pairs(Math.min(LARGEST_BATCH, due - seen))"

const passiveSpecimens = [
  passively(
    "passive-counts-ignored",
    "a pair that stands for many enters the design once",

    { [ADDS]: "differences[i])" }
  ),
  passively("passive-sign", "every second difference has the wrong sign", {
    "    let seen = 0\n": "    let [seen, at] = [0, 0]\n",
    [ADDS]: "(at++ % 2 === 0 ? 1 : -1) * differences[i], batch.counts[i])"
  }),
  passively("passive-ridge", "the regression uses a hundred times λ", {
    "new RidgeRegression(d, parameters.lambda)": "new RidgeRegression(d, 100 * parameters.lambda)"
  }),
  passively(
    "passive-picks",
    "says it is proper, and rewards the farther of two draws",

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
  passively("passive-twice", "says it is proper, and rewards every draw twice", {
    [PAIRS]: `${PAIRS}\n        yield* rewards.queryDifferences(batch)`
  })
]

export const weakSpecimens: ReadonlyArray<Specimen> = [
  ...spannerSpecimens,
  ...bestOfNSpecimens,
  ...(await Promise.all(passiveSpecimens))
]
