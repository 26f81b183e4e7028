/**
 * SoftmaxSampler in distribution (T6), whoever runs it: given the Ẑ that was estimated, the number of trials is truncated geometric and the response
 * has the exact law π_ref·min{1, e^{f/β}/(2MẐ)}, kept promise or broken; and Ẑ itself is the mean of N₁ draws.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { Stream } from "../numeric/stream.ts"
import { type Response, reveal } from "../oracle/handle.ts"
import { samplerDraws } from "../oracle/sampler-draws.ts"
import { Prompts, type TiltedDraw, type TiltRequest, WeakSampling } from "../oracle/services.ts"
import { rowsOf, truncatedReward } from "./definition.ts"
import type { Candidate } from "./candidate.ts"
import type { Outcome } from "./law.ts"
import { spent, type Trying, unlimited } from "./oracle-distributions.ts"
import { ofBinomial, ofTrials, ofTrialsWithin, ofWeights, UniformTally } from "./transform.ts"

/** A way of answering tilted requests. */
export type Sampler = (anchor: Response, request: TiltRequest) => Effect.Effect<TiltedDraw>

/** The session's own answers. */
export const requestSampler = ({ session }: Trying): Sampler => {
  const weak = Context.get(session.services, WeakSampling)
  return (anchor, request) => unlimited(weak.tilted(anchor, request))
}

/** The candidate's program over plain draws. */
export const programSampler = (candidate: Candidate, trying: Trying): Sampler => {
  const { exact } = trying.probe.instance
  const coins = Stream.fromSeed(trying.coin.k0 >>> 0).split("accept")
  return (anchor, { tilt, promise, delta }) => {
    const { x, row } = reveal(anchor)
    const f = truncatedReward(exact, tilt, tilt.theta, x, row)
    return candidate
      .softmaxSampler({
        prompt: anchor.prompt,
        logit: (y) => f[reveal(y).row - exact.offsets[x]] / tilt.beta,
        promise,
        delta,
        uniform: () => coins.next()
      })
      .pipe(Effect.provideContext(trying.session.services), unlimited)
  }
}

/** Levels over which Ẑ can be read back as a count: two distinct logits among the rows of positive mass. */
const twoLevels = (masses: ReadonlyArray<number>, logits: ReadonlyArray<number>) => {
  const levels = [...new Set(logits.filter((_, i) => masses[i] > 0))]
  if (levels.length !== 2) return undefined
  const [low, high] = [Math.min(...levels), Math.max(...levels)]
  const mass = masses.reduce((s, m, i) => (logits[i] === high ? s + m : s), 0)
  return { low, high, mass }
}

/** Draws `times` tilted responses and holds them against their exact laws. */
export const samplerLaw = Effect.fnUntraced(function* (trying: Trying, sampler: Sampler) {
  const { session, probe, coin, times, level, tick } = trying
  const { exact } = probe.instance
  const { tilt, promise, delta } = probe.request
  const { estimate, trials } = samplerDraws(promise, delta)
  const weak = Context.get(session.services, WeakSampling)
  const source = Context.get(session.services, Prompts)
  const accepted = new UniformTally(2, 4)
  const rejected = new UniformTally(1, 4)
  const counts = new UniformTally(1, 16)
  const estimated = new UniformTally(1, 8)
  let failures = 0
  let counted = 0
  for (let i = 0; i < times; i++) {
    const [prompt] = yield* source.draw(1)
    const [anchor] = yield* unlimited(weak.draw([prompt]))
    const before = spent(session)
    const draw = yield* sampler(anchor, probe.request)
    const made = Number(spent(session) - before) - estimate
    const { x, row } = reveal(anchor)
    const rows = rowsOf(exact, x)
    const masses = rows.map((y) => exact.reference[y])
    const logits = truncatedReward(exact, tilt, tilt.theta, x, row).map((f) => f / tilt.beta)
    const chance = logits.map((l) => Math.min(1, Math.exp(l - draw.logNormaliser) / (2 * promise)))
    const accept = chance.reduce((s, c, k) => s + masses[k] * c, 0)
    const drawn = reveal(draw.response).row - exact.offsets[x]
    const sound = made >= 1 && made <= trials && (draw.accepted || made === trials)
    counts.add(sound ? ofTrials(accept, trials, made, draw.accepted, coin) : Number.NaN)
    if (draw.accepted) {
      const law = masses.map((m, k) => m * chance[k])
      accepted.add(ofWeights(law, drawn, coin), sound ? ofTrialsWithin(accept, trials, made, coin) : Number.NaN)
    } else {
      failures++
      rejected.add(
        ofWeights(
          masses.map((m, k) => m * (1 - chance[k])),
          drawn,
          coin
        )
      )
    }
    const two = twoLevels(masses, logits)
    if (two !== undefined) {
      counted++
      // Ẑ·N₁ = (N₁ − k)·e^low + k·e^high.
      const k = (estimate * Math.expm1(draw.logNormaliser - two.low)) / Math.expm1(two.high - two.low)
      const whole = Math.round(k)
      estimated.add(ofBinomial(Math.abs(k - whole) < 1e-6 * estimate ? whole : k, estimate, two.mass, coin))
    }
    if (i % 32 === 0) yield* tick
  }
  const outcomes: Array<Outcome> = [
    ...counts.judge(level / 4, "trials charged against the truncated geometric law given Ẑ"),
    ...accepted.judge(level / 4, "accepted draw and its trials against their law given Ẑ")
  ]
  // What was rejected last has a law too, but says little when it hardly ever happens.
  if (failures > times / 10)
    outcomes.push(...rejected.judge(level / 4, "last rejected draw against π_ref·(1 − acceptance)"))
  if (counted > times / 10) outcomes.push(...estimated.judge(level / 4, "Ẑ against the mean of N₁ draws"))
  return outcomes
})
