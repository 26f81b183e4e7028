/** T2: the coverage of the optimal policy is bounded. */
import type { FiniteInstance } from "../instance/instance.ts"
import { checked } from "./judging.ts"
import { restated, type Theorem } from "./theorem.ts"

/** min{exp(R/β), 1/min π_ref over responses of positive mass}, as a logarithm. */
export const logCoverageBound = (exact: FiniteInstance): number => {
  let least = Infinity
  for (let x = 0; x < exact.promptProbabilities.length; x++) {
    if (exact.promptProbabilities[x] === 0) continue
    for (let y = exact.offsets[x]; y < exact.offsets[x + 1]; y++) {
      if (exact.reference[y] > 0) least = Math.min(least, exact.reference[y])
    }
  }
  return Math.min(exact.rewardRange / exact.beta, -Math.log(least))
}

/** Rounding of a logarithm of a normaliser: a few ulp per summand, far below 10⁻¹⁰. */
const TOLERANCE = 1e-10

export const coverageIsBounded: Theorem = restated({
  id: "T2",
  title: "coverage is bounded",
  statement:
    "1\\le C_{\\mathrm{cov}}(\\pi^*_\\beta)\\le\\min\\{e^{R/\\beta},\\,1/\\min_y\\pi_{\\mathrm{ref}}(y\\mid x)\\}",
  page: "src/theorem/t2-coverage-is-bounded.md",
  nature: "deterministic",
  judge: ({ exact, best }) => {
    const bound = logCoverageBound(exact)
    const log = Math.log(best.coverage)
    return [
      checked(
        "T2",
        "bound",
        best.coverage,
        Math.exp(bound),
        "C_cov of the optimal policy against min{exp(R/beta), 1/min pi_ref}",
        log >= -TOLERANCE && log <= bound + TOLERANCE
      )
    ]
  }
})
