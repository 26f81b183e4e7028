/**
 * Opaque handles of the token oracle: a prefix s = (x, a_{1:h−1}) and a token a drawn at it. A learner cannot make one, nor read from it what it leads to; what
 * it may know of a token it holds is its feature φ_h(s,a), and of a prefix how long it is.
 */
import type { TokenTable } from "../../instance/token-instance.ts"
import type { Prompt } from "../handle.ts"

/** Constructors can be reached from any handle at run time; without this key, which never leaves the module, they make nothing. */
const MINT = Symbol("mint")
const requireMint = (key: symbol): void => {
  if (key !== MINT) throw new TypeError("handle: made by hand, expected one that an oracle answered")
}

let mintPrefixUnsafe: (prompt: Prompt, layer: number, node: number, code: number) => Prefix
let nodeUnsafe: (prefix: Prefix) => number
let codeUnsafe: (prefix: Prefix) => number

/** The tokens so far. */
export class Prefix {
  readonly prompt: Prompt
  /** Tokens in it, 0 … H; the next one is of theory's layer h = layer + 1. */
  readonly layer: number
  readonly #node: number
  readonly #code: number
  private constructor(key: symbol, prompt: Prompt, layer: number, node: number, code: number) {
    requireMint(key)
    this.prompt = prompt
    this.layer = layer
    this.#node = node
    this.#code = code
  }
  static {
    mintPrefixUnsafe = (prompt, layer, node, code) => new Prefix(MINT, prompt, layer, node, code)
    nodeUnsafe = (prefix) => prefix.#node
    codeUnsafe = (prefix) => prefix.#code
  }
}

let mintTokenUnsafe: (prefix: Prefix, table: TokenTable, row: number) => Token
let tokenRowUnsafe: (token: Token) => number
let tokenFeatureUnsafe: (token: Token, out: Float64Array) => void
let relativeTokenUnsafe: (left: Token, right: Token, out: Float64Array) => void
let tokenDimensionUnsafe: (token: Token) => number

/** A token a the learner holds: drawn at its prefix, and paid for. */
export class Token {
  readonly prefix: Prefix
  readonly #table: TokenTable
  readonly #row: number
  private constructor(key: symbol, prefix: Prefix, table: TokenTable, row: number) {
    requireMint(key)
    this.prefix = prefix
    this.#table = table
    this.#row = row
  }
  static {
    mintTokenUnsafe = (prefix, table, row) => new Token(MINT, prefix, table, row)
    tokenRowUnsafe = (token) => token.#row
    tokenDimensionUnsafe = (token) => token.#table.dimension
    tokenFeatureUnsafe = (token, out) => {
      const { dimension: d, features } = token.#table
      for (let j = 0; j < d; j++) out[j] = features[token.#row * d + j]
    }
    relativeTokenUnsafe = (left, right, out) => {
      const { dimension: d, features } = left.#table
      for (let j = 0; j < d; j++) out[j] = features[left.#row * d + j] - features[right.#row * d + j]
    }
  }
}

/** Two tokens drawn at one prefix. */
export interface TokenPair {
  readonly left: Token
  readonly right: Token
}

/** φ_h(s,a) of a held token: a fresh array of length d. */
export const tokenFeatures = (token: Token): Float64Array => {
  const out = new Float64Array(tokenDimensionUnsafe(token))
  tokenFeatureUnsafe(token, out)
  return out
}

/** φ_h(s,a,a′) = φ_h(s,a) − φ_h(s,a′) of two held tokens of one prefix: a fresh array of length d. */
export const relativeTokenFeature = (left: Token, right: Token): Float64Array => {
  if (left.prefix !== right.prefix) throw new TypeError("tokens: drawn at two prefixes, expected one prefix")
  const out = new Float64Array(tokenDimensionUnsafe(left))
  relativeTokenUnsafe(left, right, out)
  return out
}

/** Interpreters only: a prefix handle. `node` is −1 when it has H tokens. */
export const mintPrefix = (prompt: Prompt, layer: number, node: number, code: number): Prefix =>
  mintPrefixUnsafe(prompt, layer, node, code)

/** Interpreters only: a token handle. */
export const mintToken = (prefix: Prefix, table: TokenTable, row: number): Token => mintTokenUnsafe(prefix, table, row)

/** Interpreters only: where a prefix stands, and the code of its tokens. */
export const nodeOf = (prefix: Prefix): number => nodeUnsafe(prefix)
export const codeOf = (prefix: Prefix): number => codeUnsafe(prefix)

/** Interpreters only: the row of a token. */
export const tokenRowOf = (token: Token): number => tokenRowUnsafe(token)
