/**
 * Requests to an OpenAI-compatible server over Effect's HttpClient: bounded in time and size, tried again where that may help, quiet about the key.
 *
 * What is tried again is the same request with the same seed: a server that draws by seed gives the same draws, so that giving up on slow answers does not choose
 * among them.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { BackendUnavailable } from "../kernel/backend-unavailable.ts"

/** Where a server is, and how patient a request is with it. */
export interface ServerAddress {
  /** Up to and without /v1. */
  readonly base: string
  readonly model?: string
  /** Goes into a header and nowhere else. */
  readonly key?: string
  /** Milliseconds that one attempt may take. */
  readonly timeout: number
  /** Attempts at a request. Default 5. */
  readonly attempts?: number
}

/** The server said no to this request; its status tells whether another would do. */
export class Refused extends Error {
  readonly _tag = "Refused"
  readonly status: number
  constructor(status: number, said: string) {
    super(`${status} ${said}`)
    this.status = status
  }
}

/**
 * What {@link post} needs: Node's fetch, which follows no redirect: a POST that is followed may become a GET, or take prompts to a host that nobody named.
 */
export const transport = Layer.provide(
  FetchHttpClient.layer,
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })
)

const MOST_BYTES = 16 * 2 ** 20
/** Characters of a server's message that are repeated. */
const MOST_SAID = 160
const ATTEMPTS = 5
/** Milliseconds before the second attempt; four times as long before each further one, up to {@link LONGEST_PAUSE}. */
const FIRST_PAUSE = 50
const LONGEST_PAUSE = 20_000
/** Longest wait that a server may ask for. */
const MOST_PATIENCE = 120_000

export const unavailable = (
  address: ServerAddress,
  reason: string,
  fix = "see that the server runs and speaks /v1/completions"
): BackendUnavailable => new BackendUnavailable({ backend: address.base, reason: withoutKey(address, reason), fix })

/** A refusal that no other request would change. */
export const isOfKey = ({ status }: Refused): boolean => status === 401 || status === 403

/** What a reader of {@link Refused} can do about it. */
export const refused = (address: ServerAddress, what: string, error: Refused): BackendUnavailable =>
  unavailable(
    address,
    `refuses ${what}: ${error.message}`,
    isOfKey(error) ? "its key goes into COVERBOUND_API_KEY or OPENAI_API_KEY" : undefined
  )

/** Servers repeat the key they refuse. */
const withoutKey = ({ key }: ServerAddress, text: string): string =>
  key === undefined || key === "" ? text : text.replaceAll(key, "…")

/** The first characters of what a server said, on one line. The key goes first: what is left of one that was cut through would not be found. */
const startOf = (address: ServerAddress, text: string, most: number): string =>
  withoutKey(address, text).replace(/\s+/g, " ").slice(0, most)

export const notJson = (address: ServerAddress, text: string): string =>
  `answers what is not JSON (${JSON.stringify(startOf(address, text, 40))})`

/** What a body says in place of an answer, where it does: some servers say so with status 200. */
export const errorIn = (address: ServerAddress, body: unknown): string | undefined => {
  const error: unknown = typeof body === "object" && body !== null && "error" in body ? body.error : undefined
  return error === undefined || error === null
    ? undefined
    : `answers an error: ${startOf(address, JSON.stringify(error), MOST_SAID)}`
}

/** Another attempt may succeed. */
class Again extends Data.TaggedError("Again")<{
  readonly why: string
  /** Milliseconds the server asks to wait. */
  readonly after?: number
}> {}

/** Retry-After in milliseconds, where it is in seconds; as a date it would be read off a clock that need not be the server's. */
const retryAfter = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d+(\.\d+)?$/.test(header.trim())
    ? Math.min(MOST_PATIENCE, 1000 * Number(header))
    : undefined

const causeOf = ({ reason }: HttpClientError): string => {
  const cause = "cause" in reason ? reason.cause : undefined
  if (!(cause instanceof Error)) return reason._tag
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}

const attempt = Effect.fnUntraced(function* (
  address: ServerAddress,
  path: string,
  body: string
): Effect.fn.Return<string, Again | Refused | HttpClientError, HttpClient.HttpClient> {
  const request = HttpClientRequest.post(`${address.base}${path}`).pipe(
    HttpClientRequest.bodyText(body, "application/json"),
    (made) => (address.key === undefined ? made : HttpClientRequest.bearerToken(made, address.key))
  )
  const response = yield* HttpClient.execute(request)
  const parts: Array<Uint8Array> = []
  let size = 0
  yield* Stream.runForEach(response.stream, (part) =>
    Effect.suspend(() => {
      size += part.byteLength
      if (size > MOST_BYTES) return Effect.fail(new Refused(response.status, `a body of over ${MOST_BYTES} bytes`))
      parts.push(part)
      return Effect.void
    })
  ).pipe(
    // A refusal may come without a body.
    Effect.catchTag("HttpClientError", (error) =>
      error.reason._tag === "EmptyBodyError" ? Effect.void : Effect.fail(error)
    )
  )
  const { status } = response
  const text = Buffer.concat(parts).toString("utf8")
  if (status >= 200 && status < 300) return text
  if (status === 429 || status === 408 || status >= 500) {
    const after = retryAfter(response.headers["retry-after"])
    return yield* new Again({ why: `answers ${status}`, ...(after === undefined ? {} : { after }) })
  }
  const said =
    status >= 300 && status < 400
      ? `redirects to ${response.headers["location"] ?? "nowhere"}, which is not followed; name that server instead`
      : text
  return yield* Effect.fail(new Refused(status, startOf(address, said, MOST_SAID)))
})

/** The body of a successful answer, and how many attempts it took. */
export interface Posted {
  readonly text: string
  readonly attempts: number
}

/**
 * Posts a JSON text to `path`. Each attempt has the address's time limit; 429, 408, 5xx, resets and silence are tried again, ever later or when the server says.
 *
 * Fails with Refused (another 4xx, or a body past 16 MiB), or BackendUnavailable where the attempts are used up.
 */
export const post = Effect.fnUntraced(function* (
  address: ServerAddress,
  path: string,
  body: string
): Effect.fn.Return<Posted, Refused | BackendUnavailable, HttpClient.HttpClient> {
  const most = address.attempts ?? ATTEMPTS
  for (let attempts = 1; ; attempts++) {
    const got = yield* attempt(address, path, body).pipe(
      Effect.timeoutOrElse({
        duration: address.timeout,
        orElse: () => Effect.fail(new Again({ why: `gives no answer within ${address.timeout} ms` }))
      }),
      Effect.catchTag("HttpClientError", (error) =>
        Effect.fail(new Again({ why: `cannot be reached: ${causeOf(error)}` }))
      ),
      Effect.map((text) => ({ text })),
      Effect.catchTag("Again", Effect.succeed)
    )
    if ("text" in got) return { text: got.text, attempts }
    if (attempts >= most) return yield* Effect.fail(unavailable(address, `${got.why}, ${attempts} times`))
    yield* Effect.sleep(Math.max(got.after ?? 0, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 4 ** (attempts - 1))))
  }
})
