/** What a sweep's store means, in SQL: one text for each database that keeps sweeps. Where their dialects differ, the database says how. */
import * as Effect from "effect/Effect"
import {
  type ClaimedJob,
  type FailedJob,
  GIVEN_UP,
  type MadeResult,
  type StoredJob,
  type SweepCounts,
  type SweepStore
} from "./sweep-store.ts"

/** Values of a column for rows to be added, with its type in the words of PostgreSQL. */
export interface Column {
  readonly name: string
  readonly type: "text" | "bytea" | "float8"
  readonly values: ReadonlyArray<string | number | Uint8Array>
}

/** Makes statements, in which parameters stand as $1, $2, …; dies where the database says no. */
export interface Statements {
  readonly rows: <A>(sql: string, ...parameters: ReadonlyArray<string | number>) => Effect.Effect<ReadonlyArray<A>>
  /** Adds rows of a table, by columns, apart from those whose key is there already; gives how many were added. */
  readonly insert: (table: string, columns: ReadonlyArray<Column>) => Effect.Effect<number>
}

export interface SqlDatabase {
  /** For people: no password in it. */
  readonly name: string
  /** What stands before the name of every table. */
  readonly at: string
  /** Seconds since 1970, by its own clock. */
  readonly now: string
  /** Behind a choice of rows that are to be changed: those that another transaction is changing are passed over. */
  readonly apart: string
  /** Behind a text that is compared byte by byte. */
  readonly bytewise: string
  /** The texts of a JSON array, as rows. */
  readonly textsOf: (parameter: string) => string
  /** One statement by itself. */
  readonly rows: <A>(sql: string, ...parameters: ReadonlyArray<string | number>) => Promise<ReadonlyArray<A>>
  /** Statements of which all or none take effect. */
  readonly together: <A>(work: (statements: Statements) => Effect.Effect<A>) => Promise<A>
  readonly close: () => Promise<void>
}

/** The tables. States of a job: 0 to come, 1 claimed, 2 done, 3 failed. @param serial type of a key that counts up by itself */
export const schemaOf = (at: string, serial: string): string => `
CREATE TABLE IF NOT EXISTS ${at}meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS ${at}jobs (
  seq ${serial} PRIMARY KEY, id text NOT NULL UNIQUE, task text NOT NULL, state smallint NOT NULL DEFAULT 0,
  worker text, lease_until float8, attempts integer NOT NULL DEFAULT 0, reason text, done_at float8);
CREATE INDEX IF NOT EXISTS jobs_pending ON ${at}jobs (seq) WHERE state = 0;
CREATE INDEX IF NOT EXISTS jobs_leased ON ${at}jobs (lease_until) WHERE state = 1;
CREATE INDEX IF NOT EXISTS jobs_recent ON ${at}jobs (done_at) WHERE state = 2;
CREATE TABLE IF NOT EXISTS ${at}results (id text PRIMARY KEY, bytes bytea NOT NULL, worker text NOT NULL, seconds float8 NOT NULL);`

