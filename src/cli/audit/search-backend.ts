/**
 * `--backend` of an audit: what may make the searches, counts and tables of its oracles. Answers do not depend on it. A
 * module's process is told of it by `load-module.ts`.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { BackendUnavailable } from "../../kernel/backend-unavailable.ts"
import { chooseSearch, type SearchChoice } from "../../search/shared-search.ts"

/** Holds this process to the choice. */
export const chooseBackend = (asked: Option.Option<SearchChoice>): Effect.Effect<void, BackendUnavailable> =>
  Option.isNone(asked)
    ? Effect.void
    : Effect.try({
        try: () => chooseSearch(asked.value),
        catch: (error) => {
          if (error instanceof BackendUnavailable) return error
          throw error
        }
      })
