/** `--backend` of an audit: what may make the searches of its literal oracle. Answers do not depend on it. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { BackendUnavailable } from "../../model/backend-unavailable.ts"
import type { Interpreter } from "../../oracle/interpreter.ts"
import { chooseSearch, type SearchChoice } from "../../oracle/shared-search.ts"
import { InvalidCall } from "../invalid-call.ts"

/**
 * Holds this process to the choice.
 *
 * @param elsewhere the algorithm is a module, which runs in a process of its own
 */
export const chooseBackend = (
  asked: Option.Option<SearchChoice>,
  interpreter: Interpreter,
  elsewhere: boolean
): Effect.Effect<void, InvalidCall | BackendUnavailable> => {
  if (Option.isNone(asked)) return Effect.void
  const refuse = (expectation: string) =>
    Effect.fail(new InvalidCall({ field: "--backend", value: asked.value, expectation }))
  if (elsewhere) return refuse("nothing beside a module, whose process chooses by itself")
  if (interpreter === "exact-law") return refuse("--oracle literal beside it: the exact law makes no searches")
  return Effect.try({
    try: () => chooseSearch(asked.value),
    catch: (error) => {
      if (error instanceof BackendUnavailable) return error
      throw error
    }
  })
}
