/** `--server URL` or `--embedded MODEL`: the source of texts that a call names, and what says that two calls have the same. */
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { InvalidFile, shown } from "../../instance/invalid-instance.ts"
import { suggestion } from "../../instance/nearest-name.ts"
import { BackendUnavailable } from "../../kernel/backend-unavailable.ts"
import { CHECKPOINTS, checkpoint } from "../../language-model/checkpoints.ts"
import { type LanguageModel, languageModel } from "../../language-model/language-model.ts"
import type { CallIdentity, DrawJournal } from "../../live/draw-journal.ts"
import { embeddedSource } from "../../live/embedded-source.ts"
import { serverSource } from "../../live/server-source.ts"
import type { TextSource } from "../../live/text-source.ts"
import type { AuditCall } from "../audit.ts"
import { InvalidCall } from "../invalid-call.ts"
import { namedServer } from "./named-server.ts"
import type { SourceCall } from "./live-options.ts"
import type { PromptRecord } from "./prompts-file.ts"

/** What a call says of where texts come from. */
export type SourceOptions = SourceCall & Pick<AuditCall, "batch">

/** Draws a request, where the call does not say. */
const BATCH = 8
const ATTEMPTS = 7

export interface NamedSource {
  /** For people. */
  readonly name: string
  readonly identity: CallIdentity
  readonly limits: { readonly batch: number; readonly concurrency: number }
  /** Opens it; where it is a server that no journal knows, asks it once how it draws. What that cost is told. */
  readonly open: (journal: DrawJournal | undefined) => Effect.Effect<TextSource, BackendUnavailable>
}

const embeddedModel = (asked: string): Effect.Effect<LanguageModel, InvalidCall | InvalidFile | BackendUnavailable> =>
  Effect.try({
    try: () => {
      const name = CHECKPOINTS.find((one) => one === asked)
      if (name !== undefined) return { ...checkpoint(name), name: `checkpoint ${name}` }
      if (!/\.gguf$/i.test(asked))
        throw InvalidCall.named(
          "--embedded",
          asked,
          `a checkpoint (${CHECKPOINTS.join(", ")}) or a file that ends in .gguf${suggestion(asked, CHECKPOINTS)}`
        )
      return languageModel(readFileSync(asked), asked)
    },
    catch: (error) => {
      if (error instanceof InvalidCall || error instanceof InvalidFile || error instanceof BackendUnavailable)
        return error
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      return InvalidCall.of("--embedded", asked, code, "a readable file")
    }
  })

const nameEmbedded = Effect.fnUntraced(function* (
  asked: string,
  tokens: number,
  stop: ReadonlyArray<string>,
  prompts: ReadonlyArray<PromptRecord>
) {
  const model = yield* embeddedModel(asked)
  const { context } = model.model.shape
  for (const { prompt } of prompts) {
    const refuse = (value: string, expectation: string) =>
      Effect.fail(new InvalidCall({ field: `prompt ${shown(prompt)}`, value, expectation }))
    const known = yield* Effect.try({
      try: () => model.tokenizer.encode(prompt).length,
      catch: (error) => InvalidCall.named("prompts", prompt, (error as Error).message)
    })
    if (1 + known + tokens > context)
      yield* refuse(
        `${1 + known} tokens and ${tokens} of a response`,
        `at most the context's ${context} (--max-tokens)`
      )
  }
  return {
    name: `${model.name} (embedded)`,
    digest: model.digest,
    open: () => Effect.succeed(embeddedSource(model, { tokens, stop }))
  }
})

/** @throws InvalidCall where it is none, or two */
export const nameSource = Effect.fnUntraced(function* (
  options: SourceOptions,
  prompts: ReadonlyArray<PromptRecord>
): Effect.fn.Return<NamedSource, InvalidCall | InvalidFile | BackendUnavailable> {
  const { chat, concurrency, maxTokens: tokens, stop } = options
  const batch = Option.getOrElse(options.batch, () => BATCH)
  const drawing = { maxTokens: tokens, stop: JSON.stringify(stop), batch }
  if (Option.isSome(options.embedded)) {
    if (Option.isSome(options.server))
      return yield* new InvalidCall({ field: "--embedded", value: "beside --server", expectation: "one of the two" })
    if (chat) return yield* new InvalidCall({ field: "--chat", value: "with --embedded", expectation: "a server" })
    const { digest, name, open } = yield* nameEmbedded(options.embedded.value, tokens, stop, prompts)
    return { name, limits: { batch, concurrency }, identity: { source: "embedded", weights: digest, ...drawing }, open }
  }
  const address = { ...(yield* namedServer(options)), attempts: ATTEMPTS }
  const { base } = address
  const model = Option.getOrElse(options.model, () => "")
  return {
    name: model === "" ? base : `${model} at ${base}`,
    limits: { batch, concurrency },
    identity: { source: base, model, chat, ...drawing },
    open: Effect.fnUntraced(function* (journal) {
      const source = serverSource(address, { tokens, stop, chat, batch }, journal?.facts)
      const probed = yield* source.probe(prompts[0].prompt)
      if (probed !== undefined) journal?.keepFacts(source.facts())
      return source
    })
  }
})
