/**
 * A suite in a process of its own, the leader of a group: whatever it is doing, and whatever it has begun, can be ended at once. A suite times in one go, so that a process that runs one hears
 * neither a signal nor a timer.
 */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { SuiteOptions, SuiteReport } from "./suite.ts"

/** What the process is asked. */
export interface Asked {
  readonly name: string
  readonly options: Omit<SuiteOptions, "log">
}

/** What it tells. */
export type Told =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "done"; readonly report: SuiteReport }
  | { readonly kind: "failed"; readonly message: string; readonly code: number }

/** A suite did not come to its end. */
export class SuiteFailed extends Error {
  /** The exit code of the whole. */
  readonly code: number
  constructor(message: string, code: number) {
    super(message)
    this.code = code
  }
}

export interface Running {
  /** Undefined where it was ended. @throws SuiteFailed */
  readonly report: Promise<SuiteReport | undefined>
  readonly end: () => void
}

/** Between what asks a group to end and what ends it. */
const GRACE_MS = 600

const SCRIPT = fileURLToPath(new URL("suite-process.ts", import.meta.url))

/** Starts a suite. @param log hears its lines */
export const suiteApart = ({ log, ...options }: SuiteOptions & { readonly name: string }): Running => {
  const { name, ...rest } = options
  const child = fork(SCRIPT, [], { detached: true, stdio: ["ignore", "inherit", "inherit", "ipc"] })
  let ended = false
  const signal = (which: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, which)
    } catch {
      // All of it is gone.
    }
  }
  const report = new Promise<SuiteReport | undefined>((resolve, reject) => {
    child.on("message", (message) => {
      const told = message as Told
      if (told.kind === "line") log(told.line)
      else if (told.kind === "done") resolve(told.report)
      // What is ended may fail on the way, since what it had begun was ended with it.
      else if (ended) resolve(undefined)
      else reject(new SuiteFailed(told.message, told.code))
    })
    child.on("error", (error) => reject(new SuiteFailed(`${name}: ${error.message}`, 1)))
    child.on("exit", (code, by) => {
      if (ended) resolve(undefined)
      else reject(new SuiteFailed(`${name}: its process ended with ${by ?? code}`, 1))
    })
    child.send({ name, options: rest } satisfies Asked)
  })
  return {
    report,
    end: () => {
      ended = true
      signal("SIGTERM")
      setTimeout(() => signal("SIGKILL"), GRACE_MS)
    }
  }
}
