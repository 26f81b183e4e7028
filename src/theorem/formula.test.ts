/** Formulas of bounds: what they mean, and the one line that says what is wrong with one. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { InvalidFormula, parseFormula } from "./formula.ts"

const values = { d: 3, beta: 0.25, eps: 0.1, delta: 0.02, R: 2, B: 1, C_cov: 100 }
const of = (text: string): number => parseFormula(text).value(values)

describe("a formula", () => {
  const cases: ReadonlyArray<readonly [text: string, value: number]> = [
    ["40*d*R/eps", (40 * 3 * 2) / 0.1],
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["8 - 3 - 2", 3],
    ["64 / 4 / 2", 8],
    ["2 ^ 3 ^ 2", 512],
    ["2 ** 3", 8],
    ["-2 ^ 2", -4],
    ["2 ^ -1", 0.5],
    ["--3", 3],
    ["1.5e2 + .5", 150.5],
    ["log(exp(1))", 1],
    ["sqrt(C_cov)", 10],
    ["min(d, R, 7)", 2],
    ["max(beta, R)", 2],
    ["ceil(d / R) · 2", 4],
    ["d*log(1 + C_cov/delta)^2", 3 * Math.log(1 + 100 / 0.02) ** 2]
  ]
  it.each(cases)("%s", (text, value) => {
    expect(of(text)).toBeCloseTo(value, 12)
  })

  it("names what it mentions, and is no number where a name has no value", () => {
    const formula = parseFormula("H*C_cond + H")
    expect(formula.names).toEqual(["H", "C_cond"])
    expect(formula.value(values)).toBeNaN()
  })

  it("means what JavaScript means by the same text", () => {
    const leaf = fc.oneof(fc.integer({ min: 1, max: 9 }).map(String), fc.constantFrom("d", "R", "B", "eps"))
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        leaf,
        fc
          .tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/"), tie("tree"))
          .map(([a, op, b]) => `${a} ${op} (${b})`),
        fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => `(${a}) + ${b}`)
      )
    }))
    fc.assert(
      fc.property(tree, (text) => {
        // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the reference is JavaScript's own reading
        const reference = new Function("d", "R", "B", "eps", `return ${text}`) as (...x: Array<number>) => number
        expect(of(text)).toBe(reference(values.d, values.R, values.B, values.eps))
      }),
      { numRuns: 200 }
    )
  })
})

describe("a wrong formula", () => {
  const cases: ReadonlyArray<readonly [text: string, line: RegExp]> = [
    ["40*d*(R/eps", /column 12: the end, expected an operator or \)/],
    ["", /column 1: the end, expected a number/],
    ["2 3", /column 3: "3", expected an operator or the end/],
    ["d * $", /column 5: "\$", expected a number, a name/],
    ["C_covv", /column 1: "C_covv", expected one of d, .*did you mean C_cov\?/],
    ["ln(d)", /"ln", expected one of log/],
    ["log(d, 2)", /"log", expected 1 argument in log/],
    ["d.x", /column 2: "\.", expected/],
    ["constructor", /"constructor", expected one of d/],
    ["toString(d)", /"toString", expected one of log/],
    [`${"(".repeat(60)}1${")".repeat(60)}`, /expected at most 50 levels/],
    ["1+".repeat(600), /1200 characters, expected at most 1000/]
  ]
  it.each(cases)("%s", (text, line) => {
    expect(() => parseFormula(text)).toThrow(InvalidFormula)
    expect(() => parseFormula(text)).toThrow(line)
  })
})
