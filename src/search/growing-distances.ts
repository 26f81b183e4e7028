/**
 * The chance that a pair of π_ref² passes an elliptic test, at every place at once, as the test's Σ grows: exactly what a table of passing pairs made anew gives,
 * from distances that are carried along.
 *
 * An accepted pair v changes Σ⁻¹ by a rank-one matrix, Σ′⁻¹ = Σ⁻¹ − s sᵀ (Sherman–Morrison), and each squared distance by ⟨s, φ_a − φ_b⟩²: one product a row and
 * one subtraction a pair, where a table made anew takes d² a row and d a pair. What separates two tests is read from their whitenings, not assumed: it may be a few
 * such matrices, and what they leave over enters the error.
 *
 * Carried distances are sure up to that error. A pair within it of ν² is decided by the definition ({@link squaredDistance} of whitened rows). Distances only shrink,
 * and a row of pairs by no more than its greatest gap allows: rows that cannot have come near ν wait, and catch up with several steps at once.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { DistanceSteps, distanceStepsRoom, rowOf } from "../kernel/wasm/distance-steps.ts"
import { widestSegment } from "../numeric/segments.ts"
import { type EllipticTest, squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
import { type CarriesDistances, PlainDistanceSteps } from "./plain-distance-steps.ts"
import type { SessionSearch } from "./session-search.ts"

type Places = Pick<FiniteInstance, "dimension" | "features" | "offsets" | "reference">

/** Bytes of distances that are always worth it; more where the features take as much. */
const ROOM = 2 ** 26
/** Pairs below which tables are made anew as fast. */
const FROM = 2 ** 13
/** Rank-one matrices that may separate one test from the next. */
const MOST_STEPS = 4
/** Bytes of a kernel's memory, at the most. */
const MOST_MEMORY = 2 ** 31
/** Share of ν² that the error may reach before distances are computed anew. */
const WORST = 2 ** -20
/** Rounding of a sum of d products beside its terms, generously. */
const ROUNDING = 2 ** -48

export class GrowingDistances {
  private readonly places: Places
  /** Of each pair of rows a > b of a place, triangle by triangle, row by row from {@link rowOf}(a) on: squared distance, or ∞ once the pair will never pass again. */
  private readonly carried: CarriesDistances
  /** Where the triangle of each place begins. */
  private readonly triangles: Float64Array
  private readonly chances: Float64Array
  private readonly white: Float64Array
  private readonly known: Uint8Array
  private test: EllipticTest | undefined
  /** Σ⁻¹ of the test. */
  private inverse: Float64Array
  private error = 0
  private farthest = 0
  /** Tests in a row that were too far from the one before. */
  private strangers = 0

  /**
   * Undefined where tables made anew are as good, or where the distances would take more room than they should.
   *
   * @param search whose kernels carry the distances, two pairs at a time and place by place on its threads; JavaScript where it has none. Changes no chance
   */
  static of(places: Places, search?: SessionSearch): GrowingDistances | undefined {
    const { offsets } = places
    let pairs = 0
    for (let x = 0; x + 1 < offsets.length; x++) pairs += rowOf(offsets[x + 1] - offsets[x])
    const room = Math.max(ROOM, 8 * places.features.length)
    return pairs < FROM || 9 * pairs > room ? undefined : new GrowingDistances(places, pairs, search)
  }

  private constructor(places: Places, pairs: number, search: SessionSearch | undefined) {
    const { dimension: d, offsets } = places
    this.places = places
    this.triangles = new Float64Array(offsets.length)
    for (let x = 0; x + 1 < offsets.length; x++)
      this.triangles[x + 1] = this.triangles[x] + rowOf(offsets[x + 1] - offsets[x])
    const widest = widestSegment(offsets)
    const bytes = distanceStepsRoom(places, pairs)
    const arena = bytes > MOST_MEMORY ? undefined : search?.memory(bytes)
    this.carried =
      arena === undefined
        ? new PlainDistanceSteps(places, this.triangles, pairs)
        : new DistanceSteps(arena, places, this.triangles, pairs)
    this.chances = new Float64Array(offsets.length - 1)
    this.white = new Float64Array(widest * d)
    this.known = new Uint8Array(widest)
    this.inverse = new Float64Array(d * d)
  }

  /** The chance at each place, valid until the next call; undefined where tests are not updates of one another. */
  chancesUnder(test: EllipticTest): Float64Array | undefined {
    if (test === this.test) return this.chances
    if (this.strangers > 2) return undefined
    const inverse = inverseOf(test)
    const steps = this.test?.nu === test.nu ? this.stepsTo(inverse) : undefined
    this.strangers = this.test === undefined || steps !== undefined ? 0 : this.strangers + 1
    this.test = test
    this.inverse = inverse
    const X = this.chances.length
    if (steps === undefined || this.error > WORST * test.nu ** 2) {
      this.farthest = 0
      for (let x = 0; x < X; x++) this.begin(test, x)
      this.error = this.farthest * test.dimension * ROUNDING
    } else
      this.carried.advance(steps, this.band(test), (x, left) => {
        if (left.length > 0) this.known.fill(0)
        for (const a of left) this.settle(test, x, a)
        this.chance(x)
      })
    return this.chances
  }

