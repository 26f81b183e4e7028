/**
 * A recording layer between an algorithm and its oracles: what was asked, what was answered, what it was charged. Laws of algorithms and of
 * ledgers are functions of such a tape.
 *
 * Requests and answers are copied (an algorithm may reuse its arrays, or rewrite what it was told), handles are kept as they are, so that "was this response drawn
 * before it was rewarded" is a question of identity.
 */
import type * as Context from "effect/Context"
import type { OracleServices } from "../oracle/interpreter.ts"
import type { Ledger } from "../oracle/ledger.ts"
import { mapped } from "../oracle/shape.ts"
import { tapped } from "../oracle/tap.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { type Charged, type EventBody, EVENTS, type OracleEvent } from "./oracle-event.ts"

export interface Recording {
  /** The context, seen through the recorder. */
  readonly services: Context.Context<OracleServices>
  readonly events: Array<OracleEvent>
}

const NOTHING: Charged = { prompts: 0n, sampling: 0n, rewards: 0n }

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
