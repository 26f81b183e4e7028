/**
 * The cases of the literal-oracle suite: instances after a finished spanner, when SpannerSampling spends nearly all
 * of its draws. Common responses span the first d−1 coordinates and no pair of them passes; one rare response carries
 * coordinate d, and every pair with it passes. Its mass of 10⁻¹² makes the test one that can pass and never does, so
 * that exactly as many pairs are drawn and tested as were asked for.
 */
import type { FiniteInstance, Instance } from "../src/instance/instance.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { Stream } from "../src/numeric/stream.ts"
import { type EllipticTest, ellipticNormSquared } from "../src/policy/elliptic-test.ts"

export interface LiteralCase {
  readonly name: string
  readonly prompts: number
  readonly responses: number
  readonly dimension: number
  /** Pairs drawn at one prompt before the next is visited. */
  readonly limit: number
  /** Prompts visited in one call of `sweep`; 1 means one call of `firstHit`. */
  readonly visits: number
}

const one = (responses: number, dimension: number, limit: number): LiteralCase => ({
  name: `R=${responses} d=${dimension}`,
  prompts: 1,
  responses,
  dimension,
  limit,
  visits: 1
})
const many = (prompts: number, limit: number): LiteralCase => ({
  name: `R=16 d=16, ${prompts} prompts of ${limit} pairs`,
  prompts,
  responses: 16,
  dimension: 16,
  limit,
  visits: 2 ** 18 / limit
})

/** R = 2,048 is past the largest table of pairs that the oracle keeps: every pair is tested from its features. */
export const literalCases = (quick: boolean): ReadonlyArray<LiteralCase> =>
  quick
    ? [one(16, 16, 2 ** 18), many(256, 1024)]
    : [
        one(16, 4, 2 ** 18),
        one(16, 16, 2 ** 18),
        one(16, 64, 2 ** 18),
        many(16, 2 ** 14),
        many(256, 1024),
        one(256, 16, 2 ** 18),
        one(256, 64, 2 ** 18),
        one(2048, 16, 2 ** 16),
        one(2048, 64, 2 ** 14)
      ]

const RARE = 1e-12

/** Pairs that the spanner of a case holds, per dimension. */
const SPANNER = 40

const table = ({ prompts: X, responses: R, dimension: d }: LiteralCase, stream: Stream): FiniteInstance => {
  const N = X * R
  const features = new Float64Array(N * d)
  const reference = new Float64Array(N)
  const thetaStar = new Float64Array(d)
  for (let j = 0; j < d - 1; j++) thetaStar[j] = 0.05 / Math.sqrt(d)
  thetaStar[d - 1] = 0.9
  const meanReward = new Float64Array(N)
  for (let x = 0; x < X; x++) {
    let total = 0
    for (let y = x * R; y < (x + 1) * R - 1; y++) total += reference[y] = 0.1 + stream.next()
    for (let y = x * R; y < (x + 1) * R; y++) {
      const rare = y === (x + 1) * R - 1
      reference[y] = rare ? RARE : (reference[y] / total) * (1 - RARE)
      if (rare) features[y * d + d - 1] = 1
      else for (let j = 0; j < d - 1; j++) features[y * d + j] = (2 * stream.next() - 1) / Math.sqrt(d)
      meanReward[y] = 0.1
      for (let j = 0; j < d; j++) meanReward[y] += thetaStar[j] * features[y * d + j]
    }
  }
  return {
    name: "finished-spanner",
    dimension: d,
    beta: 0.1,
    rewardRange: 1,
    parameterSet: { kind: "ball", radius: 1 },
    thetaStar,
    noise: { kind: "bernoulli" },
    promptProbabilities: new Float64Array(X).fill(1 / X),
    offsets: Int32Array.from({ length: X + 1 }, (_, x) => x * R),
    reference,
    features,
    meanReward
  }
}

export interface PreparedCase extends LiteralCase {
  readonly instance: Instance
  /** Passes exactly the pairs with one rare response. */
  readonly test: EllipticTest
  /** Passes about half of the common pairs: shows that both sides draw and test alike. */
  readonly frequent: EllipticTest
}

/** Norms² of all pairs, by whether a prompt's last (rare) response is one of the two; ascending. */
const norms = (test: EllipticTest, { features, offsets }: FiniteInstance): Record<"common" | "rare", Float64Array> => {
  const found = { common: new Array<number>(), rare: new Array<number>() }
  for (let x = 0; x + 1 < offsets.length; x++) {
    const last = offsets[x + 1] - 1
    for (let a = offsets[x]; a <= last; a++) {
      const kind = a === last ? "rare" : "common"
      for (let b = offsets[x]; b < a; b++) found[kind].push(ellipticNormSquared(test, features, a, b))
    }
  }
  return { common: Float64Array.from(found.common).sort(), rare: Float64Array.from(found.rare).sort() }
}

export const prepare = (literalCase: LiteralCase): PreparedCase => {
  const stream = Stream.fromSeed(1).split(literalCase.name)
  const instance = finiteInstance(table(literalCase, stream.split("table")), literalCase.name)
  const { dimension: d, features, offsets, promptProbabilities } = instance.exact
  const pairs = stream.split("spanner")
  const design = new RidgeRegression(d, 1)
  const phi = new Float64Array(d)
  for (let n = 0; n < SPANNER * d; n++) {
    const x = pairs.nextInteger(promptProbabilities.length)
    const commons = offsets[x + 1] - offsets[x] - 1
    const a = offsets[x] + pairs.nextInteger(commons)
    const b = offsets[x] + pairs.nextInteger(commons)
    for (let j = 0; j < d; j++) phi[j] = features[a * d + j] - features[b * d + j]
    design.add(phi, 0)
  }
  const whitening = design.whitening()
  const { common, rare } = norms({ dimension: d, whitening, nu: 1 }, instance.exact)
  const greatest = common[common.length - 1]
  if (!(greatest < rare[0]))
    throw new Error(`${literalCase.name}: a common pair of norm² ${greatest}, expected below ${rare[0]}`)
  const test = { dimension: d, whitening, nu: Math.sqrt((greatest + rare[0]) / 2) }
  const half = Math.sqrt(common[common.length >> 1])
  return { ...literalCase, instance, test, frequent: { ...test, nu: half * (1 + 1e-9) } }
}
