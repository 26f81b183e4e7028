/**
 * Literal draws from a finite instance: one alias table per prompt over its concrete responses.
 *
 * Addresses. Response i of a key is Threefry block i: word 0 picks, word 1 refines a tie. Pair i is block i: word 0 picks the left
 * response and word 1 the right one; their ties are refined by the words of a derived block, same counter with {@link TIE} in its
 * high word. A tie (a threshold inside the word's lattice cell) has probability at most R·2⁻³², so its cost is nil and the law
 * is exact to 2⁻⁶⁴. Where R ≤ {@link NARROW}, random words are most of a draw's cost and sixteen bits decide all but R·2⁻¹⁶ of them: pair i is word i mod 2 of block
 * ⌊i/2⌋, whose high half picks the left response and low half the right one, with 48 more bits of a derived block for ties.
 *
 * Tables are padded with empty columns to a power of two. A word's top bits are then its column and a lattice cell lies in one column,
 * which makes the hot loop a shift, a load, a subtraction and a load, with no branch that depends on the draw.
 */
import { type AliasTable, aliasPick, aliasTable } from "../numeric/alias-table.ts"
import { block, threefry2x32 } from "../numeric/stream.ts"
import { CELL_BITS, threefrySimd } from "../numeric/threefry-simd.ts"
import { threefryWords } from "../numeric/threefry-words.ts"
import type { ResponseSource } from "./instance.ts"
import { PairScreen } from "./pair-screen.ts"

/** Concrete responses: which class each belongs to and with what mass. Feature and reward are the class's. */
export interface ConcreteResponses {
  /** Responses of prompt x are offsets[x] … offsets[x+1]−1. Length X + 1. */
  readonly offsets: Int32Array
  /** π_ref of each, length N; at most 2²⁰ responses per prompt. */
  readonly reference: Float64Array
  /** Class row of each, length N. */
  readonly rowOf: Int32Array
  readonly labels?: ReadonlyArray<string>
}

/** Xored into a counter's high word (below 2²¹) for the block that refines a pair's ties; in narrow tables, for each member's. */
const TIE = 0x54494500
const TIES = [0x4c454600, 0x52494700]
/** Most columns of a table whose pairs take half a word a member. */
const NARROW = 256
const TWO_POW_32 = 4294967296
const CHUNK = 1024
/** Marks a draw that the fast path leaves to the exact one. */
const UNDECIDED = -1

const even = new Int32Array(CHUNK)
const odd = new Int32Array(CHUNK)
const words = new Int32Array(2 * CHUNK)
const lefts = new Int32Array(CHUNK)
const rights = new Int32Array(CHUNK)
/** Blocks in the first and the largest chunk of a search. */
const FIRST_BLOCKS = 16
const MOST_BLOCKS = 2048

interface PromptTable {
  readonly exact: AliasTable
  /** 32 − log₂ of the table's size: word >>> shift is the column. */
  readonly shift: number
  /** Four words a column: threshold on word >>> 1, class row if kept, class row of the alias, threshold on a half word. */
  readonly packed: Int32Array
  readonly narrow: boolean
  /** First of the prompt's class rows, and how many there are. */
  readonly firstRow: number
  readonly rowCount: number
  /** {@link rowsOfCells}, once a search asked for it. */
  cells?: ReadonlyArray<ReadonlyArray<number>>
}

const promptTable = (responses: ConcreteResponses, x: number): PromptTable => {
  const start = responses.offsets[x]
  const count = responses.offsets[x + 1] - start
  // At least two columns: a shift by 32 would be a shift by 0.
  const bits = Math.max(1, Math.ceil(Math.log2(count)))
  const size = 2 ** bits
  const weights = new Float64Array(size)
  weights.set(responses.reference.subarray(start, start + count))
  const exact = aliasTable(weights)
  const packed = new Int32Array(4 * size)
  const columnWidth = 2 ** (31 - bits)
  const halfWidth = 2 ** (16 - bits)
  for (let c = 0; c < size; c++) {
    // The last column kept for sure would end at 2³¹; one less makes its last words ties, which are then kept.
    packed[4 * c] = Math.min(2 ** 31 - 1, c * columnWidth + Math.floor(exact.keep[c] * columnWidth))
    packed[4 * c + 2] = responses.rowOf[start + exact.alias[c]]
    packed[4 * c + 1] = c < count ? responses.rowOf[start + c] : packed[4 * c + 2]
    packed[4 * c + 3] = c * halfWidth + Math.floor(exact.keep[c] * halfWidth)
  }
  const rows = responses.rowOf.subarray(start, start + count)
  let firstRow = rows[0]
  let lastRow = rows[0]
  for (const row of rows) {
    firstRow = Math.min(firstRow, row)
    lastRow = Math.max(lastRow, row)
  }
  return { exact, shift: 32 - bits, packed, narrow: size <= NARROW, firstRow, rowCount: lastRow - firstRow + 1 }
}

