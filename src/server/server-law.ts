/**
 * Does a server draw from the law that it states? One request states log-probabilities of the next token; then many one-token draws are counted and held against
 * them, by tests whose level is exact at any sample size: half of it for single cells (exact binomial tails), half for many small deviations (relative entropy).
 * Tokens that were not stated are one cell, with what is left of the probability.
 *
 * Servers sample with parameters of their own unless told otherwise (llama.cpp: top_k 40, min_p 0.05; vLLM: those of the model's generation_config.json), and a
 * base model's coverage is lost in them. So the same is asked three times: with nothing said, with OpenAI's own fields, and with every parameter neutral.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { exactCellTest, relativeEntropyTest } from "../statistics/goodness-of-fit.ts"
import { complete, type Completion, firstAccepted } from "./completions.ts"
import { DIALECTS, OPENAI, type SamplingFields } from "./sampling-fields.ts"
import { tokenOf } from "./token-logprobs.ts"
import type { Refused, ServerAddress } from "./transport.ts"

export interface LawCheck {
  readonly what: string
  readonly sampling: SamplingFields
  readonly draws: number
  /** Bound on the chance of counts as far off as these, were the draws from the stated law. */
  readonly pValue: number
  readonly rejected: boolean
  /** Share of the draws, and of the law, outside the stated tokens. */
  readonly outside: { readonly drawn: number; readonly stated: number }
}

export interface ServerFindings {
  readonly stated: number
  readonly laws: ReadonlyArray<LawCheck>
  /** What is wrong beside the law, and what to do about it. */
  readonly faults: ReadonlyArray<{ readonly what: string; readonly fix: string }>
  /** Traps that a caller must step around; the suite's own requests do. */
  readonly warnings: ReadonlyArray<string>
}

export interface ServerExamination {
  readonly prompt: string
  /** Draws for each law; about as many as are asked for. */
  readonly draws: number
  /** α of each law's test. */
  readonly level: number
}

const CHOICES = 8
const AT_ONCE = 4
/** Seeds of two requests are this far apart, more than any number of choices. */
const STEP = 64
/** Most log-probabilities: servers limit how many they state. */
const LIMITS = [100, 20, 5]

type Examined<A> = Effect.fn.Return<A, Refused | BackendUnavailable, HttpClient.HttpClient>

const checkLaw = Effect.fnUntraced(function* (
  address: ServerAddress,
  { draws, level, prompt }: ServerExamination,
  stated: ReadonlyMap<string, number>,
  what: string,
  sampling: SamplingFields
): Examined<LawCheck> {
  const tokens = [...stated.keys()]
  const probabilities = [...stated.values()].map(Math.exp)
  const sum = probabilities.reduce((s, p) => s + p, 0)
  const rest = Math.max(0, 1 - sum)
  // Rounding of what was stated must not make a law that sums to more than one.
  const law = [...probabilities.map((p) => p / (sum + rest)), rest / (sum + rest)]
  const counts = new Array<number>(law.length).fill(0)
  const seeds = Array.from({ length: Math.ceil(draws / CHOICES) }, (_, i) => 1 + STEP * i)
  const ask = (seed: number) => complete(address, { prompt, n: CHOICES, seed, tokens: 1, logprobs: 1, sampling })
  for (const { choices } of yield* Effect.forEach(seeds, ask, { concurrency: AT_ONCE }))
    for (const choice of choices) {
      const cell = tokens.indexOf(tokenOf(choice).token)
      counts[cell < 0 ? tokens.length : cell]++
    }
  const total = counts.reduce((s, c) => s + c, 0)
  // Each of the two tests has half of the level.
  const pValue = Math.min(1, 2 * Math.min(exactCellTest(counts, law).pValue, relativeEntropyTest(counts, law).pValue))
  return {
    what,
    sampling,
    draws: total,
    pValue,
    rejected: pValue <= level,
    outside: { drawn: counts[tokens.length] / total, stated: law[tokens.length] }
  }
})

