/** `corpus:horizon=8,prompts=24`: the corpus instance as a family of SPECs. */
import { type Family, family } from "../instance/family.ts"
import { corpusInstance } from "./corpus-instance.ts"

export const corpusFamily: Family = family({
  name: "corpus",
  summary: "real sentence openings continued by a bigram model of the Brown corpus, with a taste for delight",
  options: {
    horizon: { kind: "number", meaning: "tokens in a response", minimum: 1, maximum: 16, integer: true, default: 8 },
    prompts: { kind: "number", meaning: "sentence openings", minimum: 1, maximum: 256, integer: true, default: 24 },
    seed: {
      kind: "number",
      meaning: "chooses the openings",
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      integer: true,
      default: 0
    },
    beta: {
      kind: "number",
      meaning: "KL regularisation",
      minimum: 0,
      above: true,
      maximum: Number.MAX_VALUE,
      default: 0.085
    }
  },
  make: (values, spec) => ({ ...corpusInstance(values), spec })
})
