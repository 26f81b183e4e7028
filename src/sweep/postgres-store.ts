/**
 * A sweep's store on PostgreSQL: for as many machines as one likes. The package `pg` is an optional peer, brought in when a store is asked for.
 *
 * Plain SQL, not Effect's PersistedQueue: a result and the end of its job must be one transaction, claims and commits must come in batches (a queue of single offers and takes moves
 * some hundred jobs a second), `status` must read what it counts, and the file store must mean the same. The statements are those of sqlite-store.ts; SKIP LOCKED keeps claims apart.
 */
import type * as Pg from "pg"
import {
  type ClaimedJob,
  type FailedJob,
  GIVEN_UP,
  type MadeResult,
  type StoredJob,
  StoreFailed,
  type SweepStore
} from "./sweep-store.ts"

/** The version that it was tested with; package.json says the same. */
const INSTALL_PG = "npm i pg@8.23.1"

/** Milliseconds after which a connection or a statement counts as lost: a network that swallows everything says nothing. */
const PATIENCE_MS = 10_000

const NOW = "extract(epoch from clock_timestamp())::float8"

const schemaOf = (name: string): string => `
CREATE SCHEMA IF NOT EXISTS ${name};
CREATE TABLE IF NOT EXISTS ${name}.meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS ${name}.jobs (
  seq bigserial PRIMARY KEY, id text NOT NULL UNIQUE, task text NOT NULL, state smallint NOT NULL DEFAULT 0,
  worker text, lease_until float8, attempts integer NOT NULL DEFAULT 0, reason text, done_at float8);
CREATE INDEX IF NOT EXISTS jobs_pending ON ${name}.jobs (seq) WHERE state = 0;
CREATE INDEX IF NOT EXISTS jobs_leased ON ${name}.jobs (lease_until) WHERE state = 1;
CREATE INDEX IF NOT EXISTS jobs_recent ON ${name}.jobs (done_at) WHERE state = 2;
CREATE TABLE IF NOT EXISTS ${name}.results (id text PRIMARY KEY, bytes bytea NOT NULL, worker text NOT NULL, seconds float8 NOT NULL);`

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
  const failed = (error: unknown): StoreFailed => new StoreFailed({ store: name, reason: lineOf(error) })
  /** In one transaction, on a connection of its own; one that did not answer is not used again. */
  const together = async <A>(work: (client: Pg.PoolClient) => Promise<A>): Promise<A> => {
    let client: Pg.PoolClient | undefined
    let lost: Error | undefined
    try {
      client = await pool.connect()
      await client.query("BEGIN")
      const result = await work(client)
      await client.query("COMMIT")
      return result
    } catch (error) {
      lost = error as Error
      throw failed(error)
    } finally {
      client?.release(lost ?? false)
    }
  }
  const rows = async <A>(sql: string, ...parameters: ReadonlyArray<unknown>): Promise<ReadonlyArray<A>> =>
    together(async (client) => (await client.query(sql, [...parameters])).rows as ReadonlyArray<A>)
  // Two that come first at once would both make the schema.
  await together(async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [schema])
    await client.query(schemaOf(schema))
  })
  return {
    name,
    version: (own) =>
      together(async (client) => {
        await client.query(`INSERT INTO ${schema}.meta VALUES ('version', $1) ON CONFLICT DO NOTHING`, [own])
        const { rows: found } = await client.query(`SELECT value FROM ${schema}.meta WHERE key = 'version'`)
        return found[0].value as string
      }),
    add: (jobs) =>
      together(async (client) => {
        const { rowCount } = await client.query(
          `INSERT INTO ${schema}.jobs (id, task) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (id) DO NOTHING`,
          [jobs.map(({ id }) => id), jobs.map(({ task }) => task)]
        )
        return rowCount ?? 0
      }),
    claim: (worker, most, lease, attempts) =>
      together(async (client) => {
        await client.query(
          `UPDATE ${schema}.jobs SET state = 3, worker = NULL, reason = coalesce(reason, $1)
           WHERE seq IN (SELECT seq FROM ${schema}.jobs WHERE state = 1 AND lease_until < ${NOW} AND attempts >= $2 FOR UPDATE SKIP LOCKED)`,
          [GIVEN_UP, attempts]
        )
        const taken = async (which: string, limit: number): Promise<ReadonlyArray<ClaimedJob>> => {
          const { rows: claimed } = await client.query(
            `UPDATE ${schema}.jobs AS j SET state = 1, worker = $1, attempts = attempts + 1, lease_until = ${NOW} + $2
             FROM (SELECT seq FROM ${schema}.jobs WHERE ${which} LIMIT $3 FOR UPDATE SKIP LOCKED) AS n
             WHERE j.seq = n.seq RETURNING j.id, j.task, j.attempts`,
            [worker, lease, limit]
          )
          return claimed as ReadonlyArray<ClaimedJob>
        }
        const lost = `state = 1 AND lease_until < ${NOW}`
        const suspect = await taken(`${lost} AND attempts >= 2`, 1)
        const expired = await taken(`${lost} AND attempts < 2`, most - suspect.length)
        const fresh = await taken("state = 0 ORDER BY seq", most - suspect.length - expired.length)
        return [...suspect, ...expired, ...fresh]
      }),
    renew: async (worker, ids, lease) => {
      await rows(
        `UPDATE ${schema}.jobs SET lease_until = ${NOW} + $1 WHERE state = 1 AND worker = $2 AND id = ANY($3)`,
        lease,
        worker,
        ids
      )
    },
    commit: (worker, made) =>
      together(async (client) => {
        const ids = made.map(({ id }) => id)
        const { rowCount } = await client.query(
          `INSERT INTO ${schema}.results SELECT id, bytes, $4, seconds FROM unnest($1::text[], $2::bytea[], $3::float8[]) AS made (id, bytes, seconds) ON CONFLICT DO NOTHING`,
          [ids, made.map(({ bytes }) => Buffer.from(bytes)), made.map(({ seconds }) => seconds), worker]
        )
        await client.query(
          `UPDATE ${schema}.jobs SET state = 2, worker = NULL, lease_until = NULL, reason = NULL, done_at = ${NOW} WHERE state <> 2 AND id = ANY($1)`,
          [ids]
        )
        return rowCount ?? 0
      }),
    fail: async (worker, id, reason, again) => {
      await rows(
        `UPDATE ${schema}.jobs SET state = $1, worker = NULL, lease_until = NULL, reason = $2 WHERE id = $3 AND worker = $4 AND state = 1`,
        again ? 0 : 3,
        reason,
        id,
        worker
      )
    },
    release: async (worker) => {
      await rows(
        `UPDATE ${schema}.jobs SET state = 0, worker = NULL, lease_until = NULL, attempts = attempts - 1 WHERE state = 1 AND worker = $1`,
        worker
      )
    },
    holders: async () =>
      (await rows<{ worker: string }>(`SELECT DISTINCT worker FROM ${schema}.jobs WHERE state = 1`)).map(
        ({ worker }) => worker
      ),
    expire: async (worker) => {
      await rows(`UPDATE ${schema}.jobs SET lease_until = 0 WHERE state = 1 AND worker = $1`, worker)
    },
    counts: async () => {
      const [found] = await rows<Record<string, number>>(
        `SELECT count(*) FILTER (WHERE state = 0)::float8 AS pending, count(*) FILTER (WHERE state = 1)::float8 AS running,
          count(*) FILTER (WHERE state = 2)::float8 AS done, count(*) FILTER (WHERE state = 3)::float8 AS failed,
          count(DISTINCT worker) FILTER (WHERE state = 1 AND lease_until >= ${NOW})::float8 AS workers,
          count(*) FILTER (WHERE state = 2 AND done_at > ${NOW} - 60)::float8 AS "lastMinute",
          coalesce(${NOW} - min(done_at) FILTER (WHERE state = 2 AND done_at > ${NOW} - 60), 0)::float8 AS span FROM ${schema}.jobs`
      )
      const { done, failed: lost, lastMinute, pending, running, span, workers } = found
      return { pending, running, done, failed: lost, workers, lastMinute, span }
    },
    failed: (most) =>
      rows<FailedJob>(
        `SELECT id, task, reason, attempts FROM ${schema}.jobs WHERE state = 3 ORDER BY seq LIMIT $1`,
        most
      ),
    done: (after, most) =>
      rows<StoredJob>(
        `SELECT id, task FROM ${schema}.jobs WHERE state = 2 AND id COLLATE "C" > $1 ORDER BY id COLLATE "C" LIMIT $2`,
        after,
        most
      ),
    results: (ids) => rows<MadeResult>(`SELECT id, bytes, seconds FROM ${schema}.results WHERE id = ANY($1)`, ids),
    close: () => pool.end()
  }
}
