/**
 * A recording layer between an algorithm and its oracles: what was asked, what was answered, what it was charged. Laws of algorithms and of
 * ledgers are functions of such a tape.
 *
 * Requests are copied (an algorithm may reuse its arrays), handles are kept as they are, so that "was this response drawn before it was
 * rewarded" is a question of identity.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { committedParameters } from "../oracle/commitment.ts"
import type { Pair, Prompt, Response } from "../oracle/handle.ts"
import type { OracleServices, OracleSession } from "../oracle/interpreter.ts"
import {
  type PairBatch,
  Prompts,
  ProperRewards,
  ResponseSpace,
  Rewards,
  StrongSampling,
  type TiltRequest,
  WeakSampling
} from "../oracle/services.ts"
import { TokenSampling } from "../oracle/token/token-services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { Charged, OracleEvent } from "./oracle-event.ts"
import { recordTokens } from "./recording-tokens.ts"

export interface Recording {
  /** The session's services, seen through the recorder. */
  readonly services: Context.Context<OracleServices>
  readonly events: Array<OracleEvent>
  /** Writes the journal's "accepted" among the oracles' answers. */
  readonly accepted: (phi: Float64Array, layer?: number) => void
}

const NOTHING: Charged = { prompts: 0n, sampling: 0n, rewards: 0n }
const once = Float64Array.of(1)

/** A run asked more of its oracles than a check can wait for. Thrown through the run as a defect. */
export class TooManyCalls extends Error {
  readonly _tag = "TooManyCalls"
  constructor() {
    super(`one run made more than ${MOST_CALLS} oracle calls`)
  }
}

/** Oracle calls (not queries: one call may stand for 10¹² of them) after which a run is given up. */
const MOST_CALLS = 100_000

export interface RecordingOptions {
  /** Offer the synchronous operations where the session does. Default true. */
  readonly immediate?: boolean
  /** Keep the tape. Default true; without it only accepted pairs are kept. */
  readonly taped?: boolean
  /** Called before every oracle call; may throw to give the run up. */
  readonly guard?: () => void
}

