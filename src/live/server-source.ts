/**
 * A server as a source of texts. Before the first draw it is asked once for {@link PROBE} choices of one token: which sampling parameters it takes, whether it hears n,
 * and how it counts tokens.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { type Draws, drawTexts } from "../server/draws.ts"
import { DIALECTS, type SamplingFields } from "../server/sampling-fields.ts"
import { isOfKey, type Refused, refused, type ServerAddress, transport } from "../server/transport.ts"
import type { TextSource, TextSourceFacts } from "./text-source.ts"

export interface ServerDrawing {
  /** Most tokens of a response. */
  readonly tokens: number
  readonly stop: ReadonlyArray<string>
  /** Whether prompts go through the server's chat template. */
  readonly chat: boolean
  /** Draws a request at most. */
  readonly batch: number
}

/** Choices of the first request. */
const PROBE = 4

const refusal = (address: ServerAddress, error: Refused | BackendUnavailable): BackendUnavailable =>
  error._tag === "Refused" ? refused(address, "the request", error) : error

/** What the first request finds out. */
interface Probed {
  readonly sampling: SamplingFields
  readonly usage: TextSourceFacts["usage"]
}

/** @param known facts of an earlier run against the same server, which are not asked for again */
export const serverSource = (
  address: ServerAddress,
  { batch, chat, stop, tokens }: ServerDrawing,
  known?: TextSourceFacts
): TextSource & { readonly probe: (prompt: string) => Effect.Effect<Draws | undefined, BackendUnavailable> } => {
  let probed: Probed | undefined = known
  const probe = Effect.fnUntraced(function* (prompt: string): Effect.fn.Return<Draws | undefined, BackendUnavailable> {
    if (probed !== undefined) return undefined
    let last: Refused | undefined
    const n = Math.min(batch, PROBE)
    for (const sampling of DIALECTS) {
      const got = yield* Effect.result(
        Effect.provide(drawTexts(address, { prompt, n, seed: 0, tokens: 1, stop: [], chat, sampling }), transport)
      )
      if (Result.isSuccess(got)) {
        const { completionTokens } = got.success
        // Choices of one token each; one that ends at once may count as none.
        const usage = completionTokens === undefined ? "none" : n > 1 && completionTokens <= 1 ? "one" : "all"
        probed = { sampling, usage }
        return got.success
      }
      if (got.failure._tag !== "Refused") return yield* Effect.fail(got.failure)
      last = got.failure
      if (isOfKey(last)) break
    }
    return yield* Effect.fail(refusal(address, last!))
  })
  return {
    name: address.base,
    probe,
    facts: () => probed ?? { sampling: {}, usage: "none" },
    draw: (prompt, n, seed) =>
      drawTexts(address, { prompt, n, seed, tokens, stop, chat, sampling: probed!.sampling }).pipe(
        Effect.provide(transport),
        Effect.mapError((error) => refusal(address, error))
      )
  }
}
