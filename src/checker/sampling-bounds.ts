/** T3's, T6's, T7's and T8's numbers (t3-spanner-is-small.md, t6-softmax-sampler.md, t7-spanner-sampling.md, t8-mtss.md), recomputed in interval arithmetic from the statements. */
import type { Parameters } from "./case.ts"
import type { Certificate, Problem } from "./certificate.ts"
import { add, div, E, log, log1p, min, mul, of, sqrt, sub } from "./interval.ts"
import { need, reject } from "./strict-json.ts"

/** What a count may be at most. */
export type Bound = (p: Parameters, problem: Problem) => bigint

/** A parameter that the claim needs, above 0. */
export const parameter = (p: Parameters, name: string): number => {
  need(Object.hasOwn(p, name) && p[name] > 0, "hypothesis", `claim.parameters.${name}`, "a number above 0")
  return p[name]
}
const count = (p: Parameters, name: string): bigint => {
  need(Number.isSafeInteger(parameter(p, name)), "hypothesis", `claim.parameters.${name}`, "an integer")
  return BigInt(p[name])
}

/** n_max(d,ν,λ): the largest n with n·log(1+ν²) ≤ d·log(1+4n/(dλ)) (T3). */
export const spannerSize = (p: Parameters, { dimension: d }: Pick<Problem, "dimension">): bigint => {
  const nu = parameter(p, "nu")
  const step = log1p(mul(nu, nu))
  const holds = (n: number): boolean => {
    const room = mul(d, log1p(div(4 * n, mul(d, parameter(p, "lambda")))))
    return mul(n, step).lo <= room.hi
  }
  let low = 0
  let high = 1
  while (holds(high)) {
    if (high >= 2 ** 50) return reject("unsupported", "claim", "n_max > 2^50")
    low = high
    high *= 2
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle
  }
  return BigInt(low)
}

/** N₁ + N₂ = ⌈8M log(4/δ)⌉ + ⌈4M log(4/δ)⌉ (T6). */
export const samplerDraws = (p: Parameters): bigint => {
  const promise = parameter(p, "promise")
  const delta = parameter(p, "rejectionLevel")
  need(promise <= 2 ** 80 && delta < 1, "unsupported", "claim.parameters", "M up to 2^80, a level below 1")
  const draws = (factor: number) => BigInt(Math.ceil(mul(factor, promise, log(div(4, delta))).hi))
  return draws(8) + draws(4)
}

/** T_data ≤ 2(n_max + T_exp) (T7). */
export const dataBound: Bound = (p, problem) => 2n * (spannerSize(p, problem) + count(p, "rounds"))
/** T_comp ≤ 2·T_prompt·T_span + T_exp·(1 + N₁ + N₂) (T7). */
export const computationBound = (p: Parameters): bigint =>
  2n * count(p, "prompts") * count(p, "pairsPerPrompt") + count(p, "rounds") * (1n + samplerDraws(p))
/** Restarts ≤ H·n_max (T8). */
export const restartBound: Bound = (p, { tokens }) => BigInt(tokens!.horizon) * spannerSize(p, tokens!)
/** Prefixes visited in a pass ≤ n_roll·n_max·H(H−1) + T_cert·H (T8). */
export const passBound: Bound = (p, problem) => {
  const H = BigInt(problem.tokens!.horizon)
  return count(p, "rollouts") * restartBound(p, problem) * (H - 1n) + count(p, "certifyingRollouts") * H
}
/** Tokens drawn for a prefix ≤ 2T_span + N₁ + N₂ + 1 (T8). */
export const prefixBound = (p: Parameters): bigint => 2n * count(p, "pairsPerPrefix") + samplerDraws(p) + 1n

/** Rejects parameters under which T7 does not promise ε and δ; each may be off by the width of an enclosure, a few ulp. */
export const checkT7 = (problem: Problem, p: Parameters, goal: NonNullable<Certificate["claim"]["goal"]>): void => {
  const { dimension: d, beta, rewardRange: R, parameterRadius: B } = problem
  const { epsilon, delta, coverage } = goal
  const lambda = parameter(p, "lambda")
  const nu = parameter(p, "nu")
  const rounds = parameter(p, "rounds")
  const prompts = parameter(p, "prompts")
  const size = Number(spannerSize(p, problem))

  const logDelta = log(div(1, delta))
  const L = mul(d, log1p(div(mul(4, add(size, rounds)), mul(d, lambda))))
  const b = add(mul(div(R, sqrt(2)), sqrt(add(mul(2, logDelta), L))), mul(sqrt(lambda), B))
  const kappa = div(mul(nu, nu), log1p(mul(nu, nu)))
  const e1 = div(E, sub(E, 1))
  const good = add(div(mul(kappa, b, b, L), beta), mul(beta, logDelta))
  const bad = add(mul(6, R), mul(2, E, Math.max(beta, R)))
  const least = {
    rounds: mul(div(3, epsilon), sub(E, 2), e1, good),
    prompts: div(mul(e1, add(size, logDelta), 9, R), epsilon),
    pairsPerPrompt: mul(div(3, epsilon), coverage, bad, log(div(prompts, delta))),
    promise: mul(2, E, E, coverage)
  }
  const most = { nu: min(of(1), div(beta, b)), rejectionLevel: div(delta, rounds) }

  const demand = (name: string, holds: boolean, bound: string) =>
    need(holds, "hypothesis", `claim.parameters.${name}`, `${bound}, as T7 asks`)
  for (const [name, { lo }] of Object.entries(least)) demand(name, parameter(p, name) >= lo, `at least ${lo}`)
  for (const [name, { hi }] of Object.entries(most)) demand(name, parameter(p, name) <= hi, `at most ${hi}`)
}