  /** The vectors s with Σ⁻¹ − Σ′⁻¹ = Σ s sᵀ, up to what is added to the error; undefined where it is no such sum. */
  private stepsTo(next: Float64Array): ReadonlyArray<Float64Array> | undefined {
    const { dimension: d } = this.places
    const rest = this.inverse.map((value, i) => value - next[i])
    const steps: Array<Float64Array> = []
    for (;;) {
      let left = 0
      for (const value of rest) left = Math.max(left, Math.abs(value))
      // ‖φ_a − φ_b‖₁² ≤ 4d.
      const error = 4 * d * left
      if (error <= this.farthest * d * ROUNDING || steps.length === MOST_STEPS) {
        if (error > (WORST / 2) * this.test!.nu ** 2) return undefined
        this.error += error + (steps.length + 1) * this.farthest * d * ROUNDING
        return steps
      }
      let at = 0
      for (let j = 1; j < d; j++) if (rest[j * d + j] > rest[at * d + at]) at = j
      const pivot = rest[at * d + at]
      if (!(pivot > 0)) return undefined
      const step = Float64Array.from({ length: d }, (_, j) => rest[at * d + j] / Math.sqrt(pivot))
      for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) rest[i * d + j] -= step[i] * step[j]
      steps.push(step)
    }
  }

  /** Distances of a place from nothing. */
  private begin(test: EllipticTest, x: number): void {
    const { dimension: d, features, offsets, reference } = this.places
    const [start, end] = [offsets[x], offsets[x + 1]]
    const { distances } = this.carried
    const white = whitenedRows(test, features, start, end)
    const limit = test.nu ** 2
    for (let a = 0; a < end - start; a++) {
      let at = this.triangles[x] + rowOf(a)
      let least = Infinity
      let sum = 0
      for (let b = 0; b < a; b++) {
        const distance = squaredDistance(white, a * d, b * d, d)
        if (distance > this.farthest) this.farthest = distance
        // So near it will not pass again, whatever the error that is allowed.
        const near = distance < limit * (1 - 2 * WORST)
        distances[at++] = near ? Infinity : distance
        if (!near && distance < least) least = distance
        if (distance > limit) sum += reference[start + b]
      }
      if (a % 2 === 1) distances[at] = Infinity
      this.carried.least[start + a] = least
      this.carried.sums[start + a] = sum
    }
    this.carried.restart(x)
    this.chance(x)
  }

  /** Distances from which on, and up to which, the error decides whether a pair passes. */
  private band({ nu }: EllipticTest): readonly [low: number, high: number] {
    return [nu ** 2 - this.error, nu ** 2 + this.error]
  }

  /** Row a anew, its distances being up to date: which pairs pass no more, what is least of the others, and their mass. */
  private settle(test: EllipticTest, x: number, a: number): void {
    const { offsets, reference } = this.places
    const start = offsets[x]
    const from = this.triangles[x] + rowOf(a)
    const row = this.carried.distances.subarray(from, from + a)
    const [low, high] = this.band(test)
    let nearest = Infinity
    let sum = 0
    for (let b = 0; b < row.length; b++) {
      // For good: it takes no more part.
      if (row[b] < low) row[b] = Infinity
      if (row[b] === Infinity) continue
      if (row[b] > high || this.decide(test, x, a, b)) sum += reference[start + b]
      if (row[b] < nearest) nearest = row[b]
    }
    this.carried.least[start + a] = nearest
    this.carried.sums[start + a] = sum
  }

  /** Whether a pair of rows passes, by the definition. */
  private decide(test: EllipticTest, x: number, a: number, b: number): boolean {
    const { dimension: d, features, offsets } = this.places
    for (const row of [a, b]) {
      if (this.known[row] === 1) continue
      whitenedRows(test, features, offsets[x] + row, offsets[x] + row + 1, this.white, row)
      this.known[row] = 1
    }
    return squaredDistance(this.white, a * d, b * d, d) > test.nu ** 2
  }

  private chance(x: number): void {
    const { reference, offsets } = this.places
    let p = 0
    for (let row = offsets[x] + 1; row < offsets[x + 1]; row++) p += reference[row] * this.carried.sums[row]
    this.chances[x] = 2 * p
  }
}

/** Σ⁻¹ = WᵀW. */
const inverseOf = ({ dimension: d, whitening: w }: EllipticTest): Float64Array => {
  const inverse = new Float64Array(d * d)
  for (let k = 0; k < d; k++) {
    for (let i = 0; i <= k; i++) {
      const wi = w[k * d + i]
      for (let j = 0; j <= i; j++) inverse[i * d + j] += wi * w[k * d + j]
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) inverse[j * d + i] = inverse[i * d + j]
  return inverse
}
