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
import { threefrySimd } from "../numeric/threefry-simd.ts"
import { threefryWords } from "../numeric/threefry-words.ts"
import {
  type ConcreteResponses,
  type DrawTable,
  drawTable,
  pairIndex,
  pickHalf,
  pickPairs,
  pickRows,
  rowsOfCells,
  UNDECIDED
} from "./draw-table.ts"
import type { ResponseSource } from "./instance.ts"
import { PairScreen } from "./pair-screen.ts"

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
const words = new Int32Array(2 * CHUNK)
const lefts = new Int32Array(CHUNK)
const rights = new Int32Array(CHUNK)
/** Blocks in the first and the largest chunk of a search. */
const FIRST_BLOCKS = 16
const MOST_BLOCKS = 2048

/** What the searches of a prompt have cost under one table of passing pairs. */
interface Search {
  readonly passes: Uint8Array
  tested: number
  /** Whether a screen was considered. */
  settled: boolean
  screen: PairScreen | undefined
}

/** Pairs after which a screen (about 10 µs) is worth making. */
const SCREEN_AFTER = 4096
/** Screens (16 KiB each) past which a source drops all it has. */
const MOST_SCREENS = 1024

/** Which word of a block picks: a single response, or the left or right member of a pair. */
export type DrawSide = "single" | 0 | 1

export class FiniteSource implements ResponseSource {
  readonly blocksPerResponse = 1
  private readonly responses: ConcreteResponses
  private readonly tables: Array<DrawTable | undefined>
  private readonly searches: Array<Search | undefined>
  private screens = 0

  constructor(responses: ConcreteResponses) {
    this.responses = responses
    this.tables = new Array(responses.offsets.length - 1)
    this.searches = new Array(responses.offsets.length - 1)
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

  drawRows(x: number, k0: number, k1: number, first: number, count: number, rows: Int32Array): void {
    const table = this.drawTable(x)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      threefryWords(k0, k1, first + done, n, even, odd)
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
    right: Int32Array
  ): void {
    const table = this.drawTable(x)
    if (table.narrow) return this.drawNarrow(x, table, k0, k1, first, count, left, right)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      threefryWords(k0, k1, first + done, n, even, odd)
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
    right: Int32Array
  ): void {
    for (let done = 0; done < count;) {
      const at = first + done
      const skip = at % 2
      const blocks = Math.min(CHUNK, Math.ceil((count - done + skip) / 2))
      threefryWords(k0, k1, (at - skip) / 2, blocks, even, odd)
      for (let i = 0; i < blocks; i++) {
        words[2 * i] = even[i]
        words[2 * i + 1] = odd[i]
      }
      const n = Math.min(count - done, 2 * blocks - skip)
      if (pickPairs(table, words, skip, n, left, right, done)) {
        this.settle(x, k0, k1, first, done, n, left, 0)
        this.settle(x, k0, k1, first, done, n, right, 1)
      }
      done += n
    }
  }

  firstPassing(x: number, k0: number, k1: number, first: number, count: number, passes: Uint8Array): number {
    const table = this.drawTable(x)
    const search = this.search(x, passes)
    const end = first + count
    let blocks = FIRST_BLOCKS
    // Chunks grow fourfold, so that an early hit wastes little.
    for (let at = first; at < end; blocks = Math.min(MOST_BLOCKS, 4 * blocks)) {
      if (search.screen !== undefined && at % 2 === 0) {
        const { screen } = search
        const looked = screen.list(k0, k1, at / 2, Math.min(blocks, Math.ceil((end - at) / 2)))
        for (let i = 0; i < screen.count; i++) {
          const found = at + screen.at[i]
          if (this.passesAt(table, x, k0, k1, found, screen.words[i], passes)) return found < end ? found - first : -1
        }
        at += 2 * looked
        if (looked > 0) continue
      }
      const n = Math.min(at % 2 === 0 ? 2 * Math.min(blocks, CHUNK / 2) : 1, end - at)
      this.drawPairRows(x, k0, k1, at, n, lefts, rights)
      for (let i = 0; i < n; i++) if (passes[pairIndex(table, lefts[i], rights[i])] === 1) return at + i - first
      at += n
      this.spend(search, table, n)
    }
    return -1
  }

  private search(x: number, passes: Uint8Array): Search {
    const known = this.searches[x]
    if (known?.passes === passes) return known
    return (this.searches[x] = { passes, tested: 0, settled: false, screen: undefined })
  }

  /** Makes the screen of a search once as many pairs were tested as cost the same. */
  private spend(search: Search, table: DrawTable, pairs: number): void {
    search.tested += pairs
    if (search.tested < SCREEN_AFTER || search.settled || !table.narrow) return
    search.settled = true
    const simd = threefrySimd()
    if (simd === undefined) return
    const screen = new PairScreen(simd, (table.cells ??= rowsOfCells(table)), search.passes, table.rowCount)
    if (!screen.worthwhile) return
    if (++this.screens > MOST_SCREENS) {
      this.searches.fill(undefined)
      this.screens = 1
    }
    search.screen = screen
  }

  /** Whether the pair of a narrow table drawn by `word` passes. */
  private passesAt(
    table: DrawTable,
    x: number,
    k0: number,
    k1: number,
    counter: number,
    word: number,
    passes: Uint8Array
  ): boolean {
    let left = pickHalf(table, word >>> 16)
    let right = pickHalf(table, word & 0xffff)
    if (left === UNDECIDED) left = this.rowAt(x, k0, k1, counter, 0)
    if (right === UNDECIDED) right = this.rowAt(x, k0, k1, counter, 1)
    return passes[pairIndex(table, left, right)] === 1
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
