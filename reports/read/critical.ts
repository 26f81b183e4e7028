/** critical.json as a part of a report: the critical budget against what varies, and the success curves. */
import type { Dot, Figure, Layer } from "../figure.ts"
import type { Part } from "../model.ts"
import { labelOf } from "../names.ts"
import { quantity, real } from "../number-format.ts"
import { type At, InvalidRecord } from "./at.ts"
import { quoted } from "../shell-argument.ts"
import type { Around } from "./audit.ts"

interface Point {
  readonly spec: string
  readonly value: number
  /** What budgets are counted in: draws that meet a pair worth having; the value where the record has none. */
  readonly unit: number
  readonly thresholds: ReadonlyArray<number>
  readonly critical: number | undefined
  readonly enclosed: readonly [number, number] | undefined
  readonly slack: number | undefined
}

const pointOf = (at: At): Point => ({
  spec: at.get("spec").text,
  value: at.get("value").number,
  unit: at.get("meeting").maybe(({ number }) => number) ?? at.get("value").number,
  thresholds: at.get("thresholds").list.map((one) => (one.there ? one.number : Infinity)),
  critical: at.get("critical").maybe(({ number }) => number),
  enclosed: at.get("enclosed").maybe((pair) => {
    const [low, high] = pair.list
    return [low.number, high.number] as const
  }),
  slack: at.get("slack").maybe(({ number }) => number)
})

/** Whether coverage is what varies: older records call it C_cov. */
const byCoverage = (variable: string): boolean => variable === "C" || variable === "C_cov"

/** Whether what L1 forbids was tested, and is a bound in what varies. */
const limited = (at: At, variable: string): boolean => byCoverage(variable) && at.get("forbidden").there

/** The value as its SPEC has it: C_cov itself is no name for a curve. */
const nameOf = ({ spec, value }: Point, variable: string): string => {
  const option = byCoverage(variable) ? "C" : variable
  const stated = new RegExp(`\\b${option}=([^,]+)`).exec(spec)?.[1]
  return `${option} = ${real(stated === undefined ? value : Number(stated))}`
}

const growth = (points: ReadonlyArray<Point>, at: At, variable: string, id: string): Figure => {
  const algorithm = at.get("algorithm").text
  const known = points.filter(({ critical }) => critical !== undefined)
  const bounds = known.filter(({ slack }) => slack !== undefined)
  const exponent = at.get("exponent")
  return {
    id,
    title: "Critical budget",
    caption: `Draws at which ε is reached with probability ½, medians over trials and their enclosures at level ${real(at.get("level").number)}${bounds.length === 0 ? "" : "; dashes: T7's bound on T_comp at its own parameters"}. ${limited(at, variable) ? "Shaded: fewer draws than C/2 reach a response of mass 1/C in less than half of the runs (L1's argument)." : ""}`,
    alt: exponent.there
      ? `It grows as ${variable} to the ${exponent.get("estimate").number.toFixed(3)} [${exponent.get("lower").number.toFixed(3)}, ${exponent.get("upper").number.toFixed(3)}].`
      : "No exponent: a trial never reached ε, or there are too few values.",
    x: { label: `${variable} →`, scale: "log" },
    y: { label: "↑ draws, T_comp", scale: "log" },
    layers: [
      ...(limited(at, variable)
        ? [
            {
              kind: "region" as const,
              label: "L1: not enough",
              points: points.map(({ value }) => ({ x: value, y: Number.NaN, lower: 1, upper: value / 2 }))
            }
          ]
        : []),
      { kind: "line", series: algorithm, points: known.map(({ critical, value }) => ({ x: value, y: critical! })) },
      {
        kind: "dots",
        series: algorithm,
        points: known.map(({ critical, enclosed, thresholds, value }) => ({
          x: value,
          y: critical!,
          ...(enclosed === undefined ? {} : { lower: enclosed[0], upper: enclosed[1] }),
          note: `${thresholds.length} trials`
        }))
      },
      ...(bounds.length < 2
        ? []
        : [
            {
              kind: "line" as const,
              series: "T7's bound",
              as: "prediction" as const,
              points: bounds.map(({ critical, slack, value }) => ({ x: value, y: critical! * slack! }))
            }
          ])
    ]
  }
}

/** What budgets are counted in, in words. */
const unitOf = (points: ReadonlyArray<Point>, variable: string): string =>
  points.some(({ unit, value }) => unit !== value) ? "meeting draws" : variable

