/**
 * The smallest instance that shows a broken promise of ε: options of the SPEC on which it was refuted are made smaller one by one, as long as runs still end above ε. It
 * points and proves nothing: the verdict stands on the case that was planned.
 */
import * as Effect from "effect/Effect"
import type { Goal } from "../algorithm/algorithm.ts"
import { goalOnGround, groundOf } from "../run/sweep.ts"
import { type CaseResult, jobOf } from "./case-run.ts"
import type { PlannedCase } from "./cases.ts"
import type { Making } from "./runner.ts"

export interface Smallest extends Pick<PlannedCase, "interpreter" | "parameters"> {
  readonly spec: string
  readonly goal: Goal
  readonly above: number
  readonly runs: number
}

/** Runs of an attempt, and how many of them must end above ε for it to be taken. */
const RUNS = 4
const ABOVE = 3
/** Attempts in all. */
const MOST = 16

/** Options that may be made smaller, and to what, from the smallest up. */
const SMALLER: Readonly<Record<string, ReadonlyArray<number>>> = {
  prompts: [1, 2, 3],
  responses: [2, 3, 4],
  d: [1, 2, 3],
  ties: [0],
  zeros: [0],
  spread: [0],
  C: [10, 100, 1e3, 1e4, 1e5]
}

const OPTION = (name: string): RegExp => new RegExp(`([:,]${name}=)([^,]+)`)

/** The SPEC with an option made smaller; undefined where it has none that is larger. */
const withOption = (spec: string, name: string, value: number): string | undefined => {
  const [, , now] = OPTION(name).exec(spec) ?? []
  return now !== undefined && Number(now) > value ? spec.replace(OPTION(name), `$1${value}`) : undefined
}

/** Makes the instance of a refuted case smaller while it still shows; undefined where nothing smaller does. */
export const smallestShowing = Effect.fnUntraced(function* (
  { goal, planned, spec: first }: CaseResult,
  { over, resolve, runner, seed }: Making
): Effect.fn.Return<Smallest | undefined> {
  const share = goal.epsilon / resolve(first).exact.rewardRange
  let found: Smallest | undefined
  let attempts = 0
  const attempt = Effect.fnUntraced(function* (spec: string): Effect.fn.Return<Smallest | undefined> {
    const ground = yield* Effect.option(Effect.try(() => groundOf(resolve(spec), spec)))
    if (ground._tag === "None") return undefined
    const own = goalOnGround(ground.value, share * ground.value.problem.rewardRange, goal.delta)
    let above = 0
    for (let trial = 0; trial < RUNS; trial++) {
      const outcome = yield* runner.trial(jobOf({ ...planned, spec: () => spec }, seed, own, trial))
      if (outcome.kind !== "finished") return undefined
      if (!(outcome.record.suboptimality.value <= own.epsilon)) above++
      if (RUNS - trial - 1 + above < ABOVE) return undefined
    }
    const { interpreter, parameters } = planned
    return { spec, goal: own, parameters, interpreter, above, runs: RUNS }
  })
  for (const [name, values] of Object.entries(SMALLER))
    for (const value of values) {
      const spec = withOption(found?.spec ?? first, name, value)
      if (spec === undefined) continue
      if (over() || attempts++ >= MOST) return found
      const smaller = yield* attempt(spec)
      if (smaller === undefined) continue
      found = smaller
      break
    }
  return found
})
