/** Identities and inequalities that intervals judge: T1, T2 and T5 on the instance, T8 without noise on its last layer. */
import { carried, type Case, digits, type Finding, type IdentityOf, needWithin, told } from "./case.ts"
import type { InstanceData } from "./certificate.ts"
import { evaluatePolicy, logCoverage, logCoverageBound, optimum, pathSums } from "./check-instance.ts"
import { add, div, type Interval, max, mul, of, sub, sum } from "./interval.ts"
import { parameter } from "./sampling-bounds.ts"
import { need } from "./strict-json.ts"

/** 10⁻¹⁰ in units of max{R, 1}: how far apart the two sides of an identity may be. */
const slackOf = ({ rewardRange }: InstanceData): number => 1e-10 * Math.max(rewardRange, 1)
const rewardsOf = ({ prompts }: InstanceData) => prompts.flatMap((x) => x.responses.map((y) => y.meanReward))

/** T1: J* − J(π) = β·E_ρ KL(π‖π*), and J* = β·E_ρ log Z. */
export const suboptimalityIsKl = (k: Case, { identity }: IdentityOf<"suboptimality">): Finding => {
  const data = carried(k)
  const best = optimum(data)
  const slack = slackOf(data)
  const rows = rewardsOf(data).length
  needWithin("evidence.identity.optimum", identity.optimum, best, slack)
  needWithin("evidence.identity.normaliser", identity.normaliser, best, slack)
  identity.policies.forEach((policy, at) => {
    const path = `evidence.identity.policies[${at}]`
    const known = policy.logRatio.length === rows && at < identity.runs.trials.length
    need(known, "evidence", path, `a trial's policy, ${rows} ratios`)
    const { objective, gap } = evaluatePolicy(data, policy.logRatio, path)
    needWithin(`${path}.objective`, policy.objective, objective, slack)
    needWithin(`${path}.suboptimality`, policy.suboptimality, gap, slack)
    needWithin(`${path}.suboptimality`, policy.suboptimality, sub(best, objective), slack)
  })
  k.assumed.push("the policies are those that its trials put out, and the trials' own suboptimalities are as stated")
  const what = "J* - J(pi) = beta E KL(pi, pi*) and J* = beta E log Z"
  return {
    verdict: "supported",
    statement: `${what} = ${digits(best)}, to ${slack}, for ${identity.policies.length} policies`
  }
}

/** T2: 1 ≤ C_cov ≤ min{exp(R/β), 1/min π_ref}. */
export const coverageIsBounded = (k: Case): Finding => {
  const coverage = logCoverage(carried(k))
  const bound = logCoverageBound(carried(k))
  return {
    verdict: coverage.lo <= bound.hi && coverage.hi >= 0 ? "supported" : "refuted",
    statement: `0 <= log C_cov = ${digits(coverage)} <= min(R/beta, -log min pi_ref) = ${digits(bound)}`
  }
}

/** T5: r* = V*_1 + β·Σ_h log(π*_h/π_ref,h) along every response. */
export const pathIdentity = (k: Case, { identity: { tokens } }: IdentityOf<"path">): Finding => {
  const data = carried(k)
  const rewards = rewardsOf(data)
  const slack = slackOf(data)
  const shaped = tokens.length === rewards.length && rewards.length <= 1024
  need(shaped, "evidence", "evidence.identity.tokens", `${rewards.length} responses, at most 1024`)
  pathSums(data, tokens).forEach((total, y) => needWithin(`evidence.identity.tokens[${y}]`, rewards[y], total, slack))
  return {
    verdict: "supported",
    statement: `r* = V*_1 + beta sum_h log(pi*_h/pi_ref,h), to ${slack}, along ${tokens.length} responses`
  }
}

const EXACT = "norm^2 of theta_H - theta*_H in Sigma_H / lambda norm^2 of theta*_H <= 1, to 2e-6"
const sumOfSquares = (v: ReadonlyArray<Interval>) => sum(v.map((x) => mul(x, x)))

/** ‖θ − θ*‖² in Σ = λI + Σφφᵀ. */
export const squareInSigma = (
  lambda: number,
  theta: ReadonlyArray<number>,
  star: ReadonlyArray<number>,
  features: ReadonlyArray<ReadonlyArray<number>>
): Interval => {
  const gap = star.map((s, j) => sub(theta[j], s))
  const along = features.map((phi) => sum(phi.map((v, j) => mul(v, gap[j]))))
  return add(sumOfSquares(along), mul(lambda, sumOfSquares(gap)))
}

/** T8 without noise: ridge regression of exact differences leaves ‖θ_H − θ*_H‖² in Σ_H at λ‖θ*_H‖² or less. */
export const lastLayerIsExact = (k: Case, { identity }: IdentityOf<"regression">): Finding => {
  const { runs, star, fits } = identity
  const lambda = parameter(k.claim.parameters, "lambda")
  const d = k.problem.tokens?.dimension
  const pairsOfLastLayer = runs.trials.map((t) => told(t, k).accepted.at(-1))
  for (const { trial, theta, features } of fits) {
    const placed = runs.trials[trial]?.outcome === "completed" && pairsOfLastLayer[trial] === features.length
    const whole = [star, theta, ...features].every((v) => v.length === d)
    need(whole && placed, "evidence", "evidence.identity.fits", `${d} numbers each, all pairs of completed trials`)
  }
  need((k.data?.noise.kind ?? "none") === "none", "hypothesis", "instance.data.noise.kind", "none")
  k.assumed.push(`the stated theta*_H is that of last tokens${k.data === null ? ", and rewards have no noise" : ""}`)

  const shares = fits.map(({ theta, features }) =>
    div(squareInSigma(lambda, theta, star, features), mul(lambda, sumOfSquares(star.map(of))))
  )
  const largest = max(...shares)
  need(largest.hi - largest.lo <= 1e-6, "evidence", "evidence.identity", "numbers that intervals can judge")
  return {
    verdict: largest.hi <= 1 + 2e-6 ? "supported" : "refuted",
    statement: `${EXACT}: largest of ${fits.length} fits ${digits(largest)}`
  }
}