/** Class rows of `words` into rows[at …]; returns how many were left {@link UNDECIDED}. */
const pickRows = (table: PromptTable, words: Int32Array, count: number, rows: Int32Array, at: number): number => {
  const { packed, shift } = table
  let undecided = 0
  for (let i = 0; i < count; i++) {
    const word = words[i]
    const column = (word >>> shift) << 2
    const above = ((word >>> 1) - packed[column]) | 0
    rows[at + i] = packed[column + 2 + (above >> 31)]
    if (above === 0) {
      rows[at + i] = UNDECIDED
      undecided++
    }
  }
  return undecided
}

/** Class rows of the two halves of words[from …] into left[at …] and right[at …]; a tie leaves {@link UNDECIDED}. */
const pickPairs = (
  { packed, shift }: PromptTable, from: Int32Array, skip: number, count: number, left: Int32Array, right: Int32Array, at: number
): void => {
  const bits = shift - 16
  for (let i = 0; i < count; i++) {
    const word = from[skip + i]
    const high = word >>> 16
    const low = word & 0xffff
    const l = (high >>> bits) << 2
    const r = (low >>> bits) << 2
    const aboveLeft = (high - packed[l + 3]) | 0
    const aboveRight = (low - packed[r + 3]) | 0
    left[at + i] = packed[l + 2 + (aboveLeft >> 31)]
    right[at + i] = packed[r + 2 + (aboveRight >> 31)]
    if (aboveLeft === 0) left[at + i] = UNDECIDED
    if (aboveRight === 0) right[at + i] = UNDECIDED
  }
}

/** Class row of a half word of a narrow table, or {@link UNDECIDED}. */
const pickHalf = ({ packed, shift }: PromptTable, half: number): number => {
  const column = (half >>> (shift - 16)) << 2
  const above = half - packed[column + 3]
  return above === 0 ? UNDECIDED : packed[column + 2 + (above >> 31)]
}

/** Rows, counted from the prompt's first, that a half word in each of 2^{@link CELL_BITS} cells may pick; equal lists are one. */
const rowsOfCells = ({ packed, shift, firstRow }: PromptTable): ReadonlyArray<ReadonlyArray<number>> => {
  const known = new Map<string, ReadonlyArray<number>>()
  const width = 2 ** (16 - CELL_BITS)
  return Array.from({ length: 2 ** CELL_BITS }, (_, cell) => {
    const rows = new Set<number>()
    const last = (cell + 1) * width - 1
    for (let c = (cell * width) >>> (shift - 16); c <= last >>> (shift - 16); c++) {
      const threshold = packed[4 * c + 3]
      if (cell * width <= threshold) rows.add(packed[4 * c + 1] - firstRow)
      if (last >= threshold) rows.add(packed[4 * c + 2] - firstRow)
    }
    const list = [...rows].sort((a, b) => a - b)
    const key = list.join()
    return known.get(key) ?? (known.set(key, list), list)
  })
}

/** Entry of a pair in a table over the prompt's rows. */
const pairIndex = ({ firstRow, rowCount }: PromptTable, left: number, right: number): number =>
  (left - firstRow) * rowCount + right - firstRow

/** What a prompt's searches have cost under one table of passing pairs. */
interface Search {
  readonly passes: Uint8Array
  tested: number
  /** Whether a screen was considered. */
  settled: boolean
  screen: PairScreen | undefined
}

/** Pairs after which a screen (about 10 µs) is worth making. */
const SCREEN_AFTER = 4096

/** Which word of a block picks: a single response, or the left or right member of a pair. */
export type DrawSide = "single" | 0 | 1

export class FiniteSource implements ResponseSource {
  readonly blocksPerResponse = 1
  private readonly responses: ConcreteResponses
  private readonly tables: Array<PromptTable | undefined>
  private readonly searches: Array<Search | undefined>

