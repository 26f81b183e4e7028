/**
 * Random instances crossed by design: every two values of the axes below meet in some case. Rewards have an offset of their own at each prompt, prompts are unequally
 * likely, and no row is settled by doing nothing: of the seeds that an audit's seed gives, the first is taken on which π_ref is further from the best policy than ε.
 *
 * The temperatures are small beside ε, so that the order of responses must be learned, not their scale: what regresses on one reward of two, rounds rewards, forgets
 * an offset or drops ties is then wrong by more than ε.
 */
import { randomInstance } from "../instance/families/random-instance.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { optimum, referenceSuboptimality } from "../policy/optimum.ts"
import { coveringArray } from "./covering.ts"

export const crossedAxes = {
  d: [2, 3, 5],
  prompts: [1, 3, 12],
  responses: [3, 6],
  /** R. */
  R: [1, 4, 0.25],
  /** β/R. */
  beta: [0.05, 0.1],
  spread: [0, 1],
  ties: [0, 0.3],
  zeros: [0, 0.2],
  set: ["ball", "box"],
  noise: ["bernoulli", "two-point", "none"],
  /** ε/R. */
  epsilon: [0.04, 0.08],
  delta: [0.1, 0.03],
  interpreter: ["exact-law", "literal"]
} as const

export interface CrossedRow {
  /** SPEC of the instance of an audit's seed. */
  readonly spec: (seed: number) => string
  /** ε/R. */
  readonly epsilon: number
  readonly delta: number
  readonly interpreter: "exact-law" | "literal"
  /** What is crossed in it, for people. */
  readonly why: string
}

/** How much further from the best policy than ε π_ref must be. */
const ROOM = 1.5
/** Seeds tried; where none has room the last is taken. */
const MOST_SEEDS = 64

const startsAbove = (exact: FiniteInstance, gap: number): boolean => referenceSuboptimality(exact, optimum(exact)) > gap

export const crossedRows: ReadonlyArray<CrossedRow> = coveringArray(crossedAxes).map((row, i) => {
  const { beta, delta, epsilon, interpreter, ...rest } = row
  const options = { ...rest, beta: beta * row.R }
  const found = new Map<number, number>()
  const seedOf = (seed: number): number => {
    const known = found.get(seed)
    if (known !== undefined) return known
    let tried = 1000 * seed + 100 * i
    for (let k = 1; k < MOST_SEEDS; k++, tried++)
      if (startsAbove(randomInstance({ ...options, seed: tried }), ROOM * epsilon * row.R)) break
    found.set(seed, tried)
    return tried
  }
  const said = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  return {
    spec: (seed) => `random:${said.join(",")},seed=${seedOf(seed)}`,
    epsilon,
    delta,
    interpreter,
    why: `crossed: ${said.join(", ")}`
  }
})
