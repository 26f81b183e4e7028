/**
 * The ratio π̂/π_ref of SpannerSampling's output, accumulated component by component: exact, and incremental, so that a run's
 * checkpoints cost no more than its last one.
 *
 * Component t at prompt x: Σ_{y′} π_ref(y′)·e^{f_t(y,y′)/β}/Ẑ_t(y′). Where no pair of the prompt is truncated and no reward clipped, f_t(y,y′) = g(y) − g(y′)
 * and the sum over y′ collapses: O(R·d) instead of O(R²). Where few pairs are, it collapses but for those, which are put right one by one (`mixture-anchors.ts`).
 *
 * Where β is large beside the clip every ratio is next to 1, and what is accumulated is ratio − 1: β times its logarithm is in units of reward, and
 * must not be a rounding error of 1's.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { innerProduct } from "../numeric/inner-product.ts"
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import { widestSegment } from "../numeric/segments.ts"
import { type EllipticTest, passTable } from "./elliptic-test.ts"
import { anchoredRatios } from "./mixture-anchors.ts"
import { truncatedPairs, type TruncatedPairs } from "./truncated-pairs.ts"
import type { WideComponent } from "./wide-component.ts"

/** Up to this many rows a prompt's anchors are taken one by one: R² exponentials cost no more than the lists do. */
const ONE_BY_ONE = 32
/** Scores over β may span this much where laws are made of one exponential a row: e^−600 is a normal number. */
export const MOST_SPAN = 600

/** What adds many components at once, to the bits that {@link mixtureRatio} alone would give where no pair is truncated. */
export interface MixtureKernel {
  /** Whether it is quicker on an instance. */
  readonly takes: (exact: FiniteInstance) => boolean
  /**
   * Adds components `first` … `count` − 1 of `thetas` to `sums` at every prompt, but for those that it hands to `left`.
   *
   * @param pairs truncated pairs of each prompt; undefined where the caller wants all of its components
   */
  readonly add: (request: {
    readonly exact: FiniteInstance
    readonly clip: number
    readonly thetas: Float64Array
    readonly first: number
    readonly count: number
    readonly sums: Float64Array
    readonly pairs: ReadonlyArray<TruncatedPairs | undefined>
    readonly left: (x: number, first: number, count: number) => void
  }) => void
  /** The sums of `componentSums` at a wide prompt, bit for bit; undefined where JavaScript must take them. */
  readonly component?:
    | ((exact: FiniteInstance, component: WideComponent) => readonly [z: number, gain: number] | undefined)
    | undefined
  /** As `passTable`, entry by entry. */
  readonly passTable: typeof passTable
}

/** The ratio of a growing mixture. */
export interface MixtureRatio {
  /** Components accumulated so far. */
  readonly count: number
  /** Adds components `count` … n−1 of `thetas` (rows of length d). */
  readonly extend: (thetas: Float64Array, n: number) => void
  /** log π̂/π_ref by row, length N. */
  readonly logRatio: () => Float64Array
}

