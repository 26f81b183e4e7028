/** The plan over algorithms of this process: what is correct is not refuted, what is wrong is, and a seed says everything. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { algorithm, type AnyAlgorithm } from "../algorithm/algorithm.ts"
import { exhaustive } from "../algorithm/exhaustive.ts"
import { mtss } from "../algorithm/mtss.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { finiteFamilies } from "../instance/families/finite-families.ts"
import { parseSpec } from "../instance/family.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { Ledger } from "../oracle/ledger.ts"
import { Prompts, Rewards, StrongSampling, WeakSampling } from "../oracle/services.ts"
import { arithmeticFamily } from "../language-model/arithmetic-instance.ts"
import { features } from "../oracle/handle.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { variant } from "../verify/faults/spanner-sampling-variant.ts"
import { axes } from "./axes.ts"
import { plannedCases } from "./cases.ts"
import { auditPlan } from "./plan.ts"
import type { PlanOptions } from "./plan-result.ts"

const LEVEL = alpha("audit/plan-correct")

const resolve: PlanOptions["resolve"] = (spec) => {
  const { canonical, family, values } = parseSpec(spec, [arithmeticFamily, ...finiteFamilies])
  return family.make(values, canonical)
}
const finite = plannedCases.filter(({ id }) => id !== "corpus")
/** The first cases on whole responses. */
const first = (n: number) => finite.filter(({ id }) => !id.startsWith("token")).slice(0, n)
const options: PlanOptions = { resolve, seed: 1, level: LEVEL, cases: finite, axes: [], rivals: [], trials: 6 }

const audited = (one: AnyAlgorithm<OracleServices>, over: Partial<PlanOptions> = {}) =>
  Effect.runPromise(auditPlan(one, { ...options, ...over }))

const reference = { kind: "reference" } as const
type Definition = Parameters<typeof algorithm<Record<string, number>, OracleServices>>[0]
const made = (over: Partial<Definition>) =>
  algorithm<Record<string, number>, OracleServices>({
    name: "made",
    summary: "made for a test",
    proper: false,
    oracle: "weak",
    claims: ["T1"],
    parameters: Schema.Record(Schema.String, Schema.Finite),
    fromTheory: () => ({}),
    practical: () => ({}),
    run: () => Effect.succeed(reference),
    ...over
  })

it.each([
  ["level: 0", { level: 0 }],
  ["level: NaN", { level: Number.NaN }],
  ["budget: NaN", { budget: Number.NaN }],
  ["trials: 0", { trials: 0 }]
])("%s is refused", async (line, wrong) => {
  const bare = { cases: [], axes: [], laws: false, rivals: [] }
  expect((await Effect.runPromise(auditPlan(passive, bare))).runs).toBe(0)
  await expect(Effect.runPromise(auditPlan(passive, { ...bare, ...wrong }))).rejects.toThrow(line)
})

