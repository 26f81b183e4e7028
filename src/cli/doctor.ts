/** `coverbound doctor`: which kernel backends this machine has, and why one is missing. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { integerFlag, numberFlag, textFlag } from "./options.ts"

export const doctorCommand = Command.make(
  "doctor",
  {
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("One JSON document on stdout instead of text"),
      Flag.withDefault(false)
    ),
    server: textFlag("server", "Test an OpenAI-compatible server instead: does it draw from the law it states?", "URL"),
    model: textFlag("model", "Model that the server is asked for", "NAME"),
    prompt: textFlag("prompt", "Text before the token that is drawn. Default: The jury said", "TEXT"),
    draws: integerFlag("draws", "One-token draws for each law. Default 3200", 8, 1_000_000),
    level: numberFlag("level", "Chance that a law is rejected wrongly. Default 1e-6", { above: 0, below: 1 }),
    timeout: numberFlag("timeout", "Seconds that a request may take. Default 60", { above: 0 })
  },
  Effect.fnUntraced(function* (options) {
    if (Option.isSome(options.server)) {
      const { runServerDoctor } = yield* Effect.promise(() => import("./doctor/server-doctor.ts"))
      return yield* runServerDoctor({ ...options, server: options.server.value })
    }
    const { runDoctor } = yield* Effect.promise(() => import("./doctor/doctor-run.ts"))
    yield* runDoctor(options.json)
  })
).pipe(
  Command.withDescription(
    "List the kernel backends of this machine, and why one is missing, with the fix; or test a server (its key in COVERBOUND_API_KEY or OPENAI_API_KEY)"
  ),
  Command.withExamples([
    { command: "coverbound doctor --server http://127.0.0.1:8080", description: "Exit code 1 where it is unfit" },
    { command: "coverbound doctor", description: "This machine's backends" }
  ])
)
