/** `verify` on the suite itself: everything supported; the same seed gives the same verdicts; the budget stops it cleanly; what is broken is refuted. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { algorithm } from "../src/algorithm/algorithm.ts"
import { sequenceAlgorithms as algorithms } from "../src/algorithm/registry.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { type Candidate, candidateOf } from "../src/law/candidate.ts"
import { certain } from "../src/law/law.ts"
import { checks } from "../src/verify/checks.ts"
import type { Check } from "../src/verify/check.ts"
import { verify, type VerifyOptions } from "../src/verify/verify.ts"
import { Prompts } from "../src/oracle/services.ts"
import { BUDGET_UNIT } from "../src/run/work.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { isSampled } from "./sampled.ts"

const run = (candidate: Candidate, options: Partial<VerifyOptions> = {}) =>
  Effect.runPromise(verify({ candidate, checks, seed: 3, level: 1e-6, ...options }))

describe("verify", () => {
  it("supports every check of every built-in algorithm", async () => {
    const level = alpha("properties/verify-built-in", algorithms.length)
    // The first is asked everything (in `npm test` a seeded half), of the others, in `npm test` a seeded sixth, what is the algorithm's own.
    const asked = checks.filter(({ id }) => isSampled(`check ${id}`, 1 / 2)).map(({ id }) => id)
    for (const [i, one] of algorithms.entries()) {
      if (i > 0 && !isSampled(`built-in ${one.name}`, 1 / 6)) continue
      const { results } = await run(candidateOf(one), {
        level,
        seed: 100 + i,
        ...(i === 0 ? { select: asked } : { of: ["algorithm"] })
      })
      expect(results.length).toBeGreaterThan(8)
      // Runs that keep to an impossibility do not support it, and laws that did not differ over a few runs are not shown to be one.
      const held = results.map((r) =>
        (r.id === "L1/judged" || r.id.startsWith("metamorphic/")) && r.verdict === "undecided"
          ? { ...r, verdict: "supported" }
          : r
      )
      for (const { id, verdict, note } of held) expect(verdict, `${one.name}, ${id}: ${note}`).toBe("supported")
    }
  })

  it("says the same for the same seed, alone or among others", async () => {
    const select = ["T3", "T7/regression", "oracle/first-hit"]
    const [a, b] = [await run(candidateOf(), { select }), await run(candidateOf(), { select })]
    expect(b).toEqual(a)
    const [alone] = (await run(candidateOf(), { select: ["oracle/first-hit"] })).results
    expect(alone).toEqual(a.results.find((r) => r.id === "oracle/first-hit"))
    expect((await run(candidateOf(), { select: ["oracle/first-hit"], seed: 4 })).results[0]).not.toEqual(alone)
  })

  it("shares its level by all checks that chance decides, asked for or not", async () => {
    const fake = (id: string, nature: Check["nature"]): Check => ({
      id,
      group: "oracle",
      title: id,
      of: "algorithm",
      nature,
      run: ({ level }) => Effect.succeed({ ...certain(undefined, "nothing"), level })
    })
    const some = [
      fake("a", "probabilistic"),
      fake("b", "probabilistic"),
      fake("c", "deterministic"),
      fake("d", "probabilistic")
    ]
    const levels = async (select: ReadonlyArray<string>) =>
      (await run(candidateOf(), { checks: some, level: 0.03, select })).results.map(({ level }) => level)
    expect(await levels([])).toEqual(Array.from(some, () => expect.closeTo(0.01, 15)))
    expect(await levels(["b"])).toEqual([expect.closeTo(0.01, 15)])
  })

  it("stops at its budget: what was not reached is undecided, nothing is refuted", async () => {
    const verification = await run(candidateOf(), { budget: 0.3 })
    expect(verification.results.length).toBe((await run(candidateOf(), { budget: 0 })).results.length)
    const [supported, refuted, undecided] = (["supported", "refuted", "undecided"] as const).map(
      (verdict) => verification.results.filter((one) => one.verdict === verdict).length
    )
    expect(supported).toBeGreaterThan(2)
    expect(undecided).toBeGreaterThan(2)
    expect(refuted).toBe(0)
    expect(verification.results.at(-1)!.note).toMatch(/the budget was spent/)
  })

  it("counts work, not time: what checks share once, and begins nothing when the budget is spent", async () => {
    const [one, other] = ["oracle/accounting", "oracle/held"]
    const works = await Promise.all(
      [[one], [other], [one, other], [other, one]].map(async (select) => (await run(candidateOf(), { select })).work)
    )
    // Both look at the same recorded runs.
    expect(works[0]).toBeGreaterThan(100)
    expect(works[2]).toBe(works[3])
    expect(works[2]).toBeLessThan(works[0] + works[1])
    const { results } = await run(candidateOf(), { select: [one, other], budget: works[0] / BUDGET_UNIT / 2 })
    expect(results.map(({ verdict }) => verdict)).toEqual(["supported", "undecided"])
  })

  it("refutes an algorithm that throws, and one whose output is no distribution", async () => {
    const throwing = algorithm({
      ...spannerSampling,
      name: "throwing",
      run: () => Effect.die(new Error("no such luck"))
    })
    const [thrown] = (await run(candidateOf(throwing), { select: ["oracle/accounting"] })).results
    expect([thrown.verdict, thrown.note]).toEqual(["refuted", "ended in a defect: no such luck"])
    const nan = algorithm({
      ...spannerSampling,
      name: "nan",
      run: ({ dimension }) =>
        Effect.succeed({ kind: "linear-softmax" as const, theta: new Float64Array(dimension).fill(Number.NaN) })
    })
    const [output] = (await run(candidateOf(nan), { select: ["policy/output"] })).results
    expect(output.verdict).toBe("refuted")
  })

  it("gives up on an algorithm that never stops asking", async () => {
    const endless = algorithm({
      ...spannerSampling,
      name: "endless",
      run: () => Effect.flatMap(Prompts, (prompts) => Effect.forever(prompts.draw(1)))
    })
    const [found] = (await run(candidateOf(endless), { select: ["oracle/accounting"] })).results
    expect([found.verdict, found.note]).toEqual([
      "undecided",
      "not finished: one run made more than 100000 oracle calls"
    ])
  })
})
