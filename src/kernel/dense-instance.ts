/**
 * The dense work of one instance by a set of kernels, whichever backend they run on: exact evaluation by scores and tilted softmax, tables of passing pairs, Gram
 * matrices of its features. Kernels compute in float32; what is said of their results holds of the real numbers: an evaluation comes with how far it may be off, and a
 * table of pairs is the one that float64 gives. It pays where responses are many or features wide; records are made in float64 (`policy/evaluate.ts`).
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { type EllipticTest, squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
import { evaluate, type Evaluation } from "../policy/evaluate.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import type { Policy } from "../policy/policy.ts"
import { policyProblem, testProblem } from "../policy/policy-problem.ts"
import { type KernelSet, rows } from "./backend.ts"
import { gamma, SMALLEST_NORMAL, tiltedSoftmaxBounds, UNIT_ROUNDOFF } from "./reference.ts"
import { centredRows, distanceBand } from "./wasm/centred-rows.ts"

/** A number, and how far it may be from the exact one; Infinity where float32 promises nothing. */
export interface Bounded {
  readonly value: number
  /** ≥ 0, in the units of `value`. */
  readonly error: number
}

/** An evaluation of which every number is {@link Bounded}. */
export type BoundedEvaluation = { readonly [Name in keyof Evaluation]: Bounded }

/** What {@link denseInstance} computes of its instance. */
export interface DenseInstance {
  /**
   * J_β, suboptimality, KL to π_ref, mean reward and C_cov of a policy. A linear softmax policy is evaluated by the kernels; any other of whole responses in float64, with
   * error 0, and so is what float32 would leave open by more than R/100 (β very small or large), or cannot hold at all. @throws TypeError for what is no policy over the instance's features
   */
  readonly evaluate: (policy: Policy) => Promise<BoundedEvaluation>
  /** R×R of prompt x: 1 where the pair of its responses passes the test, entry by entry what float64 gives. @throws RangeError for what is no test of d, or no prompt */
  readonly passTable: (test: EllipticTest, x: number) => Promise<Uint8Array>
  /** Σ φφᵀ over all responses of prompt x, d×d, and the bound that each entry keeps. */
  readonly gram: (x: number) => Promise<{ readonly sums: Float32Array; readonly error: number }>
}

/** What float32 may leave open of J_β, in units of R. */
const OPEN = 0.01

/** For roundings of the bounds themselves, and of float64 before and after the kernels. */
const SLACK = 1 + 2 ** -20

/** A sum in float64 of what kernels computed, with what their errors add up to. */
class BoundedSum {
  private value = 0
  private error = 0
  private size = 0

  /** @param off how far `term` may be off */
  add(term: number, off: number): void {
    this.value += term
    this.size += Math.abs(term)
    this.error += off
  }

  /** @param terms how many were added */
  total(terms: number): Bounded {
    const error = SLACK * (this.error + terms * 2 ** -52 * this.size)
    return { value: this.value, error: Number.isNaN(error) || Number.isNaN(this.value) ? Infinity : error }
  }
}

const exactly = (evaluation: Evaluation): BoundedEvaluation =>
  Object.fromEntries(
    Object.entries(evaluation).map(([name, value]) => [name, { value, error: 0 }])
  ) as BoundedEvaluation

/**
 * The dense work of an instance, by kernels.
 *
 * @param kernels a set of any backend (`openKernels`); it stays the caller's to destroy
 * @param best the optimum, if already at hand
 *
 * @example
 * ```ts
 * import { evaluate, namedInstance } from "coverbound/instance"
 * import { denseInstance, openKernels } from "coverbound/kernel"
 *
 * const { exact } = namedInstance("random:seed=3,prompts=4,responses=200,d=16")
 * const policy = { kind: "linear-softmax", theta: exact.thetaStar.map((t) => 0.9 * t) } as const
 * const kernels = await openKernels("wasm")
 * const { suboptimality } = await denseInstance(kernels, exact).evaluate(policy)
 * console.log(Math.abs(suboptimality.value - evaluate(exact, policy).suboptimality) <= suboptimality.error, suboptimality.error < 1e-4) // => true true
 * await kernels.destroy()
 * ```
 */
