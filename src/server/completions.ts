/** One-token completions of an OpenAI-compatible server (vLLM, llama.cpp, SGLang, Ollama, hosted), read in either shape that servers answer in. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { SamplingFields } from "./sampling-fields.ts"
import { errorIn, notJson, post, type ServerAddress, transport, unavailable } from "./transport.ts"

export interface Choice {
  /** The token's id where the server gives it, else its text. */
  readonly token: string
  readonly text: string
  /** Log-probabilities stated for the position, by token. */
  readonly stated: ReadonlyMap<string, number>
}

export interface Completion {
  readonly choices: ReadonlyArray<Choice>
  /** usage.completion_tokens. */
  readonly completionTokens: number | undefined
}

export interface CompletionRequest {
  readonly prompt: string
  readonly n: number
  readonly seed?: number
  readonly tokens: number
  /** Most tokens to state log-probabilities of. */
  readonly logprobs: number
  readonly sampling: SamplingFields
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A token's name in `top_logprobs`: its id where there is one. */
const nameOf = (entry: Readonly<Record<string, unknown>>): string =>
  typeof entry["id"] === "number" ? `#${entry["id"]}` : String(entry["token"])

const choiceOf = (value: unknown): Choice | undefined => {
  if (!isFields(value) || typeof value["text"] !== "string") return undefined
  const { logprobs, text } = value
  const stated = new Map<string, number>()
  if (!isFields(logprobs)) return { token: text, text, stated }
  // The chat shape, which llama.cpp answers in here too; then the completions' own.
  const content: unknown = Array.isArray(logprobs["content"]) ? logprobs["content"][0] : undefined
  if (isFields(content)) {
    const top = Array.isArray(content["top_logprobs"]) ? content["top_logprobs"] : []
    for (const entry of top)
      if (isFields(entry) && typeof entry["logprob"] === "number") stated.set(nameOf(entry), entry["logprob"])
    return { token: nameOf(content), text, stated }
  }
  const first: unknown = Array.isArray(logprobs["top_logprobs"]) ? logprobs["top_logprobs"][0] : undefined
  if (isFields(first))
    for (const [token, log] of Object.entries(first)) if (typeof log === "number") stated.set(token, log)
  const tokens = logprobs["tokens"]
  return { token: Array.isArray(tokens) && typeof tokens[0] === "string" ? tokens[0] : text, text, stated }
}

/** @throws Refused, and BackendUnavailable where the server cannot be reached, keeps failing, or answers what is no completion */
export const complete = async (address: ServerAddress, request: CompletionRequest): Promise<Completion> => {
  const { logprobs, n, prompt, sampling, seed, tokens } = request
  const body = JSON.stringify({
    ...(address.model === undefined ? {} : { model: address.model }),
    prompt,
    n,
    max_tokens: tokens,
    logprobs,
    ...(seed === undefined ? {} : { seed }),
    ...sampling
  })
  const run = Effect.runPromise(Effect.result(Effect.provide(post(address, "/v1/completions", body), transport)))
  const got = await run
  if (Result.isFailure(got)) throw got.failure
  return completionOf(address, got.success.text)
}

const completionOf = (address: ServerAddress, text: string): Completion => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw unavailable(address, notJson(address, text))
  }
  const given: unknown = isFields(parsed) ? parsed["choices"] : undefined
  const choices = Array.isArray(given) ? given.map(choiceOf) : []
  if (choices.length === 0 || choices.some((one) => one === undefined))
    throw unavailable(address, errorIn(address, parsed) ?? "answers no choices with a text")
  const usage = isFields(parsed) && isFields(parsed["usage"]) ? parsed["usage"]["completion_tokens"] : undefined
  return {
    choices: choices.filter((one) => one !== undefined),
    completionTokens: typeof usage === "number" ? usage : undefined
  }
}
