/**
 * One-token completions of an OpenAI-compatible server (vLLM, llama.cpp, SGLang, Ollama, hosted), read in either shape that servers answer in.
 *
 * A key comes from the caller and goes into a header only: no message carries it. Requests end after a time limit; 429, 5xx and resets are tried again, a few
 * times, ever later.
 */
import { BackendUnavailable } from "../kernel/backend-unavailable.ts"

export interface ServerAddress {
  /** Up to and without /v1. */
  readonly base: string
  readonly model?: string
  readonly key?: string
  /** Milliseconds that one request may take. */
  readonly timeout: number
}

/** What is sent beside prompt, n and seed. */
export type SamplingFields = Readonly<Record<string, number>>

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

/** The server said no to this request; its status tells whether another would do. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, said: string) {
    super(`${status} ${said}`)
    this.status = status
  }
}

const MOST_BYTES = 16 * 2 ** 20
const PAUSES = [50, 200, 800, 3200]

const unavailable = (address: ServerAddress, reason: string): BackendUnavailable =>
  new BackendUnavailable({ backend: address.base, reason, fix: "see that the server runs and speaks /v1/completions" })

/** The body of one attempt, or undefined where another may succeed. */
const attempt = async (address: ServerAddress, body: string): Promise<{ text: string } | { again: string }> => {
  try {
    const response = await fetch(`${address.base}/v1/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(address.key === undefined ? {} : { authorization: `Bearer ${address.key}` })
      },
      body,
      signal: AbortSignal.timeout(address.timeout)
    })
    const text = await bounded(response)
    if (response.ok) return { text }
    if (response.status === 429 || response.status >= 500) return { again: `answers ${response.status}` }
    throw new Refused(response.status, text.replace(/\s+/g, " ").slice(0, 120))
  } catch (error) {
    if (error instanceof Refused || error instanceof BackendUnavailable) throw error
    if (error instanceof Error && error.name === "TimeoutError")
      return { again: `gives no answer within ${address.timeout} ms` }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    return { again: `cannot be reached: ${cause}` }
  }
}

/** A body of bounded size. */
const bounded = async (response: Response): Promise<string> => {
  const parts: Array<Uint8Array> = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > MOST_BYTES) throw new Refused(response.status, `a body of over ${MOST_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString("utf8")
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
  let why = ""
  for (const pause of [...PAUSES, undefined]) {
    const got = await attempt(address, body)
    if ("text" in got) return completionOf(address, got.text)
    why = got.again
    if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, pause))
  }
  throw unavailable(address, `${why}, ${PAUSES.length + 1} times`)
}

const completionOf = (address: ServerAddress, text: string): Completion => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw unavailable(address, `answers what is not JSON (${JSON.stringify(text.slice(0, 40))})`)
  }
  const given: unknown = isFields(parsed) ? parsed["choices"] : undefined
  const choices = Array.isArray(given) ? given.map(choiceOf) : []
  if (choices.length === 0 || choices.some((one) => one === undefined))
    throw unavailable(address, "answers no choices with a text")
  const usage = isFields(parsed) && isFields(parsed["usage"]) ? parsed["usage"]["completion_tokens"] : undefined
  return {
    choices: choices.filter((one) => one !== undefined),
    completionTokens: typeof usage === "number" ? usage : undefined
  }
}
