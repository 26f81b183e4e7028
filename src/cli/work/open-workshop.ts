/** The workshop of a command: its threads, the journal in its output folder, and what a person is told of both. */
import { beside } from "../../file/beside.ts"
import { quoted } from "../../../reports/shell-argument.ts"
import { availableParallelism, hostname } from "node:os"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { type FolderInUse, type Journal, type JournalFailed, openJournal } from "../../work/journal.ts"
import { openWorkshop } from "../../work/pool.ts"
import { Workshop, type WorkshopShape } from "../../work/workshop.ts"
import { NotDecided, NotHeld, NotRun } from "../invalid-call.ts"
import { write } from "../terminal.ts"
import { performer } from "./kinds.ts"
import { packageVersion } from "./package-version.ts"

export interface WorkOptions {
  readonly jobs: Option.Option<number>
  readonly resume: boolean
}

/** What a call works with. */
export interface Working {
  readonly workshop: WorkshopShape
  readonly journal: Journal | undefined
}

/** This call, as a shell takes it. */
export const thisCall = (): string => ["coverbound", ...process.argv.slice(2).map(quoted)].join(" ")

/** This process, for one that wants its folder. */
const thisProcess = (): string =>
  `process ${process.pid} on ${hostname()} since ${new Date().toISOString()} (${thisCall()})`

/** Threads of a call: as asked, or by default one less than there are cores. */
export const threadsOf = (jobs: Option.Option<number>): number =>
  Option.getOrElse(jobs, () => Math.max(1, availableParallelism() - 1))

export interface WorkshopCall extends WorkOptions {
  /** Folder of the journal; undefined: nothing is kept. */
  readonly folder: string | undefined
  /** True where units are short enough to be made in this thread, which must hear signals: then one thread is not worth its start. */
  readonly short: boolean
}

/** Threads that make the units of this package. @param threads 0: they are made in this one */
export const openThreads = (threads: number, journal?: Journal): Effect.Effect<WorkshopShape, never, Scope.Scope> =>
  openWorkshop({
    threads,
    thread: beside("thread", import.meta.url),
    perform: performer(),
    ...(journal === undefined ? {} : { journal })
  })

/** Whether a program has written all it found. */
const isWritten = (exit: Exit.Exit<unknown, unknown>): boolean => {
  if (Exit.isSuccess(exit)) return true
  const error = Cause.squash(exit.cause)
  return error instanceof NotHeld || error instanceof NotRun || error instanceof NotDecided
}

/**
 * Runs a program with a workshop. When it succeeds, or ends in an error of its own, all it found is written, and the journal goes; interrupted, or where a disk failed it, the journal
 * stays, and what to call to go on is said.
 */
export const withWorkshop = <A, E>(
  { folder, jobs, resume, short }: WorkshopCall,
  program: (working: Working) => Effect.Effect<A, E>
): Effect.Effect<A, E | FolderInUse | JournalFailed> =>
  Effect.scoped(
    Effect.gen(function* () {
      const journal = folder === undefined ? undefined : yield* openJournal(folder, packageVersion(), thisProcess())
      if (journal !== undefined && journal.outdated > 0)
        yield* write(
          process.stderr,
          `${folder}: ${journal.outdated} results there were made by another version of this package or of Node, and are made again\n`
        )
      if (journal !== undefined && journal.found > 0)
        yield* write(process.stderr, `Going on in ${folder}: ${journal.found} results are there already\n`)
      else if (resume) yield* write(process.stderr, `${folder ?? "--resume"}: nothing to go on from; starting anew\n`)
      const threads = threadsOf(jobs)
      const workshop = yield* openThreads(short && threads === 1 ? 0 : threads, journal)
      return yield* program({ workshop, journal }).pipe(
        Effect.provideService(Workshop, workshop),
        Effect.onExit((exit) => {
          if (journal === undefined) return Effect.void
          if (Exit.hasInterrupts(exit))
            return write(
              process.stderr,
              journal.kept() === 0
                ? "Nothing was finished yet\n"
                : `${journal.kept()} finished results are kept in ${journal.path}. To go on: ${thisCall()}\n`
            )
          return isWritten(exit) ? Effect.sync(journal.discard) : Effect.void
        })
      )
    })
  )
