/** `arithmetic:checkpoint=1M,questions=16`: the embedded transformer's answers as a family of SPECs. */
import { type Family, family } from "../instance/family.ts"
import {
  betaOption,
  choiceOption,
  noiseOption,
  numberOption,
  seedOption,
  wholeOption
} from "../instance/family-options.ts"
import { arithmeticInstance } from "./arithmetic-instance.ts"
import { CHECKPOINTS } from "./checkpoints.ts"

/** `arithmetic:checkpoint=…,questions=…`: sums, differences and products asked of a character-level transformer, its answers enumerated, so that π_ref is exact. */
export const arithmeticFamily: Family = family({
  name: "arithmetic",
  summary: "held-out sums, differences and products, answered by a transformer at a checkpoint of its training",
  options: {
    checkpoint: choiceOption("tokens the model was trained on", CHECKPOINTS, "1M"),
    questions: wholeOption("number of questions", 1, 256, 16),
    limit: wholeOption("numbers are below it", 10, 1000, 100),
    least: numberOption("least p(right) of a question", 0, 1, 0),
    most: numberOption("largest p(right); 1e-3 for the hard ones", 0, 1, 1),
    seed: seedOption("chooses the questions", 7),
    checks: choiceOption("features; separate ones leave the reward nonlinear", ["joint", "separate"], "joint"),
    beta: betaOption(0.1),
    floor: numberOption("prefixes of less mass are not followed", 1e-7, 1, 1e-4),
    // The longest right answer has four digits and an end.
    horizon: wholeOption("tokens of an answer", 5, 8, 6),
    slip: numberOption("chance that a verification is wrong", 0, 0.49, 0),
    noise: noiseOption(["none", "bernoulli"], "none")
  },
  make: arithmeticInstance
})
