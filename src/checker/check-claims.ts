/** What each claim needs to be true: bounds recomputed, hypotheses checked, and the verdict and sentence that the evidence gives. */
import type { Bound, Case, Finding, Identity, Of, Rule, Trial } from "./case.ts"
import { evaluatePolicy, logCoverage, logCoverageBound, optimum, pathSums } from "./check-instance.ts"
import { add, div, type Interval, log, max, mul, of, sub, sum } from "./interval.ts"
import { fitSlope, logEvidence, studentTail } from "./recomputed-tests.ts"
import * as bounds from "./sampling-bounds.ts"
import type { InstanceData } from "./schema.ts"
import { dyadicValue, spannerChain } from "./spanner-chain.ts"
import { need, reject } from "./strict-json.ts"

/** T_data and T_comp of per-oracle counts. */
export const queries = ({ ledger: l }: { readonly ledger: Trial["ledger"] }) => ({
  T_data: BigInt(l.rewards),
  T_comp: BigInt(l.weakSampling) + BigInt(l.strongSampling) + BigInt(l.tokenSampling) + BigInt(l.enumeration)
})

/** Rejects unless `stated` is within `slack` of an enclosure no wider than that. */
const within = (path: string, stated: number, { lo, hi }: Interval, slack: number) =>
  need(Math.max(hi - lo, lo - stated, stated - hi) <= slack, "evidence", path, `[${lo}, ${hi}], stated ${stated}`)
const carried = ({ data }: Case): InstanceData => data ?? reject("evidence", "instance.data", "missing, needed here")
const digits = ({ lo, hi }: Interval): string => ((lo + hi) / 2).toPrecision(6)

/** A deterministic bound on the largest of a count over trials. */
const atMost = (what: string, counts: ReadonlyArray<bigint>, bound: bigint, of = "trials"): Finding => {
  const top = counts.reduce((m, n) => (n > m ? n : m))
  return [top <= bound ? "supported" : "refuted", `${what} = ${bound}; largest of ${counts.length} ${of} ${top}`]
}
const cost = (what: string, count: (t: Trial, k: Case) => bigint, bound: Bound): Rule => {
  const counts = (k: Case, { runs }: Of<"trials">) => runs.trials.map((t) => count(t, k))
  return ["trials", (k, e) => atMost(what, counts(k, e), bound(k.claim.parameters, k.problem))]
}

/** What a multi-turn trial told. A restart accepts a pair and ends a pass; of a run cut short the last pass is not told. */
const told = ({ layers, outcome }: Trial, { algorithm, problem }: Case) => {
  const { accepted = [], prefixes: all = 0, longestPass: longest = 0 } = layers ?? {}
  const [restarts, ran] = [accepted.reduce((s, n) => s + BigInt(n), 0n), all > 0 || outcome !== "completed"]
  const passes = ran && longest <= all && BigInt(all) <= (restarts + 1n) * BigInt(longest)
  const whole = accepted.length === problem.tokens?.horizon && algorithm?.oracle === "token"
  need(passes && whole, "evidence", "evidence.runs.trials", "layers of every trial, and prefixes that its passes visit")
  return { accepted, restarts, prefixes: BigInt(all), longest: BigInt(longest) }
}
/** Tokens drawn for each prefix visited, or for each that passes may visit, where those are fewer or not all told. */
const drawn = (t: Trial, k: Case): bigint => {
  const { prefixes, restarts } = told(t, k)
  const most = (restarts + 1n) * bounds.passBound(k.claim.parameters, k.problem)
  const visited = t.outcome === "completed" && prefixes < most ? prefixes : most
  return (queries(t).T_comp + visited - 1n) / visited
}

