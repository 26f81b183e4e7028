/** `coverbound coverage --server URL`: draws of a source at each prompt of a file, judged by a module's reward, as a population; and the samples, to be read again. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { InvalidFile } from "../../instance/invalid-instance.ts"
import type { Population, PromptRate } from "../../coverage/population.ts"
import type { BackendUnavailable } from "../../kernel/backend-unavailable.ts"
import { Answers, drawnRows } from "../../live/answers.ts"
import { CallNumbers, Purchases } from "../../live/purchases.ts"
import type { ChecksFailed } from "../../live/verifier.ts"
import { Stream } from "../../numeric/stream.ts"
import type { InvalidCall } from "../invalid-call.ts"
import { limitsOf } from "../module/load-module.ts"
import { ProgressBar } from "../progress.ts"
import { type FileNotWritten, writeWhole } from "../whole-file.ts"
import { openChecks } from "./checks-process.ts"
import { dollars } from "./live-document.ts"
import type { SourceOptions } from "./open-source.ts"
import { nameParts, openJournal } from "./run-live.ts"

/** What a call says of draws that are to be made. */
export interface DrawnOptions extends SourceOptions {
  readonly draws: number
  readonly seed: number
}

/** Requests of each place in one turn. */
const REQUESTS = 16

/** @param success least reward that counts as right, in units of R */
export const drawPopulation = Effect.fnUntraced(function* (
  options: DrawnOptions,
  success: number,
  folder: string
): Effect.fn.Return<
  Population,
  InvalidCall | InvalidFile | BackendUnavailable | ChecksFailed | FileNotWritten,
  Scope.Scope
> {
  const { checks, digests, prompts, source } = yield* nameParts(options)
  const verifier = yield* openChecks(
    checks.asked,
    checks.path,
    prompts,
    limitsOf({ trialSeconds: options.checkSeconds })
  )
  const { draws, seed } = options
  const file = Option.getOrElse(options.journal, () => join(folder, "draws.jsonl"))
  const journal = yield* openJournal(file, { command: "coverage", ...source.identity, ...digests, draws, seed })
  const texts = yield* source.open(journal)
  const asked = prompts.map(({ prompt }) => prompt)
  const numbers = CallNumbers.of(Stream.fromSeed(seed))
  const shared = { source: texts, prompts: asked, limits: source.limits, verifier, numbers, journal }
  const [purchases, answers] = [new Purchases(shared), new Answers(shared)]
  const bar = new ProgressBar()
  const samples: Array<string> = []
  const rates: Array<PromptRate> = []
  // Whole requests of which each place is busy for a while, between two looks at how far it is.
  const turn = REQUESTS * source.limits.batch * source.limits.concurrency
  let cut = 0
  for (const [x, prompt] of asked.entries()) {
    let successes = 0
    for (let first = 0; first < draws; first += turn) {
      const [rows] = yield* drawnRows({ answers, purchases }, [x], Math.min(turn, draws - first))
      for (const row of rows) {
        const reward = yield* answers.reward(row)
        if (reward >= success * verifier.rewardRange) successes++
        const { finished, text } = answers.at(row)
        if (!finished) cut++
        samples.push(JSON.stringify({ prompt, response: text, reward: reward / verifier.rewardRange, finished }))
      }
      bar.update((x + (first + rows.length) / draws) / asked.length, "draws")
    }
    rates.push({ label: prompt, draws, successes })
  }
  bar.clear()
  yield* writeWhole(folder, "samples.jsonl", `${samples.join("\n")}\n`)
  const { completionTokens, draws: bought, promptTokens, requests } = purchases.bought
  const price = Option.map(options.price, (one) => `, ${dollars(purchases.bought, one).toFixed(4)} dollars`)
  const { sampling } = texts.facts()
  return {
    name: source.name,
    prompts: [rates[0], ...rates.slice(1)],
    notes: [
      ...(Object.keys(sampling).length === 0
        ? []
        : [
            `sent with every request: ${Object.entries(sampling)
              .map(([name, value]) => `${name} ${value}`)
              .join(", ")}; whether the server keeps to it: coverbound doctor --server`
          ]),
      `paid for: ${bought} draws in ${requests} requests, ${promptTokens} prompt and ${completionTokens} completion tokens${Option.getOrElse(price, () => "")}`,
      ...(cut === 0
        ? []
        : [
            `${cut} draws were cut off (by --max-tokens, or finish_reason is not "stop"); they count as 0 unless the module exports unfinished`
          ]),
      ...(answers.failures.first === undefined
        ? []
        : [`rewards failed on ${answers.failures.rewards} responses and count as 0; ${answers.failures.first}`])
    ]
  }
})
