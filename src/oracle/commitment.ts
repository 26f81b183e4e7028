/**
 * What a proper learner commits to: parameters θ_1 … θ_m, fixed before the prompt they will be drawn at exists (framework.md, L2).
 *
 * A commitment is a copy: writing to the arrays it was made of changes nothing. Its parameters are not readable back at a draw, and a draw is rewarded when
 * it is made (`ProperRewards.explore`), so neither a response from elsewhere nor the same draw a second time can be offered for a reward.
 */
const MINT = Symbol("commitment")

let parametersUnsafe: (commitment: Commitment) => ReadonlyArray<Float64Array>
let makeUnsafe: (thetas: ReadonlyArray<Float64Array>) => Commitment

export class Commitment {
  readonly #thetas: ReadonlyArray<Float64Array>
  private constructor(key: symbol, thetas: ReadonlyArray<Float64Array>) {
    if (key !== MINT) throw new TypeError("commitment: made by hand, expected commit(…)")
    this.#thetas = thetas
  }
  /** m: responses drawn at each prompt. */
  get size(): number {
    return this.#thetas.length
  }
  static {
    parametersUnsafe = (commitment) => commitment.#thetas
    makeUnsafe = (thetas) => new Commitment(MINT, thetas)
  }
}

/** Commits to one or more parameters: at each prompt there will be one draw of each, in this order. @throws RangeError without a parameter. */
export const commit = (...thetas: ReadonlyArray<Float64Array>): Commitment => {
  if (thetas.length === 0) throw new RangeError("commitment: no parameters, expected at least one")
  return makeUnsafe(thetas.map((theta) => theta.slice()))
}

/** Interpreters only: θ_1 … θ_m. */
export const committedParameters = (commitment: Commitment): ReadonlyArray<Float64Array> => parametersUnsafe(commitment)