/** Of no component yet. O(Σ R_x²) time for the truncation, memory by what it cuts off. */
export const mixtureRatio = (
  exact: FiniteInstance,
  truncation: EllipticTest,
  clip: number,
  kernel?: MixtureKernel
): MixtureRatio => {
  const { beta, dimension: d, features, offsets, promptProbabilities, reference } = exact
  const X = promptProbabilities.length
  /** Every log-ratio lies within ±¼. */
  const nearReference = 8 * clip <= beta
  /** Σ of the components' ratios by row, or of ratio − 1 where they are next to 1. */
  const sums = new Float64Array(reference.length)
  const widest = widestSegment(offsets)
  const scores = new Float64Array(widest)
  const logits = new Float64Array(widest)
  const addAnchored = anchoredRatios(exact, widest)
  /** Of prompts whose anchors are taken one by one: 1 where a pair is truncated. Absent where none is. */
  const tables: Array<Uint8Array | undefined> = []
  const lists: Array<TruncatedPairs | undefined> = []
  const buffer = new Uint8Array(widest * widest)
  for (let x = 0; x < X; x++) {
    const size = offsets[x + 1] - offsets[x]
    const table = buffer.subarray(0, size * size)
    const pairs = truncatedPairs(exact, truncation, x, table, kernel?.passTable ?? passTable)
    const oneByOne = (nearReference || size <= ONE_BY_ONE) && pairs.rows.length > 0
    tables.push(oneByOne ? table.slice() : undefined)
    lists.push(oneByOne ? undefined : pairs)
  }

  /** Adds one law's ratios, e^{(values − top)/β}/z, `weight` times. */
  const addNearReference = (start: number, size: number, values: Float64Array, top: number, weight: number): void => {
    const excess = logTiltedMean(reference, start, values, 0, size, top, beta)
    for (let i = 0; i < size; i++) sums[start + i] += weight * Math.expm1((values[i] - top) / beta - excess)
  }

  /** All mass below the top score underflowed (the top row has π_ref = 0): shift by the best row of positive mass. */
  const addByLogs = (start: number, size: number): void => {
    let top = -Infinity
    for (let i = 0; i < size; i++) if (reference[start + i] > 0 && scores[i] > top) top = scores[i]
    let z = 0
    for (let i = 0; i < size; i++)
      if (reference[start + i] > 0) z += reference[start + i] * Math.exp((scores[i] - top) / beta)
    for (let i = 0; i < size; i++)
      if (reference[start + i] > 0) sums[start + i] += Math.exp((scores[i] - top) / beta) / z
  }

  const addUntruncated = (start: number, size: number, high: number): void => {
    if (nearReference) return addNearReference(start, size, scores, high, 1)
    let z = 0
    for (let i = 0; i < size; i++) {
      logits[i] = Math.exp((scores[i] - high) / beta)
      z += reference[start + i] * logits[i]
    }
    if (z > 0) for (let i = 0; i < size; i++) sums[start + i] += logits[i] / z
    else addByLogs(start, size)
  }

  /** Of an anchor, 1 at each row it is cut off from; undefined where at none. */
  const cutBy = (x: number, size: number): ((a: number) => Uint8Array | undefined) => {
    const table = tables[x]
    if (table !== undefined) return (a) => table.subarray(a * size, (a + 1) * size)
    const pairs = lists[x]
    if (pairs === undefined || pairs.rows.length === 0) return () => undefined
    const marks = new Uint8Array(size)
    return (a) => {
      const k = pairs.rows.indexOf(a)
      if (k < 0) return undefined
      marks.fill(0)
      for (let i = pairs.from[k]; i < pairs.from[k + 1]; i++) marks[pairs.partners[i]] = 1
      return marks
    }
  }

  /** Anchor by anchor: O(R²). */
  const addTruncated = (x: number, start: number, size: number): void => {
    const cut = cutBy(x, size)
    for (let a = 0; a < size; a++) {
      if (reference[start + a] === 0) continue
      const outside = cut(a)
      let top = -Infinity
      for (let i = 0; i < size; i++) {
        logits[i] = outside?.[i] === 1 ? 0 : Math.max(-clip, Math.min(clip, scores[i] - scores[a]))
        if (reference[start + i] > 0 && logits[i] > top) top = logits[i]
      }
      if (nearReference) {
        addNearReference(start, size, logits, top, reference[start + a])
        continue
      }
      let z = 0
      for (let i = 0; i < size; i++)
        if (reference[start + i] > 0) z += reference[start + i] * Math.exp((logits[i] - top) / beta)
      const weight = reference[start + a] / z
      for (let i = 0; i < size; i++)
        if (reference[start + i] > 0) sums[start + i] += weight * Math.exp((logits[i] - top) / beta)
    }
  }

  const addComponent = (x: number, thetas: Float64Array, t: number): void => {
    const start = offsets[x]
    const size = offsets[x + 1] - start
    let low = Infinity
    let high = -Infinity
    // Four rows at a time: one sum alone waits for each addition before the next.
    let i = 0
    for (; i + 4 <= size; i += 4) {
      const o = (start + i) * d
      let [a, b, c, e] = [0, 0, 0, 0]
      for (let j = 0; j < d; j++) {
        const theta = thetas[t * d + j]
        a += theta * features[o + j]
        b += theta * features[o + d + j]
        c += theta * features[o + 2 * d + j]
        e += theta * features[o + 3 * d + j]
      }
      scores[i] = a
      scores[i + 1] = b
      scores[i + 2] = c
      scores[i + 3] = e
    }
    for (; i < size; i++) scores[i] = innerProduct(thetas, t * d, features, (start + i) * d, d)
    for (i = 0; i < size; i++) {
      if (scores[i] < low) low = scores[i]
      if (scores[i] > high) high = scores[i]
    }
    const pairs = lists[x]
    if (pairs?.rows.length === 0 && high - low <= clip) addUntruncated(start, size, high)
    else if (
      pairs === undefined ||
      nearReference ||
      size <= ONE_BY_ONE ||
      !(Math.max(high - low, clip) <= MOST_SPAN * beta) ||
      !addAnchored(x, pairs, scores, low, high, clip, sums)
    )
      addTruncated(x, start, size)
  }

  let count = 0
  return {
    get count() {
      return count
    },
    extend: (thetas, n) => {
      const first = count
      const left = (x: number, from: number, to: number): void => {
        for (let t = from; t < to; t++) addComponent(x, thetas, t)
      }
      if (!nearReference && n > first && kernel?.takes(exact))
        kernel.add({ exact, clip, thetas, first, count: n, sums, pairs: lists, left })
      else for (let x = 0; x < X; x++) left(x, first, n)
      count = Math.max(count, n)
    },
    logRatio: () => {
      const logCount = Math.log(count)
      return sums.map((s) => (nearReference ? Math.log1p(s / count) : Math.log(s) - logCount))
    }
  }
}
