/** Claims about probabilities and slopes, judged at the certificate's level: T6, T7, T9 and predictions.md. */
import { type Case, type EvidenceOf, type Finding, type IdentityOf, needWithin, told } from "./case.ts"
import type { TrialRow } from "./certificate.ts"
import { checkInstance, instanceDigest, logCoverage } from "./check-instance.ts"
import { squareInSigma } from "./identity-claims.ts"
import { log, mul, of } from "./interval.ts"
import { logEvidence, medianSlope } from "./recomputed-tests.ts"
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

/** T9's promise to these trials: its goal, and b to an enclosure. Rejects where it makes none. */
const promisedByT9 = (k: Case, trials: ReadonlyArray<TrialRow>) => {
  const goal = k.claim.goal ?? reject("hypothesis", "claim.goal", "missing")
  const radius = checkT9(k.problem, k.claim.parameters, goal)
  need(k.algorithm?.oracle === "token", "hypothesis", "algorithm.oracle", "token")
  const completed = trials.every((t) => t.outcome === "completed")
  need(completed, "hypothesis", "evidence.runs.trials", "completed runs: T9 promises nothing of others")
  const noisy = k.data !== null && k.data.noise.kind !== "none"
  need(!(noisy && k.problem.tokens?.noiseFree === true), "hypothesis", "instance.problem.tokens.noiseFree", "false")
  k.assumed.push("the token side has C_cond at most the goal's, B as stated, and Q* linear at every layer")
  if (k.data === null && k.problem.tokens?.noiseFree === true) k.assumed.push("rewards are free of noise")
  return { goal, radius }
}

/** T9: the policy is within ε of the best one, but with probability 4δ. */
export const multiTurnSuboptimality = (k: Case, { runs: { trials } }: EvidenceOf<"trials">): Finding => {
  const { goal } = promisedByT9(k, trials)
  const exact = trials.every((t) => t.suboptimality.kind === "exact")
  need(exact, "evidence", "evidence.runs.trials", "exact suboptimalities, as token policies have")
  const bad = trials.filter((t) => t.suboptimality.value > goal.epsilon).length
  return overTrials(k, `J* - J(pi) > ${goal.epsilon}`, bad, trials.length, 4 * goal.delta)
}

/** T9, step (e): ‖θ_h − θ*_h‖ in Σ_h is at most b at every layer, but with probability 3δ. */
export const layersAreAccurate = (k: Case, { identity }: IdentityOf<"layers">): Finding => {
  const { fits, runs, stars } = identity
  const { goal, radius } = promisedByT9(k, runs.trials)
  const { dimension: d, horizon: H } = k.problem.tokens!
  const [path, lambda, square] = ["evidence.identity", parameter(k.claim.parameters, "lambda"), mul(radius, radius)]
  const whole = fits.every(({ features, thetas }, at) => {
    const pairs = told(runs.trials[at] ?? runs.trials[0], k).accepted
    const placed = features.length === H && features.every((own, h) => own.length === pairs[h])
    return placed && thetas.length === H && [...thetas, ...features.flat()].every((v) => v.length === d)
  })
  const starred = stars.length === H && stars.every((v) => v.length === d)
  need(
    whole && starred && fits.length === runs.trials.length,
    "evidence",
    path,
    `all pairs and ${H} layers of every trial`
  )
  k.assumed.push("the stated theta*_h are those of the token side")
  const bad = fits.filter(({ features, thetas }) =>
    stars.some((star, h) => {
      const off = squareInSigma(lambda, thetas[h], star, features[h])
      need(off.hi <= square.lo || off.lo > square.hi, "evidence", path, "layers that intervals can tell from b")
      return off.lo > square.hi
    })
  ).length
  return overTrials(k, "a layer is off theta* by more than b", bad, fits.length, 3 * goal.delta)
}

