/** `corpus:horizon=8,prompts=24`: the corpus instance as a family of SPECs. */
import { type Family, family } from "../instance/family.ts"
import { corpusInstance } from "./corpus-instance.ts"
import { betaOption, seedOption } from "../instance/family-options.ts"

export const corpusFamily: Family = family({
  name: "corpus",
  summary: "real sentence openings continued by a bigram model of the Brown corpus, with a taste for delight",
  options: {
    horizon: { kind: "number", meaning: "tokens in a response", minimum: 1, maximum: 16, integer: true, default: 8 },
    prompts: { kind: "number", meaning: "sentence openings", minimum: 1, maximum: 256, integer: true, default: 24 },
    seed: seedOption("chooses the openings", 0),
    beta: betaOption(0.085)
  },
  make: (values, spec) => ({ ...corpusInstance(values), spec })
})
