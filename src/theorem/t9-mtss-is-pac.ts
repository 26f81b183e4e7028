/** T9: MTSS reaches ε with T_data free of coverage and T_comp linear in coverage per token, at explicit constants (t9-mtss-is-pac.md). */
import { spannerSize } from "../policy/spanner-size.ts"
import type { RunRecord } from "../run/run-record.ts"
import { accounted, dearest, guarantee, largest, offRequired, overTrials, reachesEpsilon, short } from "./judging.ts"
import { isRealized, layerErrors, tokenOptimum } from "./layer-error.ts"
import {
  claimedAs,
  type Hypothesis,
  type Judgement,
  NO_TOKENS,
  restated,
  type Subject,
  type Theorem,
  TOKENS,
  unmetOf
} from "./theorem.ts"

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

/** Asked only where T9 is claimed of an instance with tokens, and, `told`, with C_cond told. */
const asked =
  (look: (subject: Subject) => ReadonlyArray<string>, told = false): Hypothesis["unmet"] =>
  (subject) => {
    const { algorithm, goal, problem, tokens } = subject
    if (!algorithm.claims.includes("T9") || tokens === undefined || problem.tokens === undefined) return undefined
    return told && goal.conditionalCoverage === undefined ? undefined : look(subject)
  }

const COUNTS = ["rollouts", "certifyingRollouts", "tokensPerPrefix", "promise", "trials"] as const

/** What the instance gives: tokens, realizability layer by layer, C_cond and B as told; then what T9 sets. */
const hypotheses: ReadonlyArray<Hypothesis> = [
  claimedAs("T9"),
  {
    says: TOKENS.says,
    unmet: ({ algorithm, problem, tokens }) =>
      !algorithm.claims.includes("T9")
        ? undefined
        : tokens === undefined || problem.tokens === undefined
          ? [NO_TOKENS]
          : []
  },
  {
    says: "\\mathbb{E}[r\\mid x,y]=\\langle\\theta^*,\\phi(x,y)\\rangle,\\ r\\in[0,R]",
    unmet: asked(({ exact }) => (exact.misspecification === undefined ? [] : ["rewards are off every linear one"]))
  },
  {
    says: "Q^*_h(x,a_{1:h})=\\langle\\theta^*_h,\\phi_h(x,a_{1:h})\\rangle\\ \\forall h",
    unmet: asked(({ exact, tokens }) => {
      const { layers } = tokenOptimum(tokens!, exact)
      const off = layers.findIndex((layer) => !isRealized(layer, exact))
      return off >= 0 ? [`Q* of layer ${off + 1} is off linear by ${short(layers[off].residual)}`] : []
    })
  },
  {
    says: "\\text{told } C_{\\mathrm{cond}}\\ge C_{\\mathrm{cond}}(\\pi^*_\\beta)",
    unmet: asked(({ exact, goal: { conditionalCoverage }, tokens }) => {
      const { values } = tokenOptimum(tokens!, exact)
      return (conditionalCoverage ?? 0) >= values.conditionalCoverage * (1 - 1e-12)
        ? []
        : [`C_cond is told as ${conditionalCoverage ?? "nothing"} and is ${short(values.conditionalCoverage)}`]
    })
  },
  {
    says: "\\text{told } B\\ge\\max_h\\|\\theta^*_h\\|",
    unmet: asked(({ exact, problem, tokens }) => {
      const radius = largest(tokenOptimum(tokens!, exact).layers.map(({ theta }) => Math.hypot(...theta)))
      const told = problem.tokens!.parameterRadius
      return told < radius * (1 - 1e-12) ? [`B is told as ${told} and is ${short(radius)}`] : []
    })
  },
  {
    says: "\\delta\\le1/4",
    unmet: asked(({ goal }) => (goal.delta <= 0.25 ? [] : [`delta = ${goal.delta}, T9 asks at most 1/4`]), true)
  },
  {
    says: "\\nu,\\ \\lambda\\text{ as T9 sets them}",
    unmet: asked(
      (subject) => offRequired("T9", subject.parameters, requiredMtssParameters(subject), ["nu", "lambda"], "either"),
      true
    )
  },
  {
    says: "\\text{precision }0",
    unmet: asked(
      ({ parameters: { precision } }) => (precision === 0 ? [] : [`precision = ${short(precision)}, T9 asks 0`]),
      true
    )
  },
  {
    says: "n_{\\mathrm{roll}},\\ T_{\\mathrm{cert}},\\ T_{\\mathrm{span}},\\ M,\\ N_2\\text{ at least as T9 asks}",
    unmet: asked(
      (subject) => offRequired("T9", subject.parameters, requiredMtssParameters(subject), COUNTS, "below"),
      true
    )
  },
  {
    says: "n_{\\mathrm{rew}}\\ge1",
    unmet: asked(
      ({ parameters }) => (parameters.rewardsPerRollout >= 1 ? [] : ["the algorithm has no rewardsPerRollout"]),
      true
    )
  }
]
const unmet = unmetOf(hypotheses)

const NAMES = ["nu", "lambda", "tokensPerPrefix", "rollouts", "rewardsPerRollout", "certifyingRollouts", "trials"]

/** Counts that hold at any parameters. */
const counted = ({ parameters: p, tokens }: Subject, runs: ReadonlyArray<RunRecord>): ReadonlyArray<Judgement> => {
  if (tokens === undefined || NAMES.some((name) => !(p[name] > 0))) return []
  const { dimension: d, horizon: H } = tokens
  const pairs = H * spannerSize(d, p.nu, p.lambda)
  const restarts = Math.max(0, largest(runs.map(({ layers }) => layers?.restarts ?? 0)))
  return [
    accounted("T9", "restarts", restarts, pairs, "Checks that fired in the run with most, against H n"),
    accounted(
      "T9",
      "T_data",
      dearest(runs, "rewardQueries"),
      mtssDataBound(p, d, H),
      "reward queries of the dearest run against 2 n_rew n_roll n (H + n H(H-1)/2)"
    ),
    accounted(
      "T9",
      "T_comp",
      dearest(runs, "samplingQueries"),
      mtssComputationBound(p, d, H),
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

const judge = (subject: Subject, runs: ReadonlyArray<RunRecord>, level: number): ReadonlyArray<Judgement> => [
  ...counted(subject, runs),
  ...guarantee("T9", subject, runs, unmet(subject), () => [
    regression(subject, runs, level / 2),
    reachesEpsilon("T9", subject, runs, 4 * subject.goal.delta, level / 2)
  ])
]

export const mtssIsPac: Theorem = restated({
  id: "T9",
  title: "MTSS is PAC",
  statement:
    "\\Pr[J_\\beta(\\pi^*_\\beta)-J_\\beta(\\hat\\pi)>\\varepsilon]\\le4\\delta;\\ T_{\\mathrm{data}}\\le2n_{\\mathrm{rew}}n_{\\mathrm{roll}}n(H+nH(H-1)/2);\\ T_{\\mathrm{comp}}\\le N_{\\mathrm{vis}}(1+T_{\\mathrm{span}}+N_2),\\ T_{\\mathrm{span}}=\\lceil C_{\\mathrm{cond}}\\,\\mathcal L/\\mu\\rceil",
  paper: "Theorem 5.1",
  page: "src/theorem/t9-mtss-is-pac.md",
  nature: "probabilistic",
  hypotheses,
  judge
})
