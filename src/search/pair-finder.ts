/**
 * The literal oracle's search for a passing pair, by the WebAssembly kernel where a search is long enough to pay for
 * making its test ready. What the kernel finds is a candidate; the pair itself decides, in float64, so that no answer
 * depends on which way it was found.
 */
import type { FiniteInstance, ResponseSource } from "../instance/instance.ts"
import type { LiteralSearch, SearchTest } from "./literal-search.ts"
import type { Stream } from "../numeric/stream.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { PassCache } from "./pass-cache.ts"
import type { SessionSearch } from "./session-search.ts"

/** Most responses whose pairs take half a word a member. */
const NARROW = 256
/** Dimension up to which a narrow table's pairs are sooner tested by their distances than looked up (measured). */
const LOOKED_UP_FROM = 64

interface Ready {
  readonly test: SearchTest
  readonly era: number
  readonly kernel: LiteralSearch
}

/** What is known of one prompt under the current test. */
interface Progress {
  tested: number
  /** `null`: not to be had. */
  ready: Ready | null | undefined
}

/** Rows by prompt, or by node of a token side. */
type RowTable = Pick<FiniteInstance, "dimension" | "offsets" | "reference">

export class PairFinder {
  private readonly exact: RowTable
  private readonly source: ResponseSource
  private readonly passes: PassCache
  private readonly search: SessionSearch
  private test: EllipticTest | undefined
  private progress: Array<Progress | undefined> = []
  private readonly left = new Int32Array(1)
  private readonly right = new Int32Array(1)

  constructor(exact: RowTable, source: ResponseSource, passes: PassCache, search: SessionSearch) {
    this.exact = exact
    this.source = source
    this.passes = passes
    this.search = search
  }

  /** Says that so many pairs of prompt x were tested in another way: those up to the first that passed. */
  spend(test: EllipticTest, x: number, pairs: number): void {
    this.of(test, x).tested += pairs
  }

  /**
   * Pairs of prompt x that are better tested in another way. Batches end there: whether a kernel searched, which the
   * record of a run says, does not depend on their size.
   */
  pairsBefore(test: EllipticTest, x: number): number {
    const { ready, tested } = this.of(test, x)
    return ready === null ? Infinity : Math.ceil(this.readyAfter(x)) - tested
  }

  /**
   * Index in [from, count) of the first pair of the key that passes, or −1; undefined where another way is better: no
   * kernel, or too few pairs tested so far.
   */
  find(test: EllipticTest, x: number, key: Stream, from: number, count: number): number | undefined {
    const search = this.searchOf(test, x)
    if (search === undefined) return undefined
    for (let at = from; ;) {
      const candidate = search.kernel.next(search.ready, key, at, count)
      if (candidate < 0) return -1
      this.source.drawPairRows(x, key.k0, key.k1, candidate, 1, this.left, this.right)
      if (this.passes.scan(test, x, this.left, this.right, 1) === 0) return candidate
      at = candidate + 1
    }
  }

  private of(test: EllipticTest, x: number): Progress {
    if (test !== this.test) {
      this.test = test
      this.progress = []
    }
    return (this.progress[x] ??= { tested: 0, ready: undefined })
  }

  private searchOf(
    test: EllipticTest,
    x: number
  ): { readonly kernel: LiteralSearch; readonly ready: SearchTest } | undefined {
    const progress = this.of(test, x)
    const { ready } = progress
    if (ready === null) return undefined
    if (ready !== undefined && ready.era === ready.kernel.era) return { kernel: ready.kernel, ready: ready.test }
    if (progress.tested < this.readyAfter(x)) return undefined
    progress.ready = this.make(test, x)
    return progress.ready === null ? undefined : { kernel: progress.ready.kernel, ready: progress.ready.test }
  }

  /**
   * Pairs tested after which making a test ready (the rows whitened and packed: measured, ns) costs no more than what it
   * saves on each pair.
   */
  private readyAfter(x: number): number {
    const { dimension: d, offsets } = this.exact
    const size = offsets[x + 1] - offsets[x]
    const packing = size * (150 + 18 * d + d * d)
    return size <= NARROW ? (12_000 + packing) / 7.6 : packing / (13 + 0.7 * d)
  }

  private make(test: EllipticTest, x: number): Ready | null {
    const { kernel } = this.search
    if (kernel === undefined || this.source.drawTable === undefined) return null
    const { offsets, dimension, reference } = this.exact
    const table = this.source.drawTable(x)
    const first = table.firstRow - offsets[x]
    const whole = first === 0 && table.rowCount === offsets[x + 1] - offsets[x]
    const passes = whole ? this.passes.table(test, x) : undefined
    const request = {
      table,
      white: this.passes.whitened(test, x).subarray(first * dimension, (first + table.rowCount) * dimension),
      dimension,
      mass: reference.subarray(table.firstRow, table.firstRow + table.rowCount),
      nu: test.nu,
      passes
    }
    // A full memory is full of tests that nobody asks any more, most likely.
    const made = kernel.pairTest(request) ?? (kernel.clear(), kernel.pairTest(request))
    if (made === undefined || (table.narrow && !made.filtered && dimension > LOOKED_UP_FROM)) return null
    return { test: made, era: kernel.era, kernel }
  }
}
