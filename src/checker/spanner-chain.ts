/**
 * T3's chain in exact rational arithmetic: no rounding can prove it. Features, ν and λ are dyadic rationals, so after scaling by a power of two Σ
 * is an integer matrix S. Its adjugate A and determinant D are carried through the rank-one updates without fractions: with u = AF and q = Fᵀu,
 * ‖φ‖²_{Σ^{-1}} = q/D, det(S + FFᵀ) = D + q, and adj(S + FFᵀ) = ((D + q)A − uuᵀ)/D exactly (Sherman–Morrison).
 */
const dyadic = (text: string) => ({ mantissa: BigInt(text.split("p")[0]), exponent: Number(text.split("p")[1]) })

/** The double that `MpE` = M·2^E is; NaN unless the text is canonical (M odd or 0p0) and the double is that number exactly. */
export const dyadicValue = (text: string): number => {
  const { mantissa, exponent } = dyadic(text)
  const half = Math.trunc(exponent / 2)
  const value = Number(mantissa) * 2 ** half * 2 ** (exponent - half)
  const exact = Math.abs(Number(mantissa)) < 2 ** 53 && exponent >= -1074 && Number.isFinite(value)
  return exact && (text === "0p0" || (mantissa & 1n) === 1n) ? value : NaN
}

/**
 * Recomputes a chain in d dimensions: `order` says which of the distinct features were accepted. `failsAt` is the first acceptance with ‖φ‖²_{Σ^{-1}} ≤ ν², or
 * −1: then (1+ν²)^n < det Σ_n/λ^d, as the product of the steps. `withinRoom`: det Σ_n/λ^d ≤ (1 + 4n/(dλ))^d. undefined: it would take more than about a second.
 */
export const spannerChain = (
  d: number,
  lambdaText: string,
  nuText: string,
  featureTexts: ReadonlyArray<ReadonlyArray<string>>,
  order: ReadonlyArray<number>
): { readonly failsAt: number; readonly withinRoom: boolean } | undefined => {
  const [lambda, nu, features] = [dyadic(lambdaText), dyadic(nuText), featureTexts.map((row) => row.map(dyadic))]
  const exponents = [lambda.exponent / 2, ...features.flat().map((f) => f.exponent)]
  const scale = exponents.reduce((s, e) => Math.max(s, Math.ceil(-e)), 0)
  const bits = 53 + scale + exponents.reduce((s, e) => Math.max(s, e), 0)
  const words = 1 + (d * (2 * bits + Math.log2(order.length + 1))) / 64
  if (d ** 2 * (order.length + d) * words * (8 + words) > 1e8) return undefined

  const rows = features.map((row) => row.map((f) => f.mantissa << BigInt(f.exponent + scale)))
  const ridge = lambda.mantissa << BigInt(lambda.exponent + 2 * scale)
  const [axes, minor] = [Array.from({ length: d }, (_, i) => i), ridge ** BigInt(d - 1)]
  const a = axes.map((i) => axes.map((j) => (i === j ? minor : 0n)))
  const [up, down] = [BigInt(Math.max(0, 2 * nu.exponent)), BigInt(Math.max(0, -2 * nu.exponent))]
  const threshold = (nu.mantissa ** 2n) << up
  let [determinant, failsAt] = [ridge ** BigInt(d), -1]
  order.forEach((feature, n) => {
    const f = rows[feature]
    const u = a.map((row) => row.reduce((t, entry, j) => t + entry * f[j], 0n))
    const next = u.reduce((t, entry, j) => t + entry * f[j], determinant)
    if (failsAt < 0 && (next - determinant) << down <= threshold * determinant) failsAt = n
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) a[i][j] = (next * a[i][j] - u[i] * u[j]) / determinant
    determinant = next
  })
  const room = BigInt(d) * ridge + (BigInt(4 * order.length) << BigInt(2 * scale))
  return { failsAt, withinRoom: determinant * BigInt(d) ** BigInt(d) <= room ** BigInt(d) }
}
