import fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { Stream } from "../../numeric/stream.ts"
import { gram, pairDistances, quadraticForm, scores, tiltedSoftmax, tiltedSoftmaxBounds } from "../reference.ts"
import {
  gramBounds,
  pairDistanceBounds,
  quadraticFormBounds,
  quadraticFormRelativeBound,
  scoreBounds
} from "../../../properties/kernel/error-bounds.ts"
import { WasmKernels } from "./kernels.ts"

const kinds = [
  ["relaxed SIMD", { simd: "relaxed" }],
  ["plain SIMD", { simd: "plain" }],
  ["two threads", { threads: 2 }]
] as const

const narrow = (values: Float64Array): Float32Array => Float32Array.from(values)

/** N×d values of magnitudes over several orders, some zero, some huge beside their neighbours. */
const adversarial = (length: number, stream: Stream, spread = 6): Float64Array =>
  Float64Array.from({ length }, () => {
    const kind = stream.next()
    if (kind < 0.1) return 0
    const size = 10 ** (-spread * stream.next())
    return (stream.next() < 0.5 ? -1 : 1) * (kind < 0.5 ? 1 : size)
  })

const expectWithin = (found: ArrayLike<number>, exact: Float64Array, bounds: Float64Array): void => {
  expect(found.length).toBe(exact.length)
  for (let i = 0; i < exact.length; i++) {
    const error = Math.abs(found[i] - exact[i])
    if (!(error <= bounds[i])) expect.fail(`[${i}]: ${found[i]}, expected ${exact[i]} ± ${bounds[i]}`)
  }
}

/** W = L⁻¹ of a Σ with condition number about `condition`: diagonal from 1 to √condition, and full below. */
const whitening = (d: number, condition: number, stream: Stream): Float64Array => {
  const w = new Float64Array(d * d)
  for (let i = 0; i < d; i++) {
    const scale = condition ** (i / (2 * Math.max(1, d - 1)))
    for (let j = 0; j <= i; j++) w[i * d + j] = i === j ? scale : (scale * (2 * stream.next() - 1)) / d
  }
  return w
}

const rows = fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 257)
const dimension = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 64, 67)
const shape = fc.record({ n: rows, d: dimension, seed: fc.nat(10_000), spread: fc.constantFrom(0, 2, 8) })
const RUNS = { numRuns: 60 }

