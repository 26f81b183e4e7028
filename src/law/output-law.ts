/** Every output is a policy: at each prompt, or at each prefix, its probabilities sum to 1. */
import { logRatio } from "../policy/evaluate.ts"
import { tokenLogRatio } from "../policy/token-evaluate.ts"
import { clause, type Finding, near } from "./law.ts"
import type { RunLaw } from "./run-law.ts"

/** Σ π_ref·e^{ratio} over the rows of every group is 1. */
const sums = (
  offsets: Int32Array,
  reference: Float64Array,
  ratio: Float64Array,
  what: string
): ReadonlyArray<Finding> =>
  Array.from({ length: offsets.length - 1 }, (_, group) => {
    let sum = 0
    for (let row = offsets[group]; row < offsets[group + 1]; row++)
      if (reference[row] > 0) sum += reference[row] * Math.exp(ratio[row])
    return near(sum, 1, 1e-8, what)
  })

export const outputLaws: ReadonlyArray<RunLaw> = [
  {
    id: "policy/output",
    title: "the output is a distribution at every prompt, or at every prefix",
    check: ({ policy, instance: { exact, tokens } }) => {
      if (policy.kind !== "token-tilted")
        return sums(exact.offsets, exact.reference, logRatio(exact, policy), "Σ π̂(·∣x) against 1")
      if (tokens === undefined) return [clause(false, "the output draws tokens, and the instance has none")]
      return sums(tokens.offsets, tokens.reference, tokenLogRatio(tokens, policy, exact.beta), "Σ π̂_h(·∣s) against 1")
    }
  }
]
