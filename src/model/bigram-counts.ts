/**
 * What the corpus says, counted: how often each word stands in each class, and each class after each.
 *
 * Every tenth sentence is held out. The counts, and so the vocabulary, come from the other nine; the held-out sentences
 * judge the model (perplexity) and lend their openings as prompts, which the model has therefore never seen.
 */
import type { BrownCorpus } from "./brown-corpus.ts"
import { CLASS_COUNT, classIndex } from "./word-class.ts"

/** Sentence s is held out iff s mod 10 = 9. */
export const HELD_OUT_EVERY = 10
/** Tokens kept of a held-out sentence's opening. */
export const OPENING_LENGTH = 5
/** A sentence lends its opening if it goes on for a while after. */
const SHORTEST_SENTENCE = 10

/** Counts of the training sentences. Tokens are the V (word, class) types, ordered by class, then by falling count. */
export interface BigramCounts {
  /** Spelling of each token, length V. */
  readonly spellings: ReadonlyArray<string>
  /** Tokens of class c are classOffsets[c] … classOffsets[c+1]−1. Length T + 1. */
  readonly classOffsets: Int32Array
  /** Occurrences of each token, ≥ 1, length V. */
  readonly tokenCounts: Int32Array
  /** T×T row-major: class c followed by class c′. A sentence's first token follows a stop. */
  readonly transitionCounts: Int32Array
  /** Openings of held-out sentences, 5 tokens each, all of the vocabulary. */
  readonly openings: Int32Array
}

/** A token stream to judge a model by: −1 is a word outside the vocabulary. */
export interface TokenStream {
  readonly tokens: Int32Array
  /** Class of each token (known for unknown words too). */
  readonly classes: Uint8Array
  /** Class before each token. */
  readonly contexts: Uint8Array
}

const STOP = classIndex("stop")

/** Counts the training part and encodes both parts over its vocabulary. */
export const countBigrams = (
  corpus: BrownCorpus
): { readonly counts: BigramCounts; readonly training: TokenStream; readonly heldOut: TokenStream } => {
  const { classes, spellings, starts, types } = corpus
  const sentences = starts.length - 1
  const typeCounts = new Int32Array(spellings.length)
  for (let s = 0; s < sentences; s++) {
    if (isHeldOut(s)) continue
    for (let i = starts[s]; i < starts[s + 1]; i++) typeCounts[types[i]]++
  }
  const order: Array<number> = []
  for (let type = 0; type < spellings.length; type++) if (typeCounts[type] > 0) order.push(type)
  order.sort(
    (a, b) => classes[a] - classes[b] || typeCounts[b] - typeCounts[a] || (spellings[a] < spellings[b] ? -1 : 1)
  )
  const tokenOf = new Int32Array(spellings.length).fill(-1)
  const classOffsets = new Int32Array(CLASS_COUNT + 1)
  order.forEach((type, token) => {
    tokenOf[type] = token
    classOffsets[classes[type] + 1] = token + 1
  })
  for (let c = 1; c <= CLASS_COUNT; c++) classOffsets[c] = Math.max(classOffsets[c], classOffsets[c - 1])

  const training = encode(corpus, tokenOf, (s) => !isHeldOut(s))
  const heldOut = encode(corpus, tokenOf, isHeldOut)
  const transitionCounts = new Int32Array(CLASS_COUNT * CLASS_COUNT)
  for (let i = 0; i < training.tokens.length; i++)
    transitionCounts[training.contexts[i] * CLASS_COUNT + training.classes[i]]++
  return {
    counts: {
      spellings: order.map((type) => spellings[type]),
      classOffsets,
      tokenCounts: Int32Array.from(order, (type) => typeCounts[type]),
      transitionCounts,
      openings: heldOutOpenings(corpus, tokenOf)
    },
    training,
    heldOut
  }
}

const isHeldOut = (sentence: number): boolean => sentence % HELD_OUT_EVERY === HELD_OUT_EVERY - 1

const encode = (corpus: BrownCorpus, tokenOf: Int32Array, wanted: (sentence: number) => boolean): TokenStream => {
  const { classes, starts, types } = corpus
  let size = 0
  for (let s = 0; s + 1 < starts.length; s++) if (wanted(s)) size += starts[s + 1] - starts[s]
  const stream = { tokens: new Int32Array(size), classes: new Uint8Array(size), contexts: new Uint8Array(size) }
  let at = 0
  for (let s = 0; s + 1 < starts.length; s++) {
    if (!wanted(s)) continue
    let context = STOP
    for (let i = starts[s]; i < starts[s + 1]; i++) {
      stream.tokens[at] = tokenOf[types[i]]
      stream.contexts[at] = context
      context = stream.classes[at] = classes[types[i]]
      at++
    }
  }
  return stream
}

const heldOutOpenings = (corpus: BrownCorpus, tokenOf: Int32Array): Int32Array => {
  const { starts, types } = corpus
  const openings: Array<number> = []
  for (let s = HELD_OUT_EVERY - 1; s + 1 < starts.length; s += HELD_OUT_EVERY) {
    if (starts[s + 1] - starts[s] < SHORTEST_SENTENCE) continue
    const tokens = Array.from({ length: OPENING_LENGTH }, (_, i) => tokenOf[types[starts[s] + i]])
    if (tokens.every((token) => token >= 0)) openings.push(...tokens)
  }
  return Int32Array.from(openings)
}
