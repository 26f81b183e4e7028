/**
 * The e-process against a probabilistic claim P(bad) ≤ δ₀ (evidence.md), and its mirror image against P(bad) ≥ δ₀.
 *
 * *Definition.* After n trials with k bad, with w(p) = 1/(π√(p(1−p))) the Beta(½,½) density,
 *
 *     E_n = ∫_{δ₀}^{1} p^k (1−p)^{n−k} w(p) dp  /  ( δ₀^k (1−δ₀)^{n−k} · ∫_{δ₀}^{1} w(p) dp ).
 *
 * *Validity.* For a fixed p > δ₀ the ratio L_n(p) = Π (p/δ₀ if bad, (1−p)/(1−δ₀) if good) is a non-negative
 * supermartingale with L_0 = 1 whenever every trial is bad with conditional probability ≤ δ₀ given the past: a step's mean is
 * affine and increasing in the true rate and equals 1 at δ₀. E_n is an average of such ratios over a law on p > δ₀ that does not
 * depend on the data, so it is one too, and by Ville's inequality P(∃n: E_n ≥ 1/α) ≤ α. **The restriction to p > δ₀ is
 * needed**: with mass below δ₀ and a true rate below δ₀ the mixture grows without bound and refutes a true claim.
 *
 * *Closed form* (what a checker recomputes). With a = k + ½, b = n − k + ½ and θ = atan2(√(1−δ₀), √δ₀) = (π/2)·∫_{δ₀}^1 w,
 *
 *     ln E_n = ln[(1 − I_{δ₀}(a,b))·B(a,b)] − k ln δ₀ − (n−k) ln(1−δ₀) − ln(2θ)
 *            = ln[(1 − I_{δ₀}(a,b)) / D] + ½ ln(δ₀(1−δ₀)) − ln(2θ),   D = δ₀^a (1−δ₀)^b / B(a,b),
 *
 * where the bracket is a continued fraction ({@link betaTails}): no term of size n appears while k/n is below δ₀.
 *
 * *Accuracy*: absolute error of ln E_n below 1e-14 + 2e-15·∣ln E_n∣ on exact fixtures (n to 10⁶, ln E_n from −11 to 41 089); besides, the
 * rounding of 1 − δ₀ contributes up to 1e-16·n.
 *
 * Mixture e-processes: H. Robbins, doi:10.1214/aoms/1177696786; A. Ramdas, P. Grünwald, V. Vovk and G. Shafer,
 * "Game-theoretic statistics and safe anytime-valid inference", doi:10.1214/23-STS894. Ville's inequality for
 * non-negative supermartingales: S. Howard et al., doi:10.1214/20-AOS1991.
 */
import { requireSuccesses, requireWithin } from "./domain.ts"
import { betaTails } from "./incomplete-beta.ts"
import { logBinomialProbability } from "./saddle-point.ts"

/** ln E_n on arguments known to be sound; `q` is 1 − p to full relative accuracy. 0 < p < 1. */
export const logMixtureAbove = (bad: number, trials: number, p: number, q: number): number =>
  trials === 0
    ? 0
    : betaTails(bad + 0.5, trials - bad + 0.5, p, q).logUpperOverPrefix +
      0.5 * (Math.log(p) + Math.log(q)) -
      Math.log(2 * Math.atan2(Math.sqrt(q), Math.sqrt(p)))

/**
 * ln E_n: log evidence *against* the claim P(bad) ≤ δ₀. Anytime-valid: P(∃n: E_n ≥ 1/α) ≤ α if the claim holds.
 *
 * @param bad k, integer in [0, trials]
 * @param trials n, integer ≥ 0
 * @param delta0 δ₀, a number ≥ 0. At δ₀ = 0 one bad trial is infinite evidence, and k = 0 gives ln C(2n,n)/4ⁿ (the same
 *   integral). At δ₀ ≥ 1 the claim cannot fail and there is nothing to mix over: 0 (E_n ≡ 1).
 * @returns a number in [−∞, ∞]; 0 at n = 0; never NaN
 * @throws RangeError outside these domains (NaN included)
 */
export const logEAgainst = (bad: number, trials: number, delta0: number): number => {
  requireSuccesses("bad", bad, trials)
  requireWithin("delta0", delta0, 0, Infinity)
  if (delta0 >= 1) return 0
  if (delta0 === 0) return bad > 0 ? Infinity : logBinomialProbability(trials, 2 * trials, 0.5, 0.5)
  return logMixtureAbove(bad, trials, delta0, 1 - delta0)
}

