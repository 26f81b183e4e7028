/**
 * Reward differences as a tape shows them. A method that regresses on differences of two rewards at one prompt leaves free how they are asked for: both at once, one by
 * one and in either order, column by column, several against one anchor that is paid anew or once, in any grouping into requests. The tape has the rewards; which two
 * were subtracted, it has not, where more than two of one prompt were asked for. So a law about differences is about *readings*: rules that say which two. It holds
 * where it holds under one of them for the whole run.
 *
 * *Why this accuses nobody.* Σφφᵀ and ΣΔr·φ do not change when a pair is turned round or pairs are permuted, so a reading needs to find the learner's pairs as a
 * multiset of unordered pairs only. Each rule below finds it for all programs of its kind, however they cut their data into requests (its comment says which).
 * *Why it lets little through.* Six readings are six chances: a wrong estimate passes only where it is, to rounding, the regression on every reward paid for under one
 * of these pairings, and then it is the method.
 */
import { type Pair, type Prompt, promptOf, relativeFeature, type Response } from "../oracle/handle.ts"
import type { Observation } from "./candidate.ts"
import { firstBroken, type Finding } from "./law.ts"
import { hitOf, type OracleEvent } from "./oracle-event.ts"
import type { RunLaw } from "./run-law.ts"

/** Rewarded data in order: φ (length d), the sum of differences, their number, and where on the tape. */
export interface Datum {
  readonly phi: Float64Array
  readonly difference: number
  readonly count: number
  readonly at: number
  readonly pair: Pair
}

/** One reward. */
interface Rewarded {
  readonly response: Response
  readonly value: number
  readonly at: number
}

const datum = (left: Rewarded, right: Rewarded): Datum => ({
  phi: relativeFeature(left.response, right.response),
  difference: left.value - right.value,
  count: 1,
  at: Math.max(left.at, right.at),
  pair: { prompt: promptOf(left.response), left: left.response, right: right.response }
})

const alike = (a: Rewarded, b: Rewarded): boolean => promptOf(a.response) === promptOf(b.response)

/** Pairs the rewards of one request; `rest` are those it leaves to whoever comes later. */
interface Paired {
  readonly pairs: ReadonlyArray<readonly [Rewarded, Rewarded]>
  readonly rest: ReadonlyArray<Rewarded>
}

/** What pairs rewards, over one tape: sees every event before its rewards are handed over. */
interface Reader {
  readonly see?: (event: OracleEvent) => void
  readonly take: (request: ReadonlyArray<Rewarded>) => Paired["pairs"]
}

/** Each reward with the oldest unpaired one of its prompt: pairs asked for together or one by one, and everything whose prompts come one after another. */
const inTurn = (): Reader => {
  const open = new Map<Prompt, Array<Rewarded>>()
  return {
    take: (request) =>
      request.flatMap((one) => {
        const prompt = promptOf(one.response)
        const waiting = open.get(prompt) ?? []
        open.set(prompt, waiting)
        const first = waiting.shift()
        if (first !== undefined) return [[first, one] as const]
        waiting.push(one)
        return []
      })
  }
}

/** A rule for one request, what it cannot pair being paired in turn. */
const byRequest =
  (rule: (request: ReadonlyArray<Rewarded>) => Paired): (() => Reader) =>
  () => {
    const { take } = inTurn()
    return {
      take: (request) => {
        const { pairs, rest } = rule(request)
        return [...pairs, ...take(rest)]
      }
    }
  }

const unpaired = (rest: ReadonlyArray<Rewarded>): Paired => ({ pairs: [], rest })

/** Neighbours of one request: [a, o, b, o], whether or not prompts repeat within it. */
const neighbours = byRequest((request) => {
  const pairs = request.flatMap((one, i) => (i % 2 === 1 ? [[request[i - 1], one] as const] : []))
  return request.length % 2 === 0 && pairs.every(([a, b]) => alike(a, b)) ? { pairs, rest: [] } : unpaired(request)
})

/** The first half of a request against its second: [a₁ … a_n, o₁ … o_n]. */
const halves = byRequest((request) => {
  const n = request.length / 2
  const pairs = request.slice(0, Math.floor(n)).map((one, i) => [one, request[Math.floor(n) + i]] as const)
  return Number.isInteger(n) && pairs.every(([a, b]) => alike(a, b)) ? { pairs, rest: [] } : unpaired(request)
})

/** All of a request against its first: [o, a₁ … a_n], the anchor paid once. */
const star = byRequest((request) =>
  request.length > 2 && request.every((one) => alike(one, request[0]))
    ? { pairs: request.slice(1).map((one) => [one, request[0]] as const), rest: [] }
    : unpaired(request)
)

