/** Max-k-DNF by brute force: how many terms each of the 2ⁿ assignments satisfies, and the best of them. */
import { type DnfFormula, termCount } from "../../src/instance/families/dnf-formula.ts"

/** Variables past which 2ⁿ counts are not written down. */
export const MOST_VARIABLES = 20

/** An assignment as ±1 values, length n, from its bit mask (bit j−1 set: x_j true). */
export const assignmentOf = (mask: number, variables: number): Int8Array =>
  Int8Array.from({ length: variables }, (_, j) => ((mask >>> j) & 1 ? 1 : -1))

/**
 * The number of terms every assignment satisfies, indexed by bit mask: length 2ⁿ.
 *
 * A term with positive variables P and negated ones Q is the polynomial Π_{P} x_j Π_{Q} (1 − x_j) = Σ_{S ⊆ Q} (−1)^{|S|} Π_{P∪S} x_j over {0,1}. Where
 * 2^{|Q|} is the smaller number, its coefficients go into a table that one subset-sum transform (n·2ⁿ⁻¹ additions) turns into values; where 2^{n−k} is,
 * the satisfying assignments are counted one by one after the transform. Either way a term costs at most 2^{n/2} steps.
 *
 * @throws RangeError when n > {@link MOST_VARIABLES}
 */
export const satisfiedCounts = (formula: DnfFormula): Int32Array => {
  const { variables: n, width: k, literals } = formula
  if (n > MOST_VARIABLES) throw new RangeError(`variables: ${n}, expected at most ${MOST_VARIABLES} for brute force`)
  const size = 2 ** n
  const counts = new Int32Array(size)
  const direct: Array<readonly [positive: number, negative: number]> = []
  for (let i = 0; i < termCount(formula); i++) {
    let positive = 0
    let negative = 0
    let negations = 0
    for (let j = 0; j < k; j++) {
      const literal = literals[i * k + j]
      if (literal > 0) positive |= 1 << (literal - 1)
      else {
        negative |= 1 << (-literal - 1)
        negations++
      }
    }
    if (negations > n - k) {
      direct.push([positive, negative])
      continue
    }
    for (let s = negative; ; s = (s - 1) & negative) {
      counts[positive | s] += parity(s) === 0 ? 1 : -1
      if (s === 0) break
    }
  }
  for (let bit = 1; bit < size; bit <<= 1) {
    for (let block = bit; block < size; block += 2 * bit) {
      for (let a = block; a < block + bit; a++) counts[a] += counts[a - bit]
    }
  }
  for (const [positive, negative] of direct) {
    const free = (size - 1) & ~(positive | negative)
    for (let s = free; ; s = (s - 1) & free) {
      counts[positive | s]++
      if (s === 0) break
    }
  }
  return counts
}

/** |S| mod 2 of a bit mask below 2³². */
const parity = (mask: number): number => {
  let m = mask ^ (mask >>> 16)
  m ^= m >>> 8
  m ^= m >>> 4
  m ^= m >>> 2
  return (m ^ (m >>> 1)) & 1
}

export interface DnfOptimum {
  /** Terms satisfied by the best assignment. */
  readonly satisfied: number
  /** OPT = satisfied/m. */
  readonly fraction: number
  /** A best assignment (the first in bit-mask order), ±1, length n. */
  readonly assignment: Int8Array
}

/** OPT = max_a sat(a), exactly. @throws RangeError when n > {@link MOST_VARIABLES} */
export const maxDnf = (formula: DnfFormula): DnfOptimum => {
  const counts = satisfiedCounts(formula)
  let best = 0
  for (let a = 1; a < counts.length; a++) if (counts[a] > counts[best]) best = a
  return {
    satisfied: counts[best],
    fraction: counts[best] / termCount(formula),
    assignment: assignmentOf(best, formula.variables)
  }
}
