/** `mtss` with its choices as values, as a person would write it: every pass refits every layer that a new pair could have touched; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { mtss } from "../../algorithm/mtss.ts"
import { LEAST_ROLLOUTS, type MtssParameters } from "../../algorithm/mtss-parameters.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { Journal } from "../../oracle/journal.ts"
import { BudgetExhausted } from "../../oracle/ledger.ts"
import type { Problem, Prompts, Rewards, TiltRequest } from "../../oracle/services.ts"
import { type Prefix, relativeTokenFeature, type TokenPair } from "../../oracle/token/token-handle.ts"
import {
  drawToken,
  freshPrompt,
  observeReward,
  runTokenProgram,
  searchTokens,
  tiltedToken,
  type TokenProgram
} from "../../oracle/token/token-program.ts"
import { TokenSampling } from "../../oracle/token/token-services.ts"
import type { TokenTiltedPolicy } from "../../policy/policy.ts"

export interface MtssChoices {
  /** What a Check that fires does: begin the pass again, or add its pair and go on. */
  readonly onFire: "restart" | "go on"
  /** Share of Σ ℓ_k taken off a rollout's reward. */
  readonly correction: number
  /** Which layer is refitted first. */
  readonly order: "last first" | "first first"
  /** Which layer's Σ truncates layer h. */
  readonly truncation: (h: number) => number
  /** Targets forgotten when layer `fired` has a new pair. */
  readonly forgets: (h: number, fired: number) => boolean
  /** Rollouts that certify, of those the parameters ask. */
  readonly certifies: (rollouts: number) => number
  /** Whether a prefix of layer h is Checked. */
  readonly checks: (h: number) => boolean
}

const TEXT: MtssChoices = {
  onFire: "restart",
  correction: 1,
  order: "last first",
  truncation: (h) => h,
  forgets: (h, fired) => h < fired,
  certifies: (n) => n,
  checks: () => true
}

interface Layer {
  readonly design: RidgeRegression
  readonly core: Array<{ readonly pair: TokenPair; target: number | undefined }>
  theta: Float64Array
}

interface Fired {
  readonly layer: number
  readonly pair: TokenPair
}

class Program {
  private readonly layers: ReadonlyArray<Layer>
  private requests: ReadonlyArray<TiltRequest> = []
  private prefixes = 0
  private readonly choices: MtssChoices
  private readonly problem: Problem
  private readonly parameters: MtssParameters
  private readonly moves: TokenSampling["Service"]
  private readonly journal: Effect.Success<typeof Journal>

  constructor(
    choices: MtssChoices,
    problem: Problem,
    parameters: MtssParameters,
    moves: TokenSampling["Service"],
    journal: Effect.Success<typeof Journal>
  ) {
    this.choices = choices
    this.problem = problem
    this.parameters = parameters
    this.moves = moves
    this.journal = journal
    const { dimension = 1, horizon = 1 } = problem.tokens ?? {}
    this.layers = Array.from({ length: horizon }, () => ({
      design: new RidgeRegression(dimension, parameters.lambda),
      core: [],
      theta: new Float64Array(dimension)
    }))
    this.renew()
  }

  /** New requests: θ or Σ changed. */
  private renew(): void {
    const { nu, promise, rejectionLevel: delta } = this.parameters
    const { beta, rewardRange: clip } = this.problem
    const tests = this.layers.map(({ design, theta }) => ({
      dimension: theta.length,
      whitening: design.whitening(),
      nu
    }))
    this.requests = this.layers.map(({ theta }, h) => ({
      tilt: { theta: theta.slice(), clip, truncation: tests[this.choices.truncation(h)], beta },
      promise,
      delta
    }))
    this.tests = tests
  }
  private tests: ReadonlyArray<TiltRequest["tilt"]["truncation"]> = []

  policy(): TokenTiltedPolicy {
    const dimension = this.layers[0].theta.length
    return {
      kind: "token-tilted",
      horizon: this.layers.length,
      dimension,
      thetas: Float64Array.from(this.layers.flatMap(({ theta }) => [...theta])),
      clip: this.problem.rewardRange,
      truncations: this.requests.map(({ tilt }) => tilt.truncation)
    }
  }

