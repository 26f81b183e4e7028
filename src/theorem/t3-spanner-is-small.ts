/** T3: a spanner is small, whatever the number of prompts or draws. */
import { spannerSize } from "../policy/spanner-size.ts"
import { checked, undecided } from "./judging.ts"
import { NO_PAIR, spannerChain, spannerHypotheses, withoutSpanner } from "./spanner-chain.ts"
import { FMR25, type JudgedByCounts, unmetOf } from "./theorem.ts"

/**
 * Relative slack on ‖φ‖² > ν²: the oracle compares float64 whitened norms, whose relative error after d ≤ 64 and the condition numbers met here (Σ ⪰ λI, trace ≤ dλ+4n) is below
 * 10⁻⁹. Certificates recompute the chain in exact rationals.
 */
const ROUNDING = 1e-9

export const spannerIsSmall: JudgedByCounts = {
  id: "T3",
  title: "a spanner is small",
  statement:
    "\\|\\varphi_i\\|^2_{\\Sigma_{i-1}^{-1}}>\\nu^2\\ \\forall i\\ \\Rightarrow\\ (1+\\nu^2)^n<\\det\\Sigma_n/\\lambda^d\\le(1+4n/(d\\lambda))^d,\\ \\text{so}\\ n\\le n_{\\max}(d,\\nu,\\lambda)",
  citation: FMR25,
  paper: undefined,
  page: "src/theorem/t3-spanner-is-small.md",
  nature: "deterministic",
  hypotheses: spannerHypotheses,
  unmet: unmetOf(spannerHypotheses),
  judge: ({ parameters, problem }, runs) => {
    const lost = withoutSpanner({ parameters })
    if (lost.length > 0) return [undecided("checked", "T3", "size", "none", "none", lost.join("; "))]
    const d = problem.dimension
    const { nu, lambda } = parameters
    const most = spannerSize(d, nu, lambda)
    let largestCount = 0
    let fault = ""
    for (const run of runs) {
      const chain = spannerChain(run.spanner, d, lambda, nu)
      largestCount = Math.max(largestCount, chain.count)
      if (chain.count === 0) continue
      const steps = chain.count * Math.log1p(nu * nu)
      const room = d * Math.log1p((4 * chain.count) / (d * lambda))
      const slack = ROUNDING * Math.max(1, chain.logGrowth)
      if (chain.leastNormSquared <= nu * nu * (1 - ROUNDING))
        fault = `trial ${run.trial}: a pair of squared norm ${chain.leastNormSquared} was accepted at nu^2 = ${nu * nu}`
      else if (chain.largestNorm > 2 * (1 + ROUNDING))
        fault = `trial ${run.trial}: a relative feature has norm ${chain.largestNorm} > 2`
      else if (steps > chain.logDeterminantRatio + slack)
        fault = `trial ${run.trial}: (1+nu^2)^n passes the determinant`
      else if (chain.logDeterminantRatio > room + slack)
        fault = `trial ${run.trial}: the determinant passes (1+4n/(d lambda))^d`
    }
    if (fault === "" && largestCount === 0) return [undecided("checked", "T3", "size", 0, most, NO_PAIR)]
    return [
      checked(
        "T3",
        "size",
        fault === "" && largestCount <= most,
        largestCount,
        "<=",
        most,
        fault === "" ? "accepted pairs against n_max; determinant chain recomputed" : fault
      )
    ]
  }
}
