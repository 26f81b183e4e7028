/** Oracles with one planted fault each: the suite's own, wrapped. Nothing of an interpreter is copied. */
import type { ResponseSource } from "../../instance/instance.ts"
import { commit, type Commitment, committedParameters } from "../../oracle/handle.ts"
import { openOracles, type OracleSession } from "../../oracle/interpreter.ts"
import type { Charge, Ledger } from "../../oracle/ledger.ts"
import type { TiltRequest } from "../../oracle/services.ts"
import { type Tap, tapped } from "../../oracle/tap.ts"

type Open = typeof openOracles

/** The session seen through a tap. */
const asking = (session: OracleSession, tap: Tap, immediate = true): OracleSession => ({
  ...session,
  services: tapped(session.services, tap, immediate)
})

/** Requests and answers pass through a tap that needs no session. */
const asked =
  (tap: Tap, immediate = true): Open =>
  (instance, options) =>
    asking(openOracles(instance, options), tap, immediate)

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
  return asking(session, ({ name }) => {
    if (name !== "WeakSampling.firstHit" && name !== "WeakSampling.sweep") return undefined
    searching = true
    return { ended: () => (searching = false) }
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
  return asking(session, ({ name }) => {
    if (name !== "WeakSampling.tilted") return undefined
    charge = 1
    return { ended: () => (charge = 0) }
  })
}

/** Charges pass through a double: exact to 2⁵³ only. */
export const roundedCharges: Open = charging((_, n) => BigInt(Number(n)))

/** Every tilted draw is made at a slightly higher temperature than asked. */
export const warmTilts: Open = asked(({ name }, [at, asked]) => {
  if (name !== "WeakSampling.tilted" && name !== "WeakSampling.tiltedPair") return undefined
  const request = asked as TiltRequest
  return { request: [at, { ...request, tilt: { ...request.tilt, beta: 1.3 * request.tilt.beta } }] }
})

const shrunk = (theta: Float64Array): Float64Array => theta.map((t) => 0.8 * t)

/** Strong and proper draws are made from 0.8 θ. */
export const shrunkPolicies: Open = asked(({ name }, [first, ...rest]) =>
  name === "StrongSampling.draw"
    ? { request: [shrunk(first as Float64Array), ...rest] }
    : name === "ProperRewards.explore"
      ? { request: [commit(...committedParameters(first as Commitment).map(shrunk)), ...rest] }
      : undefined
)

/** Strong queries are free. */
export const freeStrongDraws: Open = charging((kind, n) => (kind === "strongSampling" ? 0n : n))

/** Best-of-n looks at half of the draws it charges. */
export const halfOfN: Open = (instance, options) => {
  const session = openOracles(instance, options)
  return asking(session, ({ name }, [anchor, test, n]) =>
    name !== "WeakSampling.farthest"
      ? undefined
      : {
          request: [anchor, test, Math.ceil((n as number) / 2)],
          answer: (response) => {
            session.ledger.charge("weakSampling", Math.floor((n as number) / 2))
            return response
          }
        }
  )
}

/** Literal draws come from another source than the instance's. */
const drawnFrom =
  (change: (source: ResponseSource) => Partial<ResponseSource>): Open =>
  (instance, options) => {
    const { source } = instance
    const own: ResponseSource = {
      blocksPerResponse: source.blocksPerResponse,
      drawRows: (...request) => source.drawRows(...request),
      drawPairRows: (...request) => source.drawPairRows(...request),
      describe: (...request) => source.describe(...request)
    }
    return openOracles({ ...instance, source: { ...own, ...change(source) } }, options)
  }

/** Both members of a literal pair are drawn from one word: they move together. */
export const twinPairs: Open = drawnFrom((source) => ({
  drawPairRows: (x, k0, k1, first, count, left, right) => {
    source.drawPairRows(x, k0, k1, first, count, left, right)
    for (let i = 1; i < count; i += 2) right[i] = left[i]
  }
}))

/** Every literal request starts its draws again at the same counter of the same key. */
export const repeatedDraws: Open = drawnFrom((source) => ({
  drawRows: (x, _k0, _k1, ...request) => source.drawRows(x, 1, 1, ...request),
  drawPairRows: (x, _k0, _k1, ...request) => source.drawPairRows(x, 1, 1, ...request)
}))

/** Correct: another batch size for the literal interpreter. */
export const smallBatches: Open = (instance, options) =>
  openOracles(instance, { ...options, batch: options.batch ?? 17 })

/** Correct: no synchronous operations, as oracles behind a network. */
export const effectsOnly: Open = asked(() => undefined, false)
