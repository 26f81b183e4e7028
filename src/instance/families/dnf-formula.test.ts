import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { InvalidInstance } from "../invalid-instance.ts"
import { Stream } from "../../numeric/stream.ts"
import { formulas } from "../../../properties/arbitrary/formula.ts"
import { describeTerm, dnfFormula, formatDnf, parseDnf, termCount } from "./dnf-formula.ts"
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

describe("DIMACS-style DNF", () => {
  it("round-trips, and is read with comments, blank lines, CRLF and terms over several lines", () => {
    fc.assert(
      fc.property(formulas(), (f) => {
        expect(parseDnf(formatDnf(f))).toEqual(f)
      })
    )
    const spread = parseDnf("c a comment\np dnf 4 3\n\n 1 -2 0 2\n4\n0\r\nc another\n-1 4 0\n")
    expect(spread).toEqual(
      dnfFormula(4, [
        [1, -2],
        [2, 4],
        [-1, 4]
      ])
    )
    expect(describeTerm(spread, 0)).toBe("x1 ∧ ¬x2")
    expect(termCount(spread)).toBe(3)
  })

  it("is refused in one line that names the line, the value and what was expected", () => {
    const cases: ReadonlyArray<readonly [string, string]> = [
      ["", "line 1: the end of the text, expected the header p dnf VARIABLES TERMS"],
      ["1 2 0", 'line 1: "1", expected the header p dnf VARIABLES TERMS before any term'],
      ["p cnf 2 1\n1 0", 'line 1: "p cnf 2 1", expected p dnf VARIABLES TERMS, both at least 1'],
      ["p dnf 2", 'line 1: "p dnf 2", expected p dnf VARIABLES TERMS, both at least 1'],
      ["p dnf 0 1", 'line 1: "p dnf 0 1", expected p dnf VARIABLES TERMS, both at least 1'],
      ["p dnf 2 1\np dnf 2 1", "line 2: a second header, expected one p dnf line"],
      ["p dnf 2 1\n1 x 0", 'line 2: "x", expected an integer'],
      ["p dnf 2 1\n1.5 0", 'line 2: "1.5", expected an integer'],
      ["p dnf 2 1\n1\n3 0", "line 3: literal 3, expected an integer in [1, 2] or its negative"],
      ["p dnf 2 1\n1 -1 0", "line 2: variable 1 twice in a term, expected distinct variables"],
      ["p dnf 3 2\n1 2 0\n3 0", "line 3: a term of 1 literals, expected 2, as in the first term"],
      ["p dnf 2 1\n0", "line 2: an empty term, expected at least one literal before the 0"],
      ["p dnf 2 1\n1 0\n2 0", "line 3: term 2, expected 1 terms, as the header says"],
      ["p dnf 2 2\n1 0\n2", "line 3: the end of the text, expected the 0 that ends the last term"],
      ["p dnf 2 2\n1 0\n", "line 3: 1 terms, expected 2, as the header says"]
    ]
    for (const [text, message] of cases) expect(messageOf(() => parseDnf(text))).toBe(message)
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseDnf(text)
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInstance)
          expect((error as Error).message).not.toMatch(/\n/)
        }
      })
    )
    expect(messageOf(() => dnfFormula(0, [[1]]))).toMatch(/^variables: 0/)
    expect(messageOf(() => dnfFormula(2, []))).toMatch(/^terms: none/)
    expect(messageOf(() => dnfFormula(2, [[1], [1.5]]))).toMatch(/^terms\[1\]: literal 1.5/)
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
          expect(parseDnf(formatDnf(formula))).toEqual(formula)
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
