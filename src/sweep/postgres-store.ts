/**
 * A sweep's store on PostgreSQL: for as many machines as one likes. The package `pg` is an optional peer, brought in when a store is asked for.
 *
 * Plain SQL, not Effect's PersistedQueue: a result and the end of its job must be one transaction, claims and commits must come in batches (a queue of single offers and takes moves
 * some hundred jobs a second), `status` must read what it counts, and the file store must mean the same. SKIP LOCKED keeps claims apart.
 */
import type * as Pg from "pg"
import * as Effect from "effect/Effect"
import { schemaOf, sqlStore, type Statements } from "./sql-store.ts"
import { StoreFailed, type SweepStore } from "./sweep-store.ts"

/** The version that it was tested with; package.json says the same. */
const INSTALL_PG = "npm i pg@8.23.1"

/** Milliseconds after which a connection or a statement counts as lost: a network that swallows everything says nothing. */
const PATIENCE_MS = 10_000

const load = async (): Promise<typeof Pg> => {
  try {
    return (await import("pg")).default as unknown as typeof Pg
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND"
    const reason = missing
      ? `the package pg is not installed: ${INSTALL_PG}`
      : `pg does not load: ${error instanceof Error ? error.message : String(error)}`
    throw new StoreFailed({ store: "postgres", reason })
  }
}

/** The address as people may see it. */
const shownUrl = (url: string): string => {
  try {
    const { host, pathname, searchParams } = new URL(url)
    return `postgres://${host || (searchParams.get("host") ?? "")}${pathname}`
  } catch {
    return "postgres"
  }
}

const lineOf = (error: unknown): string => {
  const { code, errors, message } = error as NodeJS.ErrnoException & { readonly errors?: ReadonlyArray<Error> }
  const said = message === "" ? (errors?.[0]?.message ?? code ?? "no answer") : message
  return said.replace(/\s*\n\s*/g, " ")
}

/** @param url postgres://user@host/database, or with ?host=/folder of a socket @param sweep names the schema that holds the sweep */
export const openPostgresStore = async (url: string, sweep: string): Promise<SweepStore> => {
  const { Pool } = await load()
  const name = `${shownUrl(url)} ${sweep}`
  const schema = `"coverbound_${sweep}"`
  const pool = new Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    keepAlive: true,
    application_name: "coverbound sweep"
  })
  // An idle connection that is cut off is said when it is next used.
  pool.on("error", () => {})
  pool.on("connect", (client) => void client.on("error", () => {}))
  const statementsOf = (client: Pg.PoolClient): Statements => ({
    rows: (sql, ...parameters) => Effect.promise(async () => (await client.query(sql, [...parameters])).rows as never),
    insert: (table, columns) =>
      Effect.promise(async () => {
        const names = columns.map((column) => column.name)
        const arrays = columns.map(({ type }, i) => `$${i + 1}::${type}[]`)
        const values = columns.map((column) =>
          column.values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value))
        )
        const { rowCount } = await client.query(
          `INSERT INTO ${table} (${names.join(", ")}) SELECT * FROM unnest(${arrays.join(", ")}) ON CONFLICT DO NOTHING`,
          values
        )
        return rowCount ?? 0
      })
  })
  /** In one transaction, on a connection of its own; one that did not answer is not used again. */
  const together = async <A>(work: (statements: Statements) => Effect.Effect<A>): Promise<A> => {
    let client: Pg.PoolClient | undefined
    let lost: Error | undefined
    try {
      client = await pool.connect()
      await client.query("BEGIN")
      const result = await Effect.runPromise(work(statementsOf(client)))
      await client.query("COMMIT")
      return result
    } catch (error) {
      lost = error as Error
      throw new StoreFailed({ store: name, reason: lineOf(error) })
    } finally {
      client?.release(lost ?? false)
    }
  }
  const at = `${schema}.`
  await together(
    Effect.fnUntraced(function* ({ rows }: Statements) {
      // Two that come first at once would both make the schema.
      yield* rows("SELECT pg_advisory_xact_lock(hashtext($1))", schema)
      for (const statement of [`CREATE SCHEMA IF NOT EXISTS ${schema}`, ...schemaOf(at, "bigserial").split(";")])
        yield* rows(statement)
    })
  )
  return sqlStore({
    name,
    at,
    now: "extract(epoch from clock_timestamp())::float8",
    apart: "FOR UPDATE SKIP LOCKED",
    bytewise: 'COLLATE "C"',
    textsOf: (parameter) => `SELECT json_array_elements_text(${parameter}::json)`,
    rows: (sql, ...parameters) => together(({ rows }) => rows(sql, ...parameters)),
    together,
    close: () => pool.end()
  })
}
