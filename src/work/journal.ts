/**
 * Results kept as they come: a SQLite file in the folder of a run, one row a finished unit, each committed by itself. A process that is killed at any moment leaves all that it
 * had committed, and the next one goes on from there. The file is locked by the system while a process has it open, so that no lock outlives its holder; beside it lies who that is.
 */
import { createHash } from "node:crypto"
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { makeFolder } from "../file/whole-file.ts"
import { openSqlite } from "./sqlite.ts"

/** The folder is another process's. Exit 2. */
export class FolderInUse extends Data.TaggedError("FolderInUse")<{
  readonly folder: string
  readonly holder: string
}> {
  override get message(): string {
    return `${this.folder}: in use by ${this.holder}, expected one process a folder (another --out, or wait for it)`
  }
}

/** What was finished could not be kept. Exit 3. */
export class JournalFailed extends Data.TaggedError("JournalFailed")<{
  readonly path: string
  readonly reason: string
}> {
  override get message(): string {
    return `${this.path}: not written (${this.reason}), expected a disk that takes it; what was committed before is kept`
  }
}

export interface Journal {
  readonly path: string
  /** Units that an earlier process finished. */
  readonly found: number
  /** Units of another version of this package, which were let go. */
  readonly outdated: number
  /** Units that are in it now. */
  readonly kept: () => number
  readonly has: (key: string) => boolean
  readonly get: (key: string) => Uint8Array | undefined
  /** Commits a result. @throws JournalFailed */
  readonly put: (key: string, bytes: Uint8Array) => void
  /** All is written elsewhere: takes the journal away. */
  readonly discard: () => void
}

const NAME = "journal.sqlite"
const HOLDER = "journal.holder"

const reasonOf = (error: unknown): string => {
  const { code, errcode, errstr, message } = error as NodeJS.ErrnoException & { errcode?: number; errstr?: string }
  // SQLite's own codes of a full disk, a read-only one, and one that failed.
  if (errcode === 13) return "ENOSPC"
  return errstr ?? (code === "ERR_SQLITE_ERROR" ? message : (code ?? message))
}

const isBusy = (error: unknown): boolean => [5, 261, 517].includes((error as { errcode?: number }).errcode ?? 0)

/** Who says that the folder is theirs. */
const holderOf = (folder: string): string => {
  try {
    return readFileSync(join(folder, HOLDER), "utf8").trim()
  } catch {
    return "another process"
  }
}

const inodeOf = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino

const removeFiles = (folder: string): void => {
  for (const name of [HOLDER, NAME, `${NAME}-wal`, `${NAME}-shm`]) rmSync(join(folder, name), { force: true })
}

/** Opens the file and takes its lock; again where it was taken away meanwhile by who had it before. */
const lockedFile = (folder: string): DatabaseSync => {
  const path = join(folder, NAME)
  for (;;) {
    const database = openSqlite(path)
    try {
      // The lock is held until the file is closed, whatever ends the process.
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      const inode = inodeOf(path)
      database.exec(
        "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS units (key TEXT PRIMARY KEY, bytes BLOB NOT NULL); CREATE TABLE IF NOT EXISTS made_by (version TEXT NOT NULL); COMMIT"
      )
      if (inode !== undefined && inode === inodeOf(path)) return database
      database.close()
    } catch (error) {
      database.close()
      throw error
    }
  }
}

/** Rows of the version at hand; those of another are let go: the same unit may have another result there. */
const claim = (database: DatabaseSync, version: string): { readonly found: number; readonly outdated: number } => {
  const count = (): number => Number(database.prepare("SELECT count(*) AS n FROM units").get()!.n)
  const made = database.prepare("SELECT version FROM made_by").get()?.version
  if (made === version) return { found: count(), outdated: 0 }
  const outdated = made === undefined ? 0 : count()
  database.exec("BEGIN; DELETE FROM units; DELETE FROM made_by")
  database.prepare("INSERT INTO made_by VALUES (?)").run(version)
  database.exec("COMMIT")
  return { found: 0, outdated }
}

/**
 * Opens the journal of a folder, making both, and holds it while the scope lives. @param version of what makes the results @param holder who this is, for others to see
 */
export const openJournal = (
  folder: string,
  version: string,
  holder: string
): Effect.Effect<Journal, FolderInUse | JournalFailed, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.try({
        try: () => {
          makeFolder(folder)
          const database = lockedFile(folder)
          try {
            writeFileSync(join(folder, HOLDER), `${holder}\n`)
            return { database, open: true, kept: 0, ...claim(database, version) }
          } catch (error) {
            database.close()
            throw error
          }
        },
        catch: (error) =>
          isBusy(error)
            ? new FolderInUse({ folder, holder: holderOf(folder) })
            : new JournalFailed({ path: join(folder, NAME), reason: reasonOf(error) })
      }),
      (held) =>
        Effect.sync(() => {
          if (!held.open) return
          held.open = false
          // Nothing to go on from, nothing to keep.
          if (held.found + held.kept === 0) removeFiles(folder)
          rmSync(join(folder, HOLDER), { force: true })
          try {
            held.database.close()
          } catch {
            // What was committed is in the log beside it; the next to open it finds it there.
          }
        })
    ),
    (held): Journal => {
      const { database, found, outdated } = held
      const path = join(folder, NAME)
      const digestOf = (key: string): string => createHash("sha256").update(key).digest("base64url")
      const statement = (sql: string): StatementSync => database.prepare(sql)
      const [has, get, put] = [
        statement("SELECT 1 FROM units WHERE key = ?"),
        statement("SELECT bytes FROM units WHERE key = ?"),
        statement("INSERT OR IGNORE INTO units VALUES (?, ?)")
      ]
      return {
        path,
        found,
        outdated,
        kept: () => found + held.kept,
        has: (key) => has.get(digestOf(key)) !== undefined,
        get: (key) => get.get(digestOf(key))?.bytes as Uint8Array | undefined,
        put: (key, bytes) => {
          try {
            put.run(digestOf(key), bytes)
            held.kept++
          } catch (error) {
            throw new JournalFailed({ path, reason: reasonOf(error) })
          }
        },
        discard: () => {
          held.open = false
          // Taken away before it is let go: who opens it then makes one of their own.
          removeFiles(folder)
          database.close()
        }
      }
    }
  )
