/**
 * Draws a figure as SVG text, in the colours of the page it stands in: Observable Plot's marks, and labels of our own at the ends of lines, pushed apart so that none covers another. The one file that knows
 * the plotting library and the document it draws in.
 */
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import { drawnAxis, type Drawn } from "./drawn-axis.ts"
import { type Axis, type Dot, type Figure, type Layer, seriesOf, valueOn } from "./figure.ts"
import { Markup, html } from "./html.ts"
import { labelOf } from "./names.ts"
import { real } from "./number-format.ts"

/** Drawn at the width of a phone, so that letters keep their size there; two stand side by side on a desk. */
export const WIDTH = 420
const HEIGHT = 320
const FONT = 13
const [TOP, LEFT, BOTTOM] = [30, 56, 44]
/** Of a letter (of the widest of the common fonts), of a label in all, and between two labels. */
const [LETTER, LONGEST, LINE] = [7.4, 22, 15]
const INKS = 8
/** Room for a series' mark before its label. */
const KEY = 11
/** A row of a figure whose y is a list of names. */
const ROW = 26

const { document } = parseHTML("<!doctype html><html><body></body></html>")

/** Of a canvas' path, what a shape is drawn with. */
interface Path {
  readonly moveTo: (x: number, y: number) => void
  readonly lineTo: (x: number, y: number) => void
  readonly closePath: () => void
}

/** A triangle on its tip: d3's, turned. */
const turned = {
  draw(context: Path, size: number): void {
    const y = Math.sqrt(size / (3 * Math.sqrt(3)))
    context.moveTo(0, 2 * y)
    context.lineTo(-Math.sqrt(3) * y, -y)
    context.lineTo(Math.sqrt(3) * y, -y)
    context.closePath()
  }
}

/** Told apart without colour; each can be filled. */
const SHAPES = ["circle", "triangle", "square", "diamond2", "cross", "star", "wye", turned] as const

interface Label {
  readonly text: string
  readonly ink: string
  /** Place of the series whose mark stands before it. */
  readonly mark: number | undefined
  /** Where its line ends, in pixels. */
  readonly x: number
  readonly y: number
}

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)

/** Pushes labels apart between two heights, keeping their order. */
const spread = (
  wanted: ReadonlyArray<number>,
  least: number,
  from = -Infinity,
  to = Infinity
): ReadonlyArray<number> => {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b])
  const out = [...wanted]
  for (const [k, i] of order.entries()) out[i] = Math.max(out[i], k === 0 ? from : out[order[k - 1]] + least)
  for (const [k, i] of [...order.entries()].toReversed())
    out[i] = Math.min(out[i], k === order.length - 1 ? to : out[order[k + 1]] - least)
  return out
}

const inkAt = (i: number): string => (i < 0 ? "var(--ink)" : `var(--s${i % INKS})`)

/** Past as many series as there are inks, marks are hollow and lines broken: no two look alike. */
const markAt = (i: number) => {
  const [ink, symbol] = [inkAt(i), SHAPES[Math.max(0, i) % SHAPES.length]]
  return i < INKS ? { fill: ink, symbol } : { fill: "var(--paper)", stroke: ink, strokeWidth: 1.8, symbol }
}
const brokenAt = (i: number) => (i < INKS ? {} : { strokeDasharray: i < 2 * INKS ? "9 3" : "9 3 2 3" })

/** What is shown when a mark is pointed at. */
const pointedAt = (figure: Figure, series: string, { lower, note, upper, x, y }: Dot): string => {
  const [ax, ay] = [figure.x, figure.y]
  const say = (axis: Axis, value: number): string =>
    `${axis.label.replace(/[↑→]/g, "").trim()}: ${axis.scale === "category" ? valueOn(axis, value) : real(value, 4)}`
  const interval = lower === undefined || upper === undefined ? "" : `\ninterval ${real(lower, 4)} … ${real(upper, 4)}`
  return `${labelOf(series)}\n${say(ax, x)}\n${say(ay, y)}${interval}${note === undefined ? "" : `\n${note}`}`
}

/** The points of a layer that its axes can show. */
const shownOf = (figure: Figure, points: ReadonlyArray<Dot>): ReadonlyArray<Dot> =>
  points.filter(
    ({ x, y }) => (figure.x.scale !== "log" || x > 0) && (figure.y.scale !== "log" || y > 0 || Number.isNaN(y))
  )

const positive = (axis: Axis, value: number, least: number): number =>
  axis.scale === "log" ? Math.max(value, least) : value

