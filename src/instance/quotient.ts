/**
 * The exact side of an instance: responses of one prompt that share feature and mean reward, merged into classes.
 *
 * Everything the theory computes (J_β, KL, C_cov, pass probabilities) depends on a response only through (φ, r*), so a class carries its
 * members' π_ref-mass and nothing is lost: Needle's N responses are two classes. Equality is of bits, so merging never rounds a
 * feature; responses of mass 0 merge by the same rule and keep their class when alone.
 */
import type { FiniteInstance } from "./instance.ts"

/** Raw responses grouped by class: the members of class row r are `indices[offsets[r] … offsets[r+1])`, ascending. */
export interface Members {
  readonly offsets: Int32Array
  readonly indices: Int32Array
}

export interface Quotient {
  /** The classes, in order of first appearance; the raw instance itself where no two responses merge. */
  readonly exact: FiniteInstance
  /** Class row of each raw response, length N. */
  readonly rowOf: Int32Array
}

/** Groups raw responses by class row (counting sort, O(N)). */
export const membersOf = (rowOf: Int32Array, rows: number): Members => {
  const offsets = new Int32Array(rows + 1)
  for (let n = 0; n < rowOf.length; n++) offsets[rowOf[n] + 1]++
  for (let r = 0; r < rows; r++) offsets[r + 1] += offsets[r]
  const next = offsets.slice()
  const indices = new Int32Array(rowOf.length)
  for (let n = 0; n < rowOf.length; n++) indices[next[rowOf[n]]++] = n
  return { offsets, indices }
}

/** The words of the doubles of row n, hashed (32-bit multiply–xorshift per word). */
const rowHash = (features: Int32Array, rewards: Int32Array, n: number, words: number): number => {
  let h = Math.imul(rewards[2 * n] ^ Math.imul(rewards[2 * n + 1], 0x85ebca6b), 0xc2b2ae35)
  for (let k = n * words; k < (n + 1) * words; k++) {
    h = Math.imul(h ^ features[k], 0x9e3779b1)
    h ^= h >>> 15
  }
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const sameRow = (features: Int32Array, rewards: Int32Array, a: number, b: number, words: number): boolean => {
  if (rewards[2 * a] !== rewards[2 * b] || rewards[2 * a + 1] !== rewards[2 * b + 1]) return false
  for (let k = 0; k < words; k++) if (features[a * words + k] !== features[b * words + k]) return false
  return true
}

const asWords = (doubles: Float64Array): Int32Array =>
  new Int32Array(doubles.buffer, doubles.byteOffset, doubles.length * 2)

/** Assigns class rows prompt by prompt; returns rowOf, the class offsets per prompt and each class's first member. */
const classify = (raw: FiniteInstance): { rowOf: Int32Array; offsets: Int32Array; representative: Int32Array } => {
  const X = raw.promptProbabilities.length
  const N = raw.meanReward.length
  const words = 2 * raw.dimension
  const features = asWords(raw.features)
  const rewards = asWords(raw.meanReward)
  const rowOf = new Int32Array(N)
  const offsets = new Int32Array(X + 1)
  const representative = new Int32Array(N)
  let largest = 1
  for (let x = 0; x < X; x++) largest = Math.max(largest, raw.offsets[x + 1] - raw.offsets[x])
  const mask = 2 ** Math.ceil(Math.log2(2 * largest)) - 1
  // Open addressing over class rows; a slot is empty for prompt x when its row precedes the prompt's first row.
  const table = new Int32Array(mask + 1).fill(-1)
  let rows = 0
  for (let x = 0; x < X; x++) {
    for (let n = raw.offsets[x]; n < raw.offsets[x + 1]; n++) {
      let slot = rowHash(features, rewards, n, words) & mask
      while (table[slot] >= offsets[x] && !sameRow(features, rewards, representative[table[slot]], n, words))
        slot = (slot + 1) & mask
      if (table[slot] < offsets[x]) {
        representative[rows] = n
        table[slot] = rows++
      }
      rowOf[n] = table[slot]
    }
    offsets[x + 1] = rows
  }
  return { rowOf, offsets, representative: representative.slice(0, rows) }
}

/** Σ of `mass` within each class, compensated so that 10⁶ equal masses lose nothing (Kahan, doi:10.1145/363707.363723). */
const classMass = (mass: Float64Array, rowOf: Int32Array, rows: number): Float64Array => {
  const sum = new Float64Array(rows)
  const lost = new Float64Array(rows)
  for (let n = 0; n < rowOf.length; n++) {
    const row = rowOf[n]
    const v = mass[n] - lost[row]
    const next = sum[row] + v
    lost[row] = next - sum[row] - v
    sum[row] = next
  }
  return sum
}

const classLabels = (
  labels: ReadonlyArray<string>,
  representative: Int32Array,
  members: Members
): ReadonlyArray<string> =>
  Array.from(representative, (first, row) => {
    const others = members.offsets[row + 1] - members.offsets[row] - 1
    return others === 0 || labels[first] === "" ? labels[first] : `${labels[first]} and ${others} more`
  })

/** Merges responses of equal feature and mean reward within each prompt. `raw` is valid and in normal form. Expected O(N·d). */
export const quotient = (raw: FiniteInstance): Quotient => {
  const { rowOf, offsets, representative } = classify(raw)
  const rows = representative.length
  if (rows === rowOf.length) return { exact: raw, rowOf }
  const d = raw.dimension
  const features = new Float64Array(rows * d)
  const meanReward = new Float64Array(rows)
  representative.forEach((n, row) => {
    features.set(raw.features.subarray(n * d, (n + 1) * d), row * d)
    meanReward[row] = raw.meanReward[n]
  })
  const exact: FiniteInstance = {
    ...raw,
    offsets,
    reference: classMass(raw.reference, rowOf, rows),
    features,
    meanReward,
    ...(raw.responseLabels === undefined
      ? {}
      : { responseLabels: classLabels(raw.responseLabels, representative, membersOf(rowOf, rows)) })
  }
  return { exact, rowOf }
}
