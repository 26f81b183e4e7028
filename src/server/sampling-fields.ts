/** Parameters of sampling that are sent with every request: a base model's coverage is lost in what servers do unless told otherwise. */

/** What is sent beside prompt, n and seed. */
export type SamplingFields = Readonly<Record<string, number>>

/**
 * Every truncation and penalty off, in the dialects there are: OpenAI's (temperature, top_p, presence and frequency penalty), vLLM's and SGLang's (top_k, min_p,
 * repetition_penalty), llama.cpp's (repeat_penalty, typical_p, dynatemp, xtc, dry, mirostat). Servers pass over names that they do not know, or refuse them.
 */
export const NEUTRAL: SamplingFields = {
  temperature: 1,
  top_p: 1,
  top_k: 0,
  min_p: 0,
  presence_penalty: 0,
  frequency_penalty: 0,
  repetition_penalty: 1,
  repeat_penalty: 1,
  typical_p: 1,
  dynatemp_range: 0,
  xtc_probability: 0,
  dry_multiplier: 0,
  mirostat: 0
}

/** What every server knows. */
export const OPENAI: SamplingFields = { temperature: 1, top_p: 1 }

/** From the most neutral on: what a server refuses, the next may be. SGLang writes "all tokens" as −1. */
export const DIALECTS: ReadonlyArray<SamplingFields> = [NEUTRAL, { ...NEUTRAL, top_k: -1 }, OPENAI]
