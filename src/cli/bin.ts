#!/usr/bin/env node
/**
 * The command `coverbound`. A shebang starts whatever Node the system has, so this file says what to do on one that is too old; it must
 * stay parseable there: nothing newer than Node 14's syntax, no static import of ours. The program itself is main.ts.
 */
import module from "node:module"
import process from "node:process"

const [major, minor] = process.versions.node.split(".").map(Number)
if (major > 22 || (major === 22 && minor >= 19)) {
  module.enableCompileCache?.()
  await import("./main.ts")
} else {
  process.stderr.write(
    `coverbound needs Node 22.19 or newer and was started by Node ${process.versions.node}: run \`npm i node@24\` here and then \`npx coverbound\` again, or install a newer Node.\n`
  )
  process.exitCode = 2
}
