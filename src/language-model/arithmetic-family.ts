/** `arithmetic:checkpoint=1M,questions=16`: the embedded transformer's answers as a family of SPECs. */
import { type Family, family } from "../instance/family.ts"
import { betaOption, seedOption } from "../instance/family-options.ts"
import { arithmeticInstance } from "./arithmetic-instance.ts"
import { CHECKPOINTS } from "./checkpoints.ts"

/** `arithmetic:checkpoint=…,questions=…`: sums, differences and products asked of a character-level transformer, its answers enumerated, so that π_ref is exact. */
export const arithmeticFamily: Family = family({
  name: "arithmetic",
  summary: "held-out sums, differences and products, answered by a transformer at a checkpoint of its training",
  options: {
    checkpoint: {
      kind: "choice",
      meaning: "tokens the model was trained on",
      choices: CHECKPOINTS,
      default: "1M"
    },
    questions: { kind: "number", meaning: "number of questions", minimum: 1, maximum: 256, integer: true, default: 16 },
    limit: { kind: "number", meaning: "numbers are below it", minimum: 10, maximum: 1000, integer: true, default: 100 },
    least: { kind: "number", meaning: "least p(right) of a question", minimum: 0, maximum: 1, default: 0 },
    most: { kind: "number", meaning: "largest p(right); 1e-3 for the hard ones", minimum: 0, maximum: 1, default: 1 },
    seed: seedOption("chooses the questions", 7),
    checks: {
      kind: "choice",
      meaning: "features; separate ones leave the reward nonlinear",
      choices: ["joint", "separate"],
      default: "joint"
    },
    beta: betaOption(0.1),
    floor: {
      kind: "number",
      meaning: "prefixes of less mass are not followed",
      minimum: 1e-7,
      maximum: 1,
      default: 1e-4
    },
    // The longest right answer has four digits and an end.
    horizon: { kind: "number", meaning: "tokens of an answer", minimum: 5, maximum: 8, integer: true, default: 6 },
    slip: { kind: "number", meaning: "chance that a verification is wrong", minimum: 0, maximum: 0.49, default: 0 },
    noise: { kind: "choice", meaning: "of observed rewards", choices: ["none", "bernoulli"], default: "none" }
  },
  make: arithmeticInstance
})
