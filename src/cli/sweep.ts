/** `coverbound sweep`: a plan of many runs, made by as many processes and machines as there are. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { numberFlag, type Parsed, switchFlag, textFlag, usually } from "./options.ts"
import { jobsFlag } from "./work/work-flags.ts"

const config = {
  what: Argument.String("PLAN.json|worker|status|results").pipe(
    Argument.withDescription(
      "A plan, to be run here (and by other workers of its store); worker: make jobs of a store; status: of a store; results: write what is done"
    )
  ),
  store: textFlag(
    "store",
    "Where jobs and results are: a file for processes of this machine, or postgres://user@host/database (?host=/folder for a socket) for any number of machines. Default OUT/sweep.sqlite",
    "STORE"
  ),
  name: usually("main", textFlag)("name", "Which sweep of a PostgreSQL store", "NAME"),
  jobs: jobsFlag,
  lease: usually(60, numberFlag)(
    "lease",
    "Seconds after which the jobs of a worker that says nothing are given to others",
    {
      least: 1
    }
  ),
  addOnly: switchFlag("add-only", "Add the plan's jobs and leave them to workers"),
  stay: switchFlag("stay", "worker: wait for more jobs where there are none left"),
  json: switchFlag("json", "status as JSON"),
  out: textFlag("out", "Folder of the default store and of results. Default reports/out/sweep", "DIR")
}

/** What it is called with. */
export type SweepCall = Parsed<typeof config>

export const sweepCommand = Command.make(
  "sweep",
  config,
  onDemand(async () => (await import("./sweep/run-sweep.ts")).runSweep)
).pipe(
  Command.withDescription("Make the runs of a plan, here or on many machines, each result exactly once"),
  Command.withExamples([
    {
      command: "coverbound sweep plan.json --jobs 4",
      description: "On this machine; the same call goes on where it was stopped"
    },
    {
      command: "coverbound sweep plan.json --add-only --store postgres://me@db/sweeps",
      description: "Put the jobs where workers of any machine find them"
    },
    { command: "coverbound sweep worker --store postgres://me@db/sweeps", description: "On each of those" }
  ])
)
