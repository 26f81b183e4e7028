/**
 * What checking costs: every certificate that `npm start` writes, checked without replay, each in a new process so that nothing is warm. Beside it the whole
 * command, start-up of Node and of the command line included.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { measure } from "../src/cli/demo/demo-measure.ts"
import { demoPlan } from "../src/cli/demo/demo-plan.ts"
import { ProgressBar } from "../src/cli/progress.ts"
import { series, spread } from "./measure.ts"
import { median } from "../src/statistics/median.ts"
import { measuredApart } from "./replicates.ts"
import type { Suite } from "./suite.ts"

/** Milliseconds that a check may take. */
const LIMIT = 200
const ONCE = new URL("check-once.ts", import.meta.url)
const COMMITTED = fileURLToPath(new URL("../reports/reference/reports/", import.meta.url))
const COMMAND = fileURLToPath(new URL("../src/cli/bin.ts", import.meta.url))

interface Once {
  readonly status: string
  /** Milliseconds. */
  readonly processor: number
  readonly wall: number
}

const once = (file: string): Once => measuredApart(ONCE, file) as Once

/** What a process used from its start to its end, told by itself as it exits. */
const TELL = `data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("%23"+(user+system)/1000)})`

/** `coverbound check` on files, the whole process. */
const command = (files: ReadonlyArray<string>): Once => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ["--import", TELL, COMMAND, "check", ...files], {
    encoding: "utf8"
  })
  const wall = performance.now() - start
  return { status: status === 0 ? "accepted" : "rejected", processor: Number(stderr.split("#").at(-1)), wall }
}

const repeated = (rounds: number, run: () => Once): ReadonlyArray<Once> => Array.from({ length: rounds }, run)

export const checker: Suite = {
  name: "checker",
  summary: "checking the certificates of npm start without replay, each in a process of its own",
  run: async ({ quick, log }) => {
    const rounds = quick ? 1 : 5
    const folder = mkdtempSync(join(tmpdir(), "coverbound-checker-"))
    try {
      // Quick: the certificates that are committed, not those of a main job of now.
      if (!quick) {
        log("checker: the main job, for its certificates")
        await Effect.runPromise(measure(demoPlan(1), 1, folder, new ProgressBar()))
      }
      const from = quick ? COMMITTED : folder
      const files = readdirSync(from, { recursive: true, encoding: "utf8" })
        .filter((name) => /certificates.[^/\\]*\.json$/.test(name))
        .sort()
      const paths = files.map((name) => join(from, name))
      const checks = paths.map((path) => repeated(rounds, () => once(path)))
      log(`checker: ${files.length} certificates checked ${rounds} times`)
      const dearest =
        paths[
          checks.map((c) => median(c.map((o) => o.processor))).reduce((at, ms, i, all) => (ms > all[at] ? i : at), 0)
        ]
      const single = repeated(rounds, () => command([dearest]))
      const together = repeated(rounds, () => command(paths))
      const [most, slowest] = (["processor", "wall"] as const).map((of) =>
        Math.max(...checks.map((c) => median(c.map((o) => o[of]))))
      )
      const all = [...checks.flat(), ...single, ...together]
      const row = (name: string, size: string, runs: ReadonlyArray<Once>) => [
        name,
        size,
        spread(
          runs.map((r) => r.processor),
          1
        ),
        spread(
          runs.map((r) => r.wall),
          1
        )
      ]
      return {
        tables: [
          {
            title: `milliseconds, median (least–greatest) of ${rounds}`,
            columns: ["certificate", "bytes", "processor", "wall"],
            rows: [
              ...files.map((name, i) =>
                row(name.replace(/.certificates./, " "), `${statSync(paths[i]).size}`, checks[i])
              ),
              row("coverbound check, the dearest of them", "whole process", single),
              row(`coverbound check, all ${files.length}`, "whole process", together)
            ]
          }
        ],
        targets: [
          {
            claim: `each certificate of ${quick ? "reports/reference" : "npm start"} is checked in under ${LIMIT} ms of one core, cold`,
            measured: `at most ${most.toFixed(1)} ms processor, ${slowest.toFixed(1)} ms wall`,
            held: most < LIMIT,
            kind: "timing"
          },
          {
            claim: "all are accepted",
            measured: `${all.filter((o) => o.status === "accepted").length} of ${all.length} checks`,
            held: all.every((o) => o.status === "accepted"),
            kind: "result"
          }
        ],
        series: files.map((name, i) =>
          series(
            name,
            "ms processor",
            checks[i].map((o) => o.processor)
          )
        ),
        notes: quick ? ["the committed certificates, not those of a main job of now"] : []
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
