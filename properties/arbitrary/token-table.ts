/**
 * Token sides for fast-check in which nothing is the same from layer to layer or from node to node: widths, masses (zeros included), features, rewards, where tokens
 * lead (nodes may be met on several ways), and where prompts begin. Not realizable in general: evaluation needs no realizability.
 */
import fc from "fast-check"
import type { FiniteInstance } from "../../src/instance/instance.ts"
import type { TokenTable } from "../../src/instance/token-instance.ts"

/** A token side and what its evaluation needs beside it. */
export interface TokenSide {
  readonly tokens: TokenTable
  readonly exact: Pick<FiniteInstance, "beta" | "promptProbabilities" | "rewardRange">
}

const LATTICE = 4

/** Masses 10^{-decade}; null: probability 0, but for the first. */
const decades = fc.option(fc.integer({ min: 0, max: 6 }), { freq: 5, nil: null })

const token = fc.record({
  decade: decades,
  feature: fc.array(fc.integer({ min: -LATTICE, max: LATTICE }), { minLength: 3, maxLength: 3 }),
  quarter: fc.integer({ min: 0, max: 4 }),
  to: fc.nat(2)
})

const law = (raw: ReadonlyArray<number | null>): ReadonlyArray<number> => {
  const mass = raw.map((decade, i) => (decade === null ? (i === 0 ? 1 : 0) : 10 ** -decade))
  const sum = mass.reduce((s, m) => s + m, 0)
  return mass.map((m) => m / sum)
}

/** Shrinks to one prompt, one layer, one token, d = 1, β = R = 1. */
export const tokenSides: fc.Arbitrary<TokenSide> = fc
  .record({
    d: fc.integer({ min: 1, max: 3 }),
    R: fc.constantFrom(1, 0.01, 50),
    temperature: fc.integer({ min: -8, max: 8 }).map((quarter) => 10 ** (quarter / 4)),
    baseQuarter: fc.integer({ min: 0, max: 4 }),
    layers: fc.array(
      // Three tokens and more: only then can a pair of them be truncated while every pair with the first is not.
      fc.array(fc.array(token, { minLength: 1, maxLength: 5, size: "max" }), { minLength: 1, maxLength: 3 }),
      { minLength: 1, maxLength: 3, size: "max" }
    ),
    prompts: fc.array(fc.record({ root: fc.nat(2), decade: decades }), { minLength: 1, maxLength: 3, size: "max" })
  })
  .map(({ R, baseQuarter, d, layers, prompts, temperature }) => {
    const first = layers.map((_, h) => layers.slice(0, h).reduce((s, nodes) => s + nodes.length, 0))
    const nodes = layers.flatMap((own, h) => own.map((rows) => ({ h, rows })))
    const rows = nodes.flatMap((node) => node.rows.map((row) => ({ h: node.h, row })))
    const scale = 1 / (LATTICE * Math.sqrt(d))
    return {
      exact: {
        beta: temperature * R,
        rewardRange: R,
        promptProbabilities: Float64Array.from(law(prompts.map(({ decade }) => decade)))
      },
      tokens: {
        horizon: layers.length,
        dimension: d,
        roots: Int32Array.from(prompts, ({ root }) => root % layers[0].length),
        layers: Int32Array.from(nodes, ({ h }) => h),
        offsets: Int32Array.from({ length: nodes.length + 1 }, (_, n) =>
          nodes.slice(0, n).reduce((s, node) => s + node.rows.length, 0)
        ),
        reference: Float64Array.from(nodes.flatMap((node) => law(node.rows.map(({ decade }) => decade)))),
        features: Float64Array.from(rows.flatMap(({ row }) => row.feature.slice(0, d).map((c) => c * scale))),
        next: Int32Array.from(rows, ({ h, row }) =>
          h + 1 === layers.length ? -1 : first[h + 1] + (row.to % layers[h + 1].length)
        ),
        reward: Float64Array.from(rows, ({ row }) => (R * row.quarter) / 4 / (layers.length + 1)),
        baseReward: (R * baseQuarter) / 4 / (layers.length + 1),
        code: new Int32Array(rows.length)
      }
    }
  })
