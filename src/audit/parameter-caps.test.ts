/** A cap is a parameter that followed and then stands still; what never followed, or follows to the end, has none. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { algorithms } from "../algorithm/registry.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { practicalParameters } from "../algorithm/spanner-sampling-parameters.ts"
import { namedInstance } from "../model/families.ts"
import { capOf, parameterCaps, turnOf } from "./parameter-caps.ts"
import { inProcessRunner } from "./runner.ts"

const resolve = namedInstance
const caps = (algorithm: (typeof algorithms)[number]) =>
  Effect.runSync(parameterCaps({ resolve, runner: inProcessRunner(algorithm, { resolve }) }, 0.1))

describe("a cap", () => {
  const at = [10, 100, 1000, 1e4, 1e5, 1e6]
  it.each([
    [[30, 300, 3000, 3e4, 3e5, 3e6], undefined],
    [[5, 5, 5, 5, 5, 5], undefined],
    [[30, 300, 3000, 5000, 5000, 5000], 3],
    // Seen at one point only, or of what hardly followed: no cap that anybody could tell.
    [[30, 300, 3000, 3e4, 3e5, 3e5], undefined],
    [[30, 31, 32, 32, 32, 32], undefined]
  ])("of %j is at %s", (values, expected) => expect(capOf(at, values)).toBe(expected))

  it.each([
    [[30, 300, 3000, 3e4, 3e5, 3e6], undefined],
    [[30, 300, 3000, -1294967296, 3e5, 3e6], 3],
    [[30, 300, 3000, 3e4, 1.2e4, 7], 4],
    [[30, 300, 3000, 3e4, Number.NaN, 7], 4],
    [[9, 3, 1, 0.3, 5, 5], 4],
    // What never followed does not turn.
    [[30, 31, 32, 1, 32, 32], undefined]
  ])("turns round in %j at %s", (values, expected) => expect(turnOf(at, values)).toBe(expected))

  it("is none of a built-in algorithm but of where XPO's fit is begun", () => {
    const found = algorithms
      .filter(({ oracle }) => oracle !== "token")
      .flatMap((one) => caps(one).map(({ parameter }) => [one.name, parameter]))
    expect(found).toEqual([["xpo", "starts"]])
  })

  it.each([
    ["pairsPerPrompt", "C_cov", 1e6],
    ["rounds", "1/ε", 1000],
    ["prompts", "d", 16]
  ] as const)("of %s is found along %s", (parameter, of, from) => {
    const most = { pairsPerPrompt: 1e6, rounds: 60_000, prompts: 600 }[parameter]
    const capped = {
      ...spannerSampling,
      practical: (...given: Parameters<typeof practicalParameters>) => {
        const chosen = practicalParameters(...given)
        return { ...chosen, [parameter]: Math.min(chosen[parameter], most) }
      }
    }
    expect(caps(capped as (typeof algorithms)[number])).toMatchObject([{ parameter, of, from }])
  })
})
