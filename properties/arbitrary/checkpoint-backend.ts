/** A checkpoint that came with the package as what a test's server draws from. */
import * as Effect from "effect/Effect"
import { checkpoint, type CheckpointName } from "../../src/language-model/checkpoints.ts"
import { embeddedSource } from "../../src/live/embedded-source.ts"
import type { TextSource } from "../../src/live/text-source.ts"
import type { Backend } from "./completions-server.ts"

export const checkpointBackend = (name: CheckpointName): Backend => {
  const { model, tokenizer } = checkpoint(name)
  const sources = new Map<string, TextSource>()
  return (prompt, { max_tokens: tokens, n, stop = [] }, seed) => {
    const key = JSON.stringify([tokens, stop])
    const source = sources.get(key) ?? embeddedSource({ name, model, tokenizer }, { tokens, stop })
    sources.set(key, source)
    const { draws } = Effect.runSync(source.draw(prompt, n, seed))
    return draws.map(({ finished, text }) => ({ text, finished, tokens: text.length + (finished ? 1 : 0) }))
  }
}
