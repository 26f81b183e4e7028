/**
 * Right programs written from README and doc comments alone, before their author had read a law of method or a family of the audit: each *is* the method that it
 * claims, and differs from the built-in one in what the method leaves free.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  algorithm,
  type BudgetExhausted,
  commit,
  features,
  type Goal,
  type LinearSoftmaxPolicy,
  onlineDpo,
  type Pair,
  policyGradient,
  practicalParameters,
  type Problem,
  projectOnto,
  Prompts,
  ProperRewards,
  relativeFeature,
  Rewards,
  RidgeRegression,
  type Response,
  SpannerSamplingParameters,
  theoryParameters,
  truncation,
  type TruncatedMixturePolicy,
  WeakSampling,
  withLearned
} from "../surface.ts"

const count = Schema.Int.check(Schema.isGreaterThan(0))
const Passive = Schema.Struct({ lambda: Schema.Number, pairs: count })
type Passive = typeof Passive.Type

const sizedPassive = ({ dimension, rewardRange, parameterRadius }: Problem, { epsilon, coverage }: Goal): Passive => ({
  lambda: Math.min(1, (rewardRange / parameterRadius) ** 2),
  pairs: Math.min(2_000_000, Math.ceil((40 * dimension * rewardRange * Math.min(coverage, 300)) / epsilon))
})

const solved = (dimension: number, design: RidgeRegression): Float64Array => {
  const theta = new Float64Array(dimension)
  design.solve(theta)
  return theta
}
const linear = (dimension: number, design: RidgeRegression): LinearSoftmaxPolicy => ({
  kind: "linear-softmax",
  theta: solved(dimension, design)
})

/** Passive exploration by `gather`, which draws and rewards some pairs and returns them with their rewards. */
const passively = (
  name: string,
  gather: (
    n: number
  ) => Effect.Effect<
    ReadonlyArray<readonly [Response, Response, number, number]>,
    BudgetExhausted,
    Prompts | WeakSampling | Rewards
  >,
  policy: (problem: Problem, design: RidgeRegression) => LinearSoftmaxPolicy | TruncatedMixturePolicy = (p, design) =>
    linear(p.dimension, design)
) =>
  algorithm({
    name,
    summary: "least squares on pairs of the base model",
    proper: false,
    oracle: "weak",
    claims: ["T1", "T2", "least-squares"],
    parameters: Passive,
    fromTheory: sizedPassive,
    practical: sizedPassive,
    run: Effect.fnUntraced(function* (problem: Problem, { lambda, pairs }: Passive) {
      const design = new RidgeRegression(problem.dimension, lambda)
      const learned = () => policy(problem, design)
      const all = Effect.fnUntraced(function* () {
        for (let seen = 0; seen < Math.min(pairs, 20_000); seen += 32) {
          for (const [a, b, ra, rb] of yield* gather(32)) design.add(relativeFeature(a, b), ra - rb)
        }
      })
      yield* all().pipe(withLearned(learned))
      return learned()
    })
  })

const drawnPairs = Effect.fnUntraced(function* (n: number) {
  const [prompts, weak] = [yield* Prompts, yield* WeakSampling]
  const xs = yield* prompts.draw(n)
  return [yield* weak.draw(xs), yield* weak.draw(xs)] as const
})

const columnByColumn = passively(
  "column-by-column",
  Effect.fnUntraced(function* (n: number) {
    const rewards = yield* Rewards
    const [left, right] = yield* drawnPairs(n)
    const r = yield* rewards.query(right)
    const l = yield* rewards.query(left)
    return left.map((a, i) => [a, right[i], l[i], r[i]] as const)
  })
)

const sharedAnchor = passively(
  "shared-anchor-paid-anew",
  Effect.fnUntraced(function* (n: number) {
    const [prompts, weak, rewards] = [yield* Prompts, yield* WeakSampling, yield* Rewards]
    const out: Array<readonly [Response, Response, number, number]> = []
    for (let i = 0; i < n; i += 2) {
      const [x] = yield* prompts.draw(1)
      const [a, o, b] = yield* weak.draw([x, x, x])
      const [ra, r1, rb, r2] = yield* rewards.query([a, o, b, o])
      out.push([a, o, ra, r1], [b, o, rb, r2])
    }
    return out
  })
)

