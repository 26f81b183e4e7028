/** A model that runs here as a source of texts: drawn token by token, the laws of prefixes kept once they are known. */
import * as Effect from "effect/Effect"
import type { LanguageModel } from "../language-model/language-model.ts"
import type { Llama } from "../language-model/llama.ts"
import { promptNode } from "../language-model/response-law.ts"
import { Stream } from "../numeric/stream.ts"
import { requireCount } from "../statistics/domain.ts"
import type { DrawnText } from "../server/completions.ts"
import type { TextSource } from "./text-source.ts"

/** A prefix that was drawn through. */
interface Place {
  readonly node: number
  /** Cumulated law of the next token, length V. */
  readonly law: Float64Array
  readonly next: Map<number, Place>
}

/** Prefixes that are kept, above which all are forgotten: a few KiB each. */
const MOST_PLACES = 30_000

/** What a model's sources keep in it, all of them together: one that forgot alone would take the others' prefixes away. */
interface Kept {
  readonly roots: Map<string, Place>
  /** Nodes of the model before its first source. */
  readonly before: number
  places: number
}
const keptBy = new WeakMap<Llama, Kept>()
const keptOf = (model: Llama): Kept => {
  const known = keptBy.get(model) ?? { roots: new Map(), before: model.nodes, places: 0 }
  keptBy.set(model, known)
  return known
}

const cumulated = (logLaw: Float64Array): Float64Array => {
  let sum = 0
  return Float64Array.from(logLaw, (log) => (sum += Math.exp(log)))
}

/** Index of the first entry above u. */
const pick = (law: Float64Array, u: number): number => {
  let [low, high] = [0, law.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (law[middle] > u) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * A model of this process as a source of texts, drawn token by token from its own law. The same prompt, n and seed give the same draws. Prefixes stay in the model, up to a
 * number past which all that were added since its first source are forgotten.
 *
 * @param tokens most tokens of a response, its end among them
 * @param stop texts that end a response, and are left out of it; none is empty
 * @throws RangeError where `tokens` is no integer of 1 or more, or a text that stops is empty
 */
export const embeddedSource = (
  { model, name, tokenizer }: Pick<LanguageModel, "model" | "name" | "tokenizer">,
  { stop, tokens: most }: { readonly tokens: number; readonly stop: ReadonlyArray<string> }
): TextSource => {
  requireCount("tokens", most)
  if (stop.includes("")) throw new RangeError('stop: "", expected texts of one character or more')
  const vocabulary = model.shape.vocabulary
  const kept = keptOf(model)
  const scratch = new Float64Array(vocabulary)

  const rootOf = (prompt: string): Place => {
    if (kept.places > MOST_PLACES) {
      kept.roots.clear()
      model.forget(kept.before)
      kept.places = 0
    }
    const known = kept.roots.get(prompt)
    if (known !== undefined) return known
    const { logLaw, node } = promptNode(model, tokenizer, prompt)
    const root: Place = { node, law: cumulated(logLaw), next: new Map() }
    kept.roots.set(prompt, root)
    kept.places += prompt.length + 1
    return root
  }
  const after = (place: Place, token: number): Place => {
    const known = place.next.get(token)
    if (known !== undefined) return known
    const node = model.extend([place.node], [token], scratch)
    const made: Place = { node, law: cumulated(scratch), next: new Map() }
    place.next.set(token, made)
    kept.places++
    return made
  }
  const one = (prompt: string, stream: Stream): DrawnText & { readonly tokens: number } => {
    let place = rootOf(prompt)
    let text = ""
    for (let drawn = 1; drawn <= most; drawn++) {
      const total = place.law[vocabulary - 1]
      const token = pick(place.law, stream.next() * total)
      if (token === tokenizer.end) return { text, finished: true, tokens: drawn }
      text += tokenizer.texts[token]
      const end = stop.find((one) => text.endsWith(one))
      if (end !== undefined) return { text: text.slice(0, -end.length), finished: true, tokens: drawn }
      if (drawn < most) place = after(place, token)
    }
    return { text, finished: false, tokens: most }
  }
  return {
    name,
    facts: () => ({ sampling: {}, usage: "all" }),
    draw: (prompt, n, seed) =>
      // A request is work in one piece: signals are heard between two.
      Effect.map(Effect.yieldNow, () => {
        const root = Stream.fromSeed(seed)
        const draws = Array.from({ length: n }, (_, i) => one(prompt, root.split("choice", i)))
        return {
          draws: draws.map(({ finished, text }) => ({ text, finished })),
          promptTokens: prompt.length + 1,
          completionTokens: draws.reduce((sum, { tokens }) => sum + tokens, 0),
          retries: 0
        }
      })
  }
}
