/** Claims about probabilities and slopes, judged at the certificate's level: T6, T7, T9 and predictions.md. */
import { type Case, type EvidenceOf, type Finding } from "./case.ts"
import { logCoverage } from "./check-instance.ts"
import { log, of } from "./interval.ts"
import { fitSlope, logEvidence, studentTail } from "./recomputed-tests.ts"
import { checkT7, checkT9, parameter } from "./sampling-bounds.ts"
import { need, reject } from "./strict-json.ts"

/** P(bad) ≤ δ₀ from k bad of n: the e-processes of evidence.md. */
const overTrials = (k: Case, what: string, bad: number, n: number, delta0: number): Finding => {
  need(n > 0 && delta0 < 1, "evidence", "evidence", "trials, and a bound below 1")
  const against = logEvidence(bad, n, delta0, "against")
  const support = logEvidence(bad, n, delta0, "for")
  const enough = -Math.log(k.claim.level)
  const values = `log e-value ${against.toFixed(3)} against, ${support.toFixed(3)} for, ${enough.toFixed(3)} decides`
  return {
    verdict: against >= enough ? "refuted" : support >= enough ? "supported" : "undecided",
    statement: `P(${what}) <= ${delta0}: ${bad} of ${n}; ${values}`
  }
}

/** T7: the policy is within ε of the best one, but with probability 5δ. */
export const suboptimality = (k: Case, { runs: { trials } }: EvidenceOf<"trials">): Finding => {
  const goal = k.claim.goal ?? reject("hypothesis", "claim.goal", "missing")
  checkT7(k.problem, k.claim.parameters, goal)
  need(k.algorithm?.oracle === "weak", "hypothesis", "algorithm.oracle", "weak")
  need(k.data?.misspecification === undefined, "hypothesis", "instance.data.misspecification", "realizable rewards")
  if (k.data === null) k.assumed.push("the instance, not carried, has C_cov at most the goal's and realizable rewards")
  else {
    const covered = log(of(goal.coverage)).hi >= logCoverage(k.data).lo
    need(covered, "hypothesis", "claim.goal.coverage", "at least C_cov")
  }
  const completed = trials.every((t) => t.outcome === "completed")
  need(completed, "hypothesis", "evidence.runs.trials", "completed runs: T7 promises nothing of others")
  const sampled = trials.filter((t) => t.suboptimality.kind === "average").length
  if (sampled > 0) k.assumed.push(`${sampled} suboptimalities are sampled estimates of an upper bound`)
  const bad = trials.filter((t) => t.suboptimality.value > goal.epsilon).length
  return overTrials(k, `J* - J(pi) > ${goal.epsilon}`, bad, trials.length, 5 * goal.delta)
}

/** T9: the policy is within ε of the best one, but with probability 4δ. */
export const multiTurnSuboptimality = (k: Case, { runs: { trials } }: EvidenceOf<"trials">): Finding => {
  const goal = k.claim.goal ?? reject("hypothesis", "claim.goal", "missing")
  checkT9(k.problem, k.claim.parameters, goal)
  need(k.algorithm?.oracle === "token", "hypothesis", "algorithm.oracle", "token")
  const completed = trials.every((t) => t.outcome === "completed")
  need(completed, "hypothesis", "evidence.runs.trials", "completed runs: T9 promises nothing of others")
  const exact = trials.every((t) => t.suboptimality.kind === "exact")
  need(exact, "evidence", "evidence.runs.trials", "exact suboptimalities, as token policies have")
  const noisy = k.data !== null && k.data.noise.kind !== "none"
  need(!(noisy && k.problem.tokens?.noiseFree === true), "hypothesis", "instance.problem.tokens.noiseFree", "false")
  k.assumed.push("the token side has C_cond at most the goal's, B as stated, and Q* linear at every layer")
  if (k.data === null && k.problem.tokens?.noiseFree === true) k.assumed.push("rewards are free of noise")
  const bad = trials.filter((t) => t.suboptimality.value > goal.epsilon).length
  return overTrials(k, `J* - J(pi) > ${goal.epsilon}`, bad, trials.length, 4 * goal.delta)
}

