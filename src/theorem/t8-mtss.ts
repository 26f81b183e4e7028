/**
 * T8: MTSS restarts at most H·n_max times and pays per prefix visited, whatever the number of responses (t8-mtss.md). Deterministic facts of every run; the
 * ε-guarantee is measured, not claimed. Exactness is claimed where its hypotheses hold: at the last layer, whose targets are rewards and need no normaliser.
 */
import { spannerSize } from "../policy/spanner-size.ts"
import { acceptedPerLayer, layerSpanner } from "../run/layers-log.ts"
import type { LayersRecord, RunRecord } from "../run/run-record.ts"
import { accounted, checked, largest, undecided, unpromised } from "./judging.ts"
import { isRealized, layerErrors, tokenOptimum } from "./layer-error.ts"
import { chainFault, spannerChain } from "./spanner-chain.ts"
import { type Hypothesis, type Judgement, restated, type Subject, type Theorem, TOKENS, unmetOf } from "./theorem.ts"

type Parameters = Readonly<Record<string, number>>

/** Draws that one visited prefix may cost: 1 + T_span + N₂. */
const perPrefix = (p: Parameters): bigint => 1n + BigInt(p.tokensPerPrefix) + BigInt(p.trials)

/** Prefixes that one pass may visit: n_roll·n_max·H(H−1) + T_cert·H. */
const perPass = (p: Parameters, most: number, horizon: number): bigint =>
  BigInt(p.rollouts) * BigInt(most) * BigInt(horizon) * BigInt(horizon - 1) +
  BigInt(p.certifyingRollouts) * BigInt(horizon)

/** What is wrong with a run's layers as spanners (T3), if anything. */
const spannerFault = (
  layers: LayersRecord,
  trial: number,
  horizon: number,
  d: number,
  { lambda, nu }: Parameters
): string | undefined => {
  const outside = layers.acceptedLayers.find((h) => !(h >= 0 && h < horizon))
  if (outside !== undefined) return `trial ${trial}: a pair was accepted at layer ${outside + 1} of ${horizon}`
  const [fault] = Array.from({ length: horizon }, (_, h) => {
    const chain = spannerChain(layerSpanner(layers, h, d), d, lambda, nu)
    return chainFault(chain, `trial ${trial}, layer ${h + 1}`, d, lambda, nu)
  }).flat()
  return fault
}

/**
 * ‖θ_H − θ*_H‖ in the norm of Σ_H, over √λ·‖θ*_H‖: at most 1 for ridge regression of exact reward differences, so that the error on a good feature is at
 * most ν√λ·B (T8 at fixed λ). undefined where the run has no token policy.
 */
const lastLayerError = (subject: Subject, run: RunRecord): number | undefined => {
  const last = layerErrors(subject, run)?.at(-1)
  if (last === undefined) return undefined
  return last.size === 0 ? last.error : last.error / (Math.sqrt(subject.parameters.lambda) * last.size)
}

const judge = (subject: Subject, runs: ReadonlyArray<RunRecord>): ReadonlyArray<Judgement> => {
  const { parameters: p, tokens } = subject
  const missing = unmet(subject)
  if (tokens === undefined || missing.length > 0)
    return [undecided("accounting", "T8", "restarts", `not claimed here: ${missing.join("; ")}`)]
  const { dimension: d, horizon: H } = tokens
  const most = spannerSize(d, p.nu, p.lambda)
  const recorded = runs.flatMap((run) => (run.layers === undefined ? [] : [{ run, layers: run.layers }]))
  const silent = runs.length - recorded.length
  const restarts = Math.max(0, largest(recorded.map(({ layers }) => layers.restarts)))
  const uneven = recorded.find(({ layers }) => layers.restarts !== layers.acceptedLayers.length)
  const [fault] = recorded.flatMap(({ layers, run }) => spannerFault(layers, run.trial, H, d, p) ?? [])
  const fullest = Math.max(0, largest(recorded.flatMap(({ layers }) => acceptedPerLayer(layers, H))))
  // The dearest run against its own bound.
  let dearest = { spent: 0n, bound: 0n, visited: 0n }
  let within = true
  for (const { layers, run } of recorded) {
    const spent = run.ledger.samplingQueries
    const bound = BigInt(layers.restarts + 1) * perPass(p, most, H) * perPrefix(p)
    const visited = BigInt(layers.prefixes) * perPrefix(p)
    // A budget cuts a run off in the middle of a pass that is not yet told.
    within &&= spent <= bound && (run.outcome === "budget-exhausted" || spent <= visited)
    if (spent >= dearest.spent) dearest = { spent, bound, visited }
  }
  const longest = Math.max(0, largest(recorded.map(({ layers }) => layers.longestPass)))
  const counted = [
    accounted(
      "T8",
      "restarts",
      restarts,
      H * most,
      uneven === undefined
        ? "Checks that fired in the run with most, against H n_max"
        : `trial ${uneven.run.trial}: ${uneven.layers.restarts} restarts but ${uneven.layers.acceptedLayers.length} accepted pairs`,
      uneven === undefined && restarts <= H * most
    ),
    accounted(
      "T8",
      "pass",
      longest,
      perPass(p, most, H),
      "prefixes visited in the longest pass, against n_roll n_max H(H-1) + T_cert H"
    ),
    accounted(
      "T8",
      "T_comp",
      dearest.spent,
      dearest.bound,
      `tokens drawn in the dearest run; its prefixes entitle it to ${dearest.visited}`,
      within
    ),
    checked(
      "T8",
      "spanner",
      fullest,
      most,
      fault ?? "pairs of the fullest layer against n_max; chains recomputed layer by layer",
      fault === undefined && fullest <= most
    )
  ]
  const told = silent > 0 ? [undecided("accounting", "T8", "record", `${silent} runs told of no pass`, silent, 0)] : []
  return [...counted, ...told, exactness(subject, runs)]
}

