/** How a run of the command ends: one line on stderr if it failed, and the exit code (see EXIT in invalid-call.ts). */
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as Exit from "effect/Exit"
import type * as Runtime from "effect/Runtime"
import { EXIT } from "./invalid-call.ts"

/** Tags of errors that say the call or its input was wrong. */
const INVALID = new Set([
  "InvalidCall",
  "InvalidInstance",
  "InvalidModelFile",
  "InvalidJournal",
  "ChecksFailed",
  "InvalidSamples",
  "ExactLawUnavailable",
  "ReplayUnavailable",
  "FolderInUse"
])
/** Tags of errors of an oracle or a backend. */
const FAILED = new Set(["BackendUnavailable", "BudgetExhausted", "FileNotWritten", "JournalFailed", "StoreFailed"])

const tagOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string" ? error._tag : ""

const say = (line: string): void => {
  process.stderr.write(`coverbound: ${line.replace(/\s*\n\s*/g, " ")}\n`)
}

const endOf = (error: unknown): number => {
  // The presenter has shown it.
  if (CliError.isCliError(error)) return EXIT.invalidCall
  const tag = tagOf(error)
  if (tag === "NotHeld") return EXIT.notHeld
  const message = error instanceof Error ? error.message : String(error)
  if (tag === "NotRun" || tag === "NotDecided" || tag === "ModuleFailed") {
    say(message)
    return tag === "NotRun" ? EXIT.notRun : EXIT.notHeld
  }
  if (INVALID.has(tag)) {
    say(message)
    return EXIT.invalidCall
  }
  if (FAILED.has(tag)) say(message)
  else {
    say(`internal error, please report it: ${message} (COVERBOUND_DEBUG=1 shows where)`)
    if (process.env.COVERBOUND_DEBUG !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  }
  return EXIT.failed
}

let terminated = false
process.once("SIGTERM", () => (terminated = true))

/** The teardown of the main fibre. */
export const report: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isSuccess(exit)) return onExit(EXIT.held)
  if (Cause.hasInterruptsOnly(exit.cause)) return onExit(terminated ? EXIT.terminated : EXIT.interrupted)
  onExit(endOf(Cause.squash(exit.cause)))
}
