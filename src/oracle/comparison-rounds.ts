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
  /** The tilt of the coming round, asked before its prompt is drawn; synchronous. */
  readonly request: () => TiltRequest
  /** What was seen: left is the tilted draw, right the anchor, difference = r₁ − r₂. Synchronous. */
  readonly observe: (pair: Pair, difference: number) => "continue" | "stop"
}

type Immediate<S> = S extends { readonly immediate?: infer I } ? NonNullable<I> : never

/** The three questions of a round, answered at once. */
export interface RoundOracles {
  readonly draw: Immediate<Prompts["Service"]>["draw"]
  readonly tiltedPair: Immediate<WeakSampling["Service"]>["tiltedPair"]
  readonly queryDifference: Immediate<Rewards["Service"]>["queryDifference"]
}

/** A round as one question. May throw BudgetExhausted. */
export type WholeRound = (request: TiltRequest) => { readonly pair: Pair; readonly difference: number }

const whole = new WeakMap<RoundOracles["tiltedPair"], RoundOracles & { readonly round: WholeRound }>()

/**
 * Says that these three, and no others in their place, may be asked as one: oracles in another process answer a round in one message instead of three. A program that
 * puts an oracle of its own before one of them is asked by its own.
 */
export const asWhole = (oracles: RoundOracles, round: WholeRound): void => {
  whole.set(oracles.tiltedPair, { ...oracles, round })
}

/** How these three are asked as one, where they can be. */
export const wholeRound = ({ draw, queryDifference, tiltedPair }: RoundOracles): WholeRound | undefined => {
  const known = whole.get(tiltedPair)
  return known?.draw === draw && known.queryDifference === queryDifference ? known.round : undefined
}

/** The three where all answer at once. */
export const roundOracles = (
  prompts: Prompts["Service"] | undefined,
  weak: WeakSampling["Service"] | undefined,
  rewards: Rewards["Service"] | undefined
): RoundOracles | undefined => {
  const [draw, tiltedPair] = [prompts?.immediate?.draw, weak?.immediate?.tiltedPair]
  const queryDifference = rewards?.immediate?.queryDifference
  return draw !== undefined && tiltedPair !== undefined && queryDifference !== undefined
    ? { draw, tiltedPair, queryDifference }
    : undefined
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
  const atOnce = roundOracles(prompts, weak, rewards)
  let made = 0
  if (atOnce !== undefined) {
    const { draw, queryDifference, tiltedPair } = atOnce
    const round =
      wholeRound(atOnce) ??
      ((asked: TiltRequest) => {
        const { pair } = tiltedPair(draw(1)[0], asked)
        return { pair, difference: queryDifference(pair) }
      })
    while (made < rounds) {
      const stopped = yield* answer(() => {
        const end = Math.min(rounds, made + BLOCK)
        while (made < end) {
          const { difference, pair } = round(request())
          made++
          if (observe(pair, difference) === "stop") return true
        }
        return false
      })
      if (stopped) break
    }
    return made
  }
  while (made < rounds) {
    const asked = request()
    const [prompt] = yield* prompts.draw(1)
    const { pair } = yield* weak.tiltedPair(prompt, asked)
    const seen = yield* rewards.queryDifference(pair)
    made++
    if (observe(pair, seen) === "stop") break
  }
  return made
})
