/**
 * What an algorithm says of its own method, held against recorded runs: a guarantee in ε is blind to a mistake that costs little on the instances at hand, these are
 * not. Claims: `least-squares` and `novelty` (files of their own), `optimism` (XPO), `policy-gradient` (GRPO); and properness, which is a field of every algorithm.
 */
import { features, type Prompt, promptOf, type Response } from "../oracle/handle.ts"
import { inParameterSet, projectOnto } from "../policy/parameter-set.ts"
import { dot } from "./algebra.ts"
import type { Observation } from "./candidate.ts"
import { logMean } from "./definition.ts"
import { atMost, clause, type Finding } from "./law.ts"
import { leastSquaresLaw } from "./least-squares-law.ts"
import type { OracleEvent } from "./oracle-event.ts"
import { noveltyLaw } from "./novelty-law.ts"
import { Regression } from "./regression.ts"
import { type Datum, inSomeWay, ofData } from "./reward-pairs.ts"
import type { RunLaw } from "./run-law.ts"

type Explore = Extract<OracleEvent, { kind: "explore" }>

/** Draws of π_ref at a prompt that were paid for, and how often the prompt was explored. */
interface Met {
  visits: number
  readonly paid: Array<Float64Array>
}

/** Squared loss plus α·β·Σ log π_θ(y_ref), less its constant; normalisers from the paid draws (predictions.md). */
const optimistic = (
  { moment, sigma }: Regression,
  met: Iterable<Met>,
  reference: Float64Array,
  { beta, optimism }: { readonly beta: number; readonly optimism: number },
  theta: Float64Array
): number => {
  const d = theta.length
  let value = optimism * dot(theta, reference) - 2 * dot(theta, moment)
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) value += theta[i] * sigma[i * d + j] * theta[j]
  for (const { paid, visits } of met) {
    if (visits === 0) continue
    const scores = paid.map((phi) => dot(theta, phi) / beta)
    const even = scores.map(() => 1 / paid.length)
    value -= optimism * visits * beta * logMean(even, scores)
  }
  return value
}

/** Which draws of π_ref stand in an optimist's normalisers: all that were paid for at the prompt, those drawn to plan, those drawn to be rewarded. */
const PAID = [
  { planning: true, rewarded: true },
  { planning: true, rewarded: false },
  { planning: false, rewarded: true }
] as const

/**
 * A plan is the θ ≠ 0 of a commitment beside π_ref, whichever stands first. The method minimises squared loss plus optimism over Θ; least squares lies in Θ or is
 * passed over, so the plan cannot do worse. The normalisers' draws are the learner's choice among {@link PAID}.
 */
const optimismCheck = (
  observation: Observation,
  data: ReadonlyArray<Datum>,
  paid: (typeof PAID)[number]
): ReadonlyArray<Finding> => {
  const { events, record } = observation
  const { beta, dimension: d, parameterSet } = record.problem
  const regression = new Regression(observation, data)
  const weights = { beta, optimism: record.parameters.optimism }
  const met = new Map<Prompt, Met>()
  const at = (prompt: Prompt): Met => {
    const known = met.get(prompt) ?? { visits: 0, paid: [] }
    met.set(prompt, known)
    return known
  }
  const reference = new Float64Array(d)
  const findings: Array<Finding> = []
  events.forEach((event, place) => {
    if (paid.planning && event.kind === "strong" && event.theta.every((t) => t === 0))
      event.responses.forEach((y) => at(promptOf(y)).paid.push(features(y)))
    if (event.kind !== "explore") return
    const planned = Math.max(
      0,
      event.thetas.findIndex((theta) => theta.some((t) => t !== 0))
    )
    const free = regression.until(place).solve()
    const known = [...met.values()].every((one) => one.visits === 0 || one.paid.length > 0)
    if (known && inParameterSet(free, parameterSet)) {
      const [plan, fit] = [event.thetas[planned], free].map((theta) =>
        optimistic(regression, met.values(), reference, weights, theta)
      )
      findings.push(
        atMost(
          plan - fit,
          1e-7 * (1 + Math.abs(fit)),
          `at event ${place} the plan does worse in squared loss plus optimism than least squares`,
          place
        )
      )
    }
    for (const { prompt, responses } of event.groups) {
      const phi = features(responses[planned === 1 ? 0 : 1])
      const one = at(prompt)
      one.visits++
      if (paid.rewarded) one.paid.push(phi)
      phi.forEach((v, j) => (reference[j] += v))
    }
  })
  return findings
}

/** What GRPO's gradient leaves to taste: the baseline (u − ū, or u less the mean of the others) and the standard deviation (of the draws, or unbiased). */
interface Taste {
  readonly leaveOneOut: boolean
  readonly unbiased: boolean
}
const TASTES: ReadonlyArray<Taste> = [false, true].flatMap((leaveOneOut) =>
  [false, true].map((unbiased) => ({ leaveOneOut, unbiased }))
)

/**
 * One update of GRPO's gradient (policy-gradient.ts says which), from the groups of one update. u_i − mean_{j≠i} u_j = (u_i − ū)·G/(G−1): leaving one out is a scale.
 * Whether scores are centred does not matter, since advantages sum to 0.
 */
