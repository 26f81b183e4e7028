/** Claims about counts that trials state: queries, draws, restarts and prefixes against their bounds (T6, T7, T8). */
import { type Case, countAtMost, type EvidenceOf, queries, type Rule, told } from "./case.ts"
import type { TrialRow } from "./certificate.ts"
import type { Bound } from "./sampling-bounds.ts"
import * as bounds from "./sampling-bounds.ts"

/** That `count` of every trial is at most the bound. */
const cost = (what: string, count: (t: TrialRow, k: Case) => bigint, bound: Bound): Rule => ({
  evidence: "trials",
  sampled: false,
  nature: "accounting",
  judge: (k: Case, { runs }: EvidenceOf<"trials">) => {
    const counts = runs.trials.map((t) => count(t, k))
    return countAtMost(what, counts, bound(k.claim.parameters, k.problem))
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
const DRAWN = "T_comp / min{prefixes, (restarts + 1)(n_roll n_max H(H - 1) + T_cert H)} <= 2 T_span + N1 + N2 + 1"

export const samplerCost = cost("draws <= N1 + N2", (t) => BigInt(t.sampler.maxDraws), bounds.samplerDraws)
export const dataCost = cost("T_data <= 2(n_max + T_exp)", (t) => queries(t).T_data, bounds.dataBound)
export const computationCost = cost(T_COMP, (t) => queries(t).T_comp, bounds.computationBound)
export const restartCost = cost("restarts <= H n_max", (t, k) => told(t, k).restarts, bounds.restartBound)
export const passCost = cost(PASS, (t, k) => told(t, k).longest, bounds.passBound)
export const prefixCost = cost(DRAWN, drawnPerPrefix, bounds.prefixBound)
