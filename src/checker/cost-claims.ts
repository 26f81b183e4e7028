/** Claims about counts that trials state: queries, draws, restarts and prefixes against their bounds (T6, T7, T8). */
import { type Case, countAtMost, type EvidenceOf, type Parameters, queries, type Rule, told } from "./case.ts"
import type { TrialRow } from "./certificate.ts"
import type { Bound } from "./sampling-bounds.ts"
import * as bounds from "./sampling-bounds.ts"

/** That `count` of every trial is at most the bound. */
const cost = (
  what: string | ((p: Parameters) => string),
  count: (t: TrialRow, k: Case) => bigint,
  bound: Bound
): Rule => ({
  evidence: "trials",
  sampled: false,
  nature: "accounting",
  judge: (k: Case, { runs }: EvidenceOf<"trials">) => {
    const counts = runs.trials.map((t) => count(t, k))
    const { parameters } = k.claim
    return countAtMost(typeof what === "string" ? what : what(parameters), counts, bound(parameters, k.problem))
  }
})

/** Tokens drawn for each prefix visited, or for each that passes may visit, where those are fewer or not all told. */
const drawnPerPrefix = (t: TrialRow, k: Case): bigint => {
  const { prefixes, restarts } = told(t, k)
  const most = (restarts + 1n) * bounds.passBound(k.claim.parameters, k.problem)
  const visited = t.outcome === "completed" && prefixes < most ? prefixes : most
  return (queries(t).T_comp + visited - 1n) / visited
}

const T_COMP = "T_comp <= 2 T_prompt T_span + T_exp(1 + N1 + N2)"
const PASS = "prefixes visited in a pass <= n_roll n_max H(H - 1) + T_cert H"
const DRAWN = "T_comp / min{prefixes, (restarts + 1)(n_roll n_max H(H - 1) + T_cert H)} <= "
const drawn = (p: Parameters): string => DRAWN + (bounds.checksPairs(p) ? "2 T_span + N1 + N2 + 1" : "1 + T_span + N2")

const MTSS_DATA = "T_data <= 2 n_rew n_roll n(H + n H(H - 1)/2)"
const MTSS_COMP = "T_comp <= N_vis(1 + T_span + N2)"

export const samplerCost = cost("draws <= N1 + N2", (t) => BigInt(t.sampler.maxDraws), bounds.samplerDraws)
export const dataCost = cost("T_data <= 2(n_max + T_exp)", (t) => queries(t).T_data, bounds.dataBound)
export const computationCost = cost(T_COMP, (t) => queries(t).T_comp, bounds.computationBound)
export const restartCost = cost("restarts <= H n_max", (t, k) => told(t, k).restarts, bounds.restartBound)
export const passCost = cost(PASS, (t, k) => told(t, k).longest, bounds.passBound)
export const mtssDataCost = cost(MTSS_DATA, (t) => queries(t).T_data, bounds.mtssDataBound)
export const mtssComputationCost = cost(MTSS_COMP, (t) => queries(t).T_comp, bounds.mtssComputationBound)
export const prefixCost = cost(drawn, drawnPerPrefix, bounds.prefixBound)

/** What an algorithm promises of its own cost: at the value that its formula gave, which is taken as stated. */
export const ownCost: Rule = {
  evidence: "trials",
  sampled: false,
  nature: "checked",
  judge: (k: Case, { runs }: EvidenceOf<"trials">) => {
    const part = k.claim.part === "T_data" ? "T_data" : "T_comp"
    const bound = Math.floor(bounds.parameter(k.claim.parameters, "ownBound"))
    k.assumed.push("the algorithm's own bound is what its formula gives here")
    const counts = runs.trials.map((t) => queries(t)[part])
    return countAtMost(`${part} <= the algorithm's own bound`, counts, BigInt(bound))
  }
}
