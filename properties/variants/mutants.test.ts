/** The generator of variants: what it changes, and that what it makes can be told apart by outcomes alone. */
import { expect, it } from "vitest"
import { loaded, shipped } from "./edited.ts"
import { kindOf } from "./criterion.ts"
import { allMutants, mutantsOf, SOURCES } from "./mutants.ts"

it("makes variants by the hundred, each with one changed line, of every source and by operators of the domain", () => {
  const all = allMutants()
  expect(all.length).toBeGreaterThanOrEqual(190)
  for (const file of SOURCES) expect(mutantsOf(file).length).toBeGreaterThan(10)
  const operators = new Set(all.map(({ operator }) => operator))
  for (const one of ["sign of a difference", "dropped datum", "projection left out"]) expect(operators).toContain(one)
  expect(new Set(all.map(({ text }) => text)).size).toBe(all.length)
})

it(
  "the criterion tells a dropped datum from the original, and the original from itself not",
  { timeout: 120_000 },
  async () => {
    const original = await shipped("passive.ts")
    const dropped = mutantsOf("passive.ts").find(({ operator }) => operator === "dropped datum")
    expect(dropped?.change).toMatch(/^\(\(\.\.\._/)
    expect((await kindOf(await loaded("passive.ts", dropped?.text ?? "", "dropped"), original)).kind).toBe("breaks")
    expect(await kindOf(await shipped("passive.ts"), original)).toEqual({ kind: "equivalent" })
  }
)
