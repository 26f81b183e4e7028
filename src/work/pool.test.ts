/** Units made by threads, and kept. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { afterAll, describe, expect, it } from "vitest"
import { JournalFailed, openJournal } from "./journal.ts"
import { openWorkshop, type WorkshopOptions } from "./pool.ts"
import type { Perform, Unit, WorkshopShape } from "./workshop.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-pool-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** A thread whose units give back what they are made of, twice over, after `wait` turns. */
const THREAD = `
import { serveUnits } from ${JSON.stringify(new URL("serve-units.ts", import.meta.url).href)}
import { parentPort } from "node:worker_threads"
import { sync } from "effect/Effect"
let made = 0
serveUnits(parentPort, (kind, data, { fleeting, shared }) => sync(() => {
  made++
  if (kind === "throws") throw Object.assign(new Error("as it must"), { _tag: "Planted" })
  if (kind === "leaves") process.exit(3)
  if (kind === "fleeting") fleeting()
  if (kind === "shared") return shared("numbers")[data]
  for (let turn = 0; turn < (data.wait ?? 0); turn++) Math.random()
  return { ...data, twice: 2 * data.n, made }
}))`
// Beside the code, so that what it imports is found.
const thread = new URL(`.thread-${process.pid}.ts`, import.meta.url)
writeFileSync(thread, THREAD)
afterAll(() => rmSync(thread, { force: true }))

const perform: Perform = (_, data) => Effect.sync(() => ({ ...(data as object), twice: 2 * (data as { n: number }).n }))

const unitOf = (n: number, over: Partial<Unit> = {}): Unit => ({
  kind: "twice",
  key: `twice ${n}`,
  data: { n },
  ...over
})

const within = <A>(options: Partial<WorkshopOptions>, use: (workshop: WorkshopShape) => Effect.Effect<A>): Promise<A> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(openWorkshop({ threads: 2, thread, perform, ...options }), (workshop) => use(workshop))
    )
  )

const kept = <A>(
  folder: string,
  version: string,
  use: (journal: NonNullable<WorkshopOptions["journal"]>) => Effect.Effect<A>
) => Effect.runPromise(Effect.scoped(Effect.flatMap(openJournal(join(home, folder), version, "the test"), use)))

describe("a workshop", () => {
  it.each([0, 1, 3])("with %d threads gives each unit its result, in the order they are asked for", async (threads) => {
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    const results = await within({ threads }, (workshop) => {
      workshop.ahead(numbers.map((n) => unitOf(n, { data: { n, wait: (n * 7919) % 5000 } })))
      return Effect.forEach([...numbers].reverse(), (n) => workshop.make(unitOf(n)))
    })
    expect(results.map((one) => (one as { twice: number }).twice)).toEqual(numbers.map((n) => 2 * n).reverse())
  })

  it("makes no more of what was called off", async () => {
    const { asked, read } = await within({ threads: 1 }, (workshop) => {
      let read = 0
      const callOff = workshop.ahead(
        (function* () {
          for (let n = 0; ; n++, read++) yield unitOf(n)
        })()
      )
      return Effect.map(workshop.make(unitOf(0)), (asked) => {
        callOff()
        return { asked, read }
      })
    })
    expect(asked).toMatchObject({ twice: 0 })
    expect(read).toBeLessThan(1000)
  })

  it("makes no more than a little ahead of who asks, and then what is asked for, wherever it stands", async () => {
    const made = await within({ threads: 1 }, (workshop) =>
      Effect.gen(function* () {
        workshop.ahead(Array.from({ length: 1000 }, (_, n) => unitOf(n)))
        yield* workshop.make(unitOf(0))
        yield* Effect.sleep(200)
        // One that is announced and not made, and one that was not looked at.
        return [yield* workshop.make(unitOf(110)), yield* workshop.make(unitOf(900))] as ReadonlyArray<{ made: number }>
      })
    )
    expect(made[0].made).toBeGreaterThan(1)
    expect(made[1].made).toBeLessThan(110)
  })

  it("dies as the unit dies, with its tag, and lives on where a thread ended", async () => {
    await within({}, (workshop) =>
      Effect.gen(function* () {
        const dead = yield* Effect.exit(workshop.make(unitOf(1, { kind: "throws", key: "throws" })))
        expect(Exit.isFailure(dead) && String(dead.cause)).toMatch(/as it must/)
        const gone = yield* Effect.exit(workshop.make(unitOf(1, { kind: "leaves", key: "leaves" })))
        expect(Exit.isFailure(gone) && String(gone.cause)).toMatch(/its thread ended/)
        expect(yield* workshop.make(unitOf(3))).toMatchObject({ twice: 6 })
      })
    )
  })

  it("sends what units share once, in shared memory", async () => {
    const numbers = new Float64Array(new SharedArrayBuffer(16))
    const shared = { id: "numbers", value: numbers }
    const at = (n: number, key: string): Unit => ({ kind: "shared", key, data: n, shared })
    const seen = await within({ threads: 1 }, (workshop) =>
      Effect.gen(function* () {
        const before = yield* workshop.make(at(1, "before"))
        numbers[1] = 7
        return [before, yield* workshop.make(at(1, "after"))]
      })
    )
    expect(seen).toEqual([0, 7])
    // Of other memory a thread has a copy, of when it was sent.
    const plain = { id: "numbers", value: new Float64Array(2) }
    const copied = await within({ threads: 1 }, (workshop) =>
      Effect.gen(function* () {
        yield* workshop.make({ ...at(1, "before"), shared: plain })
        plain.value[1] = 7
        return yield* workshop.make({ ...at(1, "after"), shared: plain })
      })
    )
    expect(copied).toBe(0)
  })
})

