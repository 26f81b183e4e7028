/** Runs to a target over growing coverage: exponents with their bands, bounds as curves, and the plane of both currencies. */
import { fixed } from "../../src/numeric/fixed.ts"
import { medianOf } from "../../src/statistics/median-exponent.ts"
import { geometricMean } from "../../src/statistics/geometric-mean.ts"
import type { Dot, Figure, Layer } from "../figure.ts"
import type { Part, Table } from "../model.ts"
import { labelOf } from "../names.ts"
import { count, real } from "../number-format.ts"
import type { At } from "./at.ts"

export interface SweptPoint {
  readonly algorithm: string
  readonly C: number
  readonly coverage: number
  readonly reached: boolean
  readonly T_data: number
  readonly T_comp: number
}

export interface SweptSlope {
  readonly algorithm: string
  readonly quantity: "T_data" | "T_comp"
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  readonly predicted?: number
  readonly margin?: number
  readonly claim?: string
  readonly verdict?: "supported" | "refuted" | "undecided"
}

export interface Swept {
  readonly setting: string
  readonly level: number
  readonly trials: number
  readonly points: ReadonlyArray<SweptPoint>
  readonly slopes: ReadonlyArray<SweptSlope>
  readonly bounds: ReadonlyArray<{ readonly coverage: number; readonly T_data: number; readonly T_comp: number }>
}

const quantityOf = (at: At): "T_data" | "T_comp" =>
  at.value === "T_data" || at.value === "T_comp" ? at.value : at.refuse("T_data or T_comp")

/** Of a record's `sweep`. */
export const sweptOf = (at: At): Swept => ({
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
    estimate: one.get("estimate").number,
    lower: one.get("lower").number,
    upper: one.get("upper").number,
    ...(one.get("verdict").there
      ? {
          predicted: one.get("predicted").number,
          margin: one.get("margin").number,
          claim: one.get("claim").text,
          verdict: one.get("verdict").verdict
        }
      : {})
  })),
  bounds: at.get("bounds").some.map((one) => ({
    coverage: one.get("coverage").number,
    T_data: Number(one.get("T_data").count),
    T_comp: Number(one.get("T_comp").count)
  }))
})

/** Level of the intervals of single medians. */
const MEDIANS = 0.05

interface Summary {
  readonly C: number
  readonly coverage: number
  readonly median: number
  readonly lower: number
  readonly upper: number
}

/** Medians of an algorithm where all its runs got there. */
const summaries = ({ points }: Swept, algorithm: string, quantity: "T_data" | "T_comp"): ReadonlyArray<Summary> => {
  const own = points.filter((one) => one.algorithm === algorithm)
  return [...new Set(own.map(({ C }) => C))]
    .toSorted((a, b) => a - b)
    .flatMap((C) => {
      const at = own.filter((one) => one.C === C)
      if (at.some(({ reached }) => !reached)) return []
      const values = at.map((one) => one[quantity]).toSorted((a, b) => a - b)
      const found = medianOf(values, MEDIANS) ?? {
        median: values[Math.floor(values.length / 2)],
        lower: values[0],
        upper: values[values.length - 1]
      }
      return [{ C, coverage: at[0].coverage, ...found }]
    })
}

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

