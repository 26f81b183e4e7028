/**
 * The bounds in float64 are the functions of bounds.v: Coq's enclosures of those on a grid (enclosures.v, regenerated and compared by `npm run prove`) hold the values
 * computed here, up to 32 ulp of rounding. Counts, which are rounded up, must be the same integer.
 */
import { describe, expect, it } from "vitest"
import { spannerSamplingConstants, theoryParameters } from "../algorithm/spanner-sampling-parameters.ts"
import { samplerDraws } from "../oracle/sampler-draws.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import rows from "./fixtures/enclosures.json" with { type: "json" }
import { potentialFactor } from "./t4-elliptic-potential.ts"

type Arguments = Readonly<Record<string, number>>

const SLACK = 32 * 2 ** -53

const called = (
  name: string
): ReadonlyArray<{ readonly given: Arguments; readonly lower: number; readonly upper: number }> =>
  rows
    .filter((row) => row.function === name)
    .map((row) => ({
      given: row.arguments as unknown as Arguments,
      lower: Number(row.lower),
      upper: Number(row.upper)
    }))

/** Asserts that `of` lies in every enclosure of `name`; how many there are is asserted too, so that a grid gone missing is noticed. */
const encloses = (name: string, count: number, of: (given: Arguments) => number): void => {
  expect(called(name)).toHaveLength(count)
  for (const { given, lower, upper } of called(name)) {
    const value = of(given)
    expect(value, `${name} ${JSON.stringify(given)}`).toBeGreaterThanOrEqual(lower * (1 - SLACK))
    expect(value, `${name} ${JSON.stringify(given)}`).toBeLessThanOrEqual(upper * (1 + SLACK))
  }
}

/** Asserts that the count is the enclosed number rounded up, where the enclosure leaves no doubt which that is. */
const countsAre = (name: string, count: number, of: (given: Arguments) => number): void => {
  expect(called(name)).toHaveLength(count)
  for (const { given, lower, upper } of called(name)) {
    expect(Math.ceil(upper)).toBe(Math.ceil(lower))
    expect(of(given), `${name} ${JSON.stringify(given)}`).toBe(Math.ceil(upper))
  }
}

const problem = ({ d, beta, R, B }: Arguments) => ({ dimension: d, beta, rewardRange: R, parameterRadius: B })
const goal = ({ epsilon, delta, coverage }: Arguments) => ({ epsilon, delta, coverage })
const constants = (given: Arguments) => spannerSamplingConstants(problem(given), goal(given), given.lambda)
const parameters = (given: Arguments) => theoryParameters(problem(given), goal(given), given.lambda)

describe("bounds against Coq's enclosures", () => {
  it("T3's n_max, which Coq proves to be the largest", () => {
    countsAre("spannerSize", 6, ({ d, nu, lambda }) => spannerSize(d, nu, lambda))
  })

  it("T4's factor and T6's counts", () => {
    encloses("potentialFactor", 3, ({ nu }) => potentialFactor(nu))
    countsAre("estimate", 4, ({ M, delta }) => samplerDraws(M, delta).estimate)
    countsAre("trials", 4, ({ M, delta }) => samplerDraws(M, delta).trials)
  })

  it("T7's parameters at the fixed point", () => {
    for (const { given } of called("nu")) {
      expect(constants(given)).toMatchObject({ spannerSize: given.size, rounds: given.rounds })
      expect(parameters(given).prompts).toBe(given.prompts)
    }
    encloses("logDeterminant", 6, (given) => constants(given).logDeterminant)
    encloses("confidenceRadius", 6, (given) => constants(given).confidenceRadius)
    encloses("nu", 6, (given) => constants(given).nu)
    countsAre("spannerSizeAtNu", 6, (given) => constants(given).spannerSize)
    countsAre("rounds", 6, (given) => constants(given).rounds)
    countsAre("prompts", 6, (given) => parameters(given).prompts)
    countsAre("pairsPerPrompt", 6, (given) => parameters(given).pairsPerPrompt)
    encloses("promise", 6, (given) => parameters(given).promise)
  })
})
