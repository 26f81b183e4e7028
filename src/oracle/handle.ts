/**
 * Opaque handles. A learner holds prompts, responses, prefixes, tokens and commitments; it cannot make one, write to one, read an index out of one, or see a
 * probability. What it may know of a response or a token it holds is its feature, and of a prefix how long it is. The suite's own rooms (interpreters, evaluation,
 * reports) look inside through the functions below; a lint rule keeps algorithms from importing them.
 *
 * Run time is as types say: what a handle stands for is in private fields, the suite reads nothing else of it, and its class cannot be changed. A session answers only
 * for handles that it minted.
 */

/** What a session mints handles of: the rows of its instance. Its identity is the session's. */
export interface Origin {
  readonly exact: RowFeatures
  readonly tokens?: RowFeatures | undefined
}
/** φ of each row, N×d row-major. */
export interface RowFeatures {
  readonly features: Float64Array
  readonly dimension: number
}

/** Where a literal response came from: enough to rebuild its text. */
export interface Address {
  readonly k0: number
  readonly k1: number
  readonly counter: number
  readonly side: 0 | 1 | undefined
}

/** What the suite sees inside a response. */
export interface Revealed {
  readonly x: number
  /** Row of the exact side. */
  readonly row: number
  readonly address: Address | undefined
}

/** Constructors can be reached from any handle at run time; without this key, which never leaves the module, they make nothing. */
const MINT = Symbol("mint")
const requireMint = (key: symbol): void => {
  if (key !== MINT) throw new TypeError("handle: made by hand, expected one that an oracle answered")
}

let promptInside: (value: unknown) => value is Prompt
let indexInside: (prompt: Prompt) => number
let originInside: (prompt: Prompt) => Origin
/** Interpreters only: a prompt handle. */
export let mintPrompt: (origin: Origin, x: number) => Prompt

/** A prompt x. The same prompt drawn twice is the same object. */
export class Prompt {
  readonly #origin: Origin
  readonly #x: number
  private constructor(key: symbol, origin: Origin, x: number) {
    requireMint(key)
    this.#origin = origin
    this.#x = x
  }
  static {
    mintPrompt = (origin, x) => new Prompt(MINT, origin, x)
    promptInside = (value): value is Prompt => typeof value === "object" && value !== null && #x in value
    indexInside = (prompt) => prompt.#x
    originInside = (prompt) => prompt.#origin
  }
}

let responseInside: (value: unknown) => value is Response
let addressInside: (response: Response) => Address | undefined
/** The prompt a response was made for, whatever its holder has defined on the object. */
export let promptOf: (response: Response) => Prompt
/** The row of a response. */
export let rowOf: (response: Response) => number
/** Interpreters only: a response handle. */
export let mintResponse: (prompt: Prompt, row: number, address: Address | undefined) => Response

/** A response y the learner holds: drawn, enumerated or named, and paid for. */
export class Response {
  readonly #prompt: Prompt
  readonly #row: number
  readonly #address: Address | undefined
  private constructor(key: symbol, prompt: Prompt, row: number, address: Address | undefined) {
    requireMint(key)
    this.#prompt = prompt
    this.#row = row
    this.#address = address
  }
  /** The prompt it answers. */
  get prompt(): Prompt {
    return this.#prompt
  }
  static {
    mintResponse = (prompt, row, address) => new Response(MINT, prompt, row, address)
    responseInside = (value): value is Response => typeof value === "object" && value !== null && #row in value
    promptOf = (response) => response.#prompt
    rowOf = (response) => response.#row
    addressInside = (response) => response.#address
  }
}

/** Two responses to one prompt. */
export interface Pair {
  readonly prompt: Prompt
  readonly left: Response
  readonly right: Response
}

let prefixInside: (value: unknown) => value is Prefix
/** Interpreters only: where a prefix stands, and the code of its tokens; node −1 when it has H tokens. */
export let insidePrefix: (prefix: Prefix) => {
  readonly prompt: Prompt
  readonly layer: number
  readonly node: number
  readonly code: number
}
/** Interpreters only: a prefix handle. */
export let mintPrefix: (prompt: Prompt, layer: number, node: number, code: number) => Prefix

