/** Oracles with one planted fault each: the suite's own, wrapped. Nothing of an interpreter is copied. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ResponseSource } from "../../instance/instance.ts"
import { openOracles, type OracleSession } from "../../oracle/interpreter.ts"
import type { Charge, Ledger } from "../../oracle/ledger.ts"
import { commit, committedParameters } from "../../oracle/commitment.ts"
import { ProperRewards, StrongSampling, type TiltRequest, WeakSampling } from "../../oracle/services.ts"

type Open = typeof openOracles

/** Charges pass through `see`, which says what the ledger is told. */
const charging =
  (see: (kind: Charge, n: bigint, session: OracleSession) => bigint): Open =>
  (instance, options) => {
    const session = openOracles(instance, options)
    const ledger: Ledger = session.ledger
    const exactly = ledger.chargeExact.bind(ledger)
    ledger.charge = (kind, n) => exactly(kind, see(kind, BigInt(n), session))
    ledger.chargeExact = (kind, n) => exactly(kind, see(kind, n, session))
    return session
  }

/** The budget lets one more query through than it should. */
export const budgetOffByOne: Open = (instance, options) => {
  const more = Object.fromEntries(
    Object.entries(options.budget ?? {}).map(([resource, limit]) => [resource, (limit as bigint) + 1n])
  )
  return openOracles(instance, { ...options, budget: more })
}

/** A reward pair is charged once. */
export const halfPricedRewards: Open = charging((kind, n) => (kind === "rewards" && n > 1n ? n / 2n : n))

/** The pairs a search drew are charged as one query each. */
export const halfPricedSearches: Open = (instance, options) => {
  let searching = false
  const session = charging((kind, n) => (kind === "weakSampling" && searching ? n / 2n : n))(instance, options)
  const weak = Context.get(session.services, WeakSampling)
  const search = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      searching = true
      return Effect.ensuring(
        call,
        Effect.sync(() => (searching = false))
      )
    })
  return withWeak(session, {
    firstHit: (p, t, l) => search(weak.firstHit(p, t, l)),
    sweep: (t, l, n) => search(weak.sweep(t, l, n))
  })
}

/** Of the trials of a tilted draw only the last is charged. */
export const freeRejections: Open = (instance, options) => {
  // The first charge of a tilted draw is its N₁, the second its trials.
  let charge = 0
  const session = charging((kind, n) => (kind === "weakSampling" && charge > 0 && charge++ === 2 ? 1n : n))(
    instance,
    options
  )
  const weak = Context.get(session.services, WeakSampling)
  return withWeak(session, {
    tilted: (anchor, request) =>
      Effect.suspend(() => {
        charge = 1
        return Effect.ensuring(
          weak.tilted(anchor, request),
          Effect.sync(() => (charge = 0))
        )
      })
  })
}

/** Charges pass through a double: exact to 2⁵³ only. */
export const roundedCharges: Open = charging((_, n) => BigInt(Number(n)))

/** Every tilted draw is made at a slightly higher temperature than asked. */
export const warmTilts: Open = (instance, options) => {
  const session = openOracles(instance, options)
  const weak = Context.get(session.services, WeakSampling)
  const warm = (request: TiltRequest): TiltRequest => ({
    ...request,
    tilt: { ...request.tilt, beta: 1.3 * request.tilt.beta }
  })
  const now = weak.immediate?.tiltedPair
  return withWeak(session, {
    tilted: (anchor, request) => weak.tilted(anchor, warm(request)),
    tiltedPair: (prompt, request) => weak.tiltedPair(prompt, warm(request)),
    ...(now === undefined ? {} : { immediate: { tiltedPair: (prompt, request) => now(prompt, warm(request)) } })
  })
}

/** Strong and proper draws are made from 0.8 θ. */
export const shrunkPolicies: Open = (instance, options) => {
  const session = openOracles(instance, options)
  const strong = Context.get(session.services, StrongSampling)
  const proper = Context.get(session.services, ProperRewards)
  const shrunk = (theta: Float64Array) => theta.map((t) => 0.8 * t)
  return {
    ...session,
    services: session.services.pipe(
      Context.add(StrongSampling, { draw: (theta, prompts) => strong.draw(shrunk(theta), prompts) }),
      Context.add(ProperRewards, {
        explore: (commitment, n) => proper.explore(commit(...committedParameters(commitment).map(shrunk)), n)
      })
    )
  }
}

/** Strong queries are free. */
export const freeStrongDraws: Open = charging((kind, n) => (kind === "strongSampling" ? 0n : n))

/** Best-of-n looks at half of the draws it charges. */
export const halfOfN: Open = (instance, options) => {
  const session = openOracles(instance, options)
  const weak = Context.get(session.services, WeakSampling)
  return withWeak(session, {
    farthest: (anchor, test, n) =>
      Effect.tap(weak.farthest(anchor, test, Math.ceil(n / 2)), () =>
        Effect.sync(() => session.ledger.charge("weakSampling", Math.floor(n / 2)))
      )
  })
}

/** Both members of a literal pair are drawn from one word: they move together. */
export const twinPairs: Open = (instance, options) => {
  const { source } = instance
  const twins: ResponseSource = {
    blocksPerResponse: source.blocksPerResponse,
    drawRows: (x, k0, k1, first, count, rows) => source.drawRows(x, k0, k1, first, count, rows),
    drawPairRows: (x, k0, k1, first, count, left, right) => {
      source.drawPairRows(x, k0, k1, first, count, left, right)
      for (let i = 1; i < count; i += 2) right[i] = left[i]
    },
    describe: (x, k0, k1, counter, side) => source.describe(x, k0, k1, counter, side)
  }
  return openOracles({ ...instance, source: twins }, options)
}

/** Every literal request starts its draws again at the same counter of the same key. */
export const repeatedDraws: Open = (instance, options) => {
  const { source } = instance
  const again: ResponseSource = {
    blocksPerResponse: source.blocksPerResponse,
    drawRows: (x, _k0, _k1, first, count, rows) => source.drawRows(x, 1, 1, first, count, rows),
    drawPairRows: (x, _k0, _k1, first, count, left, right) => source.drawPairRows(x, 1, 1, first, count, left, right),
    describe: (x, k0, k1, counter, side) => source.describe(x, k0, k1, counter, side)
  }
  return openOracles({ ...instance, source: again }, options)
}

/** Correct: another batch size for the literal interpreter. */
export const smallBatches: Open = (instance, options) =>
  openOracles(instance, { ...options, batch: options.batch ?? 17 })

/** Correct: no synchronous operations, as an oracle behind a network. */
export const effectsOnly: Open = (instance, options) => withWeak(openOracles(instance, options), {})

/** The session with some operations of its weak oracle replaced and none of them synchronous. */
const withWeak = (session: OracleSession, changed: Partial<WeakSampling["Service"]>): OracleSession => {
  const { immediate: _, ...rest } = Context.get(session.services, WeakSampling)
  return { ...session, services: Context.add(session.services, WeakSampling, { ...rest, ...changed }) }
}
