/**
 * Probes seen by a proper learner against what its committed parameters allow: Σ_t q_t ≥ probes, up to Freedman's inequality (proper-exploration/statement.md).
 *
 * With q_t the chance, given the past, that query t sees a probe and X_t whether it does, X_t − q_t is a martingale difference of variance ≤ q_t and size
 * ≤ 1. Freedman's inequality (D. A. Freedman, doi:10.1214/aop/1176996452) comes from the supermartingale exp(ηΣ(X_t − q_t) − (e^η − 1 − η)Σq_t), η > 0,
 * that is exp(ηP − (e^η − 1)Q) with P = ΣX_t and Q = Σq_t. For η fixed beforehand it bounds P at any stopping time; Q being random and η not known
 * beforehand, a mixture over η is used, and the claim is refuted when the mixture reaches 1/α (Ville).
 *
 * Where g draws share a prompt (pairs, groups) their hits depend on one another. A prompt's count X lies in [0, g] and has mean q, so by convexity
 * E exp(ηX) ≤ 1 + (q/g)(e^{ηg} − 1): the same supermartingale in units of g, P/g against Q/g.
 */

/** Multipliers e^η of the mixture, equal weights: 1 + 2^{-20} … 1 + 2^{60}, so that any excess beyond about √Q and any factor P/Q has one near its best. */
const MULTIPLIERS = Array.from({ length: 81 }, (_, i) => 2 ** (i - 20))

/**
 * ln of the mixture: evidence that P probes were too many for Q = Σ q_t expected. Anytime-valid over runs put end to end.
 *
 * @param group the most draws made at one prompt, fixed beforehand.
 */
export const logProbeEvidence = (probes: number, expected: number, group = 1): number => {
  if (!(probes >= 0)) throw new RangeError(`probes: ${probes}, expected a number of at least 0`)
  if (!(expected >= 0)) throw new RangeError(`expected: ${expected}, expected a number of at least 0`)
  const logs = MULTIPLIERS.map((excess) => (probes * Math.log1p(excess) - excess * expected) / group)
  const top = Math.max(...logs)
  return top + Math.log(logs.reduce((sum, l) => sum + Math.exp(l - top), 0) / logs.length)
}

/**
 * Freedman's inequality itself: the excess a with P(∃n: P_n − Q_n ≥ a and Q_n ≤ Q) ≤ α, the root of a²/(2(Q + a/3)) = ln(1/α). For reports and power
 * calculations; a verdict uses {@link logProbeEvidence}, which needs no bound on Q.
 */
export const freedmanExcess = (expected: number, level: number): number => {
  const log = -Math.log(level)
  return log / 3 + Math.sqrt((log * log) / 9 + 2 * log * expected)
}

/** The least number of probes that refutes Σ q_t = `expected` at level α. */
export const refutingProbes = (expected: number, level: number, group = 1): number => {
  const threshold = -Math.log(level)
  let high = 1
  while (logProbeEvidence(high, expected, group) < threshold) high *= 2
  let low = 0
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (logProbeEvidence(middle, expected, group) < threshold) low = middle
    else high = middle
  }
  return high
}
