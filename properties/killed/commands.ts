/** The commands that are killed, each of some seconds and of tens to hundreds of units, and what of their documents is compared. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { arithmeticChecks } from "../arbitrary/arithmetic-checks.ts"
import { checkpointBackend } from "../arbitrary/checkpoint-backend.ts"
import { serveCompletions } from "../arbitrary/completions-server.ts"

/** A command, ready to be called again and again. */
export interface Subject {
  /** Arguments, `--out` apart. */
  readonly args: ReadonlyArray<string>
  /** What a call prints is a function of what it is asked. */
  readonly printsTheSame: boolean
  /** Fields of a document that say how it was come by, and not what was found. */
  readonly apart: ReadonlyArray<string>
  /** What is wrong with a folder beside another of an uninterrupted call, its documents apart. */
  readonly alsoWrong: (folder: string, reference: string) => ReadonlyArray<string>
  readonly close: () => void
}

const PLAN = {
  format: "coverbound-sweep",
  version: 1,
  algorithms: ["passive", "best-of-n-elliptic"],
  instances: ["rare-good:C=20,d=2", "rare-good:C=100,d=2"],
  trials: 40
}

const plain = (...args: ReadonlyArray<string>): Subject => ({
  args,
  printsTheSame: true,
  apart: ["timings"],
  alsoWrong: () => [],
  close: () => {}
})

interface JournalLine {
  readonly ask?: number
  readonly got?: number
  readonly seed?: number
  readonly row?: number
  readonly reward?: number
}

const linesOf = (folder: string): ReadonlyArray<JournalLine> =>
  readFileSync(join(folder, "draws.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JournalLine)

const numbersOf = (lines: ReadonlyArray<JournalLine>, what: "ask" | "got" | "seed"): ReadonlyArray<number> =>
  lines.flatMap((line) => (line[what] === undefined ? [] : [line[what]])).sort((a, b) => a - b)

/** No answer is paid for twice, nothing else is asked for than without an interruption. */
const drawsWrong = (folder: string, reference: string): ReadonlyArray<string> => {
  const [lines, whole] = [linesOf(folder), linesOf(reference)]
  const wrong: Array<string> = []
  if (numbersOf(lines, "got").join() !== numbersOf(whole, "got").join()) wrong.push("draws.jsonl: other answers")
  const seeds = (of: ReadonlyArray<JournalLine>): string => [...new Set(numbersOf(of, "seed"))].join()
  if (seeds(lines) !== seeds(whole)) wrong.push("draws.jsonl: other requests")
  return wrong
}

/** On a server of the driver's own, a 1M-parameter checkpoint drawn from by the request's seed. */
const live = async (home: string): Promise<Subject> => {
  const server = await serveCompletions(checkpointBackend("1M"), { delay: 4 })
  const prompts = join(home, "prompts.jsonl")
  writeFileSync(prompts, ["74-9=", "92-26=", "20*2=", "71*2="].map((prompt) => JSON.stringify({ prompt })).join("\n"))
  const on = ["--server", server.base, "--prompts", prompts, "--checks", arithmeticChecks]
  const size = ["--coverage", "20", "--max-tokens", "6", "--parameters", "practical,prompts=20,rounds=3"]
  const evaluation = ["--answers", "10", "--answer-draws", "20", "--batch", "16"]
  return {
    ...plain("audit", "spanner-sampling", ...on, ...size, ...evaluation, "--json"),
    printsTheSame: false,
    apart: ["timings", "resumed"],
    alsoWrong: drawsWrong,
    close: server.close
  }
}

const AUDIT = ["spanner-sampling", "--instance", "rare-good:C=100,d=2", "--parameters", "practical", "--trials", "60"]

/** @param home a folder for what a call reads */
export const commands: Readonly<Record<string, (home: string) => Subject | Promise<Subject>>> = {
  audit: () => plain("audit", ...AUDIT, "--json"),
  verify: () => plain("verify", "passive", "--theorem", "T1,T2,L1,oracle", "--reporter", "json"),
  compare: () => plain("compare", "--quick", "--section", "rare-prompt", "--json"),
  sweep: (home) => {
    const file = join(home, "plan.json")
    writeFileSync(file, JSON.stringify(PLAN))
    return { ...plain("sweep", file), printsTheSame: false }
  },
  live
}
