/**
 * Random instances for properties: realizable by construction, with the corners that break things.
 *
 * Features are uniform in the unit ball; θ* has a uniform direction and the length at which the widest prompt's rewards span [0, R] (at most
 * 2R, Θ's radius); each prompt's rewards are shifted by their own offset, since only differences are linear.
 */
import { innerProduct } from "../../numeric/inner-product.ts"
import { Stream } from "../../numeric/stream.ts"
import { family } from "../family.ts"
import type { FiniteInstance, Noise } from "../instance.ts"
import { finiteInstance } from "../make-instance.ts"
import { compensatedSum, scaleToOne } from "../probability-mass.ts"
import { randomMasses, unitVector } from "./random-draws.ts"
import { wideNumbers } from "../wide-numbers.ts"
import {
  betaOption,
  choiceOption,
  dimensionOption,
  noiseOption,
  numberOption,
  refuseWide,
  rewardRangeOption,
  seedOption,
  wholeOption
} from "../family-options.ts"

/** A random instance: its size, and how often it has the corners that break things. */
export interface RandomInstanceOptions {
  readonly seed: number
  readonly prompts?: number
  /** Responses per prompt; 1 makes every policy equal. */
  readonly responses?: number
  readonly d?: number
  readonly R?: number
  readonly beta?: number
  /** Chance that a response has probability 0 (one of each prompt keeps mass). */
  readonly zeros?: number
  /**
   * Chance that a response ties the one before it, exactly, in reward: half of them by having its feature as well (they merge), half
   * by its mirror image in θ* (they do not, if d ≥ 2).
   */
  readonly ties?: number
  /** Decades that π_ref spans: masses ∝ 10^{−spread·U}. Large values make coverage huge. */
  readonly spread?: number
  readonly set?: "ball" | "box"
  readonly noise?: Noise["kind"]
}

/** {@link randomMasses} whose sum is 1 to the bit. */
const randomLaw = (stream: Stream, size: number, spread: number, zeros: number): Float64Array => {
  const mass = randomMasses(stream, size, spread, zeros)
  // A first division leaves a sum within rounding of 1 unless the masses were tiny; a second settles those.
  if (compensatedSum(mass) !== 1) scaleToOne(mass, 0, size)
  return mass
}

/** φ for N responses, and which repeat the linear reward of the row before (within a prompt). */
const randomFeatures = (stream: Stream, options: Required<RandomInstanceOptions>, direction: Float64Array) => {
  const { prompts: X, responses: K, d, ties } = options
  const features = wideNumbers(X * K * d)
  const tied = new Uint8Array(X * K)
  for (let row = 0; row < X * K; row++) {
    const phi = features.subarray(row * d, (row + 1) * d)
    if (row % K === 0 || stream.next() >= ties) {
      const radius = stream.next() ** (1 / d)
      const unit = unitVector(stream, d)
      for (let j = 0; j < d; j++) phi[j] = radius * unit[j]
      continue
    }
    tied[row] = 1
    const before = features.subarray((row - 1) * d, row * d)
    if (stream.next() < 0.5) phi.set(before)
    else {
      const along = before.reduce((sum, t, j) => sum + t * direction[j], 0)
      phi.set(before.map((t, j) => 2 * along * direction[j] - t))
    }
  }
  return { features, tied }
}

/**
 * A random table, realizable by construction: the same options give the same table. Defaults: 3 prompts of 5 responses, d = 2, R = 1, β = 0.5.
 *
 * @example
 * ```ts
 * import { randomInstance } from "coverbound/instance"
 *
 * const table = randomInstance({ seed: 3, prompts: 2, responses: 5, d: 2 })
 * console.log(table.offsets.join(), table.features.length) // => 0,5,10 20
 * ```
 */
export const randomInstance = (options: RandomInstanceOptions): FiniteInstance => {
  const o: Required<RandomInstanceOptions> = {
    prompts: 3,
    responses: 5,
    d: 2,
    R: 1,
    beta: 0.5,
    zeros: 0,
    ties: 0,
    spread: 0,
    set: "ball",
    noise: "bernoulli",
    ...options
  }
  const { prompts: X, responses: K, d, R } = o
  const stream = Stream.fromSeed(o.seed).split("random")
  const direction = unitVector(stream.split("theta"), d)
  const { features, tied } = randomFeatures(stream.split("features"), o, direction)
  const linear = wideNumbers(X * K)
  for (let row = 0; row < X * K; row++) linear[row] = innerProduct(direction, 0, features, row * d, d)
  const low = (x: number): number => linear.subarray(x * K, (x + 1) * K).reduce((a, b) => Math.min(a, b), Infinity)
  const high = (x: number): number => linear.subarray(x * K, (x + 1) * K).reduce((a, b) => Math.max(a, b), -Infinity)
  let widest = 0
  for (let x = 0; x < X; x++) widest = Math.max(widest, high(x) - low(x))
  const size = Math.min(2 * R, R / widest)
  const meanReward = wideNumbers(X * K)
  const reference = wideNumbers(X * K)
  const laws = stream.split("laws")
  for (let x = 0; x < X; x++) {
    const room = Math.max(0, R - size * (high(x) - low(x)))
    const offset = laws.next() * room - size * low(x)
    for (let row = x * K; row < (x + 1) * K; row++) {
      meanReward[row] = tied[row] ? meanReward[row - 1] : Math.min(R, Math.max(0, offset + size * linear[row]))
    }
    reference.set(randomLaw(laws, K, o.spread, o.zeros), x * K)
  }
  return {
    name: "random",
    dimension: d,
    beta: o.beta,
    rewardRange: R,
    parameterSet: o.set === "ball" ? { kind: "ball", radius: 2 * R } : { kind: "box", halfWidth: 2 * R },
    thetaStar: direction.map((t) => size * t),
    noise: { kind: o.noise },
    promptProbabilities: randomLaw(laws, X, 0, 0),
    offsets: Int32Array.from({ length: X + 1 }, (_, x) => x * K),
    reference,
    features,
    meanReward
  }
}

/** `random:seed=…` */
export const randomFamily = family({
  name: "random",
  summary: "a random realizable table, with zero masses, ties and spread on request",
  options: {
    seed: seedOption("of everything"),
    prompts: wholeOption("number of prompts", 1, 65536, 3),
    responses: wholeOption("responses per prompt", 1, 2 ** 20, 5),
    d: dimensionOption(2),
    R: rewardRangeOption,
    beta: betaOption(0.5),
    zeros: numberOption("chance that a response has probability 0", 0, 1, 0),
    ties: numberOption("chance that a response ties the one before it", 0, 1, 0),
    spread: numberOption("decades that pi_ref spans", 0, 300, 0),
    set: choiceOption("shape of Theta", ["ball", "box"], "ball"),
    noise: noiseOption(["bernoulli", "two-point", "none"], "bernoulli")
  },
  make: (values, spec) => {
    refuseWide("random", values.prompts, values.responses * values.d, "with these responses and d")
    return finiteInstance(randomInstance(values), spec)
  }
})
