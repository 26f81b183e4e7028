import { expect, it } from "vitest"
import { corpusModel } from "./corpus-model.ts"
import { joinText, typeset } from "./typography.ts"
import { classIndex, type WordClass } from "./word-class.ts"

const { model } = corpusModel()

const tokenOf = ([spelling, name]: readonly [string, WordClass]): number => {
  const c = classIndex(name)
  for (let token = model.classOffsets[c]; token < model.classOffsets[c + 1]; token++)
    if (model.spellings[token] === spelling) return token
  throw new Error(`${spelling}/${name} is not in the vocabulary`)
}
const set = (opens: boolean, ...words: ReadonlyArray<readonly [string, WordClass]>): string =>
  typeset(model, words.map(tokenOf), opens)

it('sets spaces, quotation marks, capitals, contractions and "an"', () => {
  expect(
    set(
      true,
      ["``", "open-quote"],
      ["I", "I"],
      ["'m", "am"],
      ["a", "a"],
      ["American", "adjective"],
      ["''", "close-quote"],
      [",", "comma"],
      ["he", "he"],
      ["said", "past-verb"],
      [".", "stop"],
      ["it", "he"],
      ["is", "is"],
      ["a", "a"],
      ["unit", "noun"]
    )
  ).toBe("“I'm an American”, he said. It is a unit")
  expect(
    set(
      false,
      ["(", "open-bracket"],
      ["a", "a"],
      ["hour", "noun"],
      [")", "close-bracket"],
      ["--", "break"],
      ["the", "the"]
    )
  ).toBe("(an hour) — the")
  expect(set(false, ["time", "noun"], [";", "break"], ["not", "not"])).toBe("time; not")
})

it("joins a continuation to its prompt", () => {
  expect(joinText("He said", ", and left")).toBe("He said, and left")
  expect(joinText("He said", "that")).toBe("He said that")
  expect(joinText("He said", "“yes”")).toBe("He said “yes”")
  expect(joinText("They", "'re")).toBe("They're")
})
