/** The program behind `coverbound`. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { COMMAND_NAMES, completions, coverbound } from "./commands.ts"
import { presenter } from "./presenter.ts"
import { strayCommand } from "./stray-command.ts"
import { VERSION } from "./version.ts"

const services = Layer.mergeAll(
  NodeServices.layer,
  CliOutput.layerPresenter(presenter),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, completions] })
)

/** What the command does with these arguments; how that ends is ending.ts's to say. */
export const called = (args: ReadonlyArray<string>) =>
  Effect.suspend(() => {
    const stray = strayCommand(args, COMMAND_NAMES)
    return stray === undefined ? Command.runWith(coverbound, { version: VERSION })(args) : Effect.fail(stray)
  }).pipe(Effect.provide(services))
