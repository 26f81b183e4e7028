import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { InvalidInstance } from "../invalid-instance.ts"
import { Stream } from "../../numeric/stream.ts"
import { describeTerm, dnfFormula, termCount } from "./dnf-formula.ts"
import { balancedDnf, plantedDnf, randomDnf } from "./dnf-generators.ts"
import { satisfiedTerms } from "../../../lower-bounds/proper-exploration/rounding.ts"

const messageOf = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInstance)
    return (error as InvalidInstance).message
  }
  throw new Error("expected InvalidInstance")
}

describe("a DNF formula", () => {
  it("has its terms as text", () => {
    const formula = dnfFormula(4, [
      [1, -2],
      [2, 4],
      [-1, 4]
    ])
    expect(describeTerm(formula, 0)).toBe("x1 ∧ ¬x2")
    expect(termCount(formula)).toBe(3)
  })

  it("is refused in one line that names the term, the value and what was expected", () => {
    expect(messageOf(() => dnfFormula(0, [[1]]))).toMatch(/^variables: 0/)
    expect(messageOf(() => dnfFormula(2, []))).toMatch(/^terms: none/)
    expect(messageOf(() => dnfFormula(2, [[1], [1.5]]))).toMatch(/^terms\[1\]: literal 1.5/)
    expect(messageOf(() => dnfFormula(2, [[3]]))).toBe(
      "terms[0]: literal 3, expected an integer in [1, 2] or its negative"
    )
    expect(messageOf(() => dnfFormula(2, [[1, -1]]))).toBe(
      "terms[0]: variable 1 twice in a term, expected distinct variables"
    )
    expect(messageOf(() => dnfFormula(3, [[1, 2], [3]]))).toBe(
      "terms[1]: a term of 1 literals, expected 2, as in the first term"
    )
    expect(messageOf(() => dnfFormula(2, [[]]))).toBe("terms[0]: an empty term, expected at least one literal")
  })
})

describe("generators", () => {
  const sizes = fc.integer({ min: 1, max: 12 }).chain((variables) =>
    fc.record({
      variables: fc.constant(variables),
      width: fc.integer({ min: 1, max: variables }),
      terms: fc.integer({ min: 1, max: 30 })
    })
  )
  const seeds = fc.nat()

  it("make valid formulas of the size asked for, the same for the same seed", () => {
    fc.assert(
      fc.property(sizes, seeds, fc.double({ min: 0, max: 1, noNaN: true }), (size, seed, fraction) => {
        for (const make of [
          randomDnf,
          balancedDnf,
          (s: typeof size, r: Stream) => plantedDnf(s, fraction, r).formula
        ]) {
          const formula = make(size, Stream.fromSeed(seed))
          expect([formula.variables, formula.width, termCount(formula)]).toEqual([
            size.variables,
            size.width,
            size.terms
          ])
          const terms = Array.from({ length: size.terms }, (_, i) =>
            Array.from(formula.literals.subarray(i * size.width, (i + 1) * size.width))
          )
          expect(dnfFormula(size.variables, terms)).toEqual(formula)
          expect(make(size, Stream.fromSeed(seed))).toEqual(formula)
        }
      })
    )
  })

  it("plant what they say: fraction 1 is satisfied throughout", () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const { formula, assignment } = plantedDnf(size, 1, Stream.fromSeed(seed))
        expect(satisfiedTerms(formula, assignment)).toBe(size.terms)
      })
    )
  })

  it("balance degrees and signs to one", () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const { literals } = balancedDnf(size, Stream.fromSeed(seed))
        const share = (size.terms * size.width) / size.variables
        for (let j = 1; j <= size.variables; j++) {
          const positive = literals.filter((l) => l === j).length
          const negative = literals.filter((l) => l === -j).length
          expect(Math.abs(positive - negative)).toBeLessThanOrEqual(1)
          expect([Math.floor(share), Math.ceil(share)]).toContain(positive + negative)
        }
      })
    )
  })

  it("refuse impossible sizes", () => {
    const stream = Stream.fromSeed(1)
    expect(messageOf(() => randomDnf({ variables: 2, width: 3, terms: 1 }, stream))).toMatch(
      /^width: 3, expected an integer in \[1, variables 2\]/
    )
    expect(messageOf(() => balancedDnf({ variables: 2, width: 1, terms: 0 }, stream))).toMatch(/^terms: 0/)
    expect(messageOf(() => randomDnf({ variables: 0, width: 1, terms: 1 }, stream))).toMatch(/^variables: 0/)
    expect(messageOf(() => plantedDnf({ variables: 2, width: 1, terms: 1 }, 1.2, stream))).toMatch(/^fraction: 1.2/)
  })
})
