import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { ggufBytes, requantised, smallModel } from "../../properties/arbitrary/gguf.ts"
import { llamaCpp, llamaCppLaws } from "../../properties/arbitrary/llama-cpp.ts"
import { Stream } from "../numeric/stream.ts"
import recorded from "./fixtures/llama-cpp-laws.json" with { type: "json" }
import { readGguf } from "./gguf.ts"
import { Llama, NO_PARENT } from "./llama.ts"
import { type CharacterTokenizer, characterTokenizer } from "./tokenizer.ts"

const NAMES = ["125k", "250k", "500k", "1M", "2.7M"]
const bytesOf = (name: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`checkpoints/arithmetic-${name}.gguf`, import.meta.url)))
const opened = (bytes: Uint8Array, simd = true): { model: Llama; tokenizer: CharacterTokenizer } => {
  const gguf = readGguf(bytes, "m")
  const tokenizer = characterTokenizer(gguf)
  return { model: new Llama(gguf, tokenizer.texts.length, simd), tokenizer }
}
/** The log-law after a prefix, one step at a time. */
const lawAfter = (model: Llama, prefix: ReadonlyArray<number>): Float64Array => {
  const law = new Float64Array(model.shape.vocabulary)
  model.forget(0)
  let node = NO_PARENT
  for (const token of prefix) node = model.extend([node], [token], law)
  return law
}
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i])))

const TEXTS = ["", "7", "74-9=", "74-9=6", "?12*7=84:", "999+998=199", "3*4=12\n55-7=4"]
const prefixesOf = (tokenizer: CharacterTokenizer): ReadonlyArray<ReadonlyArray<number>> =>
  TEXTS.map((text) => [tokenizer.start, ...tokenizer.encode(text)])

/** Grouped-query attention, and an output of its own or not. */
const SMALL = [
  { width: 32, heads: 4, keyHeads: 2, inner: 40, blocks: 2, context: 48, ownOutput: true },
  { width: 48, heads: 3, keyHeads: 1, inner: 20, blocks: 1, context: 32, ownOutput: false }
]
const smallBytes = (i: number): Uint8Array => {
  const { metadata, tensors } = smallModel(SMALL[i], 7 + i)
  return ggufBytes(metadata, tensors)
}
const smallPrefixes = (): ReadonlyArray<ReadonlyArray<number>> => {
  const stream = Stream.fromSeed(5)
  return Array.from({ length: 12 }, (_, i) => [0, ...Array.from({ length: 2 * i }, () => stream.nextInteger(24))])
}

describe("laws of llama.cpp, to 1e-4 in log-probability", () => {
  it("as recorded, on F32", () => {
    for (const { checkpoint, laws } of recorded) {
      const { model, tokenizer } = opened(bytesOf(checkpoint))
      prefixesOf(tokenizer).forEach((prefix, i) =>
        expect(furthest(lawAfter(model, prefix), laws[i])).toBeLessThan(1e-4)
      )
    }
  })

  for (const format of ["F32", "F16"] as const)
    for (const name of NAMES)
      it.skipIf(llamaCpp === undefined)(`${name} as ${format}`, async () => {
        const bytes = requantised(readGguf(bytesOf(name), name), format)
        const { model, tokenizer } = opened(bytes)
        const prefixes = prefixesOf(tokenizer)
        const ours = prefixes.map((prefix) => lawAfter(model, prefix))
        // The same numbers as F32: with matrices of F16, llama.cpp rounds also what it multiplies them with to half precision, about 1e-3 in log-probability.
        const widened = await llamaCppLaws(llamaCpp!, requantised(readGguf(bytes, name), "F32"), prefixes)
        ours.forEach((law, i) => expect(furthest(law, widened[i])).toBeLessThan(1e-4))
        const asWritten = await llamaCppLaws(llamaCpp!, bytes, prefixes)
        ours.forEach((law, i) => expect(furthest(law, asWritten[i])).toBeLessThan(format === "F32" ? 1e-4 : 1e-2))
      })

  for (const i of SMALL.keys())
    it.skipIf(llamaCpp === undefined)(`random weights, shape ${i}`, async () => {
      const bytes = smallBytes(i)
      const { model } = opened(bytes)
      const laws = await llamaCppLaws(llamaCpp!, bytes, smallPrefixes())
      smallPrefixes().forEach((prefix, k) => expect(furthest(lawAfter(model, prefix), laws[k])).toBeLessThan(1e-4))
    })
})

