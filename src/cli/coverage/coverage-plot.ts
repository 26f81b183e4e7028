/** pass@k against k, a band and a line per source, as an SVG file that stands by itself. */
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import type { CoverageReport } from "../../coverage/coverage-report.ts"
import { letterOf } from "./coverage-view.ts"

const { document } = parseHTML("<!doctype html><html><body></body></html>")
const INKS = ["#1f6feb", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#a16207"]

export const passPlot = ({ populations }: CoverageReport): string => {
  const points = populations.flatMap(({ pass }, i) =>
    pass.map(({ estimate, interval, k }) => ({ source: letterOf(i), k, estimate, ...interval }))
  )
  const ink = (source: string): string => INKS[(source.charCodeAt(0) - 65) % INKS.length]
  const svg = Plot.plot({
    document,
    width: 640,
    height: 400,
    marginRight: 40,
    style: { fontFamily: "sans-serif", fontSize: "12px", background: "white", color: "#222" },
    x: { type: "log", base: 2, label: "k →", tickFormat: (k: number) => String(k) },
    y: { domain: [0, 1], label: "↑ pass@k", grid: true },
    marks: [
      Plot.areaY(points, {
        x: "k",
        y1: "lower",
        y2: "upper",
        z: "source",
        fill: (p: { source: string }) => ink(p.source),
        fillOpacity: 0.15
      }),
      Plot.line(
        points.filter(({ estimate }) => estimate !== undefined),
        { x: "k", y: "estimate", z: "source", stroke: (p: { source: string }) => ink(p.source), strokeWidth: 2 }
      ),
      Plot.text(
        populations.map((_, i) => points.findLast(({ source }) => source === letterOf(i))!),
        {
          x: "k",
          y: (p: { upper: number; lower: number }) => (p.upper + p.lower) / 2,
          text: "source",
          textAnchor: "start",
          dx: 6,
          fill: (p: { source: string }) => ink(p.source)
        }
      )
    ]
  }) as unknown as { readonly outerHTML: string; setAttribute(name: string, value: string): void }
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg")
  return `${svg.outerHTML}\n`
}
