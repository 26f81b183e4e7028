/** Where an algorithm stands against the built-in ones: queries of both kinds to the same suboptimality on the same instances, with the same seeds. */
import * as Effect from "effect/Effect"
import type { SweepPoint } from "../run/sweep.ts"
import { geometricMean } from "../statistics/geometric-mean.ts"
import { comparisonPoints } from "./axes.ts"
import { SPENT, type PointRuns, type TargetRuns } from "./scaling.ts"

/** How one stands to another: it dominates where it asks no more of either kind anywhere and less somewhere. */
export type Relation = "dominates" | "dominated" | "trade-off" | "alike" | "not compared"

/** One instance: both algorithms' mean queries (geometric), or why one has none. */
export interface ComparedPoint {
  readonly spec: string
  readonly epsilon: number
  readonly own: MeanQueries | string
  readonly other: MeanQueries | string
}

export interface MeanQueries {
  readonly data: number
  readonly computation: number
}

export interface Standing {
  readonly other: string
  readonly relation: Relation
  readonly points: ReadonlyArray<ComparedPoint>
}

/** Queries within this factor are alike: checkpoints are a tenth apart. */
const ALIKE = 1.15

const geometric = (runs: ReadonlyArray<SweepPoint>, pick: (run: SweepPoint) => bigint): number =>
  geometricMean(runs.map((run) => Math.max(1, Number(pick(run)))))

const meanQueries = ({ note, reached, runs }: PointRuns): MeanQueries | string =>
  reached
    ? {
        data: geometric(runs, (run) => run.rewardQueries),
        computation: geometric(runs, (run) => run.samplingQueries)
      }
    : (note ?? "no runs")

type Sign = -1 | 0 | 1

const compared = (own: number, other: number): Sign => (own * ALIKE < other ? -1 : own > other * ALIKE ? 1 : 0)

const relationOf = (points: ReadonlyArray<ComparedPoint>): Relation => {
  const signs = points.flatMap(({ other, own }): ReadonlyArray<Sign> => {
    if (typeof own === "string") return typeof other === "string" ? [] : [1]
    if (typeof other === "string") return [-1]
    return [compared(own.data, other.data), compared(own.computation, other.computation)]
  })
  if (signs.length === 0) return "not compared"
  const [fewer, more] = [signs.includes(-1), signs.includes(1)]
  return fewer && more ? "trade-off" : fewer ? "dominates" : more ? "dominated" : "alike"
}

/** Compares on the plan's points that there was a budget for. */
export const standingAgainst = Effect.fnUntraced(function* (
  other: string,
  own: TargetRuns,
  theirs: TargetRuns
): Effect.fn.Return<Standing> {
  const points: Array<ComparedPoint> = []
  for (const { epsilon, spec } of comparisonPoints) {
    const [mine, its] = [yield* own.at(spec, epsilon, "exact-law"), yield* theirs.at(spec, epsilon, "exact-law")]
    if (mine.note === SPENT || its.note === SPENT) break
    points.push({ spec, epsilon, own: meanQueries(mine), other: meanQueries(its) })
  }
  return { other, relation: relationOf(points), points }
})
