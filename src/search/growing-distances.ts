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
import { DistanceSteps, distanceStepsRoom, MOST_WAITING, rowOf } from "../kernel/wasm/distance-steps.ts"
import { type EllipticTest, squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
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
  private readonly kernel: DistanceSteps | undefined
  /** Of each pair of rows a > b of a place, triangle by triangle, row by row from {@link rowOf}(a) on: squared distance, or ∞ once the pair will never pass again. */
  private readonly distances: Float64Array
  /** Where the triangle of each place begins. */
  private readonly triangles: Float64Array
  /** By row: no pair of it that may still pass is nearer than this. */
  private readonly least: Float64Array
  /** By row a: Σ_{b<a} π_ref(b) over the pairs that pass. */
  private readonly sums: Float64Array
  private readonly chances: Float64Array
  /** ⟨s, φ⟩ of the rows of a place under the steps that some of them wait for, step by step; how many there are, and by row how many of them it has taken. */
  private readonly along: Float64Array
  private readonly waiting: Uint8Array
  private readonly taken: Uint8Array
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
   * @param search whose kernels take the steps, two pairs at a time and place by place on its threads; JavaScript where it has none. Changes no chance
   */
  static of(places: Places, search?: SessionSearch): GrowingDistances | undefined {
    const { offsets } = places
    let pairs = 0
    for (let x = 0; x + 1 < offsets.length; x++) pairs += rowOf(offsets[x + 1] - offsets[x])
    const room = Math.max(ROOM, 8 * places.features.length)
    return pairs < FROM || 9 * pairs > room ? undefined : new GrowingDistances(places, pairs, search)
  }

  private constructor(places: Places, pairs: number, search: SessionSearch | undefined) {
    const { dimension: d, offsets, reference } = places
    this.places = places
    this.triangles = new Float64Array(offsets.length)
    let widest = 0
    for (let x = 0; x + 1 < offsets.length; x++) {
      const size = offsets[x + 1] - offsets[x]
      this.triangles[x + 1] = this.triangles[x] + rowOf(size)
      widest = Math.max(widest, size)
    }
    const N = reference.length
    const bytes = distanceStepsRoom(places, pairs)
    const arena = bytes > MOST_MEMORY ? undefined : search?.memory(bytes)
    const kernel = arena && new DistanceSteps(arena, places, this.triangles, pairs)
    this.kernel = kernel
    this.distances = kernel?.distances ?? new Float64Array(pairs)
    this.least = kernel?.least ?? new Float64Array(N)
    this.sums = kernel?.sums ?? new Float64Array(N)
    this.along = new Float64Array(kernel === undefined ? N * MOST_WAITING : 0)
    this.waiting = new Uint8Array(kernel === undefined ? offsets.length - 1 : 0)
    this.taken = new Uint8Array(kernel === undefined ? N : 0)
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
    } else if (this.kernel !== undefined)
      this.kernel.advance(steps, this.band(test), (x, left) => {
        if (left.length > 0) this.known.fill(0)
        for (const a of left) this.settle(test, x, a)
        this.chance(x)
      })
    else for (let x = 0; x < X; x++) this.advance(test, x, steps)
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
        this.distances[at++] = near ? Infinity : distance
        if (!near && distance < least) least = distance
        if (distance > limit) sum += reference[start + b]
      }
      if (a % 2 === 1) this.distances[at] = Infinity
      this.least[start + a] = least
      this.sums[start + a] = sum
    }
    if (this.kernel !== undefined) this.kernel.restart(x)
    else {
      this.taken.fill(0, start, end)
      this.waiting[x] = 0
    }
    this.chance(x)
  }

  /** Distances of a place under the next test, as far as they matter. */
  private advance(test: EllipticTest, x: number, steps: ReadonlyArray<Float64Array>): void {
    const { along, least, places, waiting } = this
    const start = places.offsets[x]
    const size = places.offsets[x + 1] - start
    const high = test.nu ** 2 + this.error
    let first = 1
    while (first < size && least[start + first] === Infinity) first++
    if (first >= size) return
    this.known.fill(0, 0, size)
    let changed = false
    for (const step of steps) {
      if (waiting[x] === MOST_WAITING) {
        for (let a = 1; a < size; a++) if (this.catchUp(test, x, a)) changed = true
        waiting[x] = 0
        this.taken.fill(0, start, start + size)
      }
      const at = start * MOST_WAITING + waiting[x]++ * size
      this.project(x, step, at)
      let [low, top] = [Infinity, -Infinity]
      for (let i = at; i < at + size; i++) {
        if (along[i] < low) low = along[i]
        if (along[i] > top) top = along[i]
      }
      for (let a = first; a < size; a++) {
        const own = along[at + a]
        const gap = own - low > top - own ? own - low : top - own
        least[start + a] -= gap * gap
      }
    }
    for (let a = first; a < size; a++) if (least[start + a] <= high && this.catchUp(test, x, a)) changed = true
    if (changed) this.chance(x)
  }

  /** Takes the steps that row a waited for; whether one of its pairs may pass no more: then {@link settle}d. */
  private catchUp(test: EllipticTest, x: number, a: number): boolean {
    const { along, distances, least, places, taken } = this
    const start = places.offsets[x]
    const size = places.offsets[x + 1] - start
    if (least[start + a] === Infinity) return false
    const from = this.triangles[x] + rowOf(a)
    const row = distances.subarray(from, from + a)
    let k = taken[start + a]
    // Four steps a turn: a distance is read and written once for them.
    for (; k + 4 <= this.waiting[x]; k += 4) {
      const s0 = start * MOST_WAITING + k * size
      const [s1, s2, s3] = [s0 + size, s0 + 2 * size, s0 + 3 * size]
      const [o0, o1, o2, o3] = [along[s0 + a], along[s1 + a], along[s2 + a], along[s3 + a]]
      for (let b = 0; b < row.length; b++) {
        const g0 = o0 - along[s0 + b]
        const g1 = o1 - along[s1 + b]
        const g2 = o2 - along[s2 + b]
        const g3 = o3 - along[s3 + b]
        row[b] -= g0 * g0 + g1 * g1 + (g2 * g2 + g3 * g3)
      }
    }
    for (; k < this.waiting[x]; k++) {
      const shift = start * MOST_WAITING + k * size
      const own = along[shift + a]
      for (let b = 0; b < row.length; b++) {
        const gap = own - along[shift + b]
        row[b] -= gap * gap
      }
    }
    taken[start + a] = this.waiting[x]
    let nearest = Infinity
    for (let b = 0; b < row.length; b++) nearest = row[b] < nearest ? row[b] : nearest
    least[start + a] = nearest
    if (nearest > this.band(test)[1]) return false
    this.settle(test, x, a)
    return true
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
    const row = this.distances.subarray(from, from + a)
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
    this.least[start + a] = nearest
    this.sums[start + a] = sum
  }

  /** ⟨s, φ⟩ of the rows of a place, from `at` on. */
  private project(x: number, step: Float64Array, at: number): void {
    const { dimension: d, features, offsets } = this.places
    const along = this.along
    const [start, end] = [offsets[x], offsets[x + 1]]
    const whole = d & ~3
    for (let row = start; row < end; row++) {
      const o = row * d
      let p = 0
      let q = 0
      let r = 0
      let t = 0
      for (let j = 0; j < whole; j += 4) {
        p += step[j] * features[o + j]
        q += step[j + 1] * features[o + j + 1]
        r += step[j + 2] * features[o + j + 2]
        t += step[j + 3] * features[o + j + 3]
      }
      for (let j = whole; j < d; j++) p += step[j] * features[o + j]
      along[at + row - start] = p + q + (r + t)
    }
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
    for (let row = offsets[x] + 1; row < offsets[x + 1]; row++) p += reference[row] * this.sums[row]
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
