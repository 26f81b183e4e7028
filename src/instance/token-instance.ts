/**
 * The token side of an autoregressive instance: responses y = a_{1:H} drawn one token at a time (t5-path-identity.md, t8-mtss.md).
 *
 * Prefixes are as many as responses, so they are seen through finitely many *nodes*: a node is a layer and a state, and two prefixes at one node have the same
 * law of what follows, the same features and the same rewards to come. Tokens at a node are its *rows*: classes of tokens that share feature, reward, code and
 * the node they lead to, with their π_ref-mass. Policies of the theory see a token only through its feature, so values, KL and coverage of the classes are
 * those of the tokens.
 *
 * A response's *code* is the sum of its tokens' codes and names its class on the sequence side: the reward oracle, the records and every sequence-level
 * algorithm work on the same instance unchanged.
 */
import type { Stream } from "../numeric/stream.ts"

/** Structure of arrays. M nodes, N rows in all, token feature dimension d, X prompts. Immutable by contract. */
export interface TokenTable {
  /** H ≥ 1: tokens in a response. */
  readonly horizon: number
  /** d ≥ 1 of the token features, the same at every layer. */
  readonly dimension: number
  /** The node of each prompt's empty prefix, length X; all of layer 0. */
  readonly roots: Int32Array
  /** Layer of each node, 0 … H−1 (theory's h minus 1), length M; nodes come in the order of their layers. */
  readonly layers: Int32Array
  /** Rows of node n are offsets[n] … offsets[n+1]−1. Length M + 1. */
  readonly offsets: Int32Array
  /** π_ref,h(a∣s), length N; sums to 1 over each node. */
  readonly reference: Float64Array
  /** φ_h(s,a), N×d row-major, every row of norm ≤ 1. */
  readonly features: Float64Array
  /** The node that a row leads to, of the next layer; −1 in the last layer. Length N. */
  readonly next: Int32Array
  /** What a row adds to r*, length N; r* = baseReward + the sum over a response's rows. */
  readonly reward: Float64Array
  readonly baseReward: number
  /** What a row adds to a response's code, an integer ≥ 0, length N. */
  readonly code: Int32Array
}

/** The token side as an instance carries it. */
export interface TokenInstance extends TokenTable {
  /** Row of the sequence side that a finished response belongs to. */
  readonly rowOfCode: (x: number, code: number) => number
  /** A token of row `row` as text, drawn by π_ref within the class. */
  readonly describeToken: (row: number, stream: Stream) => string
}