const oneByOne = passively(
  "rewards-one-by-one",
  Effect.fnUntraced(function* (n: number) {
    const rewards = yield* Rewards
    const [left, right] = yield* drawnPairs(n)
    const out: Array<readonly [Response, Response, number, number]> = []
    for (let i = 0; i < n; i++) {
      const b = yield* rewards.queryOne(right[i])
      const a = yield* rewards.queryOne(left[i])
      out.push([left[i], right[i], a, b])
    }
    return out
  })
)

const oneComponent = passively(
  "ridge-as-one-component",
  Effect.fnUntraced(function* (n: number) {
    const rewards = yield* Rewards
    const [left, right] = yield* drawnPairs(n)
    const r = yield* rewards.query(left.flatMap((a, i) => [a, right[i]]))
    return left.map((a, i) => [a, right[i], r[2 * i], r[2 * i + 1]] as const)
  }),
  (problem, design) => ({
    kind: "truncated-mixture",
    count: 1,
    thetas: solved(problem.dimension, design),
    clip: problem.rewardRange,
    truncation: truncation(problem, { nu: 0.5 }, design)
  })
)

/** Ridge by conjugate gradients on the normal equations: a solver of its own. */
const ownSolver = algorithm({
  name: "own-solver",
  summary: "least squares by conjugate gradients",
  proper: false,
  oracle: "weak",
  claims: ["T1", "T2", "least-squares"],
  parameters: Passive,
  fromTheory: sizedPassive,
  practical: sizedPassive,
  run: Effect.fnUntraced(function* ({ dimension: d }: Problem, { lambda, pairs }: Passive) {
    const rewards = yield* Rewards
    const gram = Array.from({ length: d }, (_, i) =>
      Float64Array.from({ length: d }, (__, j) => (i === j ? lambda : 0))
    )
    const target = new Float64Array(d)
    const learned = (): LinearSoftmaxPolicy => {
      const theta = new Float64Array(d)
      const residual = target.slice()
      let direction = residual.slice()
      let square = residual.reduce((s, v) => s + v * v, 0)
      for (let k = 0; k < 20 * d && square > 1e-28; k++) {
        const image = gram.map((row) => row.reduce((s, v, j) => s + v * direction[j], 0))
        const step = square / image.reduce((s, v, j) => s + v * direction[j], 0)
        for (let j = 0; j < d; j++) {
          theta[j] += step * direction[j]
          residual[j] -= step * image[j]
        }
        const next = residual.reduce((s, v) => s + v * v, 0)
        direction = direction.map((v, j) => residual[j] + (next / square) * v)
        square = next
      }
      return { kind: "linear-softmax", theta }
    }
    const all = Effect.fnUntraced(function* () {
      for (let seen = 0; seen < Math.min(pairs, 20_000); seen += 50) {
        const [left, right] = yield* drawnPairs(50)
        const r = yield* rewards.query([...right, ...left])
        for (let i = 0; i < 50; i++) {
          const phi = relativeFeature(left[i], right[i])
          for (let j = 0; j < d; j++) {
            target[j] += phi[j] * (r[50 + i] - r[i])
            for (let k = 0; k < d; k++) gram[j][k] += phi[j] * phi[k]
          }
        }
      }
    })
    yield* all().pipe(withLearned(learned))
    return learned()
  })
})

/** SpannerSampling's first phase prompt by prompt, the anchor rewarded first; its claims are those of the README's starter. */
const promptByPrompt = algorithm({
  name: "prompt-by-prompt",
  summary: "the spanner by firstHit, one prompt at a time",
  proper: false,
  oracle: "weak",
  claims: ["T1", "T2", "T3", "T4", "novelty", "least-squares", "epsilon"],
  parameters: SpannerSamplingParameters,
  fromTheory: (problem: Problem, goal: Goal) => theoryParameters(problem, goal),
  practical: practicalParameters,
  run: Effect.fnUntraced(function* (problem: Problem, parameters: SpannerSamplingParameters) {
    const [prompts, weak, rewards] = [yield* Prompts, yield* WeakSampling, yield* Rewards]
    const design = new RidgeRegression(problem.dimension, parameters.lambda)
    const learned = () => linear(problem.dimension, design)
    const grow = Effect.fnUntraced(function* () {
      let test = truncation(problem, parameters, design)
      for (let i = 0; i < parameters.prompts; i++) {
        const [x] = yield* prompts.draw(1)
        const hit: Pair | undefined = yield* weak.firstHit(x, test, parameters.pairsPerPrompt)
        if (hit === undefined) continue
        const [anchor] = yield* rewards.query([hit.right])
        const [found] = yield* rewards.query([hit.left])
        design.add(relativeFeature(hit.left, hit.right), found - anchor)
        test = truncation(problem, parameters, design)
      }
    })
    yield* grow().pipe(withLearned(learned))
    return learned()
  })
})

