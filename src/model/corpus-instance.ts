/**
 * The corpus instance: English sentences begun by a writer and continued by a bigram model, with a taste for delight.
 *
 * A prompt is how a real sentence opens, a response the model's next H tokens: V^H of them (10³⁷ at H = 8), so that only the
 * literal oracle ever sees them as such. The exact side has one row per distinct (feature, mean reward), a few hundred a
 * prompt, with its exact π_ref-mass. π_ref goes on blandly; π*_β ends on a rare delightful word.
 */
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { InvalidInstance } from "../instance/invalid-instance.ts"
import { normalForm, validateFinite } from "../instance/validate.ts"
import { type ClassLaw, classLaw, drawGivenCode } from "./class-law.ts"
import {
  FEATURE_COUNT,
  meanReward,
  PARAMETER_RADIUS,
  REWARD_RANGE,
  thetaStar,
  tokenReward,
  writeFeatures
} from "./continuation-reward.ts"
import { continuationDrawer, continuationSource, type DrawContinuation } from "./continuation-source.ts"
import { type CorpusModel, corpusModel } from "./corpus-model.ts"
import { corpusTokens } from "./corpus-tokens.ts"
import { type OptimalContinuation, optimalContinuation } from "./optimal-continuation.ts"
import { promptOpenings } from "./prompt-openings.ts"
import { rateTokens, type ResponseStatistics, statisticsOf } from "./response-statistics.ts"
import { typeset } from "./typography.ts"

/** All optional. */
export interface CorpusInstanceOptions {
  /**
   * H, tokens in a response: an integer in [1, 16]. Default 8. From about H = 4 on, the last word has nearly the same law after every
   * prompt; at H = 1 a bright word is all but impossible after some classes, and C_cov passes 3·10⁴.
   */
  readonly horizon?: number
  /** X, number of prompts: an integer in [1, 256]. Default 24. */
  readonly prompts?: number
  /** Chooses the prompts: an integer in [0, 2⁵³). Default 0. */
  readonly seed?: number
  /** β > 0, in units of reward. Default 0.085: C_cov about 1700, and J* − J(π_ref) about 0.28R. */
  readonly beta?: number
  /** The model, where it is not the installed corpus's. */
  readonly model?: CorpusModel
}

/** The instance, with what only this family has. */
export interface CorpusInstance extends Instance {
  readonly corpus: CorpusModel
  /** Tokens of each prompt, and the class of its last. */
  readonly prompts: ReadonlyArray<Int32Array>
  readonly contexts: Int32Array
  readonly statistics: ResponseStatistics
  readonly law: ClassLaw
  /** π*_β by dynamic programming over the sequence. */
  readonly optimal: OptimalContinuation
  /** Tokens of response `response` of a key: what `source.describe` prints. */
  readonly draw: DrawContinuation
  /** A continuation as text. */
  readonly text: (tokens: ArrayLike<number>) => string
}

const DEFAULT_BETA = 0.085

/** Makes the instance. Throws InvalidInstance for an option outside its range, BackendUnavailable without the corpus. */
export const corpusInstance = (options: CorpusInstanceOptions = {}): CorpusInstance => {
  const horizon = integerOption("horizon", options.horizon ?? 8, 1, 16)
  const promptCount = integerOption("prompts", options.prompts ?? 24, 1, 256)
  const seed = integerOption("seed", options.seed ?? 0, 0, Number.MAX_SAFE_INTEGER)
  const beta = options.beta ?? DEFAULT_BETA
  if (!(beta > 0 && Number.isFinite(beta)))
    throw new InvalidInstance({ field: "beta", value: beta, expectation: "a finite number > 0" })

  const corpus = options.model ?? corpusModel()
  const { model } = corpus
  const statistics = rateTokens(model, horizon)
  const law = classLaw(model, statistics)
  const prompts = promptOpenings(model, promptCount, seed)
  const contexts = Int32Array.from(prompts, (tokens) => model.tokenClass[tokens[tokens.length - 1]])
  const labels = prompts.map((tokens) => typeset(model, tokens, true))
  const text = (tokens: ArrayLike<number>): string => typeset(model, tokens, false)
  const { codeOfRow, exact, rowOfCode } = exactSide(law, contexts, labels, horizon, beta)
  const draw = continuationDrawer(model, horizon)
  const byToken = tokenReward(thetaStar(), statistics)
  return {
    spec: `corpus:horizon=${horizon},prompts=${promptCount},seed=${seed},beta=${beta}`,
    exact,
    tokens: corpusTokens(model, law, byToken, contexts, rowOfCode),
    source: continuationSource(draw, {
      horizon,
      contexts,
      innerCode: statistics.innerCode,
      lastCode: statistics.lastCode,
      rowOfCode,
      text
    }),
    responseCount: () => BigInt(model.spellings.length) ** BigInt(horizon),
    describePrompt: (x) => labels[x],
    describeRow: (x, row, stream) => text(drawGivenCode(model, law, contexts[x], codeOfRow[row], stream)),
    corpus,
    prompts,
    contexts,
    statistics,
    law,
    optimal: optimalContinuation(model, byToken, horizon, beta),
    draw,
    text
  }
}

const integerOption = (field: string, value: number, least: number, most: number): number => {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new InvalidInstance({ field, value, expectation: `an integer in [${least}, ${most}]` })
  return value
}

/** One row per code of positive mass; prompts that end on the same class repeat its rows. */
const exactSide = (
  law: ClassLaw,
  contexts: Int32Array,
  labels: ReadonlyArray<string>,
  horizon: number,
  beta: number
) => {
  const K = law.statistics.codeCount
  const masses = law.remaining[horizon]
  const offsets = new Int32Array(contexts.length + 1)
  const rowOfCode = Array.from(contexts, (context, x) => {
    const rows = new Int32Array(K).fill(-1)
    let row = offsets[x]
    for (let code = 0; code < K; code++) if (masses[context * K + code] > 0) rows[code] = row++
    offsets[x + 1] = row
    return rows
  })
  const size = offsets[contexts.length]
  const theta = thetaStar()
  const reference = new Float64Array(size)
  const features = new Float64Array(size * FEATURE_COUNT)
  const rewards = new Float64Array(size)
  const codeOfRow = new Int32Array(size)
  rowOfCode.forEach((rows, x) => {
    for (let code = 0; code < K; code++) {
      const row = rows[code]
      if (row < 0) continue
      codeOfRow[row] = code
      reference[row] = masses[contexts[x] * K + code]
      writeFeatures(horizon, statisticsOf(horizon, code), features, row * FEATURE_COUNT)
      rewards[row] = meanReward(theta, features, row * FEATURE_COUNT)
    }
  })
  const classes: FiniteInstance = {
    name: "corpus",
    dimension: FEATURE_COUNT,
    beta,
    rewardRange: REWARD_RANGE,
    parameterSet: { kind: "ball", radius: PARAMETER_RADIUS },
    thetaStar: theta,
    noise: { kind: "bernoulli" },
    promptProbabilities: new Float64Array(contexts.length).fill(1 / contexts.length),
    offsets,
    reference,
    features,
    meanReward: rewards,
    promptLabels: labels
  }
  // Checks 0 ≤ r_star ≤ R, ‖φ‖ ≤ 1 and θ_star ∈ Θ on every class, which is to say on every continuation.
  return { exact: normalForm(validateFinite(classes)), codeOfRow, rowOfCode }
}
