/** Claims about the accepted pairs of phase 1, recomputed in exact arithmetic: T3, T4 and T8's layers. */
import { type Case, countAtMost, type EvidenceOf, type Finding, told } from "./case.ts"
import { parameter, spannerSize } from "./sampling-bounds.ts"
import { dyadicValue, spannerChain } from "./spanner-chain.ts"
import { need, reject } from "./strict-json.ts"

type Spanner = EvidenceOf<"spanner">

/** Rejects unless ν and λ are the parameters; ν may be less by the rounding of a float64 norm. */
const needParameters = (k: Case, { nu, lambda }: Spanner): void => {
  const most = parameter(k.claim.parameters, "nu")
  const used = dyadicValue(nu)
  need(used <= most && used >= most * (1 - 1e-9), "evidence", "evidence.nu", `${most}, or less by its rounding`)
  const sameLambda = dyadicValue(lambda) === parameter(k.claim.parameters, "lambda")
  need(sameLambda, "evidence", "evidence.lambda", "the parameter lambda")
}

/** Whether a chain of d-dimensional features, of a run with that many acceptances, has one that is not above ν. */
const hasFailure = ({ lambda, nu, chains }: Spanner, at: number, d: number, acceptances: number): boolean => {
  const { features, order } = chains[at]
  const path = `evidence.chains[${at}]`
  const known = order.length <= acceptances && order.every((f) => f < features.length)
  need(known, "evidence", `${path}.order`, `features that are carried, at most ${acceptances} acceptances`)
  const shaped = features.every((f) => f.length === d && f.every((v) => Number.isFinite(dyadicValue(v))))
  need(shaped, "evidence", `${path}.features`, `${d} doubles each`)
  const chain = spannerChain(d, lambda, nu, features, order) ?? reject("size", path, "too much exact arithmetic")
  need(chain.withinRoom, "evidence", path, "det <= (1 + 4n/(d lambda))^d: norms at most 2")
  return chain.failsAt >= 0
}

/** Every chain, of trials or of their layers, recomputed: how many have an acceptance that is not above ν, and their number against n_max. */
const checkChains = (k: Case, evidence: Spanner) => {
  const { runs, nu, chains } = evidence
  const ofLayers = k.claim.theorem === "T8"
  const accepted = runs.trials.flatMap((t) => (ofLayers ? told(t, k).accepted : [t.accepted]))
  const { dimension } = ofLayers ? k.problem.tokens! : k.problem
  needParameters(k, evidence)

  let failing = 0
  let recomputed = 0
  chains.forEach(({ order }, at) => {
    if (hasFailure(evidence, at, dimension, accepted[at] ?? -1)) failing++
    recomputed += order.length
  })
  const rest = accepted.reduce((s, n) => s + n, 0) - recomputed
  if (rest > 0) k.assumed.push(`${rest} later acceptances are counted, not carried`)
  return {
    failing,
    exactly: `with nu = ${dyadicValue(nu)}, exactly: fails in ${failing} of ${chains.length} chains`,
    size: countAtMost(
      "accepted pairs <= n_max",
      accepted.map(BigInt),
      spannerSize(k.claim.parameters, { dimension }),
      ofLayers ? "layers" : "trials"
    )
  }
}

/** T3, and T8 layer by layer: every accepted norm was above ν, and there are at most n_max. */
export const spannerIsSmall = (k: Case, evidence: Spanner): Finding => {
  const { failing, exactly, size } = checkChains(k, evidence)
  return {
    verdict: failing > 0 ? "refuted" : size.verdict,
    statement: `every accepted norm > nu, ${exactly}; ${size.statement}`
  }
}

const POTENTIAL = "sum min(nu^2, norm^2) <= nu^2/log(1+nu^2) log(det Sigma_n/det Sigma_0) as (1+nu^2)^n <= det ratio"

/** T4: where every norm is above ν, its inequality says (1+ν²)^n ≤ det Σ_n/det Σ_0, which is the product of the steps. */
export const potential = (k: Case, evidence: Spanner): Finding => {
  const { failing, exactly } = checkChains(k, evidence)
  return { verdict: failing > 0 ? "undecided" : "supported", statement: `${POTENTIAL}, ${exactly}` }
}
