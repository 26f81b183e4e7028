import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { alphaCalls, alphaReport, alphaUses } from "./alpha-report.ts"
import { alpha, ALPHA_BUDGET, alphaEntries, type AlphaId, alphaSpent, UnregisteredAlpha } from "./alpha-ledger.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

describe("the α ledger", () => {
  it("spends at most the budget of a CI run", () => {
    const { spent, left } = alphaSpent()
    expect(spent).toBeLessThanOrEqual(ALPHA_BUDGET)
    expect(left).toBeGreaterThanOrEqual(0)
    for (const { id, level, asserts, room } of alphaEntries()) {
      expect(level, id).toBeGreaterThanOrEqual(1e-15)
      expect(Math.abs(level / 1e-15 - Math.round(level / 1e-15)), id).toBeLessThan(1e-6)
      expect(asserts, id).not.toBe("")
      expect(id).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/)
      expect(id.startsWith(`${room}/`)).toBe(true)
    }
  })

  it("gives a registered id its level, shared among its comparisons, and throws otherwise", () => {
    const { id, level } = alphaEntries()[0]
    expect(alpha(id)).toBe(level)
    expect(alpha(id, 40)).toBe(level / 40)
    const stranger = "nobody/registered-this" as AlphaId
    expect(() => alpha(stranger)).toThrow(UnregisteredAlpha)
    expect(() => alpha("toString" as AlphaId)).toThrow(/alpha-claims\.ts/)
    for (const bad of [0, -1, 1.5, Number.NaN]) expect(() => alpha(id, bad)).toThrow(RangeError)
  })

  it("is called with literal ids, each registered, each at one place, none unused", () => {
    const uses = new Map<string, Array<string>>()
    const unreadable: Array<string> = []
    for (const { file, id } of alphaUses(root)) {
      if (id === null) unreadable.push(file)
      else uses.set(id, [...(uses.get(id) ?? []), file])
    }
    const registered = new Set<string>(alphaEntries().map(({ id }) => id))
    expect(unreadable, "files that call alpha with something other than a literal").toEqual([])
    expect(
      [...uses].filter(([id]) => !registered.has(id)),
      "ids used but not in alpha-claims.ts"
    ).toEqual([])
    expect(
      [...uses].filter(([, files]) => files.length > 1),
      "ids used at more than one place"
    ).toEqual([])
    expect(
      [...registered].filter((id) => !uses.has(id)),
      "ids registered but never used"
    ).toEqual([])
  })

  it("says who took what", () => {
    const report = alphaReport(alphaUses(root))
    for (const { asserts, id } of alphaEntries()) {
      expect(report).toMatch(new RegExp(`^\\de-\\d+ +${id} +\\S+\\.ts$`, "m"))
      expect(report).toContain(asserts)
    }
    expect(report).toContain("properties/verify.test.ts")
    expect(report).not.toContain("nowhere")
    expect(report).toMatch(/\d+ claims take [\d.e-]+ of 1e-6; [\d.e-]+ is left/)
  })

  it("reads calls and not comments", () => {
    expect(
      alphaCalls(`/* alpha("a/b") */ x = alpha("c/d", 3)\n  // alpha("e/f")\n foo.alpha("g/h"); alpha(\n  "i/j")`)
    ).toEqual(["c/d", "i/j"])
    expect(alphaCalls("alpha(id)")).toEqual([null])
  })
})
