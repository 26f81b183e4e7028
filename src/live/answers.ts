/** The responses that a live run has met: one row of φ for each distinct one, growing as it draws, and what their rewards were. */
import * as Effect from "effect/Effect"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import type { RowFeatures } from "../oracle/handle.ts"
import type { DrawnText } from "../server/completions.ts"
import type { JournalReward, JournalRow } from "./draw-journal.ts"
import type { LiveCall, Purchases } from "./purchases.ts"
import type { Asked, ChecksFailed } from "./verifier.ts"

const FIRST_ROWS = 256

/** What a verifier could not say. */
export interface Failures {
  /** Responses whose checks failed, and whose φ is 0. */
  checks: number
  /** Rewards that failed, and are 0. */
  rewards: number
  /** The first line that was said of one. */
  first: string | undefined
}

export class Answers implements RowFeatures {
  features: Float64Array
  readonly dimension: number
  readonly failures: Failures = { checks: 0, rewards: 0, first: undefined }
  /** Rewards that the module was asked for, or would have been without a journal. */
  verified = 0
  private readonly call: Pick<LiveCall, "journal" | "numbers" | "verifier">
  private readonly codes = new Map<string, number>()
  private readonly known: Array<Asked & { readonly number: number }> = []
  private readonly rewards = new Map<number, number>()

  constructor(call: Pick<LiveCall, "journal" | "numbers" | "verifier">) {
    this.call = call
    this.dimension = call.verifier.dimension
    this.features = new Float64Array(FIRST_ROWS * this.dimension)
  }

  /** Distinct responses. */
  get count(): number {
    return this.known.length
  }

  at(row: number): Asked {
    return this.known[row]
  }

  /** Rows of draws at prompt x; checks are asked of those that are new. */
  rows(x: number, draws: ReadonlyArray<DrawnText>): Effect.Effect<Int32Array, ChecksFailed> {
    return Effect.suspend(() => {
      const out = new Int32Array(draws.length)
      const fresh: Array<Asked & { readonly number: number }> = []
      draws.forEach(({ finished, text }, i) => {
        const key = `${x} ${finished ? 1 : 0} ${text}`
        let row = this.codes.get(key)
        if (row === undefined) {
          row = this.codes.size
          this.codes.set(key, row)
          fresh.push({ x, text, finished, number: this.call.numbers.rows++ })
        }
        out[i] = row
      })
      return fresh.length === 0 ? Effect.succeed(out) : Effect.as(this.add(fresh), out)
    })
  }

  private add(fresh: ReadonlyArray<Asked & { readonly number: number }>): Effect.Effect<void, ChecksFailed> {
    const first = this.known.length
    this.known.push(...fresh)
    const standing = fresh.map(({ finished, number, text, x }) => this.call.journal?.row(number, x, text, finished))
    const open = fresh.filter((_, i) => standing[i] === undefined)
    return Effect.map(open.length === 0 ? Effect.succeed([]) : this.call.verifier.features(open), (verdicts) => {
      let next = 0
      fresh.forEach(({ finished, number, text, x }, i) => {
        let row = standing[i]
        if (row === undefined) {
          const { failed, value } = verdicts[next++]
          row = { x, text, finished, phi: value, ...(failed === undefined ? {} : { failed }) } satisfies JournalRow
          this.call.journal?.keepRow(number, row)
        }
        if (row.failed !== undefined) this.fail("checks", row.failed)
        this.write(first + i, row.phi)
      })
    })
  }

  private write(row: number, phi: ReadonlyArray<number>): void {
    const at = row * this.dimension
    if (at + this.dimension > this.features.length) {
      const grown = new Float64Array(2 * this.features.length)
      grown.set(this.features)
      this.features = grown
    }
    this.features.set(phi, at)
  }

  private fail(what: "checks" | "rewards", why: string): void {
    this.failures[what]++
    this.failures.first ??= why
  }

  /** A reward of a row. Where rewards are a function of the response it is asked for once. */
  reward(row: number): Effect.Effect<number, ChecksFailed> {
    return Effect.suspend(() => {
      const known = this.call.verifier.noisy ? undefined : this.rewards.get(row)
      if (known !== undefined) return Effect.succeed(known)
      const number = this.call.numbers.rewards++
      const standing = this.call.journal?.reward(number, this.known[row].number)
      return Effect.map(
        standing === undefined
          ? Effect.map(this.call.verifier.reward(this.known[row]), this.kept(row, number))
          : Effect.succeed(standing),
        ({ failed, value }) => {
          this.verified++
          if (failed !== undefined) this.fail("rewards", failed)
          this.rewards.set(row, value)
          return value
        }
      )
    })
  }

  private kept(row: number, number: number) {
    return ({ failed, value }: { readonly value: number; readonly failed?: string }): JournalReward => {
      const reward = { row: this.known[row].number, value, ...(failed === undefined ? {} : { failed }) }
      this.call.journal?.keepReward(number, reward)
      return reward
    }
  }
}

/** What one learner, or one evaluation, draws by: what it bought and what it met. */
export interface Account {
  readonly purchases: Purchases
  readonly answers: Answers
}

/** Rows of `each` draws at each of some places, bought together. Checks of all that is new at a place are asked at once; draws are handed out in the order of the places. */
export const drawnRows = Effect.fnUntraced(function* (
  { answers, purchases }: Account,
  places: ReadonlyArray<number>,
  each: number
): Effect.fn.Return<ReadonlyArray<Int32Array>, BackendUnavailable | ChecksFailed> {
  const needs = new Map<number, number>()
  for (const at of places) needs.set(at, (needs.get(at) ?? 0) + each)
  yield* purchases.reserve(needs)
  const left = new Map<number, Int32Array>()
  for (const [at, n] of needs) left.set(at, yield* answers.rows(at, purchases.take(at, n)))
  return places.map((at) => {
    const rows = left.get(at)!
    left.set(at, rows.subarray(each))
    return rows.subarray(0, each)
  })
})
