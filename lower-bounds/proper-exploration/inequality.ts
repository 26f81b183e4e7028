/**
 * Both sides of L2 as functions (statement.md; FMR25 arXiv:2503.07453).
 *
 * c = 1/(β√k), σ the logistic function, τ_x = Σ_{j∈x}(1 − θ_j l_{x,j}); π_θ(1∣x) = σ(c(1 − τ_x)) for θ ∈ [−1,1]ⁿ. All fractions are over the m terms.
 */
import { type DnfFormula, termCount } from "../../src/instance/families/dnf-formula.ts"
import { sharpness } from "../../src/instance/families/dnf-prompts.ts"
import { logistic } from "../../src/numeric/logistic.ts"
import { expectedIndependent, expectedThreshold, type Point, satisfiedTerms, signRounding } from "./rounding.ts"

/** L2's left side, E_x π_θ(1∣x): the chance that a proper query at θ sees a probe. */
export const probeChance = (formula: DnfFormula, beta: number, theta: Point): number =>
  probeRate(formula, sharpness(formula.width, beta), theta)

/** {@link probeChance} by c instead of β. */
export const probeRate = (formula: DnfFormula, c: number, theta: Point): number => {
  const { width: k, literals } = formula
  let sum = 0
  for (let o = 0; o < literals.length; o += k) {
    let tau = 0
    for (let j = o; j < o + k; j++) tau += 1 - (literals[j] > 0 ? theta[literals[j] - 1] : -theta[-literals[j] - 1])
    sum += logistic(c * (1 - tau))
  }
  return sum / termCount(formula)
}

/** L2 at an assignment: σ(c)·sat ≤ E_x π_a(1∣x) ≤ σ(c)·sat + σ(−c)·(1 − sat) (≤ sat + e^{−c}, the theory's form). */
export const assignmentBounds = (sat: number, c: number): { readonly lower: number; readonly upper: number } => ({
  lower: logistic(c) * sat,
  upper: logistic(c) * sat + logistic(-c) * (1 - sat)
})

/** What rounding a parameter satisfies, as expected fractions of terms, and the bounds on E_x π_θ(1∣x) that L2 makes of it. */
export interface ParameterSide {
  /** E_x 1{x satisfied by sign θ}. */
  readonly sign: number
  /** E_x P(x satisfied by independent rounding of θ). */
  readonly independent: number
  /** E_x P(x satisfied by threshold rounding of θ at c). */
  readonly threshold: number
  /** sign + independent + e^{−c}: statement.md's (ii). */
  readonly theory: number
  /** tanh(c/2)·threshold + σ(−c): the sharp bound. */
  readonly sharp: number
}

/** L2's right side at θ ∈ [−1,1]ⁿ. */
export const parameterSide = (formula: DnfFormula, beta: number, theta: Point): ParameterSide => {
  const m = termCount(formula)
  const c = sharpness(formula.width, beta)
  const sign = satisfiedTerms(formula, signRounding(theta)) / m
  const independent = expectedIndependent(formula, theta) / m
  const threshold = expectedThreshold(formula, theta, c) / m
  return {
    sign,
    independent,
    threshold,
    theory: sign + independent + Math.exp(-c),
    sharp: Math.tanh(c / 2) * threshold + logistic(-c)
  }
}

/**
 * L2 over Θ: E_x π_θ(1∣x) ≤ σ(c)·OPT + σ(−c)·(1 − OPT) for every θ ∈ [−1,1]ⁿ (cf. 2·OPT + e^{−c} by statement.md (ii)). No θ does better than an assignment: the bound is met
 * at an optimal assignment that violates one literal of each term it does not satisfy.
 *
 * @param optimum OPT, or sat of the assignment that `roundParameter` makes of θ. @param c sharpness
 */
export const optimumBound = (optimum: number, c: number): number => assignmentBounds(optimum, c).upper
