/** T9: MTSS reaches ε with T_data free of coverage and T_comp linear in coverage per token, at explicit constants (t9-mtss-is-pac.md). */
import { layerParameters, valuesOf } from "../instance/token-values.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import type { RunRecord } from "../run/run-record.ts"
import { accounted, largest, overTrials, reachesEpsilon, undecided, unpromised } from "./judging.ts"
import { layerErrors } from "./layer-error.ts"
import { FMR25, type Judgement, type Subject, type Theorem } from "./theorem.ts"

type Parameters = Readonly<Record<string, number>>

/** Prefixes that all passes may visit: N_vis, for whatever parameters were used. */
const visitsBound = (p: Parameters, n: number, horizon: number): bigint => {
  const [H, size] = [BigInt(horizon), BigInt(n)]
  const rolled = (H * (H - 1n)) / 2n + (size * H * (H - 1n) * (2n * H - 1n)) / 6n
  return 2n * BigInt(p.rollouts) * size * rolled + (H * size + 1n) * H * BigInt(p.certifyingRollouts)
}

/** T_data ≤ 2·n_rew·n_roll·n·(H + nH(H−1)/2). */
export const mtssDataBound = (p: Parameters, d: number, horizon: number): bigint => {
  const [H, n] = [BigInt(horizon), BigInt(spannerSize(d, p.nu, p.lambda))]
  return 2n * BigInt(p.rewardsPerRollout) * BigInt(p.rollouts) * n * (H + (n * H * (H - 1n)) / 2n)
}

/** T_comp ≤ N_vis·(1 + T_span + N₂). */
export const mtssComputationBound = (p: Parameters, d: number, horizon: number): bigint =>
  visitsBound(p, spannerSize(d, p.nu, p.lambda), horizon) * (1n + BigInt(p.tokensPerPrefix) + BigInt(p.trials))

/**
 * T9's parameters, recomputed here from the statement: an algorithm's own solver is what is being judged. n, b and λ are tied together; the counts follow from those that
 * were used before them (n_roll from n_rew, T_span from the visits that n_roll and T_cert allow, N₂ from M).
 */
export const requiredMtssParameters = ({ goal, parameters: p, problem }: Subject) => {
  const { beta, rewardRange: R, tokens } = problem
  const { conditionalCoverage: C = NaN, delta, epsilon } = goal
  const { dimension: d, horizon: H, noiseFree, parameterRadius } = tokens!
  const B = parameterRadius > 0 ? parameterRadius : R
  let n = 1
  let b = 0
  let lambda = 0
  for (let last = 0; n > last;) {
    last = n
    b = Math.min(beta / 2, beta / (H * Math.sqrt(n)), Math.sqrt((2 * epsilon * beta) / (3 * H)))
    lambda = (b / (16 * B)) ** 2
    n = Math.max(n, spannerSize(d, 1, lambda))
  }
  const mu = Math.min(1 / 40, b / (26 * beta * H * Math.sqrt(n)), epsilon / (6 * H * (R + beta)))
  const w = (2 * b) / beta + 3 * Math.sqrt(mu) + 2 * mu
  const noise = noiseFree ? 0 : (R * R) / 4 / p.rewardsPerRollout
  const L = d * Math.log1p((4 * n) / (d * lambda))
  const epochs = H + (n * H * (H - 1)) / 2
  const visits = Number(visitsBound(p, n, H))
  const logVisits = Math.log((2 * Math.max(visits, p.tokensPerPrefix)) / delta)
  return {
    radius: b,
    lambda,
    nu: 1,
    rollouts: Math.ceil(2 * (noise + H * (beta * w) ** 2) * (2 * Math.log(epochs / delta) + L) * (16 / (5 * b)) ** 2),
    certifyingRollouts: Math.ceil(((9 * H * R) / epsilon) * Math.log((H * n + 1) / delta)),
    tokensPerPrefix: Math.ceil((C * logVisits) / mu),
    promise: 3 * C,
    trials: Math.ceil(4 * p.promise * logVisits)
  }
}

const short = (x: number): string => `${Number.isInteger(x) ? x : Number(x.toPrecision(4))}`

/** Q*_h off ⟨θ*_h, φ_h⟩ by more than rounding, in units of max{R, β}. */
const REALIZABLE = 1e-9

/** What the instance does not give: tokens, realizability layer by layer, C_cond and B as told. */
const unmetByInstance = ({ exact, goal, problem, tokens }: Subject): ReadonlyArray<string> => {
  if (tokens === undefined || problem.tokens === undefined) return ["the instance has no tokens"]
  const values = valuesOf(tokens, exact)
  const layers = layerParameters(tokens, values)
  const out: Array<string> = []
  if (exact.misspecification !== undefined) out.push("rewards are off every linear one")
  const off = layers.findIndex(({ residual }) => !(residual <= REALIZABLE * Math.max(exact.rewardRange, exact.beta)))
  if (off >= 0) out.push(`Q* of layer ${off + 1} is off linear by ${short(layers[off].residual)}`)
  if (!((goal.conditionalCoverage ?? 0) >= values.conditionalCoverage * (1 - 1e-12)))
    out.push(`C_cond is told as ${goal.conditionalCoverage ?? "nothing"} and is ${short(values.conditionalCoverage)}`)
  const radius = largest(layers.map(({ theta }) => Math.hypot(...theta)))
  if (problem.tokens.parameterRadius < radius * (1 - 1e-12))
    out.push(`B is told as ${problem.tokens.parameterRadius} and is ${short(radius)}`)
  return out
}

