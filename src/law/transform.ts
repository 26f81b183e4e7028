/**
 * Probability integral transforms: observations of different known laws brought to one scale, where they must be uniform (P. Rosenblatt 1952,
 * doi:10.1214/aoms/1177729394). Atoms are spread over their interval by a uniform of the law's own stream, so that the result is exactly uniform.
 */
import type { Stream } from "../numeric/stream.ts"
import { binomialTails } from "../statistics/incomplete-beta.ts"
import { logBinomialProbability } from "../statistics/saddle-point.ts"
import { atMost, cellOf, certain, judgeUniform, type Outcome } from "./law.ts"

/** U = F(v−) + V·P(v). */
const spread = (below: number, at: number, coin: Stream): number => Math.min(1, Math.max(0, below + coin.next() * at))

/** Entry `index` drawn with probability ∝ weights. NaN when it has none: the caller refutes. */
export const ofWeights = (weights: ArrayLike<number>, index: number, coin: Stream): number => {
  let total = 0
  let below = 0
  for (let i = 0; i < weights.length; i++) {
    if (i < index) below += weights[i]
    total += weights[i]
  }
  return weights[index] > 0 ? spread(below / total, weights[index] / total, coin) : Number.NaN
}

/** G trials to the first success of probability p, or none within `limit`. */
export const ofTrials = (p: number, limit: number, trials: number, success: boolean, coin: Stream): number => {
  if (!(p > 0)) return success ? Number.NaN : coin.next()
  if (p >= 1) return success && trials === 1 ? coin.next() : Number.NaN
  const log = Math.log1p(-p)
  const done = success ? trials - 1 : limit
  return spread(-Math.expm1(done * log), success ? p * Math.exp(done * log) : Math.exp(limit * log), coin)
}

/** G conditioned on G ≤ limit. */
export const ofTrialsWithin = (p: number, limit: number, trials: number, coin: Stream): number => {
  if (!(p > 0) || trials > limit) return Number.NaN
  if (p >= 1) return trials === 1 ? coin.next() : Number.NaN
  const log = Math.log1p(-p)
  const reach = -Math.expm1(limit * log)
  return spread(-Math.expm1((trials - 1) * log) / reach, (p * Math.exp((trials - 1) * log)) / reach, coin)
}

/** k successes of n trials of probability p. NaN when k is not an integer in [0, n]. */
export const ofBinomial = (k: number, n: number, p: number, coin: Stream): number => {
  if (!Number.isInteger(k) || k < 0 || k > n) return Number.NaN
  const below = k === 0 ? 0 : Math.exp(binomialTails(k - 1, n, p).logAtMost)
  return spread(below, Math.exp(logBinomialProbability(k, n, p, 1 - p)), coin)
}

/** Several transforms of each observation, tallied jointly and against the observation before. */
export class UniformTally {
  private readonly cells: number
  private readonly joint: Float64Array
  private readonly lagged: Float64Array
  private last = -1
  private impossible = 0
  private seen = 0

  /** @param sides how many transforms one observation has (1 or 2). @param cells cells per side. */
  constructor(sides: 1 | 2, cells: number) {
    this.cells = cells
    this.joint = new Float64Array(cells ** sides)
    this.lagged = new Float64Array(16)
  }

  /** One observation; a NaN transform is something that cannot happen. */
  add(u: number, v?: number): void {
    this.seen++
    if (Number.isNaN(u) || Number.isNaN(v)) {
      this.impossible++
      return
    }
    this.joint[v === undefined ? cellOf(u, this.cells) : cellOf(u, this.cells) * this.cells + cellOf(v, this.cells)]++
    // Disjoint consecutive pairs: independent where observations are.
    const now = cellOf(u, 4)
    if (this.last < 0) this.last = now
    else {
      this.lagged[this.last * 4 + now]++
      this.last = -1
    }
  }

  /** Two comparisons at half of `level` each; what cannot happen refutes at level 0. */
  judge(level: number, what: string): ReadonlyArray<Outcome> {
    if (this.impossible > 0) {
      const said = `${what}: ${this.impossible} of ${this.seen} observations are impossible under the law`
      return [certain(atMost(this.impossible, 0, said), "")]
    }
    return [
      judgeUniform(this.joint, level / 2, what),
      judgeUniform(this.lagged, level / 2, `${what}, independence of consecutive answers`)
    ]
  }
}
