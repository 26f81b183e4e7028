/**
 * How times grow with a size: the exponent p of t = c·Nᵖ + b·N^q, q < p, with an interval.
 *
 * *Why not a line through logarithms.* What is measured at small sizes is mostly something else: a call, a set-up (q = 0, b > 0), or a loop that spares its first rounds (b < 0). A plain power
 * law takes either for another exponent: times of a loop over N = 1 … 1,024 that is linear from 64 on had the plain exponent 1.096 ± 0.023 (google/benchmark, issue 296), and no standard error
 * says so.
 *
 * *Fit.* Squares of the relative error t̂/t − 1, since clocks err in proportion. For each p, and each q of lower orders (0, an offset, to p − ½ in steps; nearer to p the two cannot be told
 * apart), the best c and b are a linear problem of the two columns N^q and (Nᵖ − N^q)/(p − q), which has a logarithm for its limit. p and q are searched, and c·Nᵖ is at least a quarter of
 * the time at the largest size: a pure power N^q is c·Nᵖ + b·N^q for every p, with c = 0. *Interval.* From the least to the greatest p whose
 * squares are, with the best q, at most (1 + t²_{df}(α/2)/df) times the least, df = n − 4 (n − 3 where only offsets are tried, of fewer than seven sizes): exact for normal errors of one
 * relative size were the model linear in p and q, and approximate as it is not. Sizes that cannot tell p (all that grows is lost in b, or in noise) have no such interval within what is looked
 * at, and get none.
 *
 * *Flat.* Where times do not grow, every p fits with c = 0. Then the plain exponent is given, if its own interval is within {@link FLAT} of 0: over these sizes, the time does not depend on N.
 */
import { studentQuantile } from "./student-quantile.ts"
import { requireLevel, requireWithin } from "./domain.ts"
import { bestExponent } from "./exponent-search.ts"
import { type ExponentEstimate, type ExponentInterval, fitExponents } from "./exponent-fit.ts"

/** A time at a size; both > 0. */
export interface SizedTime {
  readonly size: number
  readonly time: number
}

/** What {@link growthOf} found. `estimate` absent: these sizes cannot tell. */
export interface Growth {
  /** `power`: p of c·Nᵖ + b·N^q; `flat`: no growth, the plain exponent; `undecided`: neither can be told. */
  readonly kind: "power" | "flat" | "undecided"
  readonly estimate: ExponentInterval | undefined
  /** Of the plain power law, beside it. */
  readonly plain: ExponentEstimate
  /** q, b and the share of b·N^q at the largest size; absent without p. */
  readonly lower?: { readonly exponent: number; readonly coefficient: number; readonly share: number }
  /** √(mean square) of the relative errors that are left. */
  readonly residual: number
  /** Why undecided. */
  readonly why?: string
}

/** p that is looked at, and the first step. Below 0: times that come to an end of their growth. */
const [LEAST, GREATEST, STEP] = [-2, 6, 0.05]
/** An interval wider than this tells nothing. */
const WIDEST = 0.6
/** Plain exponents this small over the whole range are none. */
export const FLAT = 0.1
const LEAST_SIZES = 5

/** The least share of c·Nᵖ in the time at the largest size: with less, N^q alone would fit as well, and p be any. */
const LEADING = 0.25

interface Profile {
  readonly p: number
  readonly q: number
  readonly squares: number
  /** b·N^q at the largest size. */
  readonly lowerOrder: number
}

/** (rᵖ − r^q)/(p − q), with its limit. */
const difference = (ratio: number, p: number, q: number): number =>
  Math.abs(p - q) < 1e-9 ? ratio ** q * Math.log(ratio) : (ratio ** p - ratio ** q) / (p - q)

/** Best c and b at p and q; relative errors. */
const withLower = (points: ReadonlyArray<SizedTime>, largest: number, p: number, q: number): Profile => {
  // The second column less its part along the first.
  let [uu, uv, uy] = [0, 0, 0]
  for (const { size, time } of points) {
    const ratio = size / largest
    const [u, v] = [ratio ** q / time, difference(ratio, p, q) / time]
    uu += u * u
    uv += u * v
    uy += u
  }
  const along = uv / uu
  let [ww, wy] = [0, 0]
  for (const { size, time } of points) {
    const ratio = size / largest
    const w = (difference(ratio, p, q) - along * ratio ** q) / time
    ww += w * w
    wy += w
  }
  const free = ww > 0 ? wy / ww : 0
  let [slope, top] = [free, uy / uu - free * along]
  if (p > q && slope < LEADING * (p - q) * top) {
    // Where N^q fits best alone p would be no exponent of these times: the best of those of which N^p leads.
    let [mm, my] = [0, 0]
    for (const { size, time } of points) {
      const ratio = size / largest
      const m = (LEADING * ratio ** p + (1 - LEADING) * ratio ** q) / time
      mm += m * m
      my += m
    }
    top = my / mm
    slope = LEADING * (p - q) * top
  }
  const squares = points.reduce((sum, { size, time }) => {
    const ratio = size / largest
    return sum + ((top * ratio ** q + slope * difference(ratio, p, q)) / time - 1) ** 2
  }, 0)
  // At the largest size the second column is 0: top is the whole time, of which slope/(p − q) is c·Nᵖ.
  return { p, q, squares, lowerOrder: Math.abs(p - q) < 1e-9 ? NaN : top - slope / (p - q) }
}

