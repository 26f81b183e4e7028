/** `--server URL` and what goes with it: where a server is asked, and how long. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { baseOf, keyOf } from "../../server/server-address.ts"
import type { ServerAddress } from "../../server/transport.ts"
import { InvalidCall } from "../invalid-call.ts"
import { chosen } from "../options.ts"
import type { SourceCall } from "./live-options.ts"

export const namedServer = ({
  model,
  server,
  timeout
}: Pick<SourceCall, "model" | "server" | "timeout">): Effect.Effect<ServerAddress, InvalidCall> => {
  const base = baseOf(Option.getOrElse(server, () => ""))
  if (base === undefined)
    return Effect.fail(
      new InvalidCall({
        field: "--server",
        // Whatever it is, it may hold a password.
        value: "no such address",
        expectation: "http:// or https://, a host and perhaps a path, no user and no query"
      })
    )
  const key = keyOf(process.env)
  return Effect.succeed({
    base,
    timeout: 1000 * timeout,
    ...(key === undefined ? {} : { key }),
    ...chosen({ model })
  })
}
