/**
 * Evaluation of policies of every kind from its definition: all responses written out with their masses, ratios and rewards, and J_β, suboptimality, KL and
 * coverage summed over them. Shares no code with `policy/`.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { Evaluation } from "../policy/evaluate.ts"
import type { BothSides } from "../policy/evaluate-instance.ts"
import type { Policy } from "../policy/policy.ts"
import type { TokenEvaluation } from "../policy/token-evaluate.ts"
import { ratioByDefinition, rowsOf, tiltedBy, type WrittenResponse } from "./definition.ts"
import { atMost, type Finding, near } from "./law.ts"
import { tokenResponses } from "./token-definition.ts"

/** All responses of an instance as a policy sees them. @throws TypeError for a token policy where responses come whole */
export const writtenOut = ({ exact, tokens }: BothSides, policy: Policy): ReadonlyArray<WrittenResponse> => {
  if (policy.kind === "token-tilted") {
    if (tokens === undefined) throw new TypeError("policy: token-tilted, expected an instance with a token side")
    return tokenResponses(tokens, exact.beta, policy)
  }
  return Array.from(exact.promptProbabilities.keys()).flatMap((prompt) => {
    const ratio = ratioByDefinition(exact, policy, prompt)
    return rowsOf(exact, prompt).flatMap((y, i) =>
      exact.reference[y] === 0
        ? []
        : [{ prompt, mass: exact.reference[y], reward: exact.meanReward[y], logRatio: ratio[i], steps: [] }]
    )
  })
}

/** What an evaluation is, summed over written-out responses. `conditionalCoverage` is 1 where responses come whole. */
export const evaluationByDefinition = (
  written: ReadonlyArray<WrittenResponse>,
  { beta, promptProbabilities: rho }: Pick<FiniteInstance, "beta" | "promptProbabilities">
): TokenEvaluation => {
  // log π*_β/π_ref by response.
  const optimal = new Map<WrittenResponse, number>()
  for (const x of rho.keys()) {
    const own = written.filter(({ prompt }) => prompt === x)
    const ratio = tiltedBy(
      own.map(({ mass }) => mass),
      own.map((y) => y.reward),
      beta
    )
    own.forEach((y, i) => optimal.set(y, ratio[i]))
  }
  let [kl, reward, gap] = [0, 0, 0]
  for (const y of written) {
    const p = rho[y.prompt] * y.mass * Math.exp(y.logRatio)
    if (p === 0) continue
    kl += p * y.logRatio
    reward += p * y.reward
    gap += p * (y.logRatio - optimal.get(y)!)
  }
  const possible = written.filter(({ prompt }) => rho[prompt] > 0)
  return {
    objective: reward - beta * kl,
    suboptimality: beta * gap,
    klToReference: kl,
    meanReward: reward,
    coverage: Math.exp(Math.max(...possible.map(({ logRatio }) => logRatio))),
    conditionalCoverage: Math.exp(Math.max(0, ...possible.flatMap(({ steps }) => steps)))
  }
}

/** An evaluation against the definition. `tolerance` in units of reward, `logTolerance` of log coverage. */
export const evaluationFindings = (
  found: Evaluation & Partial<TokenEvaluation>,
  defined: TokenEvaluation,
  beta: number,
  tolerance: number,
  logTolerance: number,
  kind: string
): ReadonlyArray<Finding> => [
  near(found.suboptimality, defined.suboptimality, tolerance, `${kind}: suboptimality against β·KL(π‖π*)`),
  atMost(-found.suboptimality, 0, `${kind}: suboptimality is not negative`),
  near(found.objective, defined.objective, tolerance, `${kind}: J against its definition`),
  near(beta * found.klToReference, beta * defined.klToReference, tolerance, `${kind}: β·KL(π‖π_ref)`),
  near(found.meanReward, defined.meanReward, tolerance, `${kind}: mean reward`),
  near(Math.log(found.coverage), Math.log(defined.coverage), logTolerance, `${kind}: log C_cov(π)`),
  ...(found.conditionalCoverage === undefined
    ? []
    : [
        near(
          Math.log(found.conditionalCoverage),
          Math.log(defined.conditionalCoverage),
          logTolerance,
          `${kind}: log C_cond(π)`
        )
      ])
]
