/** The program behind `coverbound`: its commands, and how a run ends. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { auditCommand } from "./audit.ts"
import { checkCommand } from "./check.ts"
import { compareCommand } from "./compare.ts"
import { criticalCommand } from "./critical.ts"
import { coverageCommand } from "./coverage.ts"
import { demoCommand } from "./demo.ts"
import { doctorCommand } from "./doctor.ts"
import { report } from "./ending.ts"
import { EXIT } from "./invalid-call.ts"
import { instanceCommand } from "./instance.ts"
import { listCommand } from "./list.ts"
import { newCommand } from "./new.ts"
import { sweepCommand } from "./sweep.ts"
import { presenter } from "./presenter.ts"
import { diffCommand } from "./diff.ts"
import { reportCommand } from "./report.ts"
import { serveCommand } from "./serve.ts"
import { scalingCommand } from "./scaling.ts"
import { verifyCommand } from "./verify.ts"
import { VERSION } from "./version.ts"

/** Read by what shows progress (isQuiet in progress.ts). */
const quietFlag = GlobalFlag.Setting("quiet")({
  flag: Flag.Boolean("quiet").pipe(
    Flag.withDescription("Say nothing of progress, nor how long something takes"),
    Flag.withDefault(false)
  )
})

const coverbound = Command.make("coverbound").pipe(
  Command.withDescription(
    "Holds algorithms for exploring with a language model against the theory of coverage (arXiv:2503.07453)."
  ),
  Command.withSubcommands([
    auditCommand,
    newCommand,
    listCommand,
    instanceCommand,
    checkCommand,
    verifyCommand,
    compareCommand,
    criticalCommand,
    coverageCommand,
    scalingCommand,
    reportCommand,
    sweepCommand,
    diffCommand,
    serveCommand,
    demoCommand,
    doctorCommand
  ]),
  Command.withGlobalFlags([quietFlag]),
  Command.withExamples([
    { command: "coverbound demo", description: "The main job: a minute or two, and a page" },
    { command: "coverbound list algorithms", description: "What can be audited" }
  ])
)

// A reader that has seen enough (`coverbound instance corpus | head`) is not an error; a disk that is full is one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0)
  process.stderr.write(
    `coverbound: standard output: not written (${error.code ?? error.message}), expected one that takes text\n`
  )
  process.exit(EXIT.failed)
})

// What is said beside the results may go unread (`2>&1 | head`); the exit code stays what was found.
process.stderr.on("error", () => {})

coverbound.pipe(
  Command.run({ version: VERSION }),
  Effect.provide(
    Layer.mergeAll(
      NodeServices.layer,
      CliOutput.layerPresenter(presenter),
      CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })
    )
  ),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown: report })
)
