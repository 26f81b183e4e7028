/**
 * A built-in algorithm with a mistake in its text: the file of src/algorithm with some lines replaced, loaded as a module of its own. So no algorithm is written twice, a
 * reader of the catalogue sees each mistake as the change a person would make, and a mistake whose lines are no more is an error, not a silent pass.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type AnyAlgorithm, isAlgorithm } from "../../src/algorithm/algorithm.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"

const ROOT = fileURLToPath(new URL("../../", import.meta.url))
/** Within the project, so that packages resolve; not kept. */
const FOLDER = join(ROOT, "reports/out/edited-algorithms")

/** Lines of the text, each standing there once, and what stands there instead. */
export type Edits = Readonly<Record<string, string>>

/** The text with its edits. Throws RangeError where a line does not stand there exactly once. */
export const applied = (text: string, edits: Edits, file: string): string =>
  Object.entries(edits).reduce((before, [from, to]) => {
    const found = before.split(from).length - 1
    if (found !== 1) throw new RangeError(`${file}: "${from}" stands there ${found} times, expected once`)
    return before.replace(from, () => to)
  }, text)

/** The algorithm of a file of src/algorithm whose text is this. Throws RangeError where it exports none. */
export const loaded = async (file: string, text: string, name: string): Promise<AnyAlgorithm<OracleServices>> => {
  const path = join(ROOT, "src/algorithm", file)
  const resolved = text.replace(
    /(from\s+)"(\.[^"]+)"/g,
    (_, from: string, to: string) => `${from}${JSON.stringify(join(dirname(path), to))}`
  )
  mkdirSync(FOLDER, { recursive: true })
  // One of its own each time: test files on threads share a process.
  const folder = mkdtempSync(join(FOLDER, `${file}-`))
  try {
    const module = join(folder, file)
    writeFileSync(module, resolved)
    const exported = Object.values((await import(pathToFileURL(module).href)) as Record<string, unknown>)
    const found = exported.find(isAlgorithm)
    if (found === undefined) throw new RangeError(`${file}: no algorithm, expected one among its exports`)
    return { ...found, name }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const textOf = (file: string): string => readFileSync(join(ROOT, "src/algorithm", file), "utf8")

/** The algorithm of a file as it is shipped. */
export const shipped = (file: string): Promise<AnyAlgorithm<OracleServices>> => loaded(file, textOf(file), file)

/** @param file of src/algorithm, such as `passive.ts` */
export const edited = (file: string, name: string, edits: Edits): Promise<AnyAlgorithm<OracleServices>> =>
  loaded(file, applied(textOf(file), edits, file), name)
