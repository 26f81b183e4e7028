/**
 * Literal draws from a finite instance: one alias table per prompt over its concrete responses.
 *
 * Addresses. Response i of a key is Threefry block i: word 0 picks, word 1 refines a tie. Pair i is block i: word 0
 * picks the left response and word 1 the right one; their ties are refined by the words of a derived block, same
 * counter with {@link TIE} in its high word. A tie (a threshold inside the word's lattice cell) has probability at
 * most R·2⁻³², so its cost is nil and the law is exact to 2⁻⁶⁴.
 *
 * In a narrow table (R ≤ 256) a pair takes one word instead of two, since random words are most of its cost: pair i
 * is word i mod 2 of block ⌊i/2⌋, whose high half picks the left response and whose low half the right one. Sixteen
 * bits decide all but R·2⁻¹⁶ of the draws; the others get 48 more from a derived block, the pair's counter with one
 * of {@link TIES} in its high word.
 */
import { aliasPick } from "../numeric/alias-table.ts"
import { block, threefry2x32 } from "../numeric/stream.ts"
import { threefryWords } from "../numeric/threefry-words.ts"
import { type ConcreteResponses, type DrawTable, drawTable, pickPairs, pickRows, UNDECIDED } from "./draw-table.ts"
import type { ResponseSource } from "./instance.ts"

/**
 * Xored into a counter's high word (below 2²¹) for the block that refines a pair's ties; in narrow tables, for each
 * member's.
 */
const TIE = 0x54494500
const TIES = [0x4c454600, 0x52494700]
const TWO_POW_32 = 4294967296
const CHUNK = 1024
const even = new Int32Array(CHUNK)
const odd = new Int32Array(CHUNK)
const drawn = new Int32Array(2 * CHUNK)

/** Which word of a block picks: a single response, or the left or right member of a pair. */
export type DrawSide = "single" | 0 | 1

/** {@link ResponseSource} of a table, whose bulk methods agree bit for bit with a definition. */
export interface FiniteSource extends ResponseSource {
  readonly drawTable: (x: number) => DrawTable
  /** The concrete response (index in Y(x)) at an address: the definition. */
  readonly responseAt: (x: number, k0: number, k1: number, counter: number, side: DrawSide) => number
}

export const finiteSource = (responses: ConcreteResponses): FiniteSource => {
  const { offsets, rowOf } = responses
  const tables: Array<DrawTable | undefined> = new Array(offsets.length - 1)
  const tableOf = (x: number): DrawTable => (tables[x] ??= drawTable(responses, x))

  const responseAt: FiniteSource["responseAt"] = (x, k0, k1, counter, side) => {
    const { exact, narrow } = tableOf(x)
    const low = counter | 0
    const high = (counter / TWO_POW_32) | 0
    if (side !== "single" && narrow) {
      const pair = Math.floor(counter / 2)
      threefry2x32(k0, k1, pair | 0, (pair / TWO_POW_32) | 0)
      const drawn = block[counter % 2]
      threefry2x32(k0, k1, low, high ^ TIES[side])
      const word = ((side === 0 ? drawn >>> 16 : drawn) << 16) | (block[0] >>> 16)
      return aliasPick(exact, word, () => (block[1] >>> 0) / TWO_POW_32)
    }
    threefry2x32(k0, k1, low, high)
    const word = block[side === 1 ? 1 : 0]
    const refine = (): number => {
      if (side !== "single") threefry2x32(k0, k1, low, high ^ TIE)
      return (block[side === 0 ? 0 : 1] >>> 0) / TWO_POW_32
    }
    return aliasPick(exact, word, refine)
  }

  /** Draws rows start … start+count−1 again where they are undecided, by the definition; entry i has counter first + i. */
  const settle =
    (x: number, k0: number, k1: number, first: number) =>
    (start: number, count: number, rows: Int32Array, side: DrawSide): void => {
      for (let i = start; i < start + count; i++)
        if (rows[i] === UNDECIDED) rows[i] = rowOf[offsets[x] + responseAt(x, k0, k1, first + i, side)]
    }

  const drawRows: FiniteSource["drawRows"] = (x, k0, k1, first, count, rows, words = threefryWords) => {
    const table = tableOf(x)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      words(k0, k1, first + done, n, even, odd)
      if (pickRows(table, even, n, rows, done)) settle(x, k0, k1, first)(done, n, rows, "single")
    }
  }

  const drawWide: FiniteSource["drawPairRows"] = (x, k0, k1, first, count, left, right, words = threefryWords) => {
    const table = tableOf(x)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      words(k0, k1, first + done, n, even, odd)
      if (pickRows(table, even, n, left, done)) settle(x, k0, k1, first)(done, n, left, 0)
      if (pickRows(table, odd, n, right, done)) settle(x, k0, k1, first)(done, n, right, 1)
    }
  }

  const drawNarrow: FiniteSource["drawPairRows"] = (x, k0, k1, first, count, left, right, words = threefryWords) => {
    const table = tableOf(x)
    for (let done = 0; done < count;) {
      const at = first + done
      const skip = at % 2
      const blocks = Math.min(CHUNK, Math.ceil((count - done + skip) / 2))
      words(k0, k1, (at - skip) / 2, blocks, even, odd)
      for (let i = 0; i < blocks; i++) {
        drawn[2 * i] = even[i]
        drawn[2 * i + 1] = odd[i]
      }
      const n = Math.min(count - done, 2 * blocks - skip)
      if (pickPairs(table, drawn, skip, n, left, right, done)) {
        settle(x, k0, k1, first)(done, n, left, 0)
        settle(x, k0, k1, first)(done, n, right, 1)
      }
      done += n
    }
  }

  return {
    blocksPerResponse: 1,
    drawTable: tableOf,
    responseAt,
    drawRows,
    drawPairRows: (x, k0, k1, first, count, left, right, words) =>
      (tableOf(x).narrow ? drawNarrow : drawWide)(x, k0, k1, first, count, left, right, words),
    describe: (x, k0, k1, counter, pairSide) =>
      responseName(responses, x, responseAt(x, k0, k1, counter, pairSide ?? "single"))
  }
}

/** What a person calls response y of prompt x: its label, else `y<index>`. */
export const responseName = (responses: ConcreteResponses, x: number, y: number): string => {
  const label = responses.labels?.[responses.offsets[x] + y]
  return label === undefined || label === "" ? `y${y}` : label
}
