/**
 * The rollouts of a token tape, by where they began: under which tilts their tokens were drawn, what their log-ratios sum to and what rewards they came to. Followed by
 * identity: a prefix is what `start` or `extend` answered, a token what a Checked visit at a prefix answered. Rollouts of one beginning are a multiset.
 */
import { insidePrefix, type Prefix, type Prompt, type Response, type Token } from "../oracle/handle.ts"
import type { CheckedTilt } from "../oracle/services.ts"
import type { OracleEvent } from "./oracle-event.ts"

/** A request of some rollouts: its layer, and what it was drawn by. */
export interface Step {
  readonly layer: number
  readonly request: CheckedTilt
}

/** All rollouts from one prefix that was begun at. */
export interface Series {
  /** A prompt, or the token whose value is asked. */
  readonly from: Prompt | Token
  readonly steps: Array<Step>
  /** Σ ℓ_k of their tokens: f/β − log Ẑ. */
  logRatio: number
  /** Rollouts that came to H tokens. */
  finished: number
  /** Rewards observed, and their sum. */
  asked: number
  rewards: number
  /** A Check fired in it. */
  fired: boolean
  /** r − β Σ ℓ_k at each reward, since the one before: of rollouts made one by one their values. */
  readonly values: Array<number>
}

export class Rollouts {
  private readonly byPrefix = new Map<Prefix, Series>()
  private readonly byToken = new Map<Token, Series>()
  private readonly byResponse = new Map<Response, Series>()
  private readonly begun: Array<Series> = []
  private readonly horizon: number
  private readonly beta: number
  private readonly told = new Map<Series, number>()

  constructor(horizon: number, beta: number) {
    this.horizon = horizon
    this.beta = beta
  }

  /** Every series, in the order of their beginnings. */
  get series(): ReadonlyArray<Series> {
    return this.begun
  }

  /** Reads the next event of a tape. */
  read(event: OracleEvent): void {
    if (event.kind === "token-start") this.begin(event.prefix, event.prompt)
    if (event.kind === "token-extend") {
      const series = this.byToken.get(event.token)
      if (series === undefined) this.begin(event.prefix, event.token)
      else this.byPrefix.set(event.prefix, series)
    }
    if (event.kind === "token-checked") {
      const series = this.byPrefix.get(event.prefix)
      if (series === undefined) return
      const { fired, logNormaliser, tokens } = event.answer
      const { layer } = insidePrefix(event.prefix)
      series.steps.push({ layer, request: event.request })
      series.logRatio -= logNormaliser
      series.fired ||= fired !== undefined
      for (const { count, logit, token } of tokens) {
        series.logRatio += count * logit
        if (layer === this.horizon - 1) series.finished += count
        // Of a visit that fired nothing goes on: its tokens may begin rollouts of their own.
        if (fired === undefined) this.byToken.set(token, series)
      }
    }
    if (event.kind === "token-finish") {
      const series = this.byPrefix.get(event.prefix)
      if (series !== undefined) this.byResponse.set(event.response, series)
    }
    if (event.kind === "reward-sum") this.reward(event.response, event.n, event.value)
    if (event.kind === "rewards") event.responses.forEach((response, i) => this.reward(response, 1, event.values[i]))
  }

  private begin(prefix: Prefix, from: Prompt | Token): void {
    const series = { from, steps: [], logRatio: 0, finished: 0, asked: 0, rewards: 0, fired: false, values: [] }
    this.byPrefix.set(prefix, series)
    this.begun.push(series)
  }

  private reward(response: Response, n: number, value: number): void {
    const series = this.byResponse.get(response)
    if (series === undefined) return
    series.asked += n
    series.rewards += value
    series.values.push(value / n - this.beta * (series.logRatio - (this.told.get(series) ?? 0)))
    this.told.set(series, series.logRatio)
  }
}
