/** The figures of an audit's run.json: suboptimality along runs, its spread over seeds, how spanners grew. */
import { dashed, type Dot, type Figure, type Layer, logAxis, shareAxis, thinned } from "../figure.ts"
import { labelOf } from "../names.ts"
import { real } from "../number-format.ts"
import type { At } from "./at.ts"
import { counted, CURRENCIES, type Currency } from "./currency.ts"

/** Points of a run's curve that are drawn. */
const RUN_POINTS = 60

/** Suboptimality along each run, against one currency; none where no run was looked at twice. */
const curve = (at: At, currency: Currency, id: string): ReadonlyArray<Figure> => {
  const algorithm = at.get("algorithm").text
  const runs = at.get("runs").some
  const start = at.in("exact", "referenceSuboptimality").number
  const epsilon = at.in("goal", "epsilon").number
  const lines = runs
    .map((run) =>
      run
        .get("checkpoints")
        .some.map((one) => ({ x: Number(one.get(currency.queries).count), y: one.get("value").number }))
        .filter(({ x, y }) => x > 0 && y > 0)
    )
    .filter((points) => points.length >= 2)
  if (lines.length === 0) return []
  const ends = runs.map((run): Dot => ({
    x: Number(run.in("ledger", currency.queries).count),
    y: run.in("suboptimality", "value").number,
    note: `trial ${run.get("trial").number}`
  }))
  const most = (pick: "x" | "y"): string => real(Math.max(...ends.map((end) => end[pick])))
  const [promised] = at.get("verdicts").list.flatMap((one) => {
    const bound = Number(one.get("bound").quantity)
    return one.get("part").text === currency.name && bound > 0 ? [{ by: one.get("theorem").text, bound }] : []
  })
  return [
    {
      id,
      title: `Suboptimality against ${currency.what}`,
      caption: `J* − J(π) of the policy in hand; a line a run, its end a dot${promised === undefined ? "" : `; upright, what ${promised.by} promises of ${currency.name} at these parameters`}.`,
      alt: `${runs.length} runs of ${labelOf(algorithm)} begin at ${real(start)}, the base model's, and end at ${most("y")} at the worst after ${most("x")} ${counted(currency)}; the goal is ${real(epsilon)}.`,
      x: logAxis(`${counted(currency)} →`),
      y: logAxis("↑ suboptimality"),
      layers: [
        ...lines.map((points): Layer => ({
          kind: "line",
          series: algorithm,
          as: "run",
          points: thinned(points, RUN_POINTS)
        })),
        { kind: "dots", series: algorithm, points: ends },
        { kind: "rule", axis: "y", label: "base model", at: start },
        { kind: "rule", axis: "y", label: "ε", at: epsilon },
        ...(promised === undefined ? [] : [uprightAt(`${promised.by}'s bound`, promised.bound)])
      ]
    }
  ]
}

const uprightAt = (label: string, at: number): Layer => ({ kind: "rule", axis: "x", label, at })

/** Over the trials, each in its own row: what the worst and the median hide; none of fewer than two. */
const spreadOf = (at: At, id: string): ReadonlyArray<Figure> => {
  const runs = at.get("runs").some
  const sorted = runs
    .map((run) => ({ trial: run.get("trial").number, value: run.in("suboptimality", "value").number }))
    .filter(({ value }) => value > 0)
    .toSorted((a, b) => a.value - b.value)
  if (sorted.length < 2) return []
  const epsilon = at.in("goal", "epsilon").number
  const algorithm = at.get("algorithm").text
  const points = sorted.map(({ trial, value }, i): Dot => ({
    x: value,
    y: (i + 1) / runs.length,
    note: `trial ${trial}`
  }))
  return [
    {
      id,
      title: "Distribution over seeds",
      caption: "Of the output policies' suboptimality: the share of trials at or below each value.",
      alt: `${runs.length} trials from ${real(sorted[0].value)} to ${real(sorted[sorted.length - 1].value)}; the goal is ${real(epsilon)}.`,
      x: logAxis("suboptimality →"),
      y: shareAxis("↑ share of trials"),
      layers: [
        { kind: "line", series: algorithm, as: "step", points: points.map(({ x, y }) => ({ x, y })) },
        { kind: "dots", series: algorithm, small: true, points },
        uprightAt("ε", epsilon)
      ]
    }
  ]
}

/** How its runs went, in both currencies, and where they ended. */
export const runFigures = (at: At, prefix: string): ReadonlyArray<Figure> => [
  ...CURRENCIES.flatMap((currency) => curve(at, currency, `${prefix}${currency.what}`)),
  ...spreadOf(at, `${prefix}seeds`)
]

/** The growth of the determinant with each accepted pair, between T3's two bounds; where the record carries the pairs. */
export const spannerGrowth = (at: At, id: string): ReadonlyArray<Figure> => {
  const d = at.in("problem", "dimension").number
  const parameters = at.get("parameters")
  if (!parameters.get("nu").there || !parameters.get("lambda").there) return []
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
  if (lines.length === 0) return []
  const longest = Math.max(...lines.map((line) => line.length))
  const ns = Array.from({ length: Math.min(longest, 80) }, (_, i) =>
    Math.round(1 + (i * (longest - 1)) / Math.max(1, Math.min(longest, 80) - 1))
  )
  const lower = (n: number): number => n * Math.log1p(nu * nu)
  const upper = (n: number): number => d * Math.log1p((4 * n) / (d * lambda))
  return [
    {
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
        ...dashed(
          "T3, above",
          ns.map((n) => ({ x: n, y: upper(n) }))
        ),
        ...dashed(
          "T3, below",
          ns.map((n) => ({ x: n, y: lower(n) }))
        )
      ]
    }
  ]
}
