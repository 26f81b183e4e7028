/**
 * From a token side to a whole instance: the sequence side has one row for each code of positive mass, with its exact π_ref-mass by a forward dynamic program.
 */
import type { Stream } from "../numeric/stream.ts"
import type { FiniteInstance, Instance } from "./instance.ts"
import type { TokenInstance, TokenTable } from "./token-instance.ts"
import { tokenSource } from "./token-source.ts"
import { normalForm, validateFinite } from "./validate.ts"
import { validateTokens } from "./validate-tokens.ts"

/** What the sequence side is made of, beside the tokens. */
export interface SequenceSide {
  readonly head: Omit<FiniteInstance, "offsets" | "reference" | "features" | "meanReward" | "responseLabels">
  /** φ of a response of this code, length d of `head`. */
  readonly feature: (code: number) => ArrayLike<number>
  readonly meanReward: (code: number) => number
  readonly label?: (code: number) => string
  /** Number of responses: A^H. */
  readonly responseCount: bigint
}

/** Mass of each code among the paths from every node: `mass[n·codeCount + code]`. */
export interface CodeMasses {
  /** K: codes are 0 … K−1. */
  readonly codeCount: number
  readonly mass: Float64Array
}

/** By the table. O(N·K). */
const codeMasses = (tokens: TokenTable): CodeMasses => {
  const { code, layers, next, offsets, reference } = tokens
  const K = codeCount(tokens)
  const mass = new Float64Array(layers.length * K)
  for (let n = layers.length - 1; n >= 0; n--) {
    for (let row = offsets[n]; row < offsets[n + 1]; row++) {
      const p = reference[row]
      if (p === 0) continue
      if (next[row] < 0) mass[n * K + code[row]] += p
      else for (let k = code[row]; k < K; k++) mass[n * K + k] += p * mass[next[row] * K + k - code[row]]
    }
  }
  return { codeCount: K, mass }
}

/** 1 + the largest code of a path. */
const codeCount = (tokens: TokenTable): number => {
  const most = new Int32Array(tokens.layers.length)
  for (let n = most.length - 1; n >= 0; n--) {
    for (let row = tokens.offsets[n]; row < tokens.offsets[n + 1]; row++)
      most[n] = Math.max(most[n], tokens.code[row] + (tokens.next[row] < 0 ? 0 : most[tokens.next[row]]))
  }
  return 1 + Math.max(...tokens.roots.map((node) => most[node]))
}

/** A response of a given code (of positive mass) from a node on, drawn by π_ref: its rows, each drawn as it is asked for. */
export function* drawGivenCode(
  tokens: TokenTable,
  { codeCount: K, mass }: CodeMasses,
  root: number,
  code: number,
  stream: Stream
): Generator<number, void> {
  let node = root
  let left = code
  while (node >= 0) {
    let u = stream.next() * mass[node * K + left]
    let chosen = -1
    for (let row = tokens.offsets[node]; row < tokens.offsets[node + 1] && u >= 0; row++) {
      const rest = left - tokens.code[row]
      if (rest < 0) continue
      const after = tokens.next[row] < 0 ? (rest === 0 ? 1 : 0) : mass[tokens.next[row] * K + rest]
      const weight = tokens.reference[row] * after
      if (weight === 0) continue
      chosen = row
      u -= weight
    }
    yield chosen
    left -= tokens.code[chosen]
    node = tokens.next[chosen]
  }
}

/** The sequence side: for each prompt, which stands at a node of `roots`, a row for each code of positive mass. Its class has the code that `codes` says. */
export const sequenceRows = (
  roots: Int32Array,
  { codeCount: K, mass }: CodeMasses,
  { feature, head, label, meanReward }: Omit<SequenceSide, "responseCount">
): {
  readonly exact: FiniteInstance
  readonly codes: ReadonlyArray<number>
  readonly rowOfCode: TokenInstance["rowOfCode"]
} => {
  const offsets = new Int32Array(roots.length + 1)
  const codes: Array<number> = []
  const reference: Array<number> = []
  const rowOfCode = Array.from(roots, (node, x) => {
    const rows = new Int32Array(K).fill(-1)
    for (let code = 0; code < K; code++) {
      if (mass[node * K + code] === 0) continue
      rows[code] = codes.push(code) - 1
      reference.push(mass[node * K + code])
    }
    offsets[x + 1] = codes.length
    return rows
  })
  const features = new Float64Array(codes.length * head.dimension)
  codes.forEach((code, row) => features.set(feature(code), row * head.dimension))
  const table = {
    ...head,
    offsets,
    reference: Float64Array.from(reference),
    features,
    meanReward: Float64Array.from(codes, meanReward),
    ...(label === undefined ? {} : { responseLabels: codes.map(label) })
  }
  return { exact: normalForm(validateFinite(table)), codes, rowOfCode: (x, code) => rowOfCode[x][code] }
}

/**
 * The instance whose responses are paths of a token table, with its sequence side: one row for each code of positive mass, with its exact π_ref-mass. O(N·K), K codes.
 *
 * @param spec kept as the instance's name
 * @throws InvalidInstance where table and side do not fit together
 */
export const autoregressiveInstance = (
  table: TokenTable & Pick<TokenInstance, "describeToken">,
  side: SequenceSide,
  spec: string
): Instance => {
  const masses = codeMasses(table)
  const { codes, exact, rowOfCode } = sequenceRows(table.roots, masses, side)
  const tokens: TokenInstance = { ...table, rowOfCode }
  validateTokens(tokens, exact, masses.codeCount)
  return {
    spec,
    exact,
    tokens,
    source: tokenSource(tokens),
    responseCount: () => side.responseCount,
    describePrompt: (x) => exact.promptLabels?.[x] || `x${x}`,
    describeRow: (x, row, stream) =>
      [...drawGivenCode(tokens, masses, tokens.roots[x], codes[row], stream)]
        .map((token) => tokens.describeToken(token, stream))
        .join(" ")
  }
}
