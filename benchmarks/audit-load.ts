/**
 * Whether an audit says the same on a machine that is busy with something else: the command itself, on the starter, three right variants and three wrong ones, alone and then
 * beside eight loops that never end. A plan is cut by work and not by a clock, so that the documents must be the same to the last byte.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { algorithmText } from "../src/cli/module/starter.ts"
import type { Suite, Target } from "./suite.ts"

const BIN = fileURLToPath(new URL("../src/cli/bin.ts", import.meta.url))
const LOOPS = 8
const SEED = 7
/** At most, a case. */
const TRIALS = 8

const starter = (name: string, changes: ReadonlyArray<readonly [from: string, to: string]>): string =>
  changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the starter has no ${from}`)
    return text.replaceAll(from, to)
  }, algorithmText(name))

/** SpannerSampling without its second phase; `practical` as a source text. */
const spanner = (name: string, practical: string): string => `
import { algorithm, growSpanner, practicalParameters, RidgeRegression } from "coverbound"
import { SpannerSamplingParameters, theoryParameters, withLearned } from "coverbound"
import * as Effect from "effect/Effect"
export default algorithm({
  name: "${name}", summary: "a spanner of paid draws and one regression", oracle: "weak", proper: false, claims: ["T1", "T2", "T3", "T4", "epsilon"],
  parameters: SpannerSamplingParameters, fromTheory: (problem, goal) => theoryParameters(problem, goal), practical: ${practical},
  run: Effect.fnUntraced(function* (problem, parameters) {
    const design = new RidgeRegression(problem.dimension, parameters.lambda)
    const learned = () => {
      const theta = new Float64Array(problem.dimension)
      design.solve(theta)
      return { kind: "linear-softmax", theta }
    }
    yield* growSpanner(problem, parameters, design).pipe(withLearned(learned))
    return learned()
  })
})
`

interface Module {
  readonly name: string
  readonly text: string
  /** Exit code that is due. */
  readonly code: 0 | 1
}

const MODULES: ReadonlyArray<Module> = [
  { name: "starter", text: starter("starter", []), code: 0 },
  { name: "spanner-only", text: spanner("spanner-only", "practicalParameters"), code: 0 },
  { name: "fewer-rounds", text: starter("fewer-rounds", [["(4 * dimension", "(3 * dimension"]]), code: 0 },
  {
    name: "renamed-passive",
    text: `import { passive } from "coverbound"\nexport default { ...passive, name: "renamed-passive" }\n`,
    code: 0
  },
  {
    name: "short-search",
    text: spanner("short-search", "(p, g) => ({ ...practicalParameters(p, g), pairsPerPrompt: 100 })"),
    code: 1
  },
  {
    name: "half-the-reward",
    text: starter("half-the-reward", [["high - low)", "high)"]]),
    code: 1
  },
  { name: "over-its-bound", text: starter("over-its-bound", [["2*ceil(4*d*R/eps)", "ceil(4*d*R/eps)"]]), code: 1 }
]

interface Ran {
  readonly code: number | null
  readonly document: string
  readonly elapsed: number
}

const audited = (home: string, { name }: Module): Promise<Ran> =>
  new Promise((resolve) => {
    const start = performance.now()
    const args = [
      BIN,
      "audit",
      `./${name}.ts`,
      "--no-type-check",
      "--seed",
      `${SEED}`,
      "--trials",
      `${TRIALS}`,
      "--json",
      "--out",
      "out"
    ]
    const child = spawn(process.execPath, args, { cwd: home, stdio: ["ignore", "pipe", "ignore"] })
    let document = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (document += text))
    child.on("close", (code) => resolve({ code, document, elapsed: (performance.now() - start) / 1000 }))
  })

const busy = (): ReadonlyArray<ChildProcess> =>
  Array.from({ length: LOOPS }, () =>
    spawn("nice", ["-n", "19", process.execPath, "-e", "for (;;) {}"], { stdio: "ignore" })
  )

export const auditLoad: Suite = {
  name: "audit-load",
  summary: `audits of seven modules, alone and beside ${LOOPS} busy loops: the same to the last byte`,
  slow: "whole audits beside busy loops: minutes",
  run: async ({ log }) => {
    const home = mkdtempSync(join(tmpdir(), "coverbound-load-"))
    const targets: Array<Target> = []
    const rows: Array<ReadonlyArray<string>> = []
    try {
      for (const module of MODULES) {
        writeFileSync(join(home, `${module.name}.ts`), module.text)
        const alone = await audited(home, module)
        log(`audit-load: ${module.name} alone, ${alone.elapsed.toFixed(0)} s`)
        const loops = busy()
        const beside = await audited(home, module).finally(() => loops.forEach((loop) => loop.kill("SIGKILL")))
        log(`audit-load: ${module.name} beside ${LOOPS} loops, ${beside.elapsed.toFixed(0)} s`)
        const { claims, runs, work } = JSON.parse(alone.document) as {
          readonly claims: ReadonlyArray<{ readonly id: string; readonly part: string; readonly verdict: string }>
          readonly runs: number
          readonly work: number
        }
        const refuted = claims.filter(({ verdict }) => verdict === "refuted").map(({ id, part }) => `${id} ${part}`)
        const same = alone.document === beside.document && alone.code === beside.code
        rows.push([
          module.name,
          `${alone.code}`,
          `${beside.code}`,
          `${runs}`,
          work.toFixed(1),
          refuted.join(", ") || "–",
          `${alone.elapsed.toFixed(0)} s`,
          `${beside.elapsed.toFixed(0)} s`
        ])
        targets.push({
          claim: `${module.name}: exit code ${module.code}, and the same document of ${alone.document.length} bytes beside ${LOOPS} busy loops`,
          measured: `exit codes ${alone.code} and ${beside.code}, documents ${same ? "the same" : "DIFFERENT"}`,
          held: same && alone.code === module.code,
          kind: "result"
        })
      }
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
    return {
      tables: [
        {
          title: `Audits of everything, ${TRIALS} trials a case at most, seed ${SEED}`,
          columns: ["module", "exit", "busy", "runs", "work", "refuted", "alone", "busy"],
          rows
        }
      ],
      targets,
      series: [],
      notes: ["work is in units of 20,000 oracle calls; the elapsed times are of this machine and this moment"]
    }
  }
}
