/** Where a measurement was made and with what: kept with every sample. */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { cpus, loadavg, totalmem } from "node:os"

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly platform: string
  /** One-minute load average when asked: above the core count, timings mean little. */
  readonly load: number
  readonly versions: Readonly<Record<string, string>>
  /** Commit of the checkout, `-dirty` where files differ from it; absent outside git. */
  readonly commit?: string
}

const PACKAGES = ["effect", "tinybench"]

export const machine = (): Machine => {
  const processors = cpus()
  const commit = gitCommit()
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    load: loadavg()[0],
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      ...Object.fromEntries(PACKAGES.flatMap((name) => packageVersion(name)))
    },
    ...(commit === undefined ? {} : { commit })
  }
}

const fileOf = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

/** None where what is measured was brought along without it (gpu/pack.ts). */
const packageVersion = (name: string): ReadonlyArray<readonly [string, string]> => {
  const path = `node_modules/${name}/package.json`
  if (!existsSync(new URL(`../${path}`, import.meta.url))) return []
  return [[name, (JSON.parse(fileOf(path)) as { readonly version: string }).version]]
}

const gitCommit = (): string | undefined => {
  const git = (...args: ReadonlyArray<string>): string =>
    execFileSync("git", [...args], { cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim()
  try {
    const head = git("rev-parse", "HEAD")
    return git("status", "--porcelain") === "" ? head : `${head}-dirty`
  } catch {
    // The commit that was packed: there is no git where it went.
    return existsSync(new URL("../commit", import.meta.url)) ? fileOf("commit").trim() : undefined
  }
}
