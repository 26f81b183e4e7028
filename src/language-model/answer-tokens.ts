/**
 * The token side of the arithmetic instances: one node for every prefix that goes on, and in each layer one where finished answers wait for the horizon.
 *
 * Token features are a process verifier's: coordinate x of φ_h(s,a) is 1 where a continues (or ends) the right answer to question x, so d is the number of
 * questions. They make Q*_h linear exactly: off the right path nothing is left to earn, and on it Q*_h is the one number θ*_h[x], what the base model makes of
 * the rest. How far one coordinate shared by all questions would be off is measured, and stated among the facts.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { scaleToOne } from "../instance/probability-mass.ts"
import type { TokenInstance, TokenTable } from "../instance/token-instance.ts"
import { layerParameters, type TokenValues } from "../instance/token-values.ts"
import { validateTokens } from "../instance/validate-tokens.ts"
import type { Stream } from "../numeric/stream.ts"
import type { Question } from "./arithmetic-questions.ts"
import type { ResponseLaw } from "./response-law.ts"
import type { CharacterTokenizer } from "./tokenizer.ts"

/** Most numbers of token features: a table above has no token side. */
const MOST_FEATURES = 2 ** 22
const END = "⏎"

/** A class of tokens at a prefix. */
interface Row {
  mass: number
  /** Whether it continues the right answer. */
  readonly right: boolean
  readonly reward: number
  readonly code: number
  /** Node it leads to: a prefix of the same question, or −1 for waiting. */
  readonly next: number
  readonly texts: Array<string>
  readonly masses: Array<number>
}

export interface AnswerTokens {
  readonly tokens: TokenInstance
  readonly values: TokenValues
  /** max over layers of how far Q*_h is from a linear function of these features, and of one that all questions share; in units of reward. */
  readonly residual: number
  readonly sharedResidual: number
}

/** Rows of every prefix of one question. `codeOf`: class of response y. */
const rowsOf = (
  { answer }: Question,
  law: ResponseLaw,
  texts: ReadonlyArray<string>,
  codeOf: (y: number) => number,
  earned: (y: number) => number
): ReadonlyArray<ReadonlyArray<Row>> => {
  const { prefixes } = law
  const right = String(answer)
  const rows: Array<Array<Row>> = prefixes.texts.map(() => [])
  prefixes.texts.forEach((text, n) => {
    if (n === 0) return
    rows[prefixes.parent[n]].push({
      mass: prefixes.mass[n],
      right: right.startsWith(text),
      reward: 0,
      code: 0,
      next: n,
      texts: [texts[prefixes.token[n]]],
      masses: [prefixes.mass[n]]
    })
  })
  const merged = prefixes.texts.map(() => new Map<string, Row>())
  law.texts.forEach((text, y) => {
    const n = law.lastPrefix[y]
    const finished = law.finished[y] === 1
    const row = { right: finished && text === right, reward: earned(y), code: codeOf(y), next: -1 }
    const key = `${row.right} ${row.code}`
    let known = merged[n].get(key)
    if (known === undefined) {
      merged[n].set(key, (known = { ...row, mass: 0, texts: [], masses: [] }))
      rows[n].push(known)
    }
    known.mass += law.mass[y]
    known.texts.push(finished ? END : `${texts[law.lastToken[y]]}…`)
    known.masses.push(law.mass[y])
  })
  return rows
}

/** Waits from the end of an answer to the horizon: no choice, nothing to earn. */
const WAITING: Row = { mass: 1, right: false, reward: 0, code: 0, next: -1, texts: [""], masses: [1] }

/**
 * The token side, or undefined where its table would be too large.
 * @param exact the sequence side's classes; `rowOf`: the class of each response, prompt after prompt. @throws InvalidInstance where the sides disagree
 */
export const answerTokens = (
  exact: FiniteInstance,
  rowOf: Int32Array,
  asked: ReadonlyArray<Question>,
  laws: ReadonlyArray<ResponseLaw>,
  tokenizer: CharacterTokenizer,
  horizon: number
): AnswerTokens | undefined => {
  const X = asked.length
  const base = exact.meanReward.reduce((least, r) => Math.min(least, r), Infinity)
  let before = 0
  const all = laws.map((law, x) => {
    const from = before
    before += law.texts.length
    const classOf = (y: number): number => rowOf[from + y]
    return rowsOf(
      asked[x],
      law,
      tokenizer.texts,
      (y) => classOf(y) - exact.offsets[x],
      (y) => exact.meanReward[classOf(y)] - base
    )
  })
  const count = all.reduce((sum, rows) => sum + rows.reduce((s, r) => s + r.length, 0), horizon - 1)
  if (count * X > MOST_FEATURES) return undefined

  // Nodes in the order of layers: the prefixes of that length, question by question, then the node that waits there.
  const numbers = laws.map(({ prefixes }) => new Int32Array(prefixes.length.length))
  const nodes: Array<{ readonly layer: number; readonly x: number; readonly rows: ReadonlyArray<Row> }> = []
  const waiting = new Int32Array(horizon + 1).fill(-1)
  for (let layer = 0; layer < horizon; layer++) {
    laws.forEach(({ prefixes }, x) =>
      prefixes.length.forEach((length, n) => {
        if (length !== layer) return
        numbers[x][n] = nodes.length
        nodes.push({ layer, x, rows: all[x][n] })
      })
    )
    if (layer === 0) continue
    waiting[layer] = nodes.length
    nodes.push({ layer, x: 0, rows: [WAITING] })
  }

  const offsets = new Int32Array(nodes.length + 1)
  nodes.forEach(({ rows }, n) => (offsets[n + 1] = offsets[n] + rows.length))
  const table = {
    horizon,
    dimension: X,
    roots: Int32Array.from(numbers, (of) => of[0]),
    layers: Int32Array.from(nodes, ({ layer }) => layer),
    offsets,
    reference: new Float64Array(count),
    features: new Float64Array(count * X),
    next: new Int32Array(count),
    reward: new Float64Array(count),
    baseReward: base,
    code: new Int32Array(count)
  } satisfies TokenTable
  const rows: Array<Row> = []
  nodes.forEach(({ layer, rows: own, x }, n) => {
    for (const row of own) {
      const at = rows.length
      table.reference[at] = row.mass
      if (row.right) table.features[at * X + x] = 1
      table.next[at] = row.next < 0 ? waiting[layer + 1] : numbers[x][row.next]
      table.reward[at] = row.reward
      table.code[at] = row.code
      rows.push(row)
    }
    scaleToOne(table.reference, offsets[n], offsets[n + 1])
  })
  const tokens: TokenInstance = {
    ...table,
    rowOfCode: (x, code) => exact.offsets[x] + code,
    describeToken: (row, stream) => memberOf(rows[row], stream)
  }
  const values = validateTokens(tokens, exact, table.code.reduce((most, code) => Math.max(most, code), 0) + 1)
  const off = (of: TokenTable): number =>
    layerParameters(of, values).reduce((most, { residual }) => Math.max(most, residual), 0)
  const shared = { ...table, dimension: 1, features: Float64Array.from(rows, ({ right }) => (right ? 1 : 0)) }
  return { tokens, values, residual: off(table), sharedResidual: off(shared) }
}

/** A token of a class, by mass. */
const memberOf = ({ mass, masses, texts }: Row, stream: Stream): string => {
  if (texts.length === 1) return texts[0]
  let u = stream.next() * mass
  for (let i = 0; i < texts.length - 1; i++) if ((u -= masses[i]) < 0) return texts[i]
  return texts[texts.length - 1]
}
