/**
 * What T7's proof needs of an algorithm, read off the tape of one run: the spanner grows by what passed, tests and truncations are those of the accepted
 * pairs, every tilt is the ridge regression of all data so far, every round is a fresh pair rewarded once, and the output is the mixture of those tilts.
 *
 * ε alone would not do: at theory's constants SpannerSampling ends orders of magnitude below ε, and a fault hides in that room.
 */
import { type Pair, relativeFeature } from "../oracle/handle.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { Observation } from "./candidate.ts"
import { clause, type Finding, near } from "./law.ts"
import type { OracleEvent } from "./oracle-event.ts"
import { type Datum, underSomeReading } from "./reward-pairs.ts"
import type { RunLaw } from "./run-law.ts"
import { eliminate, ellipticSquared, gramOf } from "./spanner-laws.ts"

type Tilted = Extract<OracleEvent, { kind: "tilted" }>

const tiltsOf = (events: ReadonlyArray<OracleEvent>): ReadonlyArray<{ readonly event: Tilted; readonly at: number }> =>
  events.flatMap((event, at) => (event.kind === "tilted" ? [{ event, at }] : []))

/** Pairs rewarded before the first tilted draw: the spanner. */
const spannerOf = (events: ReadonlyArray<OracleEvent>, data: ReadonlyArray<Datum>): ReadonlyArray<Datum> => {
  const first = tiltsOf(events)[0]?.at ?? Infinity
  return data.filter((d) => d.at < first)
}

/** A law of the pairs that were rewarded, however their rewards were asked for. */
const ofData =
  (law: (observation: Observation, data: ReadonlyArray<Datum>) => ReadonlyArray<Finding>) =>
  (observation: Observation): ReadonlyArray<Finding> =>
    underSomeReading(observation, (data) => law(observation, data))

/** Largest entry of |WΣWᵀ − I|: 0 when the test's norm is that of Σ^{-1}. W is read as oracles read it, the lower triangle alone (elliptic-test.ts). */
export const whiteningGap = ({ dimension: d, whitening: w }: EllipticTest, sigma: Float64Array): number => {
  let gap = 0
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      let s = 0
      for (let k = 0; k <= i; k++) for (let l = 0; l <= j; l++) s += w[i * d + k] * sigma[k * d + l] * w[j * d + l]
      gap = Math.max(gap, Math.abs(s - (i === j ? 1 : 0)))
    }
  }
  return gap
}

/** Float64 Cholesky factors at the condition numbers of a run (trace ≤ dλ + 4n). */
export const WHITENING = 1e-6
const NORM = 1e-9

/** Pairs that a search found. */
const hitsOf = (events: ReadonlyArray<OracleEvent>): ReadonlyArray<Pair> =>
  events.flatMap((event) => {
    const hit = event.kind === "first-hit" ? event.hit : event.kind === "sweep" ? event.answer.hit : undefined
    return hit === undefined ? [] : [hit]
  })

/** What the learner says it accepted; where it says nothing, what its searches found and it rewarded. */
const acceptedOf = (events: ReadonlyArray<OracleEvent>, data: ReadonlyArray<Datum>): ReadonlyArray<Float64Array> => {
  const said = events.flatMap((event) => (event.kind === "accepted" ? [event.phi] : []))
  if (said.length > 0) return said
  const found = hitsOf(events).map(({ left, right }) => relativeFeature(left, right))
  return found.filter((phi) => data.some((datum) => sameUpToSign(datum.phi, phi)))
}

/** T3's hypothesis: each accepted pair had norm above ν under Σ of those before it, and what is reported is what was rewarded. */
export const spannerChainLaw = ofData(({ events, record }, data) => {
  const { nu, lambda } = record.parameters
  const sigma = gramOf([], record.problem.dimension, lambda)
  const findings: Array<Finding> = []
  let accepted = 0
  let next = 0
  for (const phi of acceptedOf(events, data)) {
    const q = ellipticSquared(sigma, phi)
    const what = `accepted pair ${++accepted} has squared norm ${q.toPrecision(4)}, ν² = ${(nu * nu).toPrecision(4)}`
    findings.push({ measured: nu * nu * (1 - NORM) - q, bound: 0, what })
    addOuter(sigma, phi, 1)
    while (next < data.length && !sameUpToSign(data[next].phi, phi)) next++
    findings.push(clause(next < data.length, `accepted pair ${accepted} was never rewarded`))
    next++
  }
  return findings
})

