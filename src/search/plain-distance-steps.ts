/** Carried distances in JavaScript: what `DistanceSteps` (kernel/wasm/distance-steps.ts) does by a kernel, place by place, where a session has none. */
import type { FiniteInstance } from "../instance/instance.ts"
import { type DistanceSteps, MOST_WAITING, rowOf } from "../kernel/wasm/distance-steps.ts"

type Places = Pick<FiniteInstance, "dimension" | "features" | "offsets" | "reference">
/** Who carries the distances of all places from one test to the next. */
export type CarriesDistances = Pick<DistanceSteps, "advance" | "distances" | "least" | "restart" | "sums">

export class PlainDistanceSteps implements CarriesDistances {
  readonly distances: Float64Array
  readonly least: Float64Array
  readonly sums: Float64Array
  private readonly places: Places
  private readonly begins: ArrayLike<number>
  /** ⟨s, φ⟩ of the rows of a place under the steps that some of them wait for, step by step; how many there are, and by row how many of them it has taken. */
  private readonly along: Float64Array
  private readonly waiting: Uint8Array
  private readonly taken: Uint8Array

  /** @param begins where the distances of each place begin @param pairs distances in all, filled up rows included */
  constructor(places: Places, begins: ArrayLike<number>, pairs: number) {
    const N = places.reference.length
    this.places = places
    this.begins = begins
    this.distances = new Float64Array(pairs)
    this.least = new Float64Array(N)
    this.sums = new Float64Array(N)
    this.along = new Float64Array(N * MOST_WAITING)
    this.waiting = new Uint8Array(places.offsets.length - 1)
    this.taken = new Uint8Array(N)
  }

  restart(x: number): void {
    const { offsets } = this.places
    this.taken.fill(0, offsets[x], offsets[x + 1])
    this.waiting[x] = 0
  }

  advance: CarriesDistances["advance"] = (steps, [, high], changed) => {
    for (let x = 0; x < this.waiting.length; x++) {
      const left = this.advancePlace(x, steps, high)
      if (left.length > 0) changed(x, left)
    }
  }

  /** Distances of a place under the next test, as far as they matter; the rows with a pair that may pass no more. */
  private advancePlace(x: number, steps: ReadonlyArray<Float64Array>, high: number): ReadonlyArray<number> {
    const { along, least, places, waiting } = this
    const start = places.offsets[x]
    const size = places.offsets[x + 1] - start
    const left: Array<number> = []
    let first = 1
    while (first < size && least[start + first] === Infinity) first++
    if (first >= size) return left
    for (const step of steps) {
      if (waiting[x] === MOST_WAITING) {
        for (let a = first; a < size; a++) this.catchUp(x, a)
        this.restart(x)
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
    for (let a = first; a < size; a++) if (least[start + a] <= high && this.catchUp(x, a) <= high) left.push(a)
    return left
  }

  /** Takes the steps that row a waited for; its nearest pair. */
  private catchUp(x: number, a: number): number {
    const { along, distances, least, places, taken } = this
    const start = places.offsets[x]
    const size = places.offsets[x + 1] - start
    if (least[start + a] === Infinity) return Infinity
    const from = this.begins[x] + rowOf(a)
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
    return (least[start + a] = nearest)
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
}
