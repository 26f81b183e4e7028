/** What a sweep costs beside a plain loop: processor time of worker and store a job, by the size of a claim and a commit; and, simulated on those costs, where a store of many workers saturates. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { serialize } from "node:v8"
import * as Effect from "effect/Effect"
import { Stream } from "../src/numeric/stream.ts"
import { namedInstance } from "../src/model/families.ts"
import { runTrial } from "../src/run/run-trial.ts"
import { tasksBy } from "../src/sweep/make-task.ts"
import { openPostgresStore } from "../src/sweep/postgres-store.ts"
import { openSqliteStore } from "../src/sweep/sqlite-store.ts"
import { idOf, type SweepTask } from "../src/sweep/sweep-plan.ts"
import type { SweepStore } from "../src/sweep/sweep-store.ts"
import { work } from "../src/sweep/sweep-worker.ts"
import { NO_POSTGRES, openCluster } from "../properties/sweep/cluster.ts"
import { processes, processorSeconds } from "./processor.ts"
import { type Simulated, simulateSweep, type StoreCosts } from "./sweep-simulation.ts"
import type { Suite } from "./suite.ts"

const taskOf = (trial: number): SweepTask => ({
  algorithm: "passive",
  instance: "rare-good:C=100,d=2",
  epsilon: 0.1,
  delta: 0.02,
  seed: 1,
  trial,
  parameters: "practical",
  level: 0.01
})

/** Seconds of processor that a process and its children have used. */
const processorOf = (pid: number): number =>
  [...processes()].reduce((sum, [one, { parent, seconds, waited }]) => {
    if (one === pid) return sum + seconds + waited
    return parent === pid ? sum + seconds : sum
  }, 0)

interface Cost {
  readonly own: number
  readonly store: number
  readonly wall: number
}

const costOf = async (server: number | undefined, what: () => Promise<unknown>): Promise<Cost> => {
  const [own, store, wall] = [processorSeconds(), server === undefined ? 0 : processorOf(server), performance.now()]
  await what()
  return {
    own: processorSeconds() - own,
    store: server === undefined ? 0 : processorOf(server) - store,
    wall: (performance.now() - wall) / 1000
  }
}

/** A record's usual size. */
const RESULT = new Uint8Array(3000)

/** Cost a job of claims and commits of `size`. */
const claimsAndCommits = async (store: SweepStore, server: number | undefined, jobs: number, size: number) => {
  await store.add(Array.from({ length: jobs }, (_, i) => ({ id: `${size}-${i}`, task: JSON.stringify(taskOf(i)) })))
  const ids: Array<ReadonlyArray<string>> = []
  const claims = await costOf(server, async () => {
    for (let i = 0; i < jobs / size; i++) ids.push((await store.claim("w", size, 1000, 3)).map(({ id }) => id))
  })
  const commits = await costOf(server, async () => {
    for (const some of ids)
      await store.commit(
        "w",
        some.map((id) => ({ id, bytes: RESULT, seconds: 1 }))
      )
  })
  return { claims, commits }
}

const ms = (seconds: number): string => (1000 * seconds).toFixed(3)

/** Cost of an operation and of each job in it, from operations of two sizes. */
const line = (small: number, large: number, size: number): readonly [operation: number, job: number] => {
  const job = Math.max(0, (large - small) / (size - 1))
  return [Math.max(0, small - job), job]
}

const LARGE = 64
/** Of the simulated store, and seconds of its network. */
const [CORES, TRIP] = [8, 0.001]

