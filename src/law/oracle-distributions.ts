/**
 * What the oracles answer, in distribution: every answer's exact law is computed from the instance by enumeration, answers are brought to uniforms by
 * their law, and uniforms are tested at a level. The literal interpreter, the exact-law interpreter and the sampler program face the same laws, so
 * they agree with each other because each agrees with the text.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { noiseLaw } from "../instance/noise.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import { type Pair, promptIndex, reveal } from "../oracle/handle.ts"
import type { OracleSession } from "../oracle/interpreter.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { Prompts, Rewards, type TiltRequest, WeakSampling } from "../oracle/services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { passingPairs, passProbability, rowsOf } from "./definition.ts"
import { atMost, certain, judgeFit, type Outcome, outcome } from "./law.ts"
import { ofTrials, ofTrialsWithin, ofWeights, UniformTally } from "./transform.ts"

/** An instance and the questions put to its oracles. */
export interface Probe {
  readonly instance: Instance
  readonly test: EllipticTest
  /** Pairs per prompt of searches. */
  readonly limit: number
  /** Prompts per sweep. */
  readonly visits: number
  readonly request: TiltRequest
}

export interface Trying {
  readonly session: OracleSession
  readonly probe: Probe
  /** The law's own coins. */
  readonly coin: Stream
  /** Repetitions. */
  readonly times: number
  /** Of all outcomes together. */
  readonly level: number
  /** Now and then: fails when time is up. */
  readonly tick: Effect.Effect<void, OutOfTime>
}

/** The budget of a verification is spent. A failure between units of work; a defect in the middle of a run. */
export class OutOfTime extends Error {
  readonly _tag = "OutOfTime"
}

/** An oracle without a budget never exhausts it. */
export const unlimited = <A, R>(effect: Effect.Effect<A, BudgetExhausted, R>): Effect.Effect<A, never, R> =>
  Effect.orDie(effect)

/** T_comp so far. */
export const spent = (session: OracleSession): bigint => session.ledger.snapshot().samplingQueries

const pairIndex = (exact: FiniteInstance, { prompt, left, right }: Pair): number => {
  const x = promptIndex(prompt)
  const size = exact.offsets[x + 1] - exact.offsets[x]
  return (reveal(left).row - exact.offsets[x]) * size + reveal(right).row - exact.offsets[x]
}

/** Prompts follow ρ, draws π_ref(·∣x), pairs π_ref², one tally of cells each. */
export const drawLaws = Effect.fnUntraced(function* ({ session, probe, times, level, tick }: Trying) {
  const { exact } = probe.instance
  const { offsets, promptProbabilities: rho, reference } = exact
  const weak = Context.get(session.services, WeakSampling)
  const source = Context.get(session.services, Prompts)
  const X = rho.length
  const singles = new Float64Array(reference.length)
  const singleLaw = Float64Array.from(reference, () => 0)
  const pairLaw: Array<number> = []
  const pairAt: Array<number> = []
  for (let x = 0; x < X; x++) {
    pairAt.push(pairLaw.length)
    for (const a of rowsOf(exact, x)) {
      singleLaw[a] = rho[x] * reference[a]
      for (const b of rowsOf(exact, x)) pairLaw.push(rho[x] * reference[a] * reference[b])
    }
  }
  const pairs = new Float64Array(pairLaw.length)
  const batch = 250
  for (let done = 0; done < times; done += batch) {
    const prompts = yield* source.draw(batch)
    for (const y of yield* unlimited(weak.draw(prompts))) singles[reveal(y).row]++
    const drawn = yield* Effect.provideContext(unlimited(weak.pairs(batch)), session.services)
    drawn.pairs.forEach((pair, i) => {
      pairs[pairAt[promptIndex(pair.prompt)] + pairIndex(exact, pair)] += drawn.counts[i]
    })
    yield* tick
  }
  const first = offsets[0]
  return [
    judgeFit(singles.subarray(first), singleLaw, level / 2, "responses against ρ×π_ref"),
    judgeFit(pairs, pairLaw, level / 2, "pairs against ρ×π_ref²")
  ]
})

/** firstHit: pairs charged are truncated geometric, the accepted pair has the conditional law, and the two are independent. */
export const firstHitLaw = Effect.fnUntraced(function* ({ session, probe, coin, times, level, tick }: Trying) {
  const { instance, test, limit } = probe
  const { exact } = instance
  const weak = Context.get(session.services, WeakSampling)
  const source = Context.get(session.services, Prompts)
  const found = new UniformTally(2, 4)
  const length = new UniformTally(1, 16)
  const p = Array.from(exact.promptProbabilities, (_, x) => passProbability(exact, test, x))
  const weights = p.map((_, x) => passingPairs(exact, test, x))
  for (let i = 0; i < times; i++) {
    const [prompt] = yield* source.draw(1)
    const before = spent(session)
    const hit = yield* unlimited(weak.firstHit(prompt, test, limit))
    const pairs = Number(spent(session) - before) / 2
    const x = promptIndex(prompt)
    const u = ofTrials(p[x], limit, pairs, hit !== undefined, coin)
    length.add(pairs > limit || (hit === undefined && pairs !== limit) ? Number.NaN : u)
    if (hit !== undefined)
      found.add(ofWeights(weights[x], pairIndex(exact, hit), coin), ofTrialsWithin(p[x], limit, pairs, coin))
    if (i % 64 === 0) yield* tick
  }
  return [
    ...length.judge(level / 2, "pairs drawn by firstHit against the truncated geometric law"),
    ...found.judge(level / 2, "accepted pair (and its count) against the conditional law")
  ]
})

