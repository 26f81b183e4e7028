/**
 * Right programs, by what their methods leave free: how rewards are asked for, how a fit is solved, in what form a norm or a policy is stated, how requests are cut.
 * Each is the method that it claims, so no law may refute it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { blindRight } from "./blind/right.ts"
import { edited } from "./edited.ts"
import { rightVariants } from "./right-variants.ts"
import {
  algorithm,
  type BudgetExhausted,
  commit,
  features,
  type Goal,
  type LinearSoftmaxPolicy,
  policyGradient,
  type Problem,
  projectOnto,
  Prompts,
  ProperRewards,
  relativeFeature,
  type Response,
  Rewards,
  RidgeRegression,
  truncation,
  type TruncatedMixturePolicy,
  WeakSampling,
  withLearned
} from "./surface.ts"

export type RightProgram = AnyAlgorithm<OracleServices>

/** Two responses to one prompt and their rewards. */
type Rewarded = readonly [Response, Response, number, number]
type Asking = (
  left: ReadonlyArray<Response>,
  right: ReadonlyArray<Response>
) => Effect.Effect<ReadonlyArray<Rewarded>, BudgetExhausted, Rewards>

const zipped = (
  left: ReadonlyArray<Response>,
  right: ReadonlyArray<Response>,
  value: (i: number) => readonly [number, number]
): ReadonlyArray<Rewarded> => left.map((a, i) => [a, right[i], ...value(i)] as const)

/** How the two rewards of each pair may be asked for. */
export const askings: Readonly<Record<string, Asking>> = {
  "pair by pair": Effect.fnUntraced(function* (left, right) {
    const rewards = yield* Rewards
    const values: Array<readonly [number, number]> = []
    for (let i = 0; i < left.length; i++) {
      const [a, b] = yield* rewards.query([left[i], right[i]])
      values.push([a, b])
    }
    return zipped(left, right, (i) => values[i])
  }),
  "one by one": Effect.fnUntraced(function* (left, right) {
    const rewards = yield* Rewards
    const values: Array<readonly [number, number]> = []
    for (let i = 0; i < left.length; i++)
      values.push([yield* rewards.queryOne(left[i]), yield* rewards.queryOne(right[i])])
    return zipped(left, right, (i) => values[i])
  }),
  "anchor first, in requests of one": Effect.fnUntraced(function* (left, right) {
    const rewards = yield* Rewards
    const values: Array<readonly [number, number]> = []
    for (let i = 0; i < left.length; i++) {
      const [b] = yield* rewards.query([right[i]])
      const [a] = yield* rewards.query([left[i]])
      values.push([a, b])
    }
    return zipped(left, right, (i) => values[i])
  }),
  "column by column": Effect.fnUntraced(function* (left, right) {
    const rewards = yield* Rewards
    const [a, b] = [yield* rewards.query(left), yield* rewards.query(right)]
    return zipped(left, right, (i) => [a[i], b[i]])
  }),
  "the anchors' column first": Effect.fnUntraced(function* (left, right) {
    const rewards = yield* Rewards
    const [b, a] = [yield* rewards.query(right), yield* rewards.query(left)]
    return zipped(left, right, (i) => [a[i], b[i]])
  }),
  "[a, o, b, o] in one request": Effect.fnUntraced(function* (left, right) {
    const values = yield* (yield* Rewards).query(left.flatMap((a, i) => [a, right[i]]))
    return zipped(left, right, (i) => [values[2 * i], values[2 * i + 1]])
  }),
  "halves of one request": Effect.fnUntraced(function* (left, right) {
    const values = yield* (yield* Rewards).query([...left, ...right])
    return zipped(left, right, (i) => [values[i], values[left.length + i]])
  }),
  "differences of a batch": Effect.fnUntraced(function* (left, right) {
    const pairs = left.map((a, i) => ({ prompt: a.prompt, left: a, right: right[i] }))
    const values = yield* (yield* Rewards).queryDifferences({ pairs, counts: new Float64Array(pairs.length).fill(1) })
    return zipped(left, right, (i) => [values[i], 0])
  }),
  "differences, one by one and from the last": Effect.fnUntraced(function* (left, right) {
    const rewards = yield* Rewards
    const values = new Float64Array(left.length)
    for (let i = left.length - 1; i >= 0; i--)
      values[i] = yield* rewards.queryDifference({ prompt: left[i].prompt, left: right[i], right: left[i] })
    return zipped(left, right, (i) => [0, values[i]])
  }),
  "thrice over": Effect.fnUntraced(function* (left, right) {
    const rewards = yield* Rewards
    const out: Array<Rewarded> = []
    for (let k = 0; k < 3; k++) {
      const values = yield* rewards.query([...right, ...left])
      out.push(...zipped(left, right, (i) => [values[left.length + i], values[i]]))
    }
    return out
  })
}

const Passive = Schema.Struct({ lambda: Schema.Number, pairs: Schema.Number, batch: Schema.Number })
type Passive = typeof Passive.Type

