/**
 * Names of files that are being written. They say who writes, so that what a killed process left half-written goes when the file is next written: a process of this machine that is
 * no more. Another machine's, which may share the folder, is left alone, and so is this process's own: it has threads.
 */
import { randomUUID } from "node:crypto"
import { readdirSync, rmSync } from "node:fs"
import { hostname } from "node:os"
import { basename, dirname, join } from "node:path"

const host = hostname()
  .replace(/[^A-Za-z0-9]/g, "")
  .slice(0, 40)
const LEFT = /^(\w*)-(\d+)-[0-9a-f-]{36}\.tmp$/

/** A name beside `path` that no other process takes, whatever its id: containers that share a folder may all be process 1 of one name. */
export const temporaryName = (path: string): string => `${path}.${host}-${process.pid}-${randomUUID()}.tmp`

/** Whether a process of this machine runs. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

/** Removes what processes that have ended left of `path` half-written. What cannot be removed stays. */
export const removeLeft = (path: string): void => {
  const [folder, name] = [dirname(path), `${basename(path)}.`]
  try {
    for (const entry of readdirSync(folder)) {
      if (!entry.startsWith(name)) continue
      const [, by, pid] = LEFT.exec(entry.slice(name.length)) ?? []
      if (by === host && !isAlive(Number(pid))) rmSync(join(folder, entry), { force: true })
    }
  } catch {
    // It is in nobody's way.
  }
}