/** sweep: prompts visited, the accepting prompt, its pairs and the pair itself; failing prompts charge exactly 2·limit each. */
export const sweepLaw = Effect.fnUntraced(function* ({ session, probe, coin, times, level, tick }: Trying) {
  const { instance, test, limit, visits } = probe
  const { exact } = instance
  const weak = Context.get(session.services, WeakSampling)
  const p = Array.from(exact.promptProbabilities, (_, x) => passProbability(exact, test, x))
  const weights = p.map((_, x) => passingPairs(exact, test, x))
  const reach = p.map((q, x) => exact.promptProbabilities[x] * -Math.expm1(limit * Math.log1p(-q)))
  const chance = reach.reduce((a, b) => a + b)
  const visited = new UniformTally(1, 16)
  const where = new UniformTally(2, 4)
  const what = new UniformTally(1, 16)
  for (let i = 0; i < times; i++) {
    const before = session.ledger.snapshot()
    const { promptsVisited, hit } = yield* Effect.provideContext(
      unlimited(weak.sweep(test, limit, visits)),
      session.services
    )
    const after = session.ledger.snapshot()
    const draws = Number(after.samplingQueries - before.samplingQueries)
    const last = draws / 2 - limit * (hit === undefined ? promptsVisited : promptsVisited - 1)
    const counted = Number(after.perOracle.prompts - before.perOracle.prompts)
    const sound =
      counted === promptsVisited &&
      (hit === undefined ? last === 0 && promptsVisited === visits : last >= 1 && last <= limit)
    visited.add(sound ? ofTrials(chance, visits, promptsVisited, hit !== undefined, coin) : Number.NaN)
    if (hit !== undefined && sound) {
      const x = promptIndex(hit.prompt)
      where.add(ofWeights(reach, x, coin), ofTrialsWithin(p[x], limit, last, coin))
      what.add(ofWeights(weights[x], pairIndex(exact, hit), coin))
    }
    if (i % 64 === 0) yield* tick
  }
  return [
    ...visited.judge(level / 3, "prompts visited by a sweep against the truncated geometric law"),
    ...where.judge(level / 3, "accepting prompt and its pairs against their laws"),
    ...what.judge(level / 3, "accepted pair against the conditional law")
  ]
})

/** "Supported" says: the mean difference is within this of its expectation, in units of R. */
const REWARD_MARGIN = 0.1

/** Bernoulli or exact rewards of every response, and summed differences of pairs. */
export const rewardLaw = Effect.fnUntraced(function* ({ session, probe, times, level, tick }: Trying) {
  const { exact } = probe.instance
  const weak = Context.get(session.services, WeakSampling)
  const source = Context.get(session.services, Prompts)
  const rewards = Context.get(session.services, Rewards)
  const R = exact.rewardRange
  const drawn = new Float64Array(exact.reference.length)
  const paid = new Float64Array(exact.reference.length)
  let unsound = 0
  let differences = 0
  let pairs = 0
  let expected = 0
  for (let done = 0; done < times; done += 200) {
    const prompts = yield* source.draw(200)
    const responses = yield* unlimited(weak.draw(prompts))
    const values = yield* unlimited(rewards.query(responses))
    responses.forEach((y, i) => {
      const { row } = reveal(y)
      drawn[row]++
      const { high, low } = noiseLaw(exact.noise, exact.meanReward[row], R)
      if (values[i] !== high && values[i] !== low) unsound++
      else if (values[i] === high) paid[row]++
    })
    const batch = yield* Effect.provideContext(unlimited(weak.pairs(100)), session.services)
    const sums = yield* unlimited(rewards.queryDifferences(batch))
    batch.pairs.forEach(({ left, right }, i) => {
      differences += sums[i]
      pairs += batch.counts[i]
      expected += batch.counts[i] * (exact.meanReward[reveal(left).row] - exact.meanReward[reveal(right).row])
    })
    yield* tick
  }
  const outcomes: Array<Outcome> = []
  const rows = Array.from(drawn.keys()).filter((y) => drawn[y] > 0)
  if (unsound > 0) outcomes.push(certain(atMost(unsound, 0, `${unsound} rewards that the noise model cannot give`), ""))
  if (exact.noise.kind !== "none") {
    for (const y of rows) {
      const { chance: q, high, low } = noiseLaw(exact.noise, exact.meanReward[y], R)
      if (high === low) continue
      const fit = judgeFit(
        [paid[y], drawn[y] - paid[y]],
        [q, 1 - q],
        level / (2 * rows.length),
        "rewards of one response against their mean"
      )
      // A response drawn a few times supports nothing; it still may refute.
      if (fit.verdict !== "undecided") outcomes.push(fit)
    }
  }
  // Hoeffding for a sum of 2·pairs independent terms of range R (doi:10.2307/2282952), given the pairs.
  const gap = Math.abs(differences - expected)
  const radius = R * Math.sqrt(pairs * Math.log(4 / level))
  const farthest = (gap + radius) / (pairs * R)
  const verdict = gap > radius ? "refuted" : farthest <= REWARD_MARGIN ? "supported" : "undecided"
  const note = `mean reward difference of ${pairs} pairs is within ${farthest.toFixed(3)}·R of its expectation`
  outcomes.push(outcome(verdict, level / 2, farthest, REWARD_MARGIN, note))
  return outcomes
})