/** Σ ← Σ + count·φφᵀ. */
export const addOuter = (sigma: Float64Array, phi: Float64Array, count: number): void => {
  const d = phi.length
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i * d + j] += count * phi[i] * phi[j]
}

const sameUpToSign = (a: Float64Array, b: Float64Array): boolean =>
  a.every((v, j) => Math.abs(v - b[j]) < 1e-12) || a.every((v, j) => Math.abs(v + b[j]) < 1e-12)

/** Phase 1 asks with ν and Σ = λI + Σφφᵀ over what was rewarded so far, up to T_span pairs at each of T_prompt prompts. */
export const searchLaw = ofData(({ events, record }, data) => {
  const { nu, lambda, pairsPerPrompt, prompts } = record.parameters
  const sigma = gramOf([], record.problem.dimension, lambda)
  const findings: Array<Finding> = []
  let visited = 0
  let next = 0
  events.forEach((event, at) => {
    if (event.kind !== "sweep" && event.kind !== "first-hit") return
    visited += event.kind === "sweep" ? event.answer.promptsVisited : 1
    for (; next < data.length && data[next].at < at; next++) addOuter(sigma, data[next].phi, data[next].count)
    findings.push(
      near(event.test.nu, nu, 1e-12 * nu, "ν of a search"),
      {
        measured: whiteningGap(event.test, sigma),
        bound: WHITENING,
        what: "a search's norm against Σ^{-1} of the pairs accepted before it"
      },
      clause(event.limit >= pairsPerPrompt, `a search stops after ${event.limit} pairs, T_span = ${pairsPerPrompt}`)
    )
  })
  if (visited > 0)
    findings.push(clause(visited === prompts, `phase 1 visited ${visited} prompts, T_prompt = ${prompts}`))
  return findings
})

/** θ^t of every tilt is ridge regression (λ) of r₁ − r₂ on φ over all data rewarded before it. */
export const regressionLaw = ofData(({ events, record }, data) => {
  const d = record.problem.dimension
  const sigma = gramOf([], d, record.parameters.lambda)
  const moment = new Float64Array(d)
  let next = 0
  return tiltsOf(events).map(({ event, at }, t) => {
    for (; next < data.length && data[next].at < at; next++) {
      const { phi, difference, count } = data[next]
      addOuter(sigma, phi, count)
      for (let i = 0; i < d; i++) moment[i] += difference * phi[i]
    }
    const { x } = eliminate(sigma, moment, d)
    const gap = Math.max(...x.map((v, j) => Math.abs(v - event.request.tilt.theta[j])))
    return {
      measured: gap,
      bound: 1e-7 * (1 + Math.max(...x.map(Math.abs))),
      what: `θ^${t + 1} against ridge regression on the ${next} pairs rewarded before it`
    }
  })
})

/** Every tilt is the truncated reward of t7-spanner-sampling.md: clipped at R, truncated at ν under Σ_span, at temperature β, with T7's promise and level. */
export const tiltLaw = ofData(({ events, record }, data) => {
  const { beta, dimension: d, rewardRange } = record.problem
  const { lambda, nu, promise, rejectionLevel } = record.parameters
  const span = gramOf(
    spannerOf(events, data).map((datum) => datum.phi),
    d,
    lambda
  )
  const known = new Map<EllipticTest, number>()
  return tiltsOf(events).flatMap(({ event }) => {
    const { tilt, ...request } = event.request
    const gap = known.get(tilt.truncation) ?? whiteningGap(tilt.truncation, span)
    known.set(tilt.truncation, gap)
    return [
      near(tilt.clip, rewardRange, 1e-12 * rewardRange, "the reward is clipped to ±R"),
      near(tilt.beta, beta, 1e-12 * beta, "the tilt is at temperature β"),
      near(tilt.truncation.nu, nu, 1e-12 * nu, "the tilt is truncated at ν"),
      { measured: gap, bound: WHITENING, what: "the truncation's norm against Σ_span^{-1}" },
      { measured: promise - request.promise, bound: 1e-9 * promise, what: "the promise M is at least the parameter" },
      { measured: request.delta - rejectionLevel, bound: 1e-9 * rejectionLevel, what: "δ_rej is at most the parameter" }
    ]
  })
})

