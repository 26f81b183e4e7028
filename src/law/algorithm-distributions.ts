/**
 * The probabilistic steps of T7's proof on independent runs: (a) the spanner leaves few prompts with much to find, (b) the regression stays in its confidence
 * ellipsoid, and rounds are fresh draws of ρ×π_ref tilted as asked. Steps (a) and (b) hold for any parameters and any δ, so they are judged where
 * they say something.
 */
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import { reveal } from "../oracle/handle.ts"
import type { Stream } from "../numeric/stream.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import { judgeBernoulli } from "../statistics/bernoulli-judgement.ts"
import { addOuter } from "./algorithm-laws.ts"
import type { Observation } from "./candidate.ts"
import { inverseFactor, rowsOf, truncatedReward } from "./definition.ts"
import { judgeFit, type Outcome, unanswered } from "./law.ts"
import { rewardedPairs } from "./reward-pairs.ts"
import { passProbability } from "./proof-steps.ts"
import { eliminate, gramOf } from "./spanner-laws.ts"
import { ofWeights, UniformTally } from "./transform.ts"

const E1 = Math.E / (Math.E - 1)

const overRuns = (bad: number, trials: number, delta0: number, level: number, what: string): Outcome => {
  const { verdict } = judgeBernoulli({ bad, trials, delta0, level })
  return {
    verdict,
    level,
    measured: trials === 0 ? "none" : bad / trials,
    bound: delta0,
    relation: "<=",
    note: `${bad} of ${trials} runs ${what}`
  }
}

/** Step (a): P_ρ[p(x;Σ_span) ≥ η] ≤ e₁(n_max+log(1/δ))/T_prompt except with probability 2δ, η = log(T_prompt/δ)/T_span. */
export const spannerQuality = (
  { events, instance, record }: Observation,
  delta: number
): { readonly mass: number; readonly bound: number } => {
  const { exact } = instance
  const { lambda, nu, prompts, pairsPerPrompt } = record.parameters
  const d = exact.dimension
  const first = events.findIndex((e) => e.kind === "tilted")
  const accepted = rewardedPairs(first < 0 ? events : events.slice(0, first)).map((datum) => datum.phi)
  const sigma = gramOf(accepted, d, lambda)
  const eta = Math.log(prompts / delta) / pairsPerPrompt
  const test = { dimension: d, whitening: inverseFactor(sigma, d), nu }
  let mass = 0
  exact.promptProbabilities.forEach((rho, x) => {
    if (rho > 0 && passProbability(exact, test, x) >= eta) mass += rho
  })
  return { mass, bound: (E1 * (spannerSize(d, nu, lambda) + Math.log(1 / delta))) / prompts }
}

export const judgeSpanner = (runs: ReadonlyArray<Observation>, delta: number, level: number): Outcome => {
  if (runs.length === 0) return unanswered("no run")
  const found = runs.map((run) => spannerQuality(run, delta))
  if (found[0].bound >= 1)
    return unanswered(`step (a) is vacuous at these parameters (bound ${found[0].bound.toPrecision(3)})`)
  const bad = found.filter(({ mass, bound }) => mass > bound).length
  return overRuns(
    bad,
    runs.length,
    2 * delta,
    level,
    `left more than ${found[0].bound.toPrecision(3)} of ρ with p(x;Σ_span) ≥ η (step a)`
  )
}

/** Step (b): max_t ‖θ^t − θ*‖_{Σ_t} ≤ b(δ) except with probability δ, recomputed from the data. */
export const leavesEllipsoid = ({ events, instance, record }: Observation, delta: number): boolean => {
  const { exact } = instance
  const d = exact.dimension
  const { lambda } = record.parameters
  const sigma = gramOf([], d, lambda)
  const moment = new Float64Array(d)
  const data = rewardedPairs(events)
  const n = data.length
  const L = d * Math.log1p((4 * n) / (d * lambda))
  const b =
    (exact.rewardRange / Math.SQRT2) * Math.sqrt(2 * Math.log(1 / delta) + L) +
    Math.sqrt(lambda) * record.problem.parameterRadius
  for (const { phi, difference, count } of data) {
    addOuter(sigma, phi, count)
    for (let i = 0; i < d; i++) moment[i] += difference * phi[i]
    const gap = eliminate(sigma, moment, d).x.map((v, j) => v - exact.thetaStar[j])
    let q = 0
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) q += gap[i] * sigma[i * d + j] * gap[j]
    if (!(Math.sqrt(q) <= b)) return true
  }
  return false
}

export const judgeRegression = (runs: ReadonlyArray<Observation>, delta: number, level: number): Outcome => {
  const bad = runs.filter((run) => leavesEllipsoid(run, delta)).length
  return overRuns(bad, runs.length, delta, level, "left the confidence ellipsoid of the regression (step b)")
}

/** Rounds: (x, y₂) ~ ρ×π_ref afresh, and y₁ given (x, y₂, θ^t) has the tilted law (T6 at the runs' δ_rej, which must be far below the level). */
export const judgeRounds = (runs: ReadonlyArray<Observation>, coin: Stream, level: number): ReadonlyArray<Outcome> => {
  const [first] = runs
  if (first === undefined) return [unanswered("no run")]
  const { exact } = first.instance
  const law = new Float64Array(exact.reference.length)
  exact.promptProbabilities.forEach((rho, x) => rowsOf(exact, x).forEach((y) => (law[y] = rho * exact.reference[y])))
  const rho = exact.promptProbabilities
  const independent = Float64Array.from(
    { length: rho.length ** 2 },
    (_, i) => rho[Math.floor(i / rho.length)] * rho[i % rho.length]
  )
  const anchors = new Float64Array(law.length)
  // Rounds that share what they should draw afresh are few independent ones: two in turn show it whatever they share.
  const X = exact.promptProbabilities.length
  const inTurn = new Float64Array(X * X)
  const drawn = new UniformTally(1, 16)
  for (const { events } of runs) {
    let before = -1
    for (const event of events) {
      if (event.kind !== "tilted" || !event.answer.accepted) continue
      const { pair } = event.answer
      const { x, row } = reveal(pair.right)
      anchors[row]++
      if (before >= 0) inTurn[before * X + x]++
      before = before < 0 ? x : -1
      const { tilt } = event.request
      const logits = truncatedReward(exact, tilt, tilt.theta, x, row).map((f) => f / tilt.beta)
      const top = Math.max(...logits)
      const weights = rowsOf(exact, x).map((y, i) => exact.reference[y] * Math.exp(logits[i] - top))
      drawn.add(ofWeights(weights, reveal(pair.left).row - exact.offsets[x], coin))
    }
  }
  return [
    judgeFit(anchors, law, level / 3, "prompt and anchor of the rounds against ρ×π_ref"),
    judgeFit(inTurn, independent, level / 3, "prompts of two rounds in turn against ρ×ρ"),
    ...drawn.judge(level / 3, "tilted draws of the rounds against their law")
  ]
}

/** Parameters under which step (a) says something on a small instance, from those an algorithm would use. */
export const searchingParameters = (p: ParameterRecord): ParameterRecord => ({
  ...p,
  prompts: 1500,
  pairsPerPrompt: 120,
  rounds: 1
})
