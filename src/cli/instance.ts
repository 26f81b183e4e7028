/** `coverbound instance SPEC`: an instance as data, with its exact quantities, on stdout. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { choiceFlag, type Parsed } from "./options.ts"

const config = {
  spec: Argument.String("spec").pipe(
    Argument.withDescription(
      "arithmetic:checkpoint=1M, corpus, rare-good:C=1e6,d=4, needle:N=1e4,d=8, random, dnf-prompts, or a path to an instance (.json, .cbi)"
    ),
    Argument.optional
  ),
  format: choiceFlag(
    "format",
    "json, or binary: its arrays as they lie in memory beside a small JSON, for instances too large to read. Default json",
    ["json", "binary"]
  )
}

/** What it is called with. */
export type InstanceCall = Parsed<typeof config>

export const instanceCommand = Command.make(
  "instance",
  config,
  onDemand(async () => (await import("./write-instance.ts")).writeInstance)
).pipe(
  Command.withDescription(
    "Write an instance as JSON or in the binary form, with C_cov, J*, J(π_ref), log Z and the optimal policy"
  ),
  Command.withExamples([
    {
      command: "coverbound instance random:prompts=1e4,responses=100,d=64,seed=1 --format binary > wide.cbi",
      description: "0.5 GB instead of 1.4; read wherever a JSON instance is"
    },
    {
      command: "coverbound instance rare-good:C=1e6,d=4 > rare.json",
      description: "Then: audit … --instance rare.json"
    }
  ])
)
