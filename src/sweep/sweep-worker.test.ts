/** A worker on a store that tests look into: what it claims, commits, says of failures, and gives back. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { afterAll, describe, expect, it } from "vitest"
import { openSqliteStore } from "./sqlite-store.ts"
import { MOST_ATTEMPTS, type SweepStore } from "./sweep-store.ts"
import { work, type WorkerOptions } from "./sweep-worker.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-worker-"))
const open: Array<SweepStore> = []
afterAll(async () => {
  await Promise.all(open.map((store) => store.close()))
  rmSync(home, { recursive: true, force: true })
})

const filled = async (jobs: number): Promise<SweepStore> => {
  const store = openSqliteStore(join(home, `${open.length}.sqlite`))
  open.push(store)
  await store.add(Array.from({ length: jobs }, (_, i) => ({ id: `job-${i}`, task: `${i}` })))
  return store
}
const working = (store: SweepStore, over: Partial<WorkerOptions> = {}) =>
  work({
    store,
    worker: "a",
    threads: 2,
    lease: 60,
    untilDone: true,
    make: ({ task }) => Effect.sync(() => Uint8Array.of(Number(task))),
    ...over
  })
const resultsIn = async (store: SweepStore, jobs: number) => {
  const made = await store.results(Array.from({ length: jobs }, (_, i) => `job-${i}`))
  return made.map(({ bytes, id }) => `${id}: ${bytes[0]}`).sort()
}

describe("a worker", () => {
  it("makes every job, each once, and commits to a job what was made of it", async () => {
    const store = await filled(9)
    const made: Array<string> = []
    let told = 0
    const committed = await Effect.runPromise(
      working(store, {
        make: ({ task }) =>
          Effect.delay(
            Effect.sync(() => (made.push(task), Uint8Array.of(Number(task)))),
            // Later ones are ready first.
            20 - 2 * Number(task)
          ),
        onCommit: (first) => (told += first)
      })
    )
    expect([committed, told, made.length]).toEqual([9, 9, 9])
    expect(await resultsIn(store, 9)).toEqual(Array.from({ length: 9 }, (_, i) => `job-${i}: ${i}`))
  })

  it("gives a job that cannot be made one more claim, and then says why it failed", async () => {
    const store = await filled(2)
    let tries = 0
    const make = ({ task }: { readonly task: string }) =>
      Effect.sync(() => {
        if (task === "1" && ++tries > 0) throw new Error("as\nplanted")
        return Uint8Array.of(0)
      })
    expect(await Effect.runPromise(working(store, { make }))).toBe(1)
    expect(tries).toBe(2)
    expect(await store.failed(9)).toMatchObject([{ id: "job-1", reason: "as planted", attempts: 2 }])
  })

  it("renews the leases of what it is making", async () => {
    const store = await filled(1)
    const fiber = Effect.runFork(
      working(store, { lease: 0.45, make: () => Effect.as(Effect.sleep(800), Uint8Array.of(1)) })
    )
    await Effect.runPromise(Effect.sleep(700))
    expect(await store.claim("b", 1, 1, MOST_ATTEMPTS)).toEqual([])
    expect(await Effect.runPromise(Fiber.join(fiber))).toBe(1)
  })

  it("commits when the store answers again what it made while it did not", async () => {
    const store = await filled(3)
    let silent = 2
    const trouble: Array<string> = []
    const committed = await Effect.runPromise(
      working(
        {
          ...store,
          commit: async (worker, batch) => {
            if (silent-- > 0) throw new Error("no answer")
            return store.commit(worker, batch)
          }
        },
        { onTrouble: ({ reason }) => trouble.push(reason) }
      )
    )
    expect([committed, trouble]).toEqual([3, ["no answer", "no answer"]])
    expect(await resultsIn(store, 3)).toEqual(["job-0: 0", "job-1: 1", "job-2: 2"])
  })

  it("that is told to stop commits what it has made, and gives back the rest as if never claimed", async () => {
    const store = await filled(4)
    let [stopping, arrived] = [false, () => {}]
    const underWay = new Promise<void>((resolve) => (arrived = resolve))
    const fiber = Effect.runFork(
      working(
        {
          ...store,
          // The first commit is interrupted on its way.
          commit: (worker, batch) => {
            if (stopping) return store.commit(worker, batch)
            arrived()
            return new Promise(() => {})
          }
        },
        { make: ({ task }) => (task === "0" ? Effect.succeed(Uint8Array.of(0)) : Effect.never) }
      )
    )
    await underWay
    stopping = true
    await Effect.runPromise(Fiber.interrupt(fiber))
    expect(await store.counts()).toMatchObject({ pending: 3, running: 0, done: 1 })
    expect((await store.claim("b", 9, 60, MOST_ATTEMPTS)).map(({ attempts }) => attempts)).toEqual([1, 1, 1])
  })
})
