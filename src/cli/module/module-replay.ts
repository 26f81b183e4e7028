/** Replays of a module's certificates: the trials that they state, made again by the module, in its sandbox. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { algorithms } from "../../algorithm/registry.ts"
import { standIn } from "../../audit/case-run.ts"
import { trialJob } from "../../audit/outcome.ts"
import { type ReplayOptions, ReplayUnavailable } from "../../certificate/replay.ts"
import { InvalidCall, type NotHeld, type NotRun } from "../invalid-call.ts"
import { loadModule } from "./load-module.ts"
import { namedModule } from "./named-module.ts"

/** The algorithms of a replay, the module's among them, and what makes its runs. */
export const moduleReplay = Effect.fnUntraced(function* (
  asked: string
): Effect.fn.Return<Pick<ReplayOptions, "algorithms" | "run">, InvalidCall | NotHeld | NotRun, Scope.Scope> {
  const module = yield* namedModule(asked, "--module")
  if (module === undefined)
    return yield* new InvalidCall({ field: "--module", value: asked, expectation: "a module such as ./my-variant.ts" })
  const runner = yield* loadModule(module, {
    // What was audited is known by its hash.
    noTypeCheck: true
  })
  const run: NonNullable<ReplayOptions["run"]> = (options) =>
    Effect.flatMap(
      // Its parameters are stated: no goal is asked for.
      runner.trial(trialJob(options, options.instance.spec, { epsilon: 1, delta: 0.5, coverage: 1 })),
      (outcome) =>
        outcome.kind === "finished"
          ? Effect.succeed(outcome.record)
          : Effect.fail(
              new ReplayUnavailable({
                field: "algorithm",
                value: `${asked} (${outcome.kind === "failed" ? outcome.failure.note : outcome.why})`,
                expectation: "a module that makes the trial again"
              })
            )
    )
  return { algorithms: [...algorithms, standIn(runner.description)], run }
})