/** Each instance's distribution of thresholds over what varies; where they collapse they are one curve. */
const collapse = (points: ReadonlyArray<Point>, at: At, variable: string, id: string): Figure => {
  const found = at.get("collapse")
  const curves = points.map((point): Layer => {
    const n = point.thresholds.length
    const known = point.thresholds.filter(Number.isFinite)
    return {
      kind: "line",
      series: nameOf(point, variable),
      as: "step",
      points: known.map((t, i): Dot => ({ x: t / point.unit, y: (i + 1) / n }))
    }
  })
  return {
    id,
    title: "Success against budget",
    caption: `Share of trials that reach ε with so many draws, in units of ${unitOf(points, variable)}; one curve an instance.`,
    alt: found.there
      ? `${found.get("verdict").text}: the largest difference is ${found.get("distance").number.toFixed(2)}, ${found.get("allowed").number.toFixed(2)} allowed.`
      : "One instance alone.",
    x: { label: `draws / ${unitOf(points, variable)} →`, scale: "log" },
    y: { label: "↑ success", scale: "linear", domain: [0, 1] },
    layers: [
      ...(limited(at, variable)
        ? [
            {
              kind: "region" as const,
              label: "L1",
              points: [0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1].map((x) => ({ x, y: Number.NaN, lower: x, upper: 1 }))
            }
          ]
        : []),
      ...curves
    ]
  }
}

export const criticalPart = (at: At, { prefix }: Around): Part => {
  const algorithm = at.get("algorithm").text
  const variable = at.get("variable").text
  const points = at.get("points").list.map(pointOf)
  if (points.length === 0) throw new InvalidRecord(`${at.path} points: an empty list, expected one instance or more`)
  const level = at.get("level").number
  const exponent = at.get("exponent")
  const found = at.get("collapse")
  const limit = at.get("forbidden")
  const family = points[0].spec
  const command =
    at.get("command").maybe(({ text }) => text) ??
    `coverbound critical ${quoted(algorithm)} --level ${level} --seed ${at.get("seed").number}`
  const last = points[points.length - 1]
  return {
    source: {
      kind: "critical",
      command,
      made: `coverbound ${at.get("suite").text}; instances ${family.split(":")[0]}, ${variable} from ${real(points[0].value)} to ${real(last.value)}`
    },
    title: `The critical budget of ${labelOf(algorithm)}`,
    findings: [
      ...(exponent.there
        ? [
            {
              nature: "evidence" as const,
              says: `The critical budget grows as ${variable} to the ${exponent.get("estimate").number.toFixed(3)}`,
              verdict: at.get("judgement").maybe((judged) => judged.get("verdict").verdict),
              interval: `${real(100 * (1 - level))} % [${exponent.get("lower").number.toFixed(3)}, ${exponent.get("upper").number.toFixed(3)}]`,
              level,
              anchor: `${prefix}critical`
            }
          ]
        : []),
      ...(found.there
        ? [
            {
              nature: "evidence" as const,
              says: `Success against draws/${unitOf(points, variable)}: ${found.get("verdict").text}`,
              verdict: undefined,
              interval: `largest difference ${found.get("distance").number.toFixed(2)}, allowed ${found.get("allowed").number.toFixed(2)}`,
              level,
              anchor: `${prefix}success`
            }
          ]
        : []),
      ...(limit.there
        ? [
            {
              nature: "evidence" as const,
              says: `No success above what L1 allows of draws of π_ref: ${limit.get("verdict").text}`,
              verdict: limit.get("verdict").text === "broken" ? ("refuted" as const) : undefined,
              interval: `largest excess ${limit.get("excess").number.toFixed(2)}, allowed ${limit.get("allowed").number.toFixed(2)}`,
              level,
              anchor: `${prefix}success`
            }
          ]
        : [])
    ],
    costs:
      last.critical === undefined
        ? []
        : [
            {
              what: algorithm,
              of: `critical at ${nameOf(last, variable)}`,
              T_data: undefined,
              T_comp: String(Math.round(last.critical))
            }
          ],
    sections: [
      {
        title: `${labelOf(algorithm)} on ${family.split(":")[0]}: draws at which ε is reached with probability ½`,
        blocks: [
          {
            kind: "figures",
            figures: [
              growth(points, at, variable, `${prefix}critical`),
              collapse(points, at, variable, `${prefix}success`)
            ]
          },
          {
            kind: "table",
            id: `${prefix}points`,
            title: "Every instance",
            heads: [
              { text: variable, number: true },
              { text: "critical T_comp", number: true },
              { text: "enclosed" },
              { text: `over ${variable}`, number: true },
              { text: "trials", number: true },
              { text: "T7's bound over it", number: true }
            ],
            rows: points.map(({ critical, enclosed, slack, thresholds, value }) => ({
              cells: [
                value,
                critical === undefined ? "not reached" : critical,
                enclosed === undefined ? undefined : `[${quantity(enclosed[0])}, ${quantity(enclosed[1])}]`,
                critical === undefined ? undefined : critical / value,
                thresholds.length,
                slack
              ]
            }))
          }
        ]
      }
    ]
  }
}