/** Faults of counting and seeds. Texts are long enough that two alike by chance are rare under a base model. */
const checkRequests = Effect.fnUntraced(function* (
  address: ServerAddress,
  prompt: string,
  sampling: SamplingFields
): Examined<Pick<ServerFindings, "faults" | "warnings">> {
  const ask = (n: number, seed: number | undefined) =>
    complete(address, { prompt, n, ...(seed === undefined ? {} : { seed }), tokens: 12, logprobs: 1, sampling })
  const [first, second] = [yield* ask(4, 1000), yield* ask(4, 1001)]
  const [free, freeAgain] = [yield* ask(4, undefined), yield* ask(4, undefined)]
  const texts = ({ choices }: Completion): ReadonlyArray<string> => choices.map(({ text }) => text)
  const single = yield* complete(address, { prompt, n: 4, seed: 5, tokens: 1, logprobs: 1, sampling })
  const faults: Array<ServerFindings["faults"][number]> = []
  const warnings: Array<string> = []
  if (first.choices.length !== 4)
    faults.push({
      what: `n = 4 gives ${first.choices.length} choices`,
      fix: "a server that knows n, or one request a draw"
    })
  const [a, b] = [texts(first), texts(second)]
  const deaf = a.length > 1 && a.join("\0") === b.join("\0")
  if (new Set(a).size === 1 && a.length > 1)
    faults.push({ what: "all choices of a request are alike", fix: "choices of one request need seeds of their own" })
  else if (deaf)
    faults.push({ what: "another seed gives the same draws", fix: "a server that draws by the seed of the request" })
  else if (a.length === 4 && a.slice(1).every((text, i) => text === b[i]))
    warnings.push("consecutive seeds repeat draws: seeds of requests must be n apart (this suite's are)")
  if (!deaf && texts(free).join("\0") === texts(freeAgain).join("\0"))
    warnings.push("without a seed every request is the same: a seed must be sent (this suite does)")
  if (single.completionTokens !== undefined && single.completionTokens !== single.choices.length)
    warnings.push(
      `usage says ${single.completionTokens} completion tokens for ${single.choices.length} choices of one token: count choices, not usage`
    )
  return { faults, warnings }
})

/** Examines a server. */
export const examineServer = Effect.fnUntraced(function* (
  address: ServerAddress,
  examination: ServerExamination
): Examined<ServerFindings> {
  const { prompt } = examination
  // By the most neutral fields that are not refused, and with as many tokens as are stated.
  const { answer, candidate } = yield* firstAccepted(
    DIALECTS.flatMap((sampling) => LIMITS.map((logprobs) => ({ sampling, logprobs }))),
    (how) => complete(address, { prompt, n: 1, seed: 1, tokens: 1, ...how })
  )
  const { stated } = tokenOf(answer.choices[0])
  const fields = candidate.sampling
  const { faults, warnings } = yield* checkRequests(address, prompt, fields)
  if (stated.size === 0)
    return {
      stated: 0,
      laws: [],
      warnings,
      faults: [
        ...faults,
        {
          what: "no log-probabilities are stated: its law cannot be tested",
          fix: "turn them on (vLLM: --max-logprobs; llama.cpp has them)"
        }
      ]
    }
  const laws: Array<LawCheck> = []
  for (const [what, sampling] of [
    ["nothing said: the server's defaults", {}],
    ["OpenAI's fields: temperature 1, top_p 1", OPENAI],
    [fields !== OPENAI ? "every parameter neutral" : "OpenAI's fields again: it refuses the others", fields]
  ] as const)
    laws.push(yield* checkLaw(address, examination, stated, what, sampling))
  const [, , neutral] = laws
  return {
    stated: stated.size,
    laws,
    warnings,
    faults: neutral.rejected
      ? [
          ...faults,
          {
            what: "even with neutral parameters it does not draw from the law it states",
            fix: "look for samplers that the request cannot turn off (vLLM: --generation-config vllm; penalties, grammars, speculative decoding)"
          }
        ]
      : faults
  }
})
