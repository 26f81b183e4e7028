/**
 * What a Checked token needs to know of an anchor (t9-mtss-is-pac.md), made once for each anchor and request: which tokens fire against it, the tilt of the others,
 * and the sums that the law of a visit is made of.
 */
import { ByAnchor } from "./by-anchor.ts"
import type { Logits, Rows } from "./rows.ts"
import type { CheckedTilt } from "./services.ts"

/** Tokens of G with one e^{f/β}: Ẑ depends on how many of each level are drawn. */
interface Level {
  readonly weight: number
  /** Its share of what this level and those after it weigh. */
  readonly share: number
}

export interface CheckedPlan {
  readonly start: number
  readonly size: number
  /** Row of the anchor. */
  readonly anchor: number
  /** 1 where a token fires against the anchor, by row offset. */
  readonly bad: Uint8Array
  /** q = π_ref(Gᶜ). */
  readonly outside: number
  /** f/β by row offset; 0 off G. */
  readonly logits: Logits["values"]
  /** e^{f/β}, and π_ref·e^{f/β}, by row offset. */
  readonly weights: Float64Array
  readonly tilted: Float64Array
  /** Z = E_{π_ref} e^{f/β}. */
  readonly normaliser: number
  /** The largest weight of a token of positive mass. */
  readonly top: number
  /** Levels of G, the heaviest last: what is left after the others is its count. */
  readonly levels: ReadonlyArray<Level>
  /** False where θ = 0: one draw of π_ref is the token. */
  readonly tilts: boolean
  /** How often each token was returned in the request under way. */
  readonly taken: Float64Array
}

/** Plans kept per layer before they are dropped, in numbers: 32 MiB. */
const MEMORY = 2 ** 20

export class CheckedPlans {
  private readonly rows: Rows
  private readonly layers: Array<ByAnchor<CheckedTilt, CheckedPlan> | undefined> = []

  constructor(rows: Rows) {
    this.rows = rows
  }

  /** The plan of a request at a place, anchored at row `anchor`. */
  of(at: number, anchor: number, request: CheckedTilt): CheckedPlan {
    const { offsets } = this.rows.table
    const plans = (this.layers[this.rows.layer(at)] ??= new ByAnchor(MEMORY))
    return plans.of(request, anchor, offsets[at + 1] - offsets[at], () => this.make(at, anchor, request))
  }

  private make(at: number, anchor: number, request: CheckedTilt): CheckedPlan {
    const { reference } = this.rows.table
    const { size, start, values } = this.rows.logits(at, anchor, request)
    const bad = this.rows.outside(at, anchor, request.tilt.truncation, new Uint8Array(size))
    const weights = values.map(Math.exp)
    const tilted = weights.map((w, i) => reference[start + i] * w)
    const masses = new Map<number, number>()
    let outside = 0
    let top = 0
    for (let i = 0; i < size; i++) {
      const mass = reference[start + i]
      if (mass === 0) continue
      top = Math.max(top, weights[i])
      if (bad[i] === 1) outside += mass
      else masses.set(weights[i], (masses.get(weights[i]) ?? 0) + mass)
    }
    const levels: Array<Level> = []
    let rest = 0
    for (const [weight, mass] of [...masses].toSorted(([, a], [, b]) => b - a)) {
      rest += mass
      levels.unshift({ weight, share: mass / rest })
    }
    return {
      start,
      size,
      anchor,
      bad,
      outside,
      logits: values,
      weights,
      tilted,
      normaliser: tilted.reduce((a, b) => a + b, 0),
      top,
      levels,
      tilts: request.tilt.theta.some((t) => t !== 0),
      taken: new Float64Array(size)
    }
  }
}

/** What the visits of one request came to, as rows. */
export interface Checked {
  /** Visits made, the firing one included. */
  readonly visits: number
  readonly fired: { readonly left: number; readonly right: number } | undefined
  readonly tokens: ReadonlyArray<{
    readonly anchor: number
    readonly row: number
    readonly count: number
    readonly logit: number
  }>
  /** Σ log Ẑ over the visits that did not fire. */
  readonly logNormaliser: number
  /** Tokens drawn. */
  readonly draws: bigint
}

/** Counts the tokens that the visits of a request return. */
export class CheckedTally {
  /** The tokens counted, once the tally is closed. */
  tokens: Checked["tokens"] = []
  logNormaliser = 0
  private readonly seen: Array<readonly [plan: CheckedPlan, i: number]> = []

  add(plan: CheckedPlan, i: number): void {
    if (plan.taken[i]++ === 0) this.seen.push([plan, i])
  }

  /** Counts no more: the plans are free for another request. */
  close(): void {
    this.tokens = this.seen.map(([{ anchor, logits, start, taken }, i]) => {
      const count = taken[i]
      taken[i] = 0
      return { anchor, row: start + i, count, logit: logits[i] }
    })
  }
}
