/**
 * What T7's proof needs of an algorithm, read off the tape of one run: the spanner grows by what passed, tests and truncations are those of the accepted
 * pairs, every tilt is the ridge regression of all data so far, every round is a fresh pair rewarded once, and the output is the mixture of those tilts.
 *
 * ε alone would not do: at theory's constants SpannerSampling ends orders of magnitude below ε, and a fault hides in that room.
 */
import { relativeFeature } from "../oracle/handle.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { addOuter, ellipticSquared, gramOf, whiteningGap, WHITENING } from "./algebra.ts"
import { atMost, clause, near } from "./law.ts"
import { hitOf, type OracleEvent } from "./oracle-event.ts"
import { Regression } from "./regression.ts"
import { type Datum, ofData } from "./reward-pairs.ts"
import type { RunLaw } from "./run-law.ts"

type Tilted = Extract<OracleEvent, { kind: "tilted" }>

const tiltsOf = (events: ReadonlyArray<OracleEvent>): ReadonlyArray<{ readonly event: Tilted; readonly at: number }> =>
  events.flatMap((event, at) => (event.kind === "tilted" ? [{ event, at }] : []))

/** Relative, of float64 elliptic norms. */
const NORM = 1e-9

const sameUpToSign = (a: Float64Array, b: Float64Array): boolean =>
  a.every((v, j) => Math.abs(v - b[j]) < 1e-12) || a.every((v, j) => Math.abs(v + b[j]) < 1e-12)

/** What the learner says it accepted; where it says nothing, what its searches found and it rewarded. */
const acceptedOf = (events: ReadonlyArray<OracleEvent>, data: ReadonlyArray<Datum>): ReadonlyArray<Float64Array> => {
  const said = events.flatMap((event) => (event.kind === "accepted" ? [event.phi] : []))
  if (said.length > 0) return said
  const found = events.flatMap((event) => hitOf(event) ?? []).map(({ left, right }) => relativeFeature(left, right))
  return found.filter((phi) => data.some((datum) => sameUpToSign(datum.phi, phi)))
}

/** T3's hypothesis: each accepted pair had norm above ν under Σ of those before it, and what is reported is what was rewarded. */
const acceptedPairs: RunLaw = {
  id: "T3/accepted-pairs",
  title: "every accepted pair had norm above ν under Σ of the pairs before it, and was rewarded",
  about: ({ claims }, { nu, lambda }) => claims.includes("T3") && nu > 0 && lambda > 0,
  check: ofData(({ events, record }, data) => {
    const { nu, lambda } = record.parameters
    const sigma = gramOf([], record.problem.dimension, lambda)
    let next = 0
    return acceptedOf(events, data).flatMap((phi, i) => {
      const q = ellipticSquared(sigma, phi)
      const what = `accepted pair ${i + 1} has squared norm ${q.toPrecision(4)}, ν² = ${(nu * nu).toPrecision(4)}`
      addOuter(sigma, phi, 1)
      while (next < data.length && !sameUpToSign(data[next].phi, phi)) next++
      const rewarded = next++ < data.length
      return [atMost(nu * nu * (1 - NORM) - q, 0, what), clause(rewarded, `accepted pair ${i + 1} was never rewarded`)]
    })
  })
}

/** A law of T7's runs. */
const ofT7 = (id: RunLaw["id"], title: string, check: RunLaw["check"]): RunLaw => ({
  id,
  title,
  about: ({ claims }) => claims.includes("T7"),
  check
})

const search = ofT7(
  "T7/search",
  "phase 1 asks with ν and Σ of what it accepted, T_span pairs at each of T_prompt prompts",
  ofData((observation, data) => {
    const { nu, pairsPerPrompt, prompts } = observation.record.parameters
    const regression = new Regression(observation, data)
    let visited = 0
    const findings = observation.events.flatMap((event, at) => {
      if (event.kind !== "sweep" && event.kind !== "first-hit") return []
      visited += event.kind === "sweep" ? event.answer.promptsVisited : 1
      const gap = whiteningGap(event.test, regression.until(at).sigma)
      return [
        near(event.test.nu, nu, 1e-12 * nu, "ν of a search"),
        atMost(gap, WHITENING, "a search's norm against Σ^{-1} of the pairs accepted before it"),
        clause(event.limit >= pairsPerPrompt, `a search stops after ${event.limit} pairs, T_span = ${pairsPerPrompt}`)
      ]
    })
    if (visited > 0)
      findings.push(clause(visited === prompts, `phase 1 visited ${visited} prompts, T_prompt = ${prompts}`))
    return findings
  })
)

