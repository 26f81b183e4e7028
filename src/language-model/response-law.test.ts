import { describe, expect, it } from "vitest"
import { ggufBytes, smallModel } from "../../properties/arbitrary/gguf.ts"
import { readGguf } from "./gguf.ts"
import { Llama, NO_PARENT } from "./llama.ts"
import { responseLaw, type StoppingRule } from "./response-law.ts"
import { characterTokenizer } from "./tokenizer.ts"

const { metadata, tensors } = smallModel(
  { width: 16, heads: 2, keyHeads: 1, inner: 16, blocks: 2, context: 10, ownOutput: false },
  3
)
const gguf = readGguf(ggufBytes(metadata, tensors), "small")
const tokenizer = characterTokenizer(gguf)
const model = new Llama(gguf, tokenizer.texts.length)
const PROMPT = "12+3="

/** The mass of a response by one walk of its own. */
const massOf = (text: string, finished: boolean): number => {
  const law = new Float64Array(24)
  model.forget(0)
  let node = NO_PARENT
  for (const token of [tokenizer.start, ...tokenizer.encode(PROMPT)]) node = model.extend([node], [token], law)
  let mass = 1
  for (const token of [...tokenizer.encode(text), ...(finished ? [tokenizer.end] : [])]) {
    mass *= Math.exp(law[token])
    node = model.extend([node], [token], law)
  }
  model.forget(0)
  return mass
}
const lawUnder = (rule: StoppingRule) => {
  const { finished, mass, texts, unfinishedMass } = responseLaw(model, tokenizer, PROMPT, rule)
  return { rows: texts.map((text, i) => ({ text, mass: mass[i], finished: finished[i] === 1 })), unfinishedMass }
}

describe("the law of responses", () => {
  it("without a floor is every response up to the horizon, each with the product of its token laws", () => {
    const { rows, unfinishedMass } = lawUnder({ horizon: 3, floor: 0 })
    // 24 tokens, one of which ends: finished after 0, 1, 2 characters, or cut after 3.
    expect(rows.length).toBe(1 + 23 + 23 ** 2 + 23 ** 3)
    expect(Math.abs(rows.reduceRight((sum, { mass }) => sum + mass, 0) - 1)).toBeLessThan(1e-12)
    for (const { finished, mass, text } of rows.filter((_, i) => i % 611 === 0))
      expect(Math.abs(mass / massOf(text, finished) - 1)).toBeLessThan(1e-12)
    expect(rows.every(({ mass }, i) => i === 0 || mass <= rows[i - 1].mass)).toBe(true)
    const cut = rows.filter(({ finished }) => !finished)
    expect(cut.every(({ text }) => text.length === 3)).toBe(true)
    expect(unfinishedMass).toBeCloseTo(
      cut.reduce((sum, { mass }) => sum + mass, 0),
      12
    )
    expect(model.nodes).toBe(0)
  })

  it("with a floor merges what follows a rare prefix, and moves no mass", () => {
    const floor = 2e-2
    const all = lawUnder({ horizon: 3, floor: 0 }).rows
    const { rows } = lawUnder({ horizon: 3, floor })
    expect(rows.length).toBeLessThan(all.length / 2)
    for (const { finished, mass, text } of rows) {
      if (!finished && text.length < 3) expect(mass).toBeLessThan(floor)
      const covered = all.filter((one) => (finished ? one.finished && one.text === text : one.text.startsWith(text)))
      expect(covered.reduce((sum, one) => sum + one.mass, 0) / mass).toBeCloseTo(1, 9)
    }
  })

  it("goes on along the prefixes it is told to keep", () => {
    const rarest = lawUnder({ horizon: 3, floor: 0 }).rows.findLast(
      ({ finished, text }) => finished && text.length === 2
    )!
    const keeps = (prefix: string): boolean => rarest.text.startsWith(prefix)
    const has = (rule: StoppingRule): boolean =>
      lawUnder(rule).rows.some(({ finished, mass, text }) => finished && text === rarest.text && mass === rarest.mass)
    expect(has({ horizon: 3, floor: 0.5 })).toBe(false)
    expect(has({ horizon: 3, floor: 0.5, keeps })).toBe(true)
  })

  it("refuses prompts it cannot read, and trees that do not end within its memory or context", () => {
    expect(() => responseLaw(model, tokenizer, "1 2", { horizon: 2, floor: 0 })).toThrow('text: " "')
    for (const horizon of [0, 1.5, NaN])
      expect(() => responseLaw(model, tokenizer, PROMPT, { horizon, floor: 0 })).toThrow(`horizon: ${horizon}`)
    expect(() => responseLaw(model, tokenizer, PROMPT, { horizon: 2, floor: NaN })).toThrow("floor: NaN")
    expect(() => responseLaw(model, tokenizer, PROMPT, { horizon: 6, floor: 0 })).toThrow(
      /context 10|floor: 0, expected/
    )
  })
})
