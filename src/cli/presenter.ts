/** Help goes to stdout as Effect lays it out; a wrong call is one line on stderr, with the nearest name of what was mistyped. */
import * as Console from "effect/Console"
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import { shown } from "../instance/invalid-instance.ts"
import { suggestion } from "../instance/nearest-name.ts"

const flagNames = (doc: HelpDoc): ReadonlyArray<string> =>
  [...doc.flags, ...(doc.globalFlags ?? [])].map((flag) => `--${flag.name.replace(/^-+/, "")}`)

const describe = (error: CliError.NonShowHelpErrors, path: string, doc: HelpDoc): string => {
  switch (error._tag) {
    case "UnrecognizedOption": {
      const names = flagNames(doc)
      return `${error.option}: unknown option, expected one of ${names.join(", ")}${suggestion(error.option, names)}`
    }
    case "InvalidValue": {
      const field = error.kind === "flag" ? `--${error.option}` : error.option
      return `${field}: ${error.value === "" ? "no value" : shown(error.value)}, expected ${error.expected.replace(/^Expected:? /, "")}`
    }
    case "MissingOption":
      return `--${error.option}: missing, expected a value (${path} --help)`
    case "MissingArgument":
      return `${error.argument}: missing, expected a value (${path} --help)`
    case "UnexpectedArgument":
      return `arguments: ${error.arguments.map(shown).join(" ")}, expected no more (${path} --help)`
    default:
      return error.message
  }
}

/** What Effect's CLI shows. */
export const presenter: CliOutput.Presenter = {
  present: Effect.fnUntraced(function* (event) {
    // A command without its subcommand has asked for nothing: the help is its error message.
    if (event._tag === "Help" && event.reason === "Implicit")
      return yield* Console.error(CliOutput.defaultFormatter({ colors: false }).formatHelpDoc(event.helpDoc))
    // Arguments are optional to the parser, so that their absence gets a line of ours: their help says what happens without.
    if (event._tag === "Help") {
      const args = event.helpDoc.args?.map((one) => ({ ...one, required: true })) ?? []
      return yield* CliOutput.defaultPresenter.present({ ...event, helpDoc: { ...event.helpDoc, args } })
    }
    if (event._tag !== "InvalidInvocation") return yield* CliOutput.defaultPresenter.present(event)
    const line = describe(event.errors[0], event.commandPath.join(" "), event.helpDoc)
    yield* Console.error(`coverbound: ${line.replace(/\s*\n\s*/g, " ")}`)
  })
}
