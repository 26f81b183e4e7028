/** Steps of the embedded transformer per processor second, against the forward pass written plainly; and what a law of responses costs. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { checkpoint, CHECKPOINTS } from "../src/language-model/checkpoints.ts"
import { readGguf } from "../src/language-model/gguf.ts"
import { Llama } from "../src/language-model/llama.ts"
import { promptNode, responseLaw } from "../src/language-model/response-law.ts"
import { type Contestant, interleaved, ratios, series, spread } from "./measure.ts"
import { median } from "../src/statistics/median.ts"
import { processorSeconds } from "./processor.ts"
import { PlainLlama, type PlainNode } from "./peers/plain-llama.ts"
import type { Suite } from "./suite.ts"

const PROMPT = "74-9="
/** Promised: how many times as many steps as the plain pass. */
const TIMES = 3

/** Processor time of one call, in nanoseconds per step. */
const processorTime = (name: string, steps: number, call: () => void): Contestant => ({
  name,
  turn: async () => {
    call()
    const before = processorSeconds()
    call()
    return [(1e9 * (processorSeconds() - before)) / steps]
  }
})

const perSecond = (nanoseconds: number): number => 1e9 / nanoseconds

export const languageModel: Suite = {
  name: "language-model",
  summary: "the embedded transformer: steps per processor second, and exact laws of responses",
  run: async ({ quick, log }) => {
    const { digest, model, tokenizer } = checkpoint("1M")
    const V = model.shape.vocabulary
    const file = fileURLToPath(new URL("../src/language-model/checkpoints/arithmetic-1M.gguf", import.meta.url))
    const plain = new PlainLlama(readGguf(readFileSync(file), file), V)
    const slow = new Llama(readGguf(readFileSync(file), file), V, false)
    const prefix = [tokenizer.start, ...tokenizer.encode(PROMPT)]
    const parent = prefix.reduce<PlainNode | undefined>((node, token) => plain.extend(node, token), undefined)!
    const batched = (count: number, of: Llama, alone = false): (() => void) => {
      const { node } = promptNode(of, tokenizer, PROMPT)
      const kept = of.nodes
      const tokens = Array.from({ length: count }, (_, i) => i % V)
      const laws = new Float64Array(count * V)
      const parents = tokens.map(() => node)
      return () => {
        of.forget(kept)
        if (alone) for (const token of tokens) of.extend([node], [token], laws)
        else of.extend(parents, tokens, laws)
      }
    }
    const [steps, few] = quick ? [512, 64] : [8192, 1024]
    log(`language-model: five contestants, ${quick ? 2 : 9} rounds`)
    const measured = await interleaved(
      [
        processorTime("written plainly, float64, one by one", few, () => {
          for (let i = 0; i < few; i++) plain.extend(parent, i % V)
        }),
        processorTime("batches of 32, WebAssembly SIMD", steps, batched(steps, model)),
        processorTime("one by one, WebAssembly SIMD", few, batched(few, model, true)),
        processorTime("batches of 32, in JavaScript", few / 8, batched(few / 8, slow))
      ],
      quick ? 2 : 9
    )
    model.forget(0)
    const times = ratios(measured[0], measured[1])

    const deviation = Math.max(
      ...Array.from({ length: V }, (_, token) => {
        const law = new Float64Array(V)
        const { node } = promptNode(model, tokenizer, PROMPT)
        model.extend([node], [token], law)
        model.forget(0)
        const exact = plain.extend(parent, token).logLaw
        return Math.max(...law.map((v, i) => Math.abs(v - exact[i])))
      })
    )
    const laws = CHECKPOINTS.map((name) => {
      const one = checkpoint(name)
      const [evaluated, before] = [one.model.evaluated, processorSeconds()]
      const law = responseLaw(one.model, one.tokenizer, PROMPT, { horizon: 6, floor: 1e-5 })
      return [
        name,
        String(law.texts.length),
        String(one.model.evaluated - evaluated),
        law.unfinishedMass.toFixed(4),
        (1000 * (processorSeconds() - before)).toFixed(0)
      ]
    })
    return {
      tables: [
        {
          title: "Steps (a token at a prefix) of 0.61 M parameters, medians of rounds (least–greatest)",
          columns: ["how", "µs of processor time each", "per processor second"],
          rows: measured.map((m) => [
            m.name,
            spread(
              m.rounds.map((ns) => ns / 1000),
              1
            ),
            Math.round(perSecond(median(m.rounds))).toString()
          ])
        },
        {
          title: `The law of responses to ${PROMPT}, horizon 6, floor 1e-5`,
          columns: ["checkpoint", "responses", "steps", "unfinished mass", "ms of processor time"],
          rows: laws
        }
      ],
      targets: [
        {
          claim: `at least ${TIMES} times as many steps per processor second as the plain pass`,
          measured: spread(times, 1),
          held: median(times) >= TIMES,
          kind: "timing"
        },
        {
          claim: "within 1e-4 of the float64 pass in log-probability",
          measured: deviation.toExponential(1),
          held: deviation < 1e-4,
          kind: "result"
        }
      ],
      series: measured.map((m) => series(m.name, "ns/step", m.samples)),
      notes: [`Checkpoint 1M, SHA-256 ${digest.slice(0, 12)}….`]
    }
  }
}
