/** A process that runs one suite: what it is asked comes as a message, what it says and finds goes back as messages (apart.ts). */
import { BackendUnavailable } from "../src/kernel/backend-unavailable.ts"
import type { Asked, Told } from "./apart.ts"
import { UsageError } from "./suite.ts"
import { SUITES } from "./suites.ts"

/** Sends, and goes on when it was taken. */
const tell = (told: Told): Promise<void> =>
  new Promise((resolve) => void process.send!(told, undefined, undefined, () => resolve()))

const failureOf = (error: unknown): Told => {
  const known = error instanceof UsageError || error instanceof BackendUnavailable
  const text = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)
  return {
    kind: "failed",
    message: text,
    code: error instanceof UsageError ? 2 : error instanceof BackendUnavailable ? 3 : 1
  }
}

const answer = async ({ name, options }: Asked): Promise<void> => {
  const log = (line: string): void => void process.send!({ kind: "line", line } satisfies Told)
  try {
    const report = await SUITES.find((suite) => suite.name === name)!.run({ ...options, log })
    await tell({ kind: "done", report })
  } catch (error) {
    await tell(failureOf(error))
  }
  process.disconnect()
}

process.once("message", (asked) => void answer(asked as Asked))
// Told to end, what it has begun is ended in order; nobody is left to tell, nothing is left to do.
process.once("SIGTERM", () => process.exit(143))
