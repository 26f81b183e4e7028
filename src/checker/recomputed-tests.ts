/**
 * The statistics a certificate rests on, in the checker's own way: e-process and Student's tail are ratios of integrals ∫ sinᵃθ cosᵇθ dθ, whose
 * integrand is log-concave, so one quadrature serves both. (src/statistics uses continued fractions.)
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

/** P(T > t) of Student's t with integer df ≥ 1, t ≥ 0. */
export const studentTail = (t: number, df: number): number => {
  const integral = (low: number) => logIntegral(0, df - 1, low, HALF_PI)
  return Math.exp(integral(Math.atan(t / Math.sqrt(df))) - integral(0)) / 2
}

/** Residuals up to this, in units of max{1, |y|}, are rounding and count as none. */
const ROUNDING = 64 * 2 ** -52

/** Least squares of y on x with intercept: slope and its standard error, n − 2 degrees of freedom. */
export const fitSlope = (x: Numbers, y: Numbers): { readonly slope: number; readonly error: number } => {
  const mean = (v: Numbers) => v.reduce((s, t) => s + t, 0) / v.length
  const meanX = mean(x)
  const meanY = mean(y)
  const squaresX = x.reduce((s, t) => s + (t - meanX) ** 2, 0)
  const products = x.reduce((s, t, i) => s + (t - meanX) * (y[i] - meanY), 0)
  const slope = products / squaresX
  const squares = y.reduce((s, t, i) => s + (t - meanY - slope * (x[i] - meanX)) ** 2, 0)
  const residual = Math.sqrt(squares / (x.length - 2))
  const exact = residual <= ROUNDING * Math.max(1, ...y.map(Math.abs))
  return { slope, error: exact ? 0 : residual / Math.sqrt(squaresX) }
}
