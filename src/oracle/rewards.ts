/**
 * The reward oracle. Noise is conditionally independent given the response, as T7 requires; the sum of n noisy rewards of one response is
 * one binomial under the exact-law interpreter and n coins under the literal one.
 */
import { noiseLaw } from "../instance/noise.ts"
import { binomial } from "../numeric/random-variates.ts"
import { type Pair, promptOf, type Response } from "./handle.ts"
import type { Rewards } from "./services.ts"
import { offered } from "./tap.ts"
import { ANSWER } from "./transcript.ts"
import type { Workbench } from "./workbench.ts"

export const rewardOracle = (
  bench: Workbench,
  aggregate: boolean
): {
  readonly service: Rewards["Service"]
  readonly rewardedFeatures: () => bigint
  /** Sampling queries charged when a response with φ ≠ 0 was first rewarded; undefined while none was. */
  readonly firstFeatureAt: () => bigint | undefined
  /** One observed reward at a row: what {@link Rewards.query} does of one response. */
  readonly observe: (row: number) => number
} => {
  const { exact, ledger, transcript } = bench
  const { meanReward, rewardRange, noise } = exact
  const stream = bench.stream.split("rewards")
  // Made as they are asked for: of 10⁶ responses a run rewards few.
  const lawAt = (row: number) => noiseLaw(noise, meanReward[row], rewardRange)

  // What L1 and L2 look at: whether a reward was asked of a response that carries a feature.
  const featured = (row: number): 0 | 1 => {
    const { dimension: d, features } = exact
    for (let at = row * d; at < (row + 1) * d; at++) if (features[at] !== 0) return 1
    return 0
  }
  let rewarded = 0
  let first: bigint | undefined
  const see = (n: number): void => {
    if (n > 0 && first === undefined) first = ledger.snapshot().samplingQueries
    rewarded += n
  }

  const one = (row: number): number => {
    const { chance, high, low } = lawAt(row)
    if (noise.kind === "none") return high
    // Against the mean itself, where chance is mean/R: a quotient rounds.
    const hit = noise.kind === "bernoulli" ? stream.next() * rewardRange < meanReward[row] : stream.next() < chance
    return hit ? high : low
  }

  const sum = (row: number, n: number): number => {
    if (noise.kind === "none") return n * meanReward[row]
    const { chance, high, low } = lawAt(row)
    // One reward is one coin under both, so that asking for a pair or for a batch of one is the same run.
    if (aggregate && n > 1) return n * low + (high - low) * binomial(stream, n, chance)
    let s = 0
    for (let i = 0; i < n; i++) s += one(row)
    return s
  }

  const observe = (row: number): number => {
    ledger.charge("rewards", 1)
    const value = one(row)
    see(featured(row))
    transcript.record(ANSWER.reward, row, value)
    return value
  }

  const query = (responses: ReadonlyArray<Response>): Float64Array => {
    const out = new Float64Array(responses.length)
    for (let i = 0; i < responses.length; i++) out[i] = observe(bench.row(responses[i]))
    return out
  }

  /** Σ(r₁−r₂) of n rewards each of two responses to one prompt. */
  const difference = ({ left, prompt, right }: Pair, n: number): number => {
    if (promptOf(left) !== prompt || promptOf(right) !== prompt)
      throw new TypeError("pair: responses to two prompts, expected one prompt")
    const [a, b] = [bench.row(left), bench.row(right)]
    ledger.charge("rewards", 2 * n)
    const value = sum(a, n) - sum(b, n)
    see(n * (featured(a) + featured(b)))
    transcript.record(ANSWER.difference, a, b, n, value)
    return value
  }

  const querySum = (response: Response, n: number): number => {
    const row = bench.row(response)
    ledger.charge("rewards", n)
    const value = sum(row, n)
    see(n * featured(row))
    transcript.record(ANSWER.rewardSum, row, n, value)
    return value
  }

  return {
    service: offered("Rewards", {
      query,
      queryDifferences: ({ counts, pairs }) => Float64Array.from(pairs, (pair, i) => difference(pair, counts[i])),
      queryOne: (response) => observe(bench.row(response)),
      queryDifference: (pair) => difference(pair, 1),
      querySum
    }),
    rewardedFeatures: () => BigInt(rewarded),
    firstFeatureAt: () => first,
    observe
  }
}
