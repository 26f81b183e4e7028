/** `coverbound doctor`: which kernel backends this machine has, and why one is missing. */
import * as Command from "effect/cli/Command"
import * as Option from "effect/Option"
import { onDemand } from "./on-demand.ts"
import { integerFlag, numberFlag, type Parsed, switchFlag, textFlag, usually } from "./options.ts"

const config = {
  json: switchFlag("json", "One JSON document on stdout instead of text"),
  server: textFlag("server", "Test an OpenAI-compatible server instead: does it draw from the law it states?", "URL"),
  model: textFlag("model", "Model that the server is asked for", "NAME"),
  prompt: usually("The jury said", textFlag)("prompt", "Text before the token that is drawn", "TEXT"),
  draws: usually(3200, integerFlag)("draws", "One-token draws for each law", 8, 1_000_000),
  level: usually(1e-6, numberFlag)("level", "Chance that a law is rejected wrongly", { above: 0, below: 1 }),
  timeout: usually(60, numberFlag)("timeout", "Seconds that a request may take", { above: 0 })
}

/** What it is called with. */
export type DoctorCall = Parsed<typeof config>

export const doctorCommand = Command.make(
  "doctor",
  config,
  onDemand(async ({ server }: DoctorCall) =>
    Option.isSome(server)
      ? (await import("./doctor/server-doctor.ts")).runServerDoctor
      : (await import("./doctor/doctor-run.ts")).runDoctor
  )
).pipe(
  Command.withDescription(
    "List the kernel backends of this machine, and why one is missing, with the fix; or test a server (its key in COVERBOUND_API_KEY or OPENAI_API_KEY)"
  ),
  Command.withExamples([
    { command: "coverbound doctor --server http://127.0.0.1:8080", description: "Exit code 1 where it is unfit" },
    { command: "coverbound doctor", description: "This machine's backends" }
  ])
)
