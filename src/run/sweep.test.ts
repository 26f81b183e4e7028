/** The sweep: jobs in, points out. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { tokenLock } from "../instance/families/token-lock.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import type { RunRecord } from "./run-record.ts"
import {
  byName,
  goalOnGround,
  groundOf,
  groundsBy,
  inThisProcess,
  keyOf,
  queriesOf,
  sweep,
  type SweepJob,
  type SweepParts,
  trialsOf
} from "./sweep.ts"

const made: Array<string> = []
const ground = groundsBy((spec) => {
  made.push(spec)
  return groundOf(finiteInstance(rareGood({ C: Number(spec), d: 2, R: 2 }), spec))
})
const JOB: SweepJob = {
  algorithm: "passive",
  spec: "100",
  at: 100,
  target: 0.2,
  interpreter: "exact-law",
  seed: 1,
  trial: 0
}
const parts = { ground, make: inThisProcess(byName([passive, spannerSampling])) }
/** The point of one job, and its record. */
const run = (over: Partial<SweepJob> = {}) => {
  const records: Array<RunRecord> = []
  const [point] = Effect.runSync(
    sweep([{ ...JOB, ...over }], { ...parts, onPoint: (_, one) => void records.push(one) })
  )
  return { point, record: records[0] }
}

describe("a run to a target", () => {
  it("stops at the first checkpoint that meets the target, with practical parameters for it", () => {
    const { point, record } = run()
    expect(record.outcome).toBe("stopped")
    expect(point.reached).toBe(true)
    expect(record.checkpoints.filter((c) => c.suboptimality.value <= 0.2).length).toBe(1)
    expect(record.parameters).toEqual(passive.practical(ground("100").problem, goalOnGround(ground("100"), 0.2)))
    expect([point.digest, record.digest]).toEqual([ground("100").digest, ground("100").digest])
  })

  it("is told another epsilon than the target where one is given, or other parameters", () => {
    const { problem } = ground("100")
    expect(run({ epsilon: 0.1 }).point.parameters).toEqual(passive.practical(problem, goalOnGround(ground("100"), 0.1)))
    expect(run({ parameters: { lambda: 1, pairs: 7 } }).point.parameters).toEqual({ lambda: 1, pairs: 7 })
  })

  it("goes on to its own end where it is told to, and says what it reached", () => {
    const { point, record } = run({ stop: false })
    expect([record.outcome, point.reached]).toEqual(["completed", true])
    expect(point.rewardQueries).toBeGreaterThan(run().point.rewardQueries)
  })

  it("has not reached a target that its budget ends above", () => {
    const { point, record } = run({ budget: { rewardQueries: 10n }, target: 1e-6 })
    expect([record.outcome, point.reached]).toEqual(["budget-exhausted", false])
    expect(point.suboptimality).toBeGreaterThan(1e-6)
  })

  it("counts rewards as T_data and draws as T_comp", () => {
    const ledger = { rewardQueries: 3n, samplingQueries: 70n }
    expect([queriesOf(ledger, "T_data"), queriesOf(ledger, "T_comp")]).toEqual([3, 70])
  })

  it("tells a token algorithm C_cond", () => {
    const lock = groundOf(tokenLock({ A: 4, H: 3 }, "token-lock:A=4,H=3"))
    expect(goalOnGround(lock, 0.1).conditionalCoverage).toBeLessThanOrEqual(4)
    const { best } = ground("100")
    expect(goalOnGround(ground("100"), 0.1)).toEqual({ epsilon: 0.1, delta: 0.02, coverage: best.coverage })
  })
})

describe("a sweep", () => {
  const grid = ["10", "100"].flatMap((spec) =>
    ["passive", "spanner-sampling"].flatMap((algorithm) =>
      trialsOf(2).map((trial): SweepJob => ({ ...JOB, algorithm, spec, at: Number(spec), trial }))
    )
  )
  const points = (jobs: ReadonlyArray<SweepJob>, over: Partial<SweepParts> = {}) =>
    Effect.runSync(sweep(jobs, { ...parts, ...over }))

  it("makes a point a job, in order, that holds the job and what came of it", () => {
    const all = points(grid)
    expect(all.map(({ algorithm, at, trial }) => [algorithm, at, trial])).toEqual(
      grid.map(({ algorithm, at, trial }) => [algorithm, at, trial])
    )
    expect(all.every(({ curve, suboptimality }) => curve.at(-1)?.suboptimality === suboptimality)).toBe(true)
    expect(new Set(made).size).toBe(made.length)
  })

  it("gives a job the same point whatever else is swept, and as plain data", () => {
    const all = points(grid)
    const alone = points([grid[5]])
    expect(alone).toEqual([all[5]])
    expect(structuredClone(all[5])).toEqual(all[5])
  })

  it("ends where it is told to, and where there is no run", () => {
    expect(points(grid, { onPoint: (_, __, done) => done < 3 }).length).toBe(3)
    expect(
      points(grid, { make: (job, on) => (job.trial === 1 ? Effect.succeed(undefined) : parts.make(job, on)) }).length
    ).toBe(1)
  })

  it("says each job as it begins", () => {
    const begun: Array<string> = []
    points(grid.slice(0, 3), {
      onStart: ({ algorithm, trial }, done) => void begun.push(`${done} ${algorithm} ${trial}`)
    })
    expect(begun).toEqual(["0 passive 0", "1 passive 1", "2 spanner-sampling 0"])
  })

  it("tells jobs apart by a key that does not depend on the order of fields", () => {
    expect(new Set(grid.map(keyOf)).size).toBe(grid.length)
    expect(keyOf(Object.fromEntries(Object.entries(JOB).reverse()) as unknown as SweepJob)).toBe(keyOf(JOB))
    const budget = { rewardQueries: 10n }
    expect(new Set([JOB, { ...JOB, budget }, { ...JOB, stop: false }, { ...JOB, epsilon: 0.3 }].map(keyOf)).size).toBe(
      4
    )
  })

  it("does not know other algorithms", () => {
    expect(() => byName([passive])({ ...JOB, algorithm: "passiv" })).toThrow(
      "algorithm: passiv, expected one of passive"
    )
  })
})
