/**
 * Completions of an OpenAI-compatible server (vLLM, llama.cpp, SGLang, Ollama, hosted).
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
import { errorIn, isOfKey, notJson, post, type Refused, type ServerAddress, unavailable } from "./transport.ts"

export interface CompletionRequest {
  readonly prompt: string
  /** Choices. */
  readonly n: number
  /** Requests of one run have seeds n apart: servers number the choices of a request seed … seed+n−1. */
  readonly seed?: number
  /** Most tokens of a response. */
  readonly tokens: number
  /** Texts that end a response and are not part of it. */
  readonly stop?: ReadonlyArray<string>
  readonly chat?: boolean
  /** Most tokens of a place to state log-probabilities of. */
  readonly logprobs?: number
  readonly sampling: SamplingFields
}

/** One response. */
export interface DrawnText {
  readonly text: string
  /** False where it was cut off, after `tokens` or for any other reason than its end. */
  readonly finished: boolean
}

export interface Choice extends DrawnText {
  /** As the server has it. */
  readonly logprobs: unknown
}

/** What a request costs. */
export interface RequestCost {
  /** As the server counts; undefined where it does not. */
  readonly promptTokens: number | undefined
  readonly completionTokens: number | undefined
  /** Attempts at the request beyond the first. */
  readonly retries: number
}

export interface Completion extends RequestCost {
  /** In the server's order, at least one. */
  readonly choices: ReadonlyArray<Choice>
}

/** What one request gave, and what it cost. */
export interface Draws extends RequestCost {
  /** n of them. */
  readonly draws: ReadonlyArray<DrawnText>
}

const Tokens = Schema.optional(Schema.NullOr(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))))
const Answer = Schema.Struct({
  choices: Schema.NonEmptyArray(
    Schema.Struct({
      text: Schema.optional(Schema.String),
      message: Schema.optional(Schema.Struct({ content: Schema.NullOr(Schema.String) })),
      index: Schema.optional(Schema.Int),
      finish_reason: Schema.optional(Schema.NullOr(Schema.String)),
      logprobs: Schema.optional(Schema.Unknown)
    })
  ),
  usage: Schema.optional(Schema.NullOr(Schema.Struct({ prompt_tokens: Tokens, completion_tokens: Tokens })))
})
const decodeAnswer = Schema.decodeUnknownResult(Answer)

/** What a body says, or what it is not. */
const reading = (
  address: ServerAddress,
  text: string,
  chat: boolean
): Omit<Completion, "retries"> | { readonly wrong: string } => {
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
  const ordered = choices.every(({ index }) => index !== undefined)
    ? choices.toSorted((a, b) => a.index! - b.index!)
    : choices
  const read: Array<Choice> = []
  for (const { finish_reason: reason, logprobs, message, text: plain } of ordered) {
    // A chat's content is null where the model said nothing.
    const said = chat ? (message === undefined ? undefined : (message.content ?? "")) : plain
    if (said === undefined) return { wrong: "answers what is no completion: a choice without a text" }
    read.push({ text: said, finished: reason === "stop" || reason === "eos" || reason === "eos_token", logprobs })
  }
  return {
    choices: read,
    promptTokens: usage?.prompt_tokens ?? undefined,
    completionTokens: usage?.completion_tokens ?? undefined
  }
}

type Asking<A> = Effect.Effect<A, Refused | BackendUnavailable, HttpClient.HttpClient>

/** One request. Fails with Refused, or BackendUnavailable where the server cannot be reached, keeps failing, or answers what is no completion. */
export const complete = Effect.fnUntraced(function* (
  address: ServerAddress,
  { chat = false, logprobs, n, prompt, sampling, seed, stop = [], tokens }: CompletionRequest
): Effect.fn.Return<Completion, Refused | BackendUnavailable, HttpClient.HttpClient> {
  const body = JSON.stringify({
    ...(address.model === undefined ? {} : { model: address.model }),
    ...(chat ? { messages: [{ role: "user", content: prompt }] } : { prompt }),
    n,
    max_tokens: tokens,
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(seed === undefined ? {} : { seed }),
    stream: false,
    ...(stop.length === 0 ? {} : { stop }),
    ...sampling
  })
  const { attempts, text } = yield* post(address, chat ? "/v1/chat/completions" : "/v1/completions", body)
  const read = reading(address, text, chat)
  return "wrong" in read ? yield* Effect.fail(unavailable(address, read.wrong)) : { ...read, retries: attempts - 1 }
})

/** Whole responses: {@link complete}, which must give n of them. */
export const drawTexts = (address: ServerAddress, request: CompletionRequest): Asking<Draws> =>
  Effect.flatMap(complete(address, request), ({ choices, ...cost }) => {
    if (choices.length === request.n)
      return Effect.succeed({ ...cost, draws: choices.map(({ finished, text }) => ({ text, finished })) })
    const wrong = `gives ${choices.length} choices where n = ${request.n} were asked for (--batch 1 asks for one at a time)`
    return Effect.fail(unavailable(address, wrong))
  })

/** The answer to the first of some requests that the server does not refuse; a refusal of the key is one of all. */
export const firstAccepted = <C, A>(
  candidates: ReadonlyArray<C>,
  ask: (candidate: C) => Asking<A>
): Asking<{ readonly candidate: C; readonly answer: A }> =>
  Effect.gen(function* () {
    let last: Refused | undefined
    for (const candidate of candidates) {
      const got = yield* Effect.result(ask(candidate))
      if (Result.isSuccess(got)) return { candidate, answer: got.success }
      if (got.failure._tag !== "Refused" || isOfKey(got.failure)) return yield* Effect.fail(got.failure)
      last = got.failure
    }
    return yield* Effect.fail(last!)
  })
