/**
 * `coverbound/lm`: language models. A transformer that runs in this process, with the exact law of its responses; texts drawn by it or by an OpenAI-compatible server; and
 * algorithms run on such a source, with features and rewards by your own functions.
 *
 * @module coverbound/lm
 *
 * @example
 * ```ts
 * import { checkpoint, CHECKPOINTS, responseLaw } from "coverbound/lm"
 *
 * // How much mass a transformer gives to the right answer, from early to late in its training
 * const masses = CHECKPOINTS.map((name) => {
 *   const { model, tokenizer } = checkpoint(name)
 *   const law = responseLaw(model, tokenizer, "12+7=", { horizon: 5, floor: 1e-5 })
 *   return law.mass[law.texts.indexOf("19")]
 * })
 * console.log(masses[0].toFixed(2), masses[4].toFixed(2)) // => 0.01 0.77
 * ```
 */
export { InvalidFile } from "../instance/invalid-instance.ts"
export { CHECKPOINTS, checkpoint, type CheckpointName } from "../language-model/checkpoints.ts"
export { type LanguageModel, languageModel } from "../language-model/language-model.ts"
export { Llama, NO_PARENT } from "../language-model/llama.ts"
export { type PrefixTree, type ResponseLaw, responseLaw, type StoppingRule } from "../language-model/response-law.ts"
export type { CharacterTokenizer } from "../language-model/tokenizer.ts"
export { type CallIdentity, DrawJournal } from "../live/draw-journal.ts"
export { embeddedSource } from "../live/embedded-source.ts"
export type { Accuracy, Evaluation, EvaluationPlan } from "../live/evaluation.ts"
export {
  type LiveLedger,
  type LiveOptions,
  liveProblem,
  type LiveRun,
  type LiveRuns,
  liveRuns
} from "../live/live-run.ts"
export type { Bought, BuyingLimits } from "../live/purchases.ts"
export { type ServerDrawing, serverSource } from "../live/server-source.ts"
export type { TextSource, TextSourceFacts } from "../live/text-source.ts"
export {
  type Asked,
  ChecksFailed,
  type Verdict,
  type Verifier,
  verifier,
  type VerifierOptions
} from "../live/verifier.ts"
export type { DrawnText, Draws, RequestCost } from "../server/completions.ts"
export type { ServerAddress } from "../server/transport.ts"