/**
 * ln E⁻_n: log evidence *for* the claim P(bad) ≤ δ₀, that is against P(bad) ≥ δ₀. The mirror image of {@link logEAgainst}:
 *
 *     E⁻_n = ∫_0^{δ₀} p^k (1−p)^{n−k} w(p) dp / ( δ₀^k (1−δ₀)^{n−k} ∫_0^{δ₀} w(p) dp ),
 *
 * anytime-valid against every sequence of conditional rates ≥ δ₀.
 *
 * @param bad k, integer in [0, trials]
 * @param trials n, integer ≥ 0
 * @param delta0 δ₀ ≥ 0. At δ₀ = 0 no data can support the claim (its complement's closure is everything): 0. At δ₀ ≥ 1 it
 *   holds without data: ∞.
 * @throws RangeError outside these domains (NaN included)
 */
export const logEFor = (bad: number, trials: number, delta0: number): number => {
  requireSuccesses("bad", bad, trials)
  requireWithin("delta0", delta0, 0, Infinity)
  if (delta0 >= 1) return Infinity
  if (delta0 === 0) return 0
  return logMixtureAbove(trials - bad, trials, 1 - delta0, delta0)
}

/**
 * The two e-processes of a claim P(bad) ≤ δ₀, fed trial by trial, with their running maxima.
 *
 * Peeking is free: `peakLogEAgainst` is the supremum over all times so far, exactly, and may be compared with ln(1/α)
 * at any time. It costs one evaluation per *bad* trial only, because a good trial multiplies every L_n(p), p > δ₀, by
 * (1−p)/(1−δ₀) < 1: evidence against the claim peaks right after a bad trial, evidence for it right before one.
 *
 * @example
 * ```ts
 * import { BernoulliEProcess } from "coverbound/statistics"
 *
 * const process = new BernoulliEProcess(0.1) // the claim: P(bad) ≤ 0.1
 * for (let trial = 0; trial < 60; trial++) process.add(trial % 3 === 0)
 * // Peeking is free: the maximum over all times may be compared with ln(1/α) whenever one likes.
 * console.log(process.bad, process.peakLogEAgainst > Math.log(1 / 0.001)) // => 20 true
 * ```
 */
export class BernoulliEProcess {
  readonly delta0: number
  private seen = 0
  private seenBad = 0
  private peakAgainst = 0
  private peakFor = 0

  /** @param delta0 δ₀ ≥ 0, the claimed bound. @throws RangeError when negative or NaN */
  constructor(delta0: number) {
    requireWithin("delta0", delta0, 0, Infinity)
    this.delta0 = delta0
  }

  /** n: trials fed so far. */
  get trials(): number {
    return this.seen
  }

  /** k: bad trials so far. */
  get bad(): number {
    return this.seenBad
  }

  /** Feeds one trial. */
  add(bad: boolean): void {
    if (!bad) {
      this.seen++
      return
    }
    this.peakFor = this.peakLogEFor
    this.seen++
    this.seenBad++
    this.peakAgainst = Math.max(this.peakAgainst, this.logEAgainst)
  }

  /** Feeds a batch whose order is not known; the maxima then see the end of the batch only, which is valid too. */
  addBatch(bad: number, trials: number): void {
    requireSuccesses("bad", bad, trials)
    this.peakFor = this.peakLogEFor
    this.seen += trials
    this.seenBad += bad
    this.peakAgainst = Math.max(this.peakAgainst, this.logEAgainst)
  }

  /** ln E_n now: evidence against P(bad) ≤ δ₀. */
  get logEAgainst(): number {
    return logEAgainst(this.seenBad, this.seen, this.delta0)
  }

  /** ln E⁻_n now: evidence for P(bad) ≤ δ₀. */
  get logEFor(): number {
    return logEFor(this.seenBad, this.seen, this.delta0)
  }

  /** max over times m ≤ n of ln E_m. */
  get peakLogEAgainst(): number {
    return this.peakAgainst
  }

  /** max over times m ≤ n of ln E⁻_m. */
  get peakLogEFor(): number {
    return Math.max(this.peakFor, this.logEFor)
  }
}