const gradientOf = (groups: Explore["groups"], theta: Float64Array, smoothing: number, taste: Taste) => {
  const out = new Float64Array(theta.length)
  for (const { responses, rewards } of groups) {
    const phis = responses.map(features)
    const G = phis.length
    const centre = theta.map((_, j) => phis.reduce((s, phi) => s + phi[j], 0) / G)
    const mean = rewards.reduce((s, r) => s + r, 0) / G
    const squares = rewards.reduce((s, r) => s + (r - mean) ** 2, 0)
    const deviation = Math.sqrt(squares / (taste.unbiased ? G - 1 : G))
    const scale = taste.leaveOneOut ? G / (G - 1) : 1
    phis.forEach((phi, i) => {
      const score = phi.map((v, j) => v - centre[j])
      const advantage = (scale * (rewards[i] - mean - dot(theta, score))) / (deviation + smoothing)
      score.forEach((v, j) => (out[j] += (advantage * v) / (G * groups.length)))
    })
  }
  return out
}

interface Update extends Pick<Explore, "groups" | "thetas"> {
  /** Of its first request. */
  readonly at: number
}

/** The groups of each update, whose requests may be cut as one likes: `prompts` of them, where the algorithm has that parameter, else those of one request. */
const updatesOf = (events: ReadonlyArray<OracleEvent>, prompts: number | undefined): ReadonlyArray<Update> => {
  const updates: Array<Update> = []
  for (const [at, event] of events.entries()) {
    if (event.kind !== "explore") continue
    const last = updates.at(-1)
    if (last !== undefined && prompts !== undefined && last.groups.length + event.groups.length <= prompts)
      updates[updates.length - 1] = { ...last, groups: [...last.groups, ...event.groups] }
    else updates.push({ groups: event.groups, thetas: event.thetas, at })
  }
  return updates
}

const gradientCheck = ({ events, exhausted, policy, record }: Observation, taste: Taste): ReadonlyArray<Finding> => {
  const { decay, prompts, smoothing, step } = record.parameters
  const { parameterSet } = record.problem
  const updates = updatesOf(events, prompts)
  const findings: Array<Finding> = []
  updates.forEach(({ groups, thetas }, t) => {
    const last = t + 1 === updates.length
    if (last && (exhausted !== undefined || policy.kind !== "linear-softmax")) return
    const next = last && policy.kind === "linear-softmax" ? policy.theta : updates[t + 1]?.thetas[0]
    const gradient = gradientOf(groups, thetas[0], smoothing, taste)
    const eta = step / (1 + t / decay)
    const expected = projectOnto(
      thetas[0].map((v, j) => v + eta * gradient[j]),
      parameterSet
    )
    findings.push(
      atMost(
        Math.max(...expected.map((v, j) => Math.abs(v - next[j]))),
        1e-9 * (1 + Math.max(...expected.map(Math.abs))),
        `θ after update ${t + 1} against the gradient of its groups`,
        last ? events.length : updates[t + 1].at
      )
    )
  })
  return findings
}

const properCheck = ({ events, exhausted }: Observation): ReadonlyArray<Finding> => {
  /** Draws of π_ref not yet rewarded, with multiplicity. */
  const open = new Map<Response, number>()
  const draw = (y: Response, n: number): void => void open.set(y, (open.get(y) ?? 0) + n)
  let rewarded = 0
  let chosen = 0
  let firstChosen: number | undefined
  for (const [at, event] of events.entries()) {
    const reward = (y: Response, n: number): void => {
      rewarded += n
      const left = (open.get(y) ?? 0) - n
      open.set(y, Math.max(0, left))
      if (left >= 0) return
      chosen++
      firstChosen ??= at
    }
    if (event.kind === "draw") for (const y of event.responses) draw(y, 1)
    if (event.kind === "rewards") for (const y of event.responses) reward(y, 1)
    if (event.kind === "pairs" || event.kind === "differences")
      event.batch.pairs.forEach(({ left, right }, i) => {
        for (const y of [left, right]) (event.kind === "pairs" ? draw : reward)(y, event.batch.counts[i])
      })
  }
  const unrewarded = [...open.values()].reduce((a, b) => a + b, 0)
  return [
    clause(
      chosen === 0,
      `${chosen} rewards were asked of responses that are no fresh draw of π_ref or of a committed θ`,
      firstChosen
    ),
    clause(
      rewarded === 0 || unrewarded === 0 || exhausted !== undefined,
      `${unrewarded} draws of π_ref were looked at and never rewarded: what is rewarded is chosen`
    )
  ]
}

export const methodLaws: ReadonlyArray<RunLaw> = [
  {
    id: "method/proper",
    title: "a proper learner rewards every draw it could reward, once, and nothing else",
    cut: true,
    about: ({ proper }) => proper,
    check: properCheck
  },
  leastSquaresLaw,
  noveltyLaw,
  {
    id: "method/optimism",
    title: "every plan does at least as well in squared loss plus optimism as least squares does",
    about: ({ claims }, { lambda, optimism }) => claims.includes("optimism") && lambda > 0 && optimism >= 0,
    check: ofData((observation, data) => inSomeWay(PAID, (paid) => optimismCheck(observation, data, paid)))
  },
  {
    id: "method/policy-gradient",
    title: "every θ is the last one moved by the group-relative gradient, with the stated step, and kept in Θ",
    about: ({ claims }, { decay, smoothing, step }) =>
      claims.includes("policy-gradient") && decay > 0 && smoothing > 0 && step > 0,
    check: (observation) => inSomeWay(TASTES, (taste) => gradientCheck(observation, taste))
  }
]
