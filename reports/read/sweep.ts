/** Runs to a target over growing coverage: exponents with their bands, bounds as curves, and the plane of both currencies. */
import { fixed } from "../../src/numeric/fixed.ts"
import { medianOf } from "../../src/statistics/median-exponent.ts"
import { geometricMean } from "../../src/statistics/geometric-mean.ts"
import { dashed, type Dot, type Figure, type Layer, logAxis, traced } from "../figure.ts"
import { type Cell, cellText, type Part, type Table } from "../model.ts"
import { labelOf } from "../names.ts"
import { between, compact, count, percent, real, sureBetween } from "../number-format.ts"
import { named, numbers, tableOf, words, written } from "../table.ts"
import type { At } from "./at.ts"
import { CURRENCIES, type Currency, T_COMP, T_DATA } from "./currency.ts"

const quantityOf = (at: At): "T_data" | "T_comp" =>
  at.value === "T_data" || at.value === "T_comp" ? at.value : at.refuse("T_data or T_comp")

/** A record's `sweep`. */
export const sweptOf = (at: At) => ({
  setting: at.get("setting").text,
  level: at.get("level").number,
  trials: at.get("trials").number,
  points: at.get("points").list.map((one) => ({
    algorithm: one.get("algorithm").text,
    C: one.get("C").number,
    coverage: one.get("coverage").number,
    reached: one.get("reached").flag,
    T_data: Number(one.get("rewardQueries").count),
    T_comp: Number(one.get("samplingQueries").count)
  })),
  slopes: at.get("slopes").list.map((one) => ({
    algorithm: one.get("algorithm").text,
    quantity: quantityOf(one.get("quantity")),
    ...one.estimated,
    predicted: one.get("predicted").maybeNumber,
    margin: one.get("margin").maybeNumber,
    claim: one.get("claim").maybeText,
    verdict: one.get("verdict").maybeVerdict
  })),
  bounds: at.get("bounds").some.map((one) => ({
    coverage: one.get("coverage").number,
    T_data: Number(one.get("T_data").count),
    T_comp: Number(one.get("T_comp").count)
  }))
})

export type Swept = ReturnType<typeof sweptOf>
type SweptPoint = Swept["points"][number]
type SweptSlope = Swept["slopes"][number]

/** Level of the intervals of single medians. */
const MEDIANS = 0.05

interface Middle {
  readonly median: number
  readonly lower: number
  readonly upper: number
}

interface Summary extends Middle {
  readonly C: number
  readonly coverage: number
}

/** The median and its enclosure, which is all of the values where they are few. */
const middleOf = (values: ReadonlyArray<number>): Middle => {
  const sorted = values.toSorted((a, b) => a - b)
  return (
    medianOf(sorted, MEDIANS) ?? {
      median: sorted[Math.floor(sorted.length / 2)],
      lower: sorted[0],
      upper: sorted[sorted.length - 1]
    }
  )
}

/** Medians of an algorithm where all its runs got there. */
const summaries = ({ points }: Swept, algorithm: string, quantity: "T_data" | "T_comp"): ReadonlyArray<Summary> => {
  const own = points.filter((one) => one.algorithm === algorithm)
  return valuesOf(own).flatMap((C) => {
    const at = own.filter((one) => one.C === C)
    return at.every(({ reached }) => reached)
      ? [{ C, coverage: at[0].coverage, ...middleOf(at.map((one) => one[quantity])) }]
      : []
  })
}

/** The coverage at each C. */
const coverageOf = ({ points }: Swept) =>
  valuesOf(points).map((C) => ({ C, x: points.find((one) => one.C === C)!.coverage }))

/** Each C once, ascending. */
const valuesOf = (points: ReadonlyArray<SweptPoint>): ReadonlyArray<number> =>
  [...new Set(points.map(({ C }) => C))].toSorted((a, b) => a - b)

const algorithmsOf = ({ points }: Swept): ReadonlyArray<string> => [
  ...new Set(points.map(({ algorithm }) => algorithm))
]

/** Every power between the steepest and the flattest of an interval, through the middle of what was measured. */
const bandOf = (at: ReadonlyArray<Summary>, { lower, upper }: SweptSlope): ReadonlyArray<Dot> => {
  const [x0, y0] = [geometricMean(at.map(({ coverage }) => coverage)), geometricMean(at.map(({ median }) => median))]
  const [from, to] = [Math.log(at[0].coverage), Math.log(at[at.length - 1].coverage)]
  return Array.from({ length: 21 }, (_, i) => {
    const x = Math.exp(from + ((to - from) * i) / 20)
    const [a, b] = [lower, upper].map((slope) => y0 * (x / x0) ** slope)
    return { x, y: Number.NaN, lower: Math.min(a, b), upper: Math.max(a, b) }
  })
}

