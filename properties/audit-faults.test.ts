/**
 * The auditor's catalogue: an audit refutes each wrong variant by something the catalogue names, and nothing of a correct one. Seeds are fixed, so this is
 * deterministic; no α is spent on detection. All are tried in the long step, a seeded half of the wrong and a third of the correct ones by `npm test`.
 */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { algorithms } from "../src/algorithm/registry.ts"
import { auditFaults, auditVariants } from "./audit-catalogue/catalogue.ts"
import { claiming, refutedBy } from "./variants/refuted.ts"
import { axes } from "../src/audit/axes.ts"
import { plannedCases } from "../src/audit/cases.ts"
import { auditPlan } from "../src/audit/plan.ts"
import type { PlanOptions } from "../src/audit/plan-result.ts"
import type { AnyAlgorithm } from "../src/algorithm/algorithm.ts"
import { families } from "../src/model/families.ts"
import { parseSpec } from "../src/instance/family.ts"
import type { Instance } from "../src/instance/instance.ts"
import type { OracleServices } from "../src/oracle/interpreter.ts"
import { knownClaims } from "../src/cli/module/described-algorithm.ts"
import { checks } from "../src/verify/checks.ts"
import { verify } from "../src/verify/verify.ts"
import { candidateOf } from "../src/law/candidate.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { isSampled } from "./sampled.ts"

const resolve = (spec: string): Instance => {
  const { canonical, family, values } = parseSpec(spec, families)
  return family.make(values, canonical)
}

const audit = (algorithm: AnyAlgorithm<OracleServices>, options: Partial<PlanOptions>) =>
  Effect.runPromise(auditPlan(algorithm, { resolve, seed: 1, level: 1e-6, rivals: [], ...options }))

const without = (...ids: ReadonlyArray<string>) => plannedCases.filter(({ id }) => !ids.includes(id))

describe("an audit refutes", () => {
  it("at least two wrong variants of every built-in algorithm, at least 25 in all", () => {
    expect(auditFaults.length).toBeGreaterThanOrEqual(25)
    expect(new Set(auditFaults.map(({ algorithm }) => algorithm.name)).size).toBe(auditFaults.length)
    for (const { name } of algorithms)
      expect(auditFaults.filter(({ of }) => of === name).length, name).toBeGreaterThanOrEqual(2)
  })

  it("what they claim means something", () => {
    const known = knownClaims()
    for (const { claims } of [...algorithms, ...[...auditFaults, ...auditVariants].map((one) => one.algorithm)])
      expect(claims.filter((claim) => !known.includes(claim))).toEqual([])
  })

  const tried = auditFaults.filter(({ algorithm }) => isSampled(`audit ${algorithm.name}`, 0.3))
  it.each(tried.map((fault) => [fault.algorithm.name, fault.what, fault] as const))(
    "%s: %s",
    async (_, _what, { algorithm, fails }) => {
      // No fault here needs theory's parameters or English to show.
      const result = await audit(algorithm, {
        untilRefuted: true,
        trials: 24,
        cases: without("theory-8", "rare-good-1e5", "corpus")
      })
      const by = refutedBy(result)
      expect(
        fails.filter((word) => by.includes(word)),
        `expected one of ${fails.join(", ")}, refuted by ${by.join(", ")}`
      ).not.toEqual([])
      expect(result.findings.length).toBeGreaterThan(0)
    }
  )
})

/** What an audit's other findings may hide: that each law of a run sees the mistake it is for. */
const seenBy = {
  "T7/hypotheses": ["spanner-half-search"],
  "method/proper": ["best-of-n-proper", "passive-picks", "passive-twice", "dpo-chooses"],
  "method/least-squares": ["passive-counts-ignored", "passive-sign", "passive-ridge", "dpo-never-learns", "dpo-sign"],
  "method/novelty": ["best-of-n-fixed-norm"],
  "method/optimism": ["xpo-pessimism", "xpo-no-normaliser", "xpo-plans-once"],
  "method/policy-gradient": ["gradient-descends", "gradient-no-baseline", "gradient-unregularised"],
  "T8/checks": ["mtss-checks-beginnings"],
  "T8/tilt": ["mtss-half-promise"],
  "T8/targets": ["mtss-never-restarts", "mtss-no-correction", "mtss-forward", "mtss-stale-targets"],
  "T8/certified": ["mtss-half-certified", "mtss-wide-truncation"]
} as const

describe("the law", () => {
  it("has a name of its own", () => expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length))

  it.each(Object.entries(seenBy).flatMap(([law, names]) => names.map((name) => [law, name] as const)))(
    "%s sees %s",
    async (law, name) => {
      const { algorithm } = auditFaults.find((fault) => fault.algorithm.name === name)!
      const { results } = await Effect.runPromise(
        verify({ candidate: candidateOf(algorithm), checks, select: [law], seed: 1, level: 1e-6 })
      )
      expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([[law, "refuted"]])
    }
  )
})

/** Few trials of each case, one axis; the benchmark audit-power makes the whole plan over three seeds. */
const reduced: Partial<PlanOptions> = {
  trials: 2,
  trialsPerPoint: 2,
  cases: without("rare-good-1e3", "rare-good-1e5", "corpus"),
  axes: axes.filter(({ of }) => of === "1/ε" || of === "H")
}

describe("an audit refutes nothing of", () => {
  // SpannerSampling's choices have the same laws in verify-variants.test.ts: one variant of it is enough here.
  const elsewhere = ["spanner-own-search", "spanner-antithetic"]
  const correct = [
    ...algorithms.map((one) => ({ algorithm: claiming(one), what: "as it is" })),
    ...auditVariants.filter(({ algorithm }) => !elsewhere.includes(algorithm.name))
  ]
  const level = alpha("properties/audit-correct", correct.length)

  it("at least ten correct variants", () => expect(auditVariants.length).toBeGreaterThanOrEqual(10))

  // A seed of its own for each, whichever others are tried.
  const tried = correct
    .map(({ algorithm, what }, i) => [algorithm.name, what, algorithm, i] as const)
    .filter(([name]) => isSampled(`audit ${name}`, 1 / 4))
  it.each(tried)("%s: %s", async (_, _what, algorithm, i) => {
    const result = await audit(algorithm, { ...reduced, level, seed: 300 + i })
    expect(result.findings).toEqual([])
    expect(result.runs).toBeGreaterThan(6)
    expect(result.laws.filter(({ verdict }) => verdict === "supported").length).toBeGreaterThan(6)
  })
})
