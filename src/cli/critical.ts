/** `coverbound critical <algorithm>`: the T_comp at which an algorithm reaches ε with probability ½, and how it grows. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { integerFlag, numberFlag, type Parsed, switchFlag, textFlag, usually } from "./options.ts"
import { jobsFlag, resumeFlag } from "./work/work-flags.ts"

const config = {
  algorithm: Argument.String("algorithm").pipe(
    Argument.withDescription("A built-in algorithm. Default spanner-sampling-adaptive, which is not told C_cov"),
    Argument.optional
  ),
  family: usually("rare-good", textFlag)(
    "family",
    "The family, with what does not vary: rare-good:d=2, token-lock:A=4",
    "SPEC"
  ),
  vary: textFlag(
    "vary",
    "The option that varies and its values: C=10,1e3,1e5. Default C=8,64,512,… 8^9: seven decades, at one phase of a learner's doubling",
    "NAME=LIST"
  ),
  eps: usually(0.1, numberFlag)(
    "eps",
    "Suboptimality to reach, in units of R; half of what there is to gain where the base model is that close",
    {
      above: 0
    }
  ),
  trials: usually(101, integerFlag)("trials", "Trials an instance", 12, 500),
  level: usually(0.01, numberFlag)("level", "Chance of error of each interval and test", { above: 0, below: 0.5 }),
  seed: usually(1, integerFlag)("seed", "Seed of all runs", 0),
  json: switchFlag("json", "One JSON document on stdout instead of tables"),
  jobs: jobsFlag,
  resume: resumeFlag,
  out: textFlag("out", "Folder for critical.json and critical.svg. Default reports/out/critical", "DIR")
}

/** What it is called with. */
export type CriticalCall = Parsed<typeof config>

export const criticalCommand = Command.make(
  "critical",
  config,
  onDemand(async () => (await import("./run-critical.ts")).runCritical)
).pipe(
  Command.withDescription("Find the critical budget: the sampling queries at which reaching ε has probability ½"),
  Command.withExamples([
    { command: "coverbound critical", description: "Of the learner that is not told C_cov, over seven decades" },
    {
      command: "coverbound critical spanner-sampling --family rare-good:C=1e4 --vary d=2,4,8,16",
      description: "In the dimension"
    }
  ])
)
