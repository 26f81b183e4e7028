/**
 * From a parameter θ ∈ [−1,1]ⁿ to an assignment, and exactly what each way satisfies. L2 says of a proper explorer's θ that it becomes a good assignment
 * through these (statement.md):
 *
 * - *sign*: a_j = sign θ_j;
 * - *independent*: P(a_j = 1) = (1+θ_j)/2, independently;
 * - *threshold*: draw Z ∈ [0,1] with P(Z ≤ z) = tanh(cz/2)/tanh(c/2); a_j = sign θ_j where |θ_j| > Z, a fair coin elsewhere. The sharp form of L2 needs this
 *   one; c → ∞ is sign rounding with fair ties, c → 0 has Z uniform.
 */
import type { Stream } from "../../src/numeric/stream.ts"
import { type DnfFormula, termCount } from "../../src/instance/families/dnf-formula.ts"

/** A vector of length n: θ ∈ [−1,1]ⁿ, or an assignment in {±1}ⁿ. */
export type Point = ArrayLike<number>

/** θ_j·l for a literal of variable j. */
const agreement = (theta: Point, literal: number): number => (literal > 0 ? theta[literal - 1] : -theta[-literal - 1])

/** Terms that an assignment a ∈ {±1}ⁿ satisfies: m·sat(a). */
export const satisfiedTerms = (formula: DnfFormula, assignment: Point): number => {
  const { width: k, literals } = formula
  let count = 0
  for (let o = 0; o < literals.length; o += k) {
    let j = 0
    while (j < k && agreement(assignment, literals[o + j]) > 0) j++
    if (j === k) count++
  }
  return count
}

/** a_j = sign θ_j, with sign 0 = 1 (L2 holds for either choice). */
export const signRounding = (theta: Point): Int8Array => Int8Array.from(theta, (t) => (t < 0 ? -1 : 1))

/** Independent a_j with P(a_j = 1) = (1+θ_j)/2. */
export const independentRounding = (theta: Point, stream: Stream): Int8Array =>
  Int8Array.from(theta, (t) => (2 * stream.next() < 1 + t ? 1 : -1))

/**
 * P(a < Z ≤ b) of threshold rounding, 0 ≤ a ≤ b ≤ 1, c > 0: (tanh(cb/2) − tanh(ca/2))/tanh(c/2) without its cancellation, since masses of
 * e^{−c} matter where L2 is tight.
 */
export const thresholdMass = (a: number, b: number, c: number): number =>
  (2 * Math.exp(-c * a) * -Math.expm1(-c * (b - a))) /
  ((1 + Math.exp(-c * a)) * (1 + Math.exp(-c * b)) * Math.tanh(c / 2))

/** θ with every coordinate of |θ_j| ≤ z replaced by 0 (a fair coin) and every other by its sign. */
const levelPoint = (theta: Point, z: number): Int8Array =>
  Int8Array.from(theta, (t) => (Math.abs(t) > z ? Math.sign(t) : 0))

/** Threshold rounding at sharpness c > 0. */
export const thresholdRounding = (theta: Point, c: number, stream: Stream): Int8Array => {
  // atanh is odd and increasing: the inverse of P(Z ≤ z), clamped against rounding at the end.
  const z = Math.min(1, (2 / c) * Math.atanh(stream.next() * Math.tanh(c / 2)))
  return independentRounding(levelPoint(theta, z), stream)
}

/** E[number of terms satisfied] under independent rounding: Σ_x Π_{j∈x} (1 + θ_j l_j)/2. */
export const expectedIndependent = (formula: DnfFormula, theta: Point): number => {
  const { width: k, literals } = formula
  let sum = 0
  for (let o = 0; o < literals.length; o += k) {
    let p = 1
    for (let j = 0; j < k; j++) p *= (1 + agreement(theta, literals[o + j])) / 2
    sum += p
  }
  return sum
}

/**
 * E[number of terms satisfied] under threshold rounding: a term needs Z ≥ max_j(−θ_j l_j), and then a fair coin for each of its |θ_j| ≤ Z:
 * Σ_x ∫ 2^{−#{j∈x: |θ_j| ≤ z}} dP(Z ≤ z), one interval between consecutive |θ_j| at a time.
 */
export const expectedThreshold = (formula: DnfFormula, theta: Point, c: number): number => {
  const { width: k, literals } = formula
  const sizes = new Float64Array(k)
  let sum = 0
  for (let o = 0; o < literals.length; o += k) {
    let from = 0
    for (let j = 0; j < k; j++) {
      const g = agreement(theta, literals[o + j])
      sizes[j] = Math.abs(g)
      if (-g > from) from = -g
    }
    sizes.sort()
    for (let i = 0; i <= k; i++) {
      const a = Math.max(from, i === 0 ? 0 : sizes[i - 1])
      const b = i === k ? 1 : sizes[i]
      if (b > a) sum += 2 ** -i * thresholdMass(a, b, c)
    }
  }
  return sum
}

/**
 * Independent rounding derandomised by conditional expectations: variable by variable, the value that leaves the larger expectation. Satisfies at least
 * {@link expectedIndependent} terms. O(m·k²).
 */
export const derandomisedRounding = (formula: DnfFormula, theta: Point): Int8Array => {
  const { variables: n, width: k, literals } = formula
  const occurrences: Array<Array<number>> = Array.from({ length: n }, () => [])
  literals.forEach((literal, at) => occurrences[Math.abs(literal) - 1].push(at))
  const point = Float64Array.from(theta)
  /** P(the other literals of the term hold). */
  const rest = (at: number): number => {
    const o = at - (at % k)
    let p = 1
    for (let j = o; j < o + k; j++) if (j !== at) p *= (1 + agreement(point, literals[j])) / 2
    return p
  }
  for (let v = 0; v < n; v++) {
    let gain = 0
    for (const at of occurrences[v]) gain += literals[at] > 0 ? rest(at) : -rest(at)
    point[v] = gain === 0 ? (point[v] < 0 ? -1 : 1) : Math.sign(gain)
  }
  return Int8Array.from(point)
}

export interface Rounded {
  /** ±1, length n. */
  readonly assignment: Int8Array
  /** Terms it satisfies. */
  readonly satisfied: number
}

/**
 * The best of: sign rounding, derandomised independent rounding, and the derandomisation of every level of threshold rounding (which needs no c: the level
 * sets of |θ| are all that Z can tell apart). By L2, E_x π_θ(1∣x) ≤ tanh(c/2)·sat + σ(−c) for the assignment returned, whatever c.
 */
export const roundParameter = (formula: DnfFormula, theta: Point): Rounded => {
  const levels = [...new Set([0, ...Array.from(theta, Math.abs)])]
  const candidates = [
    signRounding(theta),
    derandomisedRounding(formula, theta),
    ...levels.map((z) => derandomisedRounding(formula, levelPoint(theta, z)))
  ]
  let best: Rounded | undefined
  for (const assignment of candidates) {
    const satisfied = satisfiedTerms(formula, assignment)
    if (best === undefined || satisfied > best.satisfied) best = { assignment, satisfied }
  }
  return best!
}

/** m·2⁻⁵²-sized rounding of the sums of this room, relative to the number of terms: m additions and k factors of 2⁻⁵³ each, doubled. */
export const roundingError = (formula: DnfFormula): number => (termCount(formula) + 2 * formula.width + 32) * 2 ** -52
