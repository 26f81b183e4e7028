/** The figures of a report, drawn on the server: SVG text without scripts, in the colours of the page it stands in. */
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import { geometricMean } from "../src/statistics/geometric-mean.ts"
import { Markup } from "./html.ts"
import { inkOf, labelOf } from "./names.ts"
import type { Curves, Scaling } from "./report-data.ts"

/** Drawn at the width of a phone, so that letters keep their size there; two stand side by side on a desk. */
const WIDTH = 440
const HEIGHT = 330
const FONT = 12.5

const { document } = parseHTML("<!doctype html><html><body></body></html>")

const frame = {
  document,
  width: WIDTH,
  height: HEIGHT,
  marginTop: 26,
  marginLeft: 54,
  marginBottom: 42,
  className: "figure",
  style: { fontSize: `${FONT}px`, fontFamily: "", overflow: "visible" }
} as const

/** 10³ rather than 1e3; every power of ten where they fit. */
const SUPERSCRIPT = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
const powerOfTen = (value: number): string => {
  const exponent = Math.round(Math.log10(value))
  if (exponent >= 0 && exponent <= 2) return String(10 ** exponent)
  return `10${exponent < 0 ? "⁻" : ""}${[...String(Math.abs(exponent))].map((digit) => SUPERSCRIPT[Number(digit)]).join("")}`
}

/** A logarithmic axis a little wider than the values, marked at powers of ten. */
const logAxis = (values: ReadonlyArray<number>, label: string, labelAnchor: "center" | "top") => {
  const low = Math.log10(Math.min(...values))
  const high = Math.log10(Math.max(...values))
  const margin = Math.max(0.12, (high - low) * 0.04)
  const step = Math.max(1, Math.ceil((high - low) / 8))
  const first = Math.ceil(low - margin)
  const ticks = Array.from(
    { length: Math.floor((high + margin - first) / step) + 1 },
    (_, i) => 10 ** (first + i * step)
  )
  return {
    type: "log" as const,
    domain: [10 ** (low - margin), 10 ** (high + margin)],
    ticks,
    tickFormat: powerOfTen,
    labelAnchor,
    label
  }
}

/** The SVG as text: coordinates to a hundredth of a pixel, a name for those who cannot see it. */
const drawn = (figure: ReturnType<typeof Plot.plot>, name: string): Markup => {
  figure.setAttribute("xmlns", "http://www.w3.org/2000/svg")
  figure.setAttribute("role", "img")
  figure.setAttribute("aria-label", name)
  figure.removeAttribute("width")
  figure.removeAttribute("height")
  const text: string = figure.outerHTML
  return new Markup(text.replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)))
}

type Axis = ReturnType<typeof logAxis>

const grid = (x: Axis, y: Axis) => [
  Plot.gridX(x.ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
  Plot.gridY(y.ticks, { stroke: "var(--rule)", strokeOpacity: 1 })
]

/** Letters that stay readable over lines. */
const HALO = {
  stroke: "var(--paper)",
  strokeWidth: 4,
  strokeLinejoin: "round",
  paintOrder: "stroke",
  fontWeight: 600
} as const

/** Mean over runs at each C_cov. */
const means = (points: ReadonlyArray<readonly [number, number]>): ReadonlyArray<readonly [number, number]> =>
  [...new Set(points.map(([x]) => x))]
    .sort((a, b) => a - b)
    .map((at) => {
      const same = points.filter(([x]) => x === at)
      return [at, same.reduce((sum, [, y]) => sum + y, 0) / same.length] as const
    })

/** Geometric centre: where a line of the predicted slope is hung. */
const centre = (points: ReadonlyArray<readonly [number, number]>): readonly [number, number] => {
  const mean = (pick: 0 | 1) => geometricMean(points.map((point) => point[pick]))
  return [mean(0), mean(1)]
}

/** Ends of the line through `through` of slope `slope` in log–log, over the range of x. */
const slopeLine = (through: readonly [number, number], slope: number, from: number, to: number) =>
  [from, to].map((x) => [x, through[1] * (x / through[0]) ** slope] as const)

/** Pushes labels apart, upward, so that none covers another; positions in whatever the axis is even in. */
export const spread = (heights: ReadonlyArray<number>, least: number): ReadonlyArray<number> => {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b])
  const out = [...heights]
  for (let k = 1; k < order.length; k++) out[order[k]] = Math.max(out[order[k]], out[order[k - 1]] + least)
  return out
}

