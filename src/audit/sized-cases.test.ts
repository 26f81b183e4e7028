/** Cases that runs size: budgets end in the middle of a run, and only whom it costs nothing is taken far. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { blindWrong } from "../../properties/variants/blind/wrong.ts"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { onlineDpo } from "../algorithm/online-dpo.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { axes } from "./axes.ts"
import { plannedCases } from "./cases.ts"
import { auditPlan } from "./plan.ts"
import { CUT_FROM, cutCases, FAR_FROM, type Sizing, within } from "./sized-cases.ts"

const sizing = (load: number, rewardQueries = 0n, samplingQueries = 0n): Sizing =>
  ({ load, record: { ledger: { rewardQueries, samplingQueries } } }) as Sizing

describe("a learner is taken far", () => {
  it.each([
    [100, 250, true],
    [100, 301, false],
    [150_000, 190_000, true],
    [150_000, 210_000, false]
  ])("from a load of %d and %d: %s", (before, now, far) => expect(within(sizing(before), sizing(now))).toBe(far))

  it("never where a run did not end", () => expect(within(undefined, sizing(1))).toBe(false))
})

describe("budgets", () => {
  it("end early and late in a run, and tear a pair", () =>
    expect(cutCases(sizing(1, 1000n, 40_000n)).map(({ budget }) => budget)).toEqual([
      { rewardQueries: 201n },
      { rewardQueries: 801n },
      { samplingQueries: 2001n },
      { samplingQueries: 28_001n }
    ]))

  it("are none of a run that spends nothing", () => expect(cutCases(sizing(1))).toEqual([]))
})

describe("a plan", () => {
  const claiming = (one: AnyAlgorithm<OracleServices>) => ({ ...one, claims: [...one.claims, "epsilon"] })
  const made = (one: AnyAlgorithm<OracleServices>) =>
    Effect.runPromise(
      auditPlan(claiming(one), {
        rivals: [],
        laws: false,
        trials: 12,
        trialsPerPoint: 1,
        cases: plannedCases.filter(({ id }) => [CUT_FROM, ...FAR_FROM].includes(id)),
        axes: axes.slice(0, 1).map((axis) => ({ ...axis, points: axis.points.slice(0, 1) }))
      })
    )
  const far = (result: Awaited<ReturnType<typeof made>>) =>
    result.cases.map(({ planned: { id } }) => id).filter((id) => id.startsWith("far-"))

  it("sees a search that stops after 32,767 pairs, which no parameter shows", async () => {
    const capped = blindWrong.find(({ name }) => name === "capped-search") as AnyAlgorithm<OracleServices>
    const { clauses } = await made(capped)
    const own = clauses.find(({ part }) => part === "epsilon")
    expect([own?.verdict, own?.from?.planned.id.slice(0, 4)]).toEqual(["refuted", "far-"])
  })

  it("takes the right one as far as 10¹², and one that draws what it rewards nowhere", async () => {
    const right = await made(spannerSampling)
    expect(right.findings).toEqual([])
    expect(far(right)).toEqual(["far-1e7", "far-1e9", "far-1e12"])
    const drawing = {
      ...onlineDpo,
      name: "dpo",
      practical: (...of: Parameters<typeof onlineDpo.practical>) => ({
        ...onlineDpo.practical(...of),
        pairs: Math.ceil(of[1].coverage / 10)
      })
    }
    expect(far(await made(drawing as AnyAlgorithm<OracleServices>))).toEqual([])
  })
})
