/**
 * For tests of the command line: one process that makes many calls of the command, one after another, each the whole program with its own arguments, what it writes and how it
 * ends. What a process is to a call – signals, pipes, its own end – is not here: those tests start one. Forked by command-process.ts.
 */
import process from "node:process"
import * as Effect from "effect/Effect"
import { report } from "../../src/cli/ending.ts"
import { called } from "../../src/cli/program.ts"

const heard = { stdout: "", stderr: "" }
for (const name of ["stdout", "stderr"] as const) {
  const write = (chunk: string | Uint8Array, ...more: ReadonlyArray<unknown>): boolean => {
    heard[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8")
    const done = more.find((one) => typeof one === "function") as (() => void) | undefined
    if (done !== undefined) queueMicrotask(done)
    return true
  }
  process[name].write = write
}

process.on("message", (args: ReadonlyArray<string>) => {
  Object.assign(heard, { stdout: "", stderr: "" })
  process.argv = [...process.argv.slice(0, 2), ...args]
  void Effect.runPromiseExit(called(args)).then((exit) =>
    report(exit, (code) => process.send!({ code, signal: null, ...heard }))
  )
})
