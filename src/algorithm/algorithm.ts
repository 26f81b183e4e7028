/**
 * An algorithm is a value: its name, its parameters as a Schema, how theory and practice set them, what it claims, and `run`, whose type is
 * the contract with the framework.
 */
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import type { Problem } from "../oracle/services.ts"
import type { Policy } from "../policy/policy.ts"

/** What a user asks of an algorithm: from this it sets its own parameters. */
export interface Goal {
  /** ε > 0: suboptimality to reach, in units of reward. */
  readonly epsilon: number
  /** δ in (0, 1): confidence of the claim. */
  readonly delta: number
  /** An upper bound C_cov ≥ C_cov(π*_β). */
  readonly coverage: number
  /** An upper bound C_cond ≥ C_cond(π*_β) on token-level coverage (T2), for algorithms that draw token by token. */
  readonly conditionalCoverage?: number
}

/** An algorithm's own cost bounds, as formulas in d, beta, eps, delta, R, B, C_cov, C_cond and H; held against every run like a theorem's. */
export interface OwnBounds {
  readonly T_data?: string
  readonly T_comp?: string
}

/** Parameters of an algorithm: JSON-able, so that records and certificates carry them. */
export type ParameterRecord = Readonly<Record<string, number>>

/**
 * An algorithm as a value: what it is called, what it may touch, what it claims, and its program. P: its parameters; R: the oracle services its program asks for, which is
 * its place in the framework. {@link algorithm} makes one.
 */
export interface Algorithm<P extends ParameterRecord, R> {
  readonly name: string
  /** One line for people. */
  readonly summary: string
  /** True when every rewarded response is a fresh draw from a committed π_θ. */
  readonly proper: boolean
  readonly oracle: "weak" | "strong" | "enumeration" | "token"
  /**
   * What this algorithm says of itself: theorems (ids of the registry), `epsilon` (ε is reached with probability 1 − δ at its practical parameters), and of its method
   * the following, held against what recorded runs asked and were told. In what order and in how many requests rewards are asked for is free in all of them, and so is
   * the solver. Where a parameter that is named is missing, the claim is undecided.
   *
   * - `least-squares` (`lambda`): every θ that is tilted by, committed to or returned is, when first used, the ridge regression on the reward differences of *all* pairs
   *   rewarded so far; one that leaves Θ may be projected or minimised over Θ; it may be returned as a mixture of one component. The two rewards of a pair are taken
   *   together, or one after the other before the prompt's next pair, or as neighbours, halves or columns of requests, or several against one anchor.
   * - `novelty` (`lambda`, and `nu` where there is one): every `sweep`, `firstHit` and `farthest` is by the elliptic norm of Σ = λI + Σφφᵀ over all pairs rewarded so far,
   *   against ν. W and ν may be stretched together; W is lower triangular.
   * - `optimism` (`lambda`, `optimism`): every plan does at least as well as least squares in squared loss plus optimism, normalisers from draws it paid for.
   * - `policy-gradient` (`step`, `decay`, `smoothing`, and `prompts` where an update has several requests): every θ is the last one moved by the group-relative gradient
   *   of its groups, then kept in Θ. Either baseline (the group's mean, or that of the others), either standard deviation.
   * - `equivariant`: one problem in other words is one problem to it. The laws of its outcome and of its queries stay what they are when features are turned with Θ,
   *   when R, β, θ and ε are stretched together, when a constant is added to all rewards of a prompt, and when a response is listed twice with half its mass. (That names,
   *   places, the order of draws and their stream change nothing is held of everybody.)
   */
  readonly claims: ReadonlyArray<string>
  readonly bounds?: OwnBounds
  /** SHA-256 of the module that it came from: an audit's word of what it loaded, which a module cannot say of itself. */
  readonly module?: string
  readonly parameters: Schema.Codec<P>
  /** Parameters under which its theorem holds. */
  readonly fromTheory: (problem: Problem, goal: Goal) => P
  /** Parameters people would use: the guarantee is measured, not promised. */
  readonly practical: (problem: Problem, goal: Goal) => P
  readonly run: (problem: Problem, parameters: P) => Effect.Effect<Policy, BudgetExhausted, R>
}

/** Any algorithm whose needs are within R. */
// oxlint-disable-next-line typescript/no-explicit-any -- the registry holds algorithms of different parameter types
export type AnyAlgorithm<R> = Algorithm<any, R>

/** What the constructor marks its values with: how a module's default export is known to be an algorithm, whichever copy of this package made it. */
const MARK = Symbol.for("coverbound/Algorithm")

/**
 * Defines an algorithm: names it, says what it claims, and fixes by inference what its parameters are (P) and which oracles its program may touch (R). A module's default export
 * is known to be an algorithm by having been made here.
 *
 * Nothing is checked yet: what an algorithm says of itself is checked when it is audited, its parameters against their Schema before each run.
 *
 * @example
 * ```ts
 * import { algorithm, features, Prompts, projectOnto, RidgeRegression, Rewards, WeakSampling } from "coverbound"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * // Least squares on n rewarded draws. Its type says what it touches: prompts, draws of the base model, rewards.
 * const fewDraws = algorithm({
 *   name: "few-draws",
 *   summary: "least squares on a few draws",
 *   oracle: "weak",
 *   proper: false,
 *   claims: ["T1", "T2"],
 *   bounds: { T_data: "10*d/eps" },
 *   parameters: Schema.Struct({ n: Schema.Int.check(Schema.isGreaterThan(0)) }),
 *   fromTheory: ({ dimension }, { epsilon }) => ({ n: Math.ceil((10 * dimension) / epsilon) }),
 *   practical: () => ({ n: 20 }),
 *   run: Effect.fnUntraced(function* ({ dimension, parameterSet }, { n }) {
 *     const [prompts, weak, rewards] = [yield* Prompts, yield* WeakSampling, yield* Rewards]
 *     const responses = yield* weak.draw(yield* prompts.draw(n))
 *     const fit = new RidgeRegression(dimension, 1)
 *     for (const [i, reward] of (yield* rewards.query(responses)).entries()) fit.add(features(responses[i]), reward)
 *     const theta = new Float64Array(dimension)
 *     fit.solve(theta)
 *     return { kind: "linear-softmax" as const, theta: projectOnto(theta, parameterSet) }
 *   })
 * })
 * console.log(fewDraws.name, fewDraws.claims.join()) // => few-draws T1,T2
 * ```
 */
export const algorithm = <P extends ParameterRecord, R>(definition: Algorithm<P, R>): Algorithm<P, R> => {
  const marked = { ...definition, [MARK]: true }
  return marked
}

/** Whether a value was made by {@link algorithm}. */
export const isAlgorithm = (value: unknown): value is AnyAlgorithm<never> =>
  typeof value === "object" && value !== null && (value as { readonly [MARK]?: unknown })[MARK] === true
