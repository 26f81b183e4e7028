/**
 * Needle(N, d, β, R): one response of N is worth anything, and only holding it shows where (coverage/statement.md, the hard instance of L1).
 *
 * One prompt, π_ref uniform on Y = [N]; hidden i* ~ Unif[N] and v ~ Unif(S^{d−1}); φ(y) = v·1{y = i*}, θ* = Rv, Θ = {‖θ‖ ≤ R}, reward
 * R·1{y = i*} without noise. With β = R/log(N−1), e^{R/β} = N−1: the needle has mass ½ under π*_β.
 */
import { Stream } from "../../numeric/stream.ts"
import { family } from "../family.ts"
import type { FiniteInstance, Instance } from "../instance.ts"
import { instanceOfClasses } from "../make-instance.ts"
import { validateFinite } from "../validate.ts"
import { unitVector } from "./random-draws.ts"
import { betaOption, dimensionOption, rewardRangeOption, seedOption, wholeOption } from "../family-options.ts"

/** A member of Needle. */
export interface NeedleOptions {
  /** N ≥ 3 responses. */
  readonly N: number
  readonly d: number
  readonly R?: number
  /** Default R/log(N−1). */
  readonly beta?: number
  readonly seed?: number
}

const defaultBeta = (R: number, N: number): number => R / Math.log(N - 1)

/** i* and v of a seed. */
const hidden = (N: number, d: number, seed: number): { readonly index: number; readonly direction: Float64Array } => {
  const stream = Stream.fromSeed(seed).split("needle")
  return { index: stream.split("index").nextInteger(N), direction: unitVector(stream.split("direction"), d) }
}

/** A table of `size` rows whose row `at` is the needle's. */
const tableOf = (
  { N, d, R = 1, beta = defaultBeta(R, N) }: NeedleOptions,
  direction: Float64Array,
  size: number,
  at: number,
  reference: Float64Array
): FiniteInstance => {
  const features = new Float64Array(size * d)
  const meanReward = new Float64Array(size)
  features.set(direction, at * d)
  meanReward[at] = R
  return {
    name: "needle",
    dimension: d,
    beta,
    rewardRange: R,
    parameterSet: { kind: "ball", radius: R },
    thetaStar: direction.map((t) => R * t),
    noise: { kind: "none" },
    promptProbabilities: Float64Array.of(1),
    offsets: Int32Array.of(0, size),
    reference,
    features,
    meanReward
  }
}

/**
 * The table of Needle: N raw responses, N×d features.
 *
 * @example
 * ```ts
 * import { finiteInstance, needle } from "coverbound/instance"
 *
 * const instance = finiteInstance(needle({ N: 1000, d: 8 }), "needle")
 * console.log(instance.exact.reference.join(" ")) // => 0.999 0.001
 * ```
 */
export const needle = (options: NeedleOptions): FiniteInstance => {
  const { N, d, seed = 1 } = options
  const { index, direction } = hidden(N, d, seed)
  return tableOf(options, direction, N, index, new Float64Array(N).fill(1 / N))
}

/** Needle as an instance, from its two classes: what merging {@link needle} gives, to rounding, without the N×d features. */
export const needleInstance = (options: NeedleOptions, spec: string): Instance => {
  const { N, d, seed = 1 } = options
  const { index, direction } = hidden(N, d, seed)
  // Classes come in order of first appearance.
  const special = index === 0 ? 0 : 1
  const reference = new Float64Array(2).fill(1 - 1 / N)
  reference[special] = 1 / N
  const rowOf = new Int32Array(N).fill(1 - special)
  rowOf[index] = special
  const responses = { offsets: Int32Array.of(0, N), reference: new Float64Array(N).fill(1 / N), rowOf }
  return instanceOfClasses(validateFinite(tableOf(options, direction, 2, special, reference)), responses, spec)
}

/** `needle:N=…,d=…` */
export const needleFamily = family({
  name: "needle",
  summary: "one rewarded response among N, in a hidden direction: the lower bound's hard instance",
  options: {
    N: wholeOption("number of responses", 3, 2 ** 20, 1000),
    d: dimensionOption(8),
    R: rewardRangeOption,
    beta: betaOption(({ R, N }) => defaultBeta(R, N), { note: "; R/log(N-1) unless given" }),
    seed: seedOption("of the needle and its direction")
  },
  make: (values, spec) => needleInstance(values, spec)
})
