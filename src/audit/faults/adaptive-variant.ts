/** `spanner-sampling-adaptive` with its choices as values: the text with none changed, as a person would write it; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { withLearned } from "../../algorithm/learned.ts"
import { currentPolicy, exploreTilted, growSpanner, truncation } from "../../algorithm/spanner-sampling.ts"
import type { SpannerSamplingParameters } from "../../algorithm/spanner-sampling-parameters.ts"
import { type AdaptiveParameters, spannerSamplingAdaptive } from "../../algorithm/spanner-sampling-adaptive.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { relativeFeature } from "../../oracle/handle.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, Prompts, Rewards, WeakSampling } from "../../oracle/services.ts"
import type { TruncatedMixturePolicy } from "../../policy/policy.ts"

export interface AdaptiveChoices {
  /** The guess of the next stage. */
  readonly next: (guess: number) => number
  /** Whether a guess is enough: log of the coverage of what was seen, what an unseen response would have beyond it, log of the guess. */
  readonly judge: (seen: number, unseen: number, logGuess: number) => boolean
  /** What the next stage begins with: everything learned, or a new spanner. */
  readonly keeps: "all" | "nothing"
  /** Whether the rewards spent on judging enter the regression. */
  readonly learnsFromJudging: boolean
}

const TEXT: AdaptiveChoices = {
  next: (guess) => 2 * guess,
  judge: (seen, unseen, logGuess) => seen + unseen <= logGuess,
  keeps: "all",
  learnsFromJudging: true
}

const stageOf = (p: AdaptiveParameters, guess: number): SpannerSamplingParameters => ({
  lambda: p.lambda,
  nu: p.nu,
  prompts: p.prompts,
  pairsPerPrompt: Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(p.pairsPerCoverage * guess)),
  rounds: p.rounds,
  promise: Math.max(1, p.promisePerCoverage * guess),
  rejectionLevel: p.rejectionLevel
})

const runWith = (choices: AdaptiveChoices) =>
  Effect.fnUntraced(function* (
    problem: Problem,
    parameters: AdaptiveParameters
  ): Effect.fn.Return<TruncatedMixturePolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
    const { dimension: d, beta, rewardRange: R } = problem
    const prompts = yield* Prompts
    const weak = yield* WeakSampling
    const rewards = yield* Rewards
    let design = new RidgeRegression(d, parameters.lambda)

    const enough = Effect.fnUntraced(function* (stage: SpannerSamplingParameters, guess: number) {
      const theta = new Float64Array(d)
      design.solve(theta)
      const tilt = { theta, clip: R, truncation: truncation(problem, stage, design), beta }
      let [logNormaliser, own, missing] = [0, 0, 0]
      for (let i = 0; i < parameters.probes; i++) {
        const [prompt] = yield* prompts.draw(1)
        const [right] = yield* weak.draw([prompt])
        const draw = yield* weak.tilted(right, { tilt, promise: stage.promise, delta: stage.rejectionLevel })
        const [reward, anchorReward] = yield* rewards.query([draw.response, right])
        const phi = relativeFeature(draw.response, right)
        own +=
          Math.max(
            -R,
            Math.min(
              R,
              phi.reduce((s, v, j) => s + v * theta[j], 0)
            )
          ) / parameters.probes
        missing += (R - reward) / parameters.probes
        logNormaliser += draw.logNormaliser / parameters.probes
        if (choices.learnsFromJudging) design.add(phi, reward - anchorReward)
      }
      return choices.judge(own / beta - logNormaliser, missing / beta, Math.log(guess))
    })

    const most = Math.exp(Math.min(R / beta, 700))
    const search = Effect.fnUntraced(function* () {
      for (let guess = 1; ; guess = Math.min(choices.next(guess), most)) {
        if (choices.keeps === "nothing") design = new RidgeRegression(d, parameters.lambda)
        const stage = stageOf(parameters, guess)
        yield* growSpanner(problem, stage, design)
        if (guess >= most || (yield* enough(stage, guess))) return stage
      }
    })
    const learned = () => currentPolicy(problem, stageOf(parameters, 1), design)
    const stage = yield* search().pipe(withLearned(learned))
    return yield* exploreTilted(problem, stage, design)
  })

/** `spanner-sampling-adaptive` with some choices changed. */
export const adaptiveVariant = (name: string, changed: Partial<AdaptiveChoices> = {}) =>
  algorithm({ ...spannerSamplingAdaptive, name, run: runWith({ ...TEXT, ...changed }) })
