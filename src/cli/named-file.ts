/** The text of a file that a call names: a regular file of bounded size, in UTF-8 (a byte order mark is passed over). Anything else is one line, exit 2. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs"
import * as Effect from "effect/Effect"
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

/** Runs `use` with a regular file of at most `most` bytes, open for reading, and its size. */
const withFile = <A>(path: string, most: number, use: (file: number, size: number) => A): A => {
  // Not blocking: a pipe that nobody writes to would wait for ever.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(file)
    if (stat.isDirectory()) throw new Unfit("a directory")
    if (!stat.isFile()) throw new Unfit("not a regular file")
    if (stat.size > most)
      throw new Unfit(`${Math.ceil(stat.size / MIB)} MiB, more than the ${Math.floor(most / MIB)} that are read`)
    return use(file, stat.size)
  } finally {
    closeSync(file)
  }
}

/** Fills an array with a file's bytes from `at` on; how many there were. */
const fill = (file: number, into: Uint8Array, at: number): number => {
  let filled = 0
  for (let read = 1; read > 0 && filled < into.length; filled += read)
    read = readSync(file, into, filled, into.length - filled, at + filled)
  return filled
}

const textOf = (path: string, most: number): string =>
  withFile(path, most, (file, size) => {
    const bytes = Buffer.alloc(size)
    const filled = fill(file, bytes, 0)
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, filled))
    } catch {
      throw new Unfit("not text in UTF-8")
    }
  })

/** @param field what named the file. @param most bytes that are read at most. */
export const readNamedFile = (field: string, path: string, most = MOST): Effect.Effect<string, InvalidCall> =>
  named(field, path, () => textOf(path, most))

/** Bytes in which a document of this suite states its format. */
const HEAD = 4096

/** What a file begins with, as text. @throws where it cannot be read */
export const headOf = (path: string, bytes = HEAD, encoding: "utf8" | "latin1" = "utf8"): string =>
  withFile(path, Infinity, (file) => {
    const head = Buffer.alloc(bytes)
    return head.toString(encoding, 0, fill(file, head, 0))
  })

/** Whether a file begins with these characters of one byte each; not where it cannot be read. */
export const beginsWith = (path: string, text: string): boolean => {
  try {
    return headOf(path, text.length, "latin1") === text
  } catch {
    return false
  }
}

/** What `use` makes of a named file's bytes, which it reads in order; what `use` throws itself stays as it is thrown. */
export const readNamedBytes = <A>(
  field: string,
  path: string,
  use: (read: (into: Uint8Array) => number, size: number) => A
): Effect.Effect<A, InvalidCall> =>
  named(field, path, () =>
    withFile(path, Infinity, (file, size) => {
      let at = 0
      return use((into) => {
        const read = fill(file, into, at)
        at += read
        return read
      }, size)
    })
  )

const named = <A>(field: string, path: string, use: () => A): Effect.Effect<A, InvalidCall> =>
  Effect.try({
    try: use,
    catch: (error) => {
      const { code = "unreadable" } = error as NodeJS.ErrnoException
      const why = error instanceof Unfit ? error.message : (WHY[code] ?? code)
      return InvalidCall.of(field, path, why, "a readable file")
    }
  })
