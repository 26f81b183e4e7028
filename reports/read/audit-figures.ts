/** The figures of an audit's run.json: suboptimality along runs, its spread over seeds, how spanners grew. */
import { type Dot, type Figure, type Layer, thinned } from "../figure.ts"
import { labelOf } from "../names.ts"
import { real } from "../number-format.ts"
import type { At } from "./at.ts"

/** Points of a run's curve that are drawn. */
const RUN_POINTS = 60

const checkpoints = (run: At, queries: "rewardQueries" | "samplingQueries"): ReadonlyArray<Dot> =>
  run.get("checkpoints").some.map((one) => ({
    x: Number(one.get(queries).count),
    y: one.get("value").number
  }))

/** Suboptimality along each run, against one currency. */
export const curve = (at: At, queries: "rewardQueries" | "samplingQueries", id: string): Figure | undefined => {
  const algorithm = at.get("algorithm").text
  const runs = at.get("runs").some
  const start = at.in("exact", "referenceSuboptimality").number
  const epsilon = at.in("goal", "epsilon").number
  const lines = runs.flatMap((run): ReadonlyArray<Layer> => {
    const points = checkpoints(run, queries).filter(({ x, y }) => x > 0 && y > 0)
    return points.length < 2
      ? []
      : [{ kind: "line", series: algorithm, as: "run", points: thinned(points, RUN_POINTS) }]
  })
  const ends = runs.map((run): Dot => ({
    x: Number(run.in("ledger", queries).count),
    y: run.in("suboptimality", "value").number,
    note: `trial ${run.get("trial").number}`
  }))
  if (lines.length === 0) return undefined
  const what = queries === "rewardQueries" ? "rewards, T_data" : "draws, T_comp"
  const worst = Math.max(...ends.map(({ y }) => y))
  const cost = queries === "rewardQueries" ? "T_data" : "T_comp"
  const promised = at.get("verdicts").list.flatMap((one) => {
    const bound = Number(one.get("bound").quantity)
    return one.get("part").text === cost && bound > 0
      ? [{ label: `${one.get("theorem").text}'s bound`, at: bound }]
      : []
  })[0]
  return {
    id,
    title: `Suboptimality against ${queries === "rewardQueries" ? "rewards" : "draws"}`,
    caption: `J* − J(π) of the policy in hand; a line a run, its end a dot${promised === undefined ? "" : `; upright, what ${promised.label.replace("'s bound", "")} promises of ${cost} at these parameters`}.`,
    alt: `${runs.length} runs of ${labelOf(algorithm)} begin at ${real(start)}, the base model's, and end at ${real(worst)} at the worst after ${real(Math.max(...ends.map(({ x }) => x)))} ${what}; the goal is ${real(epsilon)}.`,
    x: { label: `${what} →`, scale: "log" },
    y: { label: "↑ suboptimality", scale: "log" },
    layers: [
      ...lines,
      { kind: "dots", series: algorithm, points: ends },
      { kind: "rule", axis: "y", label: "base model", at: start },
      { kind: "rule", axis: "y", label: "ε", at: epsilon },
      ...(promised === undefined
        ? []
        : [{ kind: "rule" as const, axis: "x" as const, label: promised.label, at: promised.at }])
    ]
  }
}

