import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AliasTable, aliasPick, aliasTable } from "../numeric/alias-table.ts"

/** A non-negative double as numerator / 2^1074. */
const exactly = (v: number): bigint => {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, v)
  const raw = bits.getBigUint64(0)
  const exponent = (raw >> 52n) & 0x7ffn
  const fraction = raw & 0xfffffffffffffn
  return exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n)
}
const ONE = 1n << 1074n

/**
 * What a table says of the point (word + u)·R/2³² of [0, R), in exact arithmetic; `distance` is how far (in columns) the point lies
 * from the column's threshold.
 */
const ideal = (table: AliasTable, word: number, u: number): { category: number; distance: number } => {
  const point = (BigInt(word) * ONE + exactly(u)) * BigInt(table.size)
  const column = Number(point / (ONE << 32n))
  const fraction = (point - BigInt(column) * (ONE << 32n)) >> 32n
  const difference = fraction - exactly(table.keep[column])
  return {
    category: difference < 0n ? column : table.alias[column],
    distance: Math.abs(Number((difference << 100n) / ONE)) * 2 ** -100
  }
}

/** Weights from even to absurd: ratios up to 10¹⁵, zeros, single categories. */
const weights = fc
  .array(
    fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 15 }).map((k) => 10 ** -k)
    ),
    { minLength: 1, maxLength: 40 }
  )
  .filter((w) => w.some((v) => v > 0))
  .map((w) => Float64Array.from(w))

/** Words on, just before and just after a column's start or its threshold, where rounding and straddling show. */
const nearBoundary = (table: AliasTable, column: number, atThreshold: boolean, nudge: number): number => {
  const c = column % table.size
  const at = Math.floor(((c + (atThreshold ? table.keep[c] : 0)) / table.size) * 2 ** 32) + nudge
  return Math.min(2 ** 32 - 1, Math.max(0, at))
}

describe("aliasPick", () => {
  it("gives the category of the exact point, whether or not it asks for the refinement", () => {
    const place = fc.tuple(
      fc.nat(39),
      fc.boolean(),
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    )
    fc.assert(
      fc.property(weights, fc.array(place, { minLength: 20, maxLength: 20 }), (w, places) => {
        const table = aliasTable(w)
        for (const [column, atThreshold, nudge, u] of places) {
          const word = nearBoundary(table, column, atThreshold, nudge)
          let asked = false
          const picked = aliasPick(table, word, () => {
            asked = true
            return u
          })
          const { category, distance } = ideal(table, word, u)
          // The point is computed to 2^-53 of its lattice cell (R·2^-32 columns): only that near a threshold may it fall on the other side.
          if (picked !== category) expect(distance).toBeLessThan(table.size * 2 ** -84)
          if (!asked) for (const v of [0, 0.5, 1 - 2 ** -53]) expect(ideal(table, word, v).category).toBe(picked)
        }
      }),
      { numRuns: 300, seed: 1 }
    )
  })

  it("refines a cell that straddles the next column even where the column is not kept (regression)", () => {
    // R = 3: cell 1431655765 covers [0.99999999977, 1.0000000005) columns; column 0 is kept below 0.3 only.
    const table: AliasTable = { size: 3, keep: Float64Array.of(0.3, 1, 1), alias: Int32Array.of(2, 1, 2) }
    expect(aliasPick(table, 1431655765, () => 0.1)).toBe(2)
    expect(aliasPick(table, 1431655765, () => 0.9)).toBe(1)
  })

  it("asks for a refinement on few words only", () => {
    const table = aliasTable(Float64Array.of(0.1, 0.2, 0.3, 0.25, 0.15))
    let asked = 0
    for (let k = 0; k < 100_000; k++)
      aliasPick(table, (k * 42949) >>> 0, () => {
        asked++
        return 0.5
      })
    expect(asked).toBeLessThan(5)
  })

  it("has tables whose masses are the weights to rounding, relatively, however small (in [1e-15, 1])", () => {
    fc.assert(
      fc.property(weights, (w) => {
        const table = aliasTable(w)
        const mass = new Float64Array(w.length)
        table.keep.forEach((keep, c) => {
          mass[c] += keep / table.size
          if (keep < 1) mass[table.alias[c]] += (1 - keep) / table.size
        })
        const total = w.reduce((a, b) => a + b, 0)
        w.forEach((v, i) => {
          if (v === 0) expect(mass[i]).toBe(0)
          // A category of 1/R or more may have lent mass up to R times: R roundings of 2^-53 of it.
          else expect(Math.abs(mass[i] / (v / total) - 1)).toBeLessThan(w.length * w.length * 2 ** -50)
        })
      }),
      { numRuns: 500, seed: 2 }
    )
  })
})