describe("a journal", () => {
  const numbers = [1, 2, 3, 4, 5]
  const all = (workshop: WorkshopShape) => Effect.forEach(numbers, (n) => workshop.make(unitOf(n)))

  it("keeps what was made, and gives it back without making it again", async () => {
    const first = await kept("kept", "1", (journal) =>
      Effect.scoped(Effect.flatMap(openWorkshop({ threads: 1, thread, perform, journal }), all))
    )
    let made = 0
    const again = await kept("kept", "1", (journal) => {
      expect([journal.found, journal.outdated]).toEqual([5, 0])
      const counted: Perform = () => Effect.sync(() => made++)
      return Effect.scoped(Effect.flatMap(openWorkshop({ threads: 0, thread, perform: counted, journal }), all))
    })
    expect([again, made]).toEqual([first, 0])
  })

  it.each([0, 1])(
    "keeps nothing that the clock decided with %d threads, and leaves no file where it has kept nothing",
    async (threads) => {
      const here: Perform = (_, data, { fleeting }) => Effect.sync(() => (fleeting(), data))
      await kept("fleeting", "1", (journal) =>
        Effect.scoped(
          Effect.flatMap(openWorkshop({ threads, thread, perform: here, journal }), (workshop) =>
            workshop.make(unitOf(1, { kind: "fleeting" }))
          )
        )
      )
      expect(readdirSync(join(home, "fleeting"))).toEqual([])
    }
  )

  it.each([0, 1])("that takes no more is told to who asks, then and later, with %d threads", async (threads) => {
    const failed = await kept("full", "1", (journal) => {
      const full = {
        ...journal,
        put: () => {
          throw new JournalFailed({ path: "there", reason: "ENOSPC" })
        }
      }
      return Effect.scoped(
        Effect.flatMap(openWorkshop({ threads, thread, perform, journal: full }), (workshop) =>
          Effect.forEach([unitOf(1), unitOf(2)], (unit) => Effect.exit(workshop.make(unit)))
        )
      )
    })
    for (const exit of failed)
      expect(Exit.isFailure(exit) && String(exit.cause)).toMatch(/there: not written \(ENOSPC\)/)
  })

  it("lets go what another version made", async () => {
    await kept("versions", "1", (journal) => Effect.sync(() => journal.put("a", Uint8Array.of(1))))
    await kept("versions", "2", (journal) =>
      Effect.sync(() => {
        expect([journal.found, journal.outdated, journal.has("a")]).toEqual([0, 1, false])
        journal.put("b", Uint8Array.of(2))
      })
    )
    await kept("versions", "2", (journal) => Effect.sync(() => expect(journal.get("b")).toEqual(Uint8Array.of(2))))
  })

  it("is one process's: another is refused, and told whose it is", async () => {
    const refused = await kept("locked", "1", () =>
      Effect.exit(Effect.scoped(openJournal(join(home, "locked"), "1", "another")))
    )
    expect(Exit.isFailure(refused) && String(refused.cause)).toMatch(
      /locked: in use by the test, expected one process a folder/
    )
  })

  it("that was discarded leaves its folder as it was", async () => {
    await kept("discarded", "1", (journal) =>
      Effect.sync(() => {
        journal.put("a", Uint8Array.of(1))
        journal.discard()
      })
    )
    expect(readdirSync(join(home, "discarded"))).toEqual([])
  })
})