/** Over the trials, each in its own row: what the worst and the median hide. */
export const spreadOf = (at: At, id: string): Figure | undefined => {
  const runs = at.get("runs").some
  if (runs.length < 2) return undefined
  const values = runs.map((run) => ({
    trial: run.get("trial").number,
    value: run.in("suboptimality", "value").number
  }))
  const known = values.filter(({ value }) => value > 0)
  if (known.length < 2) return undefined
  const epsilon = at.in("goal", "epsilon").number
  const sorted = known.toSorted((a, b) => a.value - b.value)
  const algorithm = at.get("algorithm").text
  return {
    id,
    title: "Distribution over seeds",
    caption: "Of the output policies' suboptimality: the share of trials at or below each value.",
    alt: `${values.length} trials from ${real(sorted[0].value)} to ${real(sorted[sorted.length - 1].value)}; the goal is ${real(epsilon)}.`,
    x: { label: "suboptimality →", scale: "log" },
    y: { label: "↑ share of trials", scale: "linear", domain: [0, 1] },
    layers: [
      {
        kind: "line",
        series: algorithm,
        as: "step",
        points: sorted.map(({ value }, i) => ({ x: value, y: (i + 1) / values.length }))
      },
      {
        kind: "dots",
        series: algorithm,
        small: true,
        points: sorted.map(({ trial, value }, i) => ({ x: value, y: (i + 1) / values.length, note: `trial ${trial}` }))
      },
      { kind: "rule", axis: "x", label: "ε", at: epsilon }
    ]
  }
}

/** The growth of the determinant with each accepted pair, between T3's two bounds; where the record carries the pairs. */
export const spannerGrowth = (at: At, id: string): Figure | undefined => {
  const d = at.in("problem", "dimension").number
  const parameters = at.get("parameters")
  if (!parameters.get("nu").there || !parameters.get("lambda").there) return undefined
  const [nu, lambda] = [parameters.get("nu").number, parameters.get("lambda").number]
  const lines = at.get("runs").some.flatMap((run): ReadonlyArray<ReadonlyArray<Dot>> => {
    const accepted = run.in("spanner", "accepted")
    if (!Array.isArray(accepted.value)) return []
    const flat = accepted.list.map(({ number }) => number)
    if (flat.length < 2 * d || flat.length % d !== 0) return []
    // log det(Σ_n/λ^d) by the matrix determinant lemma on an inverse that is updated (Sherman–Morrison).
    const inverse = Array.from({ length: d }, (_, i) =>
      Array.from({ length: d }, (__, j) => (i === j ? 1 / lambda : 0))
    )
    let growth = 0
    return [
      Array.from({ length: flat.length / d }, (_, n): Dot => {
        const phi = flat.slice(n * d, (n + 1) * d)
        const moved = inverse.map((row) => row.reduce((sum, v, j) => sum + v * phi[j], 0))
        const norm = phi.reduce((sum, v, j) => sum + v * moved[j], 0)
        growth += Math.log1p(norm)
        for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) inverse[i][j] -= (moved[i] * moved[j]) / (1 + norm)
        return { x: n + 1, y: growth }
      })
    ]
  })
  if (lines.length === 0) return undefined
  const longest = Math.max(...lines.map((line) => line.length))
  const ns = Array.from({ length: Math.min(longest, 80) }, (_, i) =>
    Math.round(1 + (i * (longest - 1)) / Math.max(1, Math.min(longest, 80) - 1))
  )
  const lower = (n: number): number => n * Math.log1p(nu * nu)
  const upper = (n: number): number => d * Math.log1p((4 * n) / (d * lambda))
  return {
    id,
    title: "Growth of the spanner",
    caption:
      "log det Σ_n/λ^d with each accepted pair, between n·log(1+ν²), which every pair adds at the least, and T3's d·log(1+4n/(dλ)).",
    alt: `Up to ${longest} pairs a run; the determinant's logarithm stays between the two bounds of T3 that n_max comes from.`,
    x: { label: "accepted pairs, n →", scale: "linear" },
    y: { label: "↑ log det Σ_n/λ^d", scale: "linear" },
    layers: [
      ...lines.map((points): Layer => ({
        kind: "line",
        series: at.get("algorithm").text,
        as: "run",
        points: thinned(points, RUN_POINTS)
      })),
      { kind: "line", series: "T3, above", as: "prediction", points: ns.map((n) => ({ x: n, y: upper(n) })) },
      { kind: "line", series: "T3, below", as: "prediction", points: ns.map((n) => ({ x: n, y: lower(n) })) }
    ]
  }
}
