/** `coverbound new <name>`: a starter for an algorithm of one's own. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"

export const newCommand = Command.make(
  "new",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("name of the algorithm, and of the file NAME.ts that is written here (must be given)"),
      Argument.optional
    )
  },
  Effect.fnUntraced(function* (options) {
    const { runNew } = yield* Effect.promise(() => import("./module/run-new.ts"))
    yield* runNew(options)
  })
).pipe(
  Command.withDescription("Write a commented starter for an algorithm of your own, ready to be audited"),
  Command.withExamples([
    { command: "coverbound new my-variant", description: "Then: coverbound audit ./my-variant.ts" }
  ])
)
