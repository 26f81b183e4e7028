/** Lines of a source that say what it is held to. */
import { describe, expect, it } from "vitest"
import { lineOf } from "./claim-places.ts"

const source = `import { algorithm } from "coverbound"
// claims: ["T7"] in a comment, export default too
/* bounds: { T_data: "1" } */
const url = "http://x" // export default
export default algorithm({
  name: "a",
  claims: [
    "T1", 'T3', // "T4"
    "epsilon"
  ],
  bounds: { T_comp: "d",
    T_data: "2*d" }
})
`

describe("lineOf", () => {
  const cases = [
    ["T1", 8],
    ["T3", 8],
    ["epsilon", 9],
    ["T4", 5],
    ["T7", 5],
    ["T_comp", 11],
    ["T_data", 12],
    ["run", 5],
    ["L1", 5]
  ] as const
  it.each(cases)("%s", (what, line) => {
    expect(lineOf(source, what)).toBe(line)
  })

  it("falls back to the first line", () => {
    expect(lineOf("export { a }\n", "T1")).toBe(1)
    expect(lineOf("\nconst a = 1\nexport { a as default }\n", "T_data")).toBe(3)
    expect(lineOf("\nmodule.exports = a\n", "T1")).toBe(2)
  })
})
