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

/** The function's values that lie outside their enclosures, after the number of values compared (so that a grid gone missing is noticed). */
const outside = (name: string, of: (given: Arguments) => number): ReadonlyArray<number | string> => [
  called(name).length,
  ...called(name).flatMap(({ given, lower, upper }) => {
    const value = of(given)
    return value >= lower * (1 - SLACK) && value <= upper * (1 + SLACK)
      ? []
      : [`${name} ${JSON.stringify(given)}: ${value}, Coq has [${lower}, ${upper}]`]
  })
]

/** The same for counts: the enclosed number rounded up, which the enclosure must leave no doubt of. */
const otherCounts = (name: string, of: (given: Arguments) => number): ReadonlyArray<number | string> => [
  called(name).length,
  ...called(name).flatMap(({ given, lower, upper }) => {
    const value = of(given)
    return value === Math.ceil(lower) && value === Math.ceil(upper)
      ? []
      : [`${name} ${JSON.stringify(given)}: ${value}, Coq has [${lower}, ${upper}] before rounding up`]
  })
]

const problem = ({ d, beta, R, B }: Arguments) => ({ dimension: d, beta, rewardRange: R, parameterRadius: B })
const goal = ({ epsilon, delta, coverage }: Arguments) => ({ epsilon, delta, coverage })
const constants = (given: Arguments) => spannerSamplingConstants(problem(given), goal(given), given.lambda)
const parameters = (given: Arguments) => theoryParameters(problem(given), goal(given), given.lambda)

describe("bounds against Coq's enclosures", () => {
  it("T3's n_max, which Coq proves to be the largest", () => {
    expect(otherCounts("spannerSize", ({ d, nu, lambda }) => spannerSize(d, nu, lambda))).toEqual([6])
  })

  it("T4's factor and T6's counts", () => {
    expect(outside("potentialFactor", ({ nu }) => potentialFactor(nu))).toEqual([3])
    expect(otherCounts("estimate", ({ M, delta }) => samplerDraws(M, delta).estimate)).toEqual([4])
    expect(otherCounts("trials", ({ M, delta }) => samplerDraws(M, delta).trials)).toEqual([4])
  })

  it("T7's parameters at the fixed point", () => {
    for (const { given } of called("nu")) {
      expect(constants(given)).toMatchObject({ spannerSize: given.size, rounds: given.rounds })
      expect(parameters(given).prompts).toBe(given.prompts)
    }
    expect(outside("logDeterminant", (given) => constants(given).logDeterminant)).toEqual([6])
    expect(outside("confidenceRadius", (given) => constants(given).confidenceRadius)).toEqual([6])
    expect(outside("nu", (given) => constants(given).nu)).toEqual([6])
    expect(otherCounts("spannerSizeAtNu", (given) => constants(given).spannerSize)).toEqual([6])
    expect(otherCounts("rounds", (given) => constants(given).rounds)).toEqual([6])
    expect(otherCounts("prompts", (given) => parameters(given).prompts)).toEqual([6])
    expect(otherCounts("pairsPerPrompt", (given) => parameters(given).pairsPerPrompt)).toEqual([6])
    expect(outside("promise", (given) => parameters(given).promise)).toEqual([6])
  })
})
