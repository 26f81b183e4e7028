/**
 * Interval arithmetic: every result encloses what exact arithmetic on the inputs would give. +, −, ×, ÷ and √ of doubles are correctly rounded
 * (IEEE 754) and are widened by one ulp; exp, log and log1p are not, V8's (fdlibm's) being off by less than one ulp, and are widened by four. An
 * operation without a value gives the whole line.
 */
export interface Interval {
  readonly lo: number
  readonly hi: number
}
/** A double stands for itself. */
export type Operand = Interval | number

const WHOLE_LINE: Interval = { lo: -Infinity, hi: Infinity }

/** At least the distance to the next double. */
const ulp = (x: number): number => Math.abs(x) * 2 ** -52 + Number.MIN_VALUE

/** [lo, hi], widened on both sides. A bound that overflowed inwards is the largest double before it is widened. */
const around = (lo: number, hi: number, ulps = 1): Interval => {
  if (Number.isNaN(lo) || Number.isNaN(hi)) return WHOLE_LINE
  const inner = { lo: Math.min(lo, Number.MAX_VALUE), hi: Math.max(hi, -Number.MAX_VALUE) }
  return { lo: inner.lo - ulps * ulp(inner.lo), hi: inner.hi + ulps * ulp(inner.hi) }
}
export const of = (x: Operand): Interval => (typeof x === "number" ? { lo: x, hi: x } : x)

const increasing =
  (f: (x: number) => number, ulps: number) =>
  (x: Operand): Interval => {
    const { lo, hi } = of(x)
    return around(f(lo), f(hi), ulps)
  }
export const exp = increasing(Math.exp, 4)
export const log = increasing(Math.log, 4)
export const log1p = increasing(Math.log1p, 4)
export const sqrt = increasing(Math.sqrt, 1)
export const E = around(Math.E, Math.E)

export const max = (...all: ReadonlyArray<Interval>): Interval =>
  all.reduce((a, b) => ({ lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi) }))
export const min = (a: Interval, b: Interval): Interval => ({ lo: Math.min(a.lo, b.lo), hi: Math.min(a.hi, b.hi) })

const plus = (a: Interval, b: Interval): Interval => around(a.lo + b.lo, a.hi + b.hi)
const times = (a: Interval, b: Interval): Interval => {
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi]
  return around(Math.min(...corners), Math.max(...corners))
}
const negative = ({ lo, hi }: Interval): Interval => ({ lo: -hi, hi: -lo })

export const sum = (terms: ReadonlyArray<Interval>): Interval => terms.reduce(plus, of(0))
export const add = (...terms: ReadonlyArray<Operand>): Interval => sum(terms.map(of))
export const sub = (a: Operand, b: Operand): Interval => add(a, negative(of(b)))
export const mul = (...factors: ReadonlyArray<Operand>): Interval => factors.map(of).reduce(times)
export const div = (a: Operand, b: Operand): Interval => {
  const { lo, hi } = of(b)
  if (lo <= 0 && hi >= 0) return WHOLE_LINE
  return mul(a, around(1 / hi, 1 / lo))
}
