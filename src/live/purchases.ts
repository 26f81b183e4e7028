/**
 * Draws bought from a source, prompt by prompt: each is used once, in the order in which it came; what is left over waits for the prompt's next use.
 *
 * Requests are numbered in the order in which the program comes to need them, whenever their answers arrive, and their seeds are as far apart as the choices of the one
 * before: a run is the same run whatever the network does, and a journal can stand for the part of it that was paid for.
 */
import * as Effect from "effect/Effect"
import { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import type { Stream } from "../numeric/stream.ts"
import type { DrawnText, Draws } from "../server/completions.ts"
import type { DrawJournal } from "./draw-journal.ts"
import type { TextSource } from "./text-source.ts"
import type { Verifier } from "./verifier.ts"

/** How draws are asked for. */
export interface BuyingLimits {
  /** Draws a request at most. */
  readonly batch: number
  /** Requests at once. */
  readonly concurrency: number
}

/** What was paid for. */
export interface Bought {
  readonly draws: number
  readonly requests: number
  /** Attempts at requests beyond the first of each: 429, 5xx, resets, silence. */
  readonly retries: number
  readonly promptTokens: number
  readonly completionTokens: number
}

/** Largest first seed of requests. */
const SEEDS = 2 ** 30

/** Requests, seeds, rows and rewards of a whole call, its trials and evaluations together. */
export class CallNumbers {
  rows = 0
  rewards = 0
  private request = 0
  private draws = 0
  private readonly firstSeed: number

  /** @param firstSeed an integer in [1, 2³⁰] */
  constructor(firstSeed: number) {
    this.firstSeed = firstSeed
  }

  /** Of a call whose stream this is. */
  static of(root: Stream): CallNumbers {
    return new CallNumbers(1 + root.split("requests").nextInteger(SEEDS))
  }

  next(n: number): { readonly q: number; readonly seed: number } {
    const seed = (this.firstSeed + this.draws) % LARGEST_SEED
    this.draws += n
    return { q: this.request++, seed }
  }
}

/** Servers keep a seed in 32 bits, some with a sign. */
const LARGEST_SEED = 2 ** 31 - 2 ** 16

interface Request {
  readonly x: number
  readonly q: number
  readonly seed: number
  readonly n: number
}

/** What came of one request: the material of {@link repeatedDraws}. */
export interface Delivered {
  readonly x: number
  readonly texts: ReadonlyArray<string>
}

/** What all accounts of a call share. */
export interface LiveCall {
  readonly source: TextSource
  readonly prompts: ReadonlyArray<string>
  readonly limits: BuyingLimits
  readonly verifier: Verifier
  readonly numbers: CallNumbers
  readonly journal: DrawJournal | undefined
  /** Told of what came of every request. */
  readonly deliver?: (delivered: Delivered) => void
}

export class Purchases {
  private readonly call: Omit<LiveCall, "verifier">
  private readonly stock: Array<Array<DrawnText>>
  private readonly spent: Array<number>
  private total: { -readonly [K in keyof Bought]: Bought[K] } = {
    draws: 0,
    requests: 0,
    retries: 0,
    promptTokens: 0,
    completionTokens: 0
  }

  constructor(call: Omit<LiveCall, "verifier">) {
    this.call = call
    this.stock = call.prompts.map(() => [])
    this.spent = call.prompts.map(() => 0)
  }

  get bought(): Bought {
    return { ...this.total }
  }

  /** Draws bought and not used. */
  get unused(): number {
    return this.stock.reduce((sum, { length }, x) => sum + length - this.spent[x], 0)
  }

  /** Draws at x that wait. */
  waiting(x: number): number {
    return this.stock[x].length - this.spent[x]
  }

  /** Buys what is missing for `needs` draws (prompt, number) to wait, all at once. */
  reserve(needs: ReadonlyMap<number, number>): Effect.Effect<void, BackendUnavailable> {
    return Effect.suspend(() => {
      const { batch, concurrency } = this.call.limits
      const requests: Array<Request> = []
      for (const [x, n] of needs)
        for (let left = n - this.waiting(x); left > 0; left -= batch) {
          const size = Math.min(batch, left)
          requests.push({ ...this.call.numbers.next(size), x, n: size })
        }
      if (requests.length === 0) return Effect.void
      return Effect.map(
        Effect.forEach(requests, (request) => this.make(request), { concurrency }),
        (answers) => {
          answers.forEach(({ draws }, i) => this.put(requests[i].x, draws))
        }
      )
    })
  }

  /** The next n draws at x, which wait there. */
  take(x: number, n: number): ReadonlyArray<DrawnText> {
    if (this.waiting(x) < n) throw new RangeError(`take: ${n} draws at prompt ${x}, of which ${this.waiting(x)} wait`)
    const from = this.spent[x]
    this.spent[x] += n
    return this.stock[x].slice(from, from + n)
  }

  /** Puts the last n draws that were taken at x back: they were not looked at. */
  putBack(x: number, n: number): void {
    this.spent[x] -= n
  }

  private put(x: number, draws: ReadonlyArray<DrawnText>): void {
    // What is spent goes when it is most of the stock: a copy for every answer would be quadratic in them.
    if (2 * this.spent[x] >= this.stock[x].length) {
      this.stock[x] = this.stock[x].slice(this.spent[x])
      this.spent[x] = 0
    }
    for (const one of draws) this.stock[x].push(one)
    this.call.deliver?.({ x, texts: draws.map(({ finished, text }) => `${finished ? "1" : "0"}${text}`) })
  }

  /** One request: from the journal where it stands there, else from the source. */
  private make({ n, q, seed, x }: Request): Effect.Effect<Draws, BackendUnavailable> {
    return Effect.suspend(() => {
      const known = this.call.journal?.ask(q, x, n, seed)
      if (known !== undefined) return Effect.succeed(this.count(known))
      return Effect.flatMap(this.call.source.draw(this.call.prompts[x], n, seed), (got) => {
        const texts = got.draws.filter(({ text }) => typeof text === "string").length
        if (texts !== n || got.draws.length !== n)
          return Effect.fail(
            new BackendUnavailable({ backend: this.call.source.name, reason: `it gave ${texts} texts, expected ${n}` })
          )
        this.call.journal?.answer(q, got)
        return Effect.succeed(this.count(got))
      })
    })
  }

  private count(got: Draws): Draws {
    const { total } = this
    total.draws += got.draws.length
    total.requests++
    total.retries += got.retries
    total.promptTokens += got.promptTokens ?? 0
    // A server that counts one of n choices counts, in expectation, an n-th.
    total.completionTokens +=
      (got.completionTokens ?? 0) * (this.call.source.facts().usage === "one" ? got.draws.length : 1)
    return got
  }
}
