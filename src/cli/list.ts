/** `coverbound list [what]`: the names that other commands take, each with a line. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"

/** What can be listed. */
export const LISTED = ["algorithms", "families", "theorems", "backends"] as const

export const listCommand = Command.make(
  "list",
  {
    what: Argument.Literals("what", LISTED).pipe(
      Argument.withDescription("What to list. Default: everything"),
      Argument.optional
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("One JSON document on stdout instead of tables"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* (options) {
    const { runList } = yield* Effect.promise(() => import("./run-list.ts"))
    yield* runList(options)
  })
).pipe(
  Command.withDescription("List algorithms, families with their options and defaults, theorems, backends"),
  Command.withExamples([
    { command: "coverbound list", description: "All names there are" },
    { command: "coverbound list families", description: "What --instance takes" }
  ])
)
