/** The other side of a pool: what a thread does. */
import { serialize } from "node:v8"
import { isSharedArrayBuffer } from "node:util/types"
import type { MessagePort } from "node:worker_threads"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { DeathNote, Said, Told } from "./pool.ts"
import type { Perform, UnitContext } from "./workshop.ts"

/** Milliseconds between words of progress. */
const BEAT_MS = 80

/** A defect as data: fields that do not travel stay behind. */
export const deathNote = (error: unknown): DeathNote => {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined, fields: {} }
  const fields: Record<string, unknown> = "_tag" in error ? { _tag: error._tag } : {}
  for (const [name, value] of Object.entries(error))
    if (["string", "number"].includes(typeof value)) fields[name] = value
  return { name: error.name, message: error.message, stack: error.stack, fields }
}

/** The same value without shared memory, which does not serialize: a counterexample may be an instance that threads share. */
const unshared = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (ArrayBuffer.isView(value)) return isSharedArrayBuffer(value.buffer) ? (value as Float64Array).slice() : value
  if (Array.isArray(value)) return value.map(unshared)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unshared(inner)]))
}

/** Makes what the port asks for, one unit after another, until the thread is ended. */
export const serveUnits = (port: MessagePort, perform: Perform): void => {
  const shared = new Map<string, unknown>()
  const say = (message: Said, transfer: ReadonlyArray<ArrayBuffer> = []): void => port.postMessage(message, transfer)
  port.on("message", (told: Told) => {
    if (told.tell === "share") {
      shared.set(told.shared.id, told.shared.value)
      return
    }
    const { data, key, kind } = told
    let [keep, last] = [true, -Infinity]
    const context: UnitContext = {
      shared: (id) => shared.get(id),
      fleeting: () => (keep = false),
      progress: (...said) => {
        const now = performance.now()
        if (now - last < BEAT_MS) return
        last = now
        say({ say: "progress", key, said })
      }
    }
    void Effect.runPromiseExit(Effect.suspend(() => perform(kind, data, context))).then((exit) => {
      if (!Exit.isSuccess(exit)) return say({ say: "died", key, error: deathNote(Cause.squash(exit.cause)) })
      const bytes = serialize(unshared(exit.value))
      // A small result lies in a buffer that others share.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes)
      say({ say: "made", key, bytes: own, keep }, [own.buffer])
    })
  })
}