describe("a correct algorithm", () => {
  it("is not refuted, law by law and case by case", async () => {
    const result = await audited(exhaustive)
    expect(result.findings).toEqual([])
    expect(result.cases.map(({ planned }) => planned.id)).toEqual([
      ...finite
        .filter(({ about, id }) => id !== "theory-8" && (about?.({ ...exhaustive, oracle: "enumeration" }) ?? true))
        .map(({ id }) => id),
      // Sized by what its own runs spent.
      ...["rewards-early", "rewards-late", "draws-early", "draws-late"].map((id) => `cut-${id}`)
    ])
    expect(result.laws.filter(({ verdict }) => verdict === "supported").length).toBeGreaterThan(9)
    expect(result.use).toMatchObject({ declared: "enumeration", observed: ["enumeration"], mismatches: [] })
  })

  it("is held to what it promises at theory's parameters", async () => {
    // Its laws are those of properties/verify.test.ts.
    const { clauses, findings } = await audited(variant("seen-through"), { laws: false })
    expect(findings).toEqual([])
    expect(clauses.find(({ id, part }) => id === "T7" && part === "T_comp")).toMatchObject({ verdict: "supported" })
    expect(clauses.find(({ id, part }) => id === "T7" && part === "epsilon")?.from?.planned.id).toBe("theory-8")
  })

  it("is held to token cases where it draws tokens, and its exponents in H are fitted", async () => {
    const { clauses, exponents, findings, use } = await audited(mtss, {
      trials: 2,
      trialsPerPoint: 7,
      axes: axes.filter(({ of }) => of === "H").map((axis) => ({ ...axis, points: axis.points.slice(0, 3) }))
    })
    expect(findings).toEqual([])
    expect(use).toMatchObject({ observed: ["token"], mismatches: [] })
    expect(clauses.filter(({ id, verdict }) => id === "T8" && verdict === "supported").length).toBeGreaterThan(0)
    expect(exponents.map(({ fit, of, quantity }) => [quantity, of, fit !== undefined])).toEqual([
      ["T_data", "H", true],
      ["T_comp", "H", true]
    ])
  })

  it("gets the same result from the same seed", async () => {
    const strip = ({
      cases,
      clauses,
      exponents,
      findings,
      laws,
      standing,
      use
    }: Awaited<ReturnType<typeof audited>>) => ({
      clauses: clauses.map(({ from, ...clause }) => ({ ...clause, from: from?.spec })),
      runs: cases.map(({ audit, spec }) => [spec, audit?.records.map((run) => run.transcript.sha256)]),
      exponents,
      findings,
      laws,
      standing,
      use
    })
    const whole = { axes: axes.slice(0, 1), rivals: [spannerSampling], trialsPerPoint: 8 }
    const [one, other] = [strip(await audited(passive, whole)), strip(await audited(passive, whole))]
    expect(one).toEqual(other)
    expect(one.findings).toEqual([])
    const data = one.exponents.find(({ quantity }) => quantity === "T_data")
    // It rewards every draw, so coverage is paid in rewards.
    expect(data?.fit?.estimate).toBeGreaterThan(0.5)
    expect(one.standing.map(({ other, relation }) => [other, relation])).toEqual([["spanner-sampling", "trade-off"]])
  })
})