/** A request against the one before it, place by place: column by column. */
const columns = (): Reader => {
  const { take } = inTurn()
  let column: ReadonlyArray<Rewarded> = []
  return {
    take: (request) => {
      const before = column
      if (before.length === request.length && before.every((one, i) => alike(one, request[i]))) {
        column = []
        return request.map((one, i) => [before[i], one] as const)
      }
      column = request
      return take(before)
    }
  }
}

/** As they were answered: the two of a hit, of a tilted pair, of equal places in two draws at the same prompts, in whatever order they are rewarded. */
const asAnswered = (): Reader => {
  const { take } = inTurn()
  interface Slot {
    readonly of: readonly [Response, Response]
    readonly got: [Rewarded | undefined, Rewarded | undefined]
  }
  const slots = new Map<Response, Array<Slot>>()
  let drawn: Extract<OracleEvent, { kind: "draw" }> | undefined
  const meet = (left: Response, right: Response): void => {
    const slot: Slot = { of: [left, right], got: [undefined, undefined] }
    for (const y of new Set([left, right])) slots.set(y, [...(slots.get(y) ?? []), slot])
  }
  return {
    see: (event) => {
      if (event.kind === "tilted") meet(event.answer.pair.left, event.answer.pair.right)
      const hit = hitOf(event)
      if (hit !== undefined) meet(hit.left, hit.right)
      if (event.kind === "farthest") meet(event.response, event.anchor)
      if (event.kind === "pairs") for (const { left, right } of event.batch.pairs) meet(left, right)
      if (event.kind !== "draw") return
      const before = drawn
      if (before !== undefined && before.prompts.length === event.prompts.length) {
        const same = before.prompts.every((x, i) => x === event.prompts[i])
        if (same) before.responses.forEach((left, i) => meet(left, event.responses[i]))
        drawn = same ? undefined : event
      } else drawn = event
    },
    take: (request) =>
      request.flatMap((one) => {
        const mine = slots.get(one.response) ?? []
        const k = mine.findIndex(({ of, got }) => of.some((y, side) => y === one.response && got[side] === undefined))
        if (k < 0) return take([one])
        const { got, of } = mine[k]
        got[of[0] === one.response && got[0] === undefined ? 0 : 1] = one
        const [left, right] = got
        if (left === undefined || right === undefined) return []
        for (const y of new Set(of)) {
          const left = slots.get(y) ?? []
          left.splice(left.indexOf(mine[k]), 1)
        }
        return [[left, right] as const]
      })
  }
}

/** The rules, the commonest first. */
const READERS: ReadonlyArray<() => Reader> = [inTurn, neighbours, halves, columns, star, asAnswered]

const read = (events: ReadonlyArray<OracleEvent>, reader: Reader): ReadonlyArray<Datum> =>
  events.flatMap((event, at): ReadonlyArray<Datum> => {
    reader.see?.(event)
    if (event.kind === "differences")
      return event.batch.pairs.map((pair, i) => ({
        phi: relativeFeature(pair.left, pair.right),
        difference: event.values[i],
        count: event.batch.counts[i],
        at,
        pair
      }))
    if (event.kind === "explore")
      return event.groups.flatMap(({ responses, rewards }) =>
        reader
          .take(responses.map((response, i) => ({ response, value: rewards[i], at })))
          .map(([left, right]) => datum(left, right))
      )
    if (event.kind !== "rewards") return []
    return reader
      .take(event.responses.map((response, i) => ({ response, value: event.values[i], at })))
      .map(([left, right]) => datum(left, right))
  })

/** Differences in the order in which they were complete, rewards paired in turn. */
export const rewardedPairs = (events: ReadonlyArray<OracleEvent>): ReadonlyArray<Datum> => read(events, inTurn())

/** The first of several ways to do it under which a law holds; the first of all, where there is none. */
export const inSomeWay = <W>(ways: Iterable<W>, law: (way: W) => ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  let first: ReadonlyArray<Finding> | undefined
  for (const way of ways) {
    const findings = law(way)
    if (firstBroken(findings) === undefined) return findings
    first ??= findings
  }
  return first ?? []
}

/** A law of the pairs that were rewarded, however their rewards were asked for: under the first reading under which it holds; under the commonest, where there is none. */
export const ofData =
  (law: (observation: Observation, data: ReadonlyArray<Datum>) => ReadonlyArray<Finding>): RunLaw["check"] =>
  (observation) => {
    const { events } = observation
    const readings = events.some(({ kind }) => kind === "rewards" || kind === "explore") ? READERS : [inTurn]
    return inSomeWay(readings, (reader) => law(observation, read(events, reader())))
  }
