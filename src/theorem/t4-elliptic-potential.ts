/** T4: the elliptic potential. */
import { checked, largest, undecided } from "./judging.ts"
import { NO_PAIR, spannerChain, spannerHypotheses, withoutSpanner } from "./spanner-chain.ts"
import { type JudgedByCounts, restated } from "./theorem.ts"

/** Relative rounding of a sum of n logarithms against one determinant. */
const ROUNDING = 1e-9

/** κ = ν²/log(1+ν²), and its limit 1 where ν² underflows. */
export const potentialFactor = (nu: number): number => (nu * nu === 0 ? 1 : (nu * nu) / Math.log1p(nu * nu))

export const ellipticPotential: JudgedByCounts = restated({
  id: "T4",
  title: "elliptic potential",
  statement:
    "\\sum_i\\min\\{\\nu^2,\\|\\varphi_i\\|^2_{\\Sigma_{i-1}^{-1}}\\}\\le\\frac{\\nu^2}{\\log(1+\\nu^2)}\\log\\frac{\\det\\Sigma_n}{\\det\\Sigma_0},\\quad \\sum_i\\log(1+\\|\\varphi_i\\|^2_{\\Sigma_{i-1}^{-1}})=\\log\\frac{\\det\\Sigma_n}{\\det\\Sigma_0}",
  page: "src/theorem/t4-elliptic-potential.md",
  nature: "deterministic",
  hypotheses: spannerHypotheses,
  judge: ({ parameters, problem }, runs) => {
    const lost = withoutSpanner({ parameters })
    if (lost.length > 0) return [undecided("checked", "T4", "potential", lost.join("; "))]
    const { nu, lambda } = parameters
    const kappa = potentialFactor(nu)
    const chains = runs.map((run) => spannerChain(run.spanner, problem.dimension, lambda, nu))
    if (chains.every(({ count }) => count === 0)) return [undecided("checked", "T4", "potential", NO_PAIR, 0, 0)]
    const holds = chains.every(
      (c) =>
        Math.abs(c.logGrowth - c.logDeterminantRatio) <= ROUNDING * Math.max(1, c.logGrowth) &&
        c.potential <= kappa * c.logDeterminantRatio * (1 + ROUNDING) + Number.MIN_VALUE
    )
    return [
      checked(
        "T4",
        "potential",
        Math.max(0, largest(chains.map((c) => c.potential))),
        Math.max(0, largest(chains.map((c) => kappa * c.logDeterminantRatio))),
        "summed truncated norms of the accepted pairs against the log determinant",
        holds
      )
    ]
  }
})
