/** critical.json as a part of a report: the critical budget against what varies, the success curves, and what L1 forbids of them. */
import { algorithms } from "../../src/algorithm/registry.ts"
import { fixed } from "../../src/numeric/fixed.ts"
import { dashed, type Dot, type Figure, type Layer, logAxis, shareAxis } from "../figure.ts"
import type { Block, Part } from "../model.ts"
import { labelOf } from "../names.ts"
import { between, quantity, real, sureBetween } from "../number-format.ts"
import { callOf, quoted } from "../shell-argument.ts"
import { numbers, tableOf, words, written } from "../table.ts"
import { type At, InvalidRecord } from "./at.ts"
import type { Around } from "./audit.ts"
import { notEnough } from "./sweep.ts"

/** @param limited whether L1 speaks of the learner */
const pointOf = (at: At, limited: boolean) => ({
  spec: at.get("spec").text,
  value: at.get("value").number,
  /** What budgets are counted in: draws that meet a pair worth having; the value where the record has none. */
  unit: at.get("meeting").maybeNumber ?? at.get("value").number,
  /** The largest chance that one draw has what must be held; undefined where L1 does not speak of the learner. */
  mass: limited && at.get("needed").value !== false ? at.get("mass").maybeNumber : undefined,
  coverage: at.get("coverage").maybeNumber,
  thresholds: at.get("thresholds").list.map((one) => one.maybeNumber ?? Infinity),
  critical: at.get("critical").maybeNumber,
  enclosed: at.get("enclosed").maybe(({ list: [low, high] }) => [low.bound, high.bound] as const),
  slack: at.get("slack").maybeNumber
})

type Point = ReturnType<typeof pointOf>

/** What was found, read once. */
interface Found {
  readonly algorithm: string
  readonly variable: string
  readonly points: ReadonlyArray<Point>
  readonly level: number
  /** What budgets are counted in, in words. */
  readonly unit: string
}

/** Whether coverage is what varies: older records call it C_cov. */
const byCoverage = (variable: string): boolean => variable === "C" || variable === "C_cov"

/** The value as its SPEC has it: C_cov itself is no name for a curve. */
const nameOf = ({ spec, value }: Point, variable: string): string => {
  const option = byCoverage(variable) ? "C" : variable
  const stated = new RegExp(`\\b${option}=([^,]+)`).exec(spec)?.[1]
  return `${option} = ${real(stated === undefined ? value : Number(stated))}`
}

/** The largest share that L1 allows with a budget of so many units, where it speaks of some point. */
const allowedAt = (points: ReadonlyArray<Point>, units: number): number | undefined => {
  const masses = points.flatMap(({ mass, unit }) => (mass === undefined ? [] : [mass * unit]))
  return masses.length === 0 ? undefined : Math.min(1, units * Math.max(...masses))
}

const growth = ({ algorithm, level, points, variable }: Found, exponent: At, id: string): Figure => {
  const known = points.flatMap(({ critical, ...rest }) => (critical === undefined ? [] : [{ critical, ...rest }]))
  const bounds = known.flatMap(({ critical, slack, value }) =>
    slack === undefined ? [] : [{ x: value, y: critical * slack }]
  )
  const limited = byCoverage(variable) && points.some(({ mass }) => mass !== undefined)
  return {
    id,
    title: "Critical budget",
    caption: `Draws at which ε is reached with probability ½, medians over trials and their enclosures at level ${real(level)}${bounds.length === 0 ? "" : "; dashes: T7's bound on T_comp at its own parameters"}. ${limited ? "Shaded: fewer draws than C/2 reach a response of mass 1/C in less than half of the runs (L1's argument)." : ""}`,
    alt:
      exponent.maybe(({ estimated: { estimate, lower, upper } }) => {
        return `It grows as ${variable} to the ${fixed(estimate, 3)} ${between(lower, upper, 3)}.`
      }) ?? "No exponent: a trial never reached ε, or there are too few values.",
    x: logAxis(`${variable} →`),
    y: logAxis("↑ draws, T_comp"),
    layers: [
      ...(limited ? [notEnough(points.map(({ value }) => ({ x: value, C: value })))] : []),
      { kind: "line", series: algorithm, points: known.map(({ critical, value }) => ({ x: value, y: critical })) },
      {
        kind: "dots",
        series: algorithm,
        points: known.map(({ critical, enclosed, thresholds, value }) => ({
          x: value,
          y: critical,
          lower: enclosed?.[0],
          upper: enclosed?.[1],
          note: `${thresholds.length} trials`
        }))
      },
      ...dashed("T7's bound", bounds)
    ]
  }
}

/** Points of the border of what is forbidden; and the axis at least, in units. */
const [BORDER, LEAST, MOST] = [64, 0.1, 30]

