/**
 * A learner's own chance: draws of the trial's seed that no oracle uses, so that a program that tosses coins is the same program for the same seed, in every process. A
 * service with a default, so that it appears in no algorithm's requirements; `Math.random` in its place makes two runs of one trial differ, which an audit finds.
 *
 * @example
 * ```ts
 * import { Prompts, Randomness } from "coverbound"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const randomness = yield* Randomness
 *   return yield* (yield* Prompts).draw(1 + randomness.integer(3))
 * })
 * console.log(Effect.isEffect(program)) // => true
 * ```
 */
import * as Context from "effect/Context"
import { Stream } from "../numeric/stream.ts"

/** Draws of a learner's own. */
export interface RandomnessShape {
  /** A number in [0, 1), uniform. */
  readonly uniform: () => number
  /** A standard normal number. */
  readonly normal: () => number
  /** A whole number 0 … n−1, uniform; n ≥ 1. */
  readonly integer: (n: number) => number
}

/** The draws of a stream. */
export const randomnessOf = (stream: Stream): RandomnessShape => ({
  uniform: () => stream.next(),
  normal: () => stream.nextNormal(),
  integer: (n) => stream.nextInteger(n)
})

/** A learner's own chance in one trial. Outside trials: a fixed stream. */
export const Randomness = Context.Reference<RandomnessShape>("coverbound/Randomness", {
  defaultValue: () => randomnessOf(Stream.fromSeed(0).split("learner"))
})
