/**
 * Which pairs of a prompt pass an elliptic test. Algorithms ask thousands of questions about one Σ before it changes;
 * requests carry the test by reference, so identity tells when it did.
 *
 * A prompt of few classes gets a table of its pairs (R² bytes) at once. A wider one gets its features whitened, row
 * by row as they come up, and a table when as many pairs were tested as it costs. Every way does the same arithmetic
 * ({@link squaredDistance} of whitened features), so that no answer depends on which one gave it.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { SessionSearch } from "./session-search.ts"
import { quickPassTable } from "./pass-table.ts"
import { squaredDistance, type EllipticTest, whitenedRows } from "../policy/elliptic-test.ts"

/** Up to this many classes a prompt's table is made at once in the literal interpreter. */
export const TABLE_LIMIT = 64
/** Up to this many it is made when paid for. */
const PAID_LIMIT = 1024
/** Bytes of whitened features and paid tables past which all are dropped. */
const MEMORY = 2 ** 27

/** Rows by prompt with their features: an instance, or the token side of one, whose prompts are nodes. */
type FeatureTable = Pick<FiniteInstance, "dimension" | "offsets" | "features">

/** What is known of one prompt under the current test. */
interface Wide {
  /** Wφ by row, R×d; valid where `known` is 1. */
  readonly white: Float64Array
  readonly known: Uint8Array
  tested: number
}

export class PassCache {
  private readonly exact: FeatureTable
  private readonly limit: number
  private readonly search: SessionSearch
  private test: EllipticTest | undefined
  private tables: Array<Uint8Array | undefined> = []
  private wide: Array<Wide | undefined> = []
  private bytes = 0

  /**
   * @param limit up to this many classes a prompt's table is made when it is first asked for
   */
  constructor(exact: FeatureTable, limit: number, search: SessionSearch) {
    this.exact = exact
    this.limit = limit
    this.search = search
  }

  /**
   * R×R table of prompt x under `test` (1: passes); undefined when R exceeds the limit and too few pairs were tested
   * for it. One array is one table: it is never written again.
   */
  table(test: EllipticTest, x: number): Uint8Array | undefined {
    if (test !== this.test) {
      this.test = test
      this.forget()
    }
    const known = this.tables[x]
    if (known !== undefined) return known
    const size = this.exact.offsets[x + 1] - this.exact.offsets[x]
    return size <= this.limit ? this.makeTable(test, x) : undefined
  }

  /** Index in [0, n) of the first pair (left[i], right[i]) of rows of prompt x that passes, or −1. */
  scan(test: EllipticTest, x: number, left: Int32Array, right: Int32Array, n: number): number {
    const table = this.table(test, x)
    const start = this.exact.offsets[x]
    if (table !== undefined) {
      const size = this.exact.offsets[x + 1] - start
      for (let i = 0; i < n; i++) if (table[(left[i] - start) * size + right[i] - start] === 1) return i
      return -1
    }
    const wide = this.features(x)
    const limit = test.nu * test.nu
    let i = 0
    while (i < n && this.distance(test, wide, start, left[i] - start, right[i] - start) <= limit) i++
    this.pay(test, x, wide, i)
    return i < n ? i : -1
  }

  /** Writes 1 to out[y] for each row y of prompt x whose pair with row `anchor` passes, else 0 (out has length ≥ R). */
  against(test: EllipticTest, x: number, anchor: number, out: Uint8Array): void {
    const table = this.table(test, x)
    const start = this.exact.offsets[x]
    const size = this.exact.offsets[x + 1] - start
    if (table !== undefined) {
      const row = (anchor - start) * size
      for (let i = 0; i < size; i++) out[i] = table[row + i]
      return
    }
    const wide = this.features(x)
    const limit = test.nu * test.nu
    for (let i = 0; i < size; i++) out[i] = this.distance(test, wide, start, i, anchor - start) > limit ? 1 : 0
    this.pay(test, x, wide, size)
  }

  /** Wφ of all rows of prompt x, R×d. Valid until the next call of any method. */
  whitened(test: EllipticTest, x: number): Float64Array {
    // Another test's rows must go first.
    this.table(test, x)
    const start = this.exact.offsets[x]
    const wide = this.features(x)
    for (let row = 0; row < wide.known.length; row++) if (wide.known[row] === 0) this.whiten(test, wide, start, row)
    return wide.white
  }

  private forget(): void {
    this.tables = []
    this.wide = []
    this.bytes = 0
  }

  private makeTable(test: EllipticTest, x: number): Uint8Array {
    const { features, offsets } = this.exact
    return (this.tables[x] = quickPassTable(test, features, offsets[x], offsets[x + 1], this.search))
  }

  private features(x: number): Wide {
    const known = this.wide[x]
    if (known !== undefined) return known
    const size = this.exact.offsets[x + 1] - this.exact.offsets[x]
    this.bytes += 8 * size * this.exact.dimension
    if (this.bytes > MEMORY) this.forget()
    return (this.wide[x] = {
      white: new Float64Array(size * this.exact.dimension),
      known: new Uint8Array(size),
      tested: 0
    })
  }

  /** ‖Wφ(a) − Wφ(b)‖², rows counted from the prompt's first. */
  private distance(test: EllipticTest, wide: Wide, start: number, a: number, b: number): number {
    const { white, known } = wide
    if (known[a] === 0) this.whiten(test, wide, start, a)
    if (known[b] === 0) this.whiten(test, wide, start, b)
    const d = test.dimension
    return squaredDistance(white, a * d, b * d, d)
  }

  private whiten(test: EllipticTest, { white, known }: Wide, start: number, row: number): void {
    whitenedRows(test, this.exact.features, start + row, start + row + 1, white, row)
    known[row] = 1
  }

  /** Makes the table of a wide prompt once the pairs tested one by one have cost as much. */
  private pay(test: EllipticTest, x: number, wide: Wide, pairs: number): void {
    wide.tested += pairs
    const size = wide.known.length
    if (size > PAID_LIMIT || 2 * wide.tested < size * size) return
    this.bytes += size * size
    if (this.bytes > MEMORY) this.forget()
    this.makeTable(test, x)
  }
}
