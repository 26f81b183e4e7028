/** What a user's tests say: theorems, audits, chances, and the ledger that a reporter prints. */
import { describe, expect, it } from "vitest"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { practicalParameters } from "../algorithm/spanner-sampling-parameters.ts"
import { alphaEntries } from "../vitest/alpha-run.ts"
import { cover, fewerDraws, NotHeld, theorem } from "./assertions.ts"
import { matchers } from "./matchers.ts"
import AlphaReporter, { ledgerText } from "./reporter.ts"

const level = alpha("vitest/assertions", 6)
const short = { ...spannerSampling, name: "short-search", claims: ["T3", "epsilon"] }
/** It looks at a hundred pairs, whatever the coverage, and explores no more. */
const wrong = {
  ...short,
  practical: (...given: Parameters<typeof practicalParameters>) => ({
    ...practicalParameters(...given),
    pairsPerPrompt: 100,
    rounds: 1
  })
}
const hard = {
  id: "hard",
  why: "a rare response",
  spec: () => "rare-good:C=1e5,d=2",
  epsilon: ({ rewardRange }: { readonly rewardRange: number }) => 0.1 * rewardRange,
  parameters: "practical",
  interpreter: "exact-law",
  trials: [5, 30]
} as const
const onHard = { cases: [hard], axes: [], laws: false, seed: 1, level }

describe("theorem(id).holdsFor", () => {
  it("is supported where it holds, and in the ledger", async () => {
    const found = await theorem("T3").holdsFor(spannerSampling, { families: ["rare-good:C=100,d=2"], seed: 7, level })
    expect(found).toMatchObject({ verdict: "supported", seed: 7, level })
    expect(alphaEntries().at(-1)).toMatchObject({ asserts: "T3 holds for spanner-sampling", verdict: "supported" })
  })

  it("says what was measured where it does not, with the seed", async () => {
    // What it returns is no program.
    const endless = { ...passive, name: "endless", oracle: "weak" as const, claims: [], run: () => undefined as never }
    await expect(theorem("T1").holdsFor(endless, { families: ["rare-good:C=10,d=2"], seed: 3, level })).rejects.toThrow(
      /^T1 \(.*\) does not hold for endless\n {2}case 1-rare-good, trial 0: .*\n[^]*seed 3 \(COVERBOUND_SEED=3/
    )
    expect(() => theorem("T77" as "T7")).toThrow(/expected one of T1, .*did you mean T7\?/)
  })

  it("leaves what is undecided alone, unless it is asked to fail", async () => {
    const few = { families: ["rare-good:C=1e3,d=2"], trials: [1, 1], parameters: "practical", seed: 1, level } as const
    const { verdict } = await theorem("T7").holdsFor(spannerSampling, few)
    expect(verdict).toBe("undecided")
    await expect(theorem("T7").holdsFor(spannerSampling, { ...few, undecided: "fail" })).rejects.toThrow(NotHeld)
  })
})

describe("matchers", () => {
  it("are registered where they are imported", () => {
    for (const name of Object.keys(matchers)) expect(expect(passive)).toHaveProperty(name)
  })

  it("toSurviveAudit passes what is right and says what is wrong", async () => {
    await expect(short).toSurviveAudit(onHard)
    await expect(expect(wrong).toSurviveAudit(onHard)).rejects.toThrow(
      /short-search does not survive its audit: 1 finding\n {2}own epsilon refuted: \d+ of \d+ runs ended above epsilon = 0\.1.*\n {2}seed 1/
    )
    await expect(expect("a text").toSurviveAudit()).rejects.toThrow(/expected an algorithm/)
  })

  it("toNeedFewerDrawsThan is a test over pairs of runs", async () => {
    const on = { on: "rare-good:C=1e3,d=2", seed: 1, trials: 40, level }
    await expect(passive).toNeedFewerDrawsThan("spanner-sampling", on)
    await expect(expect(spannerSampling).toNeedFewerDrawsThan(passive, on)).rejects.toThrow(
      /spanner-sampling needs fewer draws than passive to 0\.1 R on rare-good:C=1e3,d=2: refuted\. It needed fewer in \d of 40/
    )
    // The same runs: no fewer in any of them.
    await expect(expect(passive).toNeedFewerDrawsThan(passive, on)).rejects.toThrow(/It needed fewer in 0 of 40/)
    await expect(expect(passive).toNeedFewerDrawsThan("pasive", on)).rejects.toThrow(/did you mean passive\?/)
  })
})

describe("cover", () => {
  it("has three outcomes", async () => {
    const often = await cover((stream) => stream.next() < 0.3, { atLeast: 0.05, seed: 1, level })
    expect(often.verdict).toBe("supported")
    const never = (): boolean => false
    await expect(cover(never, { atLeast: 0.05, seed: 1, level })).rejects.toThrow(
      /^P\(never\) >= 0\.05 is refuted: it happened in 0 of \d+ trials\n {2}seed 1/
    )
    const close = { atLeast: 0.3, seed: 1, most: 50, level }
    expect((await cover((stream) => stream.next() < 0.3, close)).verdict).toBe("undecided")
    await expect(cover((stream) => stream.next() < 0.3, { ...close, undecided: "fail" })).rejects.toThrow(/undecided/)
    await expect(cover(never, { atLeast: 1 })).rejects.toThrow("atLeast: 1, expected a probability")
  })
})

describe("a level", () => {
  it("is what evidence must come to: more trials, and more wins, at a smaller one", async () => {
    const trials = async (at: number) => (await cover(() => true, { atLeast: 0.5, seed: 1, level: at })).trials
    expect(await trials(0.01)).toBeLessThan(await trials(1e-6))
    expect(await trials(1e-6)).toBeLessThan(await trials(1e-12))
    const wins = (at: number) =>
      fewerDraws(passive, spannerSampling, { on: "rare-good:C=1e3,d=2", seed: 1, trials: 20, level: at })
    expect([(await wins(0.01)).verdict, (await wins(1e-9)).verdict]).toEqual(["supported", "undecided"])
  })
})

describe("the reporter", () => {
  const entry = { asserts: "T3 holds for a", level: 6e-4, seed: 5, verdict: "supported" as const }
  it("prints who took what, and what it sums to", () => {
    const lines: Array<string> = []
    const test = { name: "a test", meta: () => ({ coverbound: [entry, entry] }) }
    const module = { children: { allTests: () => [test, { name: "another", meta: () => ({}) }] } }
    const before = process.exitCode
    new AlphaReporter({ write: (text) => lines.push(text) }).onTestRunEnd([module] as never)
    expect(process.exitCode).toBe(1)
    process.exitCode = before
    expect(lines.join("")).toMatch(
      /2 assertions; anything correct was refuted with probability at most 0\.0012 \(budget 0\.001\)/
    )
    expect(lines.join("")).toMatch(/6e-4 {2}supported {2}T3 holds for a {2}\[a test; seed 5\]\n/)
    expect(lines.join("")).toMatch(/✗ the levels sum to more than the budget/)
    expect(ledgerText([{ ...entry, test: "t" }], 1)).not.toContain("✗")
  })
})
