import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { type Asked, verifier } from "./verifier.ts"

const of = (text: string, finished = true): Asked => ({ x: 0, text, finished })
const length = verifier({
  prompts: ["p"],
  dimension: 2,
  parameterRadius: 1,
  rewardRange: 2,
  features: (prompt, response) => JSON.parse(response.replace("p", prompt.length === 1 ? "0" : "?")),
  reward: (_, response) => JSON.parse(response)
})
const features = (asked: Asked) => Effect.runSync(Effect.result(length.features([asked])))
const reward = (asked: Asked) => Effect.runSync(Effect.result(length.reward(asked)))

describe("a verifier by two functions", () => {
  it("gives what they say of responses that ended", () => {
    expect(features(of("[0.6, p.8]"))).toMatchObject({ success: [{ value: [0.6, 0.8] }] })
    expect(reward(of("1.5"))).toMatchObject({ success: { value: 1.5 } })
    expect(features(of("[1, 0]", false))).toMatchObject({ success: [{ value: [0, 0] }] })
    expect(reward(of("1", false))).toMatchObject({ success: { value: 0 } })
  })

  it("gives zeros, and why, where one throws", () => {
    expect(features(of("no"))).toMatchObject({ success: [{ value: [0, 0], failed: expect.stringMatching(/JSON/) }] })
    expect(reward(of("no"))).toMatchObject({ success: { value: 0, failed: expect.stringMatching(/JSON/) } })
  })

  it("ends the run where one says what it must not", () => {
    const line = (what: string) => ({ failure: expect.objectContaining({ message: what }) })
    expect(features(of("[1]"))).toMatchObject(
      line('features: an array of 1, expected 2 finite numbers (response "[1]")')
    )
    expect(features(of("[1, 1]"))).toMatchObject(
      line(`features: φ of length ${Math.SQRT2}, expected at most 1 (response "[1, 1]")`)
    )
    expect(reward(of("2.1"))).toMatchObject(line('reward: 2.1, expected a number in [0, 2] (response "2.1")'))
    expect(reward(of("-1"))).toMatchObject(line('reward: -1, expected a number in [0, 2] (response "-1")'))
    expect(reward(of("null"))).toMatchObject(line('reward: null, expected a number in [0, 2] (response "null")'))
  })

  it("refuses a promise, whose rejection ends nothing else", async () => {
    const heard: Array<unknown> = []
    const hear = (reason: unknown) => heard.push(reason)
    process.on("unhandledRejection", hear)
    const later = verifier({
      prompts: ["p"],
      dimension: 1,
      parameterRadius: 1,
      features: () => [1],
      reward: (async () => Promise.reject(new Error("late"))) as unknown as () => number
    })
    expect(Effect.runSync(Effect.result(later.reward(of("1"))))).toMatchObject({
      failure: expect.objectContaining({ message: expect.stringMatching(/^reward: an object/) })
    })
    await new Promise((done) => setImmediate(done))
    process.off("unhandledRejection", hear)
    expect(heard).toEqual([])
  })

  it.each([
    ["dimension: 0", { dimension: 0 }],
    ["rewardRange: NaN", { rewardRange: NaN }],
    ["parameterRadius: 0", { parameterRadius: 0 }],
    ["names: 2", { names: ["a", "b"] }]
  ])("%s is refused", (line, wrong) => {
    const options = { prompts: ["p"], dimension: 1, parameterRadius: 1, features: () => [1], reward: () => 1 }
    expect(verifier(options).rewardRange).toBe(1)
    expect(() => verifier({ ...options, ...wrong })).toThrow(line)
  })
})