/** The session's services seen through a recorder. A run that makes too many calls dies with {@link TooManyCalls}. */
export const record = (
  session: OracleSession,
  { immediate = true, taped = true, guard = () => {} }: RecordingOptions = {}
): Recording => {
  const events: Array<OracleEvent> = []
  let calls = 0
  const admit = (): void => {
    guard()
    if (++calls > MOST_CALLS) throw new TooManyCalls()
  }
  const meter = (): Charged => {
    const { perOracle, samplingQueries, rewardQueries } = session.ledger.snapshot()
    return { prompts: perOracle.prompts, sampling: samplingQueries, rewards: rewardQueries }
  }
  const since = (before: Charged): Charged => {
    const after = meter()
    return {
      prompts: after.prompts - before.prompts,
      sampling: after.sampling - before.sampling,
      rewards: after.rewards - before.rewards
    }
  }
  const around = <A, E, R>(call: Effect.Effect<A, E, R>, write: (answer: A, charged: Charged) => void) =>
    Effect.suspend(() => {
      admit()
      if (!taped) return call
      const before = meter()
      return Effect.map(call, (answer) => {
        write(answer, since(before))
        return answer
      })
    })
  const at = <A>(call: () => A, write: (answer: A, charged: Charged) => void): A => {
    admit()
    if (!taped) return call()
    const before = meter()
    const answer = call()
    write(answer, since(before))
    return answer
  }

  const tests = new WeakMap<EllipticTest, EllipticTest>()
  /** Tests are new objects when Σ changed; copying each once keeps a tape of 10⁴ rounds small. */
  const copyTest = (test: EllipticTest): EllipticTest => {
    const known = tests.get(test)
    if (known !== undefined && known.nu === test.nu && known.whitening.every((w, i) => w === test.whitening[i]))
      return known
    const copy = { ...test, whitening: test.whitening.slice() }
    tests.set(test, copy)
    return copy
  }
  const copyRequest = (request: TiltRequest): TiltRequest => ({
    ...request,
    tilt: { ...request.tilt, theta: request.tilt.theta.slice(), truncation: copyTest(request.tilt.truncation) }
  })

  const prompts = Context.get(session.services, Prompts)
  const weak = Context.get(session.services, WeakSampling)
  const rewards = Context.get(session.services, Rewards)
  const space = Context.get(session.services, ResponseSpace)
  const strong = Context.get(session.services, StrongSampling)
  const proper = Context.get(session.services, ProperRewards)

  const drawn = (answer: ReadonlyArray<Prompt>, charged: Charged) => {
    events.push({ kind: "prompts", prompts: answer, charged })
  }
  const tiltedPair =
    (request: TiltRequest) => (answer: { readonly pair: Pair; readonly accepted: boolean }, charged: Charged) => {
      events.push({
        kind: "tilted",
        anchorDrawn: true,
        request: copyRequest(request),
        answer: { ...answer, logNormaliser: undefined },
        charged
      })
    }
  const differences = (batch: PairBatch, values: Float64Array, charged: Charged) => {
    events.push({ kind: "differences", batch, values, charged })
  }
  const rewarded = (responses: ReadonlyArray<Response>, values: Float64Array, charged: Charged) => {
    events.push({ kind: "rewards", responses, values, charged })
  }
  const [nowPrompts, nowPair, nowDifference, nowReward] = [
    prompts.immediate?.draw,
    weak.immediate?.tiltedPair,
    rewards.immediate?.queryDifference,
    rewards.immediate?.query
  ]

  const services = Context.empty().pipe(
    Context.add(Prompts, {
      draw: (n) => around(prompts.draw(n), drawn),
      ...(immediate && nowPrompts ? { immediate: { draw: (n: number) => at(() => nowPrompts(n), drawn) } } : {})
    }),
    Context.add(WeakSampling, {
      draw: (asked) =>
        around(weak.draw(asked), (responses, charged) => {
          events.push({ kind: "draw", prompts: asked, responses, charged })
        }),
      pairs: (asked) =>
        around(weak.pairs(asked), (batch, charged) => {
          events.push({ kind: "pairs", asked, batch, charged })
        }),
      firstHit: (prompt, test, limit) =>
        around(weak.firstHit(prompt, test, limit), (hit, charged) => {
          events.push({ kind: "first-hit", prompt, test: copyTest(test), limit, hit, charged })
        }),
      sweep: (test, limit, asked) =>
        around(weak.sweep(test, limit, asked), (answer, charged) => {
          events.push({ kind: "sweep", test: copyTest(test), limit, asked, answer, charged })
        }),
      farthest: (anchor, test, asked) =>
        around(weak.farthest(anchor, test, asked), (response, charged) => {
          events.push({ kind: "farthest", anchor, test: copyTest(test), asked, response, charged })
        }),
      tilted: (anchor, request) =>
        around(weak.tilted(anchor, request), ({ response, accepted, logNormaliser }, charged) => {
          const pair = { prompt: anchor.prompt, left: response, right: anchor }
          const answer = { pair, accepted, logNormaliser }
          events.push({ kind: "tilted", anchorDrawn: false, request: copyRequest(request), answer, charged })
        }),
      tiltedPair: (prompt, request) => around(weak.tiltedPair(prompt, request), tiltedPair(request)),
      ...(immediate && nowPair
        ? {
            immediate: {
              tiltedPair: (prompt: Prompt, request: TiltRequest) =>
                at(() => nowPair(prompt, request), tiltedPair(request))
            }
          }
        : {})
    }),
    Context.add(Rewards, {
      query: (responses) => around(rewards.query(responses), (values, charged) => rewarded(responses, values, charged)),
      queryDifferences: (batch) =>
        around(rewards.queryDifferences(batch), (values, charged) => differences(batch, values, charged)),
      ...(immediate && nowDifference
        ? {
            immediate: {
              queryDifference: (pair: Pair) =>
                at(
                  () => nowDifference(pair),
                  (value, charged) => differences({ pairs: [pair], counts: once }, Float64Array.of(value), charged)
                ),
              ...(nowReward === undefined
                ? {}
                : {
                    query: (response: Response) =>
                      at(
                        () => nowReward(response),
                        (value, charged) => rewarded([response], Float64Array.of(value), charged)
                      )
                  })
            }
          }
        : {})
    }),
    Context.add(StrongSampling, {
      draw: (theta, asked) =>
        around(strong.draw(theta, asked), (responses, charged) => {
          events.push({ kind: "strong", theta: theta.slice(), prompts: asked, responses, charged })
        })
    }),
    Context.add(ProperRewards, {
      explore: (commitment, n) =>
        around(proper.explore(commitment, n), (groups, charged) => {
          events.push({ kind: "explore", thetas: committedParameters(commitment), groups, charged })
        })
    }),
    Context.add(
      TokenSampling,
      recordTokens(
        Context.get(session.services, TokenSampling),
        {
          around: (call, write) => around(call, (answer, charged) => events.push({ ...write(answer), charged })),
          at: (call, write) => at(call, (answer, charged) => events.push({ ...write(answer), charged })),
          free: (event) => {
            if (taped) events.push({ ...event, charged: NOTHING })
          },
          copyTest,
          copyRequest
        },
        immediate
      )
    ),
    Context.add(ResponseSpace, {
      enumerate: (prompt) =>
        around(space.enumerate(prompt), (responses, charged) => {
          events.push({ kind: "enumerate", prompt, responses, charged })
        })
    })
  )
  return {
    services,
    events,
    accepted: (phi, layer) => events.push({ kind: "accepted", phi: phi.slice(), layer, charged: NOTHING })
  }
}
