/**
 * The rows that π_ref draws from at a place: classes of responses at a prompt, or classes of tokens at a node. Both oracles ask the same of them (a draw, a search for
 * a passing pair, a tilted draw), and an interpreter answers by {@link Draws} whatever a row is, how a handle of it is made, and what a draw is charged as.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { innerProduct } from "../numeric/inner-product.ts"
import { logSumExp } from "../numeric/log-sum-exp.ts"
import { widestSegment } from "../numeric/segments.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { PassCache } from "../search/pass-cache.ts"
import type { SessionSearch } from "../search/session-search.ts"
import { ByAnchor } from "./by-anchor.ts"
import type { Address } from "./handle.ts"
import type { Checked } from "./checked-plan.ts"
import type { CheckedTilt, TiltRequest } from "./services.ts"

/** Rows of place p are offsets[p] … offsets[p+1]−1; N rows in all. */
export type RowTable = Pick<FiniteInstance, "dimension" | "features" | "offsets" | "reference">

/** A drawn row, and the address of its draw where there was one. */
export interface Drawn {
  readonly row: number
  readonly address: Address | undefined
}

/** A pair that passed. */
export interface Hit {
  readonly left: number
  readonly right: number
  /** Pairs drawn, this one included. */
  readonly pairs: number
  /** Of the left member; the right one's has side 1. */
  readonly address: Address | undefined
}

/** A tilted draw. */
export interface Tilted extends Drawn {
  readonly accepted: boolean
  readonly logNormaliser: number
  /** f/β at the row. */
  readonly logit: number
  /** N₁ and the trials made. */
  readonly draws: number
}

/** What an interpreter answers at a place. Each charges what it draws before it answers. */
export interface Draws {
  readonly single: (at: number) => Drawn
  /** A draw to tilt against; of another stream. */
  readonly anchor: (at: number) => Drawn
  readonly firstHit: (at: number, test: EllipticTest, limit: number) => Hit | undefined
  readonly tilted: (at: number, anchor: number, request: TiltRequest) => Tilted
  /** Up to `visits` Checked tokens at a place: until one fires. */
  readonly checked: (at: number, request: CheckedTilt, visits: number) => Checked
  /** Of n draws the one farthest from row `anchor`. */
  readonly farthest: (at: number, anchor: number, test: EllipticTest, n: number) => Drawn
}

/** The logits f/β of one tilted request over the rows of its place. */
export interface Logits {
  /** f(y)/β by row offset; valid until the next request, or for good where they are kept. */
  readonly values: Float64Array
  readonly start: number
  readonly size: number
  /** log Z = log E_{π_ref} e^{f/β}: for the tally and for tests, not for learners. */
  readonly logZ: number
  /** max over rows of positive mass of f/β. */
  readonly top: number
}

/** Logits kept per layer before they are dropped, in numbers: 32 MiB. */
const MEMORY = 2 ** 22

/** What is known under the current tests and request of one layer. Truncations have tests of their own, renewed at other times than those of searches. */
interface Bank {
  readonly passes: PassCache
  readonly truncations: PassCache
  readonly logits: ByAnchor<Pick<TiltRequest, "tilt">, Logits>
}

export class Rows {
  readonly table: RowTable
  readonly search: SessionSearch
  /** Rows of the widest place. */
  readonly widest: number
  private readonly layers: ArrayLike<number> | undefined
  private readonly banks: ReadonlyArray<Bank>
  private values = new Float64Array(0)
  private bad = new Uint8Array(0)

  /**
   * @param limit up to this many rows a place's table of passing pairs is made when first asked for
   * @param search what makes the tables
   * @param layers layer of each place, from 0, where each layer is asked with tests and requests of its own, again and again at the same anchors: logits are kept then
   */
  constructor(table: RowTable, limit: number, search: SessionSearch, layers?: ArrayLike<number>) {
    this.table = table
    this.search = search
    this.layers = layers
    this.widest = widestSegment(table.offsets)
    const count = layers === undefined ? 1 : 1 + Array.from(layers).reduce((a, b) => Math.max(a, b), 0)
    this.banks = Array.from({ length: count }, () => ({
      passes: new PassCache(table, limit, search),
      truncations: new PassCache(table, limit, search),
      logits: new ByAnchor<Pick<TiltRequest, "tilt">, Logits>(MEMORY)
    }))
  }