const sized =
  (batch: number) =>
  ({ dimension, rewardRange, parameterRadius }: Problem, { epsilon, coverage }: Goal): Passive => ({
    lambda: Math.min(1, (rewardRange / parameterRadius) ** 2),
    pairs: Math.min(4000, Math.ceil((40 * dimension * rewardRange * coverage) / epsilon)),
    batch
  })

/** Jacobi sweeps of Gauss–Seidel on Σθ = b: a solver that shares nothing with the suite's. */
const gaussSeidel = (sigma: ReadonlyArray<Float64Array>, moment: Float64Array): Float64Array => {
  const theta = new Float64Array(moment.length)
  for (let k = 0; k < 20_000; k++) {
    let moved = 0
    for (let i = 0; i < theta.length; i++) {
      let s = moment[i]
      for (let j = 0; j < theta.length; j++) if (j !== i) s -= sigma[i][j] * theta[j]
      moved = Math.max(moved, Math.abs(s / sigma[i][i] - theta[i]))
      theta[i] = s / sigma[i][i]
    }
    if (moved < 1e-14) break
  }
  return theta
}

/** Least squares on pairs of the base model. */
const regression = (name: string, asking: Asking, k: number): RightProgram =>
  algorithm({
    name: `regression: ${name}`,
    summary: "least squares on pairs of the base model",
    proper: false,
    oracle: "weak",
    claims: ["T1", "T2", "least-squares"],
    parameters: Passive,
    fromTheory: sized(1 + 7 * (k % 5)),
    practical: sized(1 + 7 * (k % 5)),
    run: Effect.fnUntraced(function* (problem: Problem, { lambda, pairs, batch }: Passive) {
      const d = problem.dimension
      const [prompts, weak] = [yield* Prompts, yield* WeakSampling]
      const design = new RidgeRegression(d, lambda)
      const sigma = Array.from({ length: d }, (_, i) =>
        Float64Array.from({ length: d }, (__, j) => (i === j ? lambda : 0))
      )
      const moment = new Float64Array(d)
      const learned = (): LinearSoftmaxPolicy | TruncatedMixturePolicy => {
        let theta = new Float64Array(d)
        if (k % 2 === 0) design.solve(theta)
        else theta = Float64Array.from(gaussSeidel(sigma, moment))
        if (k % 3 === 1) projectOnto(theta, problem.parameterSet)
        return k % 3 === 2
          ? {
              kind: "truncated-mixture",
              count: 1,
              thetas: theta,
              clip: problem.rewardRange,
              truncation: truncation(problem, { nu: 0.5 }, design)
            }
          : { kind: "linear-softmax", theta }
      }
      const gather = Effect.fnUntraced(function* () {
        for (let seen = 0; seen < pairs; seen += batch) {
          const xs = yield* prompts.draw(batch)
          const [left, right] = [yield* weak.draw(xs), yield* weak.draw(xs)]
          for (const [a, b, ra, rb] of yield* asking(left, right)) {
            const phi = relativeFeature(a, b)
            design.add(phi, ra - rb)
            phi.forEach((v, i) => {
              moment[i] += v * (ra - rb)
              phi.forEach((w, j) => (sigma[i][j] += v * w))
            })
          }
        }
      })
      yield* gather().pipe(withLearned(learned))
      return learned()
    })
  })

export const rightRegressions: ReadonlyArray<RightProgram> = Object.entries(askings).flatMap(([name, asking], i) => [
  regression(`${name} (i)`, asking, i),
  regression(`${name} (ii)`, asking, i + 3)
])

const Novel = Schema.Struct({ lambda: Schema.Number, nu: Schema.Number, prompts: Schema.Number, limit: Schema.Number })
type Novel = typeof Novel.Type
const sizedNovel = ({ dimension }: Problem, { coverage }: Goal): Novel => ({
  lambda: 0.5,
  nu: 0.25,
  prompts: 30 * dimension,
  limit: Math.ceil(3 * coverage)
})

/** W with rows turned round, stretched together with ν: the same test, still lower triangular, as tests must be. */
const restated = (whitening: Float64Array, d: number, turned: number, stretch: number): Float64Array =>
  whitening.map((w, i) => (Math.floor(i / d) === turned % d ? -stretch : stretch) * w)

