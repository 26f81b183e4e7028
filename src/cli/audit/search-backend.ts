/**
 * `--backend` of an audit: what may make the searches, counts and tables of its oracles ({@link SearchBackend}). Answers
 * do not depend on it. A module's process is told of it by `load-module.ts`.
 */
import * as Effect from "effect/Effect"
import { attempting } from "../../instance/invalid-instance.ts"
import { BackendUnavailable } from "../../kernel/backend-unavailable.ts"
import { SearchBackend, SessionSearch } from "../../search/session-search.ts"

/** Fails where the sessions to come could not have what was asked for. */
export const checkBackend: Effect.Effect<void, BackendUnavailable> = Effect.flatMap(SearchBackend, (choice) =>
  attempting(BackendUnavailable)(() => new SessionSearch(choice).close())
)
