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

/** At least the distance to the next double. */
const ulp = (x: number): number => Math.abs(x) * 2 ** -52 + Number.MIN_VALUE
const around = (lo: number, hi: number, ulps = 1): Interval => {
  if (Number.isNaN(lo) || Number.isNaN(hi)) return { lo: -Infinity, hi: Infinity }
  const inner = [Math.min(lo, Number.MAX_VALUE), Math.max(hi, -Number.MAX_VALUE)]
  return { lo: inner[0] - ulps * ulp(inner[0]), hi: inner[1] + ulps * ulp(inner[1]) }
}
export const of = (x: Operand): Interval => (typeof x === "number" ? { lo: x, hi: x } : x)
const increasing = (f: (x: number) => number, ulps: number) => (x: Operand) => around(f(of(x).lo), f(of(x).hi), ulps)

export const exp = increasing(Math.exp, 4)
export const log = increasing(Math.log, 4)
export const log1p = increasing(Math.log1p, 4)
export const sqrt = increasing(Math.sqrt, 1)
export const max = (...all: ReadonlyArray<Interval>): Interval =>
  all.reduce((a, b) => ({ lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi) }))
export const min = (a: Interval, b: Interval): Interval => ({ lo: Math.min(a.lo, b.lo), hi: Math.min(a.hi, b.hi) })
export const E = around(Math.E, Math.E)
const plus = (a: Interval, b: Interval): Interval => around(a.lo + b.lo, a.hi + b.hi)
const times = (a: Interval, b: Interval): Interval => {
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi]
  return around(Math.min(...corners), Math.max(...corners))
}
export const add = (...terms: ReadonlyArray<Operand>): Interval => sum(terms.map(of))
export const sum = (terms: ReadonlyArray<Interval>): Interval => terms.reduce(plus, of(0))
export const mul = (...factors: ReadonlyArray<Operand>): Interval => factors.map(of).reduce(times)
export const sub = (a: Operand, b: Operand): Interval => add(a, { lo: -of(b).hi, hi: -of(b).lo })
export const div = (a: Operand, b: Operand): Interval => {
  const { lo, hi } = of(b)
  return lo > 0 || hi < 0 ? mul(a, around(1 / hi, 1 / lo)) : { lo: -Infinity, hi: Infinity }
}