export const sweepSuite: Suite = {
  name: "sweep",
  summary: "sweeps beside a plain loop, and the store's costs; 1,000 workers simulated on them",
  run: async ({ log, quick }) => {
    const home = mkdtempSync(join(tmpdir(), "coverbound-sweep-bench-"))
    const cluster = await openCluster()
    const [runs, jobs, simulated] = quick ? [40, 256, 20_000] : [400, 2048, 1_000_000]
    try {
      const tasks = tasksBy(namedInstance)
      const make = (task: SweepTask) => Effect.map(runTrial(tasks.options(task)), serialize)
      const all = Array.from({ length: runs }, (_, trial) => taskOf(trial))
      for (const task of all.slice(0, 10)) await Effect.runPromise(make(task))
      log("a plain loop")
      const plain = await costOf(undefined, async () => {
        for (const task of all) await Effect.runPromise(make(task))
      })
      const stores: Array<readonly [string, SweepStore, number | undefined]> = [
        ["file", openSqliteStore(join(home, "sweep.sqlite")), undefined]
      ]
      if (cluster !== undefined) stores.push(["PostgreSQL", await openPostgresStore(cluster.url, "bench"), cluster.pid])
      const beside: Array<ReadonlyArray<string>> = [
        ["plain loop", ms(plain.own / runs), "–", "1.00", (runs / plain.wall).toFixed(0)]
      ]
      const costs: Array<ReadonlyArray<string>> = []
      let measured: StoreCosts | undefined
      for (const [name, store, server] of stores) {
        log(`the same on a ${name} store`)
        await store.add(all.map((task) => ({ id: idOf(task), task: JSON.stringify(task) })))
        const cost = await costOf(server, () =>
          Effect.runPromise(
            work({
              store,
              worker: "bench",
              threads: 1,
              lease: 60,
              untilDone: true,
              make: ({ task }) => make(JSON.parse(task) as SweepTask)
            })
          )
        )
        beside.push([
          `sweep, ${name}`,
          ms(cost.own / runs),
          server === undefined ? "in it" : ms(cost.store / runs),
          ((cost.own + cost.store) / plain.own).toFixed(2),
          (runs / cost.wall).toFixed(0)
        ])
        const [one, many] = [
          await claimsAndCommits(store, server, jobs / 4, 1),
          await claimsAndCommits(store, server, jobs, LARGE)
        ]
        const per = (cost: Cost, n: number): number => (server === undefined ? cost.own : cost.store) / n
        const [claim, claimedJob] = line(per(one.claims, jobs / 4), per(many.claims, jobs / LARGE), LARGE)
        const [commit, committedJob] = line(per(one.commits, jobs / 4), per(many.commits, jobs / LARGE), LARGE)
        costs.push([name, ms(claim), ms(claimedJob), ms(commit), ms(committedJob)])
        if (server !== undefined) measured = { claim, claimedJob, commit, committedJob }
        await store.close()
      }
      const stream = Stream.fromSeed(1).split("simulation")
      const random = (): number => 1 - stream.next()
      const rows: Array<Simulated> = []
      if (measured !== undefined)
        for (const jobSeconds of [0.01, 0.03, 0.1, 0.3, 1, 10]) {
          log(`1,000 workers, jobs of ${jobSeconds} s`)
          rows.push(
            simulateSweep(measured, { workers: 1000, jobs: simulated, jobSeconds, cores: CORES, trip: TRIP, random })
          )
        }
      return {
        tables: [
          {
            title: `${runs} trials of passive on RareGood: processor ms a job`,
            columns: ["", "worker", "store", "over plain", "jobs/s here"],
            rows: beside
          },
          {
            title: "Processor ms of the store",
            columns: ["", "a claim", "each job in it", "a commit", "each result in it (3 kB)"],
            rows: costs
          },
          {
            title: `1,000 workers × ${simulated.toLocaleString("en")} jobs on a store of ${CORES} such cores, ${1000 * TRIP} ms away`,
            columns: ["s a job", "jobs/s", "of what workers could", "store busy", "an operation waits, s"],
            rows: rows.map((row) => [
              `${row.jobSeconds}`,
              row.jobsPerSecond.toFixed(0),
              `${(100 * row.efficiency).toFixed(1)} %`,
              `${(100 * row.busy).toFixed(0)} %`,
              row.wait.toPrecision(2)
            ])
          }
        ],
        targets: [],
        series: [],
        notes: cluster === undefined ? [NO_POSTGRES] : []
      }
    } finally {
      await cluster?.close()
      rmSync(home, { recursive: true, force: true })
    }
  }
}
