/** The call of an audit that makes its runs again. */
import { callOf } from "./shell-argument.ts"

/** Options of `audit` on which runs and their verdicts depend; the others say what is printed, written and kept, or with what it is computed. */
const RUNS = [
  "instance",
  "eps",
  "delta",
  "coverage",
  "parameters",
  "oracle",
  "seed",
  "trials",
  "level",
  "budgetRewards",
  "budgetSamples",
  "budget",
  "trialSeconds",
  "trialMemory",
  "noTypeCheck"
] as const

/** What an audit was asked, as its options are named; undefined: what the command does by default. */
export type AuditRuns = { readonly [N in (typeof RUNS)[number]]?: string | number | bigint | boolean | undefined }

/** @param what the algorithm or module, as a line of a shell has it */
export const auditCall = (what: string, runs: AuditRuns): string =>
  callOf(
    `audit ${what}`,
    Object.fromEntries(RUNS.map((name) => [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), runs[name]]))
  )
