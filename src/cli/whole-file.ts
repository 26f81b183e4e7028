/** Files that the command writes, whole or not at all, and the folders they go to. */
import { accessSync, constants, existsSync, lstatSync, mkdtempSync, rmdirSync, statSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { writeWholeFile, writingWholeFile } from "../file/whole-file.ts"
import { InvalidCall } from "./invalid-call.ts"
import { RECORD_NAMES, type RecordName } from "./record-names.ts"

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

/** Asks a folder that is there whether it takes files, by making one there and removing it: what its rights say is not all (/proc lets root write, and takes nothing). @throws what the file system throws */
const tryFolder = (folder: string): void => {
  accessSync(folder, constants.W_OK)
  rmdirSync(mkdtempSync(join(folder, ".coverbound-")))
}

/** Refuses a folder that could not be made or written, before any work is done for it. Leaves nothing there. */
export const checkFolder = (field: string, folder: string): Effect.Effect<void, InvalidCall> =>
  Effect.suspend(() => {
    const refuse = (why: string) => Effect.fail(InvalidCall.of(field, folder, why, "a folder that takes files"))
    for (let at = resolve(folder); ; at = dirname(at)) {
      try {
        if (!statSync(at).isDirectory()) return refuse(`${at} is a file`)
      } catch (error) {
        if (codeOf(error) !== "ENOENT" || dirname(at) === at) return refuse(codeOf(error))
        if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) return refuse(`${at} is a link to nothing`)
        continue
      }
      try {
        tryFolder(at)
        return Effect.void
      } catch (error) {
        return refuse(at === resolve(folder) ? codeOf(error) : `${at}: ${codeOf(error)}`)
      }
    }
  })

/**
 * {@link checkFolder}, and refuses a folder that holds the record of another command: what that one left there would be read as this one's. A record of the same name is an
 * earlier run's of the same command, which this one takes the place of.
 */
export const checkOwnFolder = (field: string, folder: string, own: RecordName): Effect.Effect<void, InvalidCall> =>
  Effect.andThen(checkFolder(field, folder), () => {
    const other = RECORD_NAMES.find((name) => name !== own && existsSync(join(folder, name)))
    return other === undefined
      ? Effect.void
      : Effect.fail(InvalidCall.of(field, folder, `${other} in it is another command's`, "a folder of its own"))
  })

/** The folder of `--out`, or else one in reports/out, as {@link checkOwnFolder} has it. */
export const ownFolder = (
  out: Option.Option<string>,
  usual: string,
  own: RecordName
): Effect.Effect<string, InvalidCall> => {
  const folder = Option.getOrElse(out, () => join("reports", "out", usual))
  return Effect.as(checkOwnFolder("--out", folder, own), folder)
}

/** Whether `path` is `folder` or below it. */
const isWithin = (path: string, folder: string): boolean =>
  !/^\.\.(?:[\\/]|$)/.test(relative(resolve(folder), resolve(path)))

/**
 * Refuses a file that could not be written, before any work is done for it: its folder is there, or is below `made`, the folder that the call makes. Leaves nothing there.
 */
export const checkFile = (field: string, path: string, made?: string): Effect.Effect<void, InvalidCall> =>
  Effect.suspend(() => {
    const refuse = (why: string) => Effect.fail(InvalidCall.of(field, path, why, "a file in a folder that takes it"))
    const folder = dirname(resolve(path))
    if (made !== undefined && isWithin(folder, made)) return checkFolder(field, folder)
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) return refuse("not a file")
      if (!statSync(folder).isDirectory()) return refuse(`${folder} is a file`)
      tryFolder(folder)
      return Effect.void
    } catch (error) {
      return refuse(codeOf(error) === "ENOENT" ? `no folder ${folder}` : codeOf(error))
    }
  })

/** Writes `text` to `folder/name`, making the folder. Killed at any moment, it leaves the old file or the new one. */
export const writeWhole = (folder: string, name: string, text: string): Effect.Effect<string, FileNotWritten> => {
  const path = join(folder, name)
  return Effect.try({
    try: () => {
      writeWholeFile(path, text)
      return path
    },
    catch: (error) => new FileNotWritten({ path, reason: codeOf(error) })
  })
}

/** {@link writeWhole} of a text of any length, made piece by piece; interrupted, it leaves the old file. */
export const writePieces = (
  folder: string,
  name: string,
  pieces: Iterable<string>
): Effect.Effect<string, FileNotWritten> => {
  const path = join(folder, name)
  return Effect.suspend(() => {
    const writing = writingWholeFile(path, pieces)
    const step = Effect.try({
      try: () => writing.next().done === true,
      catch: (error) => new FileNotWritten({ path, reason: codeOf(error) })
    })
    const others = Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
    const rest: Effect.Effect<string, FileNotWritten> = Effect.flatMap(step, (done) =>
      done ? Effect.succeed(path) : Effect.andThen(others, rest)
    )
    return Effect.ensuring(
      rest,
      Effect.sync(() => void writing.return(undefined))
    )
  })
}
