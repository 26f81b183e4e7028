/**
 * The auditor's power and false alarms on programs nobody tuned it to: mutants of the shipped algorithms in a random order, and right programs. Each is audited in a
 * process of its own with a limit on its processor seconds; what it was and what was refuted of it is a line of a journal, so that a measurement can be ended at any
 * time and gone on with: any beginning of the order is a random sample.
 */
import { spawnSync } from "node:child_process"
import { appendFileSync, existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Stream } from "../../src/numeric/stream.ts"
import type { Classified, Kind } from "./criterion.ts"
import { allMutants } from "./mutants.ts"
import { rightPrograms } from "./right-programs.ts"

/** Processor seconds of a program's process: the criterion's, and a default audit's minute with what it begins at the end of it. */
const LIMIT = 240
const PROGRAM = fileURLToPath(new URL("audited-program.ts", import.meta.url))
const ORDER = 11

export interface Measured {
  readonly program: string
  /** `unloadable`: its module throws. */
  readonly kind: Kind | "right" | "unloadable"
  readonly instance?: string
  readonly above?: Classified["above"]
  /** What was refuted; undefined where it was not audited or its audit had no end. */
  readonly by?: ReadonlyArray<string>
  /** Processor seconds. */
  readonly seconds?: number
}

interface Said extends Partial<Measured> {
  readonly by?: ReadonlyArray<string>
}

const measuredOne = (program: string, ...call: ReadonlyArray<string>): Measured => {
  const script = `ulimit -t ${LIMIT}; exec "$0" "$@"`
  const { signal, status, stderr, stdout } = spawnSync("/bin/sh", ["-c", script, process.execPath, PROGRAM, ...call], {
    encoding: "utf8"
  })
  const said = stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Said)
  const kind = said[0]?.kind ?? (status === 1 ? "unloadable" : "endless")
  // What was classified has loaded: a process that then ends by itself is a mistake of this measurement.
  if (said.length > 0 && status !== 0 && signal === null) throw new Error(`${program}: ${stderr}`)
  return { ...Object.assign({}, ...said), program, kind }
}

/** Numbers below n in a random order that is always the same. */
const shuffled = (n: number): ReadonlyArray<number> => {
  const stream = Stream.fromSeed(ORDER).split("order")
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = stream.nextInteger(i + 1)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}

/** Every measurement there is, with its program's name: mutants in their random order. */
export const measurements = (): {
  readonly mutants: ReadonlyArray<readonly [program: string, measure: () => Measured]>
  readonly right: ReadonlyArray<readonly [program: string, measure: () => Measured]>
} => {
  const all = allMutants()
  return {
    mutants: shuffled(all.length).map((i) => {
      const { change, file, line, operator } = all[i]
      const program = `${file}:${line} ${operator}: ${change}`
      return [program, () => measuredOne(program, "mutant", `${i}`)]
    }),
    right: rightPrograms.map(({ name }, i) => [name, () => measuredOne(name, "right", `${i}`)])
  }
}

/** Lines of a journal. */
export const journalled = (path: string): ReadonlyArray<Measured> =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .trim()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Measured)
    : []

if (import.meta.main) {
  const [path, most = "1000", which = "mutants"] = process.argv.slice(2)
  const known = new Set(journalled(path).map(({ program }) => program))
  const all = measurements()
  for (const [program, measure] of (which === "right" ? all.right : all.mutants).slice(0, Number(most)))
    if (!known.has(program)) appendFileSync(path, `${JSON.stringify(measure())}\n`)
}
