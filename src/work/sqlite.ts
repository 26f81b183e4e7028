/** SQLite as Node carries it, without the warning that Node 22 and 24 give at its first use. */
import { createRequire } from "node:module"
import type * as Sqlite from "node:sqlite"

let sqlite: typeof Sqlite | undefined

const load = (): typeof Sqlite => {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was
  const { emitWarning } = process
  // It is said when the module is loaded, and of that module alone.
  process.emitWarning = (warning: string | Error, ...rest: ReadonlyArray<unknown>) => {
    if (!String(warning).includes("SQLite")) Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    return createRequire(import.meta.url)("node:sqlite") as typeof Sqlite
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Opens a database file, making it. @param timeout milliseconds to wait for another's lock */
export const openSqlite = (path: string, timeout = 0): Sqlite.DatabaseSync => {
  sqlite ??= load()
  return new sqlite.DatabaseSync(path, { timeout })
}
