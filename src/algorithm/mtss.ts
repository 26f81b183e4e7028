/**
 * MTSS, multi-turn SpannerSampling (t8-mtss.md): explores token by token, so that coverage is paid per token (C_cond) and not per response
 * (C_cov, up to C_cond^H).
 *
 * Each layer h keeps a spanner Σ_h, a core set Ψ_h of token pairs at prefixes, and θ_h. A pass refits layers from the last to the first, the value of a prefix being what one
 * rollout of the current tilted policy says by the path identity (T5), and then certifies by full rollouts. Every prefix met is Checked; a Check that finds a new
 * direction adds the pair and begins the next pass.
 *
 * *What a pass reuses.* A target of layer h is made of rollouts through layers h+1 … H alone: it depends on their θ and Σ and on nothing else. After a Check fires
 * at layer k
 * - layers above k keep θ, targets and the Checks behind them: nothing they depend on changed;
 * - layer k keeps the targets of its old pairs, which went through the layers above k only; the new pair gets its own, and θ_k is refitted;
 * - layers below k lose their targets: their rollouts went through layer k under a θ_k and a truncation that are no more. (By T5 an old rollout still evaluates V* where the
 *   tilt it used was right, but whether it was is what the Check has just put in doubt.) They are rolled out again.
 * What is kept is, draw for draw, what a full pass could have drawn, so the state when a pass certifies has the law that t8-mtss.md describes; T8's counts hold with room.
 */
import * as Effect from "effect/Effect"
import { RidgeRegression } from "../numeric/gram.ts"
import { Journal } from "../oracle/journal.ts"
import { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, type Prompts, type Rewards, type TiltRequest, TokenSampling } from "../oracle/services.ts"
import { type Prefix, relativeFeature, type TokenPair } from "../oracle/handle.ts"
import {
  drawToken,
  freshPrompt,
  observeReward,
  runTokenProgram,
  searchTokens,
  tiltedToken,
  type TokenProgram
} from "../oracle/token-program.ts"
import type { TokenTiltedPolicy } from "../policy/policy.ts"
import { algorithm } from "./algorithm.ts"
import { LEAST_ROLLOUTS, MtssParameters, mtssParameters } from "./mtss-parameters.ts"

/** A pair of a core set, and the difference of its values where it is known. */
interface CorePair {
  readonly pair: TokenPair
  readonly phi: Float64Array
  target: number | undefined
}

/** One layer's spanner, core set and estimate. */
class Layer {
  readonly core: Array<CorePair> = []
  readonly theta: Float64Array
  /** The current tilt, and in it the current test: a new value whenever θ or Σ changes. */
  request: TiltRequest
  private readonly design: RidgeRegression

  constructor({ beta, rewardRange: clip }: Problem, dimension: number, parameters: MtssParameters) {
    const { lambda, nu, promise, rejectionLevel: delta } = parameters
    this.design = new RidgeRegression(dimension, lambda)
    this.theta = new Float64Array(dimension)
    const truncation = { dimension, whitening: this.design.whitening(), nu }
    this.request = { tilt: { theta: this.theta.slice(), clip, truncation, beta }, promise, delta }
  }

  get test(): TiltRequest["tilt"]["truncation"] {
    return this.request.tilt.truncation
  }

  accept(pair: TokenPair, phi: Float64Array): void {
    this.core.push({ pair, phi, target: undefined })
    this.design.add(phi, 0)
    const truncation = { ...this.test, whitening: this.design.whitening() }
    this.request = { ...this.request, tilt: { ...this.request.tilt, truncation } }
  }

  /** θ ← ridge regression of the targets on the core set. */
  refit(): void {
    const { moment } = this.design
    moment.fill(0)
    for (const { phi, target } of this.core) for (let j = 0; j < phi.length; j++) moment[j] += target! * phi[j]
    this.design.solve(this.theta)
    this.request = { ...this.request, tilt: { ...this.request.tilt, theta: this.theta.slice() } }
  }
}

/** A Check fired. */
interface Fired {
  readonly layer: number
  readonly pair: TokenPair
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

  /** V̂(s): the mean of r − β Σ_{k≥h} ℓ_k over rollouts from s (T5). */
  private *value(prefix: Prefix): TokenProgram<number | Fired> {
    const { precision, rollouts } = this.parameters
    let mean = 0
    let squares = 0
    for (let i = 1; i <= rollouts; i++) {
      const end = yield* this.rollout(prefix)
      if ("pair" in end) return end
      const reward = yield* observeReward(this.moves.finish(end.prefix))
      const value = reward - this.problem.beta * end.logRatio
      const step = value - mean
      mean += step / i
      squares += step * (value - mean)
      if (precision > 0 && i >= LEAST_ROLLOUTS && squares <= precision * precision * i * (i - 1)) break
    }
    return mean
  }

  /** T_cert rollouts from fresh prompts. */
  private *certify(): TokenProgram<Fired | undefined> {
    const { certifyingRollouts } = this.parameters
    for (let i = 0; i < certifyingRollouts; i++) {
      if (i % 64 === 0) this.journal.progress("certifying", i, certifyingRollouts)
      const end = yield* this.rollout(this.moves.start(yield* freshPrompt()))
      if ("pair" in end) return end
    }
    return undefined
  }

  /** The tilted policy from a prefix to the end, with a Check at every prefix met: the finished prefix and Σ ℓ_k, or the Check that fired. */
  private *rollout(from: Prefix): TokenProgram<Fired | { readonly prefix: Prefix; readonly logRatio: number }> {
    const { layers, moves, parameters } = this
    let prefix = from
    let logRatio = 0
    while (prefix.layer < layers.length) {
      const layer = layers[prefix.layer]
      this.prefixes++
      const pair = yield* searchTokens(prefix, layer.test, parameters.pairsPerPrefix)
      if (pair !== undefined) return { layer: prefix.layer, pair }
      if (layer.core.length === 0) {
        // θ_h = 0: the tilted policy is π_ref itself, one draw, ℓ = 0.
        prefix = moves.extend(yield* drawToken(prefix))
        continue
      }
      const { logit, logNormaliser, token } = yield* tiltedToken(prefix, layer.request)
      logRatio += logit - logNormaliser
      prefix = moves.extend(token)
    }
    return { prefix, logRatio }
  }
}

const tokensOf = ({ tokens }: Problem) => {
  if (tokens === undefined) throw new RangeError("problem.tokens: missing, expected an instance with tokens")
  return tokens
}

const run = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: MtssParameters
): Effect.fn.Return<TokenTiltedPolicy, BudgetExhausted, Prompts | TokenSampling | Rewards> {
  const mtss = new Mtss(problem, parameters, yield* TokenSampling, yield* Journal)
  return yield* runTokenProgram(mtss.run()).pipe(
    Effect.mapError((error) => new BudgetExhausted({ ...error, learned: mtss.policy() }))
  )
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
  claims: ["T1", "T2", "T6", "T8"],
  parameters: MtssParameters,
  fromTheory: mtssParameters,
  practical: mtssParameters,
  run
})
