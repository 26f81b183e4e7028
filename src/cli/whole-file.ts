/** Files that are either there whole or not at all: written under a temporary name in the same folder, flushed, then renamed. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync
} from "node:fs"
import { dirname, join, resolve } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { shown } from "../instance/invalid-instance.ts"
import { InvalidCall } from "./invalid-call.ts"

/** A file could not be written after all. Exit 3. */
export class FileNotWritten extends Data.TaggedError("FileNotWritten")<{
  readonly path: string
  readonly reason: string
}> {
  override get message(): string {
    return `${this.path}: not written (${this.reason}), expected a folder that takes files`
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

/** Refuses a folder that could not be made or written, before any work is done for it. Makes nothing. */
export const checkFolder = (field: string, folder: string): Effect.Effect<void, InvalidCall> =>
  Effect.suspend(() => {
    const refuse = (why: string) =>
      Effect.fail(
        new InvalidCall({ field, value: `${shown(folder)} (${why})`, expectation: "a folder that takes files" })
      )
    for (let at = resolve(folder); ; at = dirname(at)) {
      try {
        if (!statSync(at).isDirectory()) return refuse(`${at} is a file`)
        accessSync(at, constants.W_OK)
        return Effect.void
      } catch (error) {
        if (codeOf(error) !== "ENOENT" || dirname(at) === at) return refuse(codeOf(error))
      }
    }
  })

/** Makes a folder and those above it. Not by mkdir's `recursive`, which tries for ever where a folder says ENOENT to what it will not take (/proc). */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
  }
}

/** Writes `text` to `folder/name`, making the folder. Killed at any moment, it leaves the old file or the new one. */
export const writeWhole = (folder: string, name: string, text: string): Effect.Effect<string, FileNotWritten> =>
  Effect.suspend(() => {
    const path = join(folder, name)
    const temporary = `${path}.${process.pid}.tmp`
    try {
      makeFolder(resolve(folder))
      const file = openSync(temporary, "w")
      try {
        const bytes = Buffer.from(text)
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, path)
      return Effect.succeed(path)
    } catch (error) {
      try {
        rmSync(temporary, { force: true })
      } catch {
        // Then it was never made.
      }
      return Effect.fail(new FileNotWritten({ path, reason: codeOf(error) }))
    }
  })