/** The tokens so far: a prefix s = (x, a_{1:h−1}). */
export class Prefix {
  readonly #prompt: Prompt
  readonly #layer: number
  readonly #node: number
  readonly #code: number
  private constructor(key: symbol, prompt: Prompt, layer: number, node: number, code: number) {
    requireMint(key)
    this.#prompt = prompt
    this.#layer = layer
    this.#node = node
    this.#code = code
  }
  get prompt(): Prompt {
    return this.#prompt
  }
  /** Tokens in it, 0 … H; the next one is of theory's layer h = layer + 1. */
  get layer(): number {
    return this.#layer
  }
  static {
    mintPrefix = (prompt, layer, node, code) => new Prefix(MINT, prompt, layer, node, code)
    prefixInside = (value): value is Prefix => typeof value === "object" && value !== null && #node in value
    insidePrefix = (prefix) => ({
      prompt: prefix.#prompt,
      layer: prefix.#layer,
      node: prefix.#node,
      code: prefix.#code
    })
  }
}

let tokenInside: (value: unknown) => value is Token
/** The prefix a token was drawn at, whatever its holder has defined on the object. */
export let prefixOf: (token: Token) => Prefix
/** The row of a token. */
export let tokenRowOf: (token: Token) => number
/** Interpreters only: a token handle. */
export let mintToken: (prefix: Prefix, row: number) => Token

/** A token a the learner holds: drawn at its prefix, and paid for. */
export class Token {
  readonly #prefix: Prefix
  readonly #row: number
  private constructor(key: symbol, prefix: Prefix, row: number) {
    requireMint(key)
    this.#prefix = prefix
    this.#row = row
  }
  get prefix(): Prefix {
    return this.#prefix
  }
  static {
    mintToken = (prefix, row) => new Token(MINT, prefix, row)
    tokenInside = (value): value is Token => typeof value === "object" && value !== null && #row in value
    prefixOf = (token) => token.#prefix
    tokenRowOf = (token) => token.#row
  }
}

/** Two tokens drawn at one prefix. */
export interface TokenPair {
  readonly left: Token
  readonly right: Token
}

let commitmentInside: (value: unknown) => value is Commitment
/** Interpreters only: θ_1 … θ_m. */
export let committedParameters: (commitment: Commitment) => ReadonlyArray<Float64Array>

/**
 * Commits to one or more parameters: at each prompt there will be one draw of each, in this order.
 * @throws RangeError without a parameter.
 */
export let commit: (...thetas: ReadonlyArray<Float64Array>) => Commitment

/**
 * What a proper learner commits to: parameters θ_1 … θ_m, fixed before the prompt they will be drawn at exists (framework.md, L2).
 *
 * A commitment is a copy: writing to the arrays it was made of changes nothing. Its parameters are not readable back at a draw, and a draw is rewarded when
 * it is made (`ProperRewards.explore`), so neither a response from elsewhere nor the same draw a second time can be offered for a reward.
 */
export class Commitment {
  readonly #thetas: ReadonlyArray<Float64Array>
  private constructor(key: symbol, thetas: ReadonlyArray<Float64Array>) {
    requireMint(key)
    this.#thetas = thetas
  }
  /** m: responses drawn at each prompt. */
  get size(): number {
    return this.#thetas.length
  }
  static {
    commit = (...thetas) => {
      if (thetas.length === 0) throw new RangeError("commitment: no parameters, expected at least one")
      // Not `slice`, which an array may carry a method of its own for.
      return new Commitment(
        MINT,
        thetas.map((theta) => new Float64Array(theta))
      )
    }
    commitmentInside = (value): value is Commitment => typeof value === "object" && value !== null && #thetas in value
    committedParameters = (commitment) => commitment.#thetas
  }
}

/** Every kind of handle. */
export interface Handles {
  readonly Prompt: Prompt
  readonly Response: Response
  readonly Prefix: Prefix
  readonly Token: Token
  readonly Commitment: Commitment
}
export type HandleName = keyof Handles

