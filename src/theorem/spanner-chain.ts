/** The growth of a spanner, recomputed from its accepted relative features: what T3 and T4 are judged on. */
import type { SpannerRecord } from "../run/run-record.ts"
import type { Hypothesis, Subject } from "./theorem.ts"

/** What T3 and T4 miss where an algorithm grows no spanner. */
export const withoutSpanner = ({ parameters }: Pick<Subject, "parameters">): ReadonlyArray<string> =>
  parameters.nu > 0 && parameters.lambda > 0 ? [] : ["the algorithm has no spanner parameters (nu, lambda)"]

/** What T3 and T4 assume. */
export const spannerHypotheses: ReadonlyArray<Hypothesis> = [
  {
    says: "\\text{the algorithm grows a spanner with thresholds } \\nu>0 \\text{ and } \\lambda>0",
    unmet: withoutSpanner
  }
]

export interface SpannerChain {
  /** n. */
  readonly count: number
  /** min_i ‖φ_i‖²_{Σ_{i−1}^{-1}}; +∞ when n = 0. */
  readonly leastNormSquared: number
  /** Σ_i log(1+‖φ_i‖²_{Σ_{i−1}^{-1}}), accumulated step by step. */
  readonly logGrowth: number
  /** log(det Σ_n/det Σ_0) from the final matrix. */
  readonly logDeterminantRatio: number
  /** Σ_i min{ν², ‖φ_i‖²}. */
  readonly potential: number
  /** max_i ‖φ_i‖₂; 0 when n = 0. */
  readonly largestNorm: number
}

/**
 * Recomputes the chain with its own LDLᵀ rank-one updates (Gill, Golub, Murray and Saunders, method C1, doi:10.1090/S0025-5718-1974-0343558-6), independent
 * of the algorithm's inverse. O(n·d²).
 */
export const spannerChain = (spanner: SpannerRecord, d: number, lambda: number, nu: number): SpannerChain => {
  const lower = new Float64Array(d * d)
  const diagonal = new Float64Array(d).fill(lambda)
  for (let i = 0; i < d; i++) lower[i * d + i] = 1
  const w = new Float64Array(d)
  let least = Infinity
  let growth = 0
  let potential = 0
  let largestNorm = 0
  for (let i = 0; i < spanner.count; i++) {
    let norm = 0
    for (let j = 0; j < d; j++) {
      w[j] = spanner.accepted[i * d + j]
      norm += w[j] * w[j]
    }
    largestNorm = Math.max(largestNorm, Math.sqrt(norm))
    const q = update(lower, diagonal, w, d)
    if (q < least) least = q
    growth += Math.log1p(q)
    potential += Math.min(nu * nu, q)
  }
  let ratio = 0
  for (let j = 0; j < d; j++) ratio += Math.log(diagonal[j] / lambda)
  return {
    count: spanner.count,
    leastNormSquared: least,
    logGrowth: growth,
    logDeterminantRatio: ratio,
    potential,
    largestNorm
  }
}

/** Σ ← Σ + wwᵀ in LDLᵀ form; returns ‖w‖²_{Σ^{-1}} of the matrix before the update. Destroys w. */
const update = (lower: Float64Array, diagonal: Float64Array, w: Float64Array, d: number): number => {
  let t = 1
  for (let j = 0; j < d; j++) {
    const p = w[j]
    const before = t
    t += (p * p) / diagonal[j]
    const old = diagonal[j]
    diagonal[j] = (old * t) / before
    const b = p / (diagonal[j] * before)
    for (let i = j + 1; i < d; i++) {
      w[i] -= p * lower[i * d + j]
      lower[i * d + j] += b * w[i]
    }
  }
  return t - 1
}

/**
 * Relative slack on ‖φ‖² > ν²: the oracle compares float64 whitened norms, whose relative error after d ≤ 64 and the condition numbers met here (Σ ⪰ λI, trace ≤ dλ+4n) is below
 * 10⁻⁹. Certificates recompute the chain in exact rationals.
 */
const ROUNDING = 1e-9

/** What of T3 a chain breaks, if anything: norms above ν and at most 2, and the determinant between (1+ν²)^n and (1+4n/(dλ))^d. @param where named in front */
export const chainFault = (
  { count, largestNorm, leastNormSquared, logDeterminantRatio, logGrowth }: SpannerChain,
  where: string,
  d: number,
  lambda: number,
  nu: number
): ReadonlyArray<string> => {
  if (count === 0) return []
  const slack = ROUNDING * Math.max(1, logGrowth)
  if (!(leastNormSquared > nu * nu * (1 - ROUNDING)))
    return [`${where}: a pair of squared norm ${leastNormSquared} was accepted at nu^2 = ${nu * nu}`]
  if (!(largestNorm <= 2 * (1 + ROUNDING))) return [`${where}: a relative feature has norm ${largestNorm} > 2`]
  if (!(count * Math.log1p(nu * nu) <= logDeterminantRatio + slack))
    return [`${where}: (1+nu^2)^n passes the determinant`]
  return logDeterminantRatio <= d * Math.log1p((4 * count) / (d * lambda)) + slack
    ? []
    : [`${where}: the determinant passes (1+4n/(d lambda))^d`]
}

/** Why nothing can be said of a spanner. */
export const NO_PAIR =
  "no pair was accepted, or none was told of: a program that grows a spanner says of each pair journal.accepted(phi)"
