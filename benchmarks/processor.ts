/** Processor time: what no other program's turns count in. */
import { readdirSync, readFileSync } from "node:fs"

/** Seconds that this process has used, user's and system's, compiler and garbage collector included. */
export const processorSeconds = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1e6
}

/** Of the kernel's clock, in a second. */
const TICKS = 100

interface OfProcess {
  readonly parent: number
  /** Its own processor time, children's not included. */
  readonly seconds: number
  /** Of the children that it has waited for. */
  readonly waited: number
}

/** Of every process that there is; none where the system does not say (Linux does: proc_pid_stat(5)). */
export const processes = (): ReadonlyMap<number, OfProcess> => {
  const found = new Map<number, OfProcess>()
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      // After the name, which may hold anything: state, parent, …; utime, stime, cutime and cstime are fields 14 to 17.
      const fields = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")
      const [user, system, waitedUser, waitedSystem] = fields.slice(11, 15).map((ticks) => Number(ticks) / TICKS)
      found.set(Number(name), {
        parent: Number(fields[1]),
        seconds: user + system,
        waited: waitedUser + waitedSystem
      })
    } catch {
      // It has ended.
    }
  }
  return found
}
