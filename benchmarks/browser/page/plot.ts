/** One kernel's times over size on logarithmic axes, a line a backend, and the predicted slope through each line's largest size. */
import type { GpuBackend } from "../../../src/kernel/backend.ts"
import type { Point, Workload } from "../../gpu/points.ts"

interface Series {
  readonly backend: GpuBackend
  readonly points: ReadonlyArray<Point>
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
  all: ReadonlyArray<Series>,
  colours: Readonly<Record<GpuBackend, string>>
): void => {
  const series = all.filter(({ points }) => points.length > 0)
  const dots = series.flatMap(({ backend, points }) => points.map((p) => ({ backend, n: p.n, ms: p.median })))
  const predicted = series.flatMap(({ backend, points }) => {
    const last = points[points.length - 1]
    return points.map((p) => ({ backend, n: p.n, ms: last.median * (p.n / last.n) ** exponent }))
  })
  const ends = series.map(({ backend, points }) => ({
    backend,
    n: points[points.length - 1].n,
    ms: points[points.length - 1].median
  }))
  const times = dots.map(({ ms }) => ms)
  const low = Math.min(0.01, ...times)
  const high = Math.max(100, ...times)
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(low)) + i)
  )
  const colour = { domain: series.map((s) => s.backend), range: series.map((s) => colours[s.backend]) }
  const svg = Plot.plot({
    width: 360,
    height: 250,
    marginRight: 62,
    marginLeft: 44,
    marginBottom: 38,
    style: { fontSize: "11px", overflow: "visible" },
    color: colour,
    x: {
      type: "log",
      base: 2,
      domain: [sizes[0], sizes[sizes.length - 1]],
      label: `${size} →`,
      ticks: sizes.filter((_, i) => i % 2 === 0),
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
        strokeDasharray: "2,3",
        strokeOpacity: 0.7,
        clip: true
      }),
      Plot.line(dots, { x: "n", y: "ms", z: "backend", stroke: "backend", strokeWidth: 1.8 }),
      Plot.dot(dots, { x: "n", y: "ms", fill: "backend", r: 2.6 }),
      Plot.text(spaced(ends, decades[0], decades[decades.length - 1]), {
        x: "n",
        y: "at",
        text: "backend",
        fill: "backend",
        dx: 8,
        textAnchor: "start",
        fontWeight: 600
      })
    ]
  })
  const title = document.createElement("h2")
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
