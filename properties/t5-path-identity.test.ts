/** T5: r* = V*_1 + β Σ_h log(π*_h/π_ref,h) along every path, so one rollout evaluates V* at any prefix (theory §1). */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { edgeRatios, flatten, logConditionalCoverage, pathIdentity, tokenLock, values } from "../src/law/token-tree.ts"
import { layerParameters, valuesOf } from "../src/instance/token-values.ts"
import { optimum } from "../src/policy/optimum.ts"
import { assertFindings, SEED } from "./arbitrary/assert-law.ts"
import { instanceOfTree } from "./arbitrary/token-instance.ts"
import { tokenTrees } from "./arbitrary/token-tree.ts"

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
