/**
 * Which words draw a response without which no pair passes. A *cover* is a set of class rows that has a member of every
 * passing pair; after a finished spanner it is a few rare responses, and its words are a few short intervals.
 */
import type { DrawTable } from "../instance/draw-table.ts"

/**
 * Cover by the triangle inequality, O(R·d): two rows within ν/2 of one centre are within ν of each other. Rows further
 * away are the cover.
 *
 * @param centred R×d whitened rows less any common centre; better the nearer the centre is to most of them.
 */
export const radiusCover = (centred: Float64Array, d: number, nu: number): Uint8Array => {
  // One part in 10⁹ for the rounding of these sums and of the test itself.
  const limit = (nu / 2) ** 2 * (1 - 1e-9)
  const cover = new Uint8Array(centred.length / d)
  for (let row = 0; row < cover.length; row++) {
    let norm = 0
    for (let j = row * d; j < (row + 1) * d; j++) norm += centred[j] ** 2
    if (!(norm <= limit)) cover[row] = 1
  }
  return cover
}

/**
 * Cover from a table of passing pairs, O(R²): rows join the rest heaviest first, where they pass with none that has
 * joined. What has not is the cover.
 *
 * @param passes R×R, symmetric, 1 where a pair passes. mass: R.
 */
export const tableCover = (passes: Uint8Array, mass: Float64Array): Uint8Array => {
  const size = mass.length
  const cover = new Uint8Array(size).fill(1)
  const joined: Array<number> = []
  const heaviestFirst = Array.from({ length: size }, (_, row) => row).sort((a, b) => mass[b] - mass[a])
  for (const row of heaviestFirst) {
    if (joined.some((other) => passes[row * size + other] === 1)) continue
    joined.push(row)
    cover[row] = 0
  }
  return cover
}

/** Words as inclusive intervals, in order. */
export interface WordIntervals {
  readonly lows: ReadonlyArray<number>
  readonly highs: ReadonlyArray<number>
  /** Chance that a word lies in one. */
  readonly share: number
}

/** Words (in a narrow table: half words) that may draw a row of `cover`, ties included; at most `most` intervals. */
export const coverWords = (table: DrawTable, cover: Uint8Array, most: number): WordIntervals => {
  const { packed, shift, firstRow, narrow } = table
  const bits = narrow ? 16 : 32
  const width = 2 ** (bits - (32 - shift))
  const lows: Array<number> = []
  const highs: Array<number> = []
  const put = (low: number, high: number): void => {
    if (low > high) return
    const last = highs.length - 1
    if (last >= 0 && low <= highs[last] + 1) highs[last] = Math.max(high, highs[last])
    else {
      lows.push(low)
      highs.push(high)
    }
  }
  for (let c = 0; 4 * c < packed.length; c++) {
    const start = c * width
    const end = start + width - 1
    // A threshold on word >>> 1 stands for two words, either of which may be a tie.
    const [tie, ties] = narrow ? [packed[4 * c + 3], 1] : [2 * packed[4 * c], 2]
    if (cover[packed[4 * c + 1] - firstRow] === 1) put(start, Math.min(end, tie + ties - 1))
    if (cover[packed[4 * c + 2] - firstRow] === 1) put(Math.max(start, tie), end)
  }
  while (lows.length > most) {
    let at = 1
    for (let i = 2; i < lows.length; i++) if (lows[i] - highs[i - 1] < lows[at] - highs[at - 1]) at = i
    highs.splice(at - 1, 1)
    lows.splice(at, 1)
  }
  const words = lows.reduce((sum, low, i) => sum + highs[i] - low + 1, 0)
  return { lows, highs, share: words / 2 ** bits }
}
