/** What a sweep relies on in its store, of the file and of PostgreSQL alike. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { openPostgresStore } from "../../src/sweep/postgres-store.ts"
import { openSqliteStore } from "../../src/sweep/sqlite-store.ts"
import { GIVEN_UP, MOST_ATTEMPTS, type SweepStore } from "../../src/sweep/sweep-store.ts"
import { type Cluster, NO_POSTGRES, openCluster } from "./cluster.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-store-"))
let cluster: Cluster | undefined
let made = 0
beforeAll(async () => {
  cluster = await openCluster()
  if (cluster === undefined) process.stderr.write(`${NO_POSTGRES}\n`)
  // As long as a test: a cluster is some files to write.
}, 120_000)
afterAll(async () => {
  await cluster?.close()
  rmSync(home, { recursive: true, force: true })
})

const jobs = Array.from({ length: 20 }, (_, i) => ({ id: `job-${String(i).padStart(2, "0")}`, task: `{"i":${i}}` }))
const result = (id: string, byte = 1) => ({ id, bytes: Uint8Array.of(byte, 2, 3), seconds: 0.5 })
const [LONG, SHORT] = [1000, 0.05]

const open: Array<SweepStore> = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()))
})

/** Two views of one store, as two processes have; undefined where there is no such store. */
const twoViews = async (kind: "file" | "postgres") => {
  const name = `test${made++}`
  if (kind === "postgres" && cluster === undefined) return undefined
  const path = join(home, `${name}.sqlite`)
  const view = async (): Promise<SweepStore> =>
    kind === "file" ? openSqliteStore(path) : openPostgresStore(cluster!.url, name)
  const [one, other] = [await view(), await view()]
  open.push(one, other)
  return { one, other }
}

