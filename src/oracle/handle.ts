/**
 * Opaque handles. A learner holds prompts, responses and pairs; it cannot make one, read an index out of one, or see a
 * probability. What it may know of a response it holds is its feature. The suite's own rooms (interpreters, evaluation, reports) look
 * inside through {@link reveal}; a lint rule keeps algorithms from importing it.
 */

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

let mintPromptUnsafe: (x: number) => Prompt
let promptIndexUnsafe: (p: Prompt) => number

/** A prompt x. The same prompt drawn twice is the same object. */
export class Prompt {
  readonly #x: number
  private constructor(key: symbol, x: number) {
    requireMint(key)
    this.#x = x
  }
  static {
    mintPromptUnsafe = (x) => new Prompt(MINT, x)
    promptIndexUnsafe = (p) => p.#x
  }
}

let mintResponseUnsafe: (
  prompt: Prompt,
  features: Float64Array,
  dimension: number,
  row: number,
  address: Address | undefined
) => Response
let promptUnsafe: (r: Response) => Prompt
let rowUnsafe: (r: Response) => number
let addressUnsafe: (r: Response) => Address | undefined
let relativeUnsafe: (a: Response, b: Response, out: Float64Array) => void
let featureUnsafe: (a: Response, out: Float64Array) => void
let dimensionUnsafe: (a: Response) => number

/** A response y the learner holds: drawn, enumerated or named, and paid for. */
export class Response {
  readonly #prompt: Prompt
  readonly #features: Float64Array
  readonly #dimension: number
  readonly #row: number
  readonly #address: Address | undefined
  private constructor(
    key: symbol,
    prompt: Prompt,
    features: Float64Array,
    dimension: number,
    row: number,
    address: Address | undefined
  ) {
    requireMint(key)
    this.#prompt = prompt
    this.#features = features
    this.#dimension = dimension
    this.#row = row
    this.#address = address
  }
  /** The prompt it answers. An accessor: nobody can move a response to another prompt. */
  get prompt(): Prompt {
    return this.#prompt
  }
  static {
    mintResponseUnsafe = (p, f, d, row, address) => new Response(MINT, p, f, d, row, address)
    promptUnsafe = (r) => r.#prompt
    rowUnsafe = (r) => r.#row
    addressUnsafe = (r) => r.#address
    dimensionUnsafe = (r) => r.#dimension
    featureUnsafe = (a, out) => {
      const d = a.#dimension
      const o = a.#row * d
      for (let i = 0; i < d; i++) out[i] = a.#features[o + i]
    }
    relativeUnsafe = (a, b, out) => {
      const d = a.#dimension
      const f = a.#features
      const ao = a.#row * d
      const bo = b.#row * d
      for (let i = 0; i < d; i++) out[i] = f[ao + i] - f[bo + i]
    }
  }
}

/** Two responses to one prompt. */
export interface Pair {
  readonly prompt: Prompt
  readonly left: Response
  readonly right: Response
}

/** φ(x,y) of a held response: a fresh array of length d. */
export const features = (response: Response): Float64Array => {
  const out = new Float64Array(dimensionUnsafe(response))
  featureUnsafe(response, out)
  return out
}

/** φ(x,y,y′) = φ(x,y) − φ(x,y′) of two held responses to one prompt, written to `out` (length d) and returned. */
export const relativeFeature = (left: Response, right: Response, out?: Float64Array): Float64Array => {
  if (promptUnsafe(left) !== promptUnsafe(right))
    throw new TypeError("pair: responses to two prompts, expected one prompt")
  const target = out ?? new Float64Array(dimensionUnsafe(left))
  relativeUnsafe(left, right, target)
  return target
}

/** Interpreters only: a prompt handle. */
export const mintPrompt = (x: number): Prompt => mintPromptUnsafe(x)

/** Interpreters only: a response handle. */
export const mintResponse = (
  prompt: Prompt,
  table: Float64Array,
  dimension: number,
  row: number,
  address: Address | undefined
): Response => mintResponseUnsafe(prompt, table, dimension, row, address)

/** The prompt a response was made for, whatever its holder has defined on the object. */
export const promptOf = (response: Response): Prompt => promptUnsafe(response)

/** The suite's view of a handle: never for algorithms. */
export const reveal = (response: Response): Revealed => ({
  x: promptIndexUnsafe(promptUnsafe(response)),
  row: rowUnsafe(response),
  address: addressUnsafe(response)
})

/** Interpreters only: the row of a response, without an allocation. */
export const rowOf = (response: Response): number => rowUnsafe(response)

/** Interpreters only: the index of a prompt. */
export const promptIndex = (prompt: Prompt): number => promptIndexUnsafe(prompt)
