/**
 * What t8-mtss.md says of a multi-turn run, read off its tape: every prefix is Checked before a token is drawn there, a Check that fires is accepted at once, tilts are
 * those of the accepted pairs, and the returned θ_h are ridge regression of values that rollouts through the returned tilts gave by the path identity (T5), certified
 * by T_cert rollouts in which no Check fired.
 *
 * How a learner gets there, which targets it keeps from pass to pass and in which order it asks, is its own affair: only the state that it certifies is judged.
 */
import { LEAST_ROLLOUTS } from "../algorithm/mtss-parameters.ts"
import { insidePrefix, Prompt, relativeFeature, type Token, type TokenPair } from "../oracle/handle.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { TokenTiltedPolicy } from "../policy/policy.ts"
import { addOuter, whiteningGap, WHITENING } from "./algorithm-laws.ts"
import type { Observation } from "./candidate.ts"
import { clause, type Finding, near } from "./law.ts"
import type { RunLaw } from "./run-law.ts"
import { eliminate, gramOf } from "./spanner-laws.ts"
import { Rollouts, type Step } from "./token-rollouts.ts"

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
  const { nu, pairsPerPrefix } = observation.record.parameters
  const layers = layersOf(observation)
  const gap = gaps()
  const findings: Array<Finding> = []
  /** Prefixes Checked in vain and not drawn at since. */
  const free = new Set<object>()
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
    if (event.kind !== "token-search" && event.kind !== "token-draw" && event.kind !== "token-tilted") return
    const { prefix } = event
    findings.push(clause(fired === undefined, `a Check fired before event ${at}, and its pair was not accepted`))
    fired = undefined
    if (event.kind !== "token-search") {
      findings.push(clause(free.delete(prefix), `event ${at}: a token was drawn at a prefix that no Check had passed`))
      return
    }
    findings.push(
      near(event.test.nu, nu, 1e-12 * nu, "ν of a Check"),
      {
        measured: gap(event.test, layers[insidePrefix(prefix).layer]),
        bound: WHITENING,
        what: `layer ${insidePrefix(prefix).layer + 1}: a Check's norm against Σ_h^{-1} of the pairs accepted there`
      },
      clause(event.limit >= pairsPerPrefix, `a Check draws ${event.limit} pairs, T_span = ${pairsPerPrefix}`)
    )
    if (event.hit === undefined) free.add(prefix)
    else {
      free.delete(prefix)
      fired = event.hit
    }
  })
  return findings
}

const tilts = (observation: Observation): ReadonlyArray<Finding> => {
  const { parameters, problem } = observation.record
  const { nu, promise, rejectionLevel } = parameters
  const { beta, rewardRange } = problem
  const layers = layersOf(observation)
  const gap = gaps()
  const findings: Array<Finding> = []
  for (const event of observation.events) {
    if (event.kind === "accepted" && event.layer !== undefined) accept(layers[event.layer], event.phi)
    if (event.kind !== "token-tilted") continue
    const { tilt, ...request } = event.request
    const { layer } = insidePrefix(event.prefix)
    findings.push(
      near(tilt.clip, rewardRange, 1e-12 * rewardRange, "f_h is clipped to ±R"),
      near(tilt.beta, beta, 1e-12 * beta, "the tilt is at temperature β"),
      near(tilt.truncation.nu, nu, 1e-12 * nu, "the tilt is truncated at ν"),
      {
        measured: gap(tilt.truncation, layers[layer]),
        bound: WHITENING,
        what: `layer ${layer + 1}: the truncation's norm against Σ_h^{-1} of the pairs accepted there`
      },
      { measured: promise - request.promise, bound: 1e-9 * promise, what: "the promise M is at least the parameter" },
      { measured: request.delta - rejectionLevel, bound: 1e-9 * rejectionLevel, what: "δ_rej is at most the parameter" }
    )
  }
  return findings
}

/** The rollouts that last valued a token, made one after another. */
interface Series {
  readonly values: Array<number>
  readonly steps: Array<Step>
}

/** Values of core tokens, and rollouts from prompts since the last acceptance. */
const rolled = (observation: Observation) => {
  const { beta } = observation.record.problem
  const layers = layersOf(observation)
  const rollouts = new Rollouts()
  const series = new Map<Token, Series>()
  let certifying: Array<ReadonlyArray<Step>> = []
  let last: Token | undefined
  let fired: TokenPair | undefined
  for (const event of observation.events) {
    rollouts.read(event)
    if (event.kind === "token-search") fired = event.hit
    if (event.kind === "accepted" && event.layer !== undefined && fired !== undefined) {
      accept(layers[event.layer], event.phi, fired)
      certifying = []
      last = undefined
    }
    if (event.kind === "token-extend" && insidePrefix(event.prefix).layer === layers.length) {
      const whole = rollouts.at(event.prefix)
      if (whole?.from instanceof Prompt) certifying.push(whole.steps)
    }
    if (event.kind !== "rewards") continue
    event.responses.forEach((response, i) => {
      const rollout = rollouts.of(response)
      if (rollout === undefined || rollout.from instanceof Prompt) return
      if (rollout.from !== last) series.set(rollout.from, { values: [], steps: [] })
      last = rollout.from
      const own = series.get(rollout.from)!
      own.values.push(event.values[i] - beta * rollout.logRatio)
      own.steps.push(...rollout.steps)
    })
  }
  return { layers, series, certifying }
}

