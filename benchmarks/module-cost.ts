/**
 * What it costs that an audit's oracles are its own: the same audit of the same algorithm as a module, in a process that holds it and nothing else, and as an algorithm
 * of the audit's own process, in turn. Processor seconds of a command and of every process that it started, so that what else the machine does enters little; what is
 * promised is a ratio.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { algorithmText } from "../src/cli/module/starter.ts"
import { series, spread } from "./measure.ts"
import { processes } from "./processor.ts"
import { median } from "../src/statistics/median.ts"
import type { Series, Suite, Target } from "./suite.ts"

const SUITE = fileURLToPath(new URL("../src/index.ts", import.meta.url))
const BIN = fileURLToPath(new URL("../src/cli/bin.ts", import.meta.url))
const REGISTRY = new URL("../src/algorithm/registry.ts", import.meta.url).href

const LOOK_MS = 200

/**
 * Processor seconds, user's and system's, of a command and of every process that it started, looked at as they run: a sandbox that is killed with its audit is waited for
 * by nobody, and its time is in nobody's account. What a process did in its last moment is missed. Linux only.
 *
 * @throws Error where it ends otherwise than it should
 */
const processorOf = async (command: ReadonlyArray<string>, cwd: string, preload?: string): Promise<number> => {
  const errors = join(cwd, "errors")
  const child = spawn(process.execPath, [...command], {
    cwd,
    stdio: ["ignore", "ignore", openSync(errors, "w")],
    ...(preload === undefined ? {} : { env: { ...process.env, NODE_OPTIONS: `--import=${preload}` } })
  })
  const seconds = new Map<number, number>()
  const ours = new Set([child.pid ?? 0])
  const look = setInterval(() => {
    const all = processes()
    for (const [pid, { parent }] of all) if (ours.has(parent)) ours.add(pid)
    for (const pid of ours) seconds.set(pid, all.get(pid)?.seconds ?? seconds.get(pid) ?? 0)
  }, LOOK_MS)
  const [status] = (await once(child, "exit")) as [number | null]
  clearInterval(look)
  if (status !== 0)
    throw new Error(`${command.join(" ")} ended with ${String(status)}: ${readFileSync(errors, "utf8")}`)
  return [...seconds.values()].reduce((sum, one) => sum + one, 0)
}

interface Pair {
  readonly name: string
  readonly module: ReadonlyArray<string>
  readonly own: ReadonlyArray<string>
  /** Imported before `own`, in every thread. */
  readonly preload?: string
  /** Times as much as in the audit's own process. */
  readonly most: number
  readonly rounds: readonly [quick: number, whole: number]
}

const SEED = "7"
/** README's line. */
const T7 = ["--instance", "rare-good:C=1e4,d=2", "--parameters", "theory", "--oracle", "exact-law", "--seed", SEED]

const pairs = (folder: string): ReadonlyArray<Pair> => {
  const [starter, own, spanner, builtIn] = ["starter.ts", "own.ts", "spanner.ts", "built-in.ts"].map((name) =>
    join(folder, name)
  )
  writeFileSync(starter, algorithmText("starter"))
  writeFileSync(own, algorithmText("starter").replaceAll('"coverbound"', JSON.stringify(SUITE)))
  writeFileSync(
    spanner,
    `import { spannerSampling } from "coverbound"\nexport default { ...spannerSampling, name: "spanner" }\n`
  )
  // Before anything else in every thread: the starter is a built-in algorithm like the others.
  writeFileSync(
    builtIn,
    `import { algorithms } from ${JSON.stringify(REGISTRY)}\nimport own from "./own.ts"\nalgorithms.push(own)\n`
  )
  const out = ["--out", join(folder, "out")]
  return [
    {
      name: "the starter, audited on everything",
      module: [BIN, "audit", starter, "--seed", SEED, "--quiet", ...out],
      preload: builtIn,
      own: [BIN, "audit", "starter", "--instance", "all", "--seed", SEED, "--quiet", ...out],
      most: 1.5,
      rounds: [1, 3]
    },
    {
      name: "T7 at its own constants, one trial",
      module: [BIN, "audit", spanner, ...T7, "--trials", "1", "--quiet", ...out],
      own: [BIN, "audit", "spanner-sampling", ...T7, "--trials", "1", "--quiet", ...out],
      most: 10,
      rounds: [1, 3]
    }
  ]
}

export const moduleCost: Suite = {
  name: "module-cost",
  summary: "an audit of a module in a process of its own, beside the same algorithm in the audit's process",
  run: async ({ log, quick }) => {
    const folder = mkdtempSync(join(tmpdir(), "coverbound-module-cost-"))
    const rows: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    const raw: Array<Series> = []
    try {
      for (const { module, most, name, own, preload, rounds } of pairs(folder)) {
        const [apart, together]: [Array<number>, Array<number>] = [[], []]
        for (let round = 0; round < rounds[quick ? 0 : 1]; round++) {
          apart.push(await processorOf(module, folder))
          together.push(await processorOf(own, folder, preload))
          log(`module-cost: ${name}: ${apart[round].toFixed(1)} s apart, ${together[round].toFixed(1)} s together`)
        }
        const ratio = median(apart.map((s, i) => s / together[i]))
        rows.push([name, String(apart.length), spread(apart), spread(together), ratio.toFixed(2)])
        raw.push(series(`${name}, a module`, "s", apart), series(`${name}, in process`, "s", together))
        targets.push({
          claim: `${name}: a module takes at most ${most} times the processor time`,
          measured: `${ratio.toFixed(2)} times`,
          held: ratio <= most,
          kind: "timing"
        })
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return {
      tables: [
        {
          title: "Processor seconds of all processes (median (least–greatest)); the ratio is the median of rounds",
          columns: ["what", "rounds", "a module", "in process", "ratio"],
          rows
        }
      ],
      targets,
      series: raw,
      notes: [
        "the same command, pages and certificates; a module is also type-checked, loaded in a process of its own, and has two of its trials made again in fresh ones"
      ]
    }
  }
}
