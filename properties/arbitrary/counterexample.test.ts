/** The harness itself: instances reach the corners, failures shrink to small instances, and a saved counterexample replays. */
import fc from "fast-check"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { clause, firstBroken } from "../../src/law/law.ts"
import { lawStream } from "../../src/verify/library-checks.ts"
import { saveCounterexample } from "../../src/verify/counterexample.ts"
import { decodeInstanceSync } from "../../src/instance/finite-json.ts"
import type { FiniteInstance } from "../../src/instance/instance.ts"
import { optimum } from "../../src/policy/optimum.ts"
import { SEED, searchInstance } from "./assert-law.ts"
import { instances } from "../../src/arbitrary/instance.ts"

const folder = mkdtempSync(join(tmpdir(), "coverbound-counterexamples-"))
afterAll(() => rmSync(folder, { recursive: true }))

const sizes = (exact: FiniteInstance): ReadonlyArray<number> =>
  Array.from(exact.promptProbabilities, (_, x) => exact.offsets[x + 1] - exact.offsets[x])

describe("arbitrary instances", () => {
  it("reach every corner", () => {
    const drawn = fc.sample(instances(), { numRuns: 1500, seed: 1 })
    const corners: Readonly<Record<string, (exact: FiniteInstance) => boolean>> = {
      "d = 1": (e) => e.dimension === 1,
      "one prompt": (e) => e.promptProbabilities.length === 1,
      "one response": (e) => sizes(e).includes(1),
      "a response of probability 0": (e) => e.reference.includes(0),
      "a prompt of probability 0": (e) => e.promptProbabilities.includes(0),
      "tied rewards": (e) =>
        sizes(e).some((n, x) => new Set(e.meanReward.slice(e.offsets[x], e.offsets[x + 1])).size < n),
      "θ* = 0": (e) => e.thetaStar.every((t) => t === 0),
      "β = 10⁻³ R": (e) => e.beta <= 1.001e-3 * e.rewardRange,
      "β = 10³ R": (e) => e.beta >= 999 * e.rewardRange,
      "C_cov above 10⁸": (e) => optimum(e).coverage > 1e8,
      "C_cov = 1": (e) => optimum(e).coverage === 1
    }
    for (const [corner, isThere] of Object.entries(corners))
      expect(drawn.filter(isThere).length, corner).toBeGreaterThan(2)
  })
})

describe("a broken law", () => {
  // False on purpose: coverage above 1.5 is common.
  const law = {
    id: "T2/planted" as const,
    check: (exact: FiniteInstance) => [clause(optimum(exact).coverage <= 1.5, "C_cov at most 1.5")]
  }

  it("is shrunk to one prompt, two responses, and a dimension that matters", () => {
    const { exact, why } = searchInstance(law)!
    expect([exact.promptProbabilities.length, sizes(exact)[0], exact.rewardRange]).toEqual([1, 2, 1])
    expect(exact.dimension).toBeLessThanOrEqual(2)
    expect(why).toBe("C_cov at most 1.5: 1, expected at most 0")
  })

  it("is saved as an instance that breaks it again, with the command that says so", () => {
    const found = searchInstance(law)!
    const { path, command } = saveCounterexample(law.id, found, folder)
    expect(readdirSync(folder)).toEqual([path.slice(folder.length + 1)])
    expect(command).toBe(
      `npx coverbound verify spanner-sampling --theorem T2/planted --instance ${path} --seed ${found.seed}`
    )
    const again = decodeInstanceSync(readFileSync(path, "utf8"))
    expect(again.reference).toEqual(found.exact.reference)
    expect(firstBroken(law.check(again))?.what).toBe("C_cov at most 1.5")
  })

  it("makes the same choices when replayed", () => {
    expect(lawStream("T1/identity", SEED).next()).toBe(lawStream("T1/identity", SEED).next())
    expect(lawStream("T1/identity", SEED).next()).not.toBe(lawStream("T2/bound", SEED).next())
  })
})
