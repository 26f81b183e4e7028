/**
 * An audit's oracles and the module that asks them take turns, one question at a time: on one core a turn is a switch, on two it wakes a core that slept, which costs both
 * processes several times as much (the starter's audit 73 s of processor time instead of 33 s on two idle cores). Linux only, where `taskset` is; elsewhere, and where
 * anything fails, they run where the system puts them. Nothing but time depends on it.
 */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { threadId } from "node:worker_threads"

/** Ticks that each core has been idle since the machine began. @see proc_stat(5) */
const idleTicks = (): ReadonlyMap<number, number> =>
  new Map(
    [...readFileSync("/proc/stat", "utf8").matchAll(/^cpu(\d+) \d+ \d+ \d+ (\d+)/gm)].map(([, core, idle]) => [
      Number(core),
      Number(idle)
    ])
  )

/** "0-2,5" as [0, 1, 2, 5]. */
export const listed = (text: string): ReadonlyArray<number> =>
  text
    .trim()
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [from, to = from] = range.split("-").map(Number)
      return Number.isInteger(from) && Number.isInteger(to)
        ? Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
        : []
    })

const read = <A>(look: () => A): A | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}

const before = read(idleTicks)

/** Cores that this process may use, the one that was idle longest since it began first. */
const coresByIdleness = (): ReadonlyArray<number> => {
  const allowed = read(() => /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1])
  const now = read(idleTicks)
  if (allowed === undefined || now === undefined) return []
  const idle = (core: number): number => (now.get(core) ?? 0) - (before?.get(core) ?? 0)
  return [...listed(allowed)].sort((a, b) => idle(b) - idle(a))
}

/** Keeps a process, and what it starts from now on, on one core; those of other threads of this process on other ones. */
export const keepOnOneCore = (pid: number): void => {
  const cores = coresByIdleness()
  if (cores.length < 2) return
  const core = cores[threadId % cores.length]
  const child = spawn("taskset", ["-c", "-p", String(core), String(pid)], { stdio: "ignore" })
  child.on("error", () => {})
  child.unref()
}
