/**
 * The corpus instance: English sentences begun by a writer and continued by a bigram model, with a taste for delight.
 *
 * A prompt is how a real sentence opens, a response the model's next H tokens: V^H of them (10³⁷ at H = 8), so that only the
 * literal oracle ever sees them as such. The exact side has one row per distinct (feature, mean reward), a few hundred a
 * prompt, with its exact π_ref-mass. π_ref goes on blandly; π*_β ends on a rare delightful word.
 */
import { drawGivenCode, sequenceRows } from "../instance/autoregressive.ts"
import { canonicalSpec, type Family, family, settledOptions, type ValuesOf } from "../instance/family.ts"
import { betaOption, seedOption, wholeOption } from "../instance/family-options.ts"
import type { Instance } from "../instance/instance.ts"
import { type ClassLaw, classLaw } from "./class-law.ts"
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
  /** Tokens of response `response` of a key: what `source.describe` prints. */
  readonly draw: DrawContinuation
  /** A continuation as text. */
  readonly text: (tokens: ArrayLike<number>) => string
}

const corpusOptions = {
  horizon: wholeOption("tokens in a response", 1, 16, 8),
  prompts: wholeOption("sentence openings", 1, 256, 24),
  seed: seedOption("chooses the openings", 0),
  beta: betaOption(0.085)
}

const made = (
  { beta, horizon, prompts: promptCount, seed }: ValuesOf<typeof corpusOptions>,
  spec: string,
  corpus: CorpusModel
): CorpusInstance => {
  const { model } = corpus
  const statistics = rateTokens(model, horizon)
  const law = classLaw(model, statistics)
  const prompts = promptOpenings(model, promptCount, seed)
  const contexts = Int32Array.from(prompts, (tokens) => model.tokenClass[tokens[tokens.length - 1]])
  const labels = prompts.map((tokens) => typeset(model, tokens, true))
  const text = (tokens: ArrayLike<number>): string => typeset(model, tokens, false)
  const theta = thetaStar()
  const feature = (code: number): Float64Array => {
    const phi = new Float64Array(FEATURE_COUNT)
    writeFeatures(horizon, statisticsOf(horizon, code), phi, 0)
    return phi
  }
  // Prompts that end on the same class repeat its rows. 0 ≤ r_star ≤ R, ‖φ‖ ≤ 1 and θ_star ∈ Θ are checked on every row, which is to say on every continuation.
  const { codes, exact, rowOfCode } = sequenceRows(contexts, law, {
    head: {
      name: "corpus",
      dimension: FEATURE_COUNT,
      beta,
      rewardRange: REWARD_RANGE,
      parameterSet: { kind: "ball", radius: PARAMETER_RADIUS },
      thetaStar: theta,
      noise: { kind: "bernoulli" },
      promptProbabilities: new Float64Array(contexts.length).fill(1 / contexts.length),
      promptLabels: labels
    },
    feature,
    meanReward: (code) => meanReward(theta, feature(code), 0)
  })
  const { table, wordOf } = corpusTokens(model, law, tokenReward(theta, statistics), contexts)
  const draw = continuationDrawer(model, horizon)
  return {
    spec,
    exact,
    tokens: { ...table, rowOfCode, describeToken: (row, stream) => model.spellings[wordOf(row, stream)] },
    source: continuationSource(draw, contexts, statistics, rowOfCode, text),
    responseCount: () => BigInt(model.spellings.length) ** BigInt(horizon),
    describePrompt: (x) => labels[x],
    describeRow: (x, row, stream) => {
      const rows = drawGivenCode(table, law, contexts[x], codes[row], stream)
      return text(Array.from(rows, (token) => wordOf(token, stream)))
    },
    corpus,
    prompts,
    contexts,
    statistics,
    law,
    draw,
    text
  }
}

/** `corpus:horizon=8,prompts=24` */
export const corpusFamily: Family = family({
  name: "corpus",
  summary: "real sentence openings continued by a bigram model of the Brown corpus, with a taste for delight",
  options: corpusOptions,
  make: (values, spec) => made(values, spec, corpusModel())
})

/** Makes the instance. Throws InvalidInstance for an option outside its range, BackendUnavailable without the corpus. */
export const corpusInstance = (options: CorpusInstanceOptions = {}): CorpusInstance => {
  const { model, ...given } = options
  const values = settledOptions(corpusFamily, given)
  return made(
    values as ValuesOf<typeof corpusOptions>,
    canonicalSpec(corpusFamily.name, values),
    model ?? corpusModel()
  )
}
