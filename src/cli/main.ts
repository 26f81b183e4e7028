/** The program behind `coverbound`: what it runs, and how a run ends. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { completions, COMMAND_NAMES, coverbound } from "./commands.ts"
import { report } from "./ending.ts"
import { EXIT } from "./invalid-call.ts"
import { presenter } from "./presenter.ts"
import { strayCommand } from "./stray-command.ts"
import { VERSION } from "./version.ts"

// A reader that has seen enough (`coverbound audit … | head -1`) is not an error, and the exit code stays what was found; a disk that is full is one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return
  process.stderr.write(
    `coverbound: standard output: not written (${error.code ?? error.message}), expected one that takes text\n`
  )
  process.exit(EXIT.failed)
})

// What is said beside the results may go unread (`2>&1 | head`); the exit code stays what was found.
process.stderr.on("error", () => {})

const stray = strayCommand(process.argv.slice(2), COMMAND_NAMES)

Effect.suspend(() => (stray === undefined ? Command.run(coverbound, { version: VERSION }) : Effect.fail(stray))).pipe(
  Effect.provide(
    Layer.mergeAll(
      NodeServices.layer,
      CliOutput.layerPresenter(presenter),
      CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, completions] })
    )
  ),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown: report })
)
