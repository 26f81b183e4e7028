/**
 * The value of one component of a truncated mixture at a prompt of very many responses: β·KL to π*_β, as E_p(f − r*) less the difference of the log-normalisers, from two sums of one
 * exponential a row.
 *
 * Sums are taken in a fixed order, so that whoever takes them, on however many threads, gives the same bits: blocks of {@link BLOCK} rows, in a block row i to the sum i mod 8,
 * the eight as ((s₀+s₂)+(s₄+s₆)) + ((s₁+s₃)+(s₅+s₇)), and blocks one after another.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { TruncatedMixturePolicy } from "./policy.ts"

/** Rows of a block. */
export const BLOCK = 4096
/** Rows from which on a prompt's sums are taken in blocks: fewer are summed one after another. */
export const BLOCKS_FROM = 2 ** 13

/** Component θ of a mixture, anchored at a row of prompt x. */
export interface WideComponent {
  readonly x: number
  readonly anchor: number
  readonly theta: Float64Array
  readonly policy: Pick<TruncatedMixturePolicy, "clip" | "truncation">
  /** log π*_β/π_ref by row. */
  readonly best: Float64Array
}

/** Rewards f of the prompt's rows, by row offset, into `rewards`; the greatest of a row of positive mass. Rows without mass are left as they are. */
export const componentRewards = (
  exact: FiniteInstance,
  { anchor, policy: { clip, truncation }, theta, x }: WideComponent,
  rewards: Float64Array
): number => {
  const { dimension: d, features, offsets, reference } = exact
  const [start, end] = [offsets[x], offsets[x + 1]]
  const { whitening } = truncation
  const limit = truncation.nu ** 2
  const own = features.slice(anchor * d, (anchor + 1) * d)
  const gaps = new Float64Array(d)
  let top = -Infinity
  for (let y = start; y < end; y++) {
    if (reference[y] === 0) continue
    let f = 0
    for (let j = 0; j < d; j++) {
      const gap = features[y * d + j] - own[j]
      gaps[j] = gap
      f += theta[j] * gap
    }
    let square = 0
    for (let i = 0; i < d; i++) {
      let s = 0
      for (let j = 0; j <= i; j++) s += whitening[i * d + j] * gaps[j]
      square += s * s
    }
    const reward = square > limit ? 0 : f > clip ? clip : f < -clip ? -clip : f
    rewards[y - start] = reward
    if (reward > top) top = reward
  }
  return top
}

/** Σ π_ref·e^u and Σ π_ref·e^u·(u − log π*_β/π_ref), u = (f − top)/β, over rows [start, end) with their rewards. */
export const componentSums = (
  { beta, reference }: Pick<FiniteInstance, "beta" | "reference">,
  best: Float64Array,
  start: number,
  end: number,
  rewards: Float64Array,
  top: number
): readonly [z: number, gain: number] => {
  let [z, gain] = [0, 0]
  const blocks = end - start >= BLOCKS_FROM
  const zs = new Float64Array(8)
  const gains = new Float64Array(8)
  for (let first = start; first < end; first += BLOCK) {
    const last = Math.min(end, first + BLOCK)
    zs.fill(0)
    gains.fill(0)
    if (!blocks) {
      zs[0] = z
      gains[0] = gain
    }
    for (let y = first; y < last; y++) {
      if (reference[y] === 0) continue
      const logit = (rewards[y - start] - top) / beta
      const weight = reference[y] * Math.exp(logit)
      const k = blocks ? (y - first) & 7 : 0
      zs[k] += weight
      gains[k] += weight * (logit - best[y])
    }
    if (blocks) {
      z += sumOf(zs)
      gain += sumOf(gains)
    } else [z, gain] = [zs[0], gains[0]]
  }
  return [z, gain]
}

const sumOf = (s: Float64Array): number => s[0] + s[2] + (s[4] + s[6]) + (s[1] + s[3] + (s[5] + s[7]))