  constructor(responses: ConcreteResponses) {
    this.responses = responses
    this.tables = new Array(responses.offsets.length - 1)
    this.searches = new Array(responses.offsets.length - 1)
  }

  private table(x: number): PromptTable {
    return (this.tables[x] ??= promptTable(this.responses, x))
  }

  /** The concrete response (index in Y(x)) at an address: the definition that the bulk methods agree with bit for bit. */
  responseAt(x: number, k0: number, k1: number, counter: number, side: DrawSide): number {
    const low = counter | 0
    const high = (counter / TWO_POW_32) | 0
    if (side !== "single" && this.table(x).narrow) {
      const pair = Math.floor(counter / 2)
      threefry2x32(k0, k1, pair | 0, (pair / TWO_POW_32) | 0)
      const drawn = block[counter % 2]
      threefry2x32(k0, k1, low, high ^ TIES[side])
      const word = ((side === 0 ? drawn >>> 16 : drawn) << 16) | (block[0] >>> 16)
      return aliasPick(this.table(x).exact, word, () => (block[1] >>> 0) / TWO_POW_32)
    }
    threefry2x32(k0, k1, low, high)
    const word = block[side === 1 ? 1 : 0]
    const refine = (): number => {
      if (side !== "single") threefry2x32(k0, k1, low, high ^ TIE)
      return (block[side === 0 ? 0 : 1] >>> 0) / TWO_POW_32
    }
    return aliasPick(this.table(x).exact, word, refine)
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
    const table = this.table(x)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      threefryWords(k0, k1, first + done, n, even, odd)
      if (pickRows(table, even, n, rows, done) > 0) this.settle(x, k0, k1, first, done, n, rows, "single")
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
    const table = this.table(x)
    if (table.narrow) return this.drawNarrow(x, table, k0, k1, first, count, left, right)
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      threefryWords(k0, k1, first + done, n, even, odd)
      if (pickRows(table, even, n, left, done) > 0) this.settle(x, k0, k1, first, done, n, left, 0)
      if (pickRows(table, odd, n, right, done) > 0) this.settle(x, k0, k1, first, done, n, right, 1)
    }
  }

  private drawNarrow(
    x: number, table: PromptTable, k0: number, k1: number, first: number, count: number, left: Int32Array, right: Int32Array
  ): void {
    for (let done = 0; done < count; ) {
      const at = first + done
      const skip = at % 2
      const blocks = Math.min(CHUNK, Math.ceil((count - done + skip) / 2))
      threefryWords(k0, k1, (at - skip) / 2, blocks, even, odd)
      for (let i = 0; i < blocks; i++) {
        words[2 * i] = even[i]
        words[2 * i + 1] = odd[i]
      }
      const n = Math.min(count - done, 2 * blocks - skip)
      pickPairs(table, words, skip, n, left, right, done)
      for (let i = done; i < done + n; i++) {
        if (left[i] === UNDECIDED) left[i] = this.rowAt(x, k0, k1, first + i, 0)
        if (right[i] === UNDECIDED) right[i] = this.rowAt(x, k0, k1, first + i, 1)
      }
      done += n
    }
  }

  firstPassing(x: number, k0: number, k1: number, first: number, count: number, passes: Uint8Array): number {
    const table = this.table(x)
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

  /** Makes the screen of a search once that many pairs were tested as it costs. */
  private spend(search: Search, table: PromptTable, pairs: number): void {
    search.tested += pairs
    if (search.tested < SCREEN_AFTER || search.settled || !table.narrow) return
    search.settled = true
    const simd = threefrySimd()
    if (simd === undefined) return
    const screen = new PairScreen(simd, (table.cells ??= rowsOfCells(table)), search.passes, table.rowCount)
    if (screen.worthwhile) search.screen = screen
  }

  /** Whether the pair of a narrow table drawn by `word` passes. */
  private passesAt(table: PromptTable, x: number, k0: number, k1: number, counter: number, word: number, passes: Uint8Array): boolean {
    const left = this.settled(pickHalf(table, word >>> 16), x, k0, k1, counter, 0)
    const right = this.settled(pickHalf(table, word & 0xffff), x, k0, k1, counter, 1)
    return passes[pairIndex(table, left, right)] === 1
  }

  /** `row`, or the row of the definition where the fast path left it undecided. */
  private settled(row: number, x: number, k0: number, k1: number, counter: number, side: 0 | 1): number {
    return row === UNDECIDED ? this.rowAt(x, k0, k1, counter, side) : row
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
