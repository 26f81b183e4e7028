/** What is no policy gets a line that names the field; what an algorithm of the suite returns gets none. */
import { describe, expect, it } from "vitest"
import { policyProblem } from "./policy-problem.ts"

const identity = Float64Array.of(1, 0, 0, 1)
const mixture = (over: object = {}, truncation: object = {}) => ({
  kind: "truncated-mixture",
  count: 2,
  thetas: new Float64Array(4),
  clip: 1,
  truncation: { dimension: 2, whitening: identity, nu: 0.3, ...truncation },
  ...over
})

describe("policyProblem", () => {
  it.each([
    { kind: "reference" },
    { kind: "linear-softmax", theta: Float64Array.of(1, -2) },
    mixture(),
    mixture({ thetas: Float64Array.of(1, 2, 3, 4, Number.NaN, 0) })
  ])("accepts %j", (policy) => {
    expect(policyProblem(policy, 2)).toBeUndefined()
  })

  const wrong: ReadonlyArray<readonly [policy: unknown, line: RegExp]> = [
    [undefined, /^policy: undefined/],
    [null, /^policy: null/],
    ["theta", /^policy: "theta"/],
    [{}, /^policy\.kind: undefined, expected one of reference/],
    [{ kind: "toString" }, /^policy\.kind: "toString"/],
    [{ kind: "linear-softmax" }, /theta: undefined, expected a Float64Array/],
    [{ kind: "linear-softmax", theta: [1, 2] }, /theta: an array, expected a Float64Array/],
    [{ kind: "linear-softmax", theta: Float64Array.of(1) }, /theta\.length: 1, expected 2/],
    [{ kind: "linear-softmax", theta: Float64Array.of(1, Number.NaN) }, /theta\[1\]: NaN/],
    [{ kind: "linear-softmax", theta: Float64Array.of(1, Infinity) }, /theta\[1\]: Infinity/],
    [mixture({ count: 0 }), /count: 0/],
    [mixture({ count: 1.5 }), /count: 1\.5/],
    [mixture({ count: 3 }), /thetas\.length: 4, expected at least 6/],
    [mixture({ clip: -1 }), /clip: -1/],
    [mixture({ truncation: undefined }), /truncation: undefined/],
    [mixture({}, { nu: 0 }), /nu: 0/],
    [mixture({}, { dimension: 3 }), /truncation\.dimension: 3, expected 2/],
    [mixture({}, { whitening: Float64Array.of(1, 0, 0, 0) }), /whitening\[1\]\[1\]: 0, .*positive definite/],
    [mixture({}, { whitening: Float64Array.of(1, 1, 0, 1) }), /whitening\[0\]\[1\]: 1, .*lower triangular/]
  ]
  it.each(wrong)("refuses %j", (policy, line) => {
    expect(policyProblem(policy, 2)).toMatch(line)
  })
})