/** T6: a sampler call ends without an acceptance with probability δ at most, while the promise M holds. */
export const samplerFailures = (k: Case, { runs: { trials } }: EvidenceOf<"trials">): Finding => {
  const delta = parameter(k.claim.parameters, "rejectionLevel")
  const same = trials.every((t) => t.sampler.maxDelta === delta)
  need(same, "evidence", "evidence.runs.trials", `sampler calls at rejectionLevel ${delta}`)
  const calls = trials.reduce((n, t) => n + t.sampler.calls - t.sampler.promiseBroken, 0)
  const bad = trials.reduce((n, t) => n + t.sampler.unaccepted, 0)
  return overTrials(k, "no acceptance, while the promise M holds", bad, calls, delta)
}

/** T6 in law, by P(TV(empirical, true) ≥ r) ≤ 2^k e^{−2nr²} for k cells. T6 itself leaves δ. */
export const sampledLaw = (k: Case, { counts, law, request }: EvidenceOf<"law">): Finding => {
  const { claim, seeds, algorithm } = k
  const sampler = algorithm?.oracle === "weak" && algorithm.name === "softmax-sampler"
  need(sampler, "evidence", "algorithm", "softmax-sampler by the weak oracle")
  const n = counts.reduce((s, c) => s + c, 0)
  const mass = law.reduce((s, p) => s + p, 0)
  const shaped = law.length === counts.length && Math.abs(mass - 1) < 1e-9 && n === seeds?.trials
  need(shaped, "evidence", "evidence.law", "a law of the counts, one a trial")
  const margin = parameter(claim.parameters, "margin")
  need(margin >= request.delta && margin <= 0.1, "unsupported", "claim.parameters.margin", "from delta to 0.1")
  k.assumed.push("the stated law is that of the request on the instance")

  const distance = counts.reduce((s, c, i) => s + Math.abs(c / n - law[i]), 0) / 2
  const radius = Math.sqrt((counts.length * Math.LN2 - Math.log(claim.level)) / (2 * n))
  const values = `${distance.toPrecision(6)} +- ${radius.toPrecision(6)} over ${n} draws`
  return {
    verdict: distance + radius <= margin ? "supported" : distance - radius > margin ? "refuted" : "undecided",
    statement: `TV(drawn law, stated law) <= ${margin}: ${values}`
  }
}

/** predictions.md: slopes in C_cov of T_data and T_comp to a target. */
const SLOPES = new Map<string, { readonly T_data: number; readonly T_comp?: number }>([
  ["spanner-sampling", { T_data: 0, T_comp: 1 }],
  ["passive", { T_data: 1, T_comp: 1 }],
  ["exhaustive", { T_data: 0 }]
])

/** The slope of log queries in log C_cov is the predicted one, within a margin. */
export const scaling = (k: Case, { points, instances, target }: EvidenceOf<"scaling">): Finding => {
  const { level, parameters } = k.claim
  const part = k.claim.part === "T_data" ? "T_data" : "T_comp"
  const slopes = SLOPES.get(k.algorithm?.name ?? "")
  const predicted = slopes?.[part] ?? reject("unsupported", "algorithm.name", "no slope predicted")
  const margin = parameter(parameters, "margin")
  need(margin <= 0.25, "unsupported", "claim.parameters.margin", "at most 0.25")

  const each = points.length / instances.length
  const placed = points.every((p, i) => p.instance === Math.floor(i / each) && p.trial === i % each)
  const reached = points.every((p) => p.suboptimality <= target)
  const different = new Set(instances.map((i) => i.digest)).size === instances.length
  const whole = Number.isInteger(each) && different && points.length === k.seeds?.trials
  need(placed && reached && whole, "evidence", "evidence.points", "trials 0, 1, … to the target on each instance")

  const x = points.map((p) => Math.log(instances[p.instance].coverage))
  const y = points.map((p) => Math.log(Number(part === "T_data" ? p.rewardQueries : p.samplingQueries)))
  const { slope, error } = fitSlope(x, y)
  const off = Math.abs(slope - predicted)
  const tail = studentTail(Math.abs(margin - off) / error, points.length - 2)
  const close = off < margin && tail < level
  const far = off > margin && tail < level / 2
  const fit = `${slope.toPrecision(6)} +- ${error.toPrecision(6)} over ${points.length} runs`
  return {
    verdict: close ? "supported" : far ? "refuted" : "undecided",
    statement: `slope of log ${part} in log C_cov = ${predicted} within ${margin}: ${fit}`
  }
}
