/**
 * A screen over the words that draw pairs: marks the cells (top bits of a word's two halves) in which some pair
 * passes a test. Words in unmarked cells need no further look, so that a search for a rare pair costs little more
 * than its random words. A screen answers only "no" and "look": what passes, and which pair is first, is always
 * decided by the pair itself.
 */
import { GROUP } from "../numeric/threefry-code.ts"
import { CELL_BITS, MARK, SCREEN_CAPACITY, type ThreefrySimd } from "../numeric/threefry-simd.ts"

const CELLS = 2 ** CELL_BITS
const TWO_POW_32 = 4294967296
/** With more marks than this share, looking twice costs more than it saves. */
const WORTHWHILE = 1 / 4

/** The marks that the shared memory holds a copy of. */
let loaded: Uint8Array | undefined

export class PairScreen {
  /** Whether few enough cells are marked. */
  readonly worthwhile: boolean
  /** Words listed by the last {@link list}. */
  count = 0
  readonly at: Int32Array
  readonly words: Int32Array
  private readonly simd: ThreefrySimd
  private readonly marks = new Uint8Array(CELLS * CELLS)

  /**
   * @param rows for each cell of a half, the rows (0 … size−1) that it may pick; cells that pick alike share one array.
   * @param passes size×size, 1 where the pair (left, right) passes.
   */
  constructor(simd: ThreefrySimd, rows: ReadonlyArray<ReadonlyArray<number>>, passes: Uint8Array, size: number) {
    this.simd = simd
    this.at = simd.listedAt
    this.words = simd.listed
    const lines = new Map<ReadonlyArray<number>, Uint8Array>()
    let marked = 0
    for (let right = 0; right < CELLS; right++) {
      const line = lines.get(rows[right]) ?? markedLine(rows, rows[right], passes, size)
      lines.set(rows[right], line)
      this.marks.set(line, right * CELLS)
      for (const mark of line) marked += mark
    }
    this.worthwhile = marked / MARK <= WORTHWHILE * CELLS * CELLS
  }

  /**
   * Lists the words in marked cells of the blocks from `first` on: {@link at} has the index of each, counted from the
   * first block's first word, and {@link words} the word; both last until any screen's next call.
   *
   * @returns n, the number of blocks looked at, and by `count` that of words listed. n ≥ `blocks` but for two limits:
   * a call looks at {@link SCREEN_CAPACITY} at most, and at none just before a carry out of the counter's low word,
   * which the caller steps over.
   */
  list(k0: number, k1: number, first: number, blocks: number): number {
    const { simd } = this
    if (loaded !== this.marks) {
      // 16 KiB in a row: under 0.5 µs, and no dearer than meeting them scattered.
      simd.cells.set(this.marks)
      loaded = this.marks
    }
    const high = Math.floor(first / TWO_POW_32)
    const low = first - high * TWO_POW_32
    const room = Math.min(TWO_POW_32 - low, SCREEN_CAPACITY)
    const looked = Math.min(Math.ceil(blocks / GROUP), Math.floor(room / GROUP)) * GROUP
    this.count = looked === 0 ? 0 : simd.screen(k0, k1, low | 0, high, looked) / MARK
    return looked
  }
}

/** Marks of all left cells beside one right cell, which may pick `right`. */
const markedLine = (
  rows: ReadonlyArray<ReadonlyArray<number>>,
  right: ReadonlyArray<number>,
  passes: Uint8Array,
  size: number
): Uint8Array => {
  const any = new Uint8Array(size)
  for (const b of right) for (let a = 0; a < size; a++) any[a] |= passes[a * size + b]
  return Uint8Array.from(rows, (left) => (left.some((a) => any[a] === 1) ? MARK : 0))
}
