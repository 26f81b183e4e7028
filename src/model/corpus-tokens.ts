/**
 * The token side of the corpus instance: a prefix counts through the class of its last word, a token through its class and what it adds to the statistics.
 *
 * φ_h(s,a) = (a·e_class, b·tone, b·1{bright, in the last place}) with a² + 2b² < 1, d = T + 2. Whatever V*_{h+1} is as a function of the class, Q*_h is linear in these: names and plain
 * endings are functions of the class. Rows of one place have the same features after every class; only their masses differ.
 */
import type { TokenTable } from "../instance/token-instance.ts"
import type { Stream } from "../numeric/stream.ts"
import type { BigramModel } from "./bigram-model.ts"
import type { ClassLaw } from "./class-law.ts"
import type { TokenReward } from "./continuation-reward.ts"
import { BRIGHT_ENDING } from "./response-statistics.ts"
import { CLASS_COUNT } from "./word-class.ts"

const CLASS_SCALE = 0.7
const STATISTIC_SCALE = 0.5
/** d. */
export const TOKEN_FEATURES = CLASS_COUNT + 2

/** Tokens of a class with one code: the rows of a place. */
interface Share {
  readonly wordClass: number
  readonly code: number
  /** P(a word of the class has this code). */
  readonly mass: number
  /** One such word. */
  readonly example: number
}

const sharesOf = (model: BigramModel, code: Int32Array, mass: ClassLaw["innerMass"]): ReadonlyArray<Share> =>
  mass.flatMap(({ codes, masses }, wordClass) =>
    codes.map((share, v) => {
      let example = model.classOffsets[wordClass]
      while (code[example] !== share) example++
      return { wordClass, code: share, mass: masses[v], example }
    })
  )

/** A word of the share, ∝ its probability. */
const drawWord = (model: BigramModel, code: Int32Array, share: Share, stream: Stream): number => {
  let w = stream.next() * share.mass
  let drawn = share.example
  for (
    let token = model.classOffsets[share.wordClass];
    token < model.classOffsets[share.wordClass + 1] && w >= 0;
    token++
  ) {
    if (code[token] !== share.code) continue
    drawn = token
    w -= model.wordProbability[token]
  }
  return drawn
}

/** The table, whose node h·T + c is place h after a word of class c, and how a word of a row is drawn by π_ref. */
export const corpusTokens = (
  model: BigramModel,
  law: ClassLaw,
  reward: TokenReward,
  contexts: Int32Array
): { readonly table: TokenTable; readonly wordOf: (row: number, stream: Stream) => number } => {
  const { ending, horizon: H, innerCode, lastCode, tone } = law.statistics
  const T = CLASS_COUNT
  const inner = sharesOf(model, innerCode, law.innerMass)
  const last = sharesOf(model, lastCode, law.lastMass)
  const M = T * H
  const offsets = new Int32Array(M + 1)
  for (let n = 0; n < M; n++) offsets[n + 1] = offsets[n] + (n < M - T ? inner : last).length
  const N = offsets[M]
  const d = TOKEN_FEATURES
  const table = {
    horizon: H,
    dimension: d,
    roots: contexts,
    layers: Int32Array.from({ length: M }, (_, n) => Math.floor(n / T)),
    offsets,
    reference: new Float64Array(N),
    features: new Float64Array(N * d),
    next: new Int32Array(N).fill(-1),
    reward: new Float64Array(N),
    baseReward: reward.base,
    code: new Int32Array(N)
  }
  for (let n = 0; n < M; n++) {
    const ends = n >= M - T
    for (const [i, share] of (ends ? last : inner).entries()) {
      const row = offsets[n] + i
      table.reference[row] = model.transition[(n % T) * T + share.wordClass] * share.mass
      table.features[row * d + share.wordClass] = CLASS_SCALE
      table.features[row * d + T] = STATISTIC_SCALE * tone[share.example]
      if (ends && ending[share.example] === BRIGHT_ENDING) table.features[row * d + T + 1] = STATISTIC_SCALE
      if (!ends) table.next[row] = (Math.floor(n / T) + 1) * T + share.wordClass
      table.reward[row] = (ends ? reward.last : reward.inner)[share.example]
      table.code[row] = share.code
    }
  }
  const shareOf = (row: number): readonly [Share, Int32Array] =>
    row >= offsets[M - T]
      ? [last[(row - offsets[M - T]) % last.length], lastCode]
      : [inner[row % inner.length], innerCode]
  return {
    table,
    wordOf: (row, stream) => {
      const [share, code] = shareOf(row)
      return drawWord(model, code, share, stream)
    }
  }
}