/** Online DPO whose commitments alternate: (θ̂, 0), then (0, θ̂). */
const alternating = algorithm({
  ...onlineDpo,
  name: "alternating-commitments",
  run: Effect.fnUntraced(function* (
    { dimension: d, parameterSet }: Problem,
    { lambda, pairs }: { readonly lambda: number; readonly pairs: number }
  ) {
    const proper = yield* ProperRewards
    const design = new RidgeRegression(d, lambda)
    const base = new Float64Array(d)
    const estimate = () => projectOnto(solved(d, design), parameterSet)
    const learned = (): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta: estimate() })
    const all = Effect.fnUntraced(function* () {
      for (let seen = 0, k = 0; seen < Math.min(pairs, 4000); seen += 20, k++) {
        const theta = estimate()
        const groups = yield* proper.explore(k % 2 === 0 ? commit(theta, base) : commit(base, theta), 20)
        for (const { responses, rewards } of groups)
          design.add(relativeFeature(responses[1], responses[0]), rewards[1] - rewards[0])
      }
    })
    yield* all().pipe(withLearned(learned))
    return learned()
  })
})

type PolicyGradientParameters = ReturnType<typeof policyGradient.practical>

/** REINFORCE with advantages of `advantage(u, i)`, everything else as policyGradient documents it. */
const reinforce = (name: string, advantage: (u: ReadonlyArray<number>, i: number) => number, spread: boolean) =>
  algorithm({
    ...policyGradient,
    name,
    run: Effect.fnUntraced(function* ({ dimension: d, parameterSet }: Problem, p: PolicyGradientParameters) {
      const proper = yield* ProperRewards
      const theta = new Float64Array(d)
      const learned = (): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta: theta.slice() })
      const all = Effect.fnUntraced(function* () {
        for (let t = 0; t < Math.min(p.updates, 3000); t++) {
          const groups = yield* proper.explore(commit(...Array.from({ length: p.group }, () => theta)), p.prompts)
          const gradient = new Float64Array(d)
          for (const { responses, rewards } of groups) {
            const phis = responses.map(features)
            const u = phis.map((phi, i) => rewards[i] - phi.reduce((s, v, j) => s + v * theta[j], 0))
            const mean = rewards.reduce((s, r) => s + r, 0) / p.group
            const deviation = Math.sqrt(rewards.reduce((s, r) => s + (r - mean) ** 2, 0) / p.group)
            for (let i = 0; i < p.group; i++) {
              const weight = advantage(u, i) / ((spread ? deviation : 0) + p.smoothing)
              for (let j = 0; j < d; j++) {
                const centre = phis.reduce((s, phi) => s + phi[j], 0) / p.group
                gradient[j] += (weight * (phis[i][j] - centre)) / (p.group * p.prompts)
              }
            }
          }
          for (let j = 0; j < d; j++) theta[j] += (p.step / (1 + t / p.decay)) * gradient[j]
          projectOnto(theta, parameterSet)
        }
      })
      yield* all().pipe(withLearned(learned))
      return learned()
    })
  })

const leaveOneOut = reinforce(
  "leave-one-out",
  (u, i) => u[i] - u.reduce((s, v, j) => (j === i ? s : s + v), 0) / (u.length - 1),
  true
)
const byHand = reinforce("policy-gradient-by-hand", (u, i) => u[i] - u.reduce((s, v) => s + v, 0) / u.length, true)

/** Every pair rewarded three times, each time an observation of its own. */
const threeTimes = passively(
  "rewarded-three-times",
  Effect.fnUntraced(function* (n: number) {
    const rewards = yield* Rewards
    const [left, right] = yield* drawnPairs(n)
    const out: Array<readonly [Response, Response, number, number]> = []
    for (let k = 0; k < 3; k++) {
      const r = yield* rewards.query([...left, ...right])
      for (let i = 0; i < n; i++) out.push([right[i], left[i], r[n + i], r[i]])
    }
    return out
  })
)

export const blindRight = [
  threeTimes,
  columnByColumn,
  sharedAnchor,
  oneByOne,
  oneComponent,
  ownSolver,
  promptByPrompt,
  alternating,
  leaveOneOut,
  byHand
]
