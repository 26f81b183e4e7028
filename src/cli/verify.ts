/** `coverbound verify [algorithm]`: the theorem and law suite from the command line, for CI. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { integerFlag, numberFlag, type Parsed, strictFlag, switchFlag, textFlag, usually } from "./options.ts"
import { reporterFlag, reportToFlag } from "./reporters.ts"
import { jobsFlag, resumeFlag } from "./work/work-flags.ts"

const config = {
  algorithm: Argument.String("algorithm").pipe(
    Argument.withDescription("A built-in algorithm, or a module: ./my-variant.ts. Default: all that are built in"),
    Argument.optional
  ),
  theorem: textFlag(
    "theorem",
    "Only these: T1, T2, …, L1, L2, oracle, policy, or one check (T3/size); comma-separated",
    "IDS"
  ),
  budget: numberFlag(
    "budget",
    "Work, in units of 20,000 oracle calls; what is not reached is not run, and the command ends with 4. Default: as much as it takes",
    { above: 0 }
  ),
  reporter: reporterFlag,
  reportTo: reportToFlag,
  baseline: textFlag("baseline", "What an earlier --reporter json wrote: fail only on what got worse since", "FILE"),
  seed: usually(1, integerFlag)("seed", "Seed of all cases and draws", 0, 2 ** 31),
  level: numberFlag("level", "Chance that anything correct is refuted, all checks together. Default 1e-6", {
    above: 0,
    below: 0.1
  }),
  instance: textFlag(
    "instance",
    "Look at this instance only: a SPEC, or a file such as a saved counterexample",
    "SPEC"
  ),
  strict: strictFlag,
  jobs: jobsFlag,
  resume: resumeFlag,
  out: textFlag(
    "out",
    "Folder where finished checks are kept, so that a stopped verification goes on there. Default: none are kept",
    "DIR"
  ),
  catalogue: switchFlag(
    "catalogue",
    "Verify the fault catalogue instead: every planted fault must be found, no correct variant accused"
  )
}

/** What it is called with. */
export type VerifyCall = Parsed<typeof config>

export const verifyCommand = Command.make(
  "verify",
  config,
  onDemand(async () => (await import("./run-verify.ts")).runVerify)
).pipe(
  Command.withDescription("Hold the suite and its algorithms against every theorem and law"),
  Command.withExamples([
    { command: "coverbound verify", description: "Every check of every built-in algorithm" },
    {
      command: "coverbound verify spanner-sampling --theorem T3,T7 --budget 30 --reporter github",
      description: "In a workflow"
    },
    { command: "coverbound verify --catalogue", description: "What the suite finds, and what it does not accuse" },
    {
      command:
        "coverbound new my-variant && coverbound verify ./my-variant/my-variant.ts --reporter junit > verify.xml",
      description: "Your own, for a CI server"
    }
  ])
)
