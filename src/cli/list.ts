/** `coverbound list [what]`: the names that other commands take, each with a line. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { switchFlag } from "./options.ts"

/** What can be listed. */
export const LISTED = ["algorithms", "families", "theorems", "backends"] as const

export const listCommand = Command.make(
  "list",
  {
    what: Argument.Literals("what", LISTED).pipe(
      Argument.withDescription("What to list. Default: everything"),
      Argument.optional
    ),
    json: switchFlag("json", "One JSON document on stdout instead of tables")
  },
  onDemand(async () => (await import("./run-list.ts")).runList)
).pipe(
  Command.withDescription("List algorithms, families with their options and defaults, theorems, backends"),
  Command.withExamples([
    { command: "coverbound list", description: "All names there are" },
    { command: "coverbound list families", description: "What --instance takes" }
  ])
)
