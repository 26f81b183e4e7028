/** A sweep's store as a file: for the processes of one machine. */
import { makeFolder } from "../file/whole-file.ts"
import { dirname, resolve } from "node:path"
import { openSqlite } from "../work/sqlite.ts"
import {
  type ClaimedJob,
  type FailedJob,
  GIVEN_UP,
  type MadeResult,
  type StoredJob,
  type SweepStore
} from "./sweep-store.ts"

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, task TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0,
  worker TEXT, lease_until REAL, attempts INTEGER NOT NULL DEFAULT 0, reason TEXT, done_at REAL);
CREATE INDEX IF NOT EXISTS pending ON jobs (seq) WHERE state = 0;
CREATE INDEX IF NOT EXISTS leased ON jobs (lease_until) WHERE state = 1;
CREATE INDEX IF NOT EXISTS recent ON jobs (done_at) WHERE state = 2;
CREATE TABLE IF NOT EXISTS results (id TEXT PRIMARY KEY, bytes BLOB NOT NULL, worker TEXT NOT NULL, seconds REAL NOT NULL);`

/** Milliseconds to wait for another process's turn. */
const PATIENCE_MS = 20_000

/** Seconds since 1970, by SQLite. */
const NOW = "(unixepoch('subsec'))"

export const openSqliteStore = (path: string): SweepStore => {
  makeFolder(dirname(resolve(path)))
  const database = openSqlite(path, PATIENCE_MS)
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
  database.exec(`BEGIN IMMEDIATE;${SCHEMA}COMMIT`)
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what a statement's rows are, it says itself
  const rows = <A>(sql: string, ...parameters: ReadonlyArray<string | number | Uint8Array>): ReadonlyArray<A> =>
    database.prepare(sql).all(...parameters) as unknown as ReadonlyArray<A>
  const changed = (sql: string, ...parameters: ReadonlyArray<string | number | Uint8Array>): number =>
    Number(database.prepare(sql).run(...parameters).changes)
  const together = async <A>(work: () => A): Promise<A> => {
    database.exec("BEGIN IMMEDIATE")
    try {
      const result = work()
      database.exec("COMMIT")
      return result
    } catch (error) {
      database.exec("ROLLBACK")
      throw error
    }
  }
  const listed = (ids: ReadonlyArray<string>): string => JSON.stringify(ids)
  return {
    name: path,
    version: (own) =>
      together(() => {
        changed("INSERT OR IGNORE INTO meta VALUES ('version', ?)", own)
        return rows<{ value: string }>("SELECT value FROM meta WHERE key = 'version'")[0].value
      }),
    add: (jobs) =>
      together(() => {
        const insert = database.prepare("INSERT OR IGNORE INTO jobs (id, task) VALUES (?, ?)")
        return jobs.reduce((added, { id, task }) => added + Number(insert.run(id, task).changes), 0)
      }),
    claim: (worker, most, lease, attempts) =>
      together(() => {
        changed(
          `UPDATE jobs SET state = 3, worker = NULL, reason = coalesce(reason, ?) WHERE state = 1 AND lease_until < ${NOW} AND attempts >= ?`,
          GIVEN_UP,
          attempts
        )
        const taken = (which: string, limit: number): ReadonlyArray<ClaimedJob> =>
          rows<ClaimedJob>(
            `UPDATE jobs SET state = 1, worker = ?, attempts = attempts + 1, lease_until = ${NOW} + ?
             WHERE seq IN (SELECT seq FROM jobs WHERE ${which} LIMIT ?) RETURNING id, task, attempts`,
            worker,
            lease,
            limit
          )
        const lost = `state = 1 AND lease_until < ${NOW}`
        const suspect = taken(`${lost} AND attempts >= 2`, 1)
        const expired = taken(`${lost} AND attempts < 2`, most - suspect.length)
        return [...suspect, ...expired, ...taken("state = 0 ORDER BY seq", most - suspect.length - expired.length)]
      }),
    renew: async (worker, ids, lease) => {
      changed(
        `UPDATE jobs SET lease_until = ${NOW} + ? WHERE state = 1 AND worker = ? AND id IN (SELECT value FROM json_each(?))`,
        lease,
        worker,
        listed(ids)
      )
    },
    commit: (worker, made) =>
      together(() => {
        const insert = database.prepare("INSERT INTO results VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING")
        const first = made.filter(({ bytes, id, seconds }) => insert.run(id, bytes, worker, seconds).changes === 1)
        changed(
          `UPDATE jobs SET state = 2, worker = NULL, lease_until = NULL, reason = NULL, done_at = ${NOW} WHERE state <> 2 AND id IN (SELECT value FROM json_each(?))`,
          listed(made.map(({ id }) => id))
        )
        return first.length
      }),
    fail: async (worker, id, reason, again) => {
      changed(
        "UPDATE jobs SET state = ?, worker = NULL, lease_until = NULL, reason = ? WHERE id = ? AND worker = ? AND state = 1",
        again ? 0 : 3,
        reason,
        id,
        worker
      )
    },
    release: async (worker) => {
      changed(
        "UPDATE jobs SET state = 0, worker = NULL, lease_until = NULL, attempts = attempts - 1 WHERE state = 1 AND worker = ?",
        worker
      )
    },
    holders: async () =>
      rows<{ worker: string }>("SELECT DISTINCT worker FROM jobs WHERE state = 1").map(({ worker }) => worker),
    expire: async (worker) => {
      changed("UPDATE jobs SET lease_until = 0 WHERE state = 1 AND worker = ?", worker)
    },
    counts: async () => {
      const [states, [{ workers }], [recent]] = [
        rows<{ state: number; n: number }>("SELECT state, count(*) AS n FROM jobs GROUP BY state"),
        rows<{ workers: number }>(
          `SELECT count(DISTINCT worker) AS workers FROM jobs WHERE state = 1 AND lease_until >= ${NOW}`
        ),
        rows<{ n: number; span: number | null }>(
          `SELECT count(*) AS n, ${NOW} - min(done_at) AS span FROM jobs WHERE state = 2 AND done_at > ${NOW} - 60`
        )
      ]
      const of = (state: number): number => states.find((row) => row.state === state)?.n ?? 0
      return {
        pending: of(0),
        running: of(1),
        done: of(2),
        failed: of(3),
        workers,
        lastMinute: recent.n,
        span: recent.span ?? 0
      }
    },
    failed: async (most) =>
      rows<FailedJob>("SELECT id, task, reason, attempts FROM jobs WHERE state = 3 ORDER BY seq LIMIT ?", most),
    done: async (after, most) =>
      rows<StoredJob>("SELECT id, task FROM jobs WHERE state = 2 AND id > ? ORDER BY id LIMIT ?", after, most),
    results: async (ids) =>
      rows<MadeResult>(
        "SELECT id, bytes, seconds FROM results WHERE id IN (SELECT value FROM json_each(?))",
        listed(ids)
      ),
    close: async () => database.close()
  }
}
