import { describe, expect, it } from "vitest"
import { corpusModel } from "./corpus-model.ts"
import { baseTag, CLASS_COUNT, classIndex, classOf } from "./word-class.ts"

describe("word classes", () => {
  it("reads Brown's compound tags", () => {
    const bases: Readonly<Record<string, string>> = {
      "nn-tl": "nn",
      "nn-tl-hl": "nn",
      "ppss+hv": "ppss",
      "md*": "md",
      "*": "*",
      "*-hl": "*",
      "--": "--",
      "---hl": "--",
      ".-hl": ".",
      "'": "'",
      "''": "''",
      "fw-in+at-tl": "fw",
      pp$$: "pp$$"
    }
    expect(Object.fromEntries(Object.keys(bases).map((tag) => [tag, baseTag(tag)]))).toEqual(bases)
  })

  it("tells apart what the tags do not", () => {
    expect(classOf("at-tl", "The")).toBe(classIndex("the"))
    expect(classOf("at", "an")).toBe(classIndex("a"))
    expect(classOf("ppss+bem", "I")).toBe(classIndex("I"))
    expect(classOf(".", ";")).toBe(classIndex("break"))
    expect(classOf("in", "of")).toBe(classIndex("of"))
    expect(classOf("nil", "x")).toBe(classIndex("other"))
  })
})

describe("the bigram model of the Brown corpus", () => {
  const { heldOut, model, training } = corpusModel()

  it("is normalised to 1e-12 and leaves no zero", () => {
    for (let c = 0; c < CLASS_COUNT; c++) {
      let transitions = 0
      for (let next = 0; next < CLASS_COUNT; next++) {
        expect(model.transition[c * CLASS_COUNT + next]).toBeGreaterThan(0)
        transitions += model.transition[c * CLASS_COUNT + next]
      }
      expect(Math.abs(transitions - 1)).toBeLessThan(1e-12)
      expect(model.classOffsets[c + 1]).toBeGreaterThan(model.classOffsets[c])
      let words = 0
      let least = Infinity
      for (let token = model.classOffsets[c]; token < model.classOffsets[c + 1]; token++) {
        words += model.wordProbability[token]
        least = Math.min(least, model.wordProbability[token])
      }
      expect(Math.abs(words - 1)).toBeLessThan(1e-12)
      expect(least).toBeGreaterThan(0)
      expect(model.unknownProbability[c]).toBeGreaterThan(0)
    }
  })

  it("foretells text it has not seen nearly as well as the text it was counted on", () => {
    expect(training.tokens + heldOut.tokens).toBeGreaterThan(1.1e6)
    expect(heldOut.perplexity).toBeGreaterThan(training.perplexity)
    expect(heldOut.perplexity).toBeLessThan(1.1 * training.perplexity)
    expect(heldOut.perplexity).toBeLessThan(700)
    expect(heldOut.unknown / heldOut.tokens).toBeLessThan(0.03)
  })

  it("spells words as the corpus does inside a sentence", () => {
    const spelled = new Set(model.spellings)
    for (const word of ["the", "I", "York", "American", "wonderful", "'ll", "don't"]) expect(spelled).toContain(word)
    for (const word of ["The", "Af", "wonderful/jj"]) expect(spelled).not.toContain(word)
    const a = classIndex("a")
    expect(model.spellings.slice(model.classOffsets[a], model.classOffsets[a + 1])).not.toContain("an")
  })
})
