/**
 * Prompts: how real sentences begin, three to five words long, from the held-out tenth of the corpus.
 *
 * Only the last word's class matters to the model, so prompts are chosen to end on varied classes: the classes take turns, the
 * commonest first, and each takes the first sentence, in an order shuffled by the seed, whose opening can be cut after a word
 * of it.
 */
import { Stream } from "../numeric/stream.ts"
import { OPENING_LENGTH } from "./bigram-counts.ts"
import type { BigramModel } from "./bigram-model.ts"
import { CLASS_COUNT, classIndex, type WordClass } from "./word-class.ts"

const SHORTEST = 3
/** A prompt's words occur at least this often, so that a reader meets no stranger in it. */
const FAMILIAR = 25

/** Classes that leave no reader waiting: stops, marks, numbers, and "a", whose spelling waits for the next word. */
const UNFIT: ReadonlyArray<WordClass> = [
  "stop",
  "comma",
  "break",
  "open-quote",
  "close-quote",
  "open-bracket",
  "close-bracket",
  "number",
  "a",
  "other"
]
const isUnfit = new Uint8Array(CLASS_COUNT)
for (const name of UNFIT) isUnfit[classIndex(name)] = 1
const isMark = (wordClass: number): boolean =>
  wordClass <= classIndex("close-bracket") || wordClass === classIndex("other")

/** `count` prompts as token sequences; at most as many as the corpus offers. The same seed gives the same prompts. */
export const promptOpenings = (model: BigramModel, count: number, seed: number): ReadonlyArray<Int32Array> => {
  const order = shuffledOpenings(model, Stream.fromSeed(seed).split("prompts"))
  const taken = new Set<number>()
  const prompts: Array<Int32Array> = []
  const classes = classesByFrequency(model).filter((c) => !isUnfit[c])
  let found = true
  while (prompts.length < count && found) {
    found = false
    for (const c of classes) {
      if (prompts.length === count) break
      const prompt = firstEndingOn(model, order, taken, c)
      if (prompt === undefined) continue
      prompts.push(prompt)
      found = true
    }
  }
  return prompts
}

const classesByFrequency = (model: BigramModel): ReadonlyArray<number> => {
  const occurrences = new Float64Array(CLASS_COUNT)
  model.tokenCounts.forEach((count, token) => (occurrences[model.tokenClass[token]] += count))
  return Array.from({ length: CLASS_COUNT }, (_, c) => c).toSorted((a, b) => occurrences[b] - occurrences[a] || a - b)
}

const shuffledOpenings = (model: BigramModel, stream: Stream): Int32Array => {
  const order = Int32Array.from({ length: model.openings.length / OPENING_LENGTH }, (_, i) => i)
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.nextInteger(i + 1)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}

const firstEndingOn = (
  model: BigramModel,
  order: Int32Array,
  taken: Set<number>,
  wordClass: number
): Int32Array | undefined => {
  for (const opening of order) {
    if (taken.has(opening)) continue
    const tokens = model.openings.subarray(opening * OPENING_LENGTH, (opening + 1) * OPENING_LENGTH)
    for (let length = 1; length <= OPENING_LENGTH; length++) {
      const c = model.tokenClass[tokens[length - 1]]
      if (
        isMark(c) ||
        model.tokenCounts[tokens[length - 1]] < FAMILIAR ||
        /\d/.test(model.spellings[tokens[length - 1]])
      )
        break
      if (length >= SHORTEST && c === wordClass) {
        taken.add(opening)
        return tokens.slice(0, length)
      }
    }
  }
  return undefined
}