describe.each(kinds)("kernels, %s", (_, options) => {
  const kernels = WasmKernels.make({ bytes: 2 ** 24, ...options })!
  afterAll(() => kernels.close())

  it("are what was asked for", () => {
    expect({ simd: kernels.simd, threads: kernels.threads }).toEqual({ simd: "relaxed", threads: 1, ...options })
  })

  it("scores", () => {
    fc.assert(
      fc.property(shape, ({ n, d, seed, spread }) => {
        const stream = Stream.fromSeed(seed)
        const [theta, features] = [adversarial(d, stream, spread), adversarial(n * d, stream, spread)]
        const found = kernels.scores(narrow(theta), narrow(features))
        expectWithin(found, scores(theta, features), scoreBounds(theta, features))
      }),
      RUNS
    )
  })

  it("quadratic form, by component and by condition number", () => {
    fc.assert(
      fc.property(shape, fc.constantFrom(1, 1e3, 1e8), ({ n, d, seed, spread }, condition) => {
        const stream = Stream.fromSeed(seed)
        const [w, features] = [whitening(d, condition, stream), adversarial(n * d, stream, spread)]
        const found = kernels.quadraticForm(w, narrow(features))
        const exact = quadraticForm(w, features)
        expectWithin(found, exact, quadraticFormBounds(w, features))
        // κ(Σ) = κ(W)² ≤ (‖W‖_F·‖W⁻¹‖_F)²; W is nearly diagonal here.
        const relative = quadraticFormRelativeBound(d, 16 * d * d * condition)
        expectWithin(
          found,
          exact,
          exact.map((q) => q * relative + 1e-30)
        )
      }),
      RUNS
    )
  })

  it("pair distances, near pairs included", () => {
    fc.assert(
      fc.property(shape, ({ n, d, seed, spread }) => {
        const stream = Stream.fromSeed(seed)
        const size = Math.min(n, 33)
        const white = adversarial(size * d, stream, spread)
        // A row and itself, moved a little.
        if (size > 1) for (let j = 0; j < d; j++) white[d + j] = white[j] * (1 + 1e-4 * stream.next())
        const found = kernels.pairDistances(narrow(white), d)
        expectWithin(found, pairDistances(white, d), pairDistanceBounds(white, d))
      }),
      RUNS
    )
  })

  it("tilted softmax, from even to one-sided", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 16, 31, 70), { maxLength: 12 }),
        fc.constantFrom(0.1, 5, 80, 300),
        fc.nat(10_000),
        (sizes, range, seed) => {
          const stream = Stream.fromSeed(seed)
          const offsets = Int32Array.from(
            [0, ...sizes].reduce<Array<number>>((o, s) => [...o, (o.at(-1) ?? 0) + s], [])
          )
          const n = offsets[sizes.length]
          const logits = Float64Array.from({ length: n }, () => range * (2 * stream.next() - 1))
          const reference = Float64Array.from({ length: n }, () =>
            stream.next() < 0.2 ? 0 : 10 ** (-9 * stream.next())
          )
          const found = kernels.tiltedSoftmax(narrow(logits), narrow(reference), offsets)
          const exact = tiltedSoftmax(logits, reference, offsets)
          const bounds = tiltedSoftmaxBounds(logits, reference, offsets)
          for (let x = 0; x < sizes.length; x++) {
            if (exact.logNormaliser[x] === -Infinity) expect(found.logNormaliser[x]).toBe(-Infinity)
            else
              expectWithin(
                [found.logNormaliser[x]],
                exact.logNormaliser.slice(x, x + 1),
                bounds.logNormaliser.slice(x, x + 1)
              )
            const law = exact.probabilities.slice(offsets[x], offsets[x + 1])
            expectWithin(
              found.probabilities.slice(offsets[x], offsets[x + 1]),
              law,
              law.map((p) => p * bounds.probability[x] + 1e-26)
            )
          }
        }
      ),
      RUNS
    )
  })

  it("Gram matrix", () => {
    fc.assert(
      fc.property(shape, ({ n, d, seed, spread }) => {
        const features = adversarial(n * d, Stream.fromSeed(seed), spread)
        expectWithin(kernels.gram(narrow(features), d), gram(features, d), gramBounds(features, d))
      }),
      RUNS
    )
  })

  it("Gram matrix of rows so long that blocks of them are packed", () => {
    for (const [n, d] of [
      [1, 129],
      [64, 136],
      [131, 203]
    ]) {
      const features = adversarial(n * d, Stream.fromSeed(n))
      const found = kernels.gram(narrow(features), d)
      expect(found).toHaveLength(d * d)
      expectWithin(found, gram(features, d), gramBounds(features, d))
    }
  })

  it("a row count and sizes at which every thread works", () => {
    const [n, d] = [40_003, 19]
    const stream = Stream.fromSeed(1)
    const features = adversarial(n * d, stream)
    const w = whitening(d, 100, stream)
    const inside = kernels.floats(n * d)
    inside.set(features)
    const out = kernels.floats(n)
    expect(kernels.quadraticForm(w, inside, out)).toBe(out)
    expectWithin(out, quadraticForm(w, features), quadraticFormBounds(w, features))
    expectWithin(kernels.gram(inside, d), gram(features, d), gramBounds(features, d))
    const theta = adversarial(d, stream)
    expectWithin(kernels.scores(narrow(theta), inside, out), scores(theta, features), scoreBounds(theta, features))
    const white = features.slice(0, 403 * d)
    expectWithin(kernels.pairDistances(narrow(white), d), pairDistances(white, d), pairDistanceBounds(white, d))
    kernels.clear()
  })
})