const growthFigure = (swept: Swept, { name, title, what }: Currency, id: string): Figure => {
  const layers = algorithmsOf(swept).flatMap((algorithm): ReadonlyArray<Layer> => {
    const at = summaries(swept, algorithm, name)
    const slope = swept.slopes.find((one) => one.algorithm === algorithm && one.quantity === name)
    if (at.length === 0) return []
    return [
      ...(slope === undefined || at.length < 2
        ? []
        : [{ kind: "band" as const, series: algorithm, points: bandOf(at, slope) }]),
      {
        kind: "dots",
        series: algorithm,
        small: true,
        points: swept.points
          .filter((one) => one.algorithm === algorithm && one.reached)
          .map((one) => ({ x: one.coverage, y: one[name] }))
      },
      { kind: "line", series: algorithm, points: at.map(({ coverage, median }) => ({ x: coverage, y: median })) },
      {
        kind: "dots",
        series: algorithm,
        points: at.map(({ C, coverage, lower, median, upper }) => ({
          x: coverage,
          y: median,
          lower,
          upper,
          note: `median of ${swept.trials} runs at C = ${real(C)}`
        }))
      }
    ]
  })
  const bound = swept.bounds.map((one): Dot => ({ x: one.coverage, y: one[name] }))
  const says = swept.slopes
    .filter((one) => one.quantity === name)
    .map((one) => `${labelOf(one.algorithm)} ${fixed(one.estimate, 2)} ${between(one.lower, one.upper, 2)}`)
  return {
    id,
    title: `${title} to the target against coverage`,
    caption: `${swept.setting}; dots are runs, lines medians of ${swept.trials} with 95 % enclosures, bands all powers within the ${percent(1 - swept.level)} interval of the exponent${bound.length === 0 ? "" : `, dashes T7's bound on ${name} at the parameters of SpannerSampling's runs`}.`,
    alt: `Exponents in C_cov of the median of ${what}: ${says.join("; ")}.`,
    x: logAxis("coverage C_cov →"),
    y: logAxis(`↑ ${what}, ${name}`),
    layers: [...(name === "T_comp" ? [notEnough(coverageOf(swept))] : []), ...layers, ...dashed("T7's bound", bound)]
  }
}

/** Draws that cannot be enough for half of the runs: q draws meet a response of mass 1/C with chance at most q/C (L1's argument). */
export const notEnough = (at: ReadonlyArray<{ readonly x: number; readonly C: number }>): Layer => ({
  kind: "region",
  label: "L1: not enough",
  points: at.map(({ C, x }) => ({ x, y: Number.NaN, lower: 1, upper: C / 2 }))
})

/** Rewards against draws, each algorithm's path as coverage grows; at the largest C, what L1 forbids. */
const planeFigure = (swept: Swept, id: string): Figure => {
  const most = Math.max(...swept.points.map(({ C }) => C))
  const paths = algorithmsOf(swept).map((algorithm) => {
    const comp = summaries(swept, algorithm, "T_comp")
    return {
      algorithm,
      points: summaries(swept, algorithm, "T_data").flatMap(({ C, coverage, median }): ReadonlyArray<Dot> => {
        const y = comp.find((one) => one.C === C)?.median
        return y === undefined ? [] : [{ x: median, y, note: `C = ${real(C)}, C_cov = ${real(coverage)}` }]
      })
    }
  })
  const xs = paths.flatMap(({ points }) => points.map(({ x }) => x))
  const [from, to] = [Math.min(...xs), Math.max(...xs)]
  return {
    id,
    title: "Data and computation",
    caption: `Medians to the target, each path from C = ${real(Math.min(...swept.points.map(({ C }) => C)))} to ${real(most)}. Shaded: at C = ${real(most)}, fewer than C/2 draws cannot meet the rare response in half of the runs, whatever the learner (L1's argument).`,
    alt: `${paths
      .map(({ algorithm, points }) =>
        points.length === 0
          ? ""
          : `${labelOf(algorithm)} ends at ${real(points[points.length - 1].x)} rewards and ${real(points[points.length - 1].y)} draws`
      )
      .filter((text) => text !== "")
      .join("; ")}; fewer than ${real(most / 2)} draws are infeasible at the largest C.`,
    x: logAxis("rewards, T_data →"),
    y: logAxis("↑ draws, T_comp"),
    layers: [
      {
        kind: "region",
        label: `infeasible at C = ${real(most)}`,
        points: [from / 1.3, Math.sqrt(from * to), to * 1.3].map((x) => ({
          x,
          y: Number.NaN,
          lower: 1,
          upper: most / 2
        }))
      },
      ...paths.flatMap(({ algorithm, points }) => traced(algorithm, points))
    ]
  }
}

