import { describe, expect, it } from "vitest"
import { randomInstance } from "../../instance/families/random-instance.ts"
import { whitening } from "../../numeric/gram.ts"
import { Stream } from "../../numeric/stream.ts"
import { type EllipticTest, passTable } from "../../policy/elliptic-test.ts"
import { type MixtureKernel, mixtureRatio } from "../../policy/mixture-ratio.ts"
import { WasmArena } from "./arena.ts"
import { mixtureKernel } from "./mixture.ts"

const d = 5
const components = 21

const kernelOf = (threads: number, seen?: Array<number>): MixtureKernel => {
  const made = mixtureKernel(WasmArena.make({ threads, bytes: 2 ** 25 })!)!
  return {
    takes: () => true,
    add: (request) =>
      made.add({
        ...request,
        left: (x, first, count) => {
          seen?.push(count - first)
          request.left(x, first, count)
        }
      }),
    passTable
  }
}

/** Σ_t of the definition, anchor by anchor: O(T·R²) exponentials. */
const byDefinition = (
  exact: ReturnType<typeof randomInstance>,
  test: EllipticTest,
  thetas: Float64Array,
  clip: number
): Float64Array => {
  const { beta, features, offsets, reference } = exact
  const sums = new Float64Array(reference.length)
  for (let x = 0; x + 1 < offsets.length; x++) {
    const [start, end] = [offsets[x], offsets[x + 1]]
    const size = end - start
    const table = new Uint8Array(size * size)
    passTable(test, features, start, end, table)
    for (let t = 0; t < components; t++)
      for (let a = 0; a < size; a++) {
        const weights = Float64Array.from({ length: size }, (_, i) => {
          let f = 0
          for (let j = 0; j < d; j++)
            f += thetas[t * d + j] * (features[(start + i) * d + j] - features[(start + a) * d + j])
          return Math.exp((table[a * size + i] === 1 ? 0 : Math.max(-clip, Math.min(clip, f))) / beta)
        })
        let z = 0
        for (let i = 0; i < size; i++) z += reference[start + i] * weights[i]
        for (let i = 0; i < size; i++) sums[start + i] += (reference[start + a] * weights[i]) / z
      }
  }
  return sums.map((s) => Math.log(s / components))
}

const stream = Stream.fromSeed(8).split("mixture.test")
const exact = randomInstance({ seed: 3, prompts: 7, responses: 45, d, beta: 0.2, zeros: 0.1, ties: 0.1 })
const thetas = Float64Array.from({ length: components * d }, () => 0.4 * stream.nextNormal())
const sigma = new Float64Array(d * d)
for (let i = 0; i < d; i++) sigma[i * d + i] = 4 + i
const testOf = (nu: number): EllipticTest => ({ dimension: d, whitening: whitening(sigma, d), nu })

describe("components of a mixture by the kernel", () => {
  it.each([
    ["no pair truncated", 3, 5],
    ["few pairs truncated", 0.85, 5],
    ["most pairs truncated", 0.2, 5],
    ["clipped, none truncated", 3, 0.3],
    ["clipped and truncated", 0.5, 0.3]
  ])("%s: the bits that JavaScript gives, and the definition's law", (_, nu, clip) => {
    const plain = mixtureRatio(exact, testOf(nu), clip)
    plain.extend(thetas, components)
    const expected = byDefinition(exact, testOf(nu), thetas, clip)
    for (const threads of [1, 2]) {
      const fast = mixtureRatio(exact, testOf(nu), clip, kernelOf(threads))
      fast.extend(thetas, 3)
      fast.extend(thetas, components)
      expect(fast.logRatio()).toEqual(plain.logRatio())
    }
    // A ratio is a sum of T·R positive terms, each good to a few ulp of its exponent's size (up to 25 here).
    plain.logRatio().forEach((value, row) => {
      if (exact.reference[row] > 0) expect(Math.abs(value - expected[row])).toBeLessThan(1e-12)
    })
  })

  it("are exact where nearly all of a law is cut off", () => {
    // One row outweighs all the others by e^40 and more, and is truncated against each of them.
    const features = exact.features.slice(0, 40 * d).fill(0)
    for (let i = 0; i < 40; i++) features[i * d] = i === 7 ? 1 : -0.5 - i / 100
    const far = {
      ...exact,
      features,
      beta: 1,
      promptProbabilities: Float64Array.of(1),
      offsets: Int32Array.of(0, 40),
      reference: new Float64Array(40).fill(1 / 40)
    }
    const steep = Float64Array.from({ length: components * d }, (_, i) => (i % d === 0 ? 30 + i / d / 10 : 0))
    const truncation: EllipticTest = {
      dimension: d,
      whitening: whitening(
        new Float64Array(d * d).map((_, i) => (i % (d + 1) === 0 ? 1 : 0)),
        d
      ),
      nu: 1.2
    }
    const expected = byDefinition(far, truncation, steep, 200)
    for (const kernel of [undefined, kernelOf(1)]) {
      const ratio = mixtureRatio(far, truncation, 200, kernel)
      ratio.extend(steep, components)
      ratio.logRatio().forEach((value, row) => expect(Math.abs(value - expected[row])).toBeLessThan(1e-11))
    }
  })

  it("takes whole blocks itself where nothing is clipped, and hands over those that are", () => {
    const left: Array<number> = []
    mixtureRatio(exact, testOf(0.85), 5, kernelOf(1, left)).extend(thetas, components)
    expect(left).toEqual([])
    mixtureRatio(exact, testOf(0.85), 0.3, kernelOf(1, left)).extend(thetas, components)
    expect(left.length).toBeGreaterThan(0)
    expect(Math.max(...left)).toBeLessThanOrEqual(8)
  })
  it.each([
    ["prompts", 1900, 16, 32, 3],
    ["components", 1, 40, 128, 2051]
  ])("loses none between turns: more %s than fit in one", (_, prompts, responses, size, count) => {
    const many = randomInstance({ seed: 4, prompts, responses, d: size, beta: 0.2 })
    const theta = Float64Array.from({ length: size * count }, () => 0.2 * stream.nextNormal())
    const unit = Float64Array.from({ length: size * size }, (__, i) => (i % (size + 1) === 0 ? 1 : 0))
    const truncation: EllipticTest = { dimension: size, whitening: unit, nu: 3 }
    const [plain, fast] = [undefined, kernelOf(1)].map((kernel) => mixtureRatio(many, truncation, 50, kernel))
    for (const ratio of [plain, fast]) ratio.extend(theta, count)
    expect(fast.logRatio()).toEqual(plain.logRatio())
  })
})
