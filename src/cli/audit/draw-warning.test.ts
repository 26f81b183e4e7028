import { expect, it } from "vitest"
import { drawWarning } from "./draw-warning.ts"

/** A draw from a table, and one of eight tokens. */
const exact = { dimension: 2, offsets: Int32Array.of(0, 3, 6, 9, 12) }
const [table, sequence] = [1, 8].map((blocksPerResponse) => ({ source: { blocksPerResponse }, exact }))
const told = (instance: typeof table, parameters: Record<string, number>, more: object = {}): string | undefined => {
  const plan = { interpreter: "literal", trials: 2, budget: undefined, parameters, ...more }
  return drawWarning(plan as never, instance as never)
}
/** SpannerSampling's on the corpus: 2.5 million draws of pairs, and 2,400 estimations of 121,786 (⌈8·3474·log 80⌉). */
const corpus = { prompts: 240, pairsPerPrompt: 5212, promise: 3474, rejectionLevel: 0.05, rounds: 2400 }

it("tells of minutes of draws, the estimations of tilted draws counted", () => {
  expect(told(sequence, corpus)).toMatch(/^About 589,\d+,\d+ literal draws: 2 min 45 s\. /)
  expect(told(sequence, { ...corpus, rounds: 1 })).toBeUndefined()
  expect(told(table, { ...corpus, rounds: 240 })).toBeUndefined()
  expect(told(table, { pairs: 1e10 })).toMatch(/^About 4e10 literal draws: 2 min 40 s\. /)
})

it("keeps silent where draws are charged, not made, or a budget ends them", () => {
  expect(told(sequence, corpus, { interpreter: "exact-law" })).toBeUndefined()
  expect(told(sequence, corpus, { budget: { samplingQueries: 1e6 } })).toBeUndefined()
})

it("tells of minutes of exact-law: of many rounds, and of a spanner among many prompts", () => {
  const t7 = { lambda: 1, nu: 0.0146, prompts: 1.6e7, rounds: 332_130 }
  const lawful = { interpreter: "exact-law" }
  expect(told(table, t7, lawful)).toBeUndefined()
  expect(told(table, { ...t7, rounds: 4e7 }, lawful)).toMatch(/^About 4 min 0 s at these parameters\. /)
  const many = { ...table, exact: { dimension: 2, offsets: Int32Array.from({ length: 10_001 }, (_, x) => 5 * x) } }
  expect(told(many, t7, lawful)).toMatch(/^About \d+ min/)
  expect(told(many, t7, { ...lawful, budget: { samplingQueries: 1e6 } })).toBeUndefined()
})
