/**
 * MTSS, multi-turn SpannerSampling (t8-mtss.md, t9-mtss-is-pac.md): explores token by token, so that coverage is paid per token (C_cond) and not per response
 * (C_cov, up to C_cond^H).
 *
 * Each layer h keeps a spanner Σ_h, a core set Ψ_h of token pairs at prefixes, and θ_h. A pass refits layers from the last to the first, the value of a prefix being the mean of
 * n_roll rollouts of the current tilted policy by the path identity (T5), and then certifies by full rollouts. Every token is Checked against its anchor: the T_span tokens
 * that look for a new direction also estimate the normaliser. What fires, be it one of them or the token to be returned, adds its pair and begins the next pass.
 *
 * *Rollouts are made layer by layer*, all that stand at one prefix in one request: they are independent, so their order says nothing. Batches grow fourfold from one, so that a Check
 * that fires early wastes little.
 *
 * *What a pass reuses.* A target of layer h is made of rollouts through layers h+1 … H alone: it depends on their θ and Σ and on nothing else. After a Check fires
 * at layer k
 * - layers above k keep θ, targets and the Checks behind them: nothing they depend on changed;
 * - layer k keeps the targets of its old pairs, which went through the layers above k only; the new pair gets its own, and θ_k is refitted;
 * - layers below k lose their targets: their rollouts went through layer k under a θ_k and a truncation that are no more. (By T5 an old rollout still evaluates V* where the
 *   tilt it used was right, but whether it was is what the Check has just put in doubt.) They are rolled out again.
 * What is kept is, draw for draw, what a full pass could have drawn; T8's counts hold with room, and T9 is proved of this reuse.
 */
import * as Effect from "effect/Effect"
import { SquareRootDesign } from "../numeric/square-root-design.ts"
import { Journal } from "../oracle/journal.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type CheckedTilt, type Problem, type Prompts, type Rewards, TokenSampling } from "../oracle/services.ts"
import { type Prefix, type Prompt, relativeFeature, type Token, type TokenPair } from "../oracle/handle.ts"
import {
  checkedTokens,
  freshPrompts,
  observeRewards,
  runTokenProgram,
  type TokenProgram
} from "../oracle/token-program.ts"
import type { TokenTiltedPolicy } from "../policy/policy.ts"
import { algorithm } from "./algorithm.ts"
import { withLearned } from "./learned.ts"
import { LEAST_ROLLOUTS, MtssParameters, mtssParameters, practicalMtssParameters, tokensOf } from "./mtss-parameters.ts"

/** A pair of a core set, its relative feature (length d), and the difference of its values where it is known. */
export interface CorePair {
  readonly pair: TokenPair
  readonly phi: Float64Array
  target: number | undefined
}

/**
 * One layer of MTSS (t8-mtss.md): its core set, the spanner Σ = λI + Σφφᵀ of it, and θ, the ridge regression of the pairs' targets. For variants that explore token by
 * token: {@link Layer.request} is what `TokenSampling.checked` is asked with.
 *
 * @example
 * ```ts
 * import { MtssLayer, practicalMtssParameters, problemOf } from "coverbound"
 * import { tokenChain } from "coverbound/instance"
 *
 * const problem = problemOf(tokenChain({ H: 4, C: 1.5 }, "token-chain:H=4"))
 * const parameters = practicalMtssParameters(problem, { epsilon: 0.1, delta: 0.1, coverage: 1.5 ** 4, conditionalCoverage: 1.5 })
 * const layer = new MtssLayer(problem, 1, parameters)
 * console.log(layer.core.length, layer.theta.join(), layer.test.nu === parameters.nu) // => 0 0 true
 * ```
 */
export class Layer {
  /** In the order in which they were accepted. */
  readonly core: Array<CorePair> = []
  /** Length d; reused: {@link Layer.refit} writes to it. */
  readonly theta: Float64Array
  /** The current tilt, and in it the current test: a new value whenever θ or Σ changes. */
  request: CheckedTilt
  private readonly lambda: number

  /** @param dimension d of token features */
  constructor({ beta, rewardRange: clip }: Problem, dimension: number, parameters: MtssParameters) {
    const { lambda, nu, promise, tokensPerPrefix: draws, trials } = parameters
    this.lambda = lambda
    this.theta = new Float64Array(dimension)
    const truncation = { dimension, whitening: new SquareRootDesign(dimension, lambda).whitening(), nu }
    this.request = { tilt: { theta: this.theta.slice(), clip, truncation, beta }, draws, promise, trials }
  }