export const denseInstance = (
  kernels: KernelSet,
  exact: FiniteInstance,
  best: Optimum = optimum(exact)
): DenseInstance => {
  const { beta, dimension: d, features, meanReward, offsets, promptProbabilities } = exact
  const table = rows(new Float32Array(features), d)
  const reference = new Float32Array(exact.reference)
  const X = promptProbabilities.length
  const representable = exact.reference.every((p) => p === 0 || p >= SMALLEST_NORMAL)
  let longest = 0
  for (let o = 0; o < features.length; o += d) {
    let norm = 0
    for (let j = o; j < o + d; j++) norm += features[j] ** 2
    longest = Math.max(longest, norm)
  }

  /**
   * Scores are off by e = γ_{d+2}·‖θ/β‖·max‖φ‖ (Cauchy–Schwarz in the bound of each), the terms of a prompt's law by a relative t (`tiltedSoftmaxBounds`). A kernel divides
   * them by one sum, of which the rounding grows with the responses; here they are divided by their own sum in float64, and it does not enter: p lies within a factor
   * (1+t)/(1−t)·e^{2e} either way, and log p/π_ref within 2e − log(1−t) and the roundings of a logarithm.
   */
  const linear = async (theta: Float64Array): Promise<BoundedEvaluation> => {
    const tilt = theta.map((t) => t / beta)
    const norm = Math.hypot(...tilt)
    const off = SLACK * gamma(d + 2) * norm * Math.sqrt(longest) + (d + 2) * SMALLEST_NORMAL
    const logits = await kernels.scores(new Float32Array(tilt), table)
    const law = await kernels.tiltedSoftmax(logits, reference, offsets)
    const bounds = tiltedSoftmaxBounds(new Float64Array(logits), exact.reference, offsets)
    const [reward, kl, gap] = [new BoundedSum(), new BoundedSum(), new BoundedSum()]
    let [top, most] = [-Infinity, 0]
    for (let x = 0; x < X; x++) {
      const rho = promptProbabilities[x]
      if (rho === 0) continue
      const [start, end] = [offsets[x], offsets[x + 1]]
      const t = bounds.term[x]
      const relative = t < 1 ? ((1 + t) / (1 - t)) * Math.exp(2 * off) - 1 : Infinity
      const least = 4 * (end - start) * SMALLEST_NORMAL
      let sum = 0
      for (let y = start; y < end; y++) sum += law.probabilities[y]
      const logNormaliser = law.logNormaliser[x] + Math.log(sum)
      const ratioOff = 2 * off - Math.log1p(-t) + 2 ** -21 + 8 * UNIT_ROUNDOFF * (Math.abs(logNormaliser) + 1)
      for (let y = start; y < end; y++) {
        if (exact.reference[y] === 0) continue
        const p = law.probabilities[y] / sum
        const ratio = logits[y] - logNormaliser
        const behind = ratio - best.logRatio[y]
        const pOff = rho * (relative * p + least)
        reward.add(rho * p * meanReward[y], pOff * Math.abs(meanReward[y]))
        kl.add(rho * p * ratio, pOff * Math.abs(ratio))
        gap.add(rho * p * behind, pOff * Math.abs(behind))
        if (ratio > top) top = ratio
      }
      // Σ p·(log p/π_ref) with p exact and the logarithm off.
      kl.add(0, rho * ratioOff)
      gap.add(0, rho * ratioOff)
      if (!(ratioOff <= most)) most = ratioOff
    }
    const N = logits.length
    const [mean, divergence, behind] = [reward.total(N), kl.total(N), gap.total(N)]
    const coverage = Math.exp(top)
    const coverageError = SLACK * coverage * Math.expm1(most)
    return {
      objective: {
        value: mean.value - beta * divergence.value,
        error: SLACK * (mean.error + beta * divergence.error)
      },
      suboptimality: { value: Math.max(0, beta * behind.value), error: SLACK * beta * behind.error },
      klToReference: { value: Math.max(0, divergence.value), error: divergence.error },
      meanReward: mean,
      coverage: { value: coverage, error: Number.isNaN(coverageError) ? Infinity : coverageError }
    }
  }

  const rowsOf = (x: number): readonly [start: number, end: number] => {
    if (!(Number.isSafeInteger(x) && x >= 0 && x < X)) throw new RangeError(`x: ${x}, expected a prompt below ${X}`)
    return [offsets[x], offsets[x + 1]]
  }

  return {
    evaluate: async (policy) => {
      const problem = policyProblem(policy, d)
      if (problem !== undefined) throw new TypeError(problem)
      const found = policy.kind === "linear-softmax" && representable ? await linear(policy.theta) : undefined
      const told =
        found !== undefined && found.objective.error <= exact.rewardRange * OPEN && isFinite(found.coverage.error)
      return told ? found : exactly(evaluate(exact, policy, best))
    },
    passTable: async (test, x) => {
      const problem = testProblem(test, d)
      if (problem !== undefined) throw new RangeError(problem)
      const [start, end] = rowsOf(x)
      const size = end - start
      const white = whitenedRows(test, features, start, end)
      const limit = test.nu * test.nu
      const { radius, rows: centred } = centredRows(white, d, new Float64Array(size).fill(1))
      const [low, high] = distanceBand(d, radius, test.nu) ?? [-1, Infinity]
      const squares = await kernels.pairDistances(rows(new Float32Array(centred), d))
      const table = new Uint8Array(size * size)
      for (let at = 0; at < table.length; at++) {
        const square = squares[at]
        if (square < low) continue
        if (square > high || squaredDistance(white, Math.floor(at / size) * d, (at % size) * d, d) > limit)
          table[at] = 1
      }
      return table
    },
    gram: async (x) => {
      const [start, end] = rowsOf(x)
      const n = end - start
      const sums = await kernels.gram(rows(table.values.subarray(start * d, end * d), d))
      // Each entry's Σ|φ_i·φ_j| is at most the sum of squared norms (Cauchy–Schwarz).
      return { sums, error: SLACK * (gamma(n + 2) * n * longest + (n + 2) * SMALLEST_NORMAL) }
    }
  }
}
