/** `coverbound audit <algorithm>`: runs an algorithm on an instance, or on all there are, and holds the runs against the theorems it claims. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { isLive, liveFlags } from "./live/live-options.ts"
import { onDemand } from "./on-demand.ts"
import {
  choiceFlag,
  countFlag,
  integerFlag,
  numberFlag,
  type Parsed,
  strictFlag,
  switchFlag,
  textFlag,
  usually
} from "./options.ts"
import { reporterFlag, reportToFlag } from "./reporters.ts"
import { jobsFlag, resumeFlag } from "./work/work-flags.ts"

const config = {
  algorithm: Argument.String("algorithm").pipe(
    Argument.withDescription("A built-in algorithm, or a module: ./my-variant.ts, or a package"),
    Argument.optional
  ),
  instance: textFlag(
    "instance",
    "corpus, rare-good:C=1e6,d=4, needle:N=1e4,d=8, random, dnf-prompts, token-chain:H=16, token-lock:A=4,H=8, token-bigram, or a path to an instance as JSON; all: the whole plan, the default of a module. Default rare-good:C=1e4,d=2",
    "SPEC"
  ),
  eps: numberFlag("eps", "Suboptimality to reach, in units of reward. Default 0.1 R", { above: 0 }),
  delta: numberFlag("delta", "Confidence asked of the theorems. Default 0.02", { above: 0, below: 1 }),
  coverage: numberFlag("coverage", "Upper bound on C_cov that the algorithm is told. Default: C_cov, exactly", {
    least: 1
  }),
  parameters: textFlag(
    "parameters",
    "theory, practical, a JSON file, and changes as name=value, comma-separated. Default theory where exact-law makes it quick, else practical",
    "SOURCE"
  ),
  oracle: choiceFlag(
    "oracle",
    "literal draws, or their exact law (all of them charged). Default exact-law up to 256 response classes a prompt",
    ["literal", "exact-law"]
  ),
  backend: choiceFlag(
    "backend",
    "What may search, count and tabulate for oracles, where it pays: js keeps WebAssembly out, wasm fails where it is missing; changes no result. Default auto",
    ["auto", "js", "wasm"]
  ),
  trials: integerFlag("trials", "Independent runs. Default 3", 1, 1_000_000),
  seed: integerFlag(
    "seed",
    "Seed of all runs. Default 1; of a module's audit on all cases, one drawn anew, since who knows it knows the instances",
    0
  ),
  level: usually(0.01, numberFlag)("level", "Chance of error allowed to each verdict on a probability", {
    above: 0,
    below: 0.36
  }),
  budgetRewards: countFlag("budget-rewards", "Stop a run at this many reward queries"),
  budgetSamples: countFlag("budget-samples", "Stop a run at this many sampling queries"),
  batch: integerFlag(
    "batch",
    "Draws generated at once by literal oracles; changes no result. With --server: draws a request, default 8",
    1,
    1_048_576
  ),
  budget: numberFlag(
    "budget",
    "Work for --instance all, in units of 20,000 oracle calls; what is not reached is not run, and the command ends with 4. Default: the whole plan",
    { above: 0 }
  ),
  trialSeconds: numberFlag(
    "trial-seconds",
    "Seconds of its processor's time that a module may take between two oracle calls; a trial that takes longer is not finished. Default 10",
    { above: 0 }
  ),
  trialMemory: integerFlag("trial-memory", "MiB that the process of a module may hold. Default 1024", 64, 1_048_576),
  noTypeCheck: switchFlag("no-type-check", "Load a module without checking its types"),
  json: switchFlag("json", "--reporter json"),
  inToto: switchFlag("in-toto", "Write each certificate as an in-toto Statement v1, ready to be signed"),
  reporter: reporterFlag,
  reportTo: reportToFlag,
  baseline: textFlag("baseline", "run.json of an earlier audit: fail only on what got worse since, by a test", "FILE"),
  strict: strictFlag,
  ...liveFlags,
  jobs: jobsFlag,
  resume: resumeFlag,
  out: textFlag("out", "Folder for run.json and certificates. Default reports/out/<named after the call>", "DIR")
}

/** What it is called with. */
export type AuditCall = Parsed<typeof config>

export const auditCommand = Command.make(
  "audit",
  config,
  onDemand(async (call: AuditCall) =>
    isLive(call) ? (await import("./live/run-live.ts")).runLive : (await import("./audit/run-audit.ts")).runAudit
  )
).pipe(
  Command.withDescription("Run an algorithm on an instance and hold it against the theorems it claims"),
  Command.withExamples([
    {
      command: "coverbound audit spanner-sampling",
      description: "T7 at its own constants on RareGood: 2e15 queries charged"
    },
    { command: "coverbound audit spanner-sampling --instance corpus --trials 1", description: "On English sentences" },
    {
      command:
        "coverbound audit spanner-sampling --server http://127.0.0.1:8080 --prompts q.jsonl --checks ./checks.ts --coverage 60",
      description: "On a server of yours"
    },
    { command: "coverbound audit ./my-variant/my-variant.ts", description: "Your own, on everything there is" },
    {
      command: "coverbound audit passive --instance rare-good:C=100,d=2 --budget-rewards 1e5 --json",
      description: "A budget, and JSON for another program"
    }
  ])
)
