/** The folder of a run, looked at from outside: what lies in it, what of it is kept for a later call, what is broken. */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openSqlite } from "../../src/work/sqlite.ts"

/** Every file, by its path in the folder. */
export const filesIn = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? (readdirSync(folder, { recursive: true }) as Array<string>)
        .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true)
        .sort()
    : []

const DATABASES: Readonly<Record<string, string>> = {
  "journal.sqlite": "SELECT count(*) AS n FROM units",
  "sweep.sqlite": "SELECT count(*) AS n FROM results"
}

/** Looks at a copy, with its log: the next call is to find the file as the killed one left it. */
const ofDatabase = (folder: string, name: string): { readonly kept: number; readonly broken: boolean } => {
  const scratch = mkdtempSync(join(tmpdir(), "coverbound-looked-at-"))
  try {
    for (const file of [name, `${name}-wal`])
      if (existsSync(join(folder, file))) copyFileSync(join(folder, file), join(scratch, file))
    const database = openSqlite(join(scratch, name))
    try {
      if (database.prepare("PRAGMA integrity_check").get()?.integrity_check !== "ok") return { kept: 0, broken: true }
      return { kept: Number(database.prepare(DATABASES[name]).get()!.n), broken: false }
    } catch (error) {
      // Killed before its tables were made.
      if (/no such table/.test(String(error))) return { kept: 0, broken: false }
      return { kept: 0, broken: true }
    } finally {
      database.close()
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Lines of a journal of draws; the last may have no end yet. */
const ofDraws = (path: string): { readonly kept: number; readonly broken: boolean } => {
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1)
  return { kept: lines.length, broken: !lines.every(isJson) }
}

/** What a call left. */
export interface Left {
  /** Results, or lines of draws, that a later call goes on from. */
  readonly kept: number
  readonly broken: ReadonlyArray<string>
}

export const leftIn = (folder: string): Left => {
  let kept = 0
  const broken: Array<string> = []
  const take = (name: string, found: { readonly kept: number; readonly broken: boolean }): void => {
    kept += found.kept
    if (found.broken) broken.push(name)
  }
  for (const name of filesIn(folder)) {
    if (name in DATABASES) take(name, ofDatabase(folder, name))
    else if (name.endsWith(".jsonl")) take(name, ofDraws(join(folder, name)))
    else if (name.endsWith(".json")) take(name, { kept: 0, broken: !isJson(readFileSync(join(folder, name), "utf8")) })
  }
  return { kept, broken }
}