/** How far below p lower orders end, in how many steps they are tried, and from how many sizes on any but offsets are. */
const [APART, ORDERS, ORDERS_FROM] = [0.5, 6, 7]

type Fit = (p: number) => Profile

const fitOf =
  (points: ReadonlyArray<SizedTime>, offsetsOnly: boolean): Fit =>
  (p) => {
    const largest = points.reduce((most, { size }) => Math.max(most, size), 0)
    let best = withLower(points, largest, p, 0)
    if (offsetsOnly) return best
    for (let k = 1; k <= ORDERS && p > APART; k++) {
      const one = withLower(points, largest, p, ((p - APART) * k) / ORDERS)
      if (one.squares < best.squares) best = one
    }
    return best
  }

/**
 * The farthest p on the way from `from` to `to` whose squares are at most `most`; undefined: `to` itself. Not the first crossing: two orders may trade places, so that exponents beyond a gap fit
 * as well as these.
 */
const farthest = (fit: Fit, from: number, to: number, most: number): number | undefined => {
  const direction = to > from ? 1 : -1
  const steps = Math.floor(Math.abs(to - from) / STEP)
  let outside: number | undefined
  for (let k = steps; k >= 0; k--) {
    let inside = from + direction * STEP * k
    if (k > 0 && fit(inside).squares > most) {
      outside = inside
      continue
    }
    if (outside === undefined) return undefined
    for (let i = 0; i < 40; i++) {
      const middle: number = (inside + outside) / 2
      if (fit(middle).squares > most) outside = middle
      else inside = middle
    }
    return inside
  }
  return undefined
}

/**
 * The exponent of times in a size.
 *
 * @param points times at sizes, several at one size allowed; all > 0
 * @param level α in (0, 1) of the two-sided intervals
 * @throws RangeError where a size or a time is not positive and finite, or there are fewer than three different sizes
 *
 * @example
 * ```ts
 * const times = [12, 36, 88, 196, 419, 881, 1778, 3769, 7289, 14461, 29002]
 * const { estimate, plain } = growthOf(times.map((time, i) => ({ size: 2 ** i, time })), 0.01)
 * console.log(plain.estimate.toFixed(2), estimate?.estimate.toFixed(2)) // => 1.10 0.98
 * ```
 */
export const growthOf = (points: ReadonlyArray<SizedTime>, level: number): Growth => {
  requireLevel("level", level)
  for (const [i, { size, time }] of points.entries()) {
    requireWithin(`size[${i}]`, size, Number.MIN_VALUE, Number.MAX_VALUE)
    requireWithin(`time[${i}]`, time, Number.MIN_VALUE, Number.MAX_VALUE)
  }
  const sizes = new Set(points.map(({ size }) => size)).size
  if (sizes < 3) throw new RangeError(`sizes: ${sizes}, expected at least 3 different ones`)
  const plain = fitExponents(
    { response: points.map(({ time }) => time), predictors: { N: points.map(({ size }) => size) } },
    level
  ).exponents[0]
  const flat = Math.max(Math.abs(plain.lower), Math.abs(plain.upper)) < FLAT
  const undecided = (why: string, residual: number): Growth => ({
    kind: "undecided",
    estimate: undefined,
    plain,
    residual,
    why
  })
  const n = points.length
  const constant = Math.sqrt(
    points.reduce((sum, { time }, _, all) => sum + (time / (all.reduce((s, p) => s + p.time, 0) / n) - 1) ** 2, 0) / n
  )
  if (sizes < LEAST_SIZES)
    return flat
      ? { kind: "flat", estimate: plain, plain, residual: constant }
      : undecided(`${sizes} sizes; an offset and an exponent need ${LEAST_SIZES}`, constant)
  const offsetsOnly = sizes < ORDERS_FROM
  const fit = fitOf(points, offsetsOnly)
  const found = bestExponent(fit, [LEAST, GREATEST], STEP)
  const df = n - (offsetsOnly ? 3 : 4)
  const most = Math.max(found.squares, 1e-24 * n) * (1 + studentQuantile(level / 2, df) ** 2 / df)
  const residual = Math.sqrt(found.squares / n)
  const lower = farthest(fit, found.p, LEAST, most)
  const upper = farthest(fit, found.p, GREATEST, most)
  if (lower !== undefined && upper !== undefined && upper - lower <= WIDEST) {
    const estimate: ExponentInterval = { name: "N", estimate: found.p, lower, upper }
    const top = points.reduce((largest, point) => (point.size > largest.size ? point : largest))
    return {
      kind: "power",
      estimate,
      plain,
      residual,
      lower: {
        exponent: found.q,
        coefficient: found.lowerOrder / top.size ** found.q,
        share: found.lowerOrder / top.time
      }
    }
  }
  if (flat) return { kind: "flat", estimate: plain, plain, residual: constant }
  const say = (end: number | undefined, none: string): string => (end === undefined ? none : end.toFixed(2))
  return undecided(
    `exponents from ${say(lower, `below ${LEAST}`)} to ${say(upper, `above ${GREATEST}`)} fit these times, with a lower order beside them`,
    residual
  )
}
