/** A thread that makes units of work. Started by a workshop, never by hand. */
import module from "node:module"
import { parentPort } from "node:worker_threads"

module.enableCompileCache?.()
const { serveUnits } = await import("../../work/serve-units.ts")
const { performer } = await import("./kinds.ts")
serveUnits(parentPort!, performer())
