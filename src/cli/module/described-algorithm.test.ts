/** What an algorithm says of itself, where JavaScript let it say anything. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { algorithms } from "../../algorithm/registry.ts"
import { descriptionProblem } from "./described-algorithm.ts"

const good = {
  name: "variant",
  summary: "a variant",
  proper: false,
  oracle: "weak",
  claims: ["T1", "epsilon"],
  bounds: { T_data: "40*d*R/eps" },
  parameters: Schema.Struct({}),
  fromTheory: () => ({}),
  practical: () => ({}),
  run: () => Effect.succeed({ kind: "reference" })
}
const problem = (over: object): string | undefined => descriptionProblem({ ...good, ...over } as never)

describe("descriptionProblem", () => {
  it("finds nothing in what is right", () => {
    expect(problem({})).toBeUndefined()
    for (const one of algorithms) expect(descriptionProblem(one)).toBeUndefined()
  })

  const cases: ReadonlyArray<readonly [over: object, line: RegExp]> = [
    [{ name: undefined }, /^name: "undefined", expected a text/],
    [{ summary: "" }, /^summary: "", expected a text/],
    [{ oracle: "week" }, /^oracle: "week", expected one of weak, strong, enumeration, token; did you mean weak\?/],
    [{ proper: 1 }, /^proper: expected true or false/],
    [{ parameters: {} }, /^parameters: expected a Schema/],
    [{ run: undefined }, /^run: expected a function/],
    [{ claims: "T1" }, /^claims: expected an array/],
    [
      { claims: ["T1", "T77"] },
      /^claims\[1\]: "T77", expected one of T1, .*epsilon, .*policy-gradient; did you mean T7\?/
    ],
    [{ bounds: "40*d" }, /^bounds: expected formulas/],
    [{ bounds: { T_dta: "40*d" } }, /^bounds: "T_dta", expected one of T_data, T_comp; did you mean T_data\?/],
    [{ bounds: { T_data: 40 } }, /^bounds\.T_data: "40", expected a text/],
    [
      { bounds: { T_comp: "40*d*(R/eps" } },
      /^bounds\.T_comp: "40\*d\*\(R\/eps", column 12: the end, expected an operator or \)$/
    ]
  ]
  it.each(cases)("%j", (over, line) => {
    expect(problem(over)).toMatch(line)
  })
})
