/** Exact evaluation of any policy on an instance, by the side that the policy draws from. */
import type { Instance } from "../instance/instance.ts"
import type { TokenValues } from "../instance/token-values.ts"
import { evaluate, type Evaluation } from "./evaluate.ts"
import type { Optimum } from "./optimum.ts"
import type { Policy } from "./policy.ts"
import { evaluateTokens } from "./token-evaluate.ts"

/** What evaluation needs of an instance. */
export type BothSides = Pick<Instance, "exact" | "tokens">

/**
 * Evaluates a policy of either kind, exactly: of whole responses, or token by token.
 *
 * @param best the optimum of the responses, if already at hand
 * @param values the optimum of the token side, if already at hand
 * @throws TypeError for what is no policy here, and for a token policy where responses come whole
 */
export const evaluateOn = (
  { exact, tokens }: BothSides,
  policy: Policy,
  best?: Optimum,
  values?: TokenValues
): Evaluation => {
  if (policy?.kind !== "token-tilted") return evaluate(exact, policy, best)
  if (tokens === undefined) throw new TypeError(`policy: ${policy.kind}, expected a policy of whole responses`)
  return evaluateTokens(tokens, exact, policy, values)
}
