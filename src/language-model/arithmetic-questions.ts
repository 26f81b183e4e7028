/** Questions of arithmetic that the embedded models have not been trained on, and their answers. */
import { createHash } from "node:crypto"
import type { Llama } from "./llama.ts"
import { NO_PARENT } from "./llama.ts"
import type { CharacterTokenizer } from "./tokenizer.ts"

export interface Question {
  readonly left: number
  readonly operator: "+" | "-" | "*"
  readonly right: number
  /** As the model reads it, without the equals sign: `74-9`. */
  readonly text: string
  readonly answer: number
}

const OPERATORS = ["+", "-", "*"] as const

const question = (left: number, operator: Question["operator"], right: number): Question => ({
  left,
  operator,
  right,
  text: `${left}${operator}${right}`,
  answer: operator === "+" ? left + right : operator === "-" ? left - right : left * right
})

/** Whether training left this question out: a tenth of all, by its MD5 (training/train.py does the same). */
const heldOut = (text: string): boolean => createHash("md5").update(text).digest()[0] % 10 === 0

/**
 * Held-out questions without end, each once, of numbers below `limit` (products: a factor below 10); fewer where there are no more. A linear congruential
 * generator (x ↦ 1664525·x + 1013904223 mod 2³²) chooses: the table of the checkpoints is over its first 16 from seed 7.
 */
export function* heldOutQuestions(seed: number, limit: number): Generator<Question> {
  let state = seed >>> 0
  const below = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const given = new Set<string>()
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const operator = OPERATORS[below(3)]
    let left = below(limit)
    let right = below(operator === "*" ? 10 : limit)
    // Differences are not negative, products not trivial.
    if (operator === "-" && right > left) [left, right] = [right, left]
    if (operator === "*") [left, right] = [Math.max(2, left), Math.max(2, right)]
    const one = question(left, operator, right)
    if (!heldOut(one.text) || given.has(one.text)) continue
    given.add(one.text)
    tries = 0
    yield one
  }
}

/** Questions drawn in a row without a new one, after which there are none left. */
const MOST_TRIES = 100_000

/** p(right) of each question: π_ref of exactly its answer and the end. All at once, position by position. */
export const rightProbabilities = (
  model: Llama,
  tokenizer: CharacterTokenizer,
  questions: ReadonlyArray<Question>
): ReadonlyArray<number> => {
  const before = model.nodes
  const V = model.shape.vocabulary
  const texts = questions.map(({ answer, text }) => ({
    tokens: [tokenizer.start, ...tokenizer.encode(`${text}=${answer}`), tokenizer.end],
    // The first token of the answer.
    from: text.length + 2,
    node: NO_PARENT,
    logProbability: 0
  }))
  try {
    for (let t = 0; ; t++) {
      const open = texts.filter(({ tokens }) => t < tokens.length - 1)
      if (open.length === 0) return texts.map(({ logProbability }) => Math.exp(logProbability))
      const laws = new Float64Array(open.length * V)
      const first = model.extend(
        open.map(({ node }) => node),
        open.map(({ tokens }) => tokens[t]),
        laws
      )
      open.forEach((one, i) => {
        one.node = first + i
        if (t + 1 >= one.from) one.logProbability += laws[i * V + one.tokens[t + 1]]
      })
    }
  } finally {
    model.forget(before)
  }
}
