/** How a trial of an algorithm that was not written here may end, as data that travels between processes. */
import { fileURLToPath } from "node:url"
import type { Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Interpreter } from "../oracle/interpreter.ts"
import type { Budget } from "../oracle/ledger.ts"
import { given } from "../run/given.ts"
import type { RunOptions } from "../run/run-trial.ts"
import type { RunRecord } from "../run/run-record.ts"
import { Misbehaved } from "../oracle/shape.ts"

/** Which parameters a trial uses: the algorithm's own for the goal, or these. */
export type ParameterChoice = "practical" | "theory" | ParameterRecord

/** One trial to make. */
export interface TrialJob {
  /** SPEC (or path) of the instance. */
  readonly spec: string
  readonly goal: Goal
  readonly parameters: ParameterChoice
  readonly interpreter: Interpreter
  readonly seed: number
  readonly trial: number
  readonly budget?: Budget
  /** Stop at the first checkpoint whose suboptimality is at most this. */
  readonly target?: number
  readonly checkpoints: boolean
  readonly batch?: number
}

/** A run as a trial to be made elsewhere. @param spec of its instance there */
export const trialJob = (
  { batch, budget, checkpoints = true, interpreter, parameters, seed, target, trial }: Omit<RunOptions, "algorithm">,
  spec: string,
  goal: Goal
): TrialJob => ({
  spec,
  goal,
  parameters,
  interpreter,
  seed,
  trial,
  checkpoints,
  ...given({ budget, target, batch })
})

/** Kinds of what goes wrong with a trial. */
export const FAILURES = [
  "threw",
  "inputs",
  "policy",
  "request",
  "result",
  "parameters",
  "memory",
  "exited",
  "leaked",
  "globals",
  "remembers",
  "clock"
] as const

/** What went wrong with a trial. */
export interface Failure {
  readonly kind: (typeof FAILURES)[number]
  /** One line: what happened and where. */
  readonly note: string
}

export type TrialOutcome = (
  | { readonly kind: "finished"; readonly record: RunRecord }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** Parameters that no run can follow: nothing was tried. */
  | { readonly kind: "skipped"; readonly why: string }
  /** Stopped before its end, and nobody's fault that could be told: it asked more than it may, or made no progress. */
  | { readonly kind: "unfinished"; readonly why: string }
) & {
  /** Units that it took (src/run/work.ts). */
  readonly work: number
  /** Handles that it asked for, one each. Not where each was drawn, which is work already. */
  readonly handles?: number
}

/** A run failed in a way that is known already. Dies through the run. */
export class Failed extends Error {
  readonly _tag = "Failed"
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.note)
    this.failure = failure
  }
}

const LONGEST = 240

/** One line of at most {@link LONGEST} characters. */
export const oneLine = (text: string): string => {
  // Control characters of a foreign message must not reach a terminal.
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

/** This package's own folder: src/ or dist/src/. */
const HOME = new URL("../", import.meta.url).href

const FRAME = /(?:^|[\s(])((?:file:\/\/)?\/[^()\s]+?):(\d+(?::\d+)?)\)?$/

/** "variant.ts:12:7": the innermost frame of an error that lies in code from elsewhere; "" where there is none. */
export const placeOf = (error: unknown): string => {
  const stack = error instanceof Error && typeof error.stack === "string" ? error.stack : ""
  for (const line of stack.split("\n")) {
    const [, url, at] = FRAME.exec(line) ?? []
    if (url === undefined || url.startsWith(HOME) || /\/node_modules\/(effect|@effect)\//.test(url)) continue
    const path = url.startsWith("file:") ? fileURLToPath(url) : url
    return ` (at ${path.split("/").slice(-1)[0]}:${at})`
  }
  return ""
}

/** What writing to something frozen says. */
const FROZEN = /Cannot (assign to read only property|add property|delete property|redefine property|define property)/

/** A defect of a run as a failure. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof Failed) return error.failure
  if (error instanceof Misbehaved) return { kind: error.what, note: oneLine(error.detail) }
  if (error instanceof TypeError && FROZEN.test(error.message))
    return { kind: "inputs", note: oneLine(`wrote to its input: ${error.message}${placeOf(error)}`) }
  const said = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`
  return { kind: "threw", note: oneLine(`${said}${placeOf(error)}`) }
}
