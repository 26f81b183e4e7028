/** Success curves of a critical budget over each other, and the region that L1 forbids: an SVG that stands alone. */
import { drawFigure } from "./draw.ts"
import type { Dot, Figure, Layer } from "./figure.ts"
import { LIGHT } from "./style.ts"

/** One instance's thresholds in units of its own. */
export interface SuccessCurve {
  readonly label: string
  /** Of the trials that reached ε, ascending. */
  readonly at: ReadonlyArray<number>
  /** All trials. */
  readonly trials: number
  /** By L1 success at x is at most min{1, x · allowed}; undefined where it does not speak of the learner. */
  readonly allowed: number | undefined
}

/** Points of the border of what is forbidden. */
const BORDER = 64
/** Range of the axis at least, in units. */
const [LEAST, MOST] = [0.1, 30]

/** The step function of a curve. */
const steps = ({ at, trials }: SuccessCurve, from: number, to: number): ReadonlyArray<Dot> => [
  { x: from, y: 0 },
  ...at.map((x, i) => ({ x, y: (i + 1) / trials })),
  { x: to, y: at.length / trials }
]

/** The curves and the forbidden region as a figure. @param curves at least one; in the order of what varies */
export const criticalFigure = (title: string, curves: ReadonlyArray<SuccessCurve>): Figure => {
  const all = curves.flatMap(({ at }) => at)
  const [from, to] = [Math.min(LEAST, ...all), Math.max(MOST, ...all)]
  const allowed = curves.some((curve) => curve.allowed === undefined)
    ? undefined
    : Math.max(...curves.map((curve) => curve.allowed ?? 0))
  const end = Math.min(to, 1 / (allowed ?? 1))
  const border = Array.from({ length: BORDER }, (_, i) => from * (end / from) ** (i / (BORDER - 1)))
  const forbidden: ReadonlyArray<Layer> =
    allowed === undefined
      ? []
      : [
          {
            kind: "region",
            label: "L1 forbids",
            points: border.map((x) => ({ x, y: 1, lower: Math.min(1, x * allowed), upper: 1 }))
          }
        ]
  return {
    id: "critical",
    title,
    caption: "Share of trials that reach ε with a budget of sampling queries",
    alt: `Success against T_comp, ${title}`,
    x: { label: "T_comp / draws to meet a rare response →", scale: "log" },
    y: { label: "↑ share of trials that reach ε", scale: "linear", domain: [0, 1] },
    layers: [
      ...forbidden,
      ...curves.map((curve): Layer => ({
        kind: "line",
        series: curve.label,
        as: "step",
        points: steps(curve, from, to)
      }))
    ]
  }
}

/** Colours of a picture that stands in no page: those of a page, by day. */
const COLOURS = `svg { ${LIGHT.replace(/\s+/g, " ")} background: var(--paper); color: var(--ink); font-family: system-ui, sans-serif }`

/** The picture as SVG text. */
export const criticalPlot = (title: string, curves: ReadonlyArray<SuccessCurve>): string =>
  `${drawFigure(criticalFigure(title, curves)).text.replace(/>/, `><style>${COLOURS}</style>`)}\n`
