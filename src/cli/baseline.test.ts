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

  it("shares its level: by four tests, and over the cases of a test", () => {
    // Nine of ten cases cost more: p = 0.0107, below the level of the run and above its share.
    const mixed = (cost: number) => {
      const { cases, verdicts } = plan("supported", { cost })
      const cheaper = plan("supported", { cost: 50 }).cases
      return { verdicts, cases: new Map([...cases].slice(0, 10).with(0, ["case-0", cheaper.get("case-0")!])) }
    }
    const then = { ...plan("supported"), cases: new Map([...plan("supported").cases].slice(0, 10)) }
    const run = { ...now(), level: 0.02 }
    expect(failing(againstBaseline(run, then, mixed(200)))).toEqual([])
    expect(failing(againstBaseline({ ...run, level: 0.05 }, then, mixed(200)))).toContain("baseline/T_data")

    // 7 bad runs of 40, then 33: intervals at level 0.01/8 are apart, those at a twentieth of it are not.
    const cases = (bad: number, only?: string) => {
      const { cases: all, verdicts } = plan("undecided", { bad })
      return { verdicts, cases: only === undefined ? all : new Map([[only, all.get(only)!]]) }
    }
    const epsilon = now(check("own/epsilon", "refuted"))
    expect(failing(againstBaseline(epsilon, cases(7, "case-0"), cases(33, "case-0")))).toEqual(["own/epsilon"])
    expect(failing(againstBaseline(epsilon, cases(7), cases(33)))).toEqual([])
  })

  it("reads of runs their rewards, draws and suboptimality, the last to a tenth of epsilon", () => {
    const document = (bad: number, ...factors: readonly [number, number]) =>
      foundIn({
        format: "coverbound-audit-plan",
        cases: Array.from({ length: 20 }, (_, i) => ({
          id: `case-${i}`,
          audit: {
            goal: { epsilon: 0.1 },
            runs: [
              {
                ledger: { rewardQueries: `${100 * factors[0]}`, samplingQueries: `${100 * factors[1]}` },
                suboptimality: { value: bad }
              }
            ]
          }
        }))
      })
    const of = (...now_: Parameters<typeof document>) =>
      failing(againstBaseline(now(), document(1e-9, 1, 1), document(...now_)))
    expect(of(1e-9, 2, 1)).toEqual(["baseline/T_data"])
    expect(of(1e-9, 1, 2)).toEqual(["baseline/T_comp"])
    expect(of(0.009, 1, 1)).toEqual([])
    expect(of(0.02, 1, 1)).toEqual(["baseline/suboptimality"])
  })

  it("reads documents of one instance, and verifications by algorithm", () => {
    const audit = foundIn({
      format: "coverbound-audit",
      goal: { epsilon: 0.1 },
      verdicts: [{ theorem: "T7", part: "epsilon", verdict: "undecided" }],
      runs: runs(1, 3, 5)
    })
    expect([...audit.verdicts]).toEqual([["T7/epsilon", "undecided"]])
    expect([...audit.cases]).toEqual([
      ["trials", { first: { T_data: 5, T_comp: 50, suboptimality: 0.3 }, bad: 1, trials: 3 }]
    ])
    const results = [{ id: "T3/size", verdict: "refuted" }]
    const verified = foundIn({
      format: "coverbound-verification",
      verifications: [
        { candidate: "a", results },
        { candidate: "b", results: [] }
      ]
    })
    expect([...verified.verdicts]).toEqual([["a T3/size", "refuted"]])
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
