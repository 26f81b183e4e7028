/** pass@k against k, a band and a line per source, as an SVG file that stands by itself: what the bands are, and which letter is which source, are in it. */
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import { percent } from "../../../reports/number-format.ts"
import { spread } from "../../../reports/draw.ts"
import type { CoverageReport } from "../../coverage/coverage-report.ts"
import { letterOf } from "./coverage-view.ts"

const { document } = parseHTML("<!doctype html><html><body></body></html>")
const INKS = ["#1f6feb", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#a16207"]
/** Dashes tell lines apart where colours do not. */
const DASHES = ["none", "7 3", "2 3", "9 3 2 3", "4 4", "1 2"]

const WIDTH = 640
const HEIGHT = 360
const LINE = 17
/** Characters that a line of the legend has room for. */
const ROOM = 92

/** Height that a label at a line's end takes, in units of pass@k. */
const LABEL = 0.05

interface Point {
  readonly source: number
  readonly k: number
  readonly estimate: number | undefined
  readonly lower: number
  readonly upper: number
}

const inkOf = (source: number): string => INKS[source % INKS.length]
const short = (text: string): string => (text.length > ROOM ? `${text.slice(0, ROOM - 1)}…` : text)
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** Powers of two from 1 to the largest k, at most nine or so of them. */
const ticksTo = (most: number): ReadonlyArray<number> => {
  const powers = Math.max(1, Math.floor(Math.log2(most)))
  const step = Math.ceil(powers / 9)
  return Array.from({ length: Math.floor(powers / step) + 1 }, (_, i) => 2 ** (i * step)).filter((k) => k <= most)
}

const figure = (points: ReadonlyArray<Point>, sources: number, most: number): string => {
  const lasts = Array.from({ length: sources }, (_, i) => points.findLast(({ source }) => source === i)!)
  // Pushed apart from the top down: many curves end at 1.
  const heights = spread(
    lasts.map(({ estimate, lower, upper }) => 1 - (estimate ?? (lower + upper) / 2)),
    LABEL
  ).map((below) => 1 - below)
  const of = (i: number) => points.filter(({ source }) => source === i)
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: 28,
    marginRight: 36,
    marginBottom: 40,
    style: { fontFamily: "sans-serif", fontSize: "12px", background: "white", color: "#222" },
    x: {
      type: "log",
      base: 2,
      domain: [1, Math.max(2, most)],
      label: "draws k →",
      labelAnchor: "center",
      labelOffset: 34,
      ticks: [...ticksTo(most)],
      tickFormat: (k: number) => k.toLocaleString("en-US")
    },
    y: { domain: [0, 1], label: "↑ pass@k", grid: true, ticks: 5, percent: false },
    marks: lasts.flatMap((last, i) => [
      Plot.areaY(of(i), { x: "k", y1: "lower", y2: "upper", fill: inkOf(i), fillOpacity: 0.15 }),
      Plot.line(
        of(i).filter(({ estimate }) => estimate !== undefined),
        { x: "k", y: "estimate", stroke: inkOf(i), strokeWidth: 2, strokeDasharray: DASHES[i % DASHES.length] }
      ),
      Plot.dot(
        of(i).filter(({ estimate }) => estimate !== undefined),
        { x: "k", y: "estimate", fill: inkOf(i), r: 2.5 }
      ),
      Plot.text([[last.k, heights[i]]], {
        text: [letterOf(i)],
        textAnchor: "start",
        dx: 8,
        fill: inkOf(i),
        fontWeight: 600
      })
    ])
  }) as unknown as { readonly outerHTML: string; setAttribute(name: string, value: string): void }
  svg.setAttribute("y", `${LINE * (sources + 2)}`)
  return svg.outerHTML
}

/** @param level α of the intervals */
export const passPlot = ({ most, populations }: CoverageReport, level: number): string => {
  const points = populations.flatMap(({ pass }, source) =>
    pass.map(({ estimate, interval, k }): Point => ({ source, k, estimate, ...interval }))
  )
  const height = HEIGHT + LINE * (populations.length + 2)
  const counted = populations.some(({ known }) => known === "samples")
  const text = (row: number, content: string, over = ""): string =>
    `<text x="16" y="${LINE * (row + 1) + 4}" ${over}>${escaped(content)}</text>`
  const legend = populations.map(({ draws, known, name, prompts }, i) =>
    text(
      i + 1,
      short(
        `${letterOf(i)}  ${name}: ${prompts} prompts, ${known === "exact" ? "law known" : `${draws.toLocaleString("en-US")} draws`}`
      ),
      `fill="${inkOf(i)}"`
    )
  )
  const title = `pass@k, mean over the prompts${counted ? `; bands hold for all k at once, ${percent(1 - level)}` : ""}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    text(0, title, 'font-weight="600" fill="#222"'),
    ...legend,
    figure(points, populations.length, most),
    "</svg>\n"
  ].join("\n")
}
