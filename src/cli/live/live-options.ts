/** Options of calls that draw from a server or an embedded model, on prompts of a file, judged by a module. */
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { decimal } from "../../instance/decimal.ts"
import { InvalidCall } from "../invalid-call.ts"
import { integerFlag, numberFlag, optionFlag, type Parsed, switchFlag, textFlag, usually } from "../options.ts"

/** Dollars a million tokens. */
export interface Price {
  readonly prompt: number
  readonly completion: number
}

const priceFlag = optionFlag(
  "price",
  "Dollars for a million prompt tokens and a million completion tokens",
  "in,out",
  "two numbers >= 0, such as 0.15,0.60",
  (text): Price | undefined => {
    const [prompt, completion, ...rest] = text.split(",").map((part) => decimal(part.trim()))
    const fit = (value: number | undefined): value is number => value !== undefined && value >= 0
    return fit(prompt) && fit(completion) && rest.length === 0 ? { prompt, completion } : undefined
  }
)

/** Flags of whatever draws from a source. */
export const sourceFlags = {
  server: textFlag(
    "server",
    "Draw from an OpenAI-compatible server (vLLM, llama.cpp, SGLang, Ollama, hosted); its key in COVERBOUND_API_KEY or OPENAI_API_KEY",
    "URL"
  ),
  embedded: textFlag("embedded", "Draw from a model that runs here: a checkpoint (250k, …) or a GGUF file", "MODEL"),
  prompts: textFlag("prompts", 'Prompts, {"prompt": "…", …} a line; other fields are for --checks', "FILE.jsonl"),
  checks: textFlag("checks", "Module that exports checks (φ) and reward; it runs in a process of its own", "MODULE"),
  model: textFlag("model", "Model that the server is asked for", "NAME"),
  chat: switchFlag(
    "chat",
    "Send prompts as a user's message, through the server's chat template. Default: as they stand"
  ),
  maxTokens: usually(256, integerFlag)(
    "max-tokens",
    "Most tokens of a response; what is cut off is a response of its own kind",
    1,
    1_000_000
  ),
  stop: Flag.String("stop").pipe(
    Flag.withMetavar("TEXT"),
    Flag.withDescription("Text that ends a response (\\n for a line's end). May be repeated"),
    Flag.atLeast(0),
    Flag.map((texts) => texts.map((text) => text.replaceAll("\\n", "\n").replaceAll("\\t", "\t")))
  ),
  concurrency: usually(4, integerFlag)("concurrency", "Requests at once", 1, 1024),
  timeout: usually(60, numberFlag)("timeout", "Seconds that an attempt at a request may take", { above: 0 }),
  journal: textFlag(
    "journal",
    "File of what was paid for; a call that was killed goes on from it. Default draws.jsonl in --out",
    "FILE"
  ),
  price: priceFlag,
  checkSeconds: numberFlag("check-seconds", "Seconds that checks or reward may take over one response. Default 10", {
    above: 0
  })
}

/** Flags of an audit on a source. */
export const liveFlags = {
  ...sourceFlags,
  beta: usually(0.1, numberFlag)("beta", "With --server or --embedded: KL regularisation β in units of R", {
    above: 0
  }),
  target: numberFlag("target", "With --server or --embedded: accuracy to be reached, judged instead of ε", {
    above: 0,
    below: 1.0000001
  }),
  success: usually(1, numberFlag)(
    "success",
    "With --server or --embedded: least reward that counts as right, in units of R",
    { above: 0 }
  ),
  answers: integerFlag(
    "answers",
    "With --server or --embedded: answers of the learned policy that are drawn to judge it, on an account of their own. Default 100",
    0,
    1_000_000
  ),
  answerDraws: integerFlag(
    "answer-draws",
    "Draws that an answer is chosen from. Default 4 times --coverage",
    1,
    10_000_000
  )
}

/** What they are parsed to. */
export type SourceCall = Parsed<typeof sourceFlags>

/** Whether a call names a source of texts. */
export const isLive = ({ embedded, server }: Pick<SourceCall, "embedded" | "server">): boolean =>
  Option.isSome(server) || Option.isSome(embedded)

/** Refuses options that mean something only with a source. */
export const refuseStray = (call: Parsed<typeof liveFlags>): Effect.Effect<void, InvalidCall> => {
  const stray = (["prompts", "checks", "model", "journal", "target", "answers", "price"] as const).find((name) =>
    Option.isSome<unknown>(call[name])
  )
  return stray === undefined
    ? Effect.void
    : Effect.fail(
        new InvalidCall({
          field: `--${stray}`,
          value: "without a source",
          expectation: "--server URL or --embedded MODEL beside it"
        })
      )
}