/** Steps that were not drawn by the policy. */
const foreign = (steps: ReadonlyArray<Step>, policy: TokenTiltedPolicy): Step | undefined => {
  const { clip, dimension: d, thetas, truncations } = policy
  return steps.find(({ layer, request }) => {
    const theta = thetas.subarray(layer * d, (layer + 1) * d)
    if (request === undefined) return theta.some((t) => t !== 0)
    const { tilt } = request
    return (
      truncations[layer].nu !== tilt.truncation.nu ||
      clip !== tilt.clip ||
      theta.some((t, j) => Math.abs(t - tilt.theta[j]) > 1e-12 * (1 + Math.abs(t))) ||
      truncations[layer].whitening.some((w, k) => Math.abs(w - tilt.truncation.whitening[k]) > 1e-9 * (1 + Math.abs(w)))
    )
  })
}

const mean = (values: ReadonlyArray<number>): number => values.reduce((s, v) => s + v, 0) / values.length

/** Whether a series may end where it did: after n_roll values, or once its standard error is small enough. */
const settled = (
  values: ReadonlyArray<number>,
  { precision, rollouts }: Observation["record"]["parameters"]
): boolean => {
  const n = values.length
  if (n >= rollouts) return n === rollouts
  const centre = mean(values)
  const squares = values.reduce((s, v) => s + (v - centre) ** 2, 0)
  return precision > 0 && n >= LEAST_ROLLOUTS && squares <= precision ** 2 * n * (n - 1) * (1 + 1e-9)
}

const targets = (observation: Observation): ReadonlyArray<Finding> => {
  const { exhausted, policy, record } = observation
  if (exhausted !== undefined) return []
  if (policy.kind !== "token-tilted") return [clause(false, `the output is a ${policy.kind} policy, not its tilts`)]
  const { layers, series } = rolled(observation)
  const d = policy.dimension
  return layers.flatMap(({ core, sigma }, h) => {
    const findings: Array<Finding> = []
    const moment = new Float64Array(d)
    for (const { left, right } of core) {
      const values = [left, right].map((token) => {
        const own = series.get(token)
        const step = own === undefined ? undefined : foreign(own.steps, policy)
        findings.push(
          clause(
            own !== undefined && settled(own.values, record.parameters),
            `layer ${h + 1}: a core token was valued by ${own?.values.length ?? 0} rollouts, n_roll = ${record.parameters.rollouts}`
          ),
          clause(
            step === undefined,
            `layer ${h + 1}: a target's rollouts went through a tilt of layer ${(step?.layer ?? 0) + 1} that is no longer the policy's`
          )
        )
        return own === undefined ? 0 : mean(own.values)
      })
      relativeFeature(left, right).forEach((v, j) => (moment[j] += v * (values[0] - values[1])))
    }
    const { x } = eliminate(sigma, moment, d)
    const theta = policy.thetas.subarray(h * d, (h + 1) * d)
    findings.push(
      {
        measured: Math.max(...x.map((v, j) => Math.abs(v - theta[j]))),
        bound: 1e-7 * (1 + Math.max(...x.map(Math.abs))),
        what: `θ_${h + 1} against ridge regression of its rollouts' values, r − β Σ ℓ_k`
      },
      {
        measured: whiteningGap(policy.truncations[h], sigma),
        bound: WHITENING,
        what: `layer ${h + 1}: the output's truncation against Σ_h^{-1}`
      }
    )
    return findings
  })
}

const certified = (observation: Observation): ReadonlyArray<Finding> => {
  const { exhausted, policy, record } = observation
  if (exhausted !== undefined || policy.kind !== "token-tilted") return []
  const { certifyingRollouts } = record.parameters
  const { certifying } = rolled(observation)
  const step = certifying.map((steps) => foreign(steps, policy)).find((one) => one !== undefined)
  return [
    clause(
      certifying.length >= certifyingRollouts,
      `the policy was certified by ${certifying.length} rollouts from prompts, T_cert = ${certifyingRollouts}`
    ),
    clause(
      step === undefined,
      `a certifying rollout drew layer ${(step?.layer ?? 0) + 1} by a tilt that is not the policy's`
    )
  ]
}

const about: RunLaw["about"] = ({ claims, oracle }, parameters) =>
  claims.includes("T8") && oracle === "token" && parameters.nu > 0 && parameters.lambda > 0

export const multiTurnLaws: ReadonlyArray<RunLaw> = [
  {
    id: "T8/checks",
    group: "T8",
    title:
      "every prefix is Checked with ν, Σ_h and T_span before a token is drawn there, and a Check that fires is accepted",
    about,
    check: checks
  },
  {
    id: "T8/tilt",
    group: "T8",
    title:
      "every tilt is clipped at R, truncated at ν under its own Σ_h, at temperature β, with the stated M and δ_rej",
    about,
    check: tilts
  },
  {
    id: "T8/targets",
    group: "T8",
    title: "θ_h is ridge regression of values by the path identity, from rollouts through the returned tilts",
    about,
    check: targets
  },
  {
    id: "T8/certified",
    group: "T8",
    title: "T_cert rollouts from fresh prompts end the run, drawn by the returned policy, in which no Check fires",
    about,
    check: certified
  }
]
