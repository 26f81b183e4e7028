/**
 * The oracles of a live run: prompts of a file, draws bought from a source, rewards of a verifier. They answer what the literal interpreter answers, draw by draw, on a
 * table of φ that grows with what is drawn; an algorithm cannot tell them apart. T_comp charges the draws an algorithm used; what was bought ahead and not used is an
 * account of its own.
 *
 * A budget is held before anything is bought: where a request has not the room, nothing of it is paid for.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { logSumExp } from "../numeric/log-sum-exp.ts"
import type { Stream } from "../numeric/stream.ts"
import {
  indexIn,
  mintPrompt,
  mintResponse,
  type Origin,
  type Pair,
  type Prompt,
  promptOf,
  type Response,
  rowOf
} from "../oracle/handle.ts"
import { type Budget, BudgetExhausted, type Charge, Ledger } from "../oracle/ledger.ts"
import { acceptance } from "../oracle/rows.ts"
import { samplerDraws } from "../oracle/sampler-draws.ts"
import {
  type PairBatch,
  Prompts,
  Rewards,
  type Sweep,
  type TiltedDraw,
  type TiltRequest,
  WeakSampling
} from "../oracle/services.ts"
import { ANSWER, Transcript } from "../oracle/transcript.ts"
import type { SamplerTally } from "../oracle/workbench.ts"
import { ellipticNormSquared, type EllipticTest, tiltLogit } from "../policy/elliptic-test.ts"
import { type Account, drawnRows } from "./answers.ts"
import type { ChecksFailed } from "./verifier.ts"

export interface LiveOracleOptions {
  readonly prompts: number
  readonly account: Account
  /** The run's own coins: which prompt, what is accepted. */
  readonly stream: Stream
  readonly budget?: Budget
  /** Draws a request at most: the first chunk of a search. */
  readonly batch: number
}

export type LiveServices = Prompts | WeakSampling | Rewards

export interface LiveOracles {
  readonly services: Context.Context<LiveServices>
  readonly ledger: Ledger
  readonly tally: SamplerTally
  readonly transcript: Transcript
}

/** Draws bought ahead at most in a search: what is left over of them is paid for in vain. */
const MOST_AHEAD = 512

/** What goes wrong on the way to a source or a verifier ends the run, and is told apart from it by whoever began it. */
type Trouble = BackendUnavailable | ChecksFailed

