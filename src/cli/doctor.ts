/** `coverbound doctor`: which kernel backends this machine has, and why one is missing. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"

export const doctorCommand = Command.make(
  "doctor",
  {
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("One JSON document on stdout instead of text"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ json }) {
    const { runDoctor } = yield* Effect.promise(() => import("./doctor/doctor-run.ts"))
    yield* runDoctor(json)
  })
).pipe(Command.withDescription("List the kernel backends of this machine, and why one is missing, with the fix"))
