/** What runs whose law nobody knows are held against, on accounts made up. */
import { describe, expect, it } from "vitest"
import { promptCoverage } from "../coverage/coverage-profile.ts"
import { clopperPearsonUpper } from "../statistics/clopper-pearson.ts"
import { judgeLive, type LiveSubject } from "./live-judge.ts"
import type { LiveRun } from "./live-run.ts"

const LEVEL = 0.01
const subject: LiveSubject = {
  problem: {
    dimension: 1,
    beta: 0.1,
    rewardRange: 1,
    parameterRadius: 1,
    parameterSet: { kind: "ball", radius: 1 }
  },
  parameters: {},
  goal: { epsilon: 0.1, delta: 0.1, coverage: 50 },
  algorithm: { name: "test", claims: [] },
  target: 0.5,
  noisy: false,
  prompts: ["p", "q"]
}
const rate = { draws: 1000, right: 4, rewarded: 4, largest: 1 }
const none = { draws: 1000, right: 0, rewarded: 0, largest: 0 }
const run = (
  interval = { lower: 0.4, upper: 0.6 },
  rates = [none, rate],
  live = { used: 5, unused: 2, bought: { draws: 7 } }
): LiveRun =>
  ({
    ledger: { samplingQueries: 5n },
    live,
    sampler: { calls: 0 },
    evaluation: { policy: { right: 5, answers: 10, interval }, rates, linear: { sup: 0 } }
  }) as unknown as LiveRun
const clause = (part: string, runs: ReadonlyArray<LiveRun>, over: Partial<LiveSubject> = {}) =>
  judgeLive({ ...subject, ...over }, { runs, delivered: [] }, LEVEL).find((one) => one.part === part)

describe("runs of an unknown law", () => {
  it("reach an accuracy where the interval of the worst of them lies above it, and miss it where one lies below", () => {
    const [above, below, across] = [run({ lower: 0.6, upper: 0.8 }), run({ lower: 0.2, upper: 0.4 }), run()]
    const verdict = (...runs: ReadonlyArray<LiveRun>) => clause("accuracy", runs)?.verdict
    expect([verdict(above), verdict(below), verdict(across)]).toEqual(["supported", "refuted", "undecided"])
    expect([verdict(above, across), verdict(above, below)]).toEqual(["undecided", "refuted"])
    expect(clause("accuracy", [above], { target: undefined })).toBeUndefined()
  })

  it("refute a promise of coverage by the draws of all of them, each prompt at its share of the level", () => {
    const least = promptCoverage(clopperPearsonUpper(8, 2000, LEVEL / 2), 10)
    const at = (coverage: number, over: Partial<LiveSubject> = {}) =>
      clause("promise", [run(), run()], { goal: { ...subject.goal, coverage }, ...over })
    expect(at(0.999 * least)).toMatchObject({ verdict: "refuted", measured: least })
    expect(at(0.999 * least)?.note).toContain('"q"')
    expect(at(1.001 * least)).toMatchObject({ verdict: "undecided", measured: least })
    expect(at(1, { noisy: true })).toMatchObject({ verdict: "undecided", measured: "none" })
    // The best reward that was seen is half of R: a response of it has that much less.
    const half = clause("promise", [run(undefined, [none, { ...rate, largest: 0.5 }])])
    const whole = clause("promise", [run()])
    expect(Number(half?.measured) / Number(whole?.measured)).toBeCloseTo(Math.exp(-5), 9)
  })

  it("have one account of draws: used, unused and bought", () => {
    const verdict = (used: number, unused: number) =>
      clause("ledger", [run(), run(undefined, undefined, { used, unused, bought: { draws: 7 } })])?.verdict
    expect([verdict(5, 2), verdict(5, 1), verdict(4, 3)]).toEqual(["supported", "refuted", "refuted"])
  })
})