/** P(bad) ≤ δ₀ from k bad of n: the e-processes of theory §8. */
const overTrials = (k: Case, what: string, bad: number, n: number, delta0: number): Finding => {
  need(n > 0 && delta0 < 1, "evidence", "evidence", "trials, and a bound below 1")
  const [against, support] = (["against", "for"] as const).map((side) => logEvidence(bad, n, delta0, side))
  const enough = -Math.log(k.claim.level)
  const verdict = against >= enough ? "refuted" : support >= enough ? "supported" : "undecided"
  const values = `log e-value ${against.toFixed(3)} against, ${support.toFixed(3)} for, ${enough.toFixed(3)} decides`
  return [verdict, `P(${what}) <= ${delta0}: ${bad} of ${n}; ${values}`]
}
const suboptimality = (k: Case, { runs: { trials } }: Of<"trials">): Finding => {
  const goal = k.claim.goal ?? reject("hypothesis", "claim.goal", "missing")
  bounds.checkT7(k.problem, k.claim.parameters, goal)
  need(k.algorithm?.oracle === "weak", "hypothesis", "algorithm.oracle", "weak")
  const low = k.data !== null && log(of(goal.coverage)).hi < logCoverage(k.data).lo
  need(!low, "hypothesis", "claim.goal.coverage", "at least C_cov")
  if (k.data === null) k.assumed.push("the instance, not carried, has C_cov at most the goal's and realizable rewards")
  const completed = trials.every((t) => t.outcome === "completed")
  need(completed, "hypothesis", "evidence.runs.trials", "completed runs: T7 promises nothing of others")
  const sampled = trials.filter((t) => t.suboptimality.kind === "average").length
  if (sampled > 0) k.assumed.push(`${sampled} suboptimalities are sampled estimates of an upper bound`)
  const bad = trials.filter((t) => t.suboptimality.value > goal.epsilon).length
  return overTrials(k, `J* - J(pi) > ${goal.epsilon}`, bad, trials.length, 5 * goal.delta)
}
const failures = (k: Case, { runs: { trials } }: Of<"trials">): Finding => {
  const delta = bounds.parameter(k.claim.parameters, "rejectionLevel")
  const same = trials.every((t) => t.sampler.maxDelta === delta)
  need(same, "evidence", "evidence.runs.trials", `sampler calls at rejectionLevel ${delta}`)
  const calls = trials.reduce((n, t) => n + t.sampler.calls - t.sampler.promiseBroken, 0)
  const bad = trials.reduce((n, t) => n + t.sampler.unaccepted, 0)
  return overTrials(k, "no acceptance, while the promise M holds", bad, calls, delta)
}

/** 10⁻¹⁰ in units of max{R, 1}: how far apart the two sides of an identity may be. */
const slackOf = ({ rewardRange }: InstanceData): number => 1e-10 * Math.max(rewardRange, 1)
const rewardsOf = ({ prompts }: InstanceData) => prompts.flatMap((x) => x.responses.map((y) => y.meanReward))
const suboptimalityIsKl = (k: Case, { identity: i }: Identity<"suboptimality">): Finding => {
  const [data, best] = [carried(k), optimum(carried(k))]
  const [slack, rows] = [slackOf(data), rewardsOf(data).length]
  within("evidence.identity.optimum", i.optimum, best, slack)
  within("evidence.identity.normaliser", i.normaliser, best, slack)
  i.policies.forEach((p, at) => {
    const path = `evidence.identity.policies[${at}]`
    need(p.logRatio.length === rows && at < i.runs.trials.length, "evidence", path, `a trial's policy, ${rows} ratios`)
    const { objective, gap } = evaluatePolicy(data, p.logRatio, path)
    within(`${path}.objective`, p.objective, objective, slack)
    within(`${path}.suboptimality`, p.suboptimality, gap, slack)
    within(`${path}.suboptimality`, p.suboptimality, sub(best, objective), slack)
  })
  const what = "J* - J(pi) = beta E KL(pi, pi*) and J* = beta E log Z"
  return ["supported", `${what} = ${digits(best)}, to ${slack}, for ${i.policies.length} policies`]
}
const coverageIsBounded = (k: Case): Finding => {
  const [coverage, bound] = [logCoverage(carried(k)), logCoverageBound(carried(k))]
  const [left, right] = [`0 <= log C_cov = ${digits(coverage)}`, `min(R/beta, -log min pi_ref) = ${digits(bound)}`]
  return [coverage.lo <= bound.hi && coverage.hi >= 0 ? "supported" : "refuted", `${left} <= ${right}`]
}
const pathIdentity = (k: Case, { identity: { tokens } }: Identity<"path">): Finding => {
  const [rewards, slack] = [rewardsOf(carried(k)), slackOf(carried(k))]
  const shaped = tokens.length === rewards.length && rewards.length <= 1024
  need(shaped, "evidence", "evidence.identity.tokens", `${rewards.length} responses, at most 1024`)
  pathSums(carried(k), tokens).forEach((s, y) => within(`evidence.identity.tokens[${y}]`, rewards[y], s, slack))
  return ["supported", `r* = V*_1 + beta sum_h log(pi*_h/pi_ref,h), to ${slack}, along ${tokens.length} responses`]
}

