/** A sweep's store as a file: for the processes of one machine. */
import { dirname, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { makeFolder } from "../file/whole-file.ts"
import { openSqlite } from "../work/sqlite.ts"
import { schemaOf, type Statements, sqlStore } from "./sql-store.ts"
import type { SweepStore } from "./sweep-store.ts"

/** Milliseconds to wait for another process's turn. */
const PATIENCE_MS = 20_000

export const openSqliteStore = (path: string): SweepStore => {
  makeFolder(dirname(resolve(path)))
  const database = openSqlite(path, PATIENCE_MS)
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
  database.exec(`BEGIN IMMEDIATE;${schemaOf("", "INTEGER")}COMMIT`)
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what a statement's rows are, it says itself
  const rows = <A>(sql: string, parameters: ReadonlyArray<string | number>): ReadonlyArray<A> => {
    const named = Object.fromEntries(parameters.map((value, i) => [`$${i + 1}`, value]))
    return database.prepare(sql).all(named) as unknown as ReadonlyArray<A>
  }
  const statements: Statements = {
    rows: (sql, ...parameters) => Effect.sync(() => rows(sql, parameters)),
    insert: (table, columns) =>
      Effect.sync(() => {
        const names = columns.map(({ name }) => name)
        const one = database.prepare(
          `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")}) ON CONFLICT DO NOTHING`
        )
        return columns[0].values.reduce<number>(
          (added, _, row) => added + Number(one.run(...columns.map(({ values }) => values[row])).changes),
          0
        )
      })
  }
  return sqlStore({
    name: path,
    at: "",
    now: "unixepoch('subsec')",
    apart: "",
    bytewise: "",
    textsOf: (parameter) => `SELECT value FROM json_each(${parameter})`,
    rows: async (sql, ...parameters) => rows(sql, parameters),
    // At once: nothing of this process comes between.
    together: async (work) => {
      database.exec("BEGIN IMMEDIATE")
      try {
        const result = Effect.runSync(work(statements))
        database.exec("COMMIT")
        return result
      } catch (error) {
        database.exec("ROLLBACK")
        throw error
      }
    },
    close: async () => database.close()
  })
}
