/** `coverbound check FILE…`: verifies certificates again, independently of the code that wrote them. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { onDemand } from "./on-demand.ts"
import { integerFlag, type Parsed, switchFlag } from "./options.ts"

const config = {
  files: Argument.String("file").pipe(
    Argument.withDescription("certificates, as coverbound audit writes them"),
    Argument.variadic()
  ),
  replay: integerFlag(
    "replay",
    "Run this many trials of each again, those that decide it first; 0: none. Default: what fits into ten seconds",
    0,
    1_000_000
  ),
  module: Flag.String("module").pipe(
    Flag.withDescription(
      "The module whose certificates these are: their trials are run again by it, if it is still what it was"
    ),
    Flag.optional
  ),
  emitCoq: switchFlag(
    "emit-coq",
    "Write FILE.v beside each FILE of T1, T2, T3, T7/epsilon: Coq proves its claim by compiling it"
  ),
  json: switchFlag("json", "One JSON document on stdout instead of text")
}

/** What it is called with. */
export type CheckCall = Parsed<typeof config>

export const checkCommand = Command.make(
  "check",
  config,
  onDemand(async () => (await import("./run-check.ts")).runCheck)
).pipe(
  Command.withDescription(
    "Verify certificates again, in exact and interval arithmetic, without the code that made them"
  ),
  Command.withExamples([
    {
      command:
        "coverbound audit passive --instance rare-good:C=10,d=2 --trials 1 --out run && coverbound check run/certificates/*.json --replay 1",
      description: "An audit's certificates; one trial of each is run again"
    }
  ])
)
