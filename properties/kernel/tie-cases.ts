/**
 * Searches in which a drawn word lies on a threshold of its table: by chance one in 10⁹, here every time. What it draws is decided by further words, which kernels do not
 * make: they must call such a draw a candidate.
 */
import type { ConcreteResponses } from "../../src/instance/draw-table.ts"
import { block, threefry2x32 } from "../../src/numeric/stream.ts"
import type { AcceptanceSearches, PairSearches } from "../../src/kernel/reference.ts"

/** A key whose first word picks column 0 of a table of 2^bits columns, the nth that is found from `seed` on; and that word. */
const keyOfColumnZero = (seed: number, bits: number): { readonly key: number; readonly word: number } => {
  for (let key = seed; ; key++) {
    threefry2x32(key, 7, 0, 0)
    if (block[0] >>> (32 - bits) === 0) return { key, word: block[0] >>> 0 }
  }
}

/** One prompt of `count` responses in 2^bits columns, the first kept up to the lattice cell that `word` names, all others equally likely. */
const lawAt = (word: number, count: number, bits: number): ConcreteResponses => {
  const keep = ((word >>> 1) + 0.5) / 2 ** (31 - bits)
  const first = keep / 2 ** bits
  return {
    offsets: Int32Array.of(0, count),
    reference: Float64Array.from({ length: count }, (_, y) => (y === 0 ? first : (1 - first) / (count - 1))),
    rowOf: Int32Array.from({ length: count }, (_, y) => y)
  }
}

/** First draw accepted if and only if it is response 0. */
export const acceptanceTie = (seed: number): AcceptanceSearches => {
  const { key, word } = keyOfColumnZero(seed, 1)
  return {
    responses: lawAt(word, 2, 1),
    prompts: Int32Array.of(0),
    keys: Int32Array.of(key, 7),
    coinKeys: Int32Array.of(1, 2),
    limit: 1,
    accept: Float64Array.of(1, 0)
  }
}

/** First pair, of a table too wide for one of pairs, passing if its left member is response 0. */
export const pairTie = (seed: number): PairSearches => {
  const { key, word } = keyOfColumnZero(seed, 9)
  const white = new Float64Array(300)
  white[0] = 10
  return {
    responses: lawAt(word, 300, 9),
    prompts: Int32Array.of(0),
    keys: Int32Array.of(key, 7),
    limit: 1,
    white,
    dimension: 1,
    nu: 1
  }
}
