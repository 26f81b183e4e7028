/** `coverbound serve DIR`: the runs of a folder as pages, on this machine alone. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { integerFlag, usually } from "./options.ts"

export const serveCommand = Command.make(
  "serve",
  {
    folder: Argument.String("dir").pipe(
      Argument.withDescription("The folder whose runs are shown, and those below it. Default reports/out"),
      Argument.withDefault("reports/out")
    ),
    port: usually(4174, integerFlag)("port", "Port on 127.0.0.1; 0: any that is free", 0, 65535)
  },
  onDemand(async () => (await import("./serve/run-serve.ts")).runServe)
).pipe(
  Command.withDescription(
    "List the runs of a folder and show each as its report, made anew when its record changes; follows a run that is going on. Loopback only, nothing is written"
  ),
  Command.withExamples([{ command: "coverbound serve reports/out", description: "Then open the address it prints" }])
)
