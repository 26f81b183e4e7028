/** What counts as worse than a baseline. */
import { describe, expect, it } from "vitest"
import { fails, type ReportedCheck, type ReportedRun } from "../../reports/reported-run.ts"
import { againstBaseline, foundIn } from "./baseline.ts"

const runs = (bad: number, of: number, cost: number) =>
  Array.from({ length: of }, (_, i) => ({
    ledger: { rewardQueries: `${cost}`, samplingQueries: `${10 * cost}` },
    suboptimality: { value: i < bad ? 0.3 : 1e-9 }
  }))
/** An audit document of twenty cases. */
const plan = (claim: string, { bad = 0, cost = 100, of = 40 } = {}) =>
  foundIn({
    format: "coverbound-audit-plan",
    claims: [
      { id: "own", part: "epsilon", verdict: claim },
      { id: "T3", part: "size", verdict: "supported" }
    ],
    laws: [{ id: "oracle/held", verdict: "refuted" }],
    cases: Array.from({ length: 20 }, (_, i) => ({
      id: `case-${i}`,
      failures: [],
      audit: { goal: { epsilon: 0.1 }, runs: runs(bad, of, cost + i) }
    })),
    findings: []
  })
const check = (id: string, verdict: ReportedCheck["verdict"]): ReportedCheck => ({
  id,
  group: id.split("/")[0],
  title: id,
  nature: "evidence",
  verdict,
  level: 0.01,
  measured: 1,
  bound: 0.1,
  relation: "<=",
  note: "n"
})
const now = (...checks: ReadonlyArray<ReportedCheck>): ReportedRun => ({
  command: "audit",
  candidate: "a",
  seed: 1,
  level: 0.01,
  startedAt: "2026-01-01T00:00:00.000Z",
  seconds: 1,
  checks,
  notRun: []
})
const failing = (run: ReportedRun) => run.checks.filter(fails).map(({ id }) => id)

describe("againstBaseline", () => {
  const refuted = now(check("own/epsilon", "refuted"), check("T3/size", "refuted"), check("oracle/held", "refuted"))

  it("fails on what held and no longer does, not on what was refuted before", () => {
    expect(failing(againstBaseline(refuted, plan("supported"), plan("refuted")))).toEqual(["own/epsilon", "T3/size"])
    expect(failing(againstBaseline(refuted, plan("refuted"), plan("refuted")))).toEqual(["T3/size"])
    expect(failing(againstBaseline(now(check("new/check", "refuted")), plan("supported"), plan("supported")))).toEqual([
      "new/check"
    ])
  })

  it("of what was undecided asks whether bad runs are more frequent", () => {
    const epsilon = now(check("own/epsilon", "refuted"))
    const alike = againstBaseline(epsilon, plan("undecided", { bad: 6 }), plan("refuted", { bad: 9 }))
    expect(failing(alike)).toEqual([])
    expect(alike.checks[0].known).toMatch(/undecided in the baseline, and no test/)
    const worse = againstBaseline(epsilon, plan("undecided", { bad: 6 }), plan("refuted", { bad: 40 }))
    expect(failing(worse)).toEqual(["own/epsilon"])
    expect(worse.checks[0].note).toContain("case-0: 40 of 40 above epsilon, 6 of 40 in the baseline")
  })

  it("finds costs that rose past the margin, by a sign test over cases, and no other", () => {
    const held = now(check("T3/size", "supported"))
    const of = (cost: number) => failing(againstBaseline(held, plan("supported"), plan("supported", { cost })))
    expect(of(100)).toEqual([])
    expect(of(103)).toEqual([])
    expect(of(60)).toEqual([])
    expect(of(120)).toEqual(["baseline/T_data", "baseline/T_comp"])
  })

  it("says of five cases that all cost more: too few to tell", () => {
    const few = (cost: number) => {
      const { cases, verdicts } = plan("supported", { cost })
      return { verdicts, cases: new Map([...cases].slice(0, 5)) }
    }
    const run = againstBaseline(now(), few(100), few(200))
    expect(failing(run)).toEqual([])
    expect(run.checks.map(({ standing }) => standing)).toEqual(Array(3).fill("not worse that a test can tell"))
  })
})