/** Queries to the target against C_cov, log–log: every run, the line through the means, and the predicted slope dashed. */
export const scalingPlot = (scaling: Scaling, quantity: "T_data" | "T_comp"): Markup => {
  const pick = quantity === "T_data" ? "rewardQueries" : "samplingQueries"
  const series = [...new Set(scaling.points.map((point) => point.algorithm))].map((algorithm) => ({
    algorithm,
    points: scaling.points
      .filter((point) => point.algorithm === algorithm && point[pick] > 0)
      .map((point) => [point.coverage, point[pick]] as const),
    slope: scaling.slopes.find((slope) => slope.algorithm === algorithm && slope.quantity === quantity)
  }))
  const all = series.flatMap(({ points }) => points)
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)]
  const [from, to] = [Math.min(...xs), Math.max(...xs)]
  const ends = series.map(({ points }) => {
    const line = means(points)
    return line[line.length - 1]
  })
  const xAxis = logAxis(xs, "coverage C_cov →", "center")
  const yLabel =
    quantity === "T_data" ? "↑ reward queries to the target, T_data" : "↑ sampling queries to the target, T_comp"
  const yAxis = logAxis(ys, yLabel, "top")
  const perPixel = Math.log(yAxis.domain[1] / yAxis.domain[0]) / (HEIGHT - 68)
  const heights = spread(
    ends.map(([, y]) => Math.log(y)),
    perPixel * FONT * 1.3
  )
  return drawn(
    Plot.plot({
      ...frame,
      marginRight: 122,
      x: xAxis,
      y: yAxis,
      marks: [
        ...grid(xAxis, yAxis),
        ...series.flatMap(({ algorithm, points, slope }) =>
          slope?.predicted === undefined
            ? []
            : [
                Plot.line(slopeLine(centre(points), slope.predicted, from, to), {
                  stroke: inkOf(algorithm),
                  strokeDasharray: "2 4",
                  strokeWidth: 1.5
                })
              ]
        ),
        ...series.flatMap(({ algorithm, points }) => [
          Plot.dot(points, { r: 2.2, fill: inkOf(algorithm), fillOpacity: 0.45 }),
          Plot.line(means(points), { stroke: inkOf(algorithm), strokeWidth: 2 })
        ]),
        ...series.map(({ algorithm }, i) =>
          Plot.text([[ends[i][0], Math.exp(heights[i])]], {
            text: [labelOf(algorithm)],
            fill: inkOf(algorithm),
            textAnchor: "start",
            dx: 8,
            ...HALO
          })
        )
      ]
    }),
    `${quantity} against C_cov, log–log, by algorithm`
  )
}

/** A line of the predicted slope through the middle of an algorithm's runs, over the queries in which they fall. */
const predictedLine = (curves: Curves, algorithm: string, slope: number) => {
  const falling = curves.runs
    .filter((run) => run.algorithm === algorithm)
    .flatMap((run) => run.points)
    .filter((point) => point.suboptimality > 0 && point.suboptimality < curves.start / 2)
    .map((point) => [point.rewardQueries, point.suboptimality] as const)
  if (falling.length < 2) return []
  const xs = falling.map(([x]) => x)
  return slopeLine(centre(falling), slope, Math.min(...xs), Math.max(...xs))
}

/** Suboptimality against reward queries, log–log: a line per run; the base model, the target and a predicted slope for reference. */
export const curvesPlot = (curves: Curves): Markup => {
  const points = curves.runs.flatMap((run) => run.points)
  const xs = points.map((point) => point.rewardQueries)
  const ys = [...points.map((point) => point.suboptimality).filter((y) => y > 0), curves.start]
  const algorithms = [...new Set(curves.runs.map((run) => run.algorithm))]
  const xAxis = logAxis(xs, "reward queries, T_data →", "center")
  const yAxis = logAxis(ys, "↑ suboptimality J* − J(π)", "top")
  const last = (algorithm: string) => {
    const ends = curves.runs
      .filter((run) => run.algorithm === algorithm)
      .map((run) => run.points[run.points.length - 1])
    return ends.reduce((a, b) => (b.rewardQueries > a.rewardQueries ? b : a))
  }
  const predicted =
    curves.predictedSlope === undefined ? [] : predictedLine(curves, algorithms[0], curves.predictedSlope)
  const levels = [
    { name: "base model", at: curves.start, dashes: "1 3" },
    ...(curves.target === undefined ? [] : [{ name: "target", at: curves.target, dashes: "none" }])
  ]
  const perPixel = Math.log(yAxis.domain[1] / yAxis.domain[0]) / (HEIGHT - 68)
  const heights = spread(
    levels.map(({ at }) => Math.log(at)),
    perPixel * FONT * 1.2
  )
  return drawn(
    Plot.plot({
      ...frame,
      marginRight: 122,
      x: xAxis,
      y: yAxis,
      marks: [
        ...grid(xAxis, yAxis),
        ...levels.flatMap(({ at, dashes, name }, i) => [
          Plot.ruleY([at], { stroke: "var(--muted)", strokeDasharray: dashes }),
          Plot.text([[xAxis.domain[1], Math.exp(heights[i])]], {
            text: [name],
            textAnchor: "start",
            dx: 8,
            fill: "var(--muted)"
          })
        ]),
        ...curves.runs.map((run) =>
          Plot.line(
            run.points.filter((point) => point.suboptimality > 0),
            {
              x: "rewardQueries",
              y: "suboptimality",
              stroke: inkOf(run.algorithm),
              strokeWidth: 1.4,
              strokeOpacity: 0.85
            }
          )
        ),
        Plot.line(predicted, { stroke: "var(--ink)", strokeDasharray: "2 4", strokeWidth: 1.5 }),
        ...algorithms.map((algorithm) => {
          const end = last(algorithm)
          // A line that ends in the left half has its name on its left, away from those that go on.
          const left = end.rewardQueries ** 2 < xAxis.domain[0] * xAxis.domain[1]
          return Plot.text([end], {
            x: "rewardQueries",
            y: "suboptimality",
            text: () => labelOf(algorithm),
            fill: inkOf(algorithm),
            textAnchor: left ? "end" : "start",
            dx: left ? -10 : 8,
            ...HALO
          })
        })
      ]
    }),
    `${curves.title}: suboptimality against T_data`
  )
}
