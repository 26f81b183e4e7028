/** `coverbound diff A B`: what changed between two records of one kind, each change by a test. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { numberFlag } from "./options.ts"

export const diffCommand = Command.make(
  "diff",
  {
    a: Argument.String("a").pipe(Argument.withDescription("A record or the folder that a command left: before")),
    b: Argument.String("b").pipe(Argument.withDescription("The same of another run: after")),
    level: numberFlag("level", "Chance that any change is said where none is. Default 0.05", { above: 0, below: 0.5 }),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("One JSON document on stdout instead of a table"),
      Flag.withDefault(false)
    ),
    all: Flag.Boolean("all").pipe(Flag.withDescription("List what did not change, too"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* (options) {
    const { runDiff } = yield* Effect.promise(() => import("./diff/run-diff.ts"))
    yield* runDiff(options)
  })
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