/** What an algorithm promises for itself: the policy is within ε of the best one, but with probability δ. */
export const ownGuarantee = (k: Case, { runs: { trials } }: EvidenceOf<"trials">): Finding => {
  const { delta, epsilon } = k.claim.goal ?? reject("hypothesis", "claim.goal", "missing")
  const completed = trials.every((t) => t.outcome === "completed")
  need(
    completed,
    "hypothesis",
    "evidence.runs.trials",
    "completed runs: leaving out others would leave out the bad ones"
  )
  const averages = trials.filter((t) => t.suboptimality.kind === "average").length
  if (averages > 0) k.assumed.push(`${averages} suboptimalities are sampled estimates of an upper bound`)
  const bad = trials.filter((t) => t.suboptimality.value > epsilon).length
  return overTrials(k, `J* - J(pi) > ${epsilon}`, bad, trials.length, delta)
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

/** predictions.md: slopes in C_cov of T_data and T_comp to a target, and whether more than that is all that is denied. */
const SLOPES = new Map<string, { readonly T_data: number; readonly T_comp?: number; readonly atMost?: "T_data" }>([
  ["spanner-sampling", { T_data: 0, T_comp: 1 }],
  ["spanner-sampling-adaptive", { T_data: 0, T_comp: 1, atMost: "T_data" }],
  ["passive", { T_data: 1, T_comp: 1 }],
  ["exhaustive", { T_data: 0 }]
])

/** The rule of the instances. Rejects unless their SPECs, of one family, differ in just the options that vary, no seed, and what is carried has its digest and the coverage stated. */
const ruleOf = (k: Case, { instances, varies }: EvidenceOf<"scaling">): string => {
  const specs = instances.map(({ spec }) => spec.split(/[:,]/).map((part) => part.split("=")))
  const alike = specs.every((one) => one.map(([name]) => name).join() === specs[0].map(([name]) => name).join())
  const [[[family], ...options]] = specs
  const differ = options.flatMap(([name, value], i) => (specs.some((s) => s[i + 1]?.[1] !== value) ? [name] : []))
  const named = alike && differ.join() === varies.join() && !varies.includes("seed")
  need(named, "evidence", "evidence.varies", `options in which SPECs of one family differ, no seed: ${differ.join()}`)
  instances.forEach(({ coverage, data, digest, spec }, i) => {
    if (data === null) return
    const [path, carried] = [`evidence.instances[${i}]`, instanceDigest(spec, data)]
    need(digest === carried, "instance", `${path}.digest`, carried)
    checkInstance(data)
    needWithin(`${path}.coverage`, Math.log(coverage), logCoverage(data), 1e-9)
  })
  const left = instances.filter(({ data }) => data === null).length
  if (left > 0) k.assumed.push(`C_cov of ${left} of ${instances.length} instances, not carried, is as stated`)
  return `${family}, ${varies.join(" and ")} varying`
}

// Five places, and no sign of a rounded zero.
const fixed = (x: number): string => (Math.round(1e5 * x) / 1e5 + 0).toFixed(5)

/** The slope of log median queries in log C_cov is the predicted one, within a margin. */
export const scaling = (k: Case, evidence: EvidenceOf<"scaling">): Finding => {
  const { instances, points, target } = evidence
  const { level, parameters } = k.claim
  const part = k.claim.part === "T_data" ? "T_data" : "T_comp"
  const slopes = SLOPES.get(k.algorithm?.name ?? "")
  const predicted = slopes?.[part] ?? reject("unsupported", "algorithm.name", "no slope predicted")
  const margin = parameter(parameters, "margin")
  need(margin <= 0.25, "unsupported", "claim.parameters.margin", "at most 0.25")
  const rule = ruleOf(k, evidence)
  const each = points.length / instances.length
  const placed = points.every((p, i) => p.instance === Math.floor(i / each) && p.trial === i % each)
  const reached = points.every((p) => p.suboptimality <= target)
  const x = [...new Set(instances.map(({ coverage }) => Math.log(coverage)))]
  const whole = Number.isInteger(each) && x.length === instances.length && points.length === k.seeds?.trials
  need(placed && reached && whole, "evidence", "evidence.points", "trials 0, 1, … to the target on each coverage")

  const counts = instances.map((_, i) =>
    points.slice(i * each, (i + 1) * each).map((p) => Number(part === "T_data" ? p.rewardQueries : p.samplingQueries))
  )
  const { lower, slope, upper } =
    medianSlope(x, counts, level) ??
    reject("evidence", "evidence.points", `more runs on each instance for medians at level ${level}`)
  const [least, relation] = slopes?.atMost === part ? [-Infinity, "<="] : [predicted - margin, "="]
  const fit = `${fixed(slope)} in [${fixed(lower)}, ${fixed(upper)}] over ${points.length} runs of ${rule}`
  return {
    verdict:
      lower > least && upper < predicted + margin
        ? "supported"
        : upper < least || lower > predicted + margin
          ? "refuted"
          : "undecided",
    statement: `slope of log median ${part} in log C_cov ${relation} ${predicted} within ${margin}: ${fit}`
  }
}
