/**
 * Draws continuations from the bigram model, token by token, each at an address.
 *
 * Token h of response i of a key is made of Threefry block i·H + h: its first word draws the class, its second the word. Where a
 * word ties with a threshold, the further bits are those of the same block under a counter that no response reaches
 * (a high bit of c₁ set; addresses stay below 2⁵³, so c₁ below 2²¹).
 */
import type { ResponseSource } from "../instance/instance.ts"
import { block, threefry2x32 } from "../numeric/stream.ts"
import type { BigramModel } from "./bigram-model.ts"
import { ALIAS, CUT, type DrawTables, drawTables, OWN } from "./draw-tables.ts"
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

/** What the source needs to know of prompts and of the exact side's rows. */
export interface ContinuationRows {
  readonly horizon: number
  /** Class of each prompt's last word. */
  readonly contexts: ArrayLike<number>
  /** What a token adds to a response's code, before the last place and in it. */
  readonly innerCode: Int32Array
  readonly lastCode: Int32Array
  /** Row of each code after each prompt: `rowOfCode[x][code]`. */
  readonly rowOfCode: ReadonlyArray<Int32Array>
  readonly text: (tokens: Int32Array) => string
}

/** The literal side of the corpus instance. */
export const continuationSource = (draw: DrawContinuation, rows: ContinuationRows): ResponseSource => {
  const { horizon, innerCode, lastCode } = rows
  const scratch = new Int32Array(horizon)
  const codeAt = (context: number, k0: number, k1: number, response: number): number => {
    draw(context, k0, k1, response, scratch)
    let code = lastCode[scratch[horizon - 1]]
    for (let h = 0; h < horizon - 1; h++) code += innerCode[scratch[h]]
    return code
  }
  return {
    blocksPerResponse: horizon,
    drawRows: (x, k0, k1, first, count, out) => {
      const context = rows.contexts[x]
      const rowOfCode = rows.rowOfCode[x]
      for (let i = 0; i < count; i++) out[i] = rowOfCode[codeAt(context, k0, k1, first + i)]
    },
    drawPairRows: (x, k0, k1, first, count, left, right) => {
      const context = rows.contexts[x]
      const rowOfCode = rows.rowOfCode[x]
      for (let i = 0; i < count; i++) {
        left[i] = rowOfCode[codeAt(context, k0, k1, 2 * (first + i))]
        right[i] = rowOfCode[codeAt(context, k0, k1, 2 * (first + i) + 1)]
      }
    },
    describe: (x, k0, k1, counter, pairSide) => {
      const tokens = new Int32Array(horizon)
      draw(rows.contexts[x], k0, k1, pairSide === undefined ? counter : 2 * counter + pairSide, tokens)
      return rows.text(tokens)
    }
  }
}
