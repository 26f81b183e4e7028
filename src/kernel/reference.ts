/**
 * What every kernel computes, in float64 and plain loops: the definition that each backend is tested against, and how
 * far float32 may be from it: here what the package itself goes by, entry by entry in properties/kernel/error-bounds.ts.
 *
 * Error bounds hold for any order of summation, with or without fused multiply-add, and include the rounding of
 * float64 inputs to float32. u = 2⁻²⁴; γₙ = n·u/(1 − n·u) bounds n successive roundings (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 2nd ed., §3.1 and 3.4). A backend may flush subnormal numbers to zero: each
 * product may be off by 2⁻¹²⁶ besides. Overflow is excluded.
 */
import type { ConcreteResponses } from "../instance/draw-table.ts"
import { finiteSource } from "../instance/finite-source.ts"
import { innerProduct } from "../numeric/inner-product.ts"
import { block, threefry2x32, uniform } from "../numeric/stream.ts"

/** Unit roundoff of float32. */
export const UNIT_ROUNDOFF = 2 ** -24
/** Smallest normal float32: below it a backend may see 0. */
export const SMALLEST_NORMAL = 2 ** -126

/** γₙ. Infinite where n·u ≥ 1: nothing is promised there. */
export const gamma = (n: number): number => {
  const nu = n * UNIT_ROUNDOFF
  return nu < 1 ? nu / (1 - nu) : Infinity
}

/** ⟨θ, φ_i⟩ of N rows. θ: d. features: N×d row-major. */
export const scores = (theta: Float64Array, features: Float64Array): Float64Array => {
  const d = theta.length
  return Float64Array.from({ length: features.length / d }, (_, i) => innerProduct(theta, 0, features, i * d, d))
}

/** q_i = ‖Wφ_i‖² of N rows. whitening: W, d×d lower triangular. features: N×d. */
export const quadraticForm = (whitening: Float64Array, features: Float64Array): Float64Array => {
  const d = Math.sqrt(whitening.length)
  return Float64Array.from({ length: features.length / d }, (_, i) => {
    let q = 0
    for (let r = 0; r < d; r++) q += innerProduct(whitening, r * d, features, i * d, r + 1) ** 2
    return q
  })
}

/** ‖v_a − v_b‖² of all pairs of rows, R×R. white: R×d, rows already whitened. */
export const pairDistances = (white: Float64Array, d: number): Float64Array => {
  const size = white.length / d
  const out = new Float64Array(size * size)
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      for (let j = 0; j < d; j++) out[a * size + b] += (white[a * d + j] - white[b * d + j]) ** 2
    }
  }
  return out
}

export interface TiltedLaw {
  /** π_ref(y)·e^{f(y)/β}/Z, length N. */
  readonly probabilities: Float64Array
  /** log Z of each prompt, length X; −∞ for a prompt without mass. */
  readonly logNormaliser: Float64Array
}

/**
 * Tilted softmax of each prompt. logits f/β, finite, and reference π_ref ≥ 0, finite: N; responses of prompt x are the rows offsets[x] …
 * offsets[x+1]−1 (X + 1 of them). A prompt without mass has probabilities 0.
 */
export const tiltedSoftmax = (logits: Float64Array, reference: Float64Array, offsets: Int32Array): TiltedLaw => {
  const probabilities = new Float64Array(logits.length)
  const logNormaliser = Float64Array.from({ length: offsets.length - 1 }, (_, x) => {
    const [from, end] = [offsets[x], offsets[x + 1]]
    let top = -Infinity
    for (let y = from; y < end; y++) if (reference[y] > 0 && logits[y] > top) top = logits[y]
    if (top === -Infinity) return -Infinity
    // Weights over their own sum, not over e^{log Z}: log Z has lost its digits where logits are large.
    let sum = 0
    for (let y = from; y < end; y++) {
      if (reference[y] > 0) sum += probabilities[y] = reference[y] * Math.exp(logits[y] - top)
    }
    for (let y = from; y < end; y++) probabilities[y] /= sum
    return top + Math.log(sum)
  })
  return { probabilities, logNormaliser }
}

/**
 * |float32 − float64| of {@link tiltedSoftmax} where reference is positive, at a prompt of n responses whose logits lie
 * in ±m, s apart at most: exponents are off by η = u(4m + s), the exponential itself by a relative ε = u(6 + 4s) (what
 * WebGPU allows; ours is closer), so every term by r = e^η·(1+ε)·(1+γ₃) − 1, the sum by r + γₙ(1+r), and the
 * logarithm by 2⁻²¹ or 4 roundings.
 *
 * @returns by prompt: relative bounds of the terms over any one sum, of probabilities that are not below {@link SMALLEST_NORMAL}·4n (others are off by that much at most),
 * and absolute ones of log Z.
 */
