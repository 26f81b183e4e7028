/**
 * What t8-mtss.md says of a multi-turn run, read off its tape: every token is Checked against its anchor, a pair that fires is accepted at once, tilts are
 * those of the accepted pairs, and the returned θ_h are ridge regression of values that rollouts through the returned tilts gave by the path identity (T5), certified
 * by T_cert rollouts in which no Check fired.
 *
 * How a learner gets there, which targets it keeps from pass to pass and in which order it asks, is its own affair: only the state that it certifies is judged.
 */
import { LEAST_ROLLOUTS } from "../algorithm/mtss-parameters.ts"
import { insidePrefix, Prompt, relativeFeature, type TokenPair } from "../oracle/handle.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { TokenTiltedPolicy } from "../policy/policy.ts"
import { addOuter, eliminate, gramOf, whiteningGap, WHITENING } from "./algebra.ts"
import type { Observation } from "./candidate.ts"
import { atMost, clause, type Finding, near } from "./law.ts"
import type { RunLaw } from "./run-law.ts"
import { Rollouts, type Series, type Step } from "./token-rollouts.ts"

/** A layer's accepted pairs, and Σ_h over them. */
interface LayerState {
  readonly sigma: Float64Array
  readonly core: Array<TokenPair>
  /** Pairs accepted: each makes another Σ_h. */
  accepted: number
}

const accept = (layer: LayerState, phi: Float64Array, pair?: TokenPair): void => {
  addOuter(layer.sigma, phi, 1)
  layer.accepted++
  if (pair !== undefined) layer.core.push(pair)
}

const layersOf = ({ instance, record }: Observation): ReadonlyArray<LayerState> =>
  Array.from({ length: instance.tokens?.horizon ?? 0 }, () => ({
    sigma: gramOf([], instance.tokens?.dimension ?? 0, record.parameters.lambda),
    core: [],
    accepted: 0
  }))

/** Tests are compared with Σ once for each state they were used in. */
const gaps = () => {
  const known = new Map<EllipticTest, readonly [pairs: number, gap: number]>()
  return (test: EllipticTest, { accepted, sigma }: LayerState): number => {
    const before = known.get(test)
    if (before !== undefined && before[0] === accepted) return before[1]
    const gap = whiteningGap(test, sigma)
    known.set(test, [accepted, gap])
    return gap
  }
}

const checks = (observation: Observation): ReadonlyArray<Finding> => {
  const { nu, tokensPerPrefix } = observation.record.parameters
  const layers = layersOf(observation)
  const gap = gaps()
  const findings: Array<Finding> = []
  let fired: TokenPair | undefined
  observation.events.forEach((event, at) => {
    if (event.kind === "accepted" && event.layer !== undefined) {
      const phi = fired && relativeFeature(fired.left, fired.right)
      const own = phi?.every((v, j) => v === event.phi[j]) ?? false
      const turned = phi?.every((v, j) => v === -event.phi[j]) ?? false
      findings.push(
        clause(own || turned, `the pair accepted at event ${at} is not the one that a Check has just found`)
      )
      accept(layers[event.layer], event.phi)
      fired = undefined
    }
    if (event.kind === "token-draw" || event.kind === "token-tilted")
      findings.push(clause(false, `event ${at}: a token was drawn that no Check had passed`))
    if (event.kind !== "token-checked") return
    const { prefix, request } = event
    const { layer } = insidePrefix(prefix)
    const { truncation } = request.tilt
    findings.push(
      clause(fired === undefined, `a Check fired before event ${at}, and its pair was not accepted`),
      near(truncation.nu, nu, 1e-12 * nu, "ν of a Check"),
      atMost(
        gap(truncation, layers[layer]),
        WHITENING,
        `layer ${layer + 1}: a Check's norm against Σ_h^{-1} of the pairs accepted there`
      ),
      clause(request.draws >= tokensPerPrefix, `a Check draws ${request.draws} tokens, T_span = ${tokensPerPrefix}`)
    )
    fired = event.answer.fired
  })
  return findings
}

const tilts = (observation: Observation): ReadonlyArray<Finding> => {
  const { parameters, problem } = observation.record
  const { beta, rewardRange } = problem
  const findings: Array<Finding> = []
  for (const event of observation.events) {
    if (event.kind !== "token-checked") continue
    const { promise, tilt, trials } = event.request
    findings.push(
      near(tilt.clip, rewardRange, 1e-12 * rewardRange, "f_h is clipped to ±R"),
      near(tilt.beta, beta, 1e-12 * beta, "the tilt is at temperature β"),
      atMost(parameters.promise - promise, 1e-9 * promise, "the promise M is at least the parameter"),
      clause(trials >= parameters.trials, `a token takes ${trials} trials at most, N₂ = ${parameters.trials}`)
    )
  }
  return findings
}

/** Values of core tokens, and rollouts from prompts since the last acceptance. */
const rolled = (observation: Observation) => {
  const layers = layersOf(observation)
  const rollouts = new Rollouts(layers.length, observation.record.problem.beta)
  let fired: TokenPair | undefined
  /** Series begun before the last acceptance. */
  let before = 0
  for (const event of observation.events) {
    rollouts.read(event)
    if (event.kind === "token-checked") fired = event.answer.fired
    if (event.kind === "accepted" && event.layer !== undefined && fired !== undefined) {
      accept(layers[event.layer], event.phi, fired)
      before = rollouts.series.length
    }
  }
  return { layers, series: rollouts.series, certifying: rollouts.series.slice(before) }
}