/** The store in a database that has the tables of {@link schemaOf}. */
export const sqlStore = ({
  apart,
  at,
  bytewise,
  close,
  name,
  now,
  rows,
  textsOf,
  together
}: SqlDatabase): SweepStore => {
  const [jobs, results] = [`${at}jobs`, `${at}results`]
  const changed = async (sql: string, ...parameters: ReadonlyArray<string | number>): Promise<void> => {
    await rows(sql, ...parameters)
  }
  const counted = (of: string): string => `CAST(count(*) FILTER (WHERE ${of}) AS float8)`
  const recent = `state = 2 AND done_at > ${now} - 60`
  return {
    name,
    version: (own) =>
      together(
        Effect.fnUntraced(function* (statements: Statements) {
          yield* statements.rows(`INSERT INTO ${at}meta VALUES ('version', $1) ON CONFLICT DO NOTHING`, own)
          const [{ value }] = yield* statements.rows<{ value: string }>(
            `SELECT value FROM ${at}meta WHERE key = 'version'`
          )
          return value
        })
      ),
    add: (added) =>
      together(({ insert }) =>
        insert(jobs, [
          { name: "id", type: "text", values: added.map(({ id }) => id) },
          { name: "task", type: "text", values: added.map(({ task }) => task) }
        ])
      ),
    claim: (worker, most, lease, attempts) =>
      together(
        Effect.fnUntraced(function* (statements: Statements) {
          const lost = `state = 1 AND lease_until < ${now}`
          yield* statements.rows(
            `UPDATE ${jobs} SET state = 3, worker = NULL, reason = coalesce(reason, $1)
           WHERE seq IN (SELECT seq FROM ${jobs} WHERE ${lost} AND attempts >= $2 ${apart})`,
            GIVEN_UP,
            attempts
          )
          const taken = (which: string, limit: number) =>
            statements.rows<ClaimedJob>(
              `UPDATE ${jobs} AS j SET state = 1, worker = $1, attempts = attempts + 1, lease_until = ${now} + $2
             FROM (SELECT seq FROM ${jobs} WHERE ${which} LIMIT $3 ${apart}) AS n
             WHERE j.seq = n.seq RETURNING id, task, attempts`,
              worker,
              lease,
              limit
            )
          const suspect = yield* taken(`${lost} AND attempts >= 2`, 1)
          const expired = yield* taken(`${lost} AND attempts < 2`, most - suspect.length)
          const fresh = yield* taken("state = 0 ORDER BY seq", most - suspect.length - expired.length)
          return [...suspect, ...expired, ...fresh]
        })
      ),
    renew: (worker, ids, lease) =>
      changed(
        `UPDATE ${jobs} SET lease_until = ${now} + $1 WHERE state = 1 AND worker = $2 AND id IN (${textsOf("$3")})`,
        lease,
        worker,
        JSON.stringify(ids)
      ),
    commit: (worker, made) =>
      together(
        Effect.fnUntraced(function* (statements: Statements) {
          const ids = made.map(({ id }) => id)
          const first = yield* statements.insert(results, [
            { name: "id", type: "text", values: ids },
            { name: "bytes", type: "bytea", values: made.map(({ bytes }) => bytes) },
            { name: "worker", type: "text", values: made.map(() => worker) },
            { name: "seconds", type: "float8", values: made.map(({ seconds }) => seconds) }
          ])
          yield* statements.rows(
            `UPDATE ${jobs} SET state = 2, worker = NULL, lease_until = NULL, reason = NULL, done_at = ${now}
           WHERE state <> 2 AND id IN (${textsOf("$1")})`,
            JSON.stringify(ids)
          )
          return first
        })
      ),
    fail: (worker, id, reason, again) =>
      changed(
        `UPDATE ${jobs} SET state = $1, worker = NULL, lease_until = NULL, reason = $2 WHERE id = $3 AND worker = $4 AND state = 1`,
        again ? 0 : 3,
        reason,
        id,
        worker
      ),
    release: (worker) =>
      changed(
        `UPDATE ${jobs} SET state = 0, worker = NULL, lease_until = NULL, attempts = attempts - 1 WHERE state = 1 AND worker = $1`,
        worker
      ),
    holders: async () =>
      (await rows<{ worker: string }>(`SELECT DISTINCT worker FROM ${jobs} WHERE state = 1`)).map(
        (holder) => holder.worker
      ),
    expire: (worker) => changed(`UPDATE ${jobs} SET lease_until = 0 WHERE state = 1 AND worker = $1`, worker),
    counts: async () => {
      const [counts] = await rows<SweepCounts>(
        `SELECT ${counted("state = 0")} AS pending, ${counted("state = 1")} AS running, ${counted("state = 2")} AS done,
          ${counted("state = 3")} AS failed, ${counted(recent)} AS "lastMinute",
          CAST(count(DISTINCT worker) FILTER (WHERE state = 1 AND lease_until >= ${now}) AS float8) AS workers,
          CAST(coalesce(${now} - min(done_at) FILTER (WHERE ${recent}), 0) AS float8) AS span FROM ${jobs}`
      )
      return counts
    },
    failed: (most) =>
      rows<FailedJob>(`SELECT id, task, reason, attempts FROM ${jobs} WHERE state = 3 ORDER BY seq LIMIT $1`, most),
    done: (after, most) =>
      rows<StoredJob>(
        `SELECT id, task FROM ${jobs} WHERE state = 2 AND id ${bytewise} > $1 ORDER BY id ${bytewise} LIMIT $2`,
        after,
        most
      ),
    results: (ids) =>
      rows<MadeResult>(`SELECT id, bytes, seconds FROM ${results} WHERE id IN (${textsOf("$1")})`, JSON.stringify(ids)),
    close
  }
}
