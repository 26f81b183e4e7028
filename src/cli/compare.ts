/** `coverbound compare`: the table of predictions.md, measured. */
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { integerFlag, numberFlag, type Parsed, switchFlag, textFlag, usually } from "./options.ts"
import { jobsFlag, resumeFlag } from "./work/work-flags.ts"

const config = {
  quick: switchFlag("quick", "Fewer points and runs: under a minute instead of some"),
  section: textFlag("section", "Only these sections, comma-separated. Default all", "NAMES"),
  seed: usually(1, integerFlag)("seed", "Seed of all runs", 0),
  level: usually(0.05, numberFlag)("level", "Chance of error of each interval and verdict", { above: 0, below: 0.5 }),
  json: switchFlag("json", "One JSON document on stdout instead of tables"),
  jobs: jobsFlag,
  resume: resumeFlag,
  out: textFlag("out", "Folder for compare.json. Default reports/out/compare", "DIR")
}

/** What it is called with. */
export type CompareCall = Parsed<typeof config>

export const compareCommand = Command.make(
  "compare",
  config,
  onDemand(async () => (await import("./run-compare.ts")).runCompare)
).pipe(
  Command.withDescription("Hold every built-in algorithm against the predictions of theory: the table of exponents"),
  Command.withExamples([
    { command: "coverbound compare", description: "All of it: some minutes" },
    { command: "coverbound compare --quick", description: "Fewer points and runs: under a minute" }
  ])
)