/** Each instance's distribution of thresholds over what varies; where they collapse they are one curve. */
export const successFigure = ({ points, unit, variable }: Found, collapse: At, id: string): Figure => {
  const curves = points.map((point) => {
    const at = point.thresholds.filter(Number.isFinite).map((t) => t / point.unit)
    return { at, series: nameOf(point, variable), trials: point.thresholds.length }
  })
  const all = curves.flatMap(({ at }) => at)
  const [from, to] = [Math.min(LEAST, ...all), Math.max(MOST, ...all)]
  const border = Array.from({ length: BORDER }, (_, i) => from * (to / from) ** (i / (BORDER - 1)))
  const forbidden = border.flatMap((x): ReadonlyArray<Dot> => {
    const lower = allowedAt(points, x)
    return lower === undefined || lower >= 1 ? [] : [{ x, y: Number.NaN, lower, upper: 1 }]
  })
  return {
    id,
    title: "Success against budget",
    caption: `Share of trials that reach ε with so many draws, in units of ${unit}; one curve an instance.`,
    alt:
      collapse.maybe(
        (found) =>
          `${found.get("verdict").text}: the largest difference is ${found.get("distance").number.toFixed(2)}, ${found.get("allowed").number.toFixed(2)} allowed.`
      ) ?? "One instance alone.",
    x: logAxis(`draws / ${unit} →`),
    y: shareAxis("↑ success"),
    layers: [
      ...(points.every(({ mass }) => mass !== undefined)
        ? [{ kind: "region" as const, label: "L1 forbids", name: "L1", points: forbidden }]
        : []),
      ...curves.map(({ at, series, trials }): Layer => ({
        kind: "line",
        series,
        as: "step",
        points: [{ x: from, y: 0 }, ...at.map((x, i) => ({ x, y: (i + 1) / trials })), { x: to, y: at.length / trials }]
      }))
    ]
  }
}

const pointTable = ({ points, unit, variable }: Found, id: string): Block =>
  tableOf(points, {
    id,
    title: "Every instance",
    columns: [
      numbers(variable, ({ value }) => written(quantity(value), value)),
      numbers("critical T_comp", ({ critical }) => critical ?? "not reached"),
      words("enclosed", ({ enclosed }) => enclosed && between(...enclosed)),
      numbers("over C_cov", ({ coverage, critical }) => critical && coverage && critical / coverage),
      numbers(`over ${unit}`, ({ critical, unit: draws }) => critical && critical / draws),
      numbers("trials", ({ thresholds }) => thresholds.length),
      numbers("T7's bound over it", ({ slack }) => slack)
    ]
  })

/** Budgets over their unit at which success is shown. */
const SHOWN = [0.1, 0.3, 1, 3, 10, 15, 20, 30, 100]

const successTable = ({ points, unit, variable }: Found, id: string): Block => {
  const curves = points.map((point) => ({
    name: nameOf(point, variable),
    at: (units: number) => point.thresholds.filter((t) => t <= units * point.unit).length / point.thresholds.length
  }))
  const limited = allowedAt(points, 1) !== undefined
  return tableOf(
    [...curves, ...(limited ? [{ name: "L1 allows at most", at: (units: number) => allowedAt(points, units)! }] : [])],
    {
      id,
      title: `Success at T_comp over ${unit}`,
      name: "success at T_comp over unit",
      columns: [
        words("", ({ name }) => name),
        ...SHOWN.map((units) => numbers(`${units}`, ({ at }: (typeof curves)[number]) => at(units).toFixed(2)))
      ]
    }
  )
}

const UNIT =
  "Unit: meeting draws, 1/E[m(1−m)], in which a pair is met of which exactly one response has the largest coverage; m is the mass of such responses, 1/C on rare-good."

/** What the unit is to a learner, and why L1 does not speak of it, by the oracle that it asks. */
const BY_ORACLE: Readonly<Record<string, string | undefined>> = {
  strong:
    "Draws of a tilted model, as this learner makes, hold a response of mass m with another chance than m: what L1 forbids of draws of π_ref is not tested.",
  enumeration:
    "A learner that names responses does not wait to draw them: what L1 forbids of draws of π_ref is not tested.",
  token:
    "By token a response is found piece by piece: the unit, the draws in which a pair of whole responses would meet one of the largest coverage, is not its own, and L1 does not speak of it."
}

/** Where L1's hypothesis fails on some instance or on all. */
const notNeeded = (at: At, { variable }: Found): string | undefined => {
  const points = at.get("points").list
  const free = points.filter((one) => one.get("needed").value === false).map((one) => quantity(one.get("value").number))
  if (free.length === 0) return undefined
  const [where, there] = free.length === points.length ? ["", ""] : [`At ${variable} = ${free.join(", ")} `, " there"]
  return `${where}ε can be reached without such a response, or its reward follows from others': what L1 forbids is not tested${there}.`
}

