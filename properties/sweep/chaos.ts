/**
 * `node properties/sweep/chaos.ts [JOBS] [SEED]`: a sweep on PostgreSQL under four workers, three of which are killed (SIGKILL) at random moments again and again, and one whose network
 * swallows everything for a while. Prints what came of it: every job has one result, and the documents written of them are those of a plain run, to the byte (timings apart).
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect, createServer, type Server, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Stream } from "../../src/numeric/stream.ts"
import { openPostgresStore } from "../../src/sweep/postgres-store.ts"
import { type Cluster, NO_POSTGRES, openCluster } from "./cluster.ts"

const BIN = new URL("../../src/cli/bin.ts", import.meta.url).pathname

/** A socket that leads to the cluster's, until it swallows what it is given: no answer, no end. */
class Partition {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  cut = false
  swallowed = 0

  constructor(path: string, to: string) {
    this.server = createServer((near) => {
      const far = connect(to)
      for (const [from, into] of [
        [near, far],
        [far, near]
      ] as const) {
        this.sockets.add(from)
        from.on("data", (bytes) => {
          if (this.cut) this.swallowed += bytes.length
          else into.write(bytes)
        })
        from.on("error", () => {})
        from.on("close", () => {
          this.sockets.delete(from)
          into.destroy()
        })
      }
    }).listen(path)
  }

  /** Ends all connections, as a network does that has forgotten them. */
  reset(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  close(): void {
    this.server.close()
    this.reset()
  }
}

export interface ChaosOptions {
  readonly jobs: number
  readonly seed: number
  /** Seconds of the partition. */
  readonly partition: number
}

export interface ChaosFound {
  readonly results: number
  readonly distinct: number
  readonly failed: number
  readonly kills: number
  readonly swallowed: number
  readonly seconds: number
  /** Documents that differ from a plain run's. */
  readonly different: ReadonlyArray<string>
  readonly compared: number
}

/** A document without its timings and where they were made. */
const withoutTimings = (path: string): string => {
  const { timings: _, ...rest } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>
  return JSON.stringify(rest)
}

const sweepOf = (args: ReadonlyArray<string>): void => {
  execFileSync(process.execPath, [BIN, "sweep", ...args], { stdio: ["ignore", "ignore", "pipe"] })
}

export const chaos = async ({ jobs, partition, seed }: ChaosOptions, cluster: Cluster): Promise<ChaosFound> => {
  const home = mkdtempSync(join(tmpdir(), "coverbound-chaos-"))
  const stream = Stream.fromSeed(seed)
  const plan = join(home, "plan.json")
  const instances = ["rare-good:C=20,d=2", "rare-good:C=50,d=2"]
  writeFileSync(
    plan,
    JSON.stringify({
      format: "coverbound-sweep",
      version: 1,
      algorithms: ["passive", "best-of-n-elliptic"],
      instances,
      trials: Math.ceil(jobs / 4)
    })
  )
  const name = `chaos${seed}`
  const store = ["--store", cluster.url, "--name", name]
  sweepOf([plan, "--add-only", ...store])
  const proxyFolder = join(home, "proxy")
  execFileSync("mkdir", [proxyFolder])
  const proxy = new Partition(join(proxyFolder, ".s.PGSQL.5432"), join(cluster.folder, ".s.PGSQL.5432"))
  const through = cluster.url.replace(encodeURIComponent(cluster.folder), encodeURIComponent(proxyFolder))
  const start = performance.now()
  let over = false
  let kills = 0
  const worker = (url: string): ChildProcess =>
    spawn(process.execPath, [BIN, "sweep", "worker", "--store", url, "--name", name, "--jobs", "1", "--lease", "10"], {
      stdio: "ignore"
    })
  const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on("close", resolve))

  const view = await openPostgresStore(cluster.url, name)
  const done = async () => (await view.counts()).done
  /** One that is killed again and again, at moments that are counted in results, not in time: a busy machine is killed at as many. */
  const killed = async (i: number) => {
    const own = stream.split("kill", i)
    while (!over) {
      const child = worker(cluster.url)
      const end = ended(child)
      const [before, after] = [await done(), 1 + own.nextInteger(Math.max(2, Math.ceil(jobs / 12)))]
      const alive = { yes: true }
      void end.then(() => (alive.yes = false))
      while (alive.yes && !over && (await done()) < before + after) await sleep(20 + own.nextInteger(80))
      if (alive.yes && !over) {
        child.kill("SIGKILL")
        kills++
      }
      await end
    }
  }
  const steady = worker(through)
  const partitioned = async () => {
    const from = await done()
    while (!over && (await done()) < Math.max(from + 1, jobs / 10)) await sleep(30)
    proxy.cut = true
    await sleep(1000 * partition)
    proxy.cut = false
    proxy.reset()
  }
  const finished = async () => {
    for (;;) {
      const counts = await view.counts()
      if (counts.pending + counts.running === 0) break
      await sleep(100)
    }
    over = true
  }
  await Promise.all([...[0, 1, 2].map(killed), partitioned(), finished(), ended(steady)])
  const seconds = (performance.now() - start) / 1000
  proxy.close()
  const all = await view.done("", 10 * jobs)
  const results = []
  for (let at = 0; at < all.length; at += 200)
    results.push(...(await view.results(all.slice(at, at + 200).map(({ id }) => id))))
  const { failed } = await view.counts()
  await view.close()

  const [here, plain] = [join(home, "results"), join(home, "plain")]
  sweepOf(["results", ...store, "--out", here])
  sweepOf([plan, "--out", plain, "--jobs", "1"])
  const documents = execFileSync("sh", ["-c", "find . -name '*.json'"], { cwd: plain, encoding: "utf8" })
    .trim()
    .split("\n")
    .sort()
  const different = documents.filter((path) => withoutTimings(join(here, path)) !== withoutTimings(join(plain, path)))
  rmSync(home, { recursive: true, force: true })
  return {
    results: results.length,
    distinct: new Set(results.map(({ id }) => id)).size,
    failed,
    kills,
    swallowed: proxy.swallowed,
    seconds,
    different,
    compared: documents.length
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const cluster = await openCluster()
  if (cluster === undefined) process.stdout.write(`${NO_POSTGRES}\n`)
  else {
    const [jobs, seed] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 1)]
    try {
      const found = await chaos({ jobs, seed, partition: 25 }, cluster)
      process.stdout.write(`${JSON.stringify({ jobs, seed, ...found })}\n`)
      process.exitCode = found.results === jobs && found.distinct === jobs && found.different.length === 0 ? 0 : 1
    } finally {
      await cluster.close()
    }
  }
}
