/**
 * The statistics a certificate rests on, in the checker's own way: e-process and Student's tail are ratios of integrals ∫ sinᵃθ cosᵇθ dθ, whose
 * integrand is log-concave, so one quadrature serves both. (src/statistics uses continued fractions.)
 */
type Numbers = ReadonlyArray<number>
/** The integrand is left out where it is below e^−REACH of its peak. */
const [PANELS, REACH, HALF_PI] = [1024, 60, Math.PI / 2]
/** ln ∫ sinᵃθ cosᵇθ dθ over [low, high] in [0, π/2], a, b ≥ 0, by Simpson on both sides of the peak. Relative error below 10⁻⁹. */
export const logIntegral = (a: number, b: number, low: number, high: number): number => {
  const f = (t: number) => (a === 0 ? 0 : a * Math.log(Math.sin(t))) + b * Math.log(Math.cos(t))
  const peak = Math.min(high, Math.max(low, Math.atan2(Math.sqrt(a), Math.sqrt(b))))
  const top = f(peak)
  const side = (end: number): number => {
    let [inside, outside] = [peak, end]
    for (let i = 0; i < 60; i++) {
      const middle = (inside + outside) / 2
      if (f(middle) < top - REACH) outside = middle
      else inside = middle
    }
    const step = (outside - peak) / PANELS
    const g = (i: number) => Math.exp(f(peak + i * step) - top)
    let s = 0
    for (let i = 0; i < PANELS; i++) s += g(i) + 4 * g(i + 0.5) + g(i + 1)
    return (Math.abs(step) * s) / 6
  }
  return top + Math.log(side(low) + side(high))
}

/**
 * ln E_n against P(bad) ≤ δ₀ (theory §8): with p = sin²θ the Beta(½,½) law is uniform in θ, so E_n is the mean likelihood ratio over θ above
 * δ₀'s angle. Side "for" is the mean below it: evidence against P(bad) ≥ δ₀. 0 < δ₀ < 1.
 */
export const logEvidence = (bad: number, trials: number, delta0: number, side: "against" | "for"): number => {
  const at = Math.atan2(Math.sqrt(delta0), Math.sqrt(1 - delta0))
  const [low, high] = side === "against" ? [at, HALF_PI] : [0, at]
  const [k, m] = [2 * bad, 2 * (trials - bad)]
  return logIntegral(k, m, low, high) - Math.log(high - low) - k * Math.log(Math.sin(at)) - m * Math.log(Math.cos(at))
}

/** P(T > t) of Student's t with integer df ≥ 1, t ≥ 0. */
export const studentTail = (t: number, df: number): number => {
  const integral = (low: number) => logIntegral(0, df - 1, low, HALF_PI)
  return Math.exp(integral(Math.atan(t / Math.sqrt(df))) - integral(0)) / 2
}

/** Least squares of y on x with intercept: slope and its standard error, n − 2 degrees of freedom; residuals of rounding size count as none. */
export const fitSlope = (x: Numbers, y: Numbers): readonly [slope: number, error: number] => {
  const mean = (v: Numbers) => v.reduce((s, t) => s + t, 0) / v.length
  const [mx, my] = [mean(x), mean(y)]
  const xx = x.reduce((s, t) => s + (t - mx) ** 2, 0)
  const slope = x.reduce((s, t, i) => s + (t - mx) * (y[i] - my), 0) / xx
  const residual = Math.sqrt(y.reduce((s, t, i) => s + (t - my - slope * (x[i] - mx)) ** 2, 0) / (x.length - 2))
  return [slope, residual <= 64 * 2 ** -52 * Math.max(1, ...y.map(Math.abs)) ? 0 : residual / Math.sqrt(xx)]
}