/** Steps that were not drawn by the policy. */
const foreign = (steps: ReadonlyArray<Step>, policy: TokenTiltedPolicy): Step | undefined => {
  const { clip, dimension: d, thetas, truncations } = policy
  return steps.find(({ layer, request: { tilt } }) => {
    const theta = thetas.subarray(layer * d, (layer + 1) * d)
    return (
      truncations[layer].nu !== tilt.truncation.nu ||
      clip !== tilt.clip ||
      theta.some((t, j) => Math.abs(t - tilt.theta[j]) > 1e-12 * (1 + Math.abs(t))) ||
      truncations[layer].whitening.some((w, k) => Math.abs(w - tilt.truncation.whitening[k]) > 1e-9 * (1 + Math.abs(w)))
    )
  })
}

const mean = (values: ReadonlyArray<number>): number => values.reduce((s, v) => s + v, 0) / values.length

/** Rollouts of a series that were rewarded. */
const rewarded = ({ asked }: Series, { rewardsPerRollout }: Observation["record"]["parameters"]): number =>
  asked / rewardsPerRollout

/** Whether a series may end where it did: after n_roll rollouts, or once its standard error is small enough. */
const settled = (series: Series, p: Observation["record"]["parameters"], open: boolean): boolean => {
  const n = rewarded(series, p)
  if (!Number.isInteger(n) || series.fired || (open && series.finished !== n)) return false
  if (n >= p.rollouts) return n === p.rollouts
  const { values } = series
  const centre = mean(values)
  const squares = values.reduce((s, v) => s + (v - centre) ** 2, 0)
  const close = squares <= p.precision ** 2 * n * (n - 1) * (1 + 1e-9)
  return p.precision > 0 && n >= LEAST_ROLLOUTS && values.length === n && close
}

const targets = (observation: Observation): ReadonlyArray<Finding> => {
  const { exhausted, policy, record } = observation
  if (exhausted !== undefined) return []
  if (policy.kind !== "token-tilted") return [clause(false, `the output is a ${policy.kind} policy, not its tilts`)]
  const { layers, series } = rolled(observation)
  const { parameters, problem } = record
  const { beta } = problem
  const d = policy.dimension
  return layers.flatMap(({ core, sigma }, h) => {
    const findings: Array<Finding> = []
    const moment = new Float64Array(d)
    for (const { left, right } of core) {
      const values = [left, right].map((token) => {
        const own = series.findLast(({ from }) => from === token)
        const step = own === undefined ? undefined : foreign(own.steps, policy)
        const times = own === undefined ? 0 : rewarded(own, parameters)
        findings.push(
          clause(
            own !== undefined && settled(own, parameters, h + 1 < layers.length),
            `layer ${h + 1}: a core token was valued by ${times} rollouts, n_roll = ${parameters.rollouts}`
          ),
          clause(
            step === undefined,
            `layer ${h + 1}: a target's rollouts went through a tilt of layer ${(step?.layer ?? 0) + 1} that is no longer the policy's`
          )
        )
        return own === undefined || times === 0 ? 0 : own.rewards / own.asked - (beta * own.logRatio) / times
      })
      relativeFeature(left, right).forEach((v, j) => (moment[j] += v * (values[0] - values[1])))
    }
    const { x } = eliminate(sigma, moment, d)
    const theta = policy.thetas.subarray(h * d, (h + 1) * d)
    findings.push(
      atMost(
        Math.max(...x.map((v, j) => Math.abs(v - theta[j]))),
        1e-7 * (1 + Math.max(...x.map(Math.abs))),
        `θ_${h + 1} against ridge regression of its rollouts' values, r − β Σ ℓ_k`
      ),
      atMost(
        whiteningGap(policy.truncations[h], sigma),
        WHITENING,
        `layer ${h + 1}: the output's truncation against Σ_h^{-1}`
      )
    )
    return findings
  })
}

const certified = (observation: Observation): ReadonlyArray<Finding> => {
  const { exhausted, policy, record } = observation
  if (exhausted !== undefined || policy.kind !== "token-tilted") return []
  const { certifyingRollouts } = record.parameters
  const { certifying } = rolled(observation)
  const begun = certifying.filter(({ from, fired }) => from instanceof Prompt && !fired)
  const times = begun.reduce((n, { finished }) => n + finished, 0)
  const step = begun.map(({ steps }) => foreign(steps, policy)).find((one) => one !== undefined)
  return [
    clause(
      times >= certifyingRollouts,
      `the policy was certified by ${times} rollouts from prompts, T_cert = ${certifyingRollouts}`
    ),
    clause(
      step === undefined,
      `a certifying rollout drew layer ${(step?.layer ?? 0) + 1} by a tilt that is not the policy's`
    )
  ]
}

/** A law of T8's runs. */
const ofT8 = (id: RunLaw["id"], title: string, check: RunLaw["check"]): RunLaw => ({
  id,
  title,
  about: ({ claims, oracle }, { lambda, nu }) => claims.includes("T8") && oracle === "token" && nu > 0 && lambda > 0,
  check
})

export const multiTurnLaws: ReadonlyArray<RunLaw> = [
  ofT8(
    "T8/checks",
    "every token is Checked against its anchor with ν, Σ_h and T_span, and a pair that fires is accepted",
    checks
  ),
  ofT8(
    "T8/tilt",
    "every tilt is clipped at R, at temperature β, with the stated M and N₂ (its truncation is what Checks test)",
    tilts
  ),
  ofT8(
    "T8/targets",
    "θ_h is ridge regression of values by the path identity, from rollouts through the returned tilts",
    targets
  ),
  ofT8(
    "T8/certified",
    "T_cert rollouts from fresh prompts end the run, drawn by the returned policy, in which no Check fires",
    certified
  )
]
