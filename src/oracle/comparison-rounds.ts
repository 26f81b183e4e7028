/**
 * Exploration rounds: draw a prompt, a tilted pair, and both rewards; look at the outcome; decide the next tilt.
 *
 * T7 asks for millions of them, each depending on the last, so one Effect per oracle call would cost more than the work. Where every interpreter
 * answers at once (`immediate`), rounds run in blocks inside one Effect; otherwise each round is a sequence of Effects. Both orders
 * of calls are the same, so both give the same run.
 */
import * as Effect from "effect/Effect"
import type { Pair } from "./handle.ts"
import type { BudgetExhausted } from "./ledger.ts"
import { Prompts, Rewards, type TiltRequest, WeakSampling } from "./services.ts"
import { answer } from "./tap.ts"

/** Rounds per Effect: the block is short enough (about a millisecond) for fibres, timers and interruption to get their turn. */
const BLOCK = 512

/** How many rounds, what is asked in each, and what is done with its outcome. */
export interface ComparisonRounds {
  readonly rounds: number
  /** The tilt of the coming round; synchronous. */
  readonly request: () => TiltRequest
  /** What was seen: left is the tilted draw, right the anchor, difference = r₁ − r₂. Synchronous. */
  readonly observe: (pair: Pair, difference: number) => "continue" | "stop"
}

/**
 * Runs up to `rounds` rounds of: draw a prompt, a tilted pair at it, both rewards. Each round charges the draws of SoftmaxSampler and one for the anchor, and two rewards.
 * Returns the number of rounds made; fails with BudgetExhausted where a budget ends them.
 */
export const comparisonRounds = Effect.fnUntraced(function* (
  options: ComparisonRounds
): Effect.fn.Return<number, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const prompts = yield* Prompts
  const weak = yield* WeakSampling
  const rewards = yield* Rewards
  const { rounds, request, observe } = options
  const [now, draw, difference] = [
    prompts.immediate?.draw,
    weak.immediate?.tiltedPair,
    rewards.immediate?.queryDifference
  ]
  let made = 0
  if (now !== undefined && draw !== undefined && difference !== undefined) {
    while (made < rounds) {
      const stopped = yield* answer(() => {
        const end = Math.min(rounds, made + BLOCK)
        while (made < end) {
          const { pair } = draw(now(1)[0], request())
          made++
          if (observe(pair, difference(pair)) === "stop") return true
        }
        return false
      })
      if (stopped) break
    }
    return made
  }
  while (made < rounds) {
    const [prompt] = yield* prompts.draw(1)
    const { pair } = yield* weak.tiltedPair(prompt, request())
    const seen = yield* rewards.queryDifference(pair)
    made++
    if (observe(pair, seen) === "stop") break
  }
  return made
})