describe("the forward pass", () => {
  it("gives laws: log-probabilities whose exponentials sum to 1", () => {
    const { model } = opened(bytesOf("1M"))
    for (const text of [[0], [0, 8, 5, 12, 10, 14]])
      expect(Math.abs(lawAfter(model, text).reduce((sum, v) => sum + Math.exp(v), 0) - 1)).toBeLessThan(1e-13)
  })

  it("is the same to the bit with and without SIMD, alone and in a batch of any size", () => {
    for (const i of SMALL.keys()) {
      const { model } = opened(smallBytes(i))
      const plain = opened(smallBytes(i), false).model
      const V = model.shape.vocabulary
      const prefix = [0, 3, 1, 4]
      const tokens = Array.from({ length: 77 }, (_, k) => (5 * k) % V)
      const alone = tokens.map((token) => lawAfter(model, [...prefix, token]))
      tokens.slice(0, 20).forEach((token, k) => expect(lawAfter(plain, [...prefix, token])).toEqual(alone[k]))
      lawAfter(model, prefix)
      const laws = new Float64Array(tokens.length * V)
      const first = model.extend(new Array(77).fill(3), tokens, laws)
      expect(first).toBe(4)
      expect(laws).toEqual(Float64Array.from(alone.flatMap((law) => [...law])))
    }
  })

  it("keeps prefixes apart: a branch costs its own steps and changes no other", () => {
    const { model } = opened(smallBytes(0))
    const V = model.shape.vocabulary
    const before = lawAfter(model, [0, 1, 2])
    const evaluated = model.evaluated
    const law = new Float64Array(2 * V)
    model.extend([2, 1], [5, 6], law)
    expect(model.evaluated - evaluated).toBe(2)
    model.forget(3)
    model.extend([1], [2], law)
    expect(law.subarray(0, V)).toEqual(before)
    expect(law.subarray(V)).toEqual(lawAfter(model, [0, 1, 6]))
  })

  it("refuses tokens, parents and lengths that it has not", () => {
    const { model } = opened(smallBytes(1))
    const law = new Float64Array(2 * model.shape.vocabulary)
    expect(() => model.extend([NO_PARENT], [24], law)).toThrow("token: 24, expected an integer from 0 to 23")
    expect(() => model.extend([NO_PARENT], [0.5], law)).toThrow(/token: 0.5/)
    expect(() => model.extend([NO_PARENT, 0], [0, 1], law)).toThrow("parent: 0, expected a node below 0")
    lawAfter(model, new Array(32).fill(1))
    expect(() => model.extend([31], [1], law)).toThrow("expected fewer than the context 32")
    expect(() => model.forget(33)).toThrow(/forget: 33/)
  })
})

describe("the tokenizer", () => {
  it("reads characters, and says which it does not know", () => {
    const { tokenizer } = opened(bytesOf("1M"))
    expect(tokenizer.encode("1+2=\n")).toEqual([2, 11, 3, 14, 0])
    expect([tokenizer.start, tokenizer.end, tokenizer.texts[0], tokenizer.texts[31]]).toEqual([0, 0, "\n", "<31>"])
    expect(() => tokenizer.encode("1 2")).toThrow('text: " ", expected characters of the model\'s vocabulary')
    expect(() => tokenizer.encode("<19>")).toThrow('text: "<"')
  })
})
