/** Bodies of commands, which are loaded when they are called: help and wrong calls should not wait for them. */
import * as Effect from "effect/Effect"

/** @param load gives what a command does once its options are parsed */
export const onDemand =
  <Call, A, E, R>(load: (call: Call) => Promise<(call: Call) => Effect.Effect<A, E, R>>) =>
  (call: Call): Effect.Effect<A, E, R> =>
    Effect.flatMap(
      Effect.promise(() => load(call)),
      (run) => run(call)
    )