  private accept({ layer, pair }: Fired): void {
    const phi = relativeTokenFeature(pair.left, pair.right)
    this.journal.accepted(phi, layer)
    this.layers[layer].core.push({ pair, target: undefined })
    this.layers[layer].design.add(phi, 0)
    this.layers.forEach(({ core }, h) => {
      if (this.choices.forgets(h, layer)) for (const one of core) one.target = undefined
    })
    this.renew()
  }

  *run(): TokenProgram<TokenTiltedPolicy> {
    for (;;) {
      this.prefixes = 0
      const fired = (yield* this.fit()) ?? (yield* this.certify())
      this.journal.pass?.(this.prefixes, fired !== undefined)
      if (fired === undefined) return this.policy()
      this.accept(fired)
    }
  }

  private *fit(): TokenProgram<Fired | undefined> {
    const H = this.layers.length
    for (let i = 0; i < H; i++) {
      const layer = this.layers[this.choices.order === "last first" ? H - 1 - i : i]
      for (const one of layer.core) {
        if (one.target !== undefined) continue
        let target = 0
        for (const side of ["left", "right"] as const) {
          const value = yield* this.value(this.moves.extend(one.pair[side]))
          if (typeof value !== "number") return value
          target += side === "left" ? value : -value
        }
        one.target = target
      }
      const { moment } = layer.design
      moment.fill(0)
      for (const { pair, target = 0 } of layer.core)
        relativeTokenFeature(pair.left, pair.right).forEach((v, j) => (moment[j] += target * v))
      layer.theta = new Float64Array(layer.theta.length)
      layer.design.solve(layer.theta)
      this.renew()
    }
    return undefined
  }

  private *value(prefix: Prefix): TokenProgram<number | Fired> {
    const { precision, rollouts } = this.parameters
    let [mean, squares] = [0, 0]
    for (let i = 1; i <= rollouts; i++) {
      const end = yield* this.rollout(prefix)
      if ("pair" in end) return end
      const reward = yield* observeReward(this.moves.finish(end.prefix))
      const step = reward - this.choices.correction * this.problem.beta * end.logRatio - mean
      mean += step / i
      squares += (step * step * (i - 1)) / i
      if (precision > 0 && i >= LEAST_ROLLOUTS && squares <= precision * precision * i * (i - 1)) break
    }
    return mean
  }

  private *certify(): TokenProgram<Fired | undefined> {
    for (let i = 0; i < this.choices.certifies(this.parameters.certifyingRollouts); i++) {
      const end = yield* this.rollout(this.moves.start(yield* freshPrompt()))
      if ("pair" in end) return end
    }
    return undefined
  }

  private *rollout(from: Prefix): TokenProgram<Fired | { readonly prefix: Prefix; readonly logRatio: number }> {
    let prefix = from
    let logRatio = 0
    while (prefix.layer < this.layers.length) {
      const h = prefix.layer
      this.prefixes++
      const pair = this.choices.checks(h)
        ? yield* searchTokens(prefix, this.tests[h], this.parameters.pairsPerPrefix)
        : undefined
      if (pair !== undefined) {
        if (this.choices.onFire === "restart") return { layer: h, pair }
        this.accept({ layer: h, pair })
      }
      if (this.layers[h].core.length === 0) prefix = this.moves.extend(yield* drawToken(prefix))
      else {
        const { logit, logNormaliser, token } = yield* tiltedToken(prefix, this.requests[h])
        logRatio += logit - logNormaliser
        prefix = this.moves.extend(token)
      }
    }
    return { prefix, logRatio }
  }
}

const runWith = (choices: MtssChoices) =>
  Effect.fnUntraced(function* (
    problem: Problem,
    parameters: MtssParameters
  ): Effect.fn.Return<TokenTiltedPolicy, BudgetExhausted, Prompts | TokenSampling | Rewards> {
    const program = new Program(choices, problem, parameters, yield* TokenSampling, yield* Journal)
    return yield* runTokenProgram(program.run()).pipe(
      Effect.mapError((error) => new BudgetExhausted({ ...error, learned: program.policy() }))
    )
  })

/** `mtss` with some choices changed. */
export const mtssVariant = (name: string, changed: Partial<MtssChoices> = {}) =>
  algorithm({ ...mtss, name, run: runWith({ ...TEXT, ...changed }) })
