/** KL divergences summed from terms that cannot cancel. */

/** p·log(p/q) − p + q ≥ 0, from u = log(p/q): the summand of KL(p‖q) that cannot cancel. */
export const klTerm = (p: number, q: number, u: number): number => {
  if (p === 0) return q
  if (Math.abs(u) > 0.5) return p * u - p + q
  // q/p − 1 + u = expm1(−u) + u, by its series where the difference would cancel.
  if (Math.abs(u) < 1e-3) return p * u * u * (0.5 - u / 6 + (u * u) / 24)
  return p * (Math.expm1(-u) + u)
}