/** Recomputes every chain exactly, of trials or of their layers; says how many have an acceptance that is not above ν. */
const checkChains = (k: Case, { runs: { trials }, nu, lambda, chains }: Of<"spanner">) => {
  const [p, ofLayers] = [k.claim.parameters, k.claim.theorem === "T8"]
  const accepted = trials.flatMap((t) => (ofLayers ? told(t, k).accepted : t.accepted))
  const { dimension: d } = ofLayers ? k.problem.tokens! : k.problem
  const [used, most] = [dyadicValue(nu), bounds.parameter(p, "nu")]
  need(used <= most && used >= most * (1 - 1e-9), "evidence", "evidence.nu", `${most}, or less by its rounding`)
  need(dyadicValue(lambda) === bounds.parameter(p, "lambda"), "evidence", "evidence.lambda", "the parameter lambda")
  const failing = chains.filter(({ features, order }, at) => {
    const path = `evidence.chains[${at}]`
    const all = accepted[at] ?? -1
    const known = order.length <= all && order.every((f) => f < features.length)
    need(known, "evidence", `${path}.order`, `features that are carried, at most ${all} acceptances`)
    const shaped = features.every((f) => f.length === d && f.every((v) => Number.isFinite(dyadicValue(v))))
    need(shaped, "evidence", `${path}.features`, `${d} doubles each`)
    const chain = spannerChain(d, lambda, nu, features, order) ?? reject("size", path, "too much exact arithmetic")
    need(chain.withinRoom, "evidence", path, "det <= (1 + 4n/(d lambda))^d: norms at most 2")
    return chain.failsAt >= 0
  }).length
  const rest = accepted.reduce((s, n) => s + n, 0) - chains.reduce((s, c) => s + c.order.length, 0)
  if (rest > 0) k.assumed.push(`${rest} later acceptances are counted, not carried`)
  const exactly = `with nu = ${used}, exactly: fails in ${failing} of ${chains.length} chains`
  const [bound, of] = [bounds.spannerSize(p, { dimension: d }), ofLayers ? "layers" : "trials"]
  return [failing, exactly, ...atMost("accepted pairs <= n_max", accepted.map(BigInt), bound, of)] as const
}
const spannerIsSmall = (k: Case, evidence: Of<"spanner">): Finding => {
  const [failing, exactly, verdict, size] = checkChains(k, evidence)
  return [failing > 0 ? "refuted" : verdict, `every accepted norm > nu, ${exactly}; ${size}`]
}
/** Where every norm is above ν, T4's inequality says (1+ν²)^n ≤ det Σ_n/det Σ_0, which is the product of the steps. */
const POTENTIAL = "sum min(nu^2, norm^2) <= nu^2/log(1+nu^2) log(det Sigma_n/det Sigma_0) as (1+nu^2)^n <= det ratio"
const potential = (k: Case, evidence: Of<"spanner">): Finding => {
  const [failing, exactly] = checkChains(k, evidence)
  return [failing > 0 ? "undecided" : "supported", `${POTENTIAL}, ${exactly}`]
}
/** T8 without noise: ridge regression of exact differences leaves ‖θ_H − θ*_H‖² in Σ_H at λ‖θ*_H‖² or less. */
const EXACT = "norm^2 of theta_H - theta*_H in Sigma_H / lambda norm^2 of theta*_H <= 1, to 2e-6"
const lastLayerIsExact = (k: Case, { identity: { runs, star, fits } }: Identity<"regression">): Finding => {
  const [lambda, d] = [bounds.parameter(k.claim.parameters, "lambda"), k.problem.tokens?.dimension]
  const pairs = runs.trials.map((t) => [t.outcome, told(t, k).accepted.at(-1)].join())
  const placed = fits.every((f) => pairs[f.trial] === `completed,${f.features.length}`)
  const whole = fits.every((f) => [star, f.theta, ...f.features].every((v) => v.length === d))
  need(whole && placed, "evidence", "evidence.identity.fits", `${d} numbers each, all pairs of completed trials`)
  need(k.data?.noise.kind !== "bernoulli", "hypothesis", "instance.data.noise.kind", "none")
  k.assumed.push(`the stated theta*_H is that of last tokens${k.data === null ? ", and rewards have no noise" : ""}`)
  const squares = (v: ReadonlyArray<Interval>) => sum(v.map((x) => mul(x, x)))
  const shares = fits.map(({ theta, features }) => {
    const gap = star.map((s, j) => sub(theta[j], s))
    const along = features.map((phi) => sum(phi.map((v, j) => mul(v, gap[j]))))
    return div(add(squares(along), mul(lambda, squares(gap))), mul(lambda, squares(star.map(of))))
  })
  const { lo, hi } = max(...shares)
  need(hi - lo <= 1e-6, "evidence", "evidence.identity", "numbers that intervals can judge")
  return [hi <= 1 + 2e-6 ? "supported" : "refuted", `${EXACT}: largest of ${fits.length} fits ${digits({ lo, hi })}`]
}