describe.each(["file", "postgres"] as const)("a store: %s", (kind) => {
  it("takes a plan again and adds what is new in it", async ({ skip }) => {
    const { one } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    expect(await one.add(jobs.slice(0, 15))).toBe(15)
    expect(await one.add(jobs)).toBe(5)
    expect(await one.counts()).toMatchObject({ pending: 20, running: 0, done: 0, failed: 0 })
  })

  it("gives no job to two, and those of the dead to others", async ({ skip }) => {
    const { one, other } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs)
    const first = await one.claim("a", 8, LONG, MOST_ATTEMPTS)
    const second = await other.claim("b", 20, SHORT, MOST_ATTEMPTS)
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(20)
    expect([first.length, second.length]).toEqual([8, 12])
    await sleep(1000 * SHORT + 20)
    const again = await one.claim("c", 20, LONG, MOST_ATTEMPTS)
    expect(again.map(({ id }) => id).sort()).toEqual(second.map(({ id }) => id).sort())
    expect(again.every(({ attempts }) => attempts === 2)).toBe(true)
  })

  it("keeps a lease that is renewed", async ({ skip }) => {
    const { one, other } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 2))
    const [{ id }] = await one.claim("a", 1, SHORT, MOST_ATTEMPTS)
    await one.renew("a", [id], LONG)
    await sleep(1000 * SHORT + 20)
    expect((await other.claim("b", 20, LONG, MOST_ATTEMPTS)).map((job) => job.id)).not.toContain(id)
  })

  it("commits the first result of a job, whoever makes another", async ({ skip }) => {
    const { one, other } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs)
    await one.claim("a", 20, LONG, MOST_ATTEMPTS)
    const counted = await Promise.all([
      one.commit(
        "a",
        jobs.map(({ id }) => result(id))
      ),
      other.commit(
        "b",
        jobs.map(({ id }) => result(id))
      )
    ])
    expect(counted[0] + counted[1]).toBe(20)
    expect(await other.commit("b", [result(jobs[0].id, 9)])).toBe(0)
    expect([...(await one.results([jobs[0].id]))[0].bytes]).toEqual([1, 2, 3])
    expect(await one.counts()).toMatchObject({ pending: 0, running: 0, done: 20, lastMinute: 20 })
    expect((await one.done("job-17", 10)).map(({ id }) => id)).toEqual(["job-18", "job-19"])
  })

  it("ends a job that nobody survives, and one that says why", async ({ skip }) => {
    const { one } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 2))
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const [poisoned] = await one.claim("a", 1, SHORT, MOST_ATTEMPTS)
      expect(poisoned).toMatchObject({ id: "job-00", attempts: attempt })
      await sleep(1000 * SHORT + 20)
    }
    const [other] = await one.claim("a", 1, LONG, MOST_ATTEMPTS)
    expect(other.id).toBe("job-01")
    await one.fail("a", "job-01", "as planted", true)
    expect((await one.claim("a", 1, LONG, MOST_ATTEMPTS))[0]).toMatchObject({ id: "job-01", attempts: 2 })
    await one.fail("a", "job-01", "as planted", false)
    expect((await one.failed(10)).map(({ id, reason }) => [id, reason])).toEqual([
      ["job-00", GIVEN_UP],
      ["job-01", "as planted"]
    ])
  })

  it("gives what was lost twice to one worker alone: who died beside it is no evidence against it", async ({
    skip
  }) => {
    const { one } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 4))
    for (const attempts of [1, 2]) {
      const claimed = await one.claim("a", 4, SHORT, MOST_ATTEMPTS)
      expect(claimed.map((job) => job.attempts)).toEqual(Array.from({ length: 4 }, () => attempts))
      await sleep(1000 * SHORT + 20)
    }
    expect((await one.claim("a", 4, LONG, MOST_ATTEMPTS)).length).toBe(1)
    expect((await one.claim("b", 4, LONG, MOST_ATTEMPTS)).length).toBe(1)
  })

  it("takes back what a worker gives back, as if never claimed", async ({ skip }) => {
    const { one } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 3))
    await one.claim("a", 3, LONG, MOST_ATTEMPTS)
    expect(await one.holders()).toEqual(["a"])
    await one.release("a")
    expect((await one.claim("b", 3, LONG, MOST_ATTEMPTS)).map(({ attempts }) => attempts)).toEqual([1, 1, 1])
  })

  it("lets a worker renew, fail and give back its own jobs alone", async ({ skip }) => {
    const { one, other } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 1))
    const [{ id }] = await one.claim("a", 1, SHORT, MOST_ATTEMPTS)
    await other.fail("b", id, "of another", false)
    await other.release("b")
    await other.renew("b", [id], LONG)
    await other.expire("b")
    expect(await one.counts()).toMatchObject({ pending: 0, running: 1, failed: 0 })
    await sleep(1000 * SHORT + 20)
    expect((await one.claim("c", 1, LONG, MOST_ATTEMPTS)).map((job) => job.id)).toEqual([id])
  })

  it("ends the leases of the dead at once", async ({ skip }) => {
    const { one, other } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 2))
    await one.claim("dead", 1, LONG, MOST_ATTEMPTS)
    await one.claim("alive", 1, LONG, MOST_ATTEMPTS)
    await other.expire("dead")
    expect((await other.claim("c", 2, LONG, MOST_ATTEMPTS)).map(({ id }) => id)).toEqual(["job-00"])
  })

  it("takes a result that comes late, of a job that another has, that waits or that was given up", async ({ skip }) => {
    const { one } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 3))
    await one.claim("a", 3, LONG, MOST_ATTEMPTS)
    await one.fail("a", jobs[0].id, "as planted", true)
    await one.fail("a", jobs[1].id, "as planted", false)
    expect(
      await one.commit(
        "a",
        jobs.slice(0, 3).map(({ id }) => result(id))
      )
    ).toBe(3)
    expect(await one.counts()).toMatchObject({ pending: 0, running: 0, done: 3, failed: 0 })
  })

  it("commits all of a batch or nothing", async ({ skip }) => {
    const { one, other } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    await one.add(jobs.slice(0, 2))
    await one.claim("a", 2, LONG, MOST_ATTEMPTS)
    const bad = { ...result(jobs[1].id), seconds: null as unknown as number }
    await expect(one.commit("a", [result(jobs[0].id), bad])).rejects.toThrow(/NOT NULL|not-null/)
    expect(await other.results([jobs[0].id])).toEqual([])
    expect(await other.counts()).toMatchObject({ running: 2, done: 0 })
  })

  it("is of the version that came first", async ({ skip }) => {
    const { one, other } = (await twoViews(kind)) ?? skip(NO_POSTGRES)
    expect(await one.version("1")).toBe("1")
    expect(await other.version("2")).toBe("1")
  })
})
