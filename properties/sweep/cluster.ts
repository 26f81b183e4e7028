/** A PostgreSQL of our own: a cluster in a folder, on a socket there, gone when it is closed. Undefined where the server is not installed. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process"
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

export interface Cluster {
  /** Folder of its socket. */
  readonly folder: string
  readonly url: string
  /** Of the server. */
  readonly pid: number
  readonly close: () => Promise<void>
}

/** The folder of the server's programs: Debian keeps them out of the path. */
const programs = (): string | undefined => {
  const root = "/usr/lib/postgresql"
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((version) => join(root, version, "bin")).find((bin) => existsSync(join(bin, "initdb")))
  if (found !== undefined) return found
  try {
    return join(execFileSync("sh", ["-c", "command -v initdb"], { encoding: "utf8" }).trim(), "..")
  } catch {
    return undefined
  }
}

/** What is said where tests that need it are left out. */
export const NO_POSTGRES = "no PostgreSQL here (apt-get install postgresql): left out"

/** The ids of the user that the server may run as: not root. */
const serverUser = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }))
  return { uid: id("-u"), gid: id("-g") }
}

export const openCluster = async (): Promise<Cluster | undefined> => {
  const bin = programs()
  if (bin === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), "coverbound-pg-"))
  const data = join(folder, "data")
  const user = serverUser()
  if (user !== undefined) {
    chownSync(folder, user.uid, user.gid)
    chmodSync(folder, 0o755)
  }
  const as = user ?? {}
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "test", "-A", "trust", "--no-sync"], {
    ...as,
    stdio: "pipe",
    cwd: folder
  })
  const server: ChildProcess = spawn(
    join(bin, "postgres"),
    ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=60"],
    { ...as, stdio: "ignore", cwd: folder }
  )
  const ended = new Promise((resolve) => server.on("close", resolve))
  while (!existsSync(join(folder, ".s.PGSQL.5432"))) await sleep(20)
  // The socket is there a moment before it is answered.
  for (;;) {
    try {
      execFileSync(join(bin, "pg_isready"), ["-q", "-h", folder], { stdio: "ignore" })
      break
    } catch {
      await sleep(50)
    }
  }
  return {
    folder,
    pid: server.pid!,
    url: `postgres://test@localhost/postgres?host=${encodeURIComponent(folder)}`,
    close: async () => {
      server.kill("SIGINT")
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
