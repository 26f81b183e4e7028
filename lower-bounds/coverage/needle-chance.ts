/**
 * h(N,d,β,R) = E_u[e^{Ru/β}/(N−1+e^{Ru/β})], u the first coordinate of a uniform unit vector: the chance that one strong-oracle query, at
 * the best fixed θ, returns the needle (statement.md; FMR25 arXiv:2503.07453). As an interval that contains it.
 *
 * *Method.* With t = R/β, σ(u) = e^{tu}/(N−1+e^{tu}) and Q(u) = P(U > u), integration by parts gives
 *
 *     h = σ(−1) + ∫_{−1}^{1} Q(u) dσ(u),
 *
 * every term positive, so relative errors of Q and σ stay relative errors of h. On a cell [a,b] of width w the measure dσ has mass
 * Δσ = σ(b)(1−σ(a))(1−e^{−tw}) and its mean is a + mw. Two facts bracket the cell's integral:
 *
 * - |d log σ′/du| = t|1−2σ| ≤ t, so dσ lies, in likelihood-ratio order, between the exponential laws of rates ∓t on the cell; their means are
 *   ½ ± ½(coth(tw/2) − 2/(tw)) of the way, hence |m − ½| ≤ min{½, tw/12}.
 * - Q decreases; it is convex on [0,1] and concave on [−1,0] for d ≥ 3 (the density decreases in |u|), the other way round for d = 2 (and affine
 *   for d = 3). A convex Q satisfies Q(a + mw) ≤ (mean of Q under dσ/Δσ) ≤ Q(a) − m(Q(a) − Q(b)): Jensen and the chord. Concave: reversed.
 *
 * Cells whose bracket is widest are halved until the whole is as narrow as asked: the error falls with the square of the width. The sums are
 * then widened by a stated bound on rounding.
 */
import { SMALLEST_TAIL, sphericalTail, sphericalTailError } from "./spherical-tail.ts"

/** An interval that contains the true value. */
export interface Enclosure {
  readonly lower: number
  readonly upper: number
}

/** What h depends on: Needle(N,d,β,R). */
export interface NeedleShape {
  /** N: responses, an integer in [2, 2¹⁰⁰⁰]. */
  readonly responses: number
  /** d: an integer in [1, 2²⁰]. */
  readonly dimension: number
  /** β > 0, in units of reward. */
  readonly beta: number
  /** R > 0. */
  readonly rewardRange: number
}

/** Cells past which refinement stops; the enclosure then is wider than asked, and still an enclosure. */
const MOST_CELLS = 2 ** 18
const LARGEST_DIMENSION = 2 ** 20
/** R/β up to which cells are refined; past it h is next to its limit P(U > 0) = ½, and is bracketed by that. */
const LARGEST_RATIO = 1e4

const requireShape = ({ responses: N, dimension: d, beta, rewardRange: R }: NeedleShape): void => {
  const refuse = (field: string, value: number, expected: string): never => {
    throw new RangeError(`${field}: ${value}, expected ${expected}`)
  }
  if (!(Number.isInteger(N) && N >= 2 && N <= 2 ** 1000)) refuse("responses", N, "an integer in [2, 2^1000]")
  if (!(Number.isInteger(d) && d >= 1 && d <= LARGEST_DIMENSION))
    refuse("dimension", d, `an integer in [1, ${LARGEST_DIMENSION}]`)
  if (!(beta > 0 && beta < Infinity)) refuse("beta", beta, "a finite number above 0")
  if (!(R > 0 && R < Infinity)) refuse("rewardRange", R, "a finite number above 0")
}

/** σ as a function of its exponent x: e^x/(N−1+e^x), without overflow. Relative error 2 ulp beside that of x. */
export const needleMass = (responses: number, x: number): number => 1 / (1 + (responses - 1) * Math.exp(-x))

/** 1 − {@link needleMass}, without its cancellation. */
const otherMass = (responses: number, x: number): number => 1 / (1 + Math.exp(x) / (responses - 1))

/** One cell [a,b] with the tail at its ends and its bracket. */
interface Cell extends Enclosure {
  readonly a: number
  readonly b: number
  readonly tailA: number
  readonly tailB: number
}

/** Cells of one (N, d, t): the bracket of the module comment. */
const bracket =
  (N: number, d: number, t: number) =>
  (a: number, b: number, tailA: number, tailB: number): Cell => {
    const depth = t * (b - a)
    const mass = needleMass(N, t * b) * otherMass(N, t * a) * -Math.expm1(-depth)
    const high = Math.min(1, 0.5 + depth / 12)
    const low = 1 - high
    const convex = d === 2 ? a < 0 : a >= 0
    const chordAt = convex ? low : high
    const chord = mass * (tailA - chordAt * (tailA - tailB))
    const tangent = mass * sphericalTail(d, a + (convex ? high : low) * (b - a))
    return { a, b, tailA, tailB, lower: convex ? tangent : chord, upper: convex ? chord : tangent }
  }