describe("a wrong one is found:", () => {
  const untilRefuted = true

  it("a spanner that takes what is not new", async () => {
    const { clauses, findings } = await audited(variant("wrong-side", { takes: (q, nu) => q < nu, search: "draws" }), {
      untilRefuted
    })
    expect(findings.length).toBeGreaterThan(0)
    expect(clauses.find(({ id, verdict }) => id === "T3" && verdict === "refuted")?.from?.planned.id).toBe(
      "rare-good-10"
    )
  })

  it("a program that remembers its last run", async () => {
    let runs = 0
    const run: Definition["run"] = Effect.fnUntraced(function* () {
      yield* (yield* WeakSampling).draw(yield* (yield* Prompts).draw(1 + (runs++ % 3)))
      return reference
    })
    const { findings } = await audited(made({ run }), { untilRefuted, cases: first(2) })
    expect(findings.map(({ where }) => where)).toContain("law oracle/reproducible")
  })

  it("an oracle that it does not admit to", async () => {
    const run: Definition["run"] = Effect.fnUntraced(function* ({ dimension }) {
      const prompts = yield* (yield* Prompts).draw(2)
      yield* (yield* StrongSampling).draw(new Float64Array(dimension), prompts)
      return reference
    })
    const { use } = await audited(made({ run }), { cases: first(1) })
    expect(use.mismatches).toEqual(["says it uses the weak oracle, and its runs charged the strong oracle"])
  })

  it("properness that it only claims", async () => {
    const run: Definition["run"] = Effect.fnUntraced(function* () {
      const [prompt] = yield* (yield* Prompts).draw(1)
      const responses = yield* (yield* WeakSampling).draw([prompt, prompt, prompt])
      yield* (yield* Rewards).query(responses.slice(0, 1))
      return reference
    })
    const { use } = await audited(made({ run, proper: true }), { cases: first(1) })
    expect(use.mismatches.join()).toMatch(/says it is proper/)
  })

  it("a bound of its own that it breaks", async () => {
    const over = { bounds: { T_data: "2*d*R/eps" }, name: "own-bound" }
    const { clauses } = await audited({ ...passive, ...over }, { untilRefuted, cases: first(1) })
    expect(clauses.find(({ id }) => id === "own")).toMatchObject({ part: "T_data", verdict: "refuted" })
  })

  it("a guarantee of its own that it misses", async () => {
    const { clauses } = await audited(made({ claims: ["epsilon"] }), {
      untilRefuted,
      trials: 40,
      cases: first(1)
    })
    expect(clauses.find(({ id }) => id === "own")).toMatchObject({ part: "epsilon", verdict: "refuted" })
  })

  it("draws that were not paid for: an impossibility is broken, and the audit says where to look", async () => {
    const run: Definition["run"] = Effect.fnUntraced(function* () {
      const prompts = yield* (yield* Prompts).draw(1)
      // oxlint-disable-next-line typescript/unbound-method -- put back below
      const charge = Ledger.prototype.chargeExact
      Ledger.prototype.chargeExact = () => {}
      const drawn = yield* Effect.ensuring(
        (yield* WeakSampling).draw(Array.from({ length: 4000 }, () => prompts[0])),
        Effect.sync(() => {
          Ledger.prototype.chargeExact = charge
        })
      )
      const needle = drawn.find((y) => features(y).some((v) => v !== 0))
      if (needle !== undefined) yield* (yield* Rewards).query([needle])
      return reference
    })
    const { clauses, whereToLook } = await audited(made({ run }), {
      cases: plannedCases.filter(({ id }) => id === "needle"),
      trials: 40
    })
    expect(clauses.find(({ id }) => id === "L1")).toMatchObject({ part: "holding", verdict: "refuted" })
    expect(whereToLook).toMatch(/needle .*an answer to draw charged 0 prompts, 0 sampling .* owed .*4000/)
  })

  it("not one whose method no law can look at: the claim is undecided, and says what is missing", async () => {
    const { clauses, findings } = await audited(made({ claims: ["T1", "least-squares", "optimism"] }), {
      cases: first(1)
    })
    expect(findings).toEqual([])
    for (const [id, needs] of [
      ["least-squares", /parameters named lambda > 0/],
      ["optimism", /lambda > 0 and optimism/]
    ] as const)
      expect(clauses.find((one) => one.id === id)).toMatchObject({
        verdict: "undecided",
        note: expect.stringMatching(needs)
      })
  })

  it("one whose bound is infinite is told that it says nothing", async () => {
    const { clauses, findings } = await audited(made({ bounds: { T_data: "1e400", T_comp: "d/0" } }), {
      cases: first(1)
    })
    expect(findings).toEqual([])
    for (const part of ["T_data", "T_comp"])
      expect(clauses.find((one) => one.id === "own" && one.part === part)).toMatchObject({
        verdict: "undecided",
        level: 0
      })
  })

  it("one that throws everywhere, after a few trials", async () => {
    const run = () => {
      throw new Error("boom")
    }
    const { cases, findings, leftOut } = await audited(made({ run }))
    expect(findings.map(({ failure }) => failure?.kind)).toEqual(["threw", "threw", "threw"])
    expect(cases).toHaveLength(2)
    expect(leftOut.join()).toMatch(/too many trials failed/)
  })

  it("one that fails in one case only: the others are judged", async () => {
    const run: Definition["run"] = ({ dimension }) =>
      dimension === 4 ? Effect.die(new Error("four dimensions")) : Effect.succeed(reference)
    const { cases, findings } = await audited(made({ run }))
    expect(findings.every(({ what }) => what.includes("four dimensions"))).toBe(true)
    expect(cases.filter(({ audit }) => audit !== undefined).map(({ planned }) => planned.id)).toEqual([
      "rare-good-10",
      "random-literal",
      "random-ties",
      "dnf-prompts",
      "rare-good-1e5",
      "crossed-1",
      "crossed-2",
      "crossed-3",
      "rare-good-budget",
      "token-chain-64",
      "arithmetic"
    ])
  })
})
