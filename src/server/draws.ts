/**
 * Draws of whole responses from an OpenAI-compatible server.
 *
 * A prompt is sent as it stands, to /v1/completions; only where the caller asks for it does it become a user's message and the server's chat template goes around
 * it (/v1/chat/completions). A completion that the server did not end itself says so: it is a response of another kind.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import type { SamplingFields } from "./sampling-fields.ts"
import { errorIn, notJson, post, type Refused, type ServerAddress, unavailable } from "./transport.ts"

export interface DrawRequest {
  readonly prompt: string
  /** Choices. */
  readonly n: number
  /** Requests of one run have seeds n apart: servers number the choices of a request seed … seed+n−1. */
  readonly seed: number
  /** Most tokens of a response. */
  readonly tokens: number
  /** Texts that end a response and are not part of it. */
  readonly stop: ReadonlyArray<string>
  readonly chat: boolean
  readonly sampling: SamplingFields
}

export interface DrawnText {
  readonly text: string
  /** False where it was cut off, after `tokens` or for any other reason than its end. */
  readonly finished: boolean
}

export interface Draws {
  /** n of them, in the server's order. */
  readonly draws: ReadonlyArray<DrawnText>
  /** As the server counts; undefined where it does not. */
  readonly promptTokens: number | undefined
  readonly completionTokens: number | undefined
  /** Attempts at the request beyond the first. */
  readonly retries: number
}

const Choice = Schema.Struct({
  text: Schema.optional(Schema.String),
  message: Schema.optional(Schema.Struct({ content: Schema.NullOr(Schema.String) })),
  index: Schema.optional(Schema.Int),
  finish_reason: Schema.optional(Schema.NullOr(Schema.String))
})

const Tokens = Schema.optional(Schema.NullOr(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))))

const Answer = Schema.Struct({
  choices: Schema.Array(Choice),
  usage: Schema.optional(Schema.NullOr(Schema.Struct({ prompt_tokens: Tokens, completion_tokens: Tokens })))
})
const decodeAnswer = Schema.decodeUnknownResult(Answer)

/** What a body is not. */
const reading = (
  address: ServerAddress,
  text: string,
  { chat, n }: DrawRequest
): Omit<Draws, "retries"> | { readonly wrong: string } => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { wrong: notJson(address, text) }
  }
  const decoded = decodeAnswer(parsed)
  if (Result.isFailure(decoded))
    return { wrong: errorIn(address, parsed) ?? "answers what is no completion: choices with texts are missing" }
  const { choices, usage } = decoded.success
  if (choices.length !== n)
    return { wrong: `gives ${choices.length} choices where n = ${n} were asked for (--batch 1 asks for one at a time)` }
  const ordered = choices.every(({ index }) => index !== undefined)
    ? choices.toSorted((a, b) => a.index! - b.index!)
    : choices
  const draws: Array<DrawnText> = []
  for (const { finish_reason: reason, message, text: plain } of ordered) {
    // A chat's content is null where the model said nothing.
    const said = chat ? (message === undefined ? undefined : (message.content ?? "")) : plain
    if (said === undefined) return { wrong: "answers what is no completion: a choice without a text" }
    draws.push({ text: said, finished: reason === "stop" || reason === "eos" || reason === "eos_token" })
  }
  return {
    draws,
    promptTokens: usage?.prompt_tokens ?? undefined,
    completionTokens: usage?.completion_tokens ?? undefined
  }
}

/** One request for n draws. Fails with Refused, or BackendUnavailable where the server fails or answers something else than n draws. */
export const drawTexts = Effect.fnUntraced(function* (
  address: ServerAddress,
  request: DrawRequest
): Effect.fn.Return<Draws, Refused | BackendUnavailable, HttpClient.HttpClient> {
  const { chat, n, prompt, sampling, seed, stop, tokens } = request
  const body = JSON.stringify({
    ...(address.model === undefined ? {} : { model: address.model }),
    ...(chat ? { messages: [{ role: "user", content: prompt }] } : { prompt }),
    n,
    max_tokens: tokens,
    seed,
    stream: false,
    ...(stop.length === 0 ? {} : { stop }),
    ...sampling
  })
  const { attempts, text } = yield* post(address, chat ? "/v1/chat/completions" : "/v1/completions", body)
  const read = reading(address, text, request)
  return "wrong" in read ? yield* Effect.fail(unavailable(address, read.wrong)) : { ...read, retries: attempts - 1 }
})