  /** What says whether a pair is known: ‖φ‖_{Σ^{-1}} ≤ ν. */
  get test(): CheckedTilt["tilt"]["truncation"] {
    return this.request.tilt.truncation
  }

  /** Adds a pair, whose target is not known yet. */
  accept(pair: TokenPair, phi: Float64Array): void {
    this.core.push({ pair, phi, target: undefined })
    const truncation = { ...this.test, whitening: this.design().whitening() }
    this.request = { ...this.request, tilt: { ...this.request.tilt, truncation } }
  }

  /** θ ← ridge regression of the targets on the core set. */
  refit(): void {
    this.design().solve(this.theta)
    this.request = { ...this.request, tilt: { ...this.request.tilt, theta: this.theta.slice() } }
  }

  /** The core set with its targets, those that are not known 0. */
  private design(): SquareRootDesign {
    const design = new SquareRootDesign(this.theta.length, this.lambda)
    for (const { phi, target } of this.core) design.add(phi, target ?? 0)
    return design
  }
}

/** A Check fired. */
interface Fired {
  readonly layer: number
  readonly pair: TokenPair
}

/** Rollouts that stand at one prefix. */
interface Standing {
  readonly prefix: Prefix
  readonly count: number
}

/** What the program needs of the oracle that is free. */
type Moves = Pick<TokenSampling["Service"], "start" | "extend" | "finish">

class Mtss {
  readonly layers: ReadonlyArray<Layer>
  /** Prefixes visited in the current pass. */
  private prefixes = 0
  private readonly problem: Problem
  private readonly parameters: MtssParameters
  private readonly moves: Moves
  private readonly journal: Effect.Success<typeof Journal>

  constructor(problem: Problem, parameters: MtssParameters, moves: Moves, journal: Effect.Success<typeof Journal>) {
    this.problem = problem
    this.parameters = parameters
    this.moves = moves
    this.journal = journal
    const { dimension, horizon } = tokensOf(problem)
    this.layers = Array.from({ length: horizon }, () => new Layer(problem, dimension, parameters))
  }

  policy(): TokenTiltedPolicy {
    const { dimension, horizon } = tokensOf(this.problem)
    const thetas = new Float64Array(horizon * dimension)
    this.layers.forEach((layer, h) => thetas.set(layer.theta, h * dimension))
    return {
      kind: "token-tilted",
      horizon,
      dimension,
      thetas,
      clip: this.problem.rewardRange,
      truncations: this.layers.map((layer) => layer.test)
    }
  }

  *run(): TokenProgram<TokenTiltedPolicy> {
    // Layers 0 … stale must be refitted.
    let stale = -1
    for (;;) {
      this.prefixes = 0
      const fired = (yield* this.fit(stale)) ?? (this.reached() ? undefined : yield* this.certify())
      this.journal.pass?.(this.prefixes, fired !== undefined)
      if (fired === undefined) return this.policy()
      stale = fired.layer
      const phi = relativeFeature(fired.pair.left, fired.pair.right)
      this.journal.accepted(phi, stale)
      this.layers[stale].accept(fired.pair, phi)
      for (const layer of this.layers.slice(0, stale)) for (const pair of layer.core) pair.target = undefined
    }
  }

  /** Tells the journal of a fitted policy; true where the experiment has seen enough. */
  private reached(): boolean {
    return this.journal.checkpoint(() => this.policy()) === "stop"
  }

  /** Refits layers `from` … 0. */
  private *fit(from: number): TokenProgram<Fired | undefined> {
    const core = this.layers.reduce((n, layer) => n + layer.core.length, 0)
    for (let h = from; h >= 0; h--) {
      this.journal.progress(`${core} pairs, refitting`, from - h, from + 1)
      const layer = this.layers[h]
      for (const one of layer.core) {
        if (one.target !== undefined) continue
        const left = yield* this.value(this.moves.extend(one.pair.left))
        if (typeof left !== "number") return left
        const right = yield* this.value(this.moves.extend(one.pair.right))
        if (typeof right !== "number") return right
        one.target = left - right
      }
      layer.refit()
    }
    return undefined
  }

