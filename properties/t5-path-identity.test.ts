/** T5: r* = V*_1 + β Σ_h log(π*_h/π_ref,h) along every path, so one rollout evaluates V* at any prefix (t5-path-identity.md). */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { edgeRatios, flatten, logConditionalCoverage, pathIdentity, values } from "../src/law/token-tree.ts"
import { tokenBigramFamily } from "../src/instance/families/token-bigram.ts"
import { instantiate } from "../src/instance/family.ts"
import type { TokenTable } from "../src/instance/token-instance.ts"
import { layerParameters, valuesOf } from "../src/instance/token-values.ts"
import { optimum } from "../src/policy/optimum.ts"
import { pathGap } from "../src/theorem/t5-path-identity.ts"
import { assertFindings, SEED } from "./arbitrary/assert-law.ts"
import { instanceOfTree, tokenInstances } from "./arbitrary/token-instance.ts"
import { tokenTrees } from "../src/arbitrary/token-tree.ts"
import { tokenLock } from "./arbitrary/token-families.ts"

describe("T5", () => {
  it("holds from every prefix of every path of arbitrary trees", () => {
    assertFindings(tokenTrees, pathIdentity, 1500)
  })

  it("is what an instance's token side computes: V*, log-ratios, C_cond, and realizability with φ = Q*/R", () => {
    fc.assert(
      fc.property(tokenTrees, (tree) => {
        const { exact, tokens } = instanceOfTree(tree)
        const found = valuesOf(tokens!, exact)
        const v = values(tree).slice(0, -1).flat()
        const edges = edgeRatios(tree).flat()
        const unit = Math.max(1, tree.rewardRange)
        v.forEach((value, node) => expect(Math.abs(found.value[node] - value)).toBeLessThan(1e-10 * unit))
        edges.forEach((ratio, row) =>
          expect(Math.abs(found.logRatio[row] - ratio)).toBeLessThan(1e-10 * Math.max(1, tree.rewardRange / tree.beta))
        )
        expect(Math.log(found.conditionalCoverage)).toBeCloseTo(logConditionalCoverage(tree), 8)
        for (const { residual } of layerParameters(tokens!, found)) expect(residual).toBeLessThan(1e-9 * unit)
      }),
      { numRuns: 300, seed: SEED }
    )
  })

  it("is supported on every token side", () => {
    fc.assert(
      fc.property(tokenInstances, ({ exact, tokens }) => {
        expect(pathGap(tokens!, exact, optimum(exact))).toBeLessThanOrEqual(1e-10 * Math.max(1, exact.rewardRange))
      }),
      { numRuns: 300, seed: SEED }
    )
  })

  it("is refuted where the token side tells of another instance: a reward, a mass, or the base reward moved", () => {
    const { exact, tokens } = instantiate(tokenBigramFamily, { H: 3, classes: 2, shares: 1, beta: 0.5, seed: 4 })
    const best = optimum(exact)
    const moved = (change: Partial<TokenTable>) => pathGap({ ...tokens!, ...change }, exact, best)
    expect(moved({})).toBeLessThan(1e-12)
    for (const row of tokens!.reward.keys()) {
      const [reward, reference] = [tokens!.reward.slice(), tokens!.reference.slice()]
      reward[row] += 0.1
      // Its node's masses still sum to 1.
      const node = tokens!.offsets.findIndex((end) => end > row) - 1
      for (let i = tokens!.offsets[node]; i < tokens!.offsets[node + 1]; i++) reference[i] *= 0.9
      reference[row] += 0.1
      expect(moved({ reward })).toBeGreaterThan(1e-4)
      expect(moved({ reference })).toBeGreaterThan(1e-6)
    }
    expect(moved({ baseReward: 0.1 })).toBeCloseTo(0.1, 12)
  })

  it("gives TokenLock's values: Q*_h = β log(1 + (A^H − 1)/A^{H−h}) on the path, 0 off it", () => {
    const locks = fc
      .integer({ min: 2, max: 3 })
      .chain((A) =>
        fc
          .integer({ min: 1, max: 4 })
          .chain((H) => fc.record({ A: fc.constant(A), H: fc.constant(H), hidden: fc.nat(A ** H - 1) }))
      )
    fc.assert(
      fc.property(locks, ({ A, H, hidden }) => {
        const lock = tokenLock(A, H, hidden)
        const v = values(lock)
        for (let h = 1; h <= H; h++) {
          for (let node = 0; node < A ** h; node++) {
            const onPath = node === Math.floor(hidden / A ** (H - h))
            expect(v[h][node]).toBeCloseTo(onPath ? lock.beta * Math.log(1 + (A ** H - 1) / A ** (H - h)) : 0, 10)
          }
        }
        // At sequence level it is Needle with N = A^H at e^{R/β} = N.
        const N = A ** H
        expect(optimum(flatten(lock)).coverage).toBeCloseTo((N * N) / (N - 1 + N), 6)
      }),
      { numRuns: 60, seed: SEED }
    )
  })
})