/** T6 in law, by P(TV(empirical, true) ≥ r) ≤ 2^k e^{−2nr²} for k cells. T6 itself leaves δ. */
const sampledLaw = ({ claim, seeds, algorithm, assumed }: Case, { counts, law, request }: Of<"law">): Finding => {
  const [n, mass] = [counts, law].map((values) => values.reduce((s, v) => s + v, 0))
  const shaped = law.length === counts.length && Math.abs(mass - 1) < 1e-9 && n === seeds?.trials
  const by = `${algorithm?.oracle} ${algorithm?.name}`
  need(by === "weak softmax-sampler", "evidence", "algorithm", "softmax-sampler by the weak oracle")
  need(shaped, "evidence", "evidence.law", "a law of the counts, one a trial")
  const margin = bounds.parameter(claim.parameters, "margin")
  need(margin >= request.delta && margin <= 0.1, "unsupported", "claim.parameters.margin", "from delta to 0.1")
  assumed.push("the stated law is that of the request on the instance")
  const distance = counts.reduce((s, c, i) => s + Math.abs(c / n - law[i]), 0) / 2
  const radius = Math.sqrt((counts.length * Math.LN2 - Math.log(claim.level)) / (2 * n))
  const verdict = distance + radius <= margin ? "supported" : distance - radius > margin ? "refuted" : "undecided"
  const values = `${distance.toPrecision(6)} +- ${radius.toPrecision(6)} over ${n} draws`
  return [verdict, `TV(drawn law, stated law) <= ${margin}: ${values}`]
}
/** Theory §7: slopes in C_cov of T_data and T_comp to a target. */
const SLOPES = { "spanner-sampling": [0, 1], passive: [1, 1], exhaustive: [0] }
const scaling = (k: Case, { points, instances, target }: Of<"scaling">): Finding => {
  const { part, level, parameters } = k.claim
  const slopes = new Map(Object.entries(SLOPES)).get(k.algorithm?.name ?? "")
  const predicted = slopes?.[part === "T_data" ? 0 : 1] ?? reject("unsupported", "algorithm.name", "no slope predicted")
  const margin = bounds.parameter(parameters, "margin")
  need(margin <= 0.25, "unsupported", "claim.parameters.margin", "at most 0.25")
  const [each, different] = [points.length / instances.length, new Set(instances.map((i) => i.digest)).size]
  const placed = points.every((p, i) => p.instance === Math.floor(i / each) && p.trial === i % each)
  const reached = points.every((p) => p.suboptimality <= target)
  const whole = Number.isInteger(each) && different === instances.length && points.length === k.seeds?.trials
  need(placed && reached && whole, "evidence", "evidence.points", "trials 0, 1, … to the target on each instance")
  const x = points.map((p) => Math.log(instances[p.instance].coverage))
  const y = points.map((p) => Math.log(Number(part === "T_data" ? p.rewardQueries : p.samplingQueries)))
  const [slope, error] = fitSlope(x, y)
  const off = Math.abs(slope - predicted)
  const tail = studentTail(Math.abs(margin - off) / error, points.length - 2)
  const [close, far] = [off < margin && tail < level, off > margin && tail < level / 2]
  const fit = `${slope.toPrecision(6)} +- ${error.toPrecision(6)} over ${points.length} runs`
  const statement = `slope of log ${part} in log C_cov = ${predicted} within ${margin}: ${fit}`
  return [close ? "supported" : far ? "refuted" : "undecided", statement]
}

const T_COMP = "T_comp <= 2 T_prompt T_span + T_exp(1 + N1 + N2)"
const PASS = "prefixes visited in a pass <= n_roll n_max H(H - 1) + T_cert H"
const DRAWN = "T_comp / min{prefixes, (restarts + 1)(n_roll n_max H(H - 1) + T_cert H)} <= 2 T_span + N1 + N2 + 1"
/** What can be claimed, by theorem and part. */
export const RULES: Readonly<Record<string, Rule>> = {
  "T1/identity": ["identity/suboptimality", suboptimalityIsKl],
  "T2/bound": ["identity/coverage", coverageIsBounded],
  "T3/size": ["spanner", spannerIsSmall],
  "T4/potential": ["spanner", potential],
  "T5/path": ["identity/path", pathIdentity],
  "T6/cost": cost("draws <= N1 + N2", (t) => BigInt(t.sampler.maxDraws), bounds.samplerDraws),
  "T6/failure": ["trials", failures, "sampled"],
  "T6/law": ["law", sampledLaw, "sampled"],
  "T7/T_data": cost("T_data <= 2(n_max + T_exp)", (t) => queries(t).T_data, bounds.dataBound),
  "T7/T_comp": cost(T_COMP, (t) => queries(t).T_comp, bounds.computationBound),
  "T7/epsilon": ["trials", suboptimality, "sampled"],
  "T8/restarts": cost("restarts <= H n_max", (t, k) => told(t, k).restarts, bounds.restartBound),
  "T8/pass": cost(PASS, (t, k) => told(t, k).longest, bounds.passBound),
  "T8/T_comp": cost(DRAWN, drawn, bounds.prefixBound),
  "T8/spanner": ["spanner", spannerIsSmall],
  "T8/exactness": ["identity/regression", lastLayerIsExact],
  "theory-7/T_data": ["scaling", scaling, "sampled"],
  "theory-7/T_comp": ["scaling", scaling, "sampled"]
}