/** What budgets are counted in, what is not tested, and why there is no exponent. */
const remarks = (at: At, found: Found): ReadonlyArray<Block> => {
  const oracle = algorithms.find(({ name }) => name === found.algorithm)?.oracle ?? ""
  return [
    oracle === "token" ? undefined : UNIT,
    BY_ORACLE[oracle],
    oracle === "weak" ? notNeeded(at, found) : undefined,
    at.get("exponent").there
      ? undefined
      : "Exponent: none, a trial never reached ε, there are too few values or trials for an interval at this level, or a value is not above 0."
  ].flatMap((text): ReadonlyArray<Block> => (text === undefined ? [] : [{ kind: "prose", text }]))
}

/** How the exponent, the collapse of the curves, and what L1 forbids came out. */
const findingsOf = (at: At, found: Found, prefix: string): Part["findings"] => {
  const { level, points, unit, variable } = found
  const measured = (
    says: string,
    answers: { readonly question: string; readonly with: string },
    interval: string,
    anchor: string
  ) => ({
    nature: "evidence" as const,
    answers,
    says,
    verdict: undefined,
    interval,
    level,
    anchor: `${prefix}${anchor}`
  })
  return [
    at.get("exponent").maybe(({ estimated: { estimate, lower, upper } }) => {
      const judged = at.get("judgement")
      const predicted = judged.maybe(
        (one) => `, predicted ${one.get("predicted").number} ± ${one.get("margin").number}`
      )
      return {
        ...measured(
          `The critical budget grows as ${variable} to the ${fixed(estimate, 3)}${predicted ?? ""}`,
          {
            question: `Exponent of the critical budget in ${variable}`,
            with: `${fixed(estimate, 3)}${predicted ?? ""}`
          },
          sureBetween(level, lower, upper, 3),
          "critical"
        ),
        verdict: judged.maybe((one) => one.get("verdict").verdict)
      }
    }),
    at.get("collapse").maybe((one) => {
      const verdict = one.get("verdict").text
      const pair = one.get("between").some.map(({ text }) => {
        const point = points.find(({ spec }) => spec === text)
        return point === undefined ? text : nameOf(point, variable)
      })
      const from = verdict === "one curve" ? undefined : one.get("from").maybeNumber
      const how = `${verdict}${from === undefined ? "" : `; one from ${variable} = ${quantity(from)} on`}`
      return {
        ...measured(
          `Success against draws/${unit}: ${how}`,
          { question: `Is success one curve of draws over ${unit}?`, with: how },
          `largest difference ${one.get("distance").number.toFixed(2)}, allowed ${one.get("allowed").number.toFixed(2)}`,
          "success"
        ),
        note: pair.length === 0 ? undefined : `between ${pair.join(" and ")}`
      }
    }),
    at.get("forbidden").maybe((one) => {
      const excess = one.get("excess").number
      return {
        ...measured(
          `No success above what L1 allows of draws of π_ref: ${one.get("verdict").text}`,
          {
            question: "What L1 forbids of draws of π_ref",
            with: one.get("verdict").text
          },
          excess < 0
            ? `every curve below, by ${(-excess).toFixed(2)} or more`
            : `largest excess ${excess.toFixed(2)}, allowed ${one.get("allowed").number.toFixed(2)}`,
          "success"
        ),
        verdict: one.get("verdict").text === "broken" ? "refuted" : undefined
      }
    })
  ]
}

export const criticalPart = (at: At, { prefix }: Around): Part => {
  const algorithm = at.get("algorithm").text
  const variable = at.get("variable").text
  const points = at.get("points").list.map((one) => pointOf(one, at.get("forbidden").there))
  if (points.length === 0) throw new InvalidRecord(`${at.path} points: an empty list, expected one instance or more`)
  const level = at.get("level").number
  const unit = points.some((one) => one.unit !== one.value) ? "meeting draws" : variable
  const found: Found = { algorithm, variable, points, level, unit }
  const last = points[points.length - 1]
  const family = last.spec.split(":")[0]
  return {
    source: {
      kind: "critical",
      command:
        at.get("command").maybeText ?? callOf(`critical ${quoted(algorithm)}`, { level, seed: at.get("seed").number }),
      made: `coverbound ${at.get("suite").text}; instances ${family}, ${variable} from ${real(points[0].value)} to ${real(last.value)}`
    },
    title: `The critical budget of ${labelOf(algorithm)}`,
    findings: findingsOf(at, found, prefix),
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
        title: `${labelOf(algorithm)} on ${family}: draws at which ε is reached with probability ½`,
        blocks: [
          {
            kind: "figures",
            figures: [
              growth(found, at.get("exponent"), `${prefix}critical`),
              successFigure(found, at.get("collapse"), `${prefix}success`)
            ]
          },
          pointTable(found, `${prefix}points`),
          successTable(found, `${prefix}successes`),
          ...remarks(at, found)
        ]
      }
    ]
  }
}
