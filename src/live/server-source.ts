/**
 * A server as a source of texts. Before the first draw it is asked once for {@link PROBE} choices of one token: which sampling parameters it takes, whether it hears n,
 * and how it counts tokens.
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type * as HttpClient from "effect/http/HttpClient"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { type Draws, drawTexts, firstAccepted } from "../server/completions.ts"
import { DIALECTS } from "../server/sampling-fields.ts"
import { type Refused, refused, type ServerAddress, transport } from "../server/transport.ts"
import type { TextSource, TextSourceFacts } from "./text-source.ts"

/** What a server is asked for. */
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

/**
 * An OpenAI-compatible server as a source of texts. Its first draw, or `probe`, finds out which sampling parameters it takes and how it counts.
 *
 * @param known facts of an earlier run against the same server, which are not asked for again
 */
export const serverSource = (
  address: ServerAddress,
  { batch, chat, stop, tokens }: ServerDrawing,
  known?: TextSourceFacts
): TextSource & { readonly probe: (prompt: string) => Effect.Effect<Draws | undefined, BackendUnavailable> } => {
  let probed: TextSourceFacts | undefined = known
  const asked = <A>(drawing: Effect.Effect<A, Refused | BackendUnavailable, HttpClient.HttpClient>) =>
    drawing.pipe(
      Effect.provide(transport),
      Effect.mapError((error) => (error._tag === "Refused" ? refused(address, "the request", error) : error))
    )
  const probing = Effect.fnUntraced(function* (
    prompt: string
  ): Effect.fn.Return<Draws | undefined, BackendUnavailable> {
    if (probed !== undefined) return undefined
    const n = Math.min(batch, PROBE)
    const request = { prompt, n, seed: 0, tokens: 1, chat }
    const { answer, candidate: sampling } = yield* asked(
      firstAccepted(DIALECTS, (sampling) => drawTexts(address, { ...request, sampling }))
    )
    const { completionTokens } = answer
    // Choices of one token each; one that ends at once may count as none.
    const usage = completionTokens === undefined ? "none" : n > 1 && completionTokens <= 1 ? "one" : "all"
    probed = { sampling, usage }
    return answer
  })
  // Draws come several at once; who comes first asks for all.
  const turn = Semaphore.makeUnsafe(1)
  const probe = (prompt: string) => turn.withPermits(1)(probing(prompt))
  return {
    name: address.base,
    probe,
    facts: () => probed ?? { sampling: {}, usage: "none" },
    draw: (prompt, n, seed) =>
      Effect.andThen(probe(prompt), () =>
        asked(drawTexts(address, { prompt, n, seed, tokens, stop, chat, sampling: probed!.sampling }))
      )
  }
}
