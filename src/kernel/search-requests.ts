/**
 * What the searches of every backend begin and end with: requests are checked, a prompt's draw table is made once, and a candidate is decided in float64 by the
 * instance's own definition of a draw.
 */
import { type ConcreteResponses, type DrawTable, drawTable } from "../instance/draw-table.ts"
import { finiteSource } from "../instance/finite-source.ts"
import { block, threefry2x32, uniform } from "../numeric/stream.ts"
import type { AcceptanceSearches, PairSearches } from "./reference.ts"

const TWO_POW_32 = 4294967296

/** The draw tables of one set of responses, made as they are asked for. */
const known = new WeakMap<ConcreteResponses, Array<DrawTable | undefined>>()

export const tableOf = (responses: ConcreteResponses, x: number): DrawTable => {
  let tables = known.get(responses)
  if (tables === undefined) known.set(responses, (tables = []))
  return (tables[x] ??= drawTable(responses, x))
}

/** @throws RangeError of a limit, keys or prompts that are none. */
export const checkRequest = (request: PairSearches | AcceptanceSearches): void => {
  const { responses, prompts, keys, limit } = request
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw new RangeError(`limit: ${limit}, expected an integer in [0, 2^53)`)
  for (const [name, given] of [
    ["keys", keys],
    ["coinKeys", "coinKeys" in request ? request.coinKeys : keys]
  ] as const) {
    if (given.length !== 2 * prompts.length)
      throw new RangeError(`${name}: ${given.length} words, expected ${2 * prompts.length}`)
  }
  for (const x of prompts) {
    if (!(x >= 0 && x < responses.offsets.length - 1))
      throw new RangeError(`prompts: ${x}, expected an index below ${responses.offsets.length - 1}`)
  }
}

/** Squared distance of two class rows in float64, summed as the reference does. */
export const distance = (white: Float64Array, d: number, left: number, right: number): number => {
  let sum = 0
  for (let j = 0; j < d; j++) sum += (white[left * d + j] - white[right * d + j]) ** 2
  return sum
}

/** Whether draw i of search b is what the search looks for. */
export type Decide = (b: number, i: number) => boolean

export const pairDecision = ({ responses, prompts, keys, white, dimension, nu }: PairSearches): Decide => {
  const source = finiteSource(responses)
  const row = (x: number, b: number, i: number, side: 0 | 1): number =>
    responses.rowOf[responses.offsets[x] + source.responseAt(x, keys[2 * b], keys[2 * b + 1], i, side)]
  return (b, i) => distance(white, dimension, row(prompts[b], b, i, 0), row(prompts[b], b, i, 1)) > nu * nu
}

export const acceptanceDecision = ({ responses, prompts, keys, coinKeys, accept }: AcceptanceSearches): Decide => {
  const source = finiteSource(responses)
  return (b, i) => {
    const x = prompts[b]
    const response = source.responseAt(x, keys[2 * b], keys[2 * b + 1], i, "single")
    threefry2x32(coinKeys[2 * b], coinKeys[2 * b + 1], i | 0, (i / TWO_POW_32) | 0)
    return uniform(block[0], block[1]) < accept[responses.rowOf[responses.offsets[x] + response]]
  }
}
