/** Long work in one piece, before there is anything to keep. */
import process from "node:process"
import { isMainThread } from "node:worker_threads"

const SIGNALS = ["SIGINT", "SIGTERM"] as const

/**
 * Does something that gives the process no turn in which it could hear of a signal, so that a signal ends it at once: who waits for listeners waits for the end of the work. For
 * what comes before a run and takes seconds of large instances (to make one, its digest, its optimum); nothing computed is lost by it but that, and a lock ends with its holder.
 */
export const stopsAtOnce = <A>(work: () => A): A => {
  // Signals are the main thread's.
  if (!isMainThread) return work()
  const listening = SIGNALS.map((signal) => [signal, process.rawListeners(signal)] as const)
  for (const signal of SIGNALS) process.removeAllListeners(signal)
  try {
    return work()
  } finally {
    for (const [signal, listeners] of listening)
      for (const listener of listeners) process.on(signal, listener as NodeJS.SignalsListener)
  }
}
