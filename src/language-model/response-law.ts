/** The exact law of a language model's responses to a prompt, as the leaves of their prefix tree. */
import { requireCount } from "../statistics/domain.ts"
import type { Llama } from "./llama.ts"
import { NO_PARENT } from "./llama.ts"
import type { CharacterTokenizer } from "./tokenizer.ts"

/** π_ref of every response to a prompt, N of them, over the tree of M prefixes that go on. */
export interface ResponseLaw {
  /** In order of falling mass, equal masses by text. */
  readonly texts: ReadonlyArray<string>
  /** π_ref of each, as products of next-token probabilities; they sum to 1 up to rounding. Length N. */
  readonly mass: Float64Array
  /** 1 where the model ended the response itself; 0 where the rule cut it off. Length N. */
  readonly finished: Uint8Array
  /** Σ mass of the responses cut off. */
  readonly unfinishedMass: number
  /** The prefix that each response's last token follows (an end among tokens), and that token. Length N. */
  readonly lastPrefix: Int32Array
  readonly lastToken: Int32Array
  readonly prefixes: PrefixTree
}

/** The prefixes that go on, the empty one first, every one after its parent. M of them. */
export interface PrefixTree {
  /** −1 of the empty prefix. */
  readonly parent: Int32Array
  /** Last token; −1 of the empty prefix. */
  readonly token: Int32Array
  /** Tokens in it. */
  readonly length: Int32Array
  readonly texts: ReadonlyArray<string>
  /** π_ref of the prefix. */
  readonly mass: Float64Array
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
 * @throws RangeError where the horizon is no integer of 1 or more, the floor negative, the prompt has a character that is no token, where prompt and horizon pass the context, or over 2¹⁷ prefixes go on.
 */
export const responseLaw = (
  model: Llama,
  tokenizer: CharacterTokenizer,
  prompt: string,
  { floor, horizon, keeps }: StoppingRule
): ResponseLaw => {
  requireCount("horizon", horizon)
  if (!(floor >= 0)) throw new RangeError(`floor: ${floor}, expected a number of 0 or more`)
  const V = model.shape.vocabulary
  const before = model.nodes
  try {
    const rows: Array<Leaf> = []
    const root = promptNode(model, tokenizer, prompt)
    const tree = { parent: [-1], token: [-1], length: [0], texts: [""], mass: [1] }
    let laws = root.logLaw
    for (let first = 0, end = 1; first < end;) {
      const count = tree.texts.length
      for (let n = first; n < end; n++) {
        for (let token = 0; token < V; token++) {
          const mass = tree.mass[n] * Math.exp(laws[(n - first) * V + token])
          if (mass === 0) continue
          const finished = token === tokenizer.end
          const text = finished ? tree.texts[n] : tree.texts[n] + tokenizer.texts[token]
          const last = tree.length[n] + 1 >= horizon || (mass < floor && keeps?.(text) !== true)
          if (finished || last) {
            rows.push({ text, mass, finished, prefix: n, token })
            continue
          }
          if (tree.texts.length >= MOST_NODES)
            throw new RangeError(
              `floor: ${floor}, expected one that leaves at most ${MOST_NODES} prefixes of responses to ${prompt}`
            )
          tree.parent.push(n)
          tree.token.push(token)
          tree.length.push(tree.length[n] + 1)
          tree.texts.push(text)
          tree.mass.push(mass)
        }
      }
      // A prefix of the tree is a node of the model, that many after the prompt's.
      laws = new Float64Array((tree.texts.length - count) * V)
      const parents = tree.parent.slice(count).map((n) => root.node + n)
      model.extend(parents, tree.token.slice(count), laws)
      first = end
      end = tree.texts.length
    }
    return lawOf(rows, tree)
  } finally {
    model.forget(before)
  }
}

interface Leaf {
  readonly text: string
  readonly mass: number
  readonly finished: boolean
  readonly prefix: number
  readonly token: number
}

const lawOf = (
  rows: Array<Leaf>,
  tree: { readonly [K in keyof PrefixTree]: Array<PrefixTree[K] extends ReadonlyArray<string> ? string : number> }
): ResponseLaw => {
  rows.sort((a, b) => b.mass - a.mass || (a.text < b.text ? -1 : 1))
  return {
    texts: rows.map(({ text }) => text),
    mass: Float64Array.from(rows, ({ mass }) => mass),
    finished: Uint8Array.from(rows, ({ finished }) => (finished ? 1 : 0)),
    // Smallest first, so that many small masses are not lost beside a large one.
    unfinishedMass: rows.reduceRight((sum, { finished, mass }) => (finished ? sum : sum + mass), 0),
    lastPrefix: Int32Array.from(rows, ({ prefix }) => prefix),
    lastToken: Int32Array.from(rows, ({ token }) => token),
    prefixes: {
      parent: Int32Array.from(tree.parent),
      token: Int32Array.from(tree.token),
      length: Int32Array.from(tree.length),
      texts: tree.texts,
      mass: Float64Array.from(tree.mass)
    }
  }
}
