/**
 * One workload's times over size on logarithmic axes, a line a backend. Dotted: a call at the least size, plus the growth that theory predicts, through the largest
 * size.
 */
import type { GpuBackend } from "../../../src/kernel/backend.ts"
import type { Growth } from "../../gpu/growth.ts"
import type { Workload } from "../../gpu/workloads.ts"

export interface Series {
  readonly backend: GpuBackend
  readonly growth: Growth
}

/** The part of Observable Plot that is used; its bundle is a global. */
declare const Plot: {
  readonly plot: (options: object) => SVGElement
  readonly line: (data: ReadonlyArray<object>, options: object) => object
  readonly dot: (data: ReadonlyArray<object>, options: object) => object
  readonly text: (data: ReadonlyArray<object>, options: object) => object
}

const superscript = (n: number): string =>
  [...String(n)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("")
const power = (base: number) => (value: number) => `${base}${superscript(Math.round(Math.log(value) / Math.log(base)))}`

export const drawPlot = (
  figure: HTMLElement,
  { exponent, sizes, size }: Workload,
  series: ReadonlyArray<Series>,
  colours: Readonly<Record<GpuBackend, string>>
): void => {
  const dots = series.flatMap(({ backend, growth }) =>
    growth.sizes.map(({ n, median }) => ({
      backend,
      n,
      ms: median,
      fitted: growth.fitted.some((other) => other.n === n)
    }))
  )
  const predicted = series.flatMap(({ backend, growth }) => {
    const last = growth.sizes[growth.sizes.length - 1]
    const launch = Math.min(growth.least ?? 0, last.median)
    return growth.sizes.map(({ n }) => ({
      backend,
      n,
      ms: launch + (last.median - launch) * (n / last.n) ** exponent
    }))
  })
  const ends = series.map(({ backend, growth }) => ({
    backend,
    n: growth.sizes[growth.sizes.length - 1].n,
    ms: growth.sizes[growth.sizes.length - 1].median
  }))
  const times = dots.map(({ ms }) => ms)
  const [low, high] = [Math.min(0.01, ...times), Math.max(100, ...times)]
  const [bottom, top] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const decades = Array.from({ length: top - bottom + 1 }, (_, i) => 10 ** (bottom + i))
  const svg = Plot.plot({
    width: 360,
    height: 240,
    marginRight: 62,
    marginLeft: 40,
    marginBottom: 38,
    style: { fontSize: "11px", overflow: "visible" },
    color: { domain: series.map((s) => s.backend), range: series.map((s) => colours[s.backend]) },
    x: {
      type: "log",
      base: 2,
      domain: [sizes[0], sizes[sizes.length - 1]],
      label: `${size} →`,
      ticks: sizes.filter((_, i) => i % Math.ceil(sizes.length / 7) === 0),
      tickFormat: power(2)
    },
    y: {
      type: "log",
      domain: [decades[0], decades[decades.length - 1]],
      label: "↑ ms",
      ticks: decades,
      tickFormat: power(10),
      grid: true
    },
    marks: [
      Plot.line(predicted, {
        x: "n",
        y: "ms",
        z: "backend",
        stroke: "backend",
        strokeDasharray: "1.5,3.5",
        strokeOpacity: 0.75,
        clip: true
      }),
      Plot.line(dots, { x: "n", y: "ms", z: "backend", stroke: "backend", strokeWidth: 1.6 }),
      Plot.dot(
        dots.filter((dot) => dot.fitted),
        { x: "n", y: "ms", fill: "backend", r: 2.4 }
      ),
      Plot.text(spaced(ends, decades[0], decades[decades.length - 1]), {
        x: () => sizes[sizes.length - 1],
        y: "at",
        text: "backend",
        fill: "backend",
        dx: 8,
        textAnchor: "start",
        fontWeight: 600
      })
    ]
  })
  const title = document.createElement("h3")
  title.textContent = figure.dataset["title"] ?? ""
  const caption = document.createElement("figcaption")
  caption.textContent = figure.dataset["note"] ?? ""
  figure.replaceChildren(title, caption, svg)
}

/** End labels moved apart so that none covers another, and back below the top. @param low, high ends of the axis. */
const spaced = <A extends { readonly ms: number }>(
  ends: ReadonlyArray<A>,
  low: number,
  high: number
): ReadonlyArray<A & { readonly at: number }> => {
  // A line of text is about a fourteenth of the plot.
  const gap = (high / low) ** (1 / 14)
  const sorted = ends.toSorted((a, b) => a.ms - b.ms)
  const at = sorted.map(({ ms }) => ms)
  for (let i = 1; i < at.length; i++) at[i] = Math.max(at[i], at[i - 1] * gap)
  at[at.length - 1] = Math.min(at[at.length - 1], high)
  for (let i = at.length - 2; i >= 0; i--) at[i] = Math.min(at[i], at[i + 1] / gap)
  return sorted.map((end, i) => ({ ...end, at: at[i] }))
}
