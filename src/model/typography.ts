/** How tokens become a printed line: spaces, quotation marks, capitals, and "an". Nothing here is part of the model. */
import type { BigramModel } from "./bigram-model.ts"
import { classIndex } from "./word-class.ts"

const STOP = classIndex("stop")
const A = classIndex("a")
const OPENING = new Set([classIndex("open-quote"), classIndex("open-bracket")])
const CLOSING = new Set([STOP, classIndex("comma"), classIndex("close-quote"), classIndex("close-bracket")])

const PRINTED: Readonly<Record<string, string>> = { "``": "“", "''": "”", "'": "’", "--": "—" }

/** Vowels in writing that are consonants in speech ("a unit", "a European", "a one"), and the reverse ("an hour", "an 8"). */
const SPOKEN_CONSONANT = /^(?:eu|ewe|one\b|once|uni[^mn]|us[aeu]|ut[ei])/i
const SPOKEN_VOWEL = /^(?:[aeiou]|hour|hono|heir|honest|8|11\b|18\b)/i

const takesAn = (word: string): boolean => SPOKEN_VOWEL.test(word) && !SPOKEN_CONSONANT.test(word)

/**
 * The tokens as text.
 *
 * @param opens whether the text opens a sentence (a prompt) or goes on with one (a continuation).
 */
export const typeset = (model: BigramModel, tokens: ArrayLike<number>, opens: boolean): string => {
  let text = ""
  let capital = opens
  let glued = true
  for (let i = 0; i < tokens.length; i++) {
    const wordClass = model.tokenClass[tokens[i]]
    let spelling = model.spellings[tokens[i]]
    if (wordClass === A && spelling === "a" && i + 1 < tokens.length && takesAn(model.spellings[tokens[i + 1]]))
      spelling = "an"
    const closes = CLOSING.has(wordClass) || spelling === ";" || spelling === ":"
    // 'm, 'll, 's: the second half of a contraction.
    const contracted = spelling.length > 1 && spelling.startsWith("'") && spelling !== "''"
    if (!glued && !closes && !contracted) text += " "
    const printed = PRINTED[spelling] ?? spelling
    const isWord = /[\p{L}\p{N}]/u.test(printed)
    text += capital && isWord ? printed[0].toUpperCase() + printed.slice(1) : printed
    if (isWord) capital = false
    else if (wordClass === STOP) capital = true
    glued = OPENING.has(wordClass)
  }
  return text
}

/** A prompt and its continuation as one line. */
export const joinText = (prompt: string, continuation: string): string =>
  /^(?:[,.;:?!)\]”’]|'\p{L})/u.test(continuation) ? prompt + continuation : `${prompt} ${continuation}`