const exactness = (subject: Subject, runs: ReadonlyArray<RunRecord>): Judgement => {
  const why =
    subject.exact.noise.kind !== "none"
      ? "rewards are noisy"
      : runs.every((run) => run.outcome !== "completed")
        ? "no run came to its end"
        : undefined
  const errors = runs.flatMap((run) => (run.outcome === "completed" ? [lastLayerError(subject, run) ?? Infinity] : []))
  if (why !== undefined) return undecided("checked", "T8", "exactness", `not claimed here: ${why}`, "none", 1)
  const worst = largest(errors)
  const note = "error of the last layer's theta in the norm of Sigma_H, over sqrt(lambda) times the norm of theta*_H"
  const holds = worst <= 1 + 1e-6
  // Exactness needs realizability, of the last layer alone.
  const last = tokenOptimum(subject.tokens!, subject.exact).layers.at(-1)!
  if (!isRealized(last, subject.exact))
    return unpromised(
      { theorem: "T8", part: "exactness", nature: "checked", measured: worst, relation: "<=", bound: 1, note },
      holds,
      [`Q* of the last layer is off linear by ${Number(last.residual.toPrecision(3))}`]
    )
  return checked("T8", "exactness", worst, 1, note, holds)
}

const positive =
  (names: ReadonlyArray<string>): Hypothesis["unmet"] =>
  ({ parameters }) =>
    names.flatMap((name) => (parameters[name] > 0 ? [] : [`the algorithm has no ${name}`]))

const hypotheses: ReadonlyArray<Hypothesis> = [
  TOKENS,
  {
    says: "\\text{the algorithm draws token by token}",
    unmet: ({ algorithm }) => (algorithm.oracle === "token" ? [] : [`${algorithm.name} does not draw token by token`])
  },
  {
    says: "\\nu,\\ \\lambda,\\ T_{\\mathrm{span}},\\ n_{\\mathrm{roll}},\\ T_{\\mathrm{cert}},\\ N_2>0",
    unmet: positive(["nu", "lambda", "tokensPerPrefix", "rollouts", "certifyingRollouts", "trials"])
  }
]
const unmet = unmetOf(hypotheses)

export const mtssCounts: Theorem = restated({
  id: "T8",
  title: "MTSS",
  statement:
    "\\text{restarts}\\le H\\,n_{\\max};\\ T_{\\mathrm{comp}}\\le(\\text{restarts}+1)\\,(n_{\\mathrm{roll}}n_{\\max}H(H-1)+T_{\\mathrm{cert}}H)\\,(1+T_{\\mathrm{span}}+N_2);\\ \\|\\theta_H-\\theta^*_H\\|_{\\Sigma_H}\\le\\sqrt\\lambda\\,\\|\\theta^*_H\\|\\ \\text{without noise}",
  paper: "Theorem 5.1",
  page: "src/theorem/t8-mtss.md",
  nature: "deterministic",
  hypotheses,
  judge
})