  /** Whether all places are of one layer: logits are of scores then, and not kept. */
  get plain(): boolean {
    return this.layers === undefined
  }

  /** The layer of a place. */
  layer(at: number): number {
    return this.layers === undefined ? 0 : this.layers[at]
  }

  /** Which pairs of a place pass the tests of searches. */
  passes(at: number): PassCache {
    return this.banks[this.layer(at)].passes
  }

  /** Logits of a request at a place, anchored at row `anchor`: O(R·d). */
  logits(at: number, anchor: number, request: Pick<TiltRequest, "tilt">): Logits {
    const bank = this.banks[this.layer(at)]
    const { offsets } = this.table
    const size = offsets[at + 1] - offsets[at]
    if (this.bad.length < size) this.bad = new Uint8Array(size)
    if (this.layers === undefined) {
      if (this.values.length < size) this.values = new Float64Array(size)
      return this.compute(bank, at, anchor, request, this.values)
    }
    return bank.logits.of(request, anchor, size, () => this.compute(bank, at, anchor, request, new Float64Array(size)))
  }

  /** Which rows of a place are outside a truncation anchored at row `anchor`, as 0 or 1, written to `out` by row offset and returned. */
  outside(at: number, anchor: number, truncation: EllipticTest, out: Uint8Array): Uint8Array {
    this.banks[this.layer(at)].truncations.against(truncation, at, anchor, out)
    return out
  }

  private compute(
    bank: Bank,
    at: number,
    anchor: number,
    { tilt }: Pick<TiltRequest, "tilt">,
    values: Float64Array
  ): Logits {
    const { dimension: d, features, offsets, reference } = this.table
    const start = offsets[at]
    const size = offsets[at + 1] - start
    const { bad } = this
    bank.truncations.against(tilt.truncation, at, anchor, bad)
    const { theta, clip, beta } = tilt
    // One sum in two orders, whose roundings differ, and a run's digest tells: of differences where logits are kept (exactly 0 at the anchor), else with the
    // anchor's part taken once.
    const byDifference = this.layers !== undefined
    const a = anchor * d
    const base = innerProduct(theta, 0, features, a, d)
    let top = -Infinity
    for (let i = 0; i < size; i++) {
      if (bad[i] === 1) values[i] = 0
      else {
        const o = (start + i) * d
        let f = byDifference ? 0 : -base
        if (byDifference) for (let j = 0; j < d; j++) f += theta[j] * (features[o + j] - features[a + j])
        else for (let j = 0; j < d; j++) f += theta[j] * features[o + j]
        values[i] = (f > clip ? clip : f < -clip ? -clip : f) / beta
      }
      if (reference[start + i] > 0 && values[i] > top) top = values[i]
    }
    let z = 0
    for (let i = 0; i < size; i++) if (reference[start + i] > 0) z += reference[start + i] * Math.exp(values[i] - top)
    return { values, start, size, logZ: top + Math.log(z), top }
  }
}

/** log Ẑ from per-row counts of the N₁ estimation draws. */
export const estimateLogNormaliser = (
  counts: Float64Array,
  logits: Float64Array,
  size: number,
  draws: number
): number => logSumExp(counts, logits, 0, size) - Math.log(draws)

/** The probability with which SoftmaxSampler accepts a response of logit f/β: min{1, e^{f/β}/(2MẐ)}. */
export const acceptance = (logit: number, logNormaliser: number, promise: number): number =>
  Math.min(1, Math.exp(logit - logNormaliser) / (2 * promise))
