/** `coverbound scaling FILE.csv --model 'a + b*N'`: a user's own measurements held against a cost model. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { numberFlag, type Parsed, strictFlag, switchFlag, textFlag, usually } from "./options.ts"

const config = {
  file: Argument.String("file").pipe(
    Argument.withDescription(
      "Measurements as CSV: a column for each size (N, d, …) and one of times, a row a measurement; several at one size are welcome"
    )
  ),
  model: textFlag(
    "model",
    "The claim: sizes by their columns' names, coefficients by any other name, each entering linearly: 'a + b*N', 'b*N*d^2', 'a + b*N*log(N)'. Without it, exponent and rivals only",
    "FORMULA"
  ),
  time: textFlag("time", "The column of times. Default: time, t, or else the last", "NAME"),
  level: usually(0.01, numberFlag)("level", "Chance of error of each interval and verdict", { above: 0, below: 0.5 }),
  strict: strictFlag,
  json: switchFlag("json", "One JSON document on stdout instead of tables"),
  out: textFlag("out", "Folder for scaling.json. Default reports/out/scaling", "DIR")
}

/** What it is called with. */
export type ScalingCall = Parsed<typeof config>

export const scalingCommand = Command.make(
  "scaling",
  config,
  onDemand(async () => (await import("./scaling/run-scaling.ts")).runScaling)
).pipe(
  Command.withDescription(
    "How your own times grow: exponent with its interval, the model you claim, what it says of sizes it was not fitted on, and its rivals"
  ),
  Command.withExamples([
    {
      command:
        "printf 'N,time\\n1,12\\n2,14\\n4,18\\n8,26\\n16,42\\n32,74\\n64,138\\n' > times.csv && coverbound scaling times.csv --model 'a + b*N'",
      description: "Linear, with a start-up cost?"
    }
  ])
)
