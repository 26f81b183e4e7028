/**
 * What is being explored: prompts, responses, the base model π_ref, features, mean rewards, β and Θ (framework.md).
 *
 * Every instance of the suite is seen from two sides. The *literal* side draws concrete responses, as a language
 * model does ({@link ResponseSource}). The *exact* side is a {@link FiniteInstance}: for each prompt the finitely many
 * distinct (feature, mean reward) classes with their π_ref-mass. Policies of the theory see a response only through
 * its feature, so J_β, KL and C_cov of the classes equal those of the responses, even where responses (8 words of
 * English) could never be enumerated.
 */
import type { Stream } from "../numeric/stream.ts"
import type { Words } from "../numeric/threefry-words.ts"
import type { DrawTable } from "./draw-table.ts"
import type { TokenInstance } from "./token-instance.ts"

/**
 * How an observed reward deviates from its mean m. `bernoulli`: R with probability m/R, else 0. `two-point`: m ± min(m, R − m), each with probability 1/2 (noise.ts).
 */
export type Noise = { readonly kind: "none" } | { readonly kind: "bernoulli" } | { readonly kind: "two-point" }

/** Θ: the ball ‖θ‖₂ ≤ radius, or the box ‖θ‖_∞ ≤ halfWidth. */
export type ParameterSet =
  | { readonly kind: "ball"; readonly radius: number }
  | { readonly kind: "box"; readonly halfWidth: number }

/** A finite instance as structure of arrays. X prompts, N responses in all, feature dimension d. Immutable by contract. */
export interface FiniteInstance {
  readonly name: string
  /** d ≥ 1. */
  readonly dimension: number
  /** β > 0, in units of reward. */
  readonly beta: number
  /** R > 0: rewards lie in [0, R]. */
  readonly rewardRange: number
  readonly parameterSet: ParameterSet
  /** θ*, length d: r*(x,y) − r*(x,y′) = ⟨θ*, φ(x,y) − φ(x,y′)⟩. */
  readonly thetaStar: Float64Array
  /**
   * Where no θ realizes the rewards: a bound, in units of reward, on how far r*(x,y) − r*(x,y₀) may be from ⟨θ*, φ(x,y) − φ(x,y₀)⟩, y₀ the prompt's first
   * response. Above 0; absent where rewards are linear. Theorems that need realizability promise nothing then.
   */
  readonly misspecification?: number
  readonly noise: Noise
  /** ρ, length X. */
  readonly promptProbabilities: Float64Array
  /** Responses of prompt x are the rows offsets[x] … offsets[x+1]−1. Length X + 1. */
  readonly offsets: Int32Array
  /** π_ref, length N; sums to 1 over each prompt. */
  readonly reference: Float64Array
  /** φ, N×d row-major, every row of norm ≤ 1. */
  readonly features: Float64Array
  /** r*, length N. */
  readonly meanReward: Float64Array
  /** What a person calls a prompt or a response, if it has a name. */
  readonly promptLabels?: ReadonlyArray<string>
  readonly responseLabels?: ReadonlyArray<string>
}

/**
 * Draws concrete responses. A draw is addressed, not consumed: response `counter` of the stream key `(k0, k1)` at prompt x
 * is always the same, so a batch may be cut anywhere and a held response can be rebuilt from its address.
 */
export interface ResponseSource {
  /** Threefry blocks one response takes; response i of a key uses the counters i·blocks … i·blocks+blocks−1. */
  readonly blocksPerResponse: number
  /**
   * Draws responses `first` … `first+count−1` at prompt x into `rows` (class rows of the exact side).
   * Synchronous; the inner loop of the literal oracle.
   *
   * @param words what makes their random words in bulk, where the source has use for it. Default: JavaScript.
   */
  drawRows(x: number, k0: number, k1: number, first: number, count: number, rows: Int32Array, words?: Words): void
  /**
   * Draws the pairs `first` … `first+count−1`: pair i is the responses 2i and 2i+1 of the key, or, where a response
   * needs less than a block (finite tables), what the source's address scheme says.
   */
  drawPairRows(
    x: number,
    k0: number,
    k1: number,
    first: number,
    count: number,
    left: Int32Array,
    right: Int32Array,
    words?: Words
  ): void
  /** The alias table that draws prompt x's pairs and responses by the addresses of `finite-source.ts`, if one does. */
  drawTable?(x: number): DrawTable
  /** A response as text (or its index), rebuilt from its address; `pairSide` says which member of pair `counter` it is. */
  describe(x: number, k0: number, k1: number, counter: number, pairSide?: 0 | 1): string
}

/** An instance as the suite runs it: the exact side, and how to draw from it literally. */
export interface Instance {
  /** The SPEC or file it came from, in canonical form: enough to make it again. */
  readonly spec: string
  /** Classes of responses with equal feature and reward; equals the instance itself where all responses differ. */
  readonly exact: FiniteInstance
  readonly source: ResponseSource
  /** The token side, where responses are made token by token (t8-mtss.md). */
  readonly tokens?: TokenInstance
  /** Number of responses at prompt x: what enumerating Y(x) costs. bigint, since [V]^H passes 2⁵³. */
  readonly responseCount: (x: number) => bigint
  /** Prompt as text. */
  readonly describePrompt: (x: number) => string
  /** A concrete response of class row `row` at prompt x, drawn by π_ref within the class (the exact-law oracle shows it). */
  readonly describeRow: (x: number, row: number, stream: Stream) => string
  /** What a reader should know of it beyond its numbers, a line each: what was cut off, what its weights are. */
  readonly facts?: ReadonlyArray<string>
}
