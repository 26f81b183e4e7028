/** Numbers for people: short, and never more digits than they carry. The exact value stands elsewhere (run.json, `--json`). */
import { fixed } from "../src/numeric/fixed.ts"

const grouped = (digits: string): string => digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?:\.|$))/g, ",")

const shortExponent = (text: string): string => text.replace(/\.?0*e\+?(-?)0*(\d+)$/, "e$1$2")

/** A count: all its digits below a billion, else three significant ones (2.22e15). */
export const count = (value: number | bigint | string): string => {
  const whole = typeof value === "number" ? BigInt(Math.round(value)) : BigInt(value)
  return whole < 1_000_000_000n ? grouped(`${whole}`) : shortExponent(Number(whole).toExponential(2))
}

/** A count where there is little room: two digits of it from `most` on (3.5e6). */
export const compact = (value: number, most = 1e6, digits = 2): string =>
  value < most ? count(Math.round(value)) : shortExponent(value.toExponential(digits - 1))

/** All digits of a count, in groups of three. */
export const allDigits = (value: bigint): string => grouped(`${value}`)

/** A real number to `digits` significant ones: 0.0146, 9.02e-7, 25,700. */
export const real = (value: number, digits = 3): string => {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "-∞" : "NaN"
  if (value === 0) return "0"
  const size = Math.abs(value)
  if (size >= 10_000_000 || size < 1e-3) return shortExponent(value.toExponential(digits - 1))
  // Past a thousand a rounded digit would look like an exact one.
  if (size >= 1000)
    return `${value < 0 ? "-" : ""}${grouped(size.toFixed(Number.isInteger(size) ? 0 : Math.max(0, digits - 4)))}`
  const text = value.toPrecision(digits)
  const plain = text.includes("e") ? String(Number(text)) : text
  return plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain
}

/** What a judgement measured or promises: a count where it is a decimal string, else a real number, else its words. */
export const quantity = (value: number | string): string =>
  typeof value === "number" ? real(value) : /^\d+$/.test(value) ? count(value) : value

/** A share of one: 0.0278 %, 12 %. */
export const percent = (share: number): string => `${real(100 * share)} %`

/** An interval: [0.9, 1.1], or to so many places. */
export const between = (lower: number, upper: number, places?: number): string =>
  places === undefined ? `[${real(lower)}, ${real(upper)}]` : `[${fixed(lower, places)}, ${fixed(upper, places)}]`

/** An interval after how sure it is: 99 % [0.9, 1.1]. @param level at which it misses */
export const sureBetween = (level: number, lower: number, upper: number, places?: number): string =>
  `${percent(1 - level)} ${between(lower, upper, places)}`

const DAY = 86_400

/** Elapsed time: 340 ms, 4.2 s, 3 min 10 s, 5.3 hours, 12 days, 7.1 years. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
  if (seconds < DAY) return `${real(seconds / 3600, 2)} hours`
  return seconds < 365 * DAY ? `${real(seconds / DAY, 2)} days` : `${real(seconds / (365.25 * DAY), 2)} years`
}

/** A part of a whole as a CSS percentage, between 0 and 100. */
export const percentOf = (part: number, whole: number): string =>
  `${Math.round(1000 * Math.min(1, Math.max(0, part / whole))) / 10}%`

/** Numbers in order, three and more in a row as "0–143". */
export const ranges = (numbers: ReadonlyArray<number>): string => {
  const runs: Array<[number, number]> = []
  for (const n of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && n === last[1] + 1) last[1] = n
    else runs.push([n, n])
  }
  return runs
    .map(([from, to]) => (to === from ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`))
    .join(", ")
}