/** Whether a value is a handle of a kind: minted here, not only of that prototype. */
export const HANDLES: { readonly [K in HandleName]: (value: unknown) => value is Handles[K] } = {
  Prompt: promptInside,
  Response: responseInside,
  Prefix: prefixInside,
  Token: tokenInside,
  Commitment: commitmentInside
}

for (const kind of [Prompt, Response, Prefix, Token, Commitment]) {
  Object.freeze(kind)
  Object.freeze(kind.prototype)
}

/** The prompt that a handle of a session belongs to; undefined for a commitment, which is the learner's own. */
const promptBehind = (value: unknown): Prompt | undefined =>
  promptInside(value)
    ? value
    : responseInside(value)
      ? promptOf(value)
      : prefixInside(value)
        ? insidePrefix(value).prompt
        : tokenInside(value)
          ? insidePrefix(prefixOf(value)).prompt
          : undefined

/** Interpreters only: the prompt index of a handle that this session minted. @throws TypeError on any other */
export const indexIn = (origin: Origin, handle: Prompt | Response | Prefix | Token): number => {
  const prompt = promptBehind(handle)
  if (prompt === undefined || originInside(prompt) !== origin)
    throw new TypeError(
      `handle: ${prompt === undefined ? "made by hand" : "of another session"}, expected one that these oracles answered`
    )
  return indexInside(prompt)
}

/** φ(x,y) of a held response, or φ_h(s,a) of a held token: a fresh array of length d. */
export const features = (held: Response | Token): Float64Array => {
  const { features: table, dimension: d } = tableOf(held)
  const o = rowBehind(held) * d
  return table.slice(o, o + d)
}

/**
 * φ(x,y) − φ(x,y′) of two held responses to one prompt, or φ_h(s,a) − φ_h(s,a′) of two held tokens of one prefix, written to `out` (length d) and returned.
 * @throws TypeError where they are of two prompts or prefixes
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { openOracles, Prompts, relativeFeature, Stream, WeakSampling } from "coverbound"
 * import { namedInstance } from "coverbound/instance"
 *
 * const session = openOracles(namedInstance("needle:N=8,d=3"), { interpreter: "literal", stream: Stream.fromSeed(1) })
 * const program = Effect.gen(function* () {
 *   const [prompt] = yield* (yield* Prompts).draw(1)
 *   const [y] = yield* (yield* WeakSampling).draw([prompt])
 *   return relativeFeature(y, y)
 * })
 * const phi = Effect.runSync(Effect.provideContext(program, session.services))
 * console.log(phi.length, Math.hypot(...phi)) // => 3 0
 * ```
 */
export const relativeFeature = <K extends Response | Token>(left: K, right: K, out?: Float64Array): Float64Array => {
  if (placeOf(left) !== placeOf(right))
    throw new TypeError(
      responseInside(left)
        ? "pair: responses to two prompts, expected one prompt"
        : "tokens: drawn at two prefixes, expected one prefix"
    )
  const { features: table, dimension: d } = tableOf(left)
  const target = out ?? new Float64Array(d)
  const a = rowBehind(left) * d
  const b = rowBehind(right) * d
  for (let j = 0; j < d; j++) target[j] = table[a + j] - table[b + j]
  return target
}

const placeOf = (held: Response | Token): object => (responseInside(held) ? promptOf(held) : prefixOf(held))
const rowBehind = (held: Response | Token): number => (responseInside(held) ? rowOf(held) : tokenRowOf(held))
const tableOf = (held: Response | Token): RowFeatures =>
  responseInside(held) ? originInside(promptOf(held)).exact : originInside(insidePrefix(prefixOf(held)).prompt).tokens!

/** The suite's view of a handle: never for algorithms. */
export const reveal = (response: Response): Revealed => ({
  x: indexInside(promptOf(response)),
  row: rowOf(response),
  address: addressInside(response)
})

/** The index of a prompt, whichever session minted it. */
export const promptIndex = (prompt: Prompt): number => indexInside(prompt)
