/**
 * T3's chain in exact rational arithmetic: no rounding can prove it. Features, ν and λ are dyadic rationals, so after scaling by a power of two Σ
 * is an integer matrix S. Its adjugate A and determinant D are carried through the rank-one updates without fractions: with u = AF and q = Fᵀu,
 * ‖φ‖²_{Σ^{-1}} = q/D, det(S + FFᵀ) = D + q, and adj(S + FFᵀ) = ((D + q)A − uuᵀ)/D exactly (Sherman–Morrison).
 */
import type { Dyadic } from "./certificate.ts"

const dyadic = (text: Dyadic) => {
  const [mantissa, exponent] = text.split("p")
  return { mantissa: BigInt(mantissa), exponent: Number(exponent) }
}

/** The double that `MpE` = M·2^E is; NaN unless the text is canonical (M odd or 0p0) and the double is that number exactly. */
export const dyadicValue = (text: Dyadic): number => {
  const { mantissa, exponent } = dyadic(text)
  // In two steps, as 2^E alone may be no double where M·2^E is one.
  const half = Math.trunc(exponent / 2)
  const value = Number(mantissa) * 2 ** half * 2 ** (exponent - half)
  const exact = Math.abs(Number(mantissa)) < 2 ** 53 && exponent >= -1074 && Number.isFinite(value)
  const canonical = text === "0p0" || (mantissa & 1n) === 1n
  return exact && canonical ? value : NaN
}

/** What a chain comes to. */
export interface Chain {
  /** The first acceptance with ‖φ‖²_{Σ^{-1}} ≤ ν², or −1: then (1+ν²)^n < det Σ_n/λ^d, as the product of the steps. */
  readonly failsAt: number
  /** det Σ_n/λ^d ≤ (1 + 4n/(dλ))^d. */
  readonly withinRoom: boolean
}

/** The number of multiplications of machine words, about, that a second has. */
const MOST_WORK = 1e8

/** Recomputes a chain in d dimensions: `order` says which of the distinct features were accepted. undefined: it would take more than about a second. */
export const spannerChain = (
  d: number,
  lambdaText: Dyadic,
  nuText: Dyadic,
  featureTexts: ReadonlyArray<ReadonlyArray<Dyadic>>,
  order: ReadonlyArray<number>
): Chain | undefined => {
  const lambda = dyadic(lambdaText)
  const nu = dyadic(nuText)
  const features = featureTexts.map((row) => row.map(dyadic))

  // Features times 2^scale are integers, and so is λ times its square.
  const exponents = [lambda.exponent / 2, ...features.flat().map((f) => f.exponent)]
  const scale = exponents.reduce((s, e) => Math.max(s, Math.ceil(-e)), 0)
  const bits = 53 + scale + exponents.reduce((s, e) => Math.max(s, e), 0)
  const words = 1 + (d * (2 * bits + Math.log2(order.length + 1))) / 64
  if (d ** 2 * (order.length + d) * words * (8 + words) > MOST_WORK) return undefined
  const rows = features.map((row) => row.map((f) => f.mantissa << BigInt(f.exponent + scale)))
  const ridge = lambda.mantissa << BigInt(lambda.exponent + 2 * scale)

  // S = λI: its adjugate and determinant.
  const axes = Array.from({ length: d }, (_, i) => i)
  const minor = ridge ** BigInt(d - 1)
  const adjugate = axes.map((i) => axes.map((j) => (i === j ? minor : 0n)))
  let determinant = ridge ** BigInt(d)

  // q/D ≤ ν² as q·2^down ≤ (M²·2^up)·D, where ν² = M²·2^{2E}.
  const up = BigInt(Math.max(0, 2 * nu.exponent))
  const down = BigInt(Math.max(0, -2 * nu.exponent))
  const threshold = (nu.mantissa ** 2n) << up
  let failsAt = -1
  order.forEach((feature, n) => {
    const f = rows[feature]
    const u = adjugate.map((row) => row.reduce((t, entry, j) => t + entry * f[j], 0n))
    const q = u.reduce((t, entry, j) => t + entry * f[j], 0n)
    if (failsAt < 0 && q << down <= threshold * determinant) failsAt = n
    const next = determinant + q
    for (const i of axes) for (const j of axes) adjugate[i][j] = (next * adjugate[i][j] - u[i] * u[j]) / determinant
    determinant = next
  })

  // In integers: det S·d^d ≤ (d·ridge + 4n·2^{2·scale})^d.
  const room = BigInt(d) * ridge + (BigInt(4 * order.length) << BigInt(2 * scale))
  return { failsAt, withinRoom: determinant * BigInt(d) ** BigInt(d) <= room ** BigInt(d) }
}