/** Searches for what is new, one pair at a time. */
const search = (name: string, asking: Asking, k: number): RightProgram =>
  algorithm({
    name: `search: ${name}`,
    summary: "a spanner, and least squares on it",
    proper: false,
    oracle: "weak",
    claims: ["T1", "T2", "T3", "novelty", "least-squares"],
    parameters: Novel,
    fromTheory: sizedNovel,
    practical: sizedNovel,
    run: Effect.fnUntraced(function* (problem: Problem, { lambda, nu, prompts: visits, limit }: Novel) {
      const d = problem.dimension
      const [prompts, weak] = [yield* Prompts, yield* WeakSampling]
      const design = new RidgeRegression(d, lambda)
      const learned = (): LinearSoftmaxPolicy => {
        const theta = new Float64Array(d)
        design.solve(theta)
        return { kind: "linear-softmax", theta }
      }
      const grow = Effect.fnUntraced(function* () {
        for (let left = visits; left > 0;) {
          const stretch = [1, 3, 0.2][k % 3]
          const test = { dimension: d, whitening: restated(design.whitening(), d, k, stretch), nu: nu * stretch }
          let found: readonly [Response, Response] | undefined
          if (k % 2 === 0) {
            const { hit, promptsVisited } = yield* weak.sweep(test, limit, left)
            left -= promptsVisited
            if (hit !== undefined) found = [hit.left, hit.right]
          } else {
            const [x] = yield* prompts.draw(1)
            left--
            const hit = yield* weak.firstHit(x, test, limit)
            if (hit !== undefined) found = [hit.right, hit.left]
          }
          if (found === undefined) continue
          for (const [a, b, ra, rb] of yield* asking([found[0]], [found[1]])) design.add(relativeFeature(a, b), ra - rb)
        }
      })
      yield* grow().pipe(withLearned(learned))
      return learned()
    })
  })

export const rightSearches: ReadonlyArray<RightProgram> = Object.entries(askings).map(([name, asking], i) =>
  search(name, asking, i)
)

type Gradient = ReturnType<typeof policyGradient.practical>

/** GRPO's update, its requests cut into `parts`, groups in either order, with either baseline and either deviation. */
const reinforce = (
  name: string,
  parts: number,
  leaveOneOut: boolean,
  unbiased: boolean,
  backward: boolean
): RightProgram =>
  algorithm({
    ...policyGradient,
    name: `policy gradient: ${name}`,
    run: Effect.fnUntraced(function* ({ dimension: d, parameterSet }: Problem, p: Gradient) {
      const proper = yield* ProperRewards
      const theta = new Float64Array(d)
      const learned = (): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta: theta.slice() })
      const climb = Effect.fnUntraced(function* () {
        for (let t = 0; t < Math.min(p.updates, 200); t++) {
          const commitment = commit(...Array.from({ length: p.group }, () => theta))
          const gradient = new Float64Array(d)
          for (let part = 0; part < parts; part++) {
            const groups = yield* proper.explore(commitment, p.prompts / parts)
            for (const { responses, rewards } of backward ? groups.toReversed() : groups) {
              const G = p.group
              const phis = responses.map(features)
              const u = phis.map((phi, i) => rewards[i] - phi.reduce((s, v, j) => s + v * theta[j], 0))
              const total = u.reduce((s, v) => s + v, 0)
              const mean = rewards.reduce((s, r) => s + r, 0) / G
              const squares = rewards.reduce((s, r) => s + (r - mean) ** 2, 0)
              const deviation = Math.sqrt(squares / (unbiased ? G - 1 : G))
              phis.forEach((phi, i) => {
                const advantage = leaveOneOut ? u[i] - (total - u[i]) / (G - 1) : u[i] - total / G
                for (let j = 0; j < d; j++)
                  gradient[j] += (advantage * phi[j]) / ((deviation + p.smoothing) * G * p.prompts)
              })
            }
          }
          for (let j = 0; j < d; j++) theta[j] += (p.step / (1 + t / p.decay)) * gradient[j]
          projectOnto(theta, parameterSet)
        }
      })
      yield* climb().pipe(withLearned(learned))
      return learned()
    })
  })

export const rightGradients: ReadonlyArray<RightProgram> = [1, 2, 8].flatMap((parts, i) =>
  [false, true].flatMap((leaveOneOut) =>
    [false, true].map((unbiased) =>
      reinforce(
        `${parts} requests${leaveOneOut ? ", leave-one-out" : ""}${unbiased ? ", unbiased deviation" : ""}`,
        parts,
        leaveOneOut,
        unbiased,
        i % 2 === 1
      )
    )
  )
)

/** XPO with other starts, batches, and the plan on either side of the commitment. */
const optimists = (): Promise<ReadonlyArray<RightProgram>> =>
  Promise.all(
    [0, 1, 2, 5, 8].flatMap((starts) =>
      [16, 64].map((longest) =>
        edited("xpo.ts", `optimist: ${starts} starts, plans every ${longest} pairs`, {
          "optimisticFit(objective, starts, plan)": `optimisticFit(objective, Math.min(${starts}, starts), plan)`,
          'name: "xpo",\n    dimension: d,': `name: "xpo",\n    longest: ${longest},\n    dimension: d,`
        })
      )
    )
  )

export const rightOptimists: ReadonlyArray<RightProgram> = await optimists()

/** All of them: those written blind, and those of the built-in algorithms, too. */
export const rightPrograms: ReadonlyArray<RightProgram> = [
  ...rightRegressions,
  ...rightSearches,
  ...rightGradients,
  ...rightOptimists,
  ...(blindRight as ReadonlyArray<RightProgram>),
  ...rightVariants
]
