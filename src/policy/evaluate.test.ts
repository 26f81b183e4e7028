/** What is no policy is refused with a line that names the field: it would come out as some number, or as NaN beside a KL of 0. */
import { describe, expect, it } from "vitest"
import { namedInstance } from "../model/families.ts"
import { evaluate } from "./evaluate.ts"
import { evaluateOn } from "./evaluate-instance.ts"
import { optimum } from "./optimum.ts"
import type { Policy } from "./policy.ts"
import { suboptimalityMeter } from "./suboptimality.ts"
import { Stream } from "../numeric/stream.ts"
import { evaluateTokens, type TokenPolicy } from "./token-evaluate.ts"

const { exact } = namedInstance("rare-good:C=100,d=2")
const chain = namedInstance("token-chain:H=3")
const test = (d: number) => ({
  dimension: d,
  whitening: Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0)),
  nu: 1
})
const mixture = { kind: "truncated-mixture", count: 2, thetas: new Float64Array(4), clip: 1, truncation: test(2) }
const tokens = (horizon: number, d: number): Policy => ({
  kind: "token-tilted",
  horizon,
  dimension: d,
  thetas: new Float64Array(horizon * d),
  clip: 1,
  truncations: Array.from({ length: horizon }, () => test(d))
})

describe("evaluate", () => {
  it.each<readonly [unknown, RegExp]>([
    [undefined, /^policy: undefined/],
    [{ kind: "other" }, /^policy\.kind: "other"/],
    [{ kind: "linear-softmax", theta: Float64Array.of(1) }, /^policy\.theta\.length: 1, expected 2/],
    [{ kind: "linear-softmax", theta: Float64Array.of(1, 2, 3) }, /^policy\.theta\.length: 3, expected 2/],
    [{ kind: "linear-softmax", theta: Float64Array.of(Number.NaN, 0) }, /^policy\.theta\[0\]: NaN/],
    [{ ...mixture, count: 0 }, /^policy\.count: 0/],
    [{ ...mixture, count: 3 }, /^policy\.thetas\.length: 4, expected at least 6/],
    [{ ...mixture, truncation: test(1) }, /^policy\.truncation\.dimension: 1, expected 2/],
    [tokens(3, 1), /^policy: token-tilted/]
  ])("refuses %j", (policy, line) => {
    expect(() => evaluate(exact, policy as Policy)).toThrow(line)
    expect(() => evaluateOn({ exact }, policy as Policy)).toThrow(line)
  })

  it.each<readonly [unknown, RegExp]>([
    [tokens(2, 1), /^policy\.horizon: 2, expected 3/],
    [tokens(3, 2), /^policy\.dimension: 2, expected 1/],
    [{ ...tokens(3, 1), truncations: [] }, /^policy\.truncations: an array, expected an array of 3/]
  ])("refuses %j on tokens", (policy, line) => {
    expect(() => evaluateOn(chain, policy as Policy)).toThrow(line)
    expect(() => evaluateTokens(chain.tokens!, chain.exact, policy as TokenPolicy)).toThrow(line)
  })

  it("refuses a policy of whole responses token by token", () => {
    const policy = { kind: "linear-softmax", theta: new Float64Array(1) } as unknown as TokenPolicy
    expect(() => evaluateTokens(chain.tokens!, chain.exact, policy)).toThrow(/^policy: linear-softmax/)
  })

  it.each([{}, { kind: "other" }, null, undefined])("and %j is not measured as if it were the base model", (policy) => {
    const meter = suboptimalityMeter(exact, optimum(exact), Stream.fromSeed(1), 8)
    expect(() => meter.measure(policy as unknown as Policy)).toThrow(/^policy/)
  })
})
