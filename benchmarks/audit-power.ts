/**
 * The auditor's power and false alarms on its catalogue: every wrong variant audited until something is refuted, every correct one (and every built-in algorithm with the
 * same claims) through the whole plan. What is refuted is a result; processor seconds are timings.
 */
import * as Effect from "effect/Effect"
import { algorithms } from "../src/algorithm/registry.ts"
import { auditFaults, auditVariants } from "../properties/audit-catalogue/catalogue.ts"
import { type AuditVariant } from "../properties/audit-catalogue/audit-fault.ts"
import { claiming, refutedBy } from "../properties/variants/refuted.ts"
import { plannedCases } from "../src/audit/cases.ts"
import { auditPlan } from "../src/audit/plan.ts"
import { families } from "../src/model/families.ts"
import type { Instance } from "../src/instance/instance.ts"
import { parseSpec } from "../src/instance/family.ts"
import type { Suite, Table, Target } from "./suite.ts"

const LEVEL = 1e-6
const SEEDS = [1, 2, 3]
/** Trials a case of the correct variants: past them only the cost grows. */
const TRIALS = 6

/** Learners that reward every draw make 10⁸ of them in a trial of rare-good-1e5: minutes each, and nothing that rare-good-1e3 does not ask. */
const CASES = plannedCases.filter(({ id }) => id !== "rare-good-1e5")

/** What the project promises. */
const PROMISE = { faults: 25, power: 0.95, seconds: 60, variants: 10 } as const

const resolve = (spec: string): Instance => {
  const { canonical, family, values } = parseSpec(spec, families)
  return family.make(values, canonical)
}

interface Audited {
  readonly name: string
  readonly of: string
  readonly what: string
  /** Of each seed: what was refuted, and processor seconds. */
  readonly runs: ReadonlyArray<{ readonly by: ReadonlyArray<string>; readonly seconds: number }>
}

const audited = async (
  { algorithm, of, what }: AuditVariant,
  seeds: ReadonlyArray<number>,
  options: { readonly untilRefuted: boolean; readonly trials?: number }
): Promise<Audited> => {
  const runs: Array<Audited["runs"][number]> = []
  for (const seed of seeds) {
    const before = process.cpuUsage()
    const result = await Effect.runPromise(
      auditPlan(algorithm, { resolve, seed, level: LEVEL, rivals: [], cases: CASES, ...options })
    )
    const { system, user } = process.cpuUsage(before)
    runs.push({ by: refutedBy(result), seconds: (user + system) / 1e6 })
  }
  return { name: algorithm.name, of, what, runs }
}

const longest = ({ runs }: Audited): number => Math.max(...runs.map((r) => r.seconds))

const table = (title: string, rows: ReadonlyArray<Audited>): Table => ({
  title,
  columns: ["variant", "of", "what", "refuted by", "of runs", "longest, CPU s"],
  rows: rows.map((one) => {
    const refuted = one.runs.filter(({ by }) => by.length > 0)
    return [
      one.name,
      one.of,
      one.what,
      [...new Set(refuted.flatMap(({ by }) => by))].join(", ") || "nothing",
      `${refuted.length} of ${one.runs.length}`,
      longest(one).toFixed(2)
    ]
  })
})

export const auditPower: Suite = {
  name: "audit-power",
  summary: "the auditor on its catalogue: wrong variants refuted, correct ones not",
  run: async ({ log, quick }) => {
    const seeds = quick ? SEEDS.slice(0, 1) : SEEDS
    const faults: Array<Audited> = []
    for (const [i, one] of auditFaults.entries()) {
      log(`audit-power: fault ${i + 1}/${auditFaults.length} ${one.algorithm.name}`)
      faults.push(await audited(one, seeds, { untilRefuted: true }))
    }
    const correct = [
      ...algorithms.map((one) => ({ algorithm: claiming(one), of: one.name, what: "as it is, and claims ε" })),
      ...auditVariants
    ]
    const variants: Array<Audited> = []
    for (const [i, one] of correct.entries()) {
      log(`audit-power: correct variant ${i + 1}/${correct.length} ${one.algorithm.name}`)
      variants.push(await audited(one, seeds, { untilRefuted: false, trials: quick ? 4 : TRIALS }))
    }
    const runs = faults.flatMap((one) => one.runs)
    const found = runs.filter(({ by, seconds }) => by.length > 0 && seconds <= PROMISE.seconds).length
    const expected = auditFaults.flatMap(({ fails }, i) =>
      faults[i].runs.filter(({ by }) => by.some((word) => fails.includes(word)))
    ).length
    const accused = variants.filter((one) => one.runs.some(({ by }) => by.length > 0))
    const covered = algorithms.every(({ name }) => auditFaults.filter(({ of }) => of === name).length >= 2)
    const targets: ReadonlyArray<Target> = [
      {
        claim: `at least ${PROMISE.faults} faults, two of every built-in algorithm`,
        measured: `${faults.length}`,
        held: faults.length >= PROMISE.faults && covered,
        kind: "result"
      },
      {
        claim: `at least ${100 * PROMISE.power} % of audits of a wrong variant refute it within ${PROMISE.seconds} processor seconds`,
        measured: `${found} of ${runs.length}, ${expected} by what the catalogue names; longest ${Math.max(...faults.map(longest)).toFixed(1)} s`,
        held: found >= PROMISE.power * runs.length,
        kind: "result"
      },
      {
        claim: `none of at least ${PROMISE.variants} correct variants and of the built-in algorithms is refuted, level ${LEVEL} an audit`,
        measured: `${accused.length} of ${variants.length}`,
        held: accused.length === 0 && auditVariants.length >= PROMISE.variants,
        kind: "result"
      }
    ]
    return {
      tables: [
        table(`Wrong variants, audited until refuted, seeds ${seeds.join(", ")}`, faults),
        table(`Correct variants, the whole plan (but rare-good-1e5), seeds ${seeds.join(", ")}`, variants)
      ],
      targets,
      series: [...faults, ...variants].map((one) => ({
        name: `${one.name} audit`,
        unit: "CPU s",
        samples: one.runs.map((r) => r.seconds)
      })),
      notes: [
        "oracles, ledger and seeding are the suite's own here; faults of those are verify's catalogue (properties/verify-faults.test.ts)"
      ]
    }
  }
}
