/** The figures of a report, drawn on the server: SVG text without scripts, in the colours of the page it stands in. */
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
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
  style: { fontSize: `${FONT}px`, fontFamily: "inherit", overflow: "visible", background: "none" }
} as const

/** 10³ rather than 1e3; every power of ten where they fit. */
const SUPERSCRIPT = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
const powerOfTen = (value: number): string => {
  const exponent = Math.round(Math.log10(value))
  if (exponent >= 0 && exponent <= 2) return String(10 ** exponent)
  return `10${exponent < 0 ? "⁻" : ""}${[...String(Math.abs(exponent))].map((digit) => SUPERSCRIPT[Number(digit)]).join("")}`
}

/** Powers of ten that span the values. */
const powers = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9)
  const step = Math.max(1, Math.ceil((high - low) / 9))
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step))
}

const logAxis = (values: ReadonlyArray<number>, label: string) => {
  const ticks = powers(values)
  return {
    type: "log" as const,
    domain: [Math.min(ticks[0], Math.min(...values)), Math.max(ticks[ticks.length - 1], Math.max(...values))],
    ticks: [...ticks],
    tickFormat: powerOfTen,
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

const grid = [
  Plot.gridX({ stroke: "var(--rule)", strokeOpacity: 1 }),
  Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1 })
]

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
  const mean = (pick: 0 | 1) => Math.exp(points.reduce((sum, point) => sum + Math.log(point[pick]), 0) / points.length)
  return [mean(0), mean(1)]
}

/** Ends of the line through `through` of slope `slope` in log–log, over the range of x. */
const slopeLine = (through: readonly [number, number], slope: number, from: number, to: number) =>
  [from, to].map((x) => [x, through[1] * (x / through[0]) ** slope] as const)

/** Pushes labels apart so that none covers another; positions in the logarithm of the axis. */
const spread = (heights: ReadonlyArray<number>, least: number): ReadonlyArray<number> => {
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
  const yAxis = logAxis(ys, quantity === "T_data" ? "↑ reward queries to the target, T_data" : "↑ sampling queries to the target, T_comp")
  const perPixel = Math.log(yAxis.domain[1] / yAxis.domain[0]) / (HEIGHT - 68)
  const heights = spread(ends.map(([, y]) => Math.log(y)), perPixel * FONT * 1.3)
  return drawn(
    Plot.plot({
      ...frame,
      marginRight: 118,
      x: logAxis(xs, "coverage C_cov →"),
      y: yAxis,
      marks: [
        ...grid,
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
            fontWeight: 600
          })
        )
      ]
    }),
    `${quantity} against C_cov, log–log, by algorithm`
  )
}

/** Suboptimality against reward queries, log–log: a line per run; the base model, the target and a predicted slope for reference. */
export const curvesPlot = (curves: Curves): Markup => {
  const points = curves.runs.flatMap((run) => run.points)
  const xs = points.map((point) => point.rewardQueries)
  const ys = [...points.map((point) => point.suboptimality).filter((y) => y > 0), curves.start]
  const algorithms = [...new Set(curves.runs.map((run) => run.algorithm))]
  const xAxis = logAxis([...xs, 10], "reward queries, T_data →")
  const last = (algorithm: string) => {
    const ends = curves.runs.filter((run) => run.algorithm === algorithm).map((run) => run.points[run.points.length - 1])
    return ends.reduce((a, b) => (b.rewardQueries > a.rewardQueries ? b : a))
  }
  const first = curves.runs.filter((run) => run.algorithm === algorithms[0])
  const anchor = first[0]?.points[Math.floor(first[0].points.length * 0.6)]
  return drawn(
    Plot.plot({
      ...frame,
      marginRight: 118,
      x: xAxis,
      y: logAxis(ys, "↑ suboptimality J* − J(π)"),
      marks: [
        ...grid,
        Plot.ruleY([curves.start], { stroke: "var(--muted)", strokeDasharray: "1 3" }),
        Plot.text([[xAxis.domain[1], curves.start]], { text: ["base model"], textAnchor: "start", dx: 8, fill: "var(--muted)" }),
        ...(curves.target === undefined
          ? []
          : [
              Plot.ruleY([curves.target], { stroke: "var(--muted)" }),
              Plot.text([[xAxis.domain[1], curves.target]], { text: ["target"], textAnchor: "start", dx: 8, fill: "var(--muted)" })
            ]),
        ...(curves.predictedSlope === undefined || anchor === undefined
          ? []
          : [
              Plot.line(
                slopeLine([anchor.rewardQueries, anchor.suboptimality], curves.predictedSlope, Math.min(...xs), Math.max(...xs)),
                { stroke: inkOf(algorithms[0]), strokeDasharray: "2 4", strokeWidth: 1.5 }
              )
            ]),
        ...curves.runs.map((run) =>
          Plot.line(
            run.points.filter((point) => point.suboptimality > 0),
            { x: "rewardQueries", y: "suboptimality", stroke: inkOf(run.algorithm), strokeWidth: 1.4, strokeOpacity: 0.85 }
          )
        ),
        ...algorithms.map((algorithm) =>
          Plot.text([last(algorithm)], {
            x: "rewardQueries",
            y: "suboptimality",
            text: () => labelOf(algorithm),
            fill: inkOf(algorithm),
            textAnchor: "start",
            dx: 8,
            fontWeight: 600
          })
        )
      ]
    }),
    `${curves.title}: suboptimality against T_data`
  )
}
