/** `coverbound new <name>`: a starter for an algorithm of one's own. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"

export const newCommand = Command.make(
  "new",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("Name of the algorithm, and of the folder that is written here"),
      Argument.optional
    )
  },
  onDemand(async () => (await import("./module/run-new.ts")).runNew)
).pipe(
  Command.withDescription("Write a folder for an algorithm of your own: the algorithm, a test, a workflow"),
  Command.withExamples([
    { command: "coverbound new my-variant", description: "Then: coverbound audit ./my-variant/my-variant.ts" }
  ])
)
