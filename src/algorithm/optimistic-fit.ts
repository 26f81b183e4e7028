/**
 * XPO's objective over a linear class, and its minimisation over Θ.
 *
 *     F(θ) = λ‖θ‖² + Σ_i (⟨θ,φ_i⟩ − Δr_i)² + α·β·Σ_i log π_θ(y_ref,i∣x_i),   β·log π_θ(y∣x) = ⟨θ,φ(x,y)⟩ − β·log Z_θ(x) + const,
 *
 * with Z_θ(x) estimated from paid draws of π_ref at x. Minimising it is optimism: mass on what π_ref shows anyway is taken away, so log Z_θ, the value that θ
 * promises itself at x, is pushed up as far as the data allow (T. Xie et al., arXiv:2405.21046, Algorithm 1; squared loss in place of the preference likelihood).
 *
 * F is a convex quadratic minus a convex function, so it has local minima, and finding the least is as hard as planning (L2). The convex–concave procedure
 * (A. L. Yuille and A. Rangarajan, doi:10.1162/08997660360581958) replaces log Z by its tangent: each step is a quadratic over Θ and never ascends. It starts
 * from the least-squares fit and from optimistic parameters along a few directions of the paid draws that the data know least about.
 */
import { innerProduct } from "../numeric/inner-product.ts"
import { minimiseOverBall, minimiseOverBox } from "../numeric/constrained-quadratic.ts"
import { RidgeRegression } from "../numeric/gram.ts"
import type { Problem } from "../oracle/services.ts"
import { projectOnto } from "../policy/parameter-set.ts"
import type { PaidDraws } from "./paid-draws.ts"

/** What F is made of. */
export interface OptimisticProblem {
  /** Σ = λI + Σφφᵀ and Σ Δr·φ. */
  readonly design: RidgeRegression
  readonly parameterSet: Problem["parameterSet"]
  readonly beta: number
  /** α ≥ 0, in units of reward. */
  readonly optimism: number
  /** Σ_i φ(x_i, y_ref,i), length d. */
  readonly referenceSum: Float64Array
  /** Prompts with the number of pairs seen at each. */
  readonly prompts: ReadonlyArray<{ readonly visits: number; readonly draws: PaidDraws }>
}

/** F(θ) less its constant; its gradient (length d) into `gradient` where given. */
export const optimisticObjective = (
  problem: OptimisticProblem,
  theta: Float64Array,
  gradient?: Float64Array
): number => {
  const { design, beta, optimism, referenceSum, prompts } = problem
  const { sigma, moment, dimension: d } = design
  const mean = new Float64Array(d)
  let values = 0
  for (const { visits, draws } of prompts) values += visits * beta * draws.logNormaliser(theta, beta, mean, visits)
  let value = -optimism * values
  for (let i = 0; i < d; i++) {
    const s = innerProduct(sigma, i * d, theta, 0, d)
    value += theta[i] * (s - 2 * moment[i] + optimism * referenceSum[i])
    if (gradient !== undefined) gradient[i] = 2 * s - 2 * moment[i] + optimism * (referenceSum[i] - mean[i])
  }
  return value
}

/** The constrained minimiser of ½θᵀΣθ − bᵀθ over Θ; `theta` is where the search starts and where it ends. */
const solveOver = (
  set: Problem["parameterSet"],
  sigma: Float64Array,
  b: Float64Array,
  theta: Float64Array
): Float64Array =>
  set.kind === "ball" ? minimiseOverBall(sigma, b, set.radius, theta) : minimiseOverBox(sigma, b, set.halfWidth, theta)

/** Steps of the convex–concave procedure from one start, and the relative descent that ends it. */
const MOST_STEPS = 40
const FLAT = 1e-9

/** Descends from θ, in place; returns F there. */
export const descend = (problem: OptimisticProblem, theta: Float64Array): number => {
  const { design, beta, optimism, parameterSet, prompts, referenceSum } = problem
  const d = design.dimension
  const b = new Float64Array(d)
  let value = optimisticObjective(problem, theta)
  for (let step = 0; step < MOST_STEPS; step++) {
    b.fill(0)
    for (const { visits, draws } of prompts) draws.logNormaliser(theta, beta, b, visits)
    for (let j = 0; j < d; j++) b[j] = design.moment[j] + (optimism / 2) * (b[j] - referenceSum[j])
    solveOver(parameterSet, design.sigma, b, theta)
    const next = optimisticObjective(problem, theta)
    const descent = value - next
    value = next
    if (!(descent > FLAT * (1 + Math.abs(value)))) break
  }
  return value
}

/** Optimistic starts: along directions φ − φ̄ of paid draws that the design knows least about, farthest first, each counted as known once taken. */
const starts = ({ design, parameterSet, prompts }: OptimisticProblem, most: number): ReadonlyArray<Float64Array> => {
  const d = design.dimension
  const known = new RidgeRegression(d, design.lambda)
  known.sigma.set(design.sigma)
  known.inverse.set(design.inverse)
  const zero = new Float64Array(d)
  const directions = prompts.flatMap(({ draws }) => {
    const mean = new Float64Array(d)
    draws.logNormaliser(zero, 1, mean)
    return draws.distinct.map((phi) => phi.map((v, j) => v - mean[j]))
  })
  const image = new Float64Array(d)
  const norm = (u: Float64Array): number => {
    let q = 0
    for (let i = 0; i < d; i++) {
      image[i] = innerProduct(known.inverse, i * d, u, 0, d)
      q += image[i] * u[i]
    }
    return q
  }
  const reach = parameterSet.kind === "ball" ? parameterSet.radius : parameterSet.halfWidth * Math.sqrt(d)
  const found: Array<Float64Array> = []
  while (found.length < most) {
    let best: Float64Array | undefined
    let farthest = 0
    for (const u of directions) {
      const q = norm(u)
      if (q > farthest) [farthest, best] = [q, u]
    }
    if (best === undefined) break
    norm(best)
    const length = Math.hypot(...image)
    found.push(
      projectOnto(
        image.map((v) => (2 * reach * v) / length),
        parameterSet
      )
    )
    known.add(best, 0)
  }
  return found
}

/** Least squares over Θ: F's minimiser at α = 0. */
export const leastSquares = ({
  design,
  parameterSet
}: Pick<OptimisticProblem, "design" | "parameterSet">): Float64Array => {
  return solveOver(parameterSet, design.sigma, design.moment, projectOnto(design.solution(), parameterSet))
}

/**
 * The best of the descents from least squares, from `before`, and from at most `most` optimistic starts. Not known to be the least: see the head of this file.
 *
 * @param before an earlier fit, whose neighbourhood is worth keeping.
 */
export const optimisticFit = (
  problem: OptimisticProblem,
  most: number,
  before?: Float64Array
): { readonly theta: Float64Array; readonly value: number } => {
  let best: { readonly theta: Float64Array; readonly value: number } | undefined
  for (const start of [
    leastSquares(problem),
    ...(before === undefined ? [] : [before.slice()]),
    ...starts(problem, most)
  ]) {
    const value = descend(problem, start)
    if (best === undefined || value < best.value) best = { theta: start, value }
  }
  return best!
}
