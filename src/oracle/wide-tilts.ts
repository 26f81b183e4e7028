/**
 * Tilted draws where a prompt is wide: the logits of the rows that are drawn, and no others. A sampler draws some hundred rows of 10⁶; a pass over all of them each round
 * would be all that a run does.
 *
 * What the tally asks, whether sup p/π_ref ≤ M was true, is of all rows. With g = ⟨θ, φ⟩ and the anchor a: log sup p/π_ref = max f/β − log E e^{f/β}, where max f is at
 * most max(g − g(a), 0) and, by Jensen, log E e^{f/β} at least E f/β. That is at least −E(g(a) − g)⁺/β, truncated, clipped or not; and where no score is clipped from
 * above at least E(g − g(a)) less what truncation takes away, (E(g − g(a))²·q)^½ with q ≤ E‖W(φ − φ(a))‖²/ν² the truncated mass (Cauchy–Schwarz, Markov). All of it
 * comes from moments, and max g moves by no more than ‖θ − θ′‖ since it was computed for θ′ (‖φ‖ ≤ 1). Where that does not show the promise kept, all rows are looked at.
 */
import { innerProduct } from "../numeric/inner-product.ts"
import { squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
import type { RowTable } from "./rows.ts"
import type { TiltRequest } from "./services.ts"

/** Rows from which on a place is wide. */
const WIDE = 4096
/** Beside a logarithm's rounding, and a sum of 10⁶ masses'. */
const SLACK = 1e-9

/** What is known of one place. */
interface Place {
  /** E φ, and E φφᵀ, d×d. */
  readonly mean: Float64Array
  readonly second: Float64Array
  /** The θ of which `top` is the largest score of a row of positive mass. */
  readonly theta: Float64Array
  top: number
}

export class WideTilts {
  private readonly table: RowTable
  private readonly places = new Map<number, Place>()

  constructor(table: RowTable) {
    this.table = table
  }

  /** f/β of single rows of a place, anchored at a row; undefined where the place is not wide. The arithmetic is that of `Rows.logits`. */
  logitsAt(at: number, anchor: number, { tilt }: TiltRequest): ((row: number) => number) | undefined {
    const { dimension: d, features, offsets } = this.table
    if (offsets[at + 1] - offsets[at] < WIDE) return undefined
    const { beta, clip, theta, truncation } = tilt
    const limit = truncation.nu ** 2
    const both = new Float64Array(2 * d)
    whitenedRows(truncation, features, anchor, anchor + 1, both, 1)
    const base = innerProduct(theta, 0, features, anchor * d, d)
    const known = new Map<number, number>()
    const compute = (row: number): number => {
      whitenedRows(truncation, features, row, row + 1, both)
      if (squaredDistance(both, 0, d, d) > limit) return 0
      let f = -base
      for (let j = 0; j < d; j++) f += theta[j] * features[row * d + j]
      return (f > clip ? clip : f < -clip ? -clip : f) / beta
    }
    return (row) => {
      let logit = known.get(row)
      if (logit === undefined) known.set(row, (logit = compute(row)))
      return logit
    }
  }

  /** True where the promise is kept for sure. */
  keeps(at: number, anchor: number, { promise, tilt }: TiltRequest): boolean {
    const place = this.placeOf(at)
    const { beta, clip, theta, truncation } = tilt
    const d = theta.length
    const own = innerProduct(theta, 0, this.table.features, anchor * d, d)
    const square = this.meanSquare(place, theta, 0, anchor)
    const below = Math.min(clip, Math.sqrt(square))
    let white = 0
    for (let i = 0; i < d; i++) white += this.meanSquare(place, truncation.whitening, i * d, anchor)
    const lost = Math.sqrt(square * Math.min(1, white / truncation.nu ** 2))
    const mean = innerProduct(theta, 0, place.mean, 0, d)
    const kept = (top: number): boolean => {
      const above = Math.max(0, top - own)
      const shortfall = above <= clip ? Math.min(below, own - mean + lost) : below
      return (Math.min(clip, above) + shortfall) / beta + SLACK * (1 + 1 / beta) <= Math.log(promise)
    }
    let moved = 0
    for (let j = 0; j < d; j++) moved += (theta[j] - place.theta[j]) ** 2
    if (kept(place.top + Math.sqrt(moved) * (1 + SLACK))) return true
    place.theta.set(theta)
    place.top = this.topOf(at, theta)
    return kept(place.top + SLACK)
  }

  /** E⟨v, φ − φ(a)⟩² at a place, v the d numbers from `from` on: from above. */
  private meanSquare({ mean, second }: Place, v: Float64Array, from: number, anchor: number): number {
    const { dimension: d, features } = this.table
    const own = innerProduct(v, from, features, anchor * d, d)
    let square = own * own
    let size = 0
    for (let i = 0; i < d; i++) {
      size += v[from + i] ** 2
      square -= 2 * own * v[from + i] * mean[i]
      for (let j = 0; j < d; j++) square += v[from + i] * second[i * d + j] * v[from + j]
    }
    return Math.max(0, square) + SLACK * size
  }

  private topOf(at: number, theta: Float64Array): number {
    const { dimension: d, features, offsets, reference } = this.table
    let top = -Infinity
    for (let row = offsets[at]; row < offsets[at + 1]; row++) {
      const s = innerProduct(theta, 0, features, row * d, d)
      if (s > top && reference[row] > 0) top = s
    }
    return top
  }

  private placeOf(at: number): Place {
    const known = this.places.get(at)
    if (known !== undefined) return known
    const { dimension: d, features, offsets, reference } = this.table
    const mean = new Float64Array(d)
    const second = new Float64Array(d * d)
    for (let row = offsets[at]; row < offsets[at + 1]; row++) {
      const mass = reference[row]
      if (mass === 0) continue
      for (let i = 0; i < d; i++) {
        const weighted = mass * features[row * d + i]
        mean[i] += weighted
        for (let j = 0; j < d; j++) second[i * d + j] += weighted * features[row * d + j]
      }
    }
    const place = { mean, second, theta: new Float64Array(d), top: 0 }
    this.places.set(at, place)
    return place
  }
}
