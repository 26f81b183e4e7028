/** For tests of the command line: the command in a folder of its own, as a process or as a call in one that makes many, and what it is given there. */
import { type ChildProcess, fork, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"
import { compiledOnce } from "../../src/file/compiled-once.ts"

const BIN = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url))
const HOST = fileURLToPath(new URL("command-host.ts", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandFolder {
  /** Where the command is started; removed when the file's tests are over. */
  readonly home: string
  /** Runs `coverbound` with these arguments. @param meanwhile may wait for what it says, and kill it @param flags of Node */
  readonly coverbound: (
    args: ReadonlyArray<string>,
    meanwhile?: (kill: (signal: NodeJS.Signals) => void, said: (what: RegExp) => Promise<void>) => Promise<void>,
    flags?: ReadonlyArray<string>
  ) => Promise<Ended>
  /**
   * The same call without a process of its own, in one that makes all of the folder's one after another ({@link HOST}): for tests of what a call says, writes and ends
   * with. A process costs half a second of a processor before it does anything.
   */
  readonly called: (args: ReadonlyArray<string>) => Promise<Ended>
  /** Writes a file there, a value as JSON; gives its name, as the command is told it. */
  readonly file: (content: string | object, name?: string) => string
}

/** The folder of one test file. */
export const commandFolder = (): CommandFolder => {
  const home = mkdtempSync(join(tmpdir(), "coverbound-cli-"))
  const env = () => ({ ...process.env, NO_COLOR: "1" })
  let files = 0
  let host: ChildProcess | undefined
  let last: Promise<unknown> = Promise.resolve()
  afterAll(() => {
    host?.kill("SIGKILL")
    rmSync(home, { recursive: true, force: true })
  })
  const call = (args: ReadonlyArray<string>) =>
    new Promise<Ended>((resolve, reject) => {
      host ??= fork(HOST, { cwd: home, env: compiledOnce(env()), silent: true })
      const child = host
      let last = ""
      const hear = (text: Buffer): void => void (last += text.toString())
      const gone = (code: number | null) => reject(new Error(`${args.join(" ")}: ended its host with ${code}: ${last}`))
      child.stderr!.on("data", hear)
      child.once("close", gone).once("message", (ended: Ended) => {
        child.off("close", gone)
        child.stderr!.off("data", hear)
        resolve(ended)
      })
      child.send(args)
    })
  return {
    home,
    coverbound: (args, meanwhile, flags = []) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...flags, BIN, ...args], {
          cwd: home,
          env: env(),
          stdio: ["ignore", "pipe", "pipe"]
        })
        let [stdout, stderr] = ["", ""]
        let heard = (): void => {}
        child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          stderr += text
          heard()
        })
        child.on("error", reject)
        child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
        const said = (what: RegExp) =>
          new Promise<void>((met) => {
            heard = () => {
              if (what.test(stderr)) met()
            }
            heard()
          })
        meanwhile?.((signal) => child.kill(signal), said).catch(reject)
      }),
    called: (args) => {
      const mine = last.then(() => call(args))
      last = mine.catch(() => {})
      return mine
    },
    file: (content, name = `case-${files++}.json`) => {
      writeFileSync(join(home, name), typeof content === "string" ? content : JSON.stringify(content))
      return name
    }
  }
}

/** One of its responses. */
export const handMadeResponse = (over: object = {}) => ({
  probability: 0.5,
  features: [1, 0],
  meanReward: 0.25,
  ...over
})

/** An instance as a person may write it, of one prompt and two responses. */
export const handMade = {
  format: "coverbound-instance",
  version: 1,
  name: "hand-made",
  dimension: 2,
  beta: 0.2,
  rewardRange: 1,
  parameterSet: { kind: "ball", radius: 1 },
  thetaStar: [0.25, 0.75],
  noise: { kind: "bernoulli" },
  prompts: [
    { probability: 1, responses: [handMadeResponse(), handMadeResponse({ features: [0, 1], meanReward: 0.75 })] }
  ]
}