/** Sum of a field over cells, compensated (Neumaier): its error is far below the stated slack whatever the number of cells. */
const total = (cells: ReadonlyArray<Cell>, of: (cell: Cell) => number): number => {
  let sum = 0
  let lost = 0
  for (const cell of cells) {
    const v = of(cell)
    const next = sum + v
    lost += sum >= v ? sum - next + v : v - next + sum
    sum = next
  }
  return sum + lost
}

/**
 * An interval containing h(N,d,β,R).
 *
 * @param width relative width asked for, in [1e-12, 1] (default 1e-6); the rounding slack, about 1e-12 + 1e-15·(d + 8R/β), comes on top
 * @throws RangeError outside the domains of {@link NeedleShape}
 */
export const needleChance = (shape: NeedleShape, width = 1e-6): Enclosure => {
  requireShape(shape)
  if (!(width >= 1e-12 && width <= 1)) throw new RangeError(`width: ${width}, expected a number in [1e-12, 1]`)
  const { responses: N, dimension: d } = shape
  const t = shape.rewardRange / shape.beta
  if (t > LARGEST_RATIO && d > 1) return nearLimit(shape, width)
  // σ: exp's argument tu is off by 2⁻⁵²·t, its value and the quotient by a few ulp; Δσ has two of them and an expm1.
  const slack = sphericalTailError(d) + 1e-15 * (8 + 2 * t)
  const first = needleMass(N, -t)
  if (d === 1) return widen({ lower: (first + needleMass(N, t)) / 2, upper: (first + needleMass(N, t)) / 2 }, slack)
  const cell = bracket(N, d, t)
  let cells: Array<Cell> = [cell(-1, 0, 1, 0.5), cell(0, 1, 0.5, 0)]
  for (;;) {
    const lower = first + total(cells, (c) => c.lower)
    const upper = first + total(cells, (c) => c.upper)
    const enclosure = { lower, upper: Math.min(1, upper) + SMALLEST_TAIL }
    if (upper - lower <= width * lower || cells.length > MOST_CELLS) return widen(enclosure, slack)
    // A cell within its share of the width is left alone: after the first passes only the cells that matter are halved.
    const share = (width * lower) / (2 * cells.length)
    const next: Array<Cell> = []
    for (const c of cells) {
      if (c.upper - c.lower <= share) next.push(c)
      else {
        const middle = (c.a + c.b) / 2
        const tail = sphericalTail(d, middle)
        next.push(cell(c.a, middle, c.tailA, tail), cell(middle, c.b, tail, c.tailB))
      }
    }
    if (next.length === cells.length) return widen(enclosure, slack)
    cells = next
  }
}

/**
 * Past {@link LARGEST_RATIO}. σ grows with t where u > 0 and is at most 1/N where u ≤ 0: with g(t) = E σ·1{U > 0}, g ≤ h ≤ g + 1/(2N), g does not fall, and
 * g ≤ P(U > 0) = ½.
 */
const nearLimit = ({ responses: N, dimension, beta }: NeedleShape, width: number): Enclosure => {
  const before = needleChance({ responses: N, dimension, beta, rewardRange: LARGEST_RATIO * beta }, width)
  return { lower: Math.max(0, before.lower - 1 / (2 * N)), upper: 0.5 + 1 / (2 * N) }
}

const widen = ({ lower, upper }: Enclosure, slack: number): Enclosure => ({
  lower: lower * (1 - slack),
  upper: Math.min(1, upper * (1 + slack))
})

/**
 * Closed-form upper bounds on h, the smallest of them:
 *
 * - h ≤ e^{s·R/β}/N + e^{−ds²/2} for every s ≥ 0 (statement.md, Lemma 2: σ increases in u and is at most e^{tu}/N for u ≥ 0; U is 1/d-sub-Gaussian), minimised over s;
 * - h ≤ e^{R²/(2dβ²)}/N: σ(u) + σ(−u) ≤ 2cosh(tu)/N and E e^{tU} ≤ e^{t²/(2d)}. New here; see statement.md.
 *
 * The theory's own choice is s = β/R: e/N + e^{−dβ²/(2R²)}.
 */
export const needleChanceBound = (shape: NeedleShape): number => {
  requireShape(shape)
  const { responses: N, dimension: d } = shape
  const t = shape.rewardRange / shape.beta
  const at = (s: number): number => Math.exp(s * t) / N + Math.exp((-d * s * s) / 2)
  // Any s gives a valid bound: a scan over s = √(2x/d), x the exponent of the second term, needs to be near the best only.
  let best = Math.min(at(1 / t), Math.exp((t * t) / (2 * d)) / N)
  for (let x = 0; x <= 745; x += 0.25) best = Math.min(best, at(Math.sqrt((2 * x) / d)))
  return best * (1 + 1e-13)
}