const growthFigure = (swept: Swept, quantity: "T_data" | "T_comp", id: string): Figure => {
  const what = quantity === "T_data" ? "rewards" : "draws"
  const layers = algorithmsOf(swept).flatMap((algorithm): ReadonlyArray<Layer> => {
    const at = summaries(swept, algorithm, quantity)
    const slope = swept.slopes.find((one) => one.algorithm === algorithm && one.quantity === quantity)
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
          .map((one) => ({ x: one.coverage, y: one[quantity] }))
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
  const bound = swept.bounds.map((one): Dot => ({ x: one.coverage, y: one[quantity] }))
  const says = swept.slopes
    .filter((one) => one.quantity === quantity)
    .map(
      ({ algorithm, estimate, lower, upper }) =>
        `${labelOf(algorithm)} ${fixed(estimate, 2)} [${fixed(lower, 2)}, ${fixed(upper, 2)}]`
    )
  return {
    id,
    title: `${quantity === "T_data" ? "Rewards" : "Draws"} to the target against coverage`,
    caption: `${swept.setting}; dots are runs, lines medians of ${swept.trials} with 95 % enclosures, bands all powers within the ${real(100 * (1 - swept.level))} % interval of the exponent${bound.length === 0 ? "" : `, dashes T7's bound on ${quantity} at the parameters of SpannerSampling's runs`}.`,
    alt: `Exponents in C_cov of the median of ${what}: ${says.join("; ")}.`,
    x: { label: "coverage C_cov →", scale: "log" },
    y: { label: `↑ ${what}, ${quantity}`, scale: "log" },
    layers: [
      ...(quantity === "T_comp" ? [forbidden(swept)] : []),
      ...layers,
      ...(bound.length < 2
        ? []
        : [{ kind: "line" as const, series: "T7's bound", as: "prediction" as const, points: bound }])
    ]
  }
}

/** Draws that cannot be enough for half of the runs: q draws meet a response of mass 1/C with chance at most q/C (L1's argument). */
const forbidden = ({ points }: Swept): Layer => {
  const at = [...new Map(points.map(({ C, coverage }) => [C, coverage])).entries()].toSorted((a, b) => a[0] - b[0])
  return {
    kind: "region",
    label: "L1: not enough",
    points: at.map(([C, coverage]) => ({ x: coverage, y: Number.NaN, lower: 1, upper: C / 2 }))
  }
}

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
    x: { label: "rewards, T_data →", scale: "log" },
    y: { label: "↑ draws, T_comp", scale: "log" },
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
      ...paths.flatMap(({ algorithm, points }): ReadonlyArray<Layer> => [
        { kind: "line", series: algorithm, points },
        { kind: "dots", series: algorithm, points }
      ])
    ]
  }
}

export const sweepFigures = (swept: Swept, prefix: string): ReadonlyArray<Figure> => [
  growthFigure(swept, "T_data", `${prefix}t-data`),
  growthFigure(swept, "T_comp", `${prefix}t-comp`),
  planeFigure(swept, `${prefix}plane`)
]

export const sweepFindings = ({ level, slopes }: Swept, anchor: string): Part["findings"] =>
  slopes.map(({ algorithm, claim, estimate, lower, margin, predicted, quantity, upper, verdict }) => ({
    nature: "evidence",
    says: `${labelOf(algorithm)}: the median of ${quantity} grows as C_cov to the ${estimate.toFixed(3)}${predicted === undefined ? "" : `, predicted ${claim === "equals" ? "" : `${claim} `}${real(predicted)} ± ${real(margin ?? 0)}`}`,
    verdict,
    interval: `${real(100 * (1 - level))} % [${lower.toFixed(3)}, ${upper.toFixed(3)}]`,
    level,
    anchor
  }))

/** Medians of what each paid, and the interval of each. */
export const sweepCosts = (swept: Swept, id: string): Table => ({
  kind: "table",
  id,
  title: "What each paid, medians over runs",
  heads: [
    { text: "C", number: true },
    { text: "algorithm" },
    { text: "rewards", number: true },
    { text: "95 % of median" },
    { text: "draws", number: true },
    { text: "95 % of median" }
  ],
  rows: [...new Set(swept.points.map(({ C }) => C))]
    .toSorted((a, b) => a - b)
    .flatMap((C) =>
      algorithmsOf(swept).map((algorithm) => {
        const [data, comp] = (["T_data", "T_comp"] as const).map((quantity) =>
          summaries(swept, algorithm, quantity).find((one) => one.C === C)
        )
        const cells = (one: Summary | undefined) =>
          one === undefined
            ? ["not reached", undefined]
            : [{ text: count(one.median), sort: one.median }, `${count(one.lower)} … ${count(one.upper)}`]
        return { cells: [{ text: real(C), sort: C }, labelOf(algorithm), ...cells(data), ...cells(comp)] }
      })
    )
})

/** At the largest C, what each paid. */
export const costsOf = (swept: Swept): Part["costs"] => {
  const most = Math.max(...swept.points.map(({ C }) => C))
  return algorithmsOf(swept).flatMap((algorithm) => {
    const [data, comp] = (["T_data", "T_comp"] as const).map((quantity) =>
      summaries(swept, algorithm, quantity).find(({ C }) => C === most)
    )
    return data === undefined || comp === undefined
      ? []
      : [
          {
            what: algorithm,
            of: `to the target at C = ${real(most)}, median of ${swept.trials} runs`,
            T_data: String(Math.round(data.median)),
            T_comp: String(Math.round(comp.median))
          }
        ]
  })
}
