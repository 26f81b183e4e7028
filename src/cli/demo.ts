/** `coverbound demo`: the main job (`npm start`). SpannerSampling beside passive exploration, on English and on RareGood, and the report. */
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { integerFlag, type Parsed, textFlag, usually } from "./options.ts"

const config = {
  seed: usually(1, integerFlag)("seed", "Seed of everything", 0),
  out: textFlag("out", "Folder for index.html and the runs. Default reports/out", "DIR")
}

/** What it is called with. */
export type DemoCall = Parsed<typeof config>

export const demoCommand = Command.make(
  "demo",
  config,
  onDemand(async () => (await import("./demo/run-demo.ts")).runDemo)
).pipe(
  Command.withDescription(
    "Audit SpannerSampling beside passive exploration, on English and on RareGood; write the report"
  ),
  Command.withExamples([
    { command: "coverbound demo", description: "Under a minute; the page is reports/out/index.html" }
  ])
)
