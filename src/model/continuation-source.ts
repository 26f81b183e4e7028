/**
 * Draws continuations from the bigram model, token by token, each at an address.
 *
 * Token h of response i of a key is made of Threefry block i·H + h: its first word draws the class, its second the word. Where a
 * word ties with a threshold, the further bits are those of the same block under a counter that no response reaches
 * (a high bit of c₁ set; addresses stay below 2⁵³, so c₁ below 2²¹).
 */
import type { ResponseSource } from "../instance/instance.ts"
import type { TokenInstance } from "../instance/token-instance.ts"
import { walkedSource } from "../instance/token-source.ts"
import { block, threefry2x32 } from "../numeric/stream.ts"
import type { BigramModel } from "./bigram-model.ts"
import { ALIAS, CUT, type DrawTables, drawTables, OWN } from "./draw-tables.ts"
import { codeOf, type ResponseStatistics } from "./response-statistics.ts"
import { CLASS_COUNT } from "./word-class.ts"

const TWO_POW_32 = 4294967296
/** Marks in c₁ of the blocks that settle ties. */
const CLASS_TIE = 1 << 31
const WORD_TIE = 1 << 30

/** Draws response `response` of a key after class `context` into `tokens` (length H). */
export type DrawContinuation = (context: number, k0: number, k1: number, response: number, tokens: Int32Array) => void

/** Whether further bits keep column `at`, the comparison having tied there. */
const settle = (tables: DrawTables, at: number, k0: number, k1: number, c0: number, c1: number): boolean => {
  threefry2x32(k0, k1, c0, c1)
  return ((block[0] >>> 5) * 67108864 + (block[1] >>> 6)) / 9007199254740992 < tables.rest[at]
}

/** The drawing function of a model at horizon H. */
export const continuationDrawer = (model: BigramModel, horizon: number): DrawContinuation => {
  const classes = drawTables(
    model.transition,
    Array.from({ length: CLASS_COUNT + 1 }, (_, c) => c * CLASS_COUNT),
    (i) => i % CLASS_COUNT
  )
  const words = drawTables(model.wordProbability, model.classOffsets, (token) => token)
  const { cells: classCells, start: classStart } = classes
  const { cells: wordCells, mask: wordMask, shift: wordShift, start: wordStart } = words
  const classShift = classes.shift[0]
  const classMask = classes.mask[0]

  return (context, k0, k1, response, tokens) => {
    const first = response * horizon
    let c1 = Math.floor(first / TWO_POW_32) | 0
    let c0 = (first - c1 * TWO_POW_32) | 0
    let wordClass = context
    for (let h = 0; h < horizon; h++) {
      threefry2x32(k0, k1, c0, c1)
      const w0 = block[0]
      const w1 = block[1]
      let at = classStart[wordClass] + (w0 >>> classShift)
      // Both are below 2³¹: the sign bit of their difference says "keep", without a branch to mispredict.
      let excess = (w0 & classMask) - classCells[4 * at + CUT]
      wordClass = classCells[4 * at + ALIAS + (excess >>> 31)]
      if (excess === 0 && settle(classes, at, k0, k1, c0, c1 | CLASS_TIE)) wordClass = classCells[4 * at + OWN]
      at = wordStart[wordClass] + (w1 >>> wordShift[wordClass])
      excess = (w1 & wordMask[wordClass]) - wordCells[4 * at + CUT]
      let token = wordCells[4 * at + ALIAS + (excess >>> 31)]
      if (excess === 0 && settle(words, at, k0, k1, c0, c1 | WORD_TIE)) token = wordCells[4 * at + OWN]
      tokens[h] = token
      c0 = (c0 + 1) | 0
      if (c0 === 0) c1++
    }
  }
}

/** The literal side of the corpus instance. `contexts`: class of each prompt's last word. */
export const continuationSource = (
  draw: DrawContinuation,
  contexts: ArrayLike<number>,
  statistics: ResponseStatistics,
  rowOfCode: TokenInstance["rowOfCode"],
  text: (tokens: Int32Array) => string
): ResponseSource => {
  const tokens = new Int32Array(statistics.horizon)
  return walkedSource(
    statistics.horizon,
    (x, k0, k1, response) => {
      draw(contexts[x], k0, k1, response, tokens)
      return rowOfCode(x, codeOf(statistics, tokens))
    },
    (x, k0, k1, response) => {
      draw(contexts[x], k0, k1, response, tokens)
      return text(tokens)
    }
  )
}
