/** A model of this process as a source of texts. */
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { ggufBytes, smallModel } from "../../properties/arbitrary/gguf.ts"
import { languageModel } from "../language-model/language-model.ts"
import { embeddedSource } from "./embedded-source.ts"

const shape = { width: 16, heads: 2, keyHeads: 1, inner: 16, blocks: 1, context: 10, ownOutput: false }
const { metadata, tensors } = smallModel(shape, 5)
const model = languageModel(ggufBytes(metadata, tensors), "small")
const drawn = (tokens: number, stop: ReadonlyArray<string>) =>
  Effect.runPromise(embeddedSource(model, { tokens, stop }).draw("12+3=", 40, 1))

it("ends a response at a text that stops, which is left out of it", async () => {
  const whole = (await drawn(4, [])).draws
  const cut = (await drawn(4, ["1"])).draws
  const expected = whole.map(({ finished, text }) =>
    text.includes("1") ? { text: text.slice(0, text.indexOf("1")), finished: true } : { text, finished }
  )
  expect(whole.some(({ text }) => text.includes("1"))).toBe(true)
  expect(cut).toEqual(expected)
})

it("refuses tokens that are no count, and an empty text that would stop everything", () => {
  for (const tokens of [0, 1.5, NaN])
    expect(() => embeddedSource(model, { tokens, stop: [] })).toThrow(`tokens: ${tokens}`)
  expect(() => embeddedSource(model, { tokens: 4, stop: ["9", ""] })).toThrow('stop: ""')
})

it("gives the same draws however many sources of a model forget its prefixes", async () => {
  const [a, b] = [embeddedSource(model, { tokens: 6, stop: [] }), embeddedSource(model, { tokens: 6, stop: [] })]
  const draw = (source: typeof a, seed: number) => Effect.runPromise(source.draw("7*8=", 2000, seed))
  const first = await draw(a, 1)
  // More prefixes than are kept, by turns.
  for (let seed = 2; seed < 24; seed++) await draw(seed % 2 === 0 ? b : a, seed)
  expect((await draw(b, 1)).draws).toEqual(first.draws)
  expect((await draw(a, 1)).draws).toEqual(first.draws)
})

it("gives the process a turn between two requests: a signal waits for no more than one", async () => {
  const source = embeddedSource(model, { tokens: 2, stop: [] })
  let turns = 0
  const count = (): void => {
    turns++
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  const seen = await Effect.runPromise(
    Effect.forEach(Array.from({ length: 40 }), () => Effect.map(source.draw("7*8=", 1, 1), () => turns))
  )
  clearImmediate(next)
  expect(new Set(seen).size).toBeGreaterThan(20)
})
