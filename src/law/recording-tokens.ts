/** The token oracle seen through a recorder: what was asked at which prefix, what was answered, and how prefixes grew into responses. */
import type * as Effect from "effect/Effect"
import type { Prompt, Response } from "../oracle/handle.ts"
import type { TiltRequest } from "../oracle/services.ts"
import type { Prefix, Token, TokenPair } from "../oracle/token/token-handle.ts"
import type { ImmediateTokens, TiltedToken, TokenSampling } from "../oracle/token/token-services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"

export type TokenEvent =
  | { readonly kind: "token-start"; readonly prompt: Prompt; readonly prefix: Prefix }
  | { readonly kind: "token-extend"; readonly token: Token; readonly prefix: Prefix }
  | { readonly kind: "token-finish"; readonly prefix: Prefix; readonly response: Response }
  | { readonly kind: "token-draw"; readonly prefix: Prefix; readonly token: Token }
  | {
      readonly kind: "token-search"
      readonly prefix: Prefix
      readonly test: EllipticTest
      readonly limit: number
      readonly hit: TokenPair | undefined
    }
  | {
      readonly kind: "token-tilted"
      readonly prefix: Prefix
      readonly request: TiltRequest
      readonly answer: TiltedToken
    }

/** How a recorder writes: `around` an Effect or `at` a plain call, charged; `free` for what costs nothing. */
export interface Writing {
  readonly around: <A, E, R>(call: Effect.Effect<A, E, R>, write: (answer: A) => TokenEvent) => Effect.Effect<A, E, R>
  readonly at: <A>(call: () => A, write: (answer: A) => TokenEvent) => A
  readonly free: (event: TokenEvent) => void
  readonly copyTest: (test: EllipticTest) => EllipticTest
  readonly copyRequest: (request: TiltRequest) => TiltRequest
}

/** @param immediate whether to offer the synchronous operations where the service does. */
export const recordTokens = (
  tokens: TokenSampling["Service"],
  { around, at, copyRequest, copyTest, free }: Writing,
  immediate: boolean
): TokenSampling["Service"] => {
  const drawn = (prefix: Prefix) => (token: Token) => ({ kind: "token-draw", prefix, token }) as const
  const searched = (prefix: Prefix, test: EllipticTest, limit: number) => (hit: TokenPair | undefined) =>
    ({ kind: "token-search", prefix, test: copyTest(test), limit, hit }) as const
  const tilted = (prefix: Prefix, request: TiltRequest) => (answer: TiltedToken) =>
    ({ kind: "token-tilted", prefix, request: copyRequest(request), answer }) as const
  const now = tokens.immediate
  const recorded: ImmediateTokens | undefined = now && {
    draw: (prefix) => at(() => now.draw(prefix), drawn(prefix)),
    firstHit: (prefix, test, limit) => at(() => now.firstHit(prefix, test, limit), searched(prefix, test, limit)),
    tilted: (prefix, request) => at(() => now.tilted(prefix, request), tilted(prefix, request))
  }
  return {
    start: (prompt) => {
      const prefix = tokens.start(prompt)
      free({ kind: "token-start", prompt, prefix })
      return prefix
    },
    extend: (token) => {
      const prefix = tokens.extend(token)
      free({ kind: "token-extend", token, prefix })
      return prefix
    },
    finish: (prefix) => {
      const response = tokens.finish(prefix)
      free({ kind: "token-finish", prefix, response })
      return response
    },
    draw: (prefix) => around(tokens.draw(prefix), drawn(prefix)),
    firstHit: (prefix, test, limit) => around(tokens.firstHit(prefix, test, limit), searched(prefix, test, limit)),
    tilted: (prefix, request) => around(tokens.tilted(prefix, request), tilted(prefix, request)),
    ...(immediate && recorded !== undefined ? { immediate: recorded } : {})
  }
}
