/** The records that a call names: files, and folders that a command left. */
import { existsSync, readdirSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { At, InvalidRecord } from "../../../reports/read/at.ts"
import { FORMATS, formatOf } from "../../../reports/read/part.ts"
import { InvalidCall } from "../invalid-call.ts"
import { readNamedFile } from "../named-file.ts"
import { RECORD_NAMES } from "../record-names.ts"

export interface Recorded {
  readonly file: string
  readonly at: At
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Files of a folder that may be records. */
export const candidatesIn = (folder: string): ReadonlyArray<string> => {
  const entries = readdirSync(folder).toSorted()
  const known = RECORD_NAMES.filter((name) => entries.includes(name))
  const own = known.length > 0 ? known : entries.filter((name) => name.endsWith(".json"))
  return own.map((name) => join(folder, name))
}

/** A demo, and the records of its audits that it names. */
const withNamed = (file: string, all: ReadonlyArray<At>): ReadonlyArray<string> =>
  all.flatMap((at) =>
    formatOf(at) === "coverbound-demo"
      ? at
          .get("records")
          .some.map(({ text }) => join(dirname(file), text))
          .filter((path) => existsSync(path))
      : []
  )

const isSweep = ({ value }: At): boolean =>
  typeof value === "object" && value !== null && "format" in value && value.format === "coverbound-sweep-results"

/** The audits that a sweep lists. */
const withSwept = (file: string, all: ReadonlyArray<At>): ReadonlyArray<string> =>
  all.flatMap((at) => at.get("audits").list.map((one) => join(dirname(file), one.get("folder").text, "run.json")))

const parsed = (file: string): Effect.Effect<ReadonlyArray<At>, InvalidCall> =>
  Effect.flatMap(readNamedFile("record", file), (text) =>
    Effect.try({
      try: () => {
        const value: unknown = JSON.parse(text)
        // The benchmarks put several suites into one file where they are asked to.
        return Array.isArray(value)
          ? value.map((one, i) => new At(one, `${file}: [${i}]`))
          : [new At(value, `${file}:`)]
      },
      catch: () => InvalidCall.of("record", file, "no JSON", "a record of coverbound")
    })
  )

/** Reads of records: what is not as its format says is a wrong call. */
export const readingRecord = <A>(read: () => A): Effect.Effect<A, InvalidCall> =>
  Effect.try({
    try: read,
    catch: (error) => {
      if (!(error instanceof InvalidRecord)) throw error
      const at = error.message.indexOf(": ")
      const [value, expectation] = error.message.slice(at + 2).split(", expected ")
      return new InvalidCall({ field: error.message.slice(0, at), value, expectation })
    }
  })

/** Every record of the call, each once. */
export const recordsOf = Effect.fnUntraced(function* (
  named: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<Recorded>, InvalidCall> {
  const out: Array<Recorded> = []
  for (const name of named) {
    const folder = isFolder(name)
    // A demo's folder is that of other commands, too.
    const inside = folder ? candidatesIn(name) : []
    const demo = inside.find((file) => basename(file) === "demo.json")
    const files = folder ? (demo === undefined ? inside : [demo]) : [name]
    const found: Array<Recorded> = []
    for (const file of files) {
      const all = yield* parsed(file)
      const known = all.filter((at) => formatOf(at) !== undefined)
      // A file that was named must be one; of a folder, what is none is passed over.
      const sweeps = all.filter(isSweep)
      if (!folder && known.length + sweeps.length < all.length)
        return yield* InvalidCall.of("record", file, "its format is none of ours", `one of ${FORMATS.join(", ")}`)
      found.push(...known.map((at) => ({ file, at })))
      const swept = yield* readingRecord(() => withSwept(file, sweeps))
      for (const below of [...withNamed(file, known), ...swept])
        found.push(...(yield* parsed(below)).map((at) => ({ file: below, at })))
    }
    if (found.length === 0)
      return yield* InvalidCall.of("record", name, "no record in it", "a folder that a command left, or a record")
    out.push(...found.filter(({ file }) => folder || !out.some((one) => one.file === file)))
  }
  return out
})
