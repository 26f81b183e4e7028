/** `coverbound coverage SPEC… --samples FILE…`: how well a base model covers what is right, and where two cross. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { LARGEST_K } from "../coverage/coverage-report.ts"
import { onDemand } from "./on-demand.ts"
import { sourceFlags } from "./live/live-options.ts"
import { choiceFlag, integerFlag, numberFlag, type Parsed, switchFlag, textFlag, usually } from "./options.ts"

const config = {
  instances: Argument.String("spec").pipe(
    Argument.withDescription("Instances whose law is known: arithmetic:checkpoint=1M, …, or a path to one as JSON"),
    Argument.variadic()
  ),
  samples: Flag.String("samples").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription(
      "Samples: {prompt, response, reward} a line, lm-evaluation-harness's samples, or an Inspect log. May be repeated"
    ),
    Flag.atLeast(0)
  ),
  ...sourceFlags,
  batch: integerFlag("batch", "With --server: draws a request. Default 8", 1, 1_048_576),
  draws: usually(128, integerFlag)("draws", "With --server or --embedded: draws at each prompt", 1, 10_000_000),
  seed: usually(1, integerFlag)("seed", "With --server or --embedded: seed of the draws", 0),
  k: integerFlag("k", "Largest k of pass@k. Default: draws at the prompt with fewest, 1024 for laws", 1, LARGEST_K),
  beta: numberFlag("beta", "KL regularisation in units of R. Default: the first instance's, else 0.1", { above: 0 }),
  level: usually(0.05, numberFlag)("level", "Chance that any interval of a source is wrong", { above: 0, below: 1 }),
  success: usually(1, numberFlag)("success", "Least reward that counts as right, in units of R", { above: 0 }),
  metric: textFlag("metric", "Metric or scorer that is read, where a file has several", "NAME"),
  filter: textFlag("filter", "Filter that is read, where a file has several", "NAME"),
  temperature: numberFlag("temperature", "At which the samples were drawn", { least: 0 }),
  topP: numberFlag("top-p", "Of the samples; 1: all of the law", { above: 0, most: 1 }),
  topK: integerFlag("top-k", "Of the samples; 0: all tokens", 0),
  repeats: choiceFlag("repeats", "Whether every draw is there, or repeats were merged before scoring", [
    "kept",
    "collapsed"
  ]),
  d: integerFlag("d", "Feature dimension that costs are predicted for. Default: the first instance's, else 5", 1),
  eps: usually(0.1, numberFlag)("eps", "Suboptimality that costs are predicted for, in units of R", { above: 0 }),
  delta: usually(0.02, numberFlag)("delta", "Chance of failure that costs are predicted for", { above: 0, below: 1 }),
  json: switchFlag("json", "One JSON document on stdout instead of tables"),
  out: textFlag("out", "Folder for coverage.json, CSV files and a plot. Default reports/out/coverage", "DIR")
}

/** What it is called with. */
export type CoverageCall = Parsed<typeof config>

export const coverageCommand = Command.make(
  "coverage",
  config,
  onDemand(async () => (await import("./coverage/run-coverage.ts")).runCoverage)
).pipe(
  Command.withDescription(
    "pass@k, coverage and what exploring would cost, of models whose law is known or of files of samples; and where two pass@k curves cross"
  ),
  Command.withExamples([
    {
      command: "coverbound coverage arithmetic:checkpoint=250k arithmetic:checkpoint=2.7M",
      description: "Two checkpoints, exactly"
    },
    {
      command: "coverbound coverage --samples base.jsonl --samples trained.jsonl --temperature 1 --top-p 1 --top-k 0",
      description: "Two files"
    },
    {
      command: "coverbound coverage --server http://127.0.0.1:8080 --prompts q.jsonl --checks ./checks.ts",
      description: "Of a server, by draws that are paid for once"
    },
    { command: "coverbound coverage arithmetic:questions=2", description: "A checkpoint that comes with the package" }
  ])
)