const unmet = (subject: Subject): ReadonlyArray<string> => {
  const { algorithm, goal, parameters: p } = subject
  if (!algorithm.claims.includes("T9")) return [`${algorithm.name} does not claim T9`]
  const out = [...unmetByInstance(subject)]
  if (subject.tokens === undefined || goal.conditionalCoverage === undefined) return out
  if (!(goal.delta <= 0.25)) out.push(`delta = ${goal.delta}, T9 asks at most 1/4`)
  const need = requiredMtssParameters(subject)
  for (const name of ["nu", "lambda"] as const) {
    if (!(Math.abs(p[name] - need[name]) <= 1e-12 * need[name]))
      out.push(`${name} = ${short(p[name])}, T9 sets ${short(need[name])}`)
  }
  if (p.precision !== 0) out.push(`precision = ${short(p.precision)}, T9 asks 0`)
  for (const name of ["rollouts", "certifyingRollouts", "tokensPerPrefix", "promise", "trials"] as const) {
    if (!(p[name] >= need[name] * (1 - 1e-12))) out.push(`${name} = ${short(p[name])}, T9 asks ${short(need[name])}`)
  }
  if (!(p.rewardsPerRollout >= 1)) out.push("the algorithm has no rewardsPerRollout")
  return out
}

const most = (runs: ReadonlyArray<RunRecord>, pick: (run: RunRecord) => bigint): bigint =>
  runs.reduce((m, run) => (pick(run) > m ? pick(run) : m), 0n)

const NAMES = ["nu", "lambda", "tokensPerPrefix", "rollouts", "rewardsPerRollout", "certifyingRollouts", "trials"]

/** Counts that hold at any parameters. */
const counted = ({ parameters: p, tokens }: Subject, runs: ReadonlyArray<RunRecord>): ReadonlyArray<Judgement> => {
  if (tokens === undefined || NAMES.some((name) => !(p[name] > 0))) return []
  const { dimension: d, horizon: H } = tokens
  const pairs = H * spannerSize(d, p.nu, p.lambda)
  const restarts = Math.max(0, largest(runs.map(({ layers }) => layers?.restarts ?? 0)))
  const data = most(runs, ({ ledger }) => ledger.rewardQueries)
  const dataMost = mtssDataBound(p, d, H)
  const computation = most(runs, ({ ledger }) => ledger.samplingQueries)
  const computationMost = mtssComputationBound(p, d, H)
  return [
    accounted(
      "T9",
      "restarts",
      restarts <= pairs,
      restarts,
      "<=",
      pairs,
      "Checks that fired in the run with most, against H n"
    ),
    accounted(
      "T9",
      "T_data",
      data <= dataMost,
      `${data}`,
      "<=",
      `${dataMost}`,
      "reward queries of the dearest run against 2 n_rew n_roll n (H + n H(H-1)/2)"
    ),
    accounted(
      "T9",
      "T_comp",
      computation <= computationMost,
      `${computation}`,
      "<=",
      `${computationMost}`,
      "tokens drawn in the dearest run against N_vis (1 + T_span + N2)"
    )
  ]
}

/** (e): ‖θ_h − θ*_h‖_{Σ_h} ≤ b at every layer, but with probability 3δ. */
const regression = (subject: Subject, runs: ReadonlyArray<RunRecord>, level: number): Judgement => {
  const { radius } = requiredMtssParameters(subject)
  const errors = runs.map((run) => layerErrors(subject, run)?.map(({ error }) => error / radius) ?? [Infinity])
  const bad = errors.filter((one) => !(largest(one) <= 1)).length
  const worst = Array.from({ length: subject.tokens!.horizon }, (_, h) =>
    largest(errors.map((one) => one[h] ?? Infinity))
  )
  const shown = worst.map((ratio) => ratio.toPrecision(2)).join(", ")
  const what = `runs ended with a layer off by more than b = ${short(radius)} (largest over b, layers 1 ... H: ${shown})`
  return overTrials("T9", "regression", bad, runs.length, 3 * subject.goal.delta, level, what)
}

const judge = (subject: Subject, runs: ReadonlyArray<RunRecord>, level: number): ReadonlyArray<Judgement> => {
  const { goal } = subject
  const costs = counted(subject, runs)
  const missing = unmet(subject)
  const cut = runs.filter(({ outcome }) => outcome !== "completed").length
  if (missing.length === 0 && cut === 0)
    return [
      ...costs,
      regression(subject, runs, level / 2),
      reachesEpsilon("T9", subject, runs, 4 * goal.delta, level / 2)
    ]
  const measured = largest(runs.map(({ suboptimality }) => suboptimality.value))
  const bound = goal.epsilon
  if (runs.length === 0) return [...costs, undecided("evidence", "T9", "epsilon", "none", bound, "nothing was run")]
  const clause = { theorem: "T9", part: "epsilon", nature: "evidence", measured, relation: "<=", bound } as const
  const why = missing.length > 0 ? missing : [`${cut} runs were cut short`]
  return [...costs, unpromised({ ...clause, note: `worst of ${runs.length}` }, measured <= bound, why)]
}

export const mtssIsPac: Theorem = {
  id: "T9",
  title: "MTSS is PAC",
  statement:
    "\\Pr[J_\\beta(\\pi^*_\\beta)-J_\\beta(\\hat\\pi)>\\varepsilon]\\le4\\delta;\\ T_{\\mathrm{data}}\\le2n_{\\mathrm{rew}}n_{\\mathrm{roll}}n(H+nH(H-1)/2);\\ T_{\\mathrm{comp}}\\le N_{\\mathrm{vis}}(1+T_{\\mathrm{span}}+N_2),\\ T_{\\mathrm{span}}=\\lceil C_{\\mathrm{cond}}\\,\\mathcal L/\\mu\\rceil",
  citation: FMR25,
  paper: "Theorem 5.1",
  page: "src/theorem/t9-mtss-is-pac.md",
  nature: "probabilistic",
  unmet,
  judge
}
