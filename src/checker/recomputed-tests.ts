/**
 * The statistics a certificate rests on, in the checker's own way: an e-process is a ratio of integrals ∫ sinᵃθ cosᵇθ dθ, whose
 * integrand is log-concave (src/statistics uses continued fractions); ranks of order statistics are counted in integers.
 */
type Numbers = ReadonlyArray<number>

const PANELS = 1024
/** The integrand is left out where it is below e^−REACH of its peak. */
const REACH = 60
const HALF_PI = Math.PI / 2

/** ln ∫ sinᵃθ cosᵇθ dθ over [low, high] in [0, π/2], a, b ≥ 0, by Simpson on both sides of the peak. Relative error below 10⁻⁹. */
export const logIntegral = (a: number, b: number, low: number, high: number): number => {
  const logIntegrand = (t: number) => (a === 0 ? 0 : a * Math.log(Math.sin(t))) + b * Math.log(Math.cos(t))
  const peak = Math.min(high, Math.max(low, Math.atan2(Math.sqrt(a), Math.sqrt(b))))
  const top = logIntegrand(peak)

  /** Where the integrand falls out of reach between the peak and an end, by bisection; the end itself if it does not. */
  const reachTowards = (end: number): number => {
    let inside = peak
    let outside = end
    for (let i = 0; i < 60; i++) {
      const middle = (inside + outside) / 2
      if (logIntegrand(middle) < top - REACH) outside = middle
      else inside = middle
    }
    return outside
  }
  /** The integral between the peak and an end, in units of e^top: Simpson's rule, panel by panel. */
  const side = (end: number): number => {
    const step = (reachTowards(end) - peak) / PANELS
    const integrand = (i: number) => Math.exp(logIntegrand(peak + i * step) - top)
    let sum = 0
    for (let i = 0; i < PANELS; i++) sum += integrand(i) + 4 * integrand(i + 0.5) + integrand(i + 1)
    return (Math.abs(step) * sum) / 6
  }
  return top + Math.log(side(low) + side(high))
}

/**
 * ln E_n against P(bad) ≤ δ₀ (evidence.md): with p = sin²θ the Beta(½,½) law is uniform in θ, so E_n is the mean likelihood ratio over θ above
 * δ₀'s angle. Side "for" is the mean below it: evidence against P(bad) ≥ δ₀. 0 < δ₀ < 1.
 */
export const logEvidence = (bad: number, trials: number, delta0: number, side: "against" | "for"): number => {
  const angle = Math.atan2(Math.sqrt(delta0), Math.sqrt(1 - delta0))
  const low = side === "against" ? angle : 0
  const high = side === "against" ? HALF_PI : angle
  const sines = 2 * bad
  const cosines = 2 * (trials - bad)
  const mean = logIntegral(sines, cosines, low, high) - Math.log(high - low)
  return mean - sines * Math.log(Math.sin(angle)) - cosines * Math.log(Math.cos(angle))
}

/** The largest r with 2·P(Bin(n, ½) < r) ≤ level, in exact integers (a double is a ratio of two); 0 where there is none. */
export const medianRank = (n: number, level: number): number => {
  let [numerator, denominator] = [level, 1n]
  while (!Number.isInteger(numerator)) [numerator, denominator] = [2 * numerator, 2n * denominator]
  let [binomial, below] = [1n, 0n]
  for (let r = 0; ; r++) {
    below += binomial
    if (2n * below * denominator > BigInt(numerator) << BigInt(n)) return r
    binomial = (binomial * BigInt(n - r)) / BigInt(r + 1)
  }
}

/**
 * The least-squares slope of log median counts in x, and an interval at a level whatever the law of the counts: at each of k places order statistics enclose the median but with
 * probability level/k, and a slope is linear in their logarithms. undefined where there are too few counts.
 */
export const medianSlope = (
  x: Numbers,
  counts: ReadonlyArray<Numbers>,
  level: number
): { readonly slope: number; readonly lower: number; readonly upper: number } | undefined => {
  const mean = x.reduce((s, t) => s + t, 0) / x.length
  const squares = x.reduce((s, t) => s + (t - mean) ** 2, 0)
  let [slope, lower, upper] = [0, 0, 0]
  for (const [i, unsorted] of counts.entries()) {
    const sorted = unsorted.toSorted((a, b) => a - b)
    const [n, r] = [sorted.length, medianRank(sorted.length, level / x.length)]
    if (r === 0) return undefined
    const weight = (x[i] - mean) / squares
    const [low, high] = [Math.log(sorted[r - 1]), Math.log(sorted[n - r])]
    slope += weight * Math.log((sorted[Math.ceil(n / 2) - 1] + sorted[Math.floor(n / 2)]) / 2)
    lower += weight * (weight > 0 ? low : high)
    upper += weight * (weight > 0 ? high : low)
  }
  return { slope, lower, upper }
}
