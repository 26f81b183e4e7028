/**
 * llama.cpp behind the tests' own OpenAI-compatible server: its tokenizer, its forward pass, and its samplers' law at the parameters of each request, with those of
 * llama-server where a request says nothing. What is drawn of that law is drawn here, by the request's seed.
 */
import { readFileSync } from "node:fs"
import { readGguf } from "../../src/language-model/gguf.ts"
import { characterTokenizer } from "../../src/language-model/tokenizer.ts"
import { Stream } from "../../src/numeric/stream.ts"
import type { AskedBody, Backend, Completed } from "./completions-server.ts"
import { type Model, openSequence, type Runtime } from "./llama-cpp.ts"

/** What llama-server samples with unless told otherwise. */
const DEFAULTS = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05 }
type Sampling = typeof DEFAULTS
const NEUTRAL: Sampling = { temperature: 1, topK: 0, topP: 1, minP: 0 }

const numberIn = (asked: AskedBody, name: string, fallback: number): number => {
  const value = asked[name]
  return typeof value === "number" ? value : fallback
}

const samplingOf = (asked: AskedBody): Sampling => ({
  temperature: numberIn(asked, "temperature", DEFAULTS.temperature),
  topK: numberIn(asked, "top_k", DEFAULTS.topK),
  topP: numberIn(asked, "top_p", DEFAULTS.topP),
  minP: numberIn(asked, "min_p", DEFAULTS.minP)
})

type Law = ReadonlyArray<readonly [token: number, probability: number]>

export interface LlamaCppBackend {
  readonly backend: Backend
  readonly dispose: () => Promise<void>
}

export const llamaCppBackend = async (runtime: Runtime, modelPath: string): Promise<LlamaCppBackend> => {
  const model: Model = await runtime.loadModel({ modelPath, useMmap: false })
  const sequence = await openSequence(model)
  // The file's own: node-llama-cpp names no token that text may give as well.
  const { end: eos, start: bos } = characterTokenizer(readGguf(readFileSync(modelPath), modelPath))
  const laws = new Map<string, Law>()

  const evaluate = async (prefix: ReadonlyArray<number>, options: Sampling): Promise<Law> => {
    await sequence.clearHistory()
    const generateNext = { probabilities: true, options }
    const outputs = await sequence.controlledEvaluate(
      prefix.map((token, i) => (i === prefix.length - 1 ? ([token, { generateNext }] as const) : token))
    )
    const probabilities = outputs.at(-1)?.next.probabilities
    if (probabilities === undefined) throw new Error("node-llama-cpp gave no probabilities")
    return [...probabilities].filter(([, p]) => p > 0)
  }
  // One sequence: one evaluation at a time.
  let last: Promise<unknown> = Promise.resolve()
  const lawOf = async (prefix: ReadonlyArray<number>, options: Sampling): Promise<Law> => {
    const key = JSON.stringify([prefix, options])
    const known = laws.get(key)
    if (known !== undefined) return known
    const made = last.then(async () => laws.get(key) ?? evaluate(prefix, options))
    last = made.catch(() => {})
    const law = await made
    laws.set(key, law)
    return law
  }

  const named = (token: number) => ({ id: token, token: token === eos ? "<eos>" : model.detokenize([token]) })
  const one = async (start: ReadonlyArray<number>, asked: AskedBody, stream: Stream): Promise<Completed> => {
    const { logprobs, max_tokens: most, stop = [] } = asked
    const options = samplingOf(asked)
    const prefix = [...start]
    let [text, finished, tokens, first] = ["", false, 0, -1]
    while (tokens < most && !finished) {
      const law = await lawOf(prefix, options)
      let u = stream.next() * law.reduce((sum, [, p]) => sum + p, 0)
      const [token] = law.find(([, p]) => (u -= p) < 0) ?? law[law.length - 1]
      tokens++
      if (first < 0) first = token
      prefix.push(token)
      if (token === eos) finished = true
      else text += model.detokenize([token])
      const end = stop.find((ending) => text.endsWith(ending))
      if (end !== undefined) [text, finished] = [text.slice(0, -end.length), true]
    }
    if (typeof logprobs !== "number" || first < 0) return { text, finished, tokens }
    const stated = (await lawOf(start, NEUTRAL)).toSorted(([, p], [, q]) => q - p).slice(0, logprobs)
    const top = stated.map(([token, p]) => ({ ...named(token), logprob: Math.log(p) }))
    return { text, finished, tokens, logprobs: { content: [{ ...named(first), logprob: 0, top_logprobs: top }] } }
  }

  return {
    backend: async (prompt, asked, seed) => {
      const start = [bos, ...model.tokenize(prompt)]
      const root = Stream.fromSeed(seed)
      const all: Array<Completed> = []
      for (let i = 0; i < asked.n; i++) all.push(await one(start, asked, root.split("choice", i)))
      return all
    },
    dispose: () => model.dispose()
  }
}
