/**
 * TokenLock(A, H): Y = [A]^H, π_ref uniform, a hidden y* with reward R, everything else nothing; e^{R/β} = A^H (families.md).
 *
 * Token features φ_h(s,a) = 1{sa is a prefix of y*} (d = 1), Q*_h = β log(1+(A^H−1)/A^{H−h}) on the path and 0 off it. On the sequence side it is Needle with
 * N = A^H, φ(y) = 1{y = y*}. The row of y* comes first: its mass may be too small for 1 − mass to tell.
 */
import { Stream } from "../../numeric/stream.ts"
import { autoregressiveInstance } from "../autoregressive.ts"
import { family, refuseOption } from "../family.ts"
import type { Instance } from "../instance.ts"
import { noiseOption, rewardRangeOption, seedOption, wholeOption } from "../family-options.ts"

/** A member of TokenLock. */
export interface TokenLockOptions {
  /** A ≥ 2. */
  readonly A: number
  /** H ≥ 1. */
  readonly H: number
  /** Of y*. */
  readonly seed?: number
  readonly R?: number
  /** Of observed rewards; a reward of 0 or R is what it is either way, but the learner is told which to expect. Default none. */
  readonly noise?: "bernoulli" | "none"
}

/** y*, uniform on [A]^H. */
const hiddenPath = ({ A, H, seed = 1 }: TokenLockOptions): ReadonlyArray<number> => {
  const stream = Stream.fromSeed(seed).split("token-lock")
  return Array.from({ length: H }, () => stream.nextInteger(A))
}

/**
 * TokenLock (families.md): one sequence y* of [A]^H is worth R and every other nothing. C_cond is about A, C_cov about A^H/2: what token-level search is worth.
 *
 * @param spec kept as the instance's name, `token-lock:A=4,H=8`
 * @throws InvalidInstance outside the ranges of the options
 *
 * @example
 * ```ts
 * import { tokenLock, valuesOf } from "coverbound/instance"
 *
 * const instance = tokenLock({ A: 4, H: 8 }, "token-lock:A=4,H=8")
 * const { conditionalCoverage, logCoverage } = valuesOf(instance.tokens!, instance.exact)
 * console.log(conditionalCoverage.toFixed(2), Math.exp(logCoverage).toFixed(0)) // => 4.00 32768
 * ```
 */
export const tokenLock = (options: TokenLockOptions, spec: string): Instance => {
  const { A, H, R = 1, noise = "none" } = options
  const path = hiddenPath(options)
  // Layer 0: the path's node. Layer h ≥ 1: the path's (rows: right, wrong), then the one off it (a single row).
  const layers: Array<number> = [0]
  for (let h = 1; h < H; h++) layers.push(h, h)
  const onPath = layers.map((h, n) => h === 0 || n % 2 === 1)
  const offsets = Int32Array.of(0, ...layers)
  const reference: Array<number> = []
  const features: Array<number> = []
  const next: Array<number> = []
  const reward: Array<number> = []
  const code: Array<number> = []
  const rowLayer: Array<number> = []
  layers.forEach((h, n) => {
    const last = h === H - 1
    const push = (mass: number, phi: number, to: number, r: number, k: number): void => {
      reference.push(mass)
      features.push(phi)
      next.push(last ? -1 : to)
      reward.push(r)
      code.push(k)
      rowLayer.push(h)
    }
    // Layer h+1 begins at node 2h+1.
    if (onPath[n]) {
      push(1 / A, 1, 2 * h + 1, last ? R : 0, 0)
      push(1 - 1 / A, 0, 2 * h + 2, 0, 1)
    } else push(1, 0, 2 * h + 2, 0, 0)
    offsets[n + 1] = reference.length
  })
  const describeToken = (row: number, stream: Stream): string => {
    const right = path[rowLayer[row]]
    if (features[row] === 1) return `${right}`
    if (reference[row] === 1) return `${stream.nextInteger(A)}`
    const other = stream.nextInteger(A - 1)
    return `${other < right ? other : other + 1}`
  }
  return autoregressiveInstance(
    {
      horizon: H,
      dimension: 1,
      roots: Int32Array.of(0),
      layers: Int32Array.from(layers),
      offsets,
      reference: Float64Array.from(reference),
      features: Float64Array.from(features),
      next: Int32Array.from(next),
      reward: Float64Array.from(reward),
      baseReward: 0,
      code: Int32Array.from(code),
      describeToken
    },
    {
      head: {
        name: "token-lock",
        dimension: 1,
        beta: R / (H * Math.log(A)),
        rewardRange: R,
        parameterSet: { kind: "ball", radius: R },
        thetaStar: Float64Array.of(R),
        noise: { kind: noise },
        promptProbabilities: Float64Array.of(1)
      },
      feature: (k) => [k === 0 ? 1 : 0],
      meanReward: (k) => (k === 0 ? R : 0),
      label: (k) => (k === 0 ? "y*" : "others"),
      responseCount: BigInt(A) ** BigInt(H)
    },
    spec
  )
}

/** A^H beyond which masses leave float64's normal range. */
const MOST_DECADES = 290

/** `token-lock:A=…,H=…` */
export const tokenLockFamily = family({
  name: "token-lock",
  summary: "one rewarded response among A^H, found token by token or not at all",
  options: {
    A: wholeOption("tokens to choose from", 2, 1024, 4),
    H: wholeOption("tokens in a response", 1, 128, 8),
    R: rewardRangeOption,
    seed: seedOption("of the hidden response"),
    noise: noiseOption(["none", "bernoulli"], "none")
  },
  make: (values, spec) => {
    const most = Math.floor(MOST_DECADES / Math.log10(values.A))
    if (values.H > most)
      refuseOption("token-lock", "H", values.H, `at most ${most} when A=${values.A} (A^H below 1e${MOST_DECADES})`)
    return tokenLock(values, spec)
  }
})