export const sweepFigures = (swept: Swept, prefix: string): ReadonlyArray<Figure> => [
  growthFigure(swept, T_DATA, `${prefix}t-data`),
  growthFigure(swept, T_COMP, `${prefix}t-comp`),
  planeFigure(swept, `${prefix}plane`)
]

/** What theory says of an exponent: "1 ± 0.1", "at most 1 ± 0.1". */
const claimText = ({ claim, margin = 0, predicted }: SweptSlope): string | undefined =>
  predicted === undefined
    ? undefined
    : `${claim === undefined || claim === "equals" ? "" : `${claim} `}${real(predicted)} ± ${real(margin)}`

export const sweepFindings = ({ level, slopes }: Swept, anchor: string): Part["findings"] =>
  slopes.map((slope) => {
    const claim = claimText(slope)
    return {
      nature: "evidence",
      says: `${labelOf(slope.algorithm)}: the median of ${slope.quantity} grows as C_cov to the ${fixed(slope.estimate, 3)}${claim === undefined ? "" : `, predicted ${claim}`}`,
      verdict: slope.verdict,
      interval: sureBetween(level, slope.lower, slope.upper, 3),
      level,
      anchor
    }
  })

/** A learner that was told C_cov draws in proportion to it: put in by hand, and no finding. */
const putInByHand = ({ algorithm, quantity }: SweptSlope): boolean =>
  algorithm === "spanner-sampling" && quantity === "T_comp"

/** Exponents that could have come out otherwise. */
export const slopeTable = ({ level, slopes }: Swept, id: string): Table =>
  tableOf(
    slopes.filter((slope) => !putInByHand(slope)),
    {
      id,
      title: "Exponent of the median in C_cov",
      columns: [
        words("of", ({ algorithm }) => algorithm),
        named(
          "quantity",
          words("", ({ quantity }) => quantity)
        ),
        numbers("measured", ({ estimate }) => fixed(estimate, 3)),
        named(
          "interval",
          words(`${percent(1 - level)} interval`, ({ lower, upper }) => between(lower, upper, 3))
        ),
        words("predicted", claimText),
        words("verdict", ({ verdict }) => (verdict === undefined ? "measured" : { verdict }))
      ]
    }
  )

/** Queries of one algorithm's runs at one place, where all of them got there. */
export interface Paid {
  readonly where: Cell
  readonly algorithm: string
  readonly T_data: ReadonlyArray<number> | undefined
  readonly T_comp: ReadonlyArray<number> | undefined
}

/** What each algorithm paid at each C. */
export const sweepPaid = ({ points }: Swept): ReadonlyArray<Paid> =>
  valuesOf(points).flatMap((C) => {
    const here = points.filter((one) => one.C === C)
    return [...new Set(here.map(({ algorithm }) => algorithm))].map((algorithm) => {
      const own = here.filter((one) => one.algorithm === algorithm)
      const all = own.every(({ reached }) => reached)
      return {
        where: written(`C = ${compact(C, 1e4, 3)}`, C),
        algorithm,
        T_data: all ? own.map(({ T_data }) => T_data) : undefined,
        T_comp: all ? own.map(({ T_comp }) => T_comp) : undefined
      }
    })
  })

/** Medians of what was paid, and the interval of each. */
export const paidTable = (paid: ReadonlyArray<Paid>, id: string): Table => {
  const columns = CURRENCIES.flatMap(({ name, what }) => [
    numbers(what, (one: Paid) => {
      const values = one[name]
      return values === undefined ? "not reached" : written(count(middleOf(values).median), middleOf(values).median)
    }),
    words("95 % of median", (one: Paid) => {
      const values = one[name]
      if (values === undefined) return undefined
      const { lower, upper } = middleOf(values)
      return `${count(lower)} … ${count(upper)}`
    })
  ])
  return tableOf(paid, {
    id,
    title: "What each paid, medians over runs",
    columns: [words("on", ({ where }) => where), words("algorithm", ({ algorithm }) => labelOf(algorithm)), ...columns],
    under: ({ where }) =>
      typeof where === "object" && "sort" in where && where.sort !== 0 ? { name: cellText(where.sort) } : {}
  })
}

/** At the largest C, what each paid. */
export const costsOf = (swept: Swept): Part["costs"] => {
  const most = Math.max(...swept.points.map(({ C }) => C))
  return sweepPaid(swept)
    .slice(-algorithmsOf(swept).length)
    .flatMap(({ algorithm, T_comp, T_data }) =>
      T_data === undefined || T_comp === undefined
        ? []
        : [
            {
              what: algorithm,
              of: `to the target at C = ${real(most)}, median of ${swept.trials} runs`,
              T_data: String(Math.round(middleOf(T_data).median)),
              T_comp: String(Math.round(middleOf(T_comp).median))
            }
          ]
    )
}
