/**
 * Files that are there whole or not at all: written under a name of their own in the same folder, flushed to the disk, then renamed.
 *
 * No library does it: write-file-atomic's temporary names repeat among containers that share a folder (process 1, thread 0, first call), and
 * atomically raises every signal again that it sees, past a command that wants to end an interrupted run in order.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { dirname, resolve } from "node:path"
import { removeLeft, temporaryName } from "./temporary-name.ts"

/** Makes a folder and those above it. Not by mkdir's `recursive`, which tries for ever where a folder says ENOENT to what it will not take (/proc). */
export const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  }
}

/**
 * Has `write` make a file under a temporary name, step by step, flushes it and gives it its name, making the folder. Killed at any moment, it leaves the old file or the new one, and
 * beside it at most what the next that writes it removes; where `write` or the disk fails, or whoever takes the steps ends with `return`, the old one alone.
 */
function* makingWholeFile(path: string, write: (temporary: string) => Iterable<void>): Generator<void> {
  makeFolder(dirname(resolve(path)))
  const temporary = temporaryName(path)
  try {
    yield* write(temporary)
    const file = openSync(temporary, "r+")
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
    removeLeft(path)
  } finally {
    try {
      rmSync(temporary, { force: true })
    } catch {
      // Then it was never made, or the folder is gone; what went wrong first is what counts.
    }
  }
}

/** A whole file that `write` makes in one turn of the event loop, so that a signal with a listener comes before or after it. @throws what the file system or `write` throws */
export const makeWholeFile = (path: string, write: (temporary: string) => void): void => {
  makingWholeFile(path, (temporary) => {
    write(temporary)
    return []
  }).next()
}

/** {@link makeWholeFile} of a text (UTF-8) or bytes. */
export const writeWholeFile = (path: string, content: string | Uint8Array): void =>
  makeWholeFile(path, (temporary) => writeFileSync(temporary, content, { flag: "wx" }))

/** Characters written at once. */
const PORTION = 2 ** 20
/** Milliseconds of writing after which others have their turn. */
const TURN_MS = 50

/** A whole file of any length, made piece by piece; others have their turn between steps. @throws what the file system or the pieces throw */
export const writingWholeFile = (path: string, pieces: Iterable<string>): Generator<void> =>
  makingWholeFile(path, function* (temporary) {
    const file = openSync(temporary, "wx")
    try {
      let [portion, since] = ["", performance.now()]
      const flush = (): void => {
        // A disk may take a part.
        for (let bytes = Buffer.from(portion); bytes.length > 0; bytes = bytes.subarray(writeSync(file, bytes)));
        portion = ""
      }
      for (const piece of pieces) {
        portion += piece
        if (portion.length < PORTION) continue
        flush()
        if (performance.now() - since < TURN_MS) continue
        yield
        since = performance.now()
      }
      flush()
    } finally {
      closeSync(file)
    }
  })
