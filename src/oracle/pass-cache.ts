/**
 * Which pairs of a prompt pass an elliptic test, computed once per test and prompt. Algorithms ask thousands of questions about one Σ
 * before it changes; requests carry the test by reference, so identity tells when it did.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { ellipticNormSquared, passTable, type EllipticTest } from "../policy/elliptic-test.ts"

/** Up to this many classes per prompt a pass table (R² bytes) is kept for the literal loop. */
export const TABLE_LIMIT = 64

export class PassCache {
  private readonly exact: FiniteInstance
  private readonly limit: number
  private test: EllipticTest | undefined
  private readonly tables: Array<Uint8Array | undefined> = []
  private readonly fresh: Uint8Array

  /** @param limit prompts with more classes than this have no table. */
  constructor(exact: FiniteInstance, limit: number) {
    this.exact = exact
    this.limit = limit
    this.fresh = new Uint8Array(exact.promptProbabilities.length)
  }

  /** R×R table of prompt x under `test` (1: passes), or undefined when R exceeds the limit. Valid until the next test. */
  table(test: EllipticTest, x: number): Uint8Array | undefined {
    if (test !== this.test) {
      this.test = test
      this.fresh.fill(0)
    }
    const start = this.exact.offsets[x]
    const end = this.exact.offsets[x + 1]
    const size = end - start
    if (size > this.limit) return undefined
    const known = this.tables[x]
    if (this.fresh[x] === 1 && known !== undefined) return known
    const table = known ?? new Uint8Array(size * size)
    passTable(test, this.exact.features, start, end, table)
    this.tables[x] = table
    this.fresh[x] = 1
    return table
  }

  /** Writes 1 to out[y] for each row y of prompt x whose pair with row `anchor` passes (out has length ≥ R). */
  against(test: EllipticTest, x: number, anchor: number, out: Uint8Array): void {
    const start = this.exact.offsets[x]
    const end = this.exact.offsets[x + 1]
    const size = end - start
    const table = this.table(test, x)
    if (table !== undefined) {
      const row = (anchor - start) * size
      for (let i = 0; i < size; i++) out[i] = table[row + i]
      return
    }
    const limit = test.nu * test.nu
    for (let i = 0; i < size; i++) {
      out[i] = ellipticNormSquared(test, this.exact.features, start + i, anchor) > limit ? 1 : 0
    }
  }
}
