/** The exact law of a language model's responses to a prompt, as the leaves of their prefix tree. */
import type { Llama } from "./llama.ts"
import { NO_PARENT } from "./llama.ts"
import type { CharacterTokenizer } from "./tokenizer.ts"

export interface ResponseLaw {
  /** In order of falling mass, equal masses by text. */
  readonly texts: ReadonlyArray<string>
  /** π_ref of each, as products of next-token probabilities; they sum to 1 up to rounding. Length N. */
  readonly mass: Float64Array
  /** 1 where the model ended the response itself; 0 where the rule cut it off. Length N. */
  readonly finished: Uint8Array
  /** Σ mass of the responses cut off. */
  readonly unfinishedMass: number
}

/** When a response is cut off. A sampler follows the same rule, so that the law is the law of what is drawn. */
export interface StoppingRule {
  /** Most tokens of a response, its end among them. */
  readonly horizon: number
  /** A prefix of less mass is cut off after one more token, unless {@link StoppingRule.keeps} it. */
  readonly floor: number
  /** Whether a prefix goes on whatever its mass. */
  readonly keeps?: (prefix: string) => boolean
}

/** Nodes of a tree, above which a floor is asked for instead of memory. */
const MOST_NODES = 2 ** 17

/** The node of `prompt`, opened as the tokenizer opens texts, and the log-law of the token after it. Nodes of it stay in the model. */
export const promptNode = (
  model: Llama,
  tokenizer: CharacterTokenizer,
  prompt: string
): { readonly node: number; readonly logLaw: Float64Array } => {
  const logLaw = new Float64Array(model.shape.vocabulary)
  let node = NO_PARENT
  for (const token of [tokenizer.start, ...tokenizer.encode(prompt)]) node = model.extend([node], [token], logLaw)
  return { node, logLaw }
}

/**
 * Law of the responses to `prompt`: tokens until the tokenizer's end, cut off by `rule`. The model keeps none of the tree's nodes.
 *
 * @throws RangeError where the prompt has a character that is no token, where prompt and horizon pass the context, or the tree has over 2¹⁷ inner nodes.
 */
export const responseLaw = (
  model: Llama,
  tokenizer: CharacterTokenizer,
  prompt: string,
  { floor, horizon, keeps }: StoppingRule
): ResponseLaw => {
  const V = model.shape.vocabulary
  const before = model.nodes
  const rows: Array<{ readonly text: string; readonly mass: number; readonly finished: boolean }> = []
  const root = promptNode(model, tokenizer, prompt)
  let first = root.node
  let texts = [""]
  let masses = [1]
  let laws = root.logLaw
  for (let length = 1; texts.length > 0; length++) {
    const [parents, tokens]: [Array<number>, Array<number>] = [[], []]
    const [longer, longerMasses]: [Array<string>, Array<number>] = [[], []]
    texts.forEach((text, i) => {
      for (let token = 0; token < V; token++) {
        const mass = masses[i] * Math.exp(laws[i * V + token])
        if (mass === 0) continue
        if (token === tokenizer.end) {
          rows.push({ text, mass, finished: true })
          continue
        }
        const grown = text + tokenizer.texts[token]
        if (length >= horizon || (mass < floor && keeps?.(grown) !== true)) {
          rows.push({ text: grown, mass, finished: false })
          continue
        }
        if (parents.length + model.nodes - before >= MOST_NODES)
          throw new RangeError(
            `floor: ${floor}, expected one that leaves at most ${MOST_NODES} prefixes of responses to ${prompt}`
          )
        parents.push(first + i)
        tokens.push(token)
        longer.push(grown)
        longerMasses.push(mass)
      }
    })
    laws = new Float64Array(longer.length * V)
    first = model.extend(parents, tokens, laws)
    texts = longer
    masses = longerMasses
  }
  model.forget(before)
  rows.sort((a, b) => b.mass - a.mass || (a.text < b.text ? -1 : 1))
  return {
    texts: rows.map(({ text }) => text),
    mass: Float64Array.from(rows, ({ mass }) => mass),
    finished: Uint8Array.from(rows, ({ finished }) => (finished ? 1 : 0)),
    // Smallest first, so that many small masses are not lost beside a large one.
    unfinishedMass: rows.reduceRight((sum, { finished, mass }) => (finished ? sum : sum + mass), 0)
  }
}
