/**
 * Where a learner's practical parameters stop following what is asked of them: along lines of C_cov to 10¹², 1/ε to 10⁴ and d to 128 each parameter is evaluated, and one
 * that grew or fell with the line and then is the same number for good has a cap; one that turns round (a count past 2³¹ that became negative, say) has overflowed.
 * Neither need break a promise, so it is no verdict: the plan runs the learner there.
 */
import * as Effect from "effect/Effect"
import { goalOnGround, groundOf } from "../run/sweep.ts"
import type { Making } from "./runner.ts"

interface Line {
  readonly of: "C_cov" | "1/ε" | "d"
  /** In order of what varies; ε in units of R. */
  readonly points: ReadonlyArray<{ readonly spec: string; readonly epsilon: number; readonly value: number }>
}

const lines: ReadonlyArray<Line> = [
  {
    of: "C_cov",
    points: Array.from({ length: 12 }, (_, i) => ({
      spec: `rare-good:C=1e${i + 1},d=2`,
      epsilon: 0.1,
      value: 10 ** (i + 1)
    }))
  },
  {
    of: "1/ε",
    points: [10, 30, 100, 300, 1000, 3000, 10_000].map((value) => ({
      spec: "rare-good:C=100,d=2",
      epsilon: 1 / value,
      value
    }))
  },
  {
    of: "d",
    points: [2, 4, 8, 16, 32, 64, 128].map((d) => ({ spec: `rare-good:C=100,d=${d}`, epsilon: 0.1, value: d }))
  }
]

/** At most this many caps are told, one a line. */
export const CAPPED_LINES = lines.length

/** A parameter that stopped following. */
export interface Cap {
  readonly parameter: string
  readonly of: Line["of"]
  /** Value of what varies from which it is the same. */
  readonly from: number
  /** A point well beyond. */
  readonly spec: string
  readonly epsilon: number
  /** True where it turned round there. */
  readonly turns: boolean
}

/** Growth per step, as a share of the step's own on a logarithmic scale, from which a parameter follows a line. */
const FOLLOWS = 0.3
/** Steps that it must have followed, and points at which it must then be the same. */
const LEAST = 2

/** Index of the point from which the values are the same for good, where they followed the line before; undefined where they have no cap. */
export const capOf = (at: ReadonlyArray<number>, values: ReadonlyArray<number>): number | undefined => {
  const last = values.length - 1
  let from = last
  while (from > 0 && values[from - 1] === values[last]) from--
  if (last - from + 1 < LEAST + 1 || from < LEAST) return undefined
  for (let i = from - 1; i > from - 1 - LEAST + 1; i--) {
    const step = Math.abs(Math.log(values[i] / values[i - 1]))
    if (!(step >= FOLLOWS * Math.log(at[i] / at[i - 1]))) return undefined
  }
  return from
}

/** Index of the first point at which values that followed the line turn round by more than a factor of two; undefined where none does. */
export const turnOf = (at: ReadonlyArray<number>, values: ReadonlyArray<number>): number | undefined => {
  const slope = (i: number): number => Math.log(values[i] / values[i - 1]) / Math.log(at[i] / at[i - 1])
  for (let i = LEAST + 1; i < values.length; i++) {
    const before = Array.from({ length: LEAST }, (_, k) => slope(i - 1 - k))
    const sign = Math.sign(before[0])
    if (!before.every((one) => sign * one >= FOLLOWS)) continue
    // A negative value has no logarithm, and is no less a turn.
    if (!(sign * Math.log(values[i] / values[i - 1]) >= -Math.LN2)) return i
  }
  return undefined
}

/** The caps of a runner's practical parameters, the first of each line. A line ends where parameters are refused. */
export const parameterCaps = Effect.fnUntraced(function* (
  { resolve, runner }: Pick<Making, "resolve" | "runner">,
  delta: number
): Effect.fn.Return<ReadonlyArray<Cap>> {
  const caps: Array<Cap> = []
  for (const { of, points } of lines) {
    const rows: Array<Readonly<Record<string, number>>> = []
    for (const { epsilon, spec } of points) {
      const ground = groundOf(resolve(spec), spec)
      const goal = goalOnGround(ground, epsilon * ground.problem.rewardRange, delta)
      const chosen = yield* runner.parameters("practical", spec, goal)
      if (!("parameters" in chosen)) break
      rows.push(chosen.parameters)
    }
    for (const parameter of Object.keys(rows[0] ?? {})) {
      const values = rows.map((row) => row[parameter])
      const at = points.map(({ value }) => value)
      const turn = turnOf(at, values)
      const from = turn ?? capOf(at, values)
      if (from === undefined) continue
      const { epsilon, spec } = points[turn ?? Math.min(rows.length - 1, from + LEAST)]
      caps.push({ parameter, of, from: points[from].value, spec, epsilon, turns: turn !== undefined })
      break
    }
  }
  return caps
})
