/** The starter that `coverbound new` writes: SpannerSampling's idea in its simplest form. A test type-checks and audits it. */

/** The text of NAME.ts. */
export const starter = (
  name: string
): string => `// ${name}: an algorithm for exploring with a language model. Change it, then: coverbound audit ./${name}.ts
import { algorithm, type BudgetExhausted, type Goal, Journal, type LinearSoftmaxPolicy, nextCheckpoint } from "coverbound"
import { type Problem, Prompts, relativeFeature, Rewards, RidgeRegression, WeakSampling } from "coverbound"
import { type Response, whitenedNormSquared, withLearned } from "coverbound"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

// Parameters are numbers with ranges: they stand in every record of a run.
const count = Schema.Int.check(Schema.isGreaterThan(0))
const Parameters = Schema.Struct({ rounds: count, draws: count })

// The type of \`run\` says which oracles it may touch: here prompts, draws from the base model (the weak oracle), and rewards.
const run = Effect.fnUntraced(function* (
  { dimension }: Problem,
  { rounds, draws }: typeof Parameters.Type
): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const [prompts, weak, rewards, journal] = [yield* Prompts, yield* WeakSampling, yield* Rewards, yield* Journal]
  const fit = new RidgeRegression(dimension, 1) // Σ = I + Σφφᵀ
  // What it would return now: π_θ(y|x) ∝ π_ref(y|x)·exp(⟨θ, φ(x,y)⟩/β), θ by least squares on reward differences.
  const learned = (): LinearSoftmaxPolicy => {
    const theta = new Float64Array(dimension)
    fit.solve(theta)
    return { kind: "linear-softmax", theta }
  }
  const round = Effect.fnUntraced(function* () {
    const [prompt] = yield* prompts.draw(1)
    const responses = yield* weak.draw(Array.from({ length: draws }, () => prompt))
    // Of all that was drawn, reward the first and the one farthest from it: where little is known.
    const anchor = responses[0]
    const norm = { dimension, whitening: fit.whitening(), nu: 1 } // of Σ^{-1}
    const distance = (y: Response) => whitenedNormSquared(norm, relativeFeature(y, anchor))
    const chosen = responses.reduce((best, y) => (distance(y) > distance(best) ? y : best))
    const [first, second] = yield* rewards.query([chosen, anchor])
    fit.add(relativeFeature(chosen, anchor), first - second)
  })
  for (let t = 0, due = 1; t < rounds; t++) {
    yield* round().pipe(withLearned(learned)) // a spent budget ends the run with what was learned
    if (t < due) continue
    due = nextCheckpoint(t) // checkpoints let an audit measure queries to a target
    if (journal.checkpoint(learned) === "stop") break
  }
  return learned()
})

const sized = ({ dimension, rewardRange }: Problem, { epsilon, coverage }: Goal) => ({
  rounds: Math.ceil((4 * dimension * rewardRange) / epsilon),
  draws: Math.ceil(Math.min(3 * coverage, 3000)) + 1
})

export default algorithm({
  name: "${name}",
  summary: "rewards the farthest of many draws",
  oracle: "weak",
  proper: false, // true: every rewarded response is a fresh draw of a committed parameter
  claims: ["T1", "T2"], // theorems it is held to; "epsilon" claims that ε is reached with probability 1 − δ
  bounds: { T_data: "2*ceil(4*d*R/eps)" }, // formulas in d, beta, eps, delta, R, B, C_cov; each run is held to them
  parameters: Parameters,
  fromTheory: sized, practical: sized, run
})
`
