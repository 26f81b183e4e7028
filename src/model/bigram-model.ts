/**
 * The class-based bigram model (Brown et al., "Class-based n-gram models of natural language", Computational Linguistics
 * 18(4), 1992): P(next token | past) = P(class′ | class)·P(word | class′), where only the last token's class is remembered.
 *
 * *Smoothing.* Classes are few and seen 10³ times each or more, so their transitions take the plainest rule that leaves no zero:
 * ½ added to each count (Krichevsky–Trofimov; Jeffreys' prior). Words are many and mostly rare, where additive smoothing would
 * hand most of a class to words never seen; they take absolute discounting, D = n₁/(n₁+2n₂) (H. Ney, U. Essen, R. Kneser,
 * "On structuring probabilistic dependences in stochastic language modelling", Computer Speech and Language 8, 1994,
 * doi:10.1006/csla.1994.1001): each seen word of class c loses D occurrences, and an unknown word of the class has what they
 * lost, D·V_c/N_c. D is one number for all classes, so that a class without hapaxes still leaves room for the unknown.
 *
 * *As a base model* π_ref masks the unknown word and renormalises within each class, as decoders do: it says words. A stop is
 * a token like any other, and what follows it opens the next sentence.
 */
import type { BigramCounts, TokenStream } from "./bigram-counts.ts"
import { CLASS_COUNT } from "./word-class.ts"

/** A smoothed model over V tokens and T classes. */
export interface BigramModel extends BigramCounts {
  /** T×T row-major P(class′ | class), positive for every class′ that has words; rows sum to 1. */
  readonly transition: Float64Array
  /** P(word | class) with unknown words masked, length V, all positive; sums to 1 over each class. */
  readonly wordProbability: Float64Array
  /** P(unknown word | class) before masking, length T, all positive. */
  readonly unknownProbability: Float64Array
  /** Chao's estimate of how many words of each class the corpus has not shown, length T, all ≥ 1. */
  readonly unseenWords: Float64Array
  /** Class of each token, length V. */
  readonly tokenClass: Uint8Array
}

const PSEUDO_COUNT = 0.5

/** Smooths counts into probabilities. */
export const smooth = (counts: BigramCounts): BigramModel => {
  const { classOffsets, tokenCounts, transitionCounts } = counts
  const transition = new Float64Array(CLASS_COUNT * CLASS_COUNT)
  for (let c = 0; c < CLASS_COUNT; c++) {
    const row = c * CLASS_COUNT
    let total = 0
    for (let next = 0; next < CLASS_COUNT; next++) {
      // A class without words (none, in all of Brown) cannot be entered.
      if (classOffsets[next] === classOffsets[next + 1]) continue
      transition[row + next] = transitionCounts[row + next] + PSEUDO_COUNT
      total += transition[row + next]
    }
    for (let next = 0; next < CLASS_COUNT; next++) transition[row + next] /= total
  }
  const discount = absoluteDiscount(tokenCounts)
  const wordProbability = new Float64Array(tokenCounts.length)
  const unknownProbability = new Float64Array(CLASS_COUNT).fill(1)
  const unseenWords = new Float64Array(CLASS_COUNT).fill(1)
  const tokenClass = new Uint8Array(tokenCounts.length)
  for (let c = 0; c < CLASS_COUNT; c++) {
    const start = classOffsets[c]
    const end = classOffsets[c + 1]
    const counted = tokenCounts.subarray(start, end)
    const occurrences = counted.reduce((sum, count) => sum + count, 0)
    const [once, twice] = rarely(counted)
    unseenWords[c] = Math.max(1, (once * (once - 1)) / (2 * (twice + 1)))
    const known = occurrences - discount * (end - start)
    if (occurrences > 0) unknownProbability[c] = (discount * (end - start)) / occurrences
    for (let token = start; token < end; token++) {
      tokenClass[token] = c
      wordProbability[token] = (tokenCounts[token] - discount) / known
    }
  }
  return { ...counts, transition, wordProbability, unknownProbability, unseenWords, tokenClass }
}

/** n₁ and n₂: how many tokens were seen once, and twice. */
const rarely = (counts: Int32Array): readonly [once: number, twice: number] => [
  counts.filter((count) => count === 1).length,
  counts.filter((count) => count === 2).length
]

/** D = n₁/(n₁+2n₂), in (0, 1); ½ where the corpus has no hapaxes to tell it by. */
const absoluteDiscount = (tokenCounts: Int32Array): number => {
  const [once, twice] = rarely(tokenCounts)
  return once > 0 && twice > 0 ? once / (once + 2 * twice) : 0.5
}

/** How well a model foretells a text. */
export interface Perplexity {
  /**
   * exp(−mean log P(token | context)), per token, word and class together. An unknown word is one of the words its class has not
   * shown, equally likely, their number estimated by Chao's n₁(n₁−1)/(2(n₂+1)) (A. Chao, Scand. J. Statist. 11, 1984). To charge
   * it the whole unknown mass would make unread text seem easier than the text that was counted.
   */
  readonly perplexity: number
  readonly tokens: number
  /** Tokens outside the vocabulary. */
  readonly unknown: number
}

/** Perplexity of the unmasked model on a token stream. */
export const perplexity = (model: BigramModel, stream: TokenStream): Perplexity => {
  let loss = 0
  let unknown = 0
  for (let i = 0; i < stream.tokens.length; i++) {
    const c = stream.classes[i]
    const token = stream.tokens[i]
    const mass = model.unknownProbability[c]
    if (token < 0) unknown++
    const word = token < 0 ? mass / model.unseenWords[c] : (1 - mass) * model.wordProbability[token]
    loss -= Math.log(model.transition[stream.contexts[i] * CLASS_COUNT + c] * word)
  }
  const tokens = stream.tokens.length
  return { perplexity: Math.exp(loss / tokens), tokens, unknown }
}
