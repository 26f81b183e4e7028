/**
 * What the oracles of one session work at: the instance, the ledger, the transcript, the streams and the handles it mints. Not a service: an algorithm
 * never sees it.
 */
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import type { TokenInstance } from "../instance/token-instance.ts"
import { categorical } from "../numeric/random-variates.ts"
import type { Stream } from "../numeric/stream.ts"
import { type Address, indexIn, mintPrompt, mintResponse, type Prompt, type Response, rowOf } from "./handle.ts"
import type { Ledger } from "./ledger.ts"
import type { Logits } from "./rows.ts"
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

/** @throws RangeError for what is no number of draws */
export const requireCount = (call: string, n: number): void => {
  if (!(Number.isSafeInteger(n) && n >= 0)) throw new RangeError(`${call}: ${n}, expected a whole number of draws`)
}

export class Workbench {
  readonly instance: Instance
  readonly exact: FiniteInstance
  readonly tokens: TokenInstance | undefined
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
  private readonly prompts: Array<Prompt> = []
  private readonly promptStream: Stream

  constructor(instance: Instance, ledger: Ledger, stream: Stream, search: SessionSearch) {
    this.search = search
    this.instance = instance
    this.exact = instance.exact
    this.tokens = instance.tokens
    this.ledger = ledger
    this.stream = stream
    this.promptStream = stream.split("prompts")
  }

  /** The handle of prompt x: one object per prompt and run. */
  prompt(x: number): Prompt {
    return (this.prompts[x] ??= mintPrompt(this, x))
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
    return mintResponse(this.prompt(x), row, address)
  }

  /** The prompt index of a handle of this session. @throws TypeError on any other */
  x(handle: Prompt | Response): number {
    return indexIn(this, handle)
  }

  /** The row of a response of this session. @throws TypeError on any other */
  row(response: Response): number {
    indexIn(this, response)
    return rowOf(response)
  }

  /** Books one tilted draw: how it ended, and whether its promise sup p/π_ref ≤ M was true. */
  readonly book = (
    logits: Pick<Logits, "top" | "logZ">,
    promise: number,
    delta: number,
    accepted: boolean,
    draws: number,
    entitled: number
  ): void => {
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
