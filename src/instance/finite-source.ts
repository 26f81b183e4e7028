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
import { threefryWords, type Words } from "../numeric/threefry-words.ts"
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

export class FiniteSource implements ResponseSource {
  readonly blocksPerResponse = 1
  private readonly responses: ConcreteResponses
  private readonly tables: Array<DrawTable | undefined>

  constructor(responses: ConcreteResponses) {
    this.responses = responses
    this.tables = new Array(responses.offsets.length - 1)
  }

  drawTable(x: number): DrawTable {
    return (this.tables[x] ??= drawTable(this.responses, x))
  }

  /**
   * The concrete response (index in Y(x)) at an address: the definition that the bulk methods agree with bit for bit.
   */
  responseAt(x: number, k0: number, k1: number, counter: number, side: DrawSide): number {
    const low = counter | 0
    const high = (counter / TWO_POW_32) | 0
    if (side !== "single" && this.drawTable(x).narrow) {
      const pair = Math.floor(counter / 2)
      threefry2x32(k0, k1, pair | 0, (pair / TWO_POW_32) | 0)
      const drawn = block[counter % 2]
      threefry2x32(k0, k1, low, high ^ TIES[side])
      const word = ((side === 0 ? drawn >>> 16 : drawn) << 16) | (block[0] >>> 16)
      return aliasPick(this.drawTable(x).exact, word, () => (block[1] >>> 0) / TWO_POW_32)
    }
    threefry2x32(k0, k1, low, high)
    const word = block[side === 1 ? 1 : 0]
    const refine = (): number => {
      if (side !== "single") threefry2x32(k0, k1, low, high ^ TIE)
      return (block[side === 0 ? 0 : 1] >>> 0) / TWO_POW_32
    }
    return aliasPick(this.drawTable(x).exact, word, refine)
  }

  private rowAt(x: number, k0: number, k1: number, counter: number, side: DrawSide): number {
    return this.responses.rowOf[this.responses.offsets[x] + this.responseAt(x, k0, k1, counter, side)]
  }

  /** Rows start … start+count−1 that are undecided, drawn again by the definition; entry i has counter first + i. */
  private settle(
    x: number,
    k0: number,
    k1: number,
    first: number,
    start: number,
    count: number,
    rows: Int32Array,
    side: DrawSide
  ): void {
    for (let i = start; i < start + count; i++) {
      if (rows[i] === UNDECIDED) rows[i] = this.rowAt(x, k0, k1, first + i, side)
    }
  }

  drawRows(
    x: number,
    k0: number,
    k1: number,
    first: number,
    count: number,
    rows: Int32Array,
    words = threefryWords
  ): void {
    const table = this.drawTable(x)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      words(k0, k1, first + done, n, even, odd)
      if (pickRows(table, even, n, rows, done)) this.settle(x, k0, k1, first, done, n, rows, "single")
    }
  }

  drawPairRows(
    x: number,
    k0: number,
    k1: number,
    first: number,
    count: number,
    left: Int32Array,
    right: Int32Array,
    words = threefryWords
  ): void {
    const table = this.drawTable(x)
    if (table.narrow) return this.drawNarrow(x, table, k0, k1, first, count, left, right, words)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      words(k0, k1, first + done, n, even, odd)
      if (pickRows(table, even, n, left, done)) this.settle(x, k0, k1, first, done, n, left, 0)
      if (pickRows(table, odd, n, right, done)) this.settle(x, k0, k1, first, done, n, right, 1)
    }
  }

  /** {@link drawPairRows} of a narrow table. */
  private drawNarrow(
    x: number,
    table: DrawTable,
    k0: number,
    k1: number,
    first: number,
    count: number,
    left: Int32Array,
    right: Int32Array,
    makeWords: Words
  ): void {
    for (let done = 0; done < count;) {
      const at = first + done
      const skip = at % 2
      const blocks = Math.min(CHUNK, Math.ceil((count - done + skip) / 2))
      makeWords(k0, k1, (at - skip) / 2, blocks, even, odd)
      for (let i = 0; i < blocks; i++) {
        drawn[2 * i] = even[i]
        drawn[2 * i + 1] = odd[i]
      }
      const n = Math.min(count - done, 2 * blocks - skip)
      if (pickPairs(table, drawn, skip, n, left, right, done)) {
        this.settle(x, k0, k1, first, done, n, left, 0)
        this.settle(x, k0, k1, first, done, n, right, 1)
      }
      done += n
    }
  }

  describe(x: number, k0: number, k1: number, counter: number, pairSide?: 0 | 1): string {
    return responseName(this.responses, x, this.responseAt(x, k0, k1, counter, pairSide ?? "single"))
  }
}

/** What a person calls response y of prompt x: its label, else `y<index>`. */
export const responseName = (responses: ConcreteResponses, x: number, y: number): string => {
  const label = responses.labels?.[responses.offsets[x] + y]
  return label === undefined || label === "" ? `y${y}` : label
}