export const drawFigure = (figure: Figure): Markup => {
  const { layers } = figure
  const series = seriesOf(figure)
  const ink = (name: string): string => inkAt(series.indexOf(name))
  const points = layers.flatMap((layer) => ("points" in layer ? layer.points : []))
  const rules = layers.filter((layer) => layer.kind === "rule")
  const values = (axis: "x" | "y"): ReadonlyArray<number> => [
    ...points.flatMap((point) => [
      point[axis],
      ...((figure.y.scale === "category") === (axis === "x") ? [point.lower ?? NaN, point.upper ?? NaN] : [])
    ]),
    ...rules.flatMap((rule) => (rule.axis === axis ? [rule.at] : []))
  ]
  const [x, y] = [drawnAxis(figure.x, values("x")), drawnAxis(figure.y, values("y"))]
  const rows = figure.y.scale === "category" ? (figure.y.categories?.length ?? 1) : 0
  const height = rows > 0 ? TOP + BOTTOM + ROW * (rows + 0.2) : HEIGHT
  const left =
    rows > 0
      ? Math.min(170, 16 + LETTER * Math.max(...(figure.y.categories ?? []).map((name) => short(name).length)))
      : LEFT
  // A label for each series at its last point, and for each level.
  const named = layers.filter(
    (layer): layer is Extract<Layer, { series: string }> => "series" in layer && layer.kind !== "band"
  )
  const ends =
    rows > 0
      ? []
      : series.flatMap((name) => {
          const own = named.filter((layer) => layer.series === name)
          const main = own.find((layer) => layer.kind === "line" && layer.as !== "prediction") ?? own[0]
          const shown = main === undefined ? [] : shownOf(figure, main.points)
          const end = shown.reduce<Dot | undefined>(
            (last, p) => (last === undefined || p.x >= last.x ? p : last),
            undefined
          )
          const mark = series.length > 1 && own.some(({ kind }) => kind === "dots") ? series.indexOf(name) : undefined
          return end === undefined ? [] : [{ text: short(labelOf(name)), ink: ink(name), mark, end }]
        })
  const levels = rows > 0 ? [] : rules.filter(({ axis }) => axis === "y")
  const longest = Math.max(
    0,
    ...[...ends.map(({ text }) => text), ...levels.map(({ label }) => short(label))].map((text) => text.length)
  )
  const right =
    rows > 0 ? 24 : Math.min(170, 22 + LETTER * longest + (ends.some(({ mark }) => mark !== undefined) ? KEY : 0))
  const [innerWidth, innerHeight] = [WIDTH - left - right, height - TOP - BOTTOM]
  const px = (v: number): number => left + innerWidth * x.at(v)
  const py = (v: number): number => TOP + innerHeight * (rows > 0 ? y.at(v) : 1 - y.at(v))
  const labels: ReadonlyArray<Label> = [
    ...ends.map(({ end, ...label }) => ({ ...label, x: px(end.x), y: py(positive(figure.y, end.y, y.domain[0])) })),
    ...levels.map(({ at, label }) => ({
      text: short(label),
      ink: "var(--muted)",
      mark: undefined,
      x: left + innerWidth,
      y: py(at)
    }))
  ]
  const heights = spread(
    labels.map((label) => label.y),
    LINE,
    TOP + 4,
    TOP + innerHeight
  )
  const cross = figure.y.scale === "category"
  const marks = [
    Plot.gridX(x.ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
    Plot.gridY(y.ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
    Plot.axisX(x.ticks, { tickFormat: x.format, label: figure.x.label, labelAnchor: "center", tickSize: 4 }),
    Plot.axisY(y.ticks, {
      tickFormat: (v: number) => short(y.format(v)),
      label: rows > 0 ? null : figure.y.label,
      labelAnchor: "top",
      tickSize: rows > 0 ? 0 : 4
    }),
    ...layers.flatMap((layer) => {
      if (layer.kind === "rule") {
        const style = { stroke: "var(--muted)", strokeDasharray: "1 3", strokeWidth: 1.5 }
        return layer.axis === "y" ? [Plot.ruleY([layer.at], style)] : [Plot.ruleX([layer.at], style)]
      }
      if (layer.kind === "region" || layer.kind === "band") {
        const fill = layer.kind === "region" ? "var(--forbidden)" : ink(layer.series)
        return [
          Plot.areaY([...layer.points], {
            x: "x",
            y1: (p: Dot) => Math.max(positive(figure.y, p.lower ?? p.y, y.domain[0]), y.domain[0]),
            y2: (p: Dot) => Math.min(positive(figure.y, p.upper ?? p.y, y.domain[0]), y.domain[1]),
            fill,
            fillOpacity: layer.kind === "region" ? 1 : 0.16
          })
        ]
      }
      const shown = shownOf(figure, layer.points)
      const stroke = ink(layer.series)
      if (layer.kind === "line")
        return [
          Plot.line([...shown], {
            x: "x",
            y: "y",
            stroke,
            ...(layer.as === "prediction" ? { strokeDasharray: "2 4" } : brokenAt(series.indexOf(layer.series))),
            ...(layer.as === "step" ? { curve: "step-after" as const } : {}),
            strokeWidth: layer.as === "run" ? 1 : layer.as === "prediction" ? 1.6 : 2,
            strokeOpacity: layer.as === "run" ? 0.55 : 1
          })
        ]
      const spans = shown.filter(({ lower, upper }) => lower !== undefined && upper !== undefined)
      const span = { stroke, strokeWidth: 2, strokeOpacity: 0.7 }
      return [
        cross
          ? Plot.ruleY([...spans], { y: "y", x1: (p: Dot) => p.lower, x2: (p: Dot) => p.upper, ...span })
          : Plot.ruleX([...spans], {
              x: "x",
              y1: (p: Dot) => positive(figure.y, p.lower!, y.domain[0]),
              y2: (p: Dot) => p.upper,
              ...span
            }),
        Plot.dot([...shown], {
          x: "x",
          y: "y",
          r: layer.small === true ? 2.2 : 4,
          ...markAt(series.indexOf(layer.series)),
          fillOpacity: layer.small === true ? 0.5 : 1,
          title: (p: Dot) => pointedAt(figure, layer.series, p)
        })
      ]
    }),
    // In pixels from the frame's corner: no value of the axes.
    ...labels.flatMap(({ mark }, i) =>
      mark === undefined
        ? []
        : [
            Plot.dot([0], {
              frameAnchor: "top-left",
              dx: innerWidth + KEY + 5,
              dy: heights[i] - TOP,
              r: 4,
              ...markAt(mark)
            })
          ]
    )
  ]
  const scaled = (axis: Axis, { domain }: Drawn, reverse: boolean) => ({
    type: axis.scale === "log" ? ("log" as const) : ("linear" as const),
    domain: reverse ? [domain[1], domain[0]] : [...domain],
    axis: null
  })
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height,
    marginTop: TOP,
    marginLeft: left,
    marginBottom: BOTTOM,
    marginRight: right,
    className: "figure",
    style: { fontSize: `${FONT}px`, fontFamily: "", overflow: "visible" },
    x: scaled(figure.x, x, false),
    // Names are read from the top.
    y: scaled(figure.y, y, rows > 0),
    marks
  })
  const regions = layers.flatMap((layer) => {
    if (layer.kind !== "region" || layer.points.length === 0) return []
    const p = layer.points[Math.floor(layer.points.length * 0.6)]
    const [low, high] = [p.lower ?? y.domain[0], p.upper ?? y.domain[1]].map((v) =>
      py(positive(figure.y, v, y.domain[0]))
    )
    return [{ text: layer.label, x: px(p.x), y: Math.min(TOP + innerHeight - 6, (low + high) / 2 + 4) }]
  })
  const upright = rules.filter(({ axis }) => axis === "x")
  const ours = html`${regions.map(
    ({ text, x: at, y: height_ }) =>
      html`<text class="halo" x="${at.toFixed(1)}" y="${height_.toFixed(1)}" text-anchor="middle" fill="var(--muted)"
        >${text}</text
      >`
  )}${upright.map(
    ({ at, label }, i) =>
      html`<text
        class="halo"
        x="${px(at).toFixed(1)}"
        y="${TOP - 4 + (i % 2) * 14}"
        text-anchor="middle"
        fill="var(--muted)"
        >${short(label)}</text
      >`
  )}${labels.map((label, i) => {
    const [end, at] = [left + innerWidth + 12, heights[i]]
    const leader =
      Math.abs(at - label.y) > 3 || label.x < left + innerWidth - 12
        ? html`<path
            d="M${(label.x + 5).toFixed(1)} ${label.y.toFixed(1)}L${(end - 2).toFixed(1)} ${at.toFixed(1)}"
            stroke="${label.ink}"
            stroke-opacity="0.45"
            fill="none"
          ></path>`
        : ""
    return html`${leader}<text
        class="halo"
        text-anchor="start"
        x="${label.mark === undefined ? end : end + KEY}"
        y="${(at + 4).toFixed(1)}"
        fill="${label.ink}"
        >${label.text}</text
      >`
  })}`
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg")
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", `${figure.title}. ${figure.alt}`)
  svg.removeAttribute("width")
  svg.removeAttribute("height")
  const text: string = svg.outerHTML
  return new Markup(
    text
      // Names of groups are for the drawing, which has one of its own; without a role they may not carry any.
      .replace(/(<g[^>]*?) aria-(?:label|description)="[^"]*"/g, "$1")
      .replace(/(<g[^>]*?) aria-(?:label|description)="[^"]*"/g, "$1")
      .replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100))
      .replace(/<\/svg>$/, `${ours.text}</svg>`)
  )
}
