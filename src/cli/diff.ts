/** `coverbound diff A B`: what changed between two records of one kind, each change by a test. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { numberFlag, type Parsed, switchFlag, usually } from "./options.ts"

const config = {
  a: Argument.String("a").pipe(Argument.withDescription("A record or the folder that a command left: before")),
  b: Argument.String("b").pipe(Argument.withDescription("The same of another run: after")),
  level: usually(0.05, numberFlag)("level", "Chance that any change is said where none is", { above: 0, below: 0.5 }),
  json: switchFlag("json", "One JSON document on stdout instead of a table"),
  all: switchFlag("all", "List what did not change, too")
}

/** What it is called with. */
export type DiffCall = Parsed<typeof config>

export const diffCommand = Command.make(
  "diff",
  config,
  onDemand(async () => (await import("./diff/run-diff.ts")).runDiff)
).pipe(
  Command.withDescription(
    "Verdicts, exponents, costs and runtimes that changed between two records, each by a two-sided test at a stated level. Exit code 1 where something did"
  ),
  Command.withExamples([
    {
      command:
        "coverbound audit passive --instance rare-good:C=10,d=2 --trials 3 --out before && coverbound diff before before",
      description: "An audit, written with --out, and another; here the same, in which nothing changed"
    }
  ])
)
