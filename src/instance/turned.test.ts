/** A turned instance is the same problem, and says nothing of where its family points. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { loadInstance } from "../cli/load-instance.ts"
import { namedInstance } from "../model/families.ts"
import { optimum } from "../policy/optimum.ts"
import { instanceDigest } from "./digest.ts"
import { hiddenSpec } from "./turned.ts"

const load = (spec: string) => Effect.runSync(loadInstance(spec))

describe("turned", () => {
  it.each(["rare-good:C=10,d=2,prompts=2", "rare-good:C=8,d=1", "rare-good:C=1e3,d=8", "token-chain:H=4"])(
    "%s",
    (spec) => {
      const [plain, turned] = [load(spec), load(`${spec},turned=7`)]
      const [before, after] = [plain, turned].map(({ exact }) => optimum(exact))
      expect(after.coverage / before.coverage).toBeCloseTo(1, 10)
      expect(after.objective).toBeCloseTo(before.objective, 12)
      const { dimension: d, features, meanReward, thetaStar } = turned.exact
      const differences = Array.from({ length: meanReward.length }, (_, row) =>
        thetaStar.reduce((sum, t, j) => sum + t * (features[row * d + j] - features[j]), 0)
      )
      const start = turned.exact.offsets[1]
      for (let row = 0; row < start; row++) expect(differences[row]).toBeCloseTo(meanReward[row] - meanReward[0], 10)
      for (let row = 0; row < meanReward.length; row++)
        expect(features.slice(row * d, (row + 1) * d).reduce((sum, x) => sum + x * x, 0)).toBeLessThanOrEqual(1)
      // It can be made again from what records say of it.
      expect(instanceDigest(load(turned.spec))).toBe(instanceDigest(turned))
      expect(instanceDigest(namedInstance(`${spec},turned=7`))).toBe(instanceDigest(turned))
    }
  )

  it("points elsewhere for another seed", () => {
    const [a, b] = [1, 2].map((seed) => load(`rare-good:C=10,d=3,turned=${seed}`).exact.thetaStar)
    const cosine = a.reduce((sum, x, j) => sum + x * b[j], 0) / Math.hypot(...a) / Math.hypot(...b)
    expect(Math.abs(cosine)).toBeLessThan(0.99)
  })

  it("keeps a box, and what it promises", () => {
    const spec = "random:d=3,prompts=2,responses=3,seed=3,set=box"
    const [plain, turned] = [load(spec), load(`${spec},turned=5`)]
    expect(instanceDigest(turned)).not.toBe(instanceDigest(plain))
    const sizes = (theta: Float64Array) => [...theta].map(Math.abs).toSorted((a, b) => a - b)
    expect(sizes(turned.exact.thetaStar)).toEqual(sizes(plain.exact.thetaStar))
    expect(optimum(turned.exact).objective).toBeCloseTo(optimum(plain.exact).objective, 12)
    expect(instanceDigest(load(turned.spec))).toBe(instanceDigest(turned))
  })

  it("is asked for once", () => {
    expect(hiddenSpec("rare-good:C=10", 5)).toBe("rare-good:C=10,turned=5")
    expect(hiddenSpec("rare-good:C=10,turned=5", 6)).toBe("rare-good:C=10,turned=5")
    expect(hiddenSpec("mine.json", 5)).toBe("mine.json,turned=5")
  })
})
