/** The command `coverbound` as data: its subcommands, one a file, and the options that all of them have. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { auditCommand } from "./audit.ts"
import { checkCommand } from "./check.ts"
import { compareCommand } from "./compare.ts"
import { coverageCommand } from "./coverage.ts"
import { criticalCommand } from "./critical.ts"
import { demoCommand } from "./demo.ts"
import { diffCommand } from "./diff.ts"
import { doctorCommand } from "./doctor.ts"
import { instanceCommand } from "./instance.ts"
import { listCommand } from "./list.ts"
import { newCommand } from "./new.ts"
import { reportCommand } from "./report.ts"
import { scalingCommand } from "./scaling.ts"
import { serveCommand } from "./serve.ts"
import { sweepCommand } from "./sweep.ts"
import { verifyCommand } from "./verify.ts"

/** Read by what shows progress (isQuiet in progress.ts). */
const quietFlag = GlobalFlag.Setting("quiet")({
  flag: Flag.Boolean("quiet").pipe(
    Flag.withDescription("Say nothing of progress, nor how long something takes"),
    Flag.withDefault(false)
  )
})

/** Those that exist. */
const COMMANDS = [
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
] as const

/** The whole command. */
export const coverbound = Command.make("coverbound").pipe(
  Command.withDescription(
    "Holds algorithms for exploring with a language model against the theory of coverage (arXiv:2503.07453)."
  ),
  Command.withSubcommands(COMMANDS),
  Command.withGlobalFlags([quietFlag]),
  Command.withExamples([
    { command: "coverbound demo", description: "The main job: a minute or two, and a page" },
    { command: "coverbound list algorithms", description: "What can be audited" }
  ])
)

/** `--completions SHELL`: the library's, with the names of this package. */
export const completions = GlobalFlag.Action({
  flag: GlobalFlag.Completions.flag,
  run: (shell, { command }) =>
    Option.isNone(shell)
      ? Effect.void
      : Effect.promise(async () => {
          // Loaded on demand, with all whose names it knows.
          const { completionScript } = await import("./completions.ts")
          process.stdout.write(`${completionScript(shell.value, command)}\n`)
        })
})

/** What subcommands there are. */
export const COMMAND_NAMES: ReadonlyArray<string> = COMMANDS.map(({ name }) => name)
