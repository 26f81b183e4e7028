/** The process behind `coverbound`: its arguments, its streams, and how it ends. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { report } from "./ending.ts"
import { EXIT } from "./invalid-call.ts"
import { called } from "./program.ts"

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

called(process.argv.slice(2)).pipe(NodeRuntime.runMain({ disableErrorReporting: true, teardown: report }))