export const tiltedSoftmaxBounds = (
  logits: Float64Array,
  reference: Float64Array,
  offsets: Int32Array
): { readonly term: Float64Array; readonly probability: Float64Array; readonly logNormaliser: Float64Array } => {
  const prompts = offsets.length - 1
  const terms = new Float64Array(prompts)
  const probability = new Float64Array(prompts)
  const logNormaliser = new Float64Array(prompts)
  for (let x = 0; x < prompts; x++) {
    let low = Infinity
    let high = -Infinity
    for (let y = offsets[x]; y < offsets[x + 1]; y++) {
      if (reference[y] === 0) continue
      low = Math.min(low, logits[y])
      high = Math.max(high, logits[y])
    }
    const n = offsets[x + 1] - offsets[x]
    const m = high < low ? 0 : Math.max(Math.abs(low), Math.abs(high))
    const s = high < low ? 0 : high - low
    const term = Math.exp(UNIT_ROUNDOFF * (4 * m + s)) * (1 + UNIT_ROUNDOFF * (6 + 4 * s)) * (1 + gamma(3)) - 1
    const sum = term + gamma(n) * (1 + term)
    terms[x] = term + 4 * UNIT_ROUNDOFF
    probability[x] = sum < 1 ? (1 + term) / (1 - sum) - 1 + 4 * UNIT_ROUNDOFF : Infinity
    // |log Z| ≤ m + |log mass|, and each of its roundings is relative to what is rounded.
    let mass = 0
    for (let y = offsets[x]; y < offsets[x + 1]; y++) mass += reference[y]
    const size = m + s + (mass === 0 ? 0 : Math.abs(Math.log(mass)))
    logNormaliser[x] = (sum < 1 ? -Math.log1p(-sum) : Infinity) + 2 ** -21 + 8 * UNIT_ROUNDOFF * size
  }
  return { term: terms, probability, logNormaliser }
}

/** ΦᵀΦ, d×d. features: N×d. */
export const gram = (features: Float64Array, d: number): Float64Array => {
  const out = new Float64Array(d * d)
  for (let n = 0; n < features.length; n += d) {
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[i * d + j] += features[n + i] * features[n + j]
  }
  return out
}

/** Searches of several prompts at once: search b draws at prompt prompts[b] under the key keys[2b], keys[2b+1]. */
interface Searches {
  readonly responses: ConcreteResponses
  /** Length B. */
  readonly prompts: Int32Array
  /** B×2. */
  readonly keys: Int32Array
  /** Draws per search, at most: the counters 0 … limit−1. */
  readonly limit: number
}

/** Many searches for a pair of draws whose whitened features lie farther apart than ν: prompts, stream keys, features. */
export interface PairSearches extends Searches {
  /** Whitened feature of each class row, d apiece. */
  readonly white: Float64Array
  readonly dimension: number
  /** A pair passes when ‖white_a − white_b‖² > ν². */
  readonly nu: number
}

/**
 * Fused literal step, "draw a pair, test it, stop": the index in [0, limit) of each search's first pair that passes, or
 * −1. Pairs are addressed as `instance/finite-source.ts` says.
 */
export const firstHit = ({ responses, prompts, keys, limit, white, dimension: d, nu }: PairSearches): Int32Array => {
  const source = finiteSource(responses)
  return prompts.map((x, b) => {
    const row = (i: number, side: 0 | 1): number =>
      responses.rowOf[responses.offsets[x] + source.responseAt(x, keys[2 * b], keys[2 * b + 1], i, side)]
    for (let i = 0; i < limit; i++) {
      const [left, right] = [row(i, 0) * d, row(i, 1) * d]
      let distance = 0
      for (let j = 0; j < d; j++) distance += (white[left + j] - white[right + j]) ** 2
      if (distance > nu * nu) return i
    }
    return -1
  })
}

/** Many searches for a draw that a coin accepts: prompts and stream keys, and the probability of accepting each class row. */
export interface AcceptanceSearches extends Searches {
  /** Keys of the coins, B×2: coin i is the uniform of block i. */
  readonly coinKeys: Int32Array
  /** Probability of accepting each class row. */
  readonly accept: Float64Array
}

/**
 * Fused literal step, "draw a response, accept it by a coin, stop": the index in [0, limit) of each search's first
 * accepted draw, or −1.
 */
export const firstAccepted = ({
  responses,
  prompts,
  keys,
  coinKeys,
  limit,
  accept
}: AcceptanceSearches): Int32Array => {
  const source = finiteSource(responses)
  return prompts.map((x, b) => {
    for (let i = 0; i < limit; i++) {
      const response = source.responseAt(x, keys[2 * b], keys[2 * b + 1], i, "single")
      threefry2x32(coinKeys[2 * b], coinKeys[2 * b + 1], i, 0)
      if (uniform(block[0], block[1]) < accept[responses.rowOf[responses.offsets[x] + response]]) return i
    }
    return -1
  })
}
