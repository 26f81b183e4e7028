/** T5: along every response r* = V*_1 + β·Σ_h log(π*_h/π_ref,h), so that one rollout evaluates V* at any of its prefixes. */
import type { FiniteInstance } from "../instance/instance.ts"
import type { TokenTable } from "../instance/token-instance.ts"
import { largestPathSum, valuesOf } from "../instance/token-values.ts"
import type { Optimum } from "../policy/optimum.ts"
import { checked, largest, undecided } from "./judging.ts"
import { NO_TOKENS, restated, type Theorem, TOKENS } from "./theorem.ts"

/** Rounding of sums over H layers, in units of max{R, 1}: as T1's. */
const TOLERANCE = 1e-10

/**
 * The largest ∣r* − β·Σ_h log(π*_h/π_ref,h) − β·log Z(x)∣ over all responses of positive mass, in units of reward. The tokens' ratios come from the token side's
 * dynamic program, Z from the sequence side. Sums along paths lie between the largest and the smallest, so two passes over the nodes see every response.
 */
export const pathGap = (tokens: TokenTable, exact: FiniteInstance, best: Optimum): number => {
  const { beta, promptProbabilities } = exact
  const { logRatio } = valuesOf(tokens, exact)
  const left = tokens.reward.map((r, row) => r - beta * logRatio[row])
  const most = largestPathSum(tokens, left)
  const least = largestPathSum(
    tokens,
    left.map((v) => -v)
  )
  return largest(
    Array.from(tokens.roots).flatMap((root, x) => {
      if (promptProbabilities[x] === 0) return []
      const value = beta * best.logNormaliser[x] - tokens.baseReward
      return [Math.abs(most[root] - value), Math.abs(-least[root] - value)]
    })
  )
}

export const pathIdentityHolds: Theorem = restated({
  id: "T5",
  title: "path identity",
  statement:
    "r^*(x,a_{1:H})=V^*_1(x)+\\beta\\sum_h\\log\\frac{\\pi^*_h}{\\pi_{\\mathrm{ref},h}}(a_h\\mid x,a_{<h})\\ \\text{along every response};\\quad V^*_1(x)=\\beta\\log Z(x)",
  page: "src/theorem/t5-path-identity.md",
  nature: "deterministic",
  hypotheses: [TOKENS],
  judge: ({ best, exact, tokens }) => {
    if (tokens === undefined) return [undecided("checked", "T5", "identity", NO_TOKENS)]
    const gap = pathGap(tokens, exact, best) / Math.max(exact.rewardRange, 1)
    return [
      checked(
        "T5",
        "identity",
        gap,
        TOLERANCE,
        "largest gap of r* - beta sum_h log(pi*_h/pi_ref,h) from beta log Z over all responses"
      )
    ]
  }
})
