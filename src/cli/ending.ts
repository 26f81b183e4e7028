/** How a run of the command ends: one line on stderr if it failed, and the exit code (see EXIT in invalid-call.ts). */
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as Exit from "effect/Exit"
import type * as Runtime from "effect/Runtime"
import type { ReplayUnavailable } from "../certificate/replay.ts"
import type { InvalidFile, InvalidInstance } from "../instance/invalid-instance.ts"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import type { ChecksFailed } from "../live/verifier.ts"
import type { ExactLawUnavailable } from "../oracle/exact-law.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import type { StoreFailed } from "../sweep/sweep-store.ts"
import type { FolderInUse, JournalFailed } from "../work/journal.ts"
import { EXIT, type InvalidCall, type ModuleFailed, type NotDecided, NotHeld, type NotRun } from "./invalid-call.ts"
import type { FileNotWritten } from "./whole-file.ts"

/** Why a call ends otherwise than well: what its program fails with, or dies of. */
export type CommandFailed =
  | InvalidCall
  | InvalidInstance
  | InvalidFile
  | ChecksFailed
  | ExactLawUnavailable
  | ReplayUnavailable
  | FolderInUse
  | NotHeld
  | NotDecided
  | NotRun
  | ModuleFailed
  | BackendUnavailable
  | BudgetExhausted
  | FileNotWritten
  | JournalFailed
  | StoreFailed

/** The code that each ends with. */
const CODES: Readonly<Record<CommandFailed["_tag"], number>> = {
  InvalidCall: EXIT.invalidCall,
  InvalidInstance: EXIT.invalidCall,
  InvalidFile: EXIT.invalidCall,
  ChecksFailed: EXIT.invalidCall,
  ExactLawUnavailable: EXIT.invalidCall,
  ReplayUnavailable: EXIT.invalidCall,
  FolderInUse: EXIT.invalidCall,
  NotHeld: EXIT.notHeld,
  NotDecided: EXIT.notHeld,
  NotRun: EXIT.notRun,
  ModuleFailed: EXIT.notHeld,
  BackendUnavailable: EXIT.failed,
  BudgetExhausted: EXIT.failed,
  FileNotWritten: EXIT.failed,
  JournalFailed: EXIT.failed,
  StoreFailed: EXIT.failed
}

const codeOf = (error: unknown): number | undefined =>
  typeof error === "object" && error !== null && "_tag" in error
    ? (CODES as Readonly<Record<string, number>>)[String(error._tag)]
    : undefined

const say = (line: string): void => {
  process.stderr.write(`coverbound: ${line.replace(/\s*\n\s*/g, " ")}\n`)
}

const endOf = (error: unknown): number => {
  // The presenter has shown it.
  if (CliError.isCliError(error)) return EXIT.invalidCall
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  if (code === undefined) {
    say(`internal error, please report it: ${message} (COVERBOUND_DEBUG=1 shows where)`)
    if (process.env.COVERBOUND_DEBUG !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return EXIT.failed
  }
  // What was refuted or rejected, the output has said.
  if (!(error instanceof NotHeld)) say(message)
  return code
}

let terminated = false
process.once("SIGTERM", () => (terminated = true))

/** The teardown of the main fibre. */
export const report: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isSuccess(exit)) return onExit(EXIT.held)
  if (Cause.hasInterruptsOnly(exit.cause)) return onExit(terminated ? EXIT.terminated : EXIT.interrupted)
  onExit(endOf(Cause.squash(exit.cause)))
}
