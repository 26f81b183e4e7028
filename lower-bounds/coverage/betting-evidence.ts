/**
 * Evidence against "the trials' outcomes are worth no more than their prices": an e-process for bounded outcomes whose bounds differ from trial to
 * trial and may be known only afterwards.
 *
 * *Setting.* Trial t has an outcome X_t ∈ [0, 1] and a price p_t ≥ 0 with E[X_t − p_t | past] ≤ 0 under the claim (L1: X_t says whether the needle was
 * held, p_t is q_t/N with the q_t that the learner happened to use). A gambler buys a/c_t tickets, c_t > 0 fixed before the trial:
 *
 *     E_n(a) = Π_t (1 + (a/c_t)·(X_t − p_t)),  0 ≤ a ≤ 1,     E_n = mean of E_n(a) over a fixed set of a.
 *
 * *Validity.* Where p_t ≤ c_t always, each factor is non-negative with conditional mean ≤ 1, so E_n is a non-negative supermartingale and
 * P(∃n: E_n ≥ 1/α) ≤ α (Ville). Where p_t > c_t the trial is entered as X = 0, p = c_t. For that to be sound the price must have been paid query by query,
 * each query's chance of the first success being at most its price given the past: then the gambler's account *within* the trial is a supermartingale too,
 * and stopping it when the price passes c_t leaves at least 1 − a. (For bounds that hold only for committed budgets, pass the budget's price as both p and c.)
 *
 * I. Waudby-Smith and A. Ramdas, doi:10.1093/jrsssb/qkad009 (bets with predictable stakes); S. Howard et al., doi:10.1214/20-AOS1991 (Ville's inequality).
 */

/** Stakes as fractions of all one may stake: small ones for rates just above the price, large ones for rates far above. */
const FRACTIONS = [1 / 256, 1 / 64, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 15 / 16, 1]

const logMean = (logs: Float64Array): number => {
  const top = Math.max(...logs)
  return top === -Infinity
    ? -Infinity
    : top + Math.log(logs.reduce((sum, l) => sum + Math.exp(l - top), 0) / logs.length)
}

/** The two accounts: against the claim that outcomes are worth no more than their prices, and for it. */
export class BettingEvidence {
  /** Trials entered. */
  trials = 0
  /** Σ X_t and Σ min(p_t, 1). */
  outcomes = 0
  prices = 0
  private readonly against = new Float64Array(FRACTIONS.length)
  private readonly support = new Float64Array(FRACTIONS.length)
  private peakAgainst = 0
  private peakFor = 0

  /**
   * Enters one trial.
   * @param outcome X in [0, 1]. @param price p ≥ 0. @param cap c > 0, fixed before the trial.
   */
  add(outcome: number, price: number, cap: number): void {
    if (!(outcome >= 0 && outcome <= 1)) throw new RangeError(`outcome: ${outcome}, expected a number in [0, 1]`)
    if (!(price >= 0)) throw new RangeError(`price: ${price}, expected a number of at least 0`)
    if (!(cap > 0)) throw new RangeError(`cap: ${cap}, expected a number above 0`)
    const [x, p] = price > cap ? [0, cap] : [outcome, price]
    const worth = Math.min(1, price)
    FRACTIONS.forEach((a, i) => {
      this.against[i] += Math.log1p((a / cap) * (x - p))
      // Mirror image against E[X − p] ≥ 0: with min(p,1) for p it still holds, and X − p ≤ 1 bounds the stake.
      this.support[i] += Math.log1p(a * (worth - outcome))
    })
    this.trials++
    this.outcomes += outcome
    this.prices += worth
    this.peakAgainst = Math.max(this.peakAgainst, logMean(this.against))
    this.peakFor = Math.max(this.peakFor, logMean(this.support))
  }

  /** ln E_n now. */
  get logEAgainst(): number {
    return logMean(this.against)
  }

  /** max over time of ln E_n: refute the claim at level α when it reaches ln(1/α). */
  get peakLogEAgainst(): number {
    return this.peakAgainst
  }

  /** max over time of the log evidence against E[X − p] ≥ 0: support the claim when it reaches ln(1/α). */
  get peakLogEFor(): number {
    return this.peakFor
  }

  /** The three-way verdict; both accounts at `level`: at most one of the two claims can be false. */
  verdict(level: number): "supported" | "refuted" | "undecided" {
    const threshold = -Math.log(level)
    return this.peakAgainst >= threshold ? "refuted" : this.peakFor >= threshold ? "supported" : "undecided"
  }
}
