/**
 * Literal draws from a finite instance: one alias table per prompt over its concrete responses.
 *
 * Addresses. Response i of a key is Threefry block i: word 0 picks, word 1 refines a tie. Pair i is block i: word 0 picks the left
 * response and word 1 the right one; their ties are refined by the words of a derived block, same counter with {@link TIE} in its
 * high word. A tie (a threshold inside the word's lattice cell) has probability at most R·2⁻³², so its cost is nil and the law
 * is exact to 2⁻⁶⁴.
 *
 * Tables are padded with empty columns to a power of two. A word's top bits are then its column and a lattice cell lies in one column,
 * which makes the hot loop a shift, a load, a subtraction and a load, with no branch that depends on the draw.
 */
import { type AliasTable, aliasPick, aliasTable } from "../numeric/alias-table.ts"
import { block, threefry2x32 } from "../numeric/stream.ts"
import type { ResponseSource } from "./instance.ts"
import { threefryWords } from "../numeric/threefry-words.ts"

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

/** Xored into a counter's high word (below 2²¹) for the block that refines a pair's ties. */
const TIE = 0x54494500
const TWO_POW_32 = 4294967296
const CHUNK = 1024
/** Marks a draw that the fast path leaves to the exact one. */
const UNDECIDED = -1

const even = new Int32Array(CHUNK)
const odd = new Int32Array(CHUNK)

interface PromptTable {
  readonly exact: AliasTable
  /** 32 − log₂ of the table's size: word >>> shift is the column. */
  readonly shift: number
  /** Four words a column: threshold on word >>> 1, class row if kept, class row of the alias, unused. */
  readonly packed: Int32Array
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
  for (let c = 0; c < size; c++) {
    // The last column kept for sure would end at 2³¹; one less makes its last words ties, which are then kept.
    packed[4 * c] = Math.min(2 ** 31 - 1, c * columnWidth + Math.floor(exact.keep[c] * columnWidth))
    packed[4 * c + 2] = responses.rowOf[start + exact.alias[c]]
    packed[4 * c + 1] = c < count ? responses.rowOf[start + c] : packed[4 * c + 2]
  }
  return { exact, shift: 32 - bits, packed }
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

/** Which word of a block picks: a single response, or the left or right member of a pair. */
export type DrawSide = "single" | 0 | 1

export class FiniteSource implements ResponseSource {
  readonly blocksPerResponse = 1
  private readonly responses: ConcreteResponses
  private readonly tables: Array<PromptTable | undefined>

  constructor(responses: ConcreteResponses) {
    this.responses = responses
    this.tables = new Array(responses.offsets.length - 1)
  }

  private table(x: number): PromptTable {
    return (this.tables[x] ??= promptTable(this.responses, x))
  }

  /** The concrete response (index in Y(x)) at an address: the definition that the bulk methods agree with bit for bit. */
  responseAt(x: number, k0: number, k1: number, counter: number, side: DrawSide): number {
    const low = counter | 0
    const high = (counter / TWO_POW_32) | 0
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
    for (let done = 0; done < count; done += CHUNK) {
      const n = Math.min(CHUNK, count - done)
      threefryWords(k0, k1, first + done, n, even, odd)
      if (pickRows(table, even, n, left, done) > 0) this.settle(x, k0, k1, first, done, n, left, 0)
      if (pickRows(table, odd, n, right, done) > 0) this.settle(x, k0, k1, first, done, n, right, 1)
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
