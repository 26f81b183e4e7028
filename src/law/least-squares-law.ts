/**
 * What an algorithm that claims `least-squares` says of itself: every parameter it tilts by, commits to or returns is the ridge regression, at its parameter λ, of all
 * reward differences observed when it is first used. It may be used again: people draw in batches.
 *
 * *What the method implies.* The estimate is θ = Σ^{-1}b with Σ = λI + Σφφᵀ and b = ΣΔr·φ, a function of the multiset of unordered rewarded pairs: so nothing about
 * order, grouping, orientation, solver or the kind of policy it is returned in may matter, and all that a law can ask is that θ solves Σθ = b for the pairs of some
 * reading of the tape (reward-pairs.ts). Where θ leaves Θ there are two ways back that people use, its Euclidean projection and the constrained minimiser; both count.
 * A mixture has components that were drawn from, or are the last regression.
 */
import type { ParameterSet } from "../instance/instance.ts"
import { inParameterSet, projectOnto } from "../policy/parameter-set.ts"
import type { Observation } from "./candidate.ts"
import { atMost, clause, type Finding } from "./law.ts"
import { Regression } from "./regression.ts"
import { type Datum, ofData } from "./reward-pairs.ts"
import type { RunLaw } from "./run-law.ts"

const TOLERANCE = 1e-6
const size = (v: ArrayLike<number>): number => Math.max(0, ...Array.from(v, Math.abs))

/** Whether θ satisfies the optimality conditions of ½θᵀΣθ − bᵀθ over Θ at its boundary. */
const minimisesOver = (set: ParameterSet, { moment, sigma }: Regression, theta: Float64Array): boolean => {
  const d = theta.length
  const gradient = theta.map((_, i) => {
    let s = -moment[i]
    for (let j = 0; j < d; j++) s += sigma[i * d + j] * theta[j]
    return s
  })
  const slack = TOLERANCE * (1 + size(moment))
  if (set.kind === "box")
    return theta.every((t, j) => {
      if (t >= set.halfWidth * (1 - TOLERANCE)) return gradient[j] <= slack
      if (t <= -set.halfWidth * (1 - TOLERANCE)) return gradient[j] >= -slack
      return Math.abs(gradient[j]) <= slack
    })
  const squared = theta.reduce((s, t) => s + t * t, 0)
  if (Math.sqrt(squared) < set.radius * (1 - TOLERANCE)) return false
  const multiplier = -theta.reduce((s, t, j) => s + t * gradient[j], 0) / squared
  return multiplier >= -slack && gradient.every((g, j) => Math.abs(g + multiplier * theta[j]) <= slack)
}

/** How far θ is from a least-squares estimate of what was observed so far. */
const gapOf = (regression: Regression, set: ParameterSet, theta: Float64Array, what: string): Finding => {
  const free = regression.solve()
  const off = (x: Float64Array): number => size(x.map((v, j) => v - theta[j]))
  let gap = off(free)
  if (!inParameterSet(free, set)) {
    gap = Math.min(gap, off(projectOnto(free.slice(), set)))
    if (inParameterSet(theta, set) && minimisesOver(set, regression, theta)) gap = 0
  }
  return atMost(
    gap,
    TOLERANCE * (1 + size(free)),
    `${what} against ridge regression on the ${regression.pairs} pairs rewarded before it`
  )
}

/**
 * What a run that its budget ended returns is what it had learned: a regression on the data up to some place, since the last round may be left out, or π_ref where there
 * was none.
 */
const cutCheck = (
  observation: Observation,
  data: ReadonlyArray<Datum>,
  used: ReadonlySet<string>
): ReadonlyArray<Finding> => {
  const { policy, record } = observation
  const { dimension: d, parameterSet } = record.problem
  if (policy.kind === "reference") return []
  const places = [0, ...new Set(data.map(({ at }) => at + 1))]
  const learned = (theta: Float64Array): Finding => {
    const regression = new Regression(observation, data)
    let nearest: Finding | undefined
    for (const place of places) {
      const gap = gapOf(regression.until(place), parameterSet, theta, "θ that a spent budget left,")
      if (gap.measured <= gap.bound) return gap
      if (nearest === undefined || gap.measured < nearest.measured) nearest = gap
    }
    return nearest!
  }
  if (policy.kind === "linear-softmax") return [learned(policy.theta)]
  if (policy.kind !== "truncated-mixture")
    return [clause(false, `a spent budget left a ${policy.kind} policy, which no regression gave`)]
  const components = Array.from({ length: policy.count }, (_, t) => policy.thetas.slice(t * d, (t + 1) * d))
  return components.filter((theta) => !used.has(theta.join())).map(learned)
}

const check = (observation: Observation, data: ReadonlyArray<Datum>, commitments: boolean): ReadonlyArray<Finding> => {
  const { events, exhausted, policy, record } = observation
  const { dimension: d, parameterSet } = record.problem
  const regression = new Regression(observation, data)
  const findings: Array<Finding> = []
  const used = new Set<string>()
  const use = (theta: Float64Array, at: number, what: string): void => {
    const key = theta.join()
    if (used.has(key)) return
    used.add(key)
    findings.push({ ...gapOf(regression.until(at), parameterSet, theta, `${what} at event ${at}`), at })
  }
  events.forEach((event, at) => {
    if (event.kind === "tilted") use(event.request.tilt.theta, at, "θ of the tilt")
    if (event.kind !== "explore" || !commitments) return
    // θ = 0 is π_ref, which a learner may compare with.
    for (const theta of event.thetas) if (theta.some((t) => t !== 0)) use(theta, at, "θ committed to")
  })
  if (exhausted !== undefined) return [...findings, ...cutCheck(observation, data, used)]
  regression.until(Infinity)
  const returned = (theta: Float64Array, what: string): Finding => ({
    ...gapOf(regression, parameterSet, theta, what),
    at: events.length
  })
  if (policy.kind === "linear-softmax") findings.push(returned(policy.theta, "θ of the output"))
  else if (policy.kind === "truncated-mixture")
    for (let t = 0; t < policy.count; t++) {
      const theta = policy.thetas.slice(t * d, (t + 1) * d)
      if (!used.has(theta.join()))
        findings.push(returned(theta, `component ${t + 1} of the output, which is no θ that was drawn from,`))
    }
  else findings.push(clause(false, `the output is a ${policy.kind} policy, which no regression gave`, events.length))
  return findings
}

export const leastSquaresLaw: RunLaw = {
  id: "method/least-squares",
  title: "every θ tilted by, committed to or returned was ridge regression on all differences when it was first used",
  cut: true,
  about: ({ claims }, { lambda }) => claims.includes("least-squares") && lambda > 0,
  // Optimism is a parameter other than the regression's, on purpose: its commitments have a law of their own.
  check: ofData((observation, data) => check(observation, data, !(observation.record.parameters.optimism >= 0)))
}
