/** The text of a file that a call names: a regular file of bounded size, in UTF-8 (a byte order mark is passed over). Anything else is one line, exit 2. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs"
import * as Effect from "effect/Effect"
import { shown } from "../instance/invalid-instance.ts"
import { InvalidCall } from "./invalid-call.ts"

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "a directory",
  EACCES: "not readable",
  ENOTDIR: "no such file",
  ELOOP: "a loop of links",
  ENXIO: "not a regular file"
}

const MIB = 2 ** 20
/** What one string of JavaScript's can hold, and no machine's memory minds. */
const MOST = 500 * MIB

/** Why a file is no text of ours; the message stands in parentheses after the path. */
class Unfit extends Error {}

const textOf = (path: string, most: number): string => {
  // Not blocking: a pipe that nobody writes to would wait for ever.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(file)
    if (stat.isDirectory()) throw new Unfit("a directory")
    if (!stat.isFile()) throw new Unfit("not a regular file")
    if (stat.size > most)
      throw new Unfit(`${Math.ceil(stat.size / MIB)} MiB, more than the ${Math.floor(most / MIB)} that are read`)
    const bytes = Buffer.alloc(stat.size)
    let filled = 0
    for (let read = 1; read > 0 && filled < bytes.length; filled += read)
      read = readSync(file, bytes, filled, bytes.length - filled, filled)
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, filled))
    } catch {
      throw new Unfit("not text in UTF-8")
    }
  } finally {
    closeSync(file)
  }
}

/** @param field what named the file. @param most bytes that are read at most. */
export const readNamedFile = (field: string, path: string, most = MOST): Effect.Effect<string, InvalidCall> =>
  Effect.try({
    try: () => textOf(path, most),
    catch: (error) => {
      const { code = "unreadable" } = error as NodeJS.ErrnoException
      const why = error instanceof Unfit ? error.message : (WHY[code] ?? code)
      return new InvalidCall({ field, value: `${shown(path)} (${why})`, expectation: "a readable file" })
    }
  })