export const liveOracles = ({ account, batch, budget, prompts, stream }: LiveOracleOptions): LiveOracles => {
  const { answers, purchases } = account
  const ledger = new Ledger(budget)
  const transcript = new Transcript()
  const tally: SamplerTally = { calls: 0, promiseBroken: 0, unaccepted: 0, maxDraws: 0, maxEntitled: 0, maxDelta: 0 }
  const origin: Origin = { exact: answers }
  const handles = Array.from({ length: prompts }, (_, x) => mintPrompt(origin, x))
  const [askedPrompts, coins] = [stream.split("prompts"), stream.split("coins")]

  const x = (handle: Prompt | Response): number => indexIn(origin, handle)
  const row = (response: Response): number => {
    indexIn(origin, response)
    return rowOf(response)
  }
  const response = (at: number, of: number): Response => mintResponse(handles[at], of, undefined)
  const nextPrompt = (): number => {
    ledger.charge("prompts", 1)
    const at = askedPrompts.nextInteger(prompts)
    transcript.record(ANSWER.prompt, at)
    return at
  }

  /** How many of n the budget has room for. */
  const affordable = (kind: Charge, n: number): number => {
    const room = ledger.room(kind)
    return room === undefined || room >= BigInt(n) ? n : Number(room)
  }
  const spent = (kind: Charge): BudgetExhausted => {
    const resource = kind === "rewards" ? "rewardQueries" : "samplingQueries"
    return new BudgetExhausted({ resource, limit: budget![resource]!, requested: kind, learned: undefined })
  }
  const afford = (kind: Charge, n: number): Effect.Effect<void, BudgetExhausted> =>
    Effect.suspend(() => (affordable(kind, n) < n ? Effect.fail(spent(kind)) : Effect.void))

  /** Trouble ends the run: no operation has an error for it. */
  const ending = <A>(effect: Effect.Effect<A, Trouble>): Effect.Effect<A> => Effect.orDie(effect)

  /** Rows of some draws at each of some places, charged. */
  const takeEach = Effect.fnUntraced(function* (
    places: ReadonlyArray<number>,
    each: number
  ): Effect.fn.Return<ReadonlyArray<Int32Array>, BudgetExhausted> {
    yield* afford("weakSampling", each * places.length)
    const rows = yield* ending(drawnRows(account, places, each))
    ledger.charge("weakSampling", each * places.length)
    return rows
  })
  const take = (at: number, n: number): Effect.Effect<Int32Array, BudgetExhausted> =>
    Effect.map(takeEach([at], n), ([rows]) => rows)

  /**
   * Draws at a place, `each` at a time and `limit` times at most, until some are wanted; what was bought past them waits for its next use. The last rows that were used,
   * how many times it drew, and whether they are wanted.
   */
  const takeUntil = Effect.fnUntraced(function* (
    at: number,
    each: 1 | 2,
    limit: number,
    wanted: (rows: Int32Array) => boolean
  ): Effect.fn.Return<{ readonly rows: Int32Array; readonly made: number; readonly found: boolean }, BudgetExhausted> {
    let rows: Int32Array = new Int32Array(each).fill(-1)
    let made = 0
    for (let size = Math.max(1, Math.floor(batch / each)); made < limit; size = Math.min(2 * size, MOST_AHEAD / each)) {
      const n = Math.floor(affordable("weakSampling", each * Math.min(size, limit - made)) / each)
      if (n === 0) return yield* Effect.fail(spent("weakSampling"))
      const [all] = yield* ending(drawnRows(account, [at], each * n))
      let used = 0
      let found = false
      while (used < n && !found) {
        rows = all.subarray(each * used, each * ++used)
        found = wanted(rows)
      }
      ledger.charge("weakSampling", each * used)
      purchases.putBack(at, each * (n - used))
      made += used
      if (found) return { rows, made, found }
    }
    return { rows, made, found: false }
  })

  const pairAt = (at: number, left: number, right: number): Pair => {
    transcript.record(ANSWER.pair, at, left, right, 1)
    return { prompt: handles[at], left: response(at, left), right: response(at, right) }
  }

  const passes = (test: EllipticTest, left: number, right: number): boolean =>
    left !== right && ellipticNormSquared(test, answers.features, left, right) > test.nu ** 2

  /** Pairs at a place until one passes. */
  const search = Effect.fnUntraced(function* (
    at: number,
    test: EllipticTest,
    limit: number
  ): Effect.fn.Return<Pair | undefined, BudgetExhausted> {
    const { found, made, rows } = yield* takeUntil(at, 2, limit, ([left, right]) => passes(test, left, right))
    transcript.record(ANSWER.search, 1, found ? 1 : 0, 0, 2 * made)
    return found ? pairAt(at, rows[0], rows[1]) : undefined
  })

  const tilted = Effect.fnUntraced(function* (
    at: number,
    anchor: number,
    { delta, promise, tilt }: TiltRequest
  ): Effect.fn.Return<TiltedDraw, BudgetExhausted> {
    const { estimate, trials } = samplerDraws(promise, delta)
    const logit = (of: number): number => tiltLogit(tilt, answers.features, of, anchor)
    const logits = Float64Array.from(yield* take(at, estimate), logit)
    const logNormaliser = logSumExp(new Float64Array(estimate).fill(1), logits, 0, estimate) - Math.log(estimate)
    const wanted = ([of]: Int32Array): boolean => coins.next() < acceptance(logit(of), logNormaliser, promise)
    const { found: accepted, made, rows } = yield* takeUntil(at, 1, trials, wanted)
    tally.calls++
    if (!accepted) tally.unaccepted++
    tally.maxDraws = Math.max(tally.maxDraws, estimate + made)
    tally.maxEntitled = Math.max(tally.maxEntitled, estimate + trials)
    tally.maxDelta = Math.max(tally.maxDelta, delta)
    transcript.record(ANSWER.tilted, at, anchor, rows[0], accepted ? estimate + made : -(estimate + made))
    transcript.record(ANSWER.normaliser, logNormaliser)
    return { response: response(at, rows[0]), accepted, logNormaliser }
  })

  const draw = (n: number): ReadonlyArray<Prompt> => Array.from({ length: n }, () => handles[nextPrompt()])

  const observe = Effect.fnUntraced(function* (of: number): Effect.fn.Return<number> {
    ledger.charge("rewards", 1)
    const value = yield* ending(answers.reward(of))
    transcript.record(ANSWER.reward, of, value)
    return value
  })

  const difference = Effect.fnUntraced(function* (
    { left, prompt, right }: Pair,
    n: number
  ): Effect.fn.Return<number, BudgetExhausted> {
    if (promptOf(left) !== prompt || promptOf(right) !== prompt)
      throw new TypeError("pair: responses to two prompts, expected one prompt")
    yield* afford("rewards", 2 * n)
    let sum = 0
    for (let i = 0; i < n; i++) sum += (yield* observe(row(left))) - (yield* observe(row(right)))
    return sum
  })

  const weak: WeakSampling["Service"] = {
    draw: (asked) =>
      Effect.map(takeEach(asked.map(x), 1), (rows) =>
        rows.map(([of], i) => {
          const at = x(asked[i])
          transcript.record(ANSWER.response, at, of)
          return response(at, of)
        })
      ),
    pairs: (n) =>
      Effect.suspend(() => {
        const places = Array.from({ length: n }, nextPrompt)
        return Effect.map(takeEach(places, 2), (rows): PairBatch => ({
          pairs: rows.map(([left, right], i) => pairAt(places[i], left, right)),
          counts: new Float64Array(n).fill(1)
        }))
      }),
    firstHit: (prompt, test, limit) => Effect.suspend(() => search(x(prompt), test, limit)),
    sweep: Effect.fnUntraced(function* (test, limit, count): Effect.fn.Return<Sweep, BudgetExhausted> {
      for (let promptsVisited = 1; promptsVisited <= count; promptsVisited++) {
        const hit = yield* search(nextPrompt(), test, limit)
        if (hit !== undefined) return { promptsVisited, hit }
      }
      return { promptsVisited: count, hit: undefined }
    }),
    farthest: (anchor, test, n) =>
      Effect.suspend(() => {
        const [at, from] = [x(anchor), row(anchor)]
        return Effect.map(take(at, n), (rows) => {
          let [best, most] = [rows[0], -1]
          for (const of of rows) {
            const norm = ellipticNormSquared(test, answers.features, of, from)
            if (norm > most) [best, most] = [of, norm]
          }
          transcript.record(ANSWER.farthest, at, from, best, n)
          return response(at, best)
        })
      }),
    tilted: (anchor, request) => Effect.suspend(() => tilted(x(anchor), row(anchor), request)),
    tiltedPair: Effect.fnUntraced(function* (prompt, request) {
      const at = x(prompt)
      const [anchor] = yield* take(at, 1)
      const drawn = yield* tilted(at, anchor, request)
      const pair = { prompt, left: drawn.response, right: response(at, anchor) }
      return { pair, accepted: drawn.accepted }
    })
  }

  const rewards: Rewards["Service"] = {
    query: Effect.fnUntraced(function* (responses) {
      yield* afford("rewards", responses.length)
      const out = new Float64Array(responses.length)
      for (const [i, one] of responses.entries()) out[i] = yield* observe(row(one))
      return out
    }),
    queryDifferences: Effect.fnUntraced(function* ({ counts, pairs }) {
      const out = new Float64Array(pairs.length)
      for (const [i, pair] of pairs.entries()) out[i] = yield* difference(pair, counts[i])
      return out
    }),
    queryOne: (one) => Effect.flatMap(afford("rewards", 1), () => observe(row(one))),
    queryDifference: (pair) => difference(pair, 1),
    querySum: Effect.fnUntraced(function* (one, n) {
      yield* afford("rewards", n)
      let sum = 0
      for (let i = 0; i < n; i++) sum += yield* observe(row(one))
      return sum
    })
  }

  const services = Context.empty().pipe(
    Context.add(Prompts, { draw: (n: number) => Effect.sync(() => draw(n)) }),
    Context.add(WeakSampling, weak),
    Context.add(Rewards, rewards)
  )
  return { services, ledger, tally, transcript }
}
