/**
 * Runtimes of a set of kernels over size, on whatever machine it runs: a GPU machine under Node, a visitor's browser. No clock but the one that is given, nothing of
 * Node: a page loads this module as it is.
 */
import { type KernelSet, rows } from "../../src/kernel/backend.ts"
import { Stream } from "../../src/numeric/stream.ts"

/** What a kernel costs in its size, by theory: operations and bytes at size n (and dimension d). */
export interface Workload {
  readonly kernel: string
  /** What `n` counts. */
  readonly size: string
  /** Predicted exponent of the time in n, past the cost of a launch. */
  readonly exponent: number
  readonly dimension: number
  readonly sizes: ReadonlyArray<number>
  /** Floating-point operations (random draws for the searches) at size n. */
  readonly work: (n: number) => number
  readonly unit: "flop" | "draws"
  /** Inputs of size n; the call is what is timed. */
  readonly prepare: (kernels: KernelSet, n: number) => () => unknown
}

/** One measured size. */
export interface Point {
  readonly kernel: string
  readonly dimension: number
  readonly n: number
  /** Milliseconds of each call, in the order taken, after warming up. */
  readonly samples: ReadonlyArray<number>
  readonly median: number
  /** The first call: it compiles. */
  readonly first: number
}

const noise = (stream: Stream, n: number): Float32Array => Float32Array.from({ length: n }, () => 2 * stream.next() - 1)

const triangular = (stream: Stream, d: number): Float32Array =>
  noise(stream, d * d).map((w, i) => (i % d > Math.floor(i / d) ? 0 : w))

/** 2^from, 2^{from+step}, … up to 2^to. */
const powers = (from: number, to: number, step: number): ReadonlyArray<number> =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 2 ** (from + step * i))

/** Searches of the fused steps, and responses of their one prompt. */
const SEARCHES = 64
const RESPONSES = 16

const searchInputs = (stream: Stream) => ({
  responses: {
    offsets: Int32Array.of(0, RESPONSES),
    reference: Float64Array.from({ length: RESPONSES }, () => 0.05 + stream.next()),
    rowOf: Int32Array.from({ length: RESPONSES }, (_, y) => y)
  },
  prompts: new Int32Array(SEARCHES),
  keys: Int32Array.from({ length: 2 * SEARCHES }, () => Math.floor(stream.next() * 2 ** 32) | 0)
})

/** @param quick fewer and smaller sizes: shows that everything runs, not what it costs. */
export const workloads = (quick: boolean, dimensions: ReadonlyArray<number> = [16]): ReadonlyArray<Workload> => {
  const rowSizes = quick ? powers(8, 14, 2) : powers(8, 20, 2)
  const perDimension = dimensions.flatMap((d): ReadonlyArray<Workload> => [
    {
      kernel: "scores",
      size: "rows N",
      exponent: 1,
      dimension: d,
      sizes: rowSizes,
      work: (n) => 2 * n * d,
      unit: "flop",
      prepare: (kernels, n) => {
        const stream = Stream.fromSeed(1)
        const [theta, features] = [noise(stream, d), rows(noise(stream, n * d), d)]
        return () => kernels.scores(theta, features)
      }
    },
    {
      kernel: "quadraticForm",
      size: "rows N",
      exponent: 1,
      dimension: d,
      sizes: rowSizes,
      work: (n) => n * d * (d + 3),
      unit: "flop",
      prepare: (kernels, n) => {
        const stream = Stream.fromSeed(2)
        const [whitening, features] = [triangular(stream, d), rows(noise(stream, n * d), d)]
        return () => kernels.quadraticForm(whitening, features)
      }
    },
    {
      kernel: "pairDistances",
      size: "responses R",
      exponent: 2,
      dimension: d,
      sizes: quick ? powers(5, 8, 1) : powers(5, 12, 1),
      work: (n) => 3 * n * n * d,
      unit: "flop",
      prepare: (kernels, n) => {
        const white = rows(noise(Stream.fromSeed(3), n * d), d)
        return () => kernels.pairDistances(white)
      }
    },
    {
      kernel: "gram",
      size: "rows N",
      exponent: 1,
      dimension: d,
      sizes: rowSizes,
      work: (n) => 2 * n * d * d,
      unit: "flop",
      prepare: (kernels, n) => {
        const features = rows(noise(Stream.fromSeed(4), n * d), d)
        return () => kernels.gram(features)
      }
    }
  ])
  return [
    ...perDimension,
    {
      kernel: "tiltedSoftmax",
      size: "responses N",
      exponent: 1,
      dimension: RESPONSES,
      sizes: rowSizes,
      // A maximum, 12 multiplications and additions of the exponential, a product, a sum, a division.
      work: (n) => 17 * n,
      unit: "flop",
      prepare: (kernels, n) => {
        const stream = Stream.fromSeed(5)
        const logits = noise(stream, n)
        const reference = noise(stream, n).map(Math.abs)
        const offsets = Int32Array.from({ length: n / RESPONSES + 1 }, (_, x) => x * RESPONSES)
        return () => kernels.tiltedSoftmax(logits, reference, offsets)
      }
    },
    {
      kernel: "firstHit",
      size: "draws",
      exponent: 1,
      dimension: RESPONSES,
      sizes: quick ? powers(13, 19, 2) : powers(13, 27, 2),
      work: (n) => n,
      unit: "draws",
      prepare: (kernels, n) => {
        const stream = Stream.fromSeed(6)
        // No pair passes: every search runs to its limit.
        const request = {
          ...searchInputs(stream),
          white: new Float64Array(RESPONSES),
          dimension: 1,
          nu: 1,
          limit: n / SEARCHES
        }
        return () => kernels.firstHit(request)
      }
    },
    {
      kernel: "firstAccepted",
      size: "draws",
      exponent: 1,
      dimension: RESPONSES,
      sizes: quick ? powers(13, 19, 2) : powers(13, 27, 2),
      work: (n) => n,
      unit: "draws",
      prepare: (kernels, n) => {
        const stream = Stream.fromSeed(7)
        const inputs = searchInputs(stream)
        const request = {
          ...inputs,
          coinKeys: inputs.keys.map((key) => key ^ 1),
          accept: new Float64Array(RESPONSES),
          limit: n / SEARCHES
        }
        return () => kernels.firstAccepted(request)
      }
    }
  ]
}

const medianOf = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export interface Patience {
  /** Milliseconds of samples at each size. */
  readonly budget: number
  /** A size whose call takes longer than this many milliseconds is the workload's last. */
  readonly longest: number
}

/** Times one workload, smallest size first. @param now milliseconds. */
export const measure = async (
  kernels: KernelSet,
  workload: Workload,
  now: () => number,
  { budget, longest }: Patience,
  seen: (point: Point) => Promise<void> | void
): Promise<void> => {
  for (const n of workload.sizes) {
    const call = workload.prepare(kernels, n)
    const once = async (): Promise<number> => {
      const start = now()
      await call()
      return now() - start
    }
    const first = await once()
    // Two more calls to warm up, unless one is already long.
    for (let i = 0; i < 2 && first < longest; i++) await once()
    const samples: Array<number> = []
    for (let spent = 0; samples.length < 3 || (spent < budget && samples.length < 200);) {
      const time = await once()
      samples.push(time)
      spent += time
      if (spent > 4 * longest) break
    }
    const { kernel, dimension } = workload
    const median = medianOf(samples)
    await seen({ kernel, dimension, n, samples, median, first })
    if (median > longest) return
  }
}
