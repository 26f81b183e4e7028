/**
 * What an audit refutes and whom it accuses, on a seeded sample of what measured.jsonl holds: the whole measurement takes an hour of a processor (measure.ts). Seeds are
 * fixed, so this is deterministic; no α is spent on detection.
 */
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import { auditPlan } from "../../src/audit/plan.ts"
import type { PlanOptions } from "../../src/audit/plan-result.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { alpha } from "../alpha/alpha-ledger.ts"
import { isSampled } from "../sampled.ts"
import { resolve } from "./criterion.ts"
import { loaded } from "./edited.ts"
import { journalled } from "./measure.ts"
import { allMutants } from "./mutants.ts"
import { claiming, refutedBy } from "./refuted.ts"
import { rightPrograms } from "./right-programs.ts"
import { unmutated } from "./unmutated.ts"

const audited = async (algorithm: AnyAlgorithm<OracleServices>, options: Partial<PlanOptions>) =>
  refutedBy(
    await Effect.runPromise(
      auditPlan(algorithm, { resolve, seed: 1, secret: true, level: 0.01, rivals: [], ...options })
    )
  )

/** What a mutant is, wherever its line stands now. */
const placeless = (program: string): string => program.replace(/:\d+ /, " ")
const measured = journalled(fileURLToPath(new URL("measured.jsonl", import.meta.url)))
/** Processor seconds that a mutant of the sample took to measure, at most. */
const SHORT = 5

describe("an audit refutes", () => {
  const wrong = measured.filter(({ kind }) => kind === "breaks" || kind === "fails")
  const names = new Map(
    allMutants().map((one) => [placeless(`${one.file}:0 ${one.operator}: ${one.change}`), one] as const)
  )

  it("nine in ten of the measured mutants that break a promise", () => {
    expect(wrong.length).toBeGreaterThan(60)
    expect(wrong.filter(({ by = [] }) => by.length > 0).length / wrong.length).toBeGreaterThanOrEqual(0.9)
    // What was measured is still what the generator makes.
    expect(measured.filter(({ program }) => names.has(placeless(program))).length).toBeGreaterThan(
      0.9 * measured.length
    )
  })

  const sample = wrong.filter(
    ({ by = [], program, seconds = Infinity }) =>
      by.length > 0 && seconds <= SHORT && names.has(placeless(program)) && isSampled(`power ${program}`, 1 / 36)
  )
  it.each(sample.map(({ program }) => program))("%s", async (program) => {
    const { file, text } = names.get(placeless(program))!
    const by = await audited(claiming(await loaded(file, text, program)), { untilRefuted: true })
    expect(by).not.toEqual([])
  })

  const others = unmutated.filter(({ algorithm }) => isSampled(`power ${algorithm.name}`, 1 / 12))
  it.each(others.map(({ algorithm, what }) => [algorithm.name, what, algorithm] as const))(
    "%s: %s",
    async (_, _what, algorithm) => expect(await audited(algorithm, { untilRefuted: true, trials: 24 })).not.toEqual([])
  )
})

describe("an audit accuses nothing of", () => {
  const level = alpha("properties/audit-correct", rightPrograms.length)
  // A seed of its own for each, whichever others are tried.
  const tried = rightPrograms
    .map((algorithm, i) => [algorithm.name, algorithm, i] as const)
    .filter(([name]) => isSampled(`right ${name}`, 1 / 30))
  it.each(tried)("%s", async (_, algorithm, i) => {
    expect(await audited(algorithm, { level, seed: 300 + i, budget: 3, trials: 2, trialsPerPoint: 2 })).toEqual([])
  })
})