const regressions = ofT7(
  "T7/regression",
  "every θ^t is ridge regression on all data rewarded before it",
  ofData((observation, data) => {
    const regression = new Regression(observation, data)
    return tiltsOf(observation.events).map(({ event, at }, t) => {
      const x = regression.until(at).solve()
      return atMost(
        Math.max(...x.map((v, j) => Math.abs(v - event.request.tilt.theta[j]))),
        1e-7 * (1 + Math.max(...x.map(Math.abs))),
        `θ^${t + 1} against ridge regression on the ${regression.pairs} pairs rewarded before it`
      )
    })
  })
)

/** The truncated reward of t7-spanner-sampling.md. */
const tilt = ofT7(
  "T7/tilt",
  "every tilt is clipped at R, truncated at ν under Σ_span, at temperature β, with the stated M and δ_rej",
  ofData((observation, data) => {
    const { beta, rewardRange } = observation.record.problem
    const { nu, promise, rejectionLevel } = observation.record.parameters
    const tilts = tiltsOf(observation.events)
    // The spanner is what was rewarded before the first tilted draw.
    const { sigma } = new Regression(observation, data).until(tilts[0]?.at ?? Infinity)
    const known = new Map<EllipticTest, number>()
    return tilts.flatMap(({ event }) => {
      const { tilt, ...request } = event.request
      const gap = known.get(tilt.truncation) ?? whiteningGap(tilt.truncation, sigma)
      known.set(tilt.truncation, gap)
      return [
        near(tilt.clip, rewardRange, 1e-12 * rewardRange, "the reward is clipped to ±R"),
        near(tilt.beta, beta, 1e-12 * beta, "the tilt is at temperature β"),
        near(tilt.truncation.nu, nu, 1e-12 * nu, "the tilt is truncated at ν"),
        atMost(gap, WHITENING, "the truncation's norm against Σ_span^{-1}"),
        atMost(promise - request.promise, 1e-9 * promise, "the promise M is at least the parameter"),
        atMost(request.delta - rejectionLevel, 1e-9 * rejectionLevel, "δ_rej is at most the parameter")
      ]
    })
  })
)

/** Both rewards of each round's own pair, once, before the next. */
const rounds = ofT7(
  "T7/rounds",
  "T_exp rounds, each rewarding its own pair once",
  ofData(({ events, record, exhausted }, data) => {
    const tilts = tiltsOf(events)
    const first = data.findIndex((datum) => datum.at > (tilts[0]?.at ?? Infinity))
    let next = first < 0 ? data.length : first
    const findings = tilts.flatMap(({ event, at }, t) => {
      const until = tilts[t + 1]?.at ?? Infinity
      const { left, right } = event.answer.pair
      let asked = 0
      let own = true
      for (; next < data.length && data[next].at < until; next++) {
        const { count, pair } = data[next]
        asked += count
        own &&= (pair.left === left && pair.right === right) || (pair.left === right && pair.right === left)
      }
      if (exhausted !== undefined && t + 1 === tilts.length) return []
      const what = `round ${t + 1} (event ${at}) rewarded ${asked} pairs${own ? "" : ", not its own"}`
      return [clause(asked === 1 && own, what)]
    })
    if (exhausted === undefined)
      findings.push(near(tilts.length, record.parameters.rounds, 0, "rounds made against T_exp"))
    return findings
  })
)

/** Truncated and clipped as they were. */
const output = ofT7(
  "T7/output",
  "the output is the uniform mixture of every θ^t that was drawn from",
  ({ events, policy, record, exhausted }) => {
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
      atMost(gap, 1e-12, "components against the θ^t that were drawn from"),
      near(policy.clip, last.clip, 0, "clip of the output against its tilts"),
      near(policy.truncation.nu, last.truncation.nu, 0, "ν of the output against its tilts"),
      atMost(
        Math.max(...policy.truncation.whitening.map((w, i) => Math.abs(w - last.truncation.whitening[i]))),
        1e-9 * Math.max(...last.truncation.whitening.map(Math.abs)),
        "truncation of the output against its tilts"
      )
    ]
  }
)

export const algorithmLaws: ReadonlyArray<RunLaw> = [acceptedPairs, search, regressions, tilt, rounds, output]
