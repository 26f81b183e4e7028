/** The runs of a folder: records, and work that is going on. Links are not followed, so that nothing outside of the folder is seen. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { isAlive } from "../../file/temporary-name.ts"
import { headOf } from "../named-file.ts"
import { FORMATS } from "../../../reports/read/part.ts"

export interface FoundRun {
  /** Relative to the folder, with forward slashes. */
  readonly path: string
  readonly kind: string
  /** Milliseconds since 1970. */
  readonly changed: number
  readonly bytes: number
}

/** Work that keeps results as they come. */
export interface GoingOn {
  readonly path: string
  readonly holder: string
  readonly changed: number
  /** Of what is kept so far. */
  readonly bytes: number
}

export interface Runs {
  readonly records: ReadonlyArray<FoundRun>
  readonly goingOn: ReadonlyArray<GoingOn>
}

const DEEPEST = 4
/** Folders and files that are looked at, so that a home directory named by mistake ends. */
const MOST = 5000
const JOURNAL = "journal.sqlite"
/** Beside the journal of a live audit while a process holds it. */
const LOCK = ".jsonl.lock"

/** What a JSON file is, by its first bytes; undefined: none of ours. */
const kindOf = (path: string): string | undefined => {
  const stated = /"format"\s*:\s*"(coverbound-[a-z-]+)"/.exec(headOf(path))?.[1]
  return stated !== undefined && FORMATS.includes(stated) ? stated.replace("coverbound-", "") : undefined
}

const sizeOf = (path: string): { readonly bytes: number; readonly changed: number } => {
  const found = statSync(path, { throwIfNoEntry: false })
  return { bytes: found?.size ?? 0, changed: found?.mtimeMs ?? 0 }
}

/** Newest first. */
export const runsIn = (root: string): Runs => {
  const records: Array<FoundRun> = []
  const goingOn: Array<GoingOn> = []
  let looked = 0
  const walk = (below: string, depth: number): void => {
    let entries
    try {
      entries = readdirSync(join(root, below), { withFileTypes: true })
    } catch {
      // Gone, or not ours to read.
      return
    }
    for (const entry of entries) {
      if (++looked > MOST) return
      const path = below === "" ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) {
        if (depth < DEEPEST && entry.name !== "certificates" && entry.name !== "node_modules") walk(path, depth + 1)
      } else if (entry.isFile()) {
        const full = join(root, path)
        try {
          if (entry.name === JOURNAL) {
            const [file, log] = [sizeOf(full), sizeOf(`${full}-wal`)]
            const holder = readFileSync(join(root, below, "journal.holder"), "utf8")
              .trim()
              .slice(0, 200)
            goingOn.push({
              path: below,
              holder,
              changed: Math.max(file.changed, log.changed),
              bytes: file.bytes + log.bytes
            })
          } else if (entry.name.endsWith(LOCK)) {
            const holder = Number(readFileSync(full, "utf8"))
            // A process that was killed left its lock behind.
            if (Number.isSafeInteger(holder) && holder > 0 && isAlive(holder))
              goingOn.push({ path: below, holder: `process ${holder}`, ...sizeOf(full.slice(0, -".lock".length)) })
          } else if (entry.name.endsWith(".json")) {
            const kind = kindOf(full)
            if (kind !== undefined) records.push({ path, kind, ...sizeOf(full) })
          }
        } catch {
          // Gone between two looks, or nobody holds it.
        }
      }
    }
  }
  walk("", 0)
  return {
    records: records.toSorted((a, b) => b.changed - a.changed),
    goingOn: goingOn.toSorted((a, b) => b.changed - a.changed)
  }
}