/** T_exp rounds, and both rewards of each round's own pair, once, before the next. */
export const roundsLaw = ofData(({ events, record, exhausted }, data) => {
  const tilts = tiltsOf(events)
  const findings: Array<Finding> = []
  let next = data.findIndex((datum) => datum.at > (tilts[0]?.at ?? Infinity))
  if (next < 0) next = data.length
  tilts.forEach(({ event, at }, t) => {
    const until = tilts[t + 1]?.at ?? Infinity
    let asked = 0
    let own = true
    for (; next < data.length && data[next].at < until; next++) {
      asked += data[next].count
      const { left, right } = data[next].pair
      const { pair } = event.answer
      own &&= (left === pair.left && right === pair.right) || (left === pair.right && right === pair.left)
    }
    if (exhausted === undefined || t + 1 < tilts.length)
      findings.push(
        clause(asked === 1 && own, `round ${t + 1} (event ${at}) rewarded ${asked} pairs${own ? "" : ", not its own"}`)
      )
  })
  if (exhausted === undefined)
    findings.push(near(tilts.length, record.parameters.rounds, 0, "rounds made against T_exp"))
  return findings
})

/** The output is the uniform mixture over all θ^t that were used, truncated and clipped as they were. */
export const outputLaw = ({ events, policy, record, exhausted }: Observation): ReadonlyArray<Finding> => {
  const tilts = tiltsOf(events)
  if (exhausted !== undefined || tilts.length === 0) return []
  if (policy.kind !== "truncated-mixture")
    return [clause(false, `the output is a ${policy.kind} policy, not the mixture of its tilts`)]
  const d = record.problem.dimension
  const last = tilts[tilts.length - 1].event.request.tilt
  let gap = 0
  tilts.slice(0, policy.count).forEach(({ event }, t) => {
    for (let j = 0; j < d; j++) gap = Math.max(gap, Math.abs(policy.thetas[t * d + j] - event.request.tilt.theta[j]))
  })
  return [
    near(policy.count, tilts.length, 0, "components of the output against rounds"),
    { measured: gap, bound: 1e-12, what: "components against the θ^t that were drawn from" },
    near(policy.clip, last.clip, 0, "clip of the output against its tilts"),
    near(policy.truncation.nu, last.truncation.nu, 0, "ν of the output against its tilts"),
    {
      measured: Math.max(...policy.truncation.whitening.map((w, i) => Math.abs(w - last.truncation.whitening[i]))),
      bound: 1e-9 * Math.max(...last.truncation.whitening.map(Math.abs)),
      what: "truncation of the output against its tilts"
    }
  ]
}

const t7: RunLaw["about"] = ({ claims }) => claims.includes("T7")

export const algorithmLaws: ReadonlyArray<RunLaw> = [
  {
    id: "T3/accepted-pairs",
    group: "T3",
    title: "every accepted pair had norm above ν under Σ of the pairs before it, and was rewarded",
    about: ({ claims }, { nu, lambda }) => claims.includes("T3") && nu > 0 && lambda > 0,
    check: spannerChainLaw
  },
  {
    id: "T7/search",
    group: "T7",
    title: "phase 1 asks with ν and Σ of what it accepted, T_span pairs at each of T_prompt prompts",
    about: t7,
    check: searchLaw
  },
  {
    id: "T7/regression",
    group: "T7",
    title: "every θ^t is ridge regression on all data rewarded before it",
    about: t7,
    check: regressionLaw
  },
  {
    id: "T7/tilt",
    group: "T7",
    title: "every tilt is clipped at R, truncated at ν under Σ_span, at temperature β, with the stated M and δ_rej",
    about: t7,
    check: tiltLaw
  },
  {
    id: "T7/rounds",
    group: "T7",
    title: "T_exp rounds, each rewarding its own pair once",
    about: t7,
    check: roundsLaw
  },
  {
    id: "T7/output",
    group: "T7",
    title: "the output is the uniform mixture of every θ^t that was drawn from",
    about: t7,
    check: outputLaw
  }
]
