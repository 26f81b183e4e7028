/** An axis of a figure as it is drawn: where it begins and ends, its ticks, and what stands at them. */
import type { Axis } from "./figure.ts"
import { real } from "./number-format.ts"

/** 10³ rather than 1e3. */
const SUPERSCRIPT = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
const powerOfTen = (value: number): string => {
  const exponent = Math.log10(value)
  const whole = Math.round(exponent)
  if (Math.abs(exponent - whole) > 1e-6 || (whole >= -2 && whole <= 3)) return real(value)
  return `10${whole < 0 ? "⁻" : ""}${[...String(Math.abs(whole))].map((digit) => SUPERSCRIPT[Number(digit)]).join("")}`
}

/** An axis as drawn: domain, ticks, and where a value falls in [0, 1]. */
export interface Drawn {
  readonly domain: readonly [number, number]
  readonly ticks: ReadonlyArray<number>
  readonly format: (value: number) => string
  readonly at: (value: number) => number
}

export const drawnAxis = ({ categories, domain, scale }: Axis, values: ReadonlyArray<number>): Drawn => {
  const known = values.filter((v) => Number.isFinite(v) && (scale !== "log" || v > 0))
  let [low, high] = domain ?? [Math.min(...known), Math.max(...known)]
  if (scale === "category") {
    const names = categories ?? []
    return {
      domain: [-0.6, names.length - 0.4],
      ticks: names.map((_, i) => i),
      format: (i) => names[i] ?? "",
      at: (i) => (i + 0.6) / (names.length + 0.2)
    }
  }
  if (scale === "linear") {
    const room = domain === undefined ? Math.max((high - low) * 0.05, Math.abs(high) * 1e-9, 1e-12) : 0
    ;[low, high] = [low - room, high + room]
    const step = niceStep((high - low) / 5)
    const first = Math.ceil(low / step) * step
    const ticks = Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, i) => first + i * step)
    return {
      domain: [low, high],
      ticks,
      format: (v) => real(Math.abs(v) < step * 1e-6 ? 0 : v),
      at: (v) => (v - low) / (high - low)
    }
  }
  const [a, b] = [Math.log10(low), Math.log10(high)]
  const margin = domain === undefined ? Math.max(0.06, (b - a) * 0.04) : 0
  const [from, to] = [a - margin, b + margin]
  const decades = to - from
  const step = Math.max(1, Math.ceil(decades / 7))
  const steps = decades > 2 ? [1] : decades > 1.1 ? [1, 3] : [1, 2, 5]
  const ticks = Array.from({ length: Math.floor(to) - Math.floor(from) + 1 }, (_, i) => Math.floor(from) + i)
    .filter((e) => e % step === 0)
    .flatMap((e) => steps.map((s) => s * 10 ** e))
    .filter((v) => Math.log10(v) >= from && Math.log10(v) <= to)
  return {
    domain: [10 ** from, 10 ** to],
    ticks,
    format: powerOfTen,
    at: (v) => (Math.log10(v) - from) / decades
  }
}

const niceStep = (rough: number): number => {
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5, 10].find((s) => s * power >= rough) ?? 10)
}