  /** V̂(s): the mean of r − β Σ_{k≥h} ℓ_k over rollouts from s (T5), r the mean of n_rew rewards of the response. */
  private *value(prefix: Prefix): TokenProgram<number | Fired> {
    const { precision, rewardsPerRollout, rollouts } = this.parameters
    let mean = 0
    let squares = 0
    for (let done = 0; done < rollouts;) {
      // A standard error takes values one by one.
      const count = precision > 0 ? 1 : batchAfter(done, rollouts)
      const end = yield* this.rollouts([{ prefix, count }])
      if ("pair" in end) return end
      let sum = -this.problem.beta * end.logRatio
      for (const { count: times, prefix: last } of end.standing)
        sum += (yield* observeRewards(this.moves.finish(last), times * rewardsPerRollout)) / rewardsPerRollout
      done += count
      const value = sum / count
      const step = value - mean
      mean += (step * count) / done
      squares += count * step * (value - mean)
      if (precision > 0 && done >= LEAST_ROLLOUTS && squares <= precision * precision * done * (done - 1)) break
    }
    return mean
  }

  /** T_cert rollouts from fresh prompts. */
  private *certify(): TokenProgram<Fired | undefined> {
    const { certifyingRollouts } = this.parameters
    for (let done = 0; done < certifyingRollouts;) {
      this.journal.progress("certifying", done, certifyingRollouts)
      const count = batchAfter(done, certifyingRollouts)
      const drawn = new Map<Prompt, number>()
      for (const prompt of yield* freshPrompts(count)) drawn.set(prompt, (drawn.get(prompt) ?? 0) + 1)
      const end = yield* this.rollouts(
        Array.from(drawn, ([prompt, times]) => ({ prefix: this.moves.start(prompt), count: times }))
      )
      if ("pair" in end) return end
      done += count
    }
    return undefined
  }

  /** The tilted policy from prefixes of one layer to the end, every token Checked: where the rollouts ended and Σ ℓ_k over all of them, or what fired. */
  private *rollouts(
    from: ReadonlyArray<Standing>
  ): TokenProgram<Fired | { readonly standing: ReadonlyArray<Standing>; readonly logRatio: number }> {
    const { layers, moves } = this
    let standing = from
    let logRatio = 0
    for (let h = from[0].prefix.layer; h < layers.length; h++) {
      const { request } = layers[h]
      const next: Array<Standing> = []
      for (const { count, prefix } of standing) {
        const { fired, logNormaliser, tokens, visits } = yield* checkedTokens(prefix, request, count)
        this.prefixes += visits
        if (fired !== undefined) return { layer: h, pair: fired }
        logRatio -= logNormaliser
        const drawn = new Map<Token, number>()
        for (const { count: times, logit, token } of tokens) {
          logRatio += times * logit
          drawn.set(token, (drawn.get(token) ?? 0) + times)
        }
        for (const [token, times] of drawn) next.push({ prefix: moves.extend(token), count: times })
      }
      standing = next
    }
    return { standing, logRatio }
  }
}

/** Most rollouts of one batch: some ten milliseconds of an exact-law oracle. */
const BATCH = 2 ** 17

/** The rollouts that follow `done` ones: 1, 3, 12, 48, … */
const batchAfter = (done: number, all: number): number => Math.min(all - done, Math.max(1, 3 * done), BATCH)

const run = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: MtssParameters
): Effect.fn.Return<TokenTiltedPolicy, BudgetExhausted, Prompts | TokenSampling | Rewards> {
  const mtss = new Mtss(problem, parameters, yield* TokenSampling, yield* Journal)
  return yield* runTokenProgram(mtss.run()).pipe(withLearned(() => mtss.policy()))
})

/**
 * MTSS, multi-turn SpannerSampling (T8; FMR25 Theorem 5.1): token by token, T_comp in coverage per token. Needs an instance with tokens and a goal with
 * `conditionalCoverage`; its `fromTheory` and `practical` throw RangeError without.
 */
export const mtss = algorithm({
  name: "mtss",
  summary: "explores token by token with a spanner per layer: T_comp in coverage per token, not per response",
  proper: false,
  oracle: "token",
  claims: ["T1", "T2", "T8", "T9"],
  parameters: MtssParameters,
  fromTheory: mtssParameters,
  practical: practicalMtssParameters,
  run
})
