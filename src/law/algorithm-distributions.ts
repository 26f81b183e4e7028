/**
 * The probabilistic steps of T7's proof on independent runs: (a) the spanner leaves few prompts with much to find, (b) the regression stays in its confidence
 * ellipsoid, and rounds are fresh draws of ρ×π_ref tilted as asked. Steps (a) and (b) hold for any parameters and any δ, so they are judged where
 * they say something.
 */
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import type { Stream } from "../numeric/stream.ts"
import { reveal } from "../oracle/handle.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import { overTrials } from "../theorem/judging.ts"
import { inverseFactor } from "./algebra.ts"
import type { Observation } from "./candidate.ts"
import { passProbability, rowsOf, tiltedBy, truncatedReward } from "./definition.ts"
import { judgeFit, type Outcome, unanswered } from "./law.ts"
import { Regression } from "./regression.ts"
import { rewardedPairs } from "./reward-pairs.ts"
import { ofWeights, UniformTally } from "./transform.ts"

const E1 = Math.E / (Math.E - 1)

/** Step (a): P_ρ[p(x;Σ_span) ≥ η] ≤ e₁(n_max+log(1/δ))/T_prompt except with probability 2δ, η = log(T_prompt/δ)/T_span. */
const spannerQuality = (run: Observation, delta: number): { readonly mass: number; readonly bound: number } => {
  const { events, instance, record } = run
  const { exact } = instance
  const { lambda, nu, prompts, pairsPerPrompt } = record.parameters
  const d = exact.dimension
  const first = events.findIndex((e) => e.kind === "tilted")
  const { sigma } = new Regression(run, rewardedPairs(events)).until(first < 0 ? Infinity : first)
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
  const what = `runs left more than ${found[0].bound.toPrecision(3)} of ρ with p(x;Σ_span) ≥ η (step a)`
  return overTrials("T7", "step-a", bad, runs.length, 2 * delta, level, what)
}

/** Step (b): max_t ‖θ^t − θ*‖_{Σ_t} ≤ b(δ) except with probability δ, recomputed from the data. */
const leavesEllipsoid = (run: Observation, delta: number): boolean => {
  const { exact } = run.instance
  const { lambda } = run.record.parameters
  const d = exact.dimension
  const data = rewardedPairs(run.events)
  const L = d * Math.log1p((4 * data.length) / (d * lambda))
  const b =
    (exact.rewardRange / Math.SQRT2) * Math.sqrt(2 * Math.log(1 / delta) + L) +
    Math.sqrt(lambda) * run.record.problem.parameterRadius
  const regression = new Regression(run, data)
  return data.some(({ at }) => {
    const { sigma } = regression.until(at + 1)
    const gap = regression.solve().map((v, j) => v - exact.thetaStar[j])
    let q = 0
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) q += gap[i] * sigma[i * d + j] * gap[j]
    return !(Math.sqrt(q) <= b)
  })
}

export const judgeRegression = (runs: ReadonlyArray<Observation>, delta: number, level: number): Outcome => {
  const bad = runs.filter((run) => leavesEllipsoid(run, delta)).length
  const what = "runs left the confidence ellipsoid of the regression (step b)"
  return overTrials("T7", "step-b", bad, runs.length, delta, level, what)
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
      const masses = rowsOf(exact, x).map((y) => exact.reference[y])
      const ratio = tiltedBy(masses, truncatedReward(exact, tilt, tilt.theta, x, row), tilt.beta)
      const weights = masses.map((mass, i) => mass * Math.exp(ratio[i]))
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
