/** What `coverbound serve` does: a server until it is interrupted. */
import { statSync } from "node:fs"
import * as Effect from "effect/Effect"
import { InvalidCall } from "../invalid-call.ts"
import { write } from "../terminal.ts"
import { listen, rootOf } from "./server.ts"

export const runServe = Effect.fnUntraced(function* (call: {
  readonly folder: string
  readonly port: number
}): Effect.fn.Return<void, InvalidCall> {
  const { folder, port } = call
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found === undefined || !found.isDirectory())
    return yield* InvalidCall.of("dir", folder, found === undefined ? "no such folder" : "a file", "a folder with runs")
  yield* Effect.acquireUseRelease(
    Effect.tryPromise({
      try: () => listen(rootOf(folder), port),
      catch: (error) =>
        new InvalidCall({
          field: "--port",
          value: `${port} (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
          expectation: "a port that is free; 0 takes any"
        })
    }),
    ({ url }) => Effect.andThen(write(process.stdout, `${url}  (Ctrl-C ends it)\n`), Effect.never),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )
})
