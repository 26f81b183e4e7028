/**
 * Ways to files that Node's permission model does not look at, taken from a module's process before the module is loaded: flags of V8 that write logs where they are told to,
 * sockets that are files (made by `listen`, and whatever listens on this machine by `connect`). SQLite, which makes the file that it opens, is left out of the process by {@link FLAGS}.
 * What is made so has no content (files cannot grow here), but its name is a memory between trials.
 */
import { syncBuiltinESMExports } from "node:module"
import v8 from "node:v8"

/** Of the runtime, where it knows them. */
export const FLAGS: ReadonlyArray<string> = ["--no-experimental-sqlite"].filter((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag)
)

/** Replaces functions for good by one that throws. */
export const withhold = (target: object, of: string, names: ReadonlyArray<string>): void => {
  for (const name of names)
    Object.defineProperty(target, name, {
      configurable: false,
      writable: false,
      value: () => {
        throw new Error(`${of}.${name}: not in an audit`)
      }
    })
}

/** What sockets that are files are made of, of which the process's own noise is one. @throws TypeError where it is none */
const pipeOf = (): object => {
  const { _handle: handle } = process.stdout as unknown as { readonly _handle?: object }
  if (handle === undefined) throw new TypeError("stdout: expected a pipe")
  return Object.getPrototypeOf(handle) as object
}

/** Takes them away. In a process whose standard output is a pipe. */
export const withholdFiles = (): void => {
  withhold(v8, "v8", ["setFlagsFromString", "setHeapSnapshotNearHeapLimit"])
  // Threads have none, and the suite imports this file in some.
  withhold(process.getBuiltinModule("node:trace_events"), "trace_events", ["createTracing"])
  withhold(pipeOf(), "net", ["bind", "connect"])
  syncBuiltinESMExports()
}
