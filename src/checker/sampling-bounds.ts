/** T3's and T6's to T9's numbers (t3-spanner-is-small.md, t6-softmax-sampler.md, t7-spanner-sampling.md, t8-mtss.md, t9-mtss-is-pac.md), recomputed in interval arithmetic from the statements. */
import type { Parameters } from "./case.ts"
import type { Certificate, Problem } from "./certificate.ts"
import { add, div, E, log, log1p, min, mul, of, sqrt, sub, type Interval } from "./interval.ts"
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
/** Whether a claim is about MTSS as it was when a Check drew pairs: its certificates stay good. */
export const checksPairs = (p: Parameters): boolean => Object.hasOwn(p, "pairsPerPrefix")
/** Tokens drawn for a prefix ≤ 1 + T_span + N₂ (T8); ≤ 2T_span + N₁ + N₂ + 1 where a Check drew pairs. */
export const prefixBound = (p: Parameters): bigint =>
  checksPairs(p)
    ? 2n * count(p, "pairsPerPrefix") + samplerDraws(p) + 1n
    : 1n + count(p, "tokensPerPrefix") + count(p, "trials")

/** N_vis: prefixes that all passes of MTSS may visit (T9). */
export const visitsBound: Bound = (p, { tokens }) => {
  const [H, n] = [BigInt(tokens!.horizon), spannerSize(p, tokens!)]
  const rolled = (H * (H - 1n)) / 2n + (n * H * (H - 1n) * (2n * H - 1n)) / 6n
  return 2n * count(p, "rollouts") * n * rolled + (H * n + 1n) * H * count(p, "certifyingRollouts")
}
/** T_data ≤ 2·n_rew·n_roll·n·(H + nH(H−1)/2) (T9). */
export const mtssDataBound: Bound = (p, { tokens }) => {
  const [H, n] = [BigInt(tokens!.horizon), spannerSize(p, tokens!)]
  return 2n * count(p, "rewardsPerRollout") * count(p, "rollouts") * n * (H + (n * H * (H - 1n)) / 2n)
}
/** T_comp ≤ N_vis·(1 + T_span + N₂) (T9). */
export const mtssComputationBound: Bound = (p, problem) => visitsBound(p, problem) * prefixBound(p)

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

/**
 * Rejects parameters under which T9 does not promise ε and δ (t9-mtss-is-pac.md); each may be off by the width of an enclosure, a few ulp. n, b and λ are tied together: n is
 * what λ allows, b what n sets, and λ must be what b sets. Returns b.
 */
export const checkT9 = (problem: Problem, p: Parameters, goal: NonNullable<Certificate["claim"]["goal"]>): Interval => {
  const { beta, rewardRange: R, tokens } = problem
  const { conditionalCoverage: C, delta, epsilon } = goal
  if (tokens?.parameterRadius === undefined || tokens.noiseFree === undefined)
    return reject("hypothesis", "instance.problem.tokens", "B and the noise of an instance with tokens")
  if (C === undefined) return reject("hypothesis", "claim.goal.conditionalCoverage", "C_cond at most")
  need(delta <= 0.25, "hypothesis", "claim.goal.delta", "at most 1/4")
  need(parameter(p, "nu") === 1, "hypothesis", "claim.parameters.nu", "1, as T9 asks")
  need(p.precision === 0, "hypothesis", "claim.parameters.precision", "0, as T9 asks")
  const { dimension: d, horizon: H, noiseFree, parameterRadius } = tokens
  const B = parameterRadius > 0 ? parameterRadius : R
  const lambda = parameter(p, "lambda")
  const n = Number(spannerSize(p, tokens))

  const linear = min(of(beta / 2), div(beta, mul(H, sqrt(n))))
  const b = min(linear, sqrt(div(mul(2, epsilon, beta), mul(3, H))))
  const ridge = div(b, mul(16, B))
  const set = mul(ridge, ridge)
  // λ is stated to a few ulp; a wider enclosure would say nothing.
  const close = lambda >= set.lo * (1 - 1e-12) && lambda <= set.hi * (1 + 1e-12)
  need(close, "hypothesis", "claim.parameters.lambda", `[${set.lo}, ${set.hi}], as T9 sets it`)

  const tau = div(b, beta)
  const missed = min(div(1, 40), div(b, mul(26, beta, H, sqrt(n))))
  const mu = min(missed, div(epsilon, mul(6, H, add(R, beta))))
  const w = add(add(mul(2, tau), mul(3, sqrt(mu))), mul(2, mu))
  const noise = noiseFree ? of(0) : div(mul(R, R), mul(4, parameter(p, "rewardsPerRollout")))
  const proxy = add(noise, mul(H, beta, beta, w, w))
  const L = mul(d, log1p(div(mul(4, n), mul(d, lambda))))
  const epochs = H + (n * H * (H - 1)) / 2
  const scale = div(16, mul(5, b))
  const visits = Number(visitsBound(p, problem))
  const logVisits = log(div(2 * Math.max(visits, parameter(p, "tokensPerPrefix")), delta))
  const least = {
    rollouts: mul(2, proxy, add(mul(2, log(div(epochs, delta))), L), scale, scale),
    certifyingRollouts: mul(div(mul(9, H, R), epsilon), log(div(H * n + 1, delta))),
    tokensPerPrefix: div(mul(C, logVisits), mu),
    promise: mul(3, C),
    trials: mul(4, parameter(p, "promise"), logVisits)
  }
  for (const [name, { lo }] of Object.entries(least))
    need(parameter(p, name) >= lo, "hypothesis", `claim.parameters.${name}`, `at least ${lo}, as T9 asks`)
  return b
}
