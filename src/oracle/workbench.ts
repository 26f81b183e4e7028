/**
 * What both interpreters work at: the instance, the ledger, the streams, prompt handles and the evaluation of tilts. Not a service: an algorithm
 * never sees it.
 */
import * as Effect from "effect/Effect"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { logSumExp } from "../numeric/log-sum-exp.ts"
import { categorical } from "../numeric/random-variates.ts"
import type { Stream } from "../numeric/stream.ts"
import type { TruncatedLinearTilt } from "../policy/elliptic-test.ts"
import { type Address, mintPrompt, mintResponse, type Prompt, type Response } from "./handle.ts"
import { BudgetExhausted, type Ledger } from "./ledger.ts"
import { PassCache } from "../search/pass-cache.ts"
import type { SessionSearch } from "../search/session-search.ts"
import { ANSWER, Transcript } from "./transcript.ts"

/** What the judge of T6 may know of a run's tilted draws (the learner may not: `promiseBroken` takes the exact normaliser). */
export interface SamplerTally {
  /** Tilted draws asked for. */
  calls: number
  /** Calls whose target had sup p/π_ref > M: T6 claims nothing of them. */
  promiseBroken: number
  /** Calls with the promise kept that ended without an acceptance. */
  unaccepted: number
  /** Largest number of draws one call took, beside the largest N₁+N₂ it was entitled to. */
  maxDraws: number
  maxEntitled: number
  /** Largest δ that was asked for. */
  maxDelta: number
}

/** The logits f/β of one tilted request over the rows of its prompt. */
export interface Logits {
  /** f(y)/β by row offset; valid until the next request. */
  readonly values: Float64Array
  readonly start: number
  readonly size: number
  /** log Z = log E_{π_ref} e^{f/β}: for the tally and for tests, not for learners. */
  readonly logZ: number
  /** max over rows of positive mass of f/β. */
  readonly top: number
}

export class Workbench {
  readonly instance: Instance
  readonly exact: FiniteInstance
  readonly ledger: Ledger
  /** Root of this oracle's streams; children by label. */
  readonly stream: Stream
  /** Every answer given so far, as a digest chain. */
  readonly transcript = new Transcript()
  readonly tally: SamplerTally = {
    calls: 0,
    promiseBroken: 0,
    unaccepted: 0,
    maxDraws: 0,
    maxEntitled: 0,
    maxDelta: 0
  }
  /** What makes this session's searches, counts and tables. */
  readonly search: SessionSearch
  /** Classes of the widest prompt. */
  readonly widest: number
  private readonly prompts: Array<Prompt> = []
  private readonly promptStream: Stream
  private readonly truncations: PassCache
  private values = new Float64Array(0)
  private bad = new Uint8Array(0)

  constructor(instance: Instance, ledger: Ledger, stream: Stream, tableLimit: number, search: SessionSearch) {
    this.search = search
    this.instance = instance
    this.exact = instance.exact
    this.ledger = ledger
    this.stream = stream
    this.promptStream = stream.split("prompts")
    this.truncations = new PassCache(instance.exact, tableLimit, search)
    const { offsets, promptProbabilities } = instance.exact
    this.widest = promptProbabilities.reduce((most, _, x) => Math.max(most, offsets[x + 1] - offsets[x]), 0)
  }

  /** The handle of prompt x: one object per prompt and run. */
  prompt(x: number): Prompt {
    return (this.prompts[x] ??= mintPrompt(x))
  }

  /** The index of a fresh prompt x ~ ρ; counted. */
  nextPrompt(): number {
    this.ledger.charge("prompts", 1)
    const { promptProbabilities } = this.exact
    const n = promptProbabilities.length
    const x = n === 1 ? 0 : categorical(this.promptStream, promptProbabilities, 0, n, 1)
    this.transcript.record(ANSWER.prompt, x)
    return x
  }

  response(x: number, row: number, address?: Address): Response {
    return mintResponse(this.prompt(x), this.exact.features, this.exact.dimension, row, address)
  }

  /** Logits of `tilt` at prompt x anchored at row `anchor`, O(R·d). */
  logits(x: number, anchor: number, tilt: TruncatedLinearTilt): Logits {
    const { features, dimension: d, offsets, reference } = this.exact
    const start = offsets[x]
    const size = offsets[x + 1] - start
    if (this.values.length < size) {
      this.values = new Float64Array(size)
      this.bad = new Uint8Array(size)
    }
    const { values, bad } = this
    this.truncations.against(tilt.truncation, x, anchor, bad)
    const { theta, clip, beta } = tilt
    let base = 0
    for (let j = 0; j < d; j++) base += theta[j] * features[anchor * d + j]
    let top = -Infinity
    for (let i = 0; i < size; i++) {
      if (bad[i] === 1) values[i] = 0
      else {
        const o = (start + i) * d
        let f = -base
        for (let j = 0; j < d; j++) f += theta[j] * features[o + j]
        values[i] = (f > clip ? clip : f < -clip ? -clip : f) / beta
      }
      if (reference[start + i] > 0 && values[i] > top) top = values[i]
    }
    let z = 0
    for (let i = 0; i < size; i++) z += reference[start + i] * Math.exp(values[i] - top)
    return { values, start, size, logZ: top + Math.log(z), top }
  }

  /** Books one tilted draw: how it ended, and whether its promise sup p/π_ref ≤ M was true. */
  book(logits: Logits, promise: number, delta: number, accepted: boolean, draws: number, entitled: number): void {
    const t = this.tally
    t.calls++
    // A promise kept with equality must not fail by an ulp.
    if (logits.top - logits.logZ > Math.log(promise) + 1e-12) t.promiseBroken++
    else if (!accepted) t.unaccepted++
    if (draws > t.maxDraws) t.maxDraws = draws
    if (entitled > t.maxEntitled) t.maxEntitled = entitled
    if (delta > t.maxDelta) t.maxDelta = delta
  }
}

/** log Ẑ from per-row counts of the N₁ estimation draws. */
export const estimateLogNormaliser = (
  counts: Float64Array,
  logits: Float64Array,
  size: number,
  draws: number
): number => logSumExp(counts, logits, 0, size) - Math.log(draws)

/** The probability with which SoftmaxSampler accepts a response of logit f/β: min{1, e^{f/β}/(2MẐ)}. */
export const acceptance = (logit: number, logNormaliser: number, promise: number): number =>
  Math.min(1, Math.exp(logit - logNormaliser) / (2 * promise))

/** A synchronous oracle answer as an Effect; a spent budget becomes a typed failure. */
export const answer = <A>(evaluate: () => A): Effect.Effect<A, BudgetExhausted> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(evaluate())
    } catch (error) {
      if (error instanceof BudgetExhausted) return Effect.fail(error)
      throw error
    }
  })
