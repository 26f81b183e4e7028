/**
 * A recording layer between an algorithm and its oracles: what was asked, what was answered, what it was charged. Laws of algorithms and of
 * ledgers are functions of such a tape.
 *
 * Requests and answers are copied (an algorithm may reuse its arrays, or rewrite what it was told), handles are kept as they are, so that "was this response drawn
 * before it was rewarded" is a question of identity.
 */
import type * as Context from "effect/Context"
import { committedParameters, promptOf } from "../oracle/handle.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import type { Ledger } from "../oracle/ledger.ts"
import type { AnswerOf, OperationName, Services } from "../oracle/operations.ts"
import { mapped } from "../oracle/shape.ts"
import { tapped } from "../oracle/tap.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { Charged, EventBody, OracleEvent } from "./oracle-event.ts"

export interface Recording {
  /** The context, seen through the recorder. */
  readonly services: Context.Context<OracleServices>
  readonly events: Array<OracleEvent>
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
  readonly immediate?: boolean | undefined
  /** Keep the tape. Default true; without it only accepted pairs are kept. */
  readonly taped?: boolean | undefined
  /** Called before every oracle call; may throw to give the run up. */
  readonly guard?: (() => void) | undefined
}

type Write<F> = F extends (...request: infer P) => unknown ? (request: P, answer: AnswerOf<F>) => EventBody : never
type Writes = {
  readonly [N in OperationName]: N extends `${infer S extends keyof Services}.${infer O}`
    ? Write<Services[S][O & keyof Services[S]]> | undefined
    : never
}

/** What the tape says of each operation; undefined: nothing. */
const EVENTS: Writes = {
  "Prompts.draw": (_, prompts) => ({ kind: "prompts", prompts }),
  "WeakSampling.draw": ([prompts], responses) => ({ kind: "draw", prompts, responses }),
  "WeakSampling.pairs": ([asked], batch) => ({ kind: "pairs", asked, batch }),
  "WeakSampling.firstHit": ([prompt, test, limit], hit) => ({ kind: "first-hit", prompt, test, limit, hit }),
  "WeakSampling.sweep": ([test, limit, asked], answer) => ({ kind: "sweep", test, limit, asked, answer }),
  "WeakSampling.farthest": ([anchor, test, asked], response) => ({ kind: "farthest", anchor, test, asked, response }),
  "WeakSampling.tilted": ([anchor, request], { response, ...answer }) => ({
    kind: "tilted",
    anchorDrawn: false,
    request,
    answer: { ...answer, pair: { prompt: promptOf(anchor), left: response, right: anchor } }
  }),
  "WeakSampling.tiltedPair": ([, request], answer) => ({
    kind: "tilted",
    anchorDrawn: true,
    request,
    answer: { ...answer, logNormaliser: undefined }
  }),
  "StrongSampling.draw": ([theta, prompts], responses) => ({ kind: "strong", theta, prompts, responses }),
  "TokenSampling.start": ([prompt], prefix) => ({ kind: "token-start", prompt, prefix }),
  "TokenSampling.extend": ([token], prefix) => ({ kind: "token-extend", token, prefix }),
  "TokenSampling.finish": ([prefix], response) => ({ kind: "token-finish", prefix, response }),
  "TokenSampling.draw": ([prefix], token) => ({ kind: "token-draw", prefix, token }),
  "TokenSampling.firstHit": ([prefix, test, limit], hit) => ({ kind: "token-search", prefix, test, limit, hit }),
  "TokenSampling.tilted": ([prefix, request], answer) => ({ kind: "token-tilted", prefix, request, answer }),
  "TokenSampling.checkedTilt": ([prefix, request, asked], answer) => ({
    kind: "token-checked",
    prefix,
    request,
    asked,
    answer
  }),
  "Rewards.query": ([responses], values) => ({ kind: "rewards", responses, values }),
  "Rewards.queryOne": ([response], value) => ({
    kind: "rewards",
    responses: [response],
    values: Float64Array.of(value)
  }),
  "Rewards.queryDifferences": ([batch], values) => ({ kind: "differences", batch, values }),
  "Rewards.queryDifference": ([pair], value) => ({
    kind: "differences",
    batch: { pairs: [pair], counts: once },
    values: Float64Array.of(value)
  }),
  "Rewards.querySum": ([response, n], value) => ({ kind: "reward-sum", response, n, value }),
  "ProperRewards.explore": ([commitment], groups) => ({
    kind: "explore",
    thetas: committedParameters(commitment),
    groups
  }),
  "ResponseSpace.enumerate": ([prompt], responses) => ({ kind: "enumerate", prompt, responses }),
  "Journal.accepted": ([phi, layer]) => ({ kind: "accepted", phi, layer }),
  "Journal.checkpoint": undefined,
  "Journal.pass": undefined,
  "Journal.progress": undefined
}

/** A run's services and journal seen through a recorder. A run that makes too many calls dies with {@link TooManyCalls}. */
export const record = (
  context: Context.Context<OracleServices>,
  ledger: Ledger,
  { immediate = true, taped = true, guard = () => {} }: RecordingOptions = {}
): Recording => {
  const events: Array<OracleEvent> = []
  let calls = 0
  const meter = (): Charged => {
    const { perOracle, samplingQueries, rewardQueries } = ledger.snapshot()
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
  const mapping = { tests: new WeakMap<object, EllipticTest>() }
  const services = tapped(
    context,
    (operation, request) => {
      const free = operation.charges.length === 0
      if (!free) {
        guard()
        if (++calls > MOST_CALLS) throw new TooManyCalls()
      }
      const write = EVENTS[operation.name] as ((request: unknown, answer: unknown) => EventBody) | undefined
      if (write === undefined || (!taped && operation.name !== "Journal.accepted")) return undefined
      const asked = operation.request.map(([, shape], i) => mapped(shape, request[i], mapping))
      const before = free ? undefined : meter()
      return {
        answer: (given) => {
          const charged = before === undefined ? NOTHING : since(before)
          events.push({ ...write(asked, mapped(operation.answer, given, mapping)), charged })
          return given
        }
      }
    },
    immediate
  )
  return { services, events }
}
