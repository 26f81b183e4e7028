/** A file of prompts: a JSON object on each line, `{"prompt": "74-9=", …}`. Its other fields are for the module of checks. */
import * as Effect from "effect/Effect"
import { InvalidInstance, shown } from "../../instance/invalid-instance.ts"
import { parseStrictJson } from "../../instance/strict-json.ts"
import { InvalidCall } from "../invalid-call.ts"
import { readNamedFile } from "../named-file.ts"

export type PromptRecord = Readonly<Record<string, unknown>> & { readonly prompt: string }

const MOST_PROMPTS = 100_000

export const readPrompts = Effect.fnUntraced(function* (
  file: string
): Effect.fn.Return<ReadonlyArray<PromptRecord>, InvalidCall> {
  const text = yield* readNamedFile("--prompts", file)
  const records: Array<PromptRecord> = []
  const lineOf = new Map<string, number>()
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue
    const refuse = (value: string, expectation: string) =>
      new InvalidCall({ field: `${file}: line ${i + 1}`, value, expectation })
    let value: unknown
    try {
      JSON.parse(line)
    } catch {
      return yield* refuse("not JSON", 'a JSON object on each line, {"prompt": "…", …}')
    }
    try {
      value = parseStrictJson(line)
    } catch (error) {
      if (error instanceof InvalidInstance)
        return yield* refuse(typeof error.value === "string" ? error.value : shown(error.value), error.expectation)
      throw error
    }
    const fields = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
    const { prompt } = fields
    if (typeof prompt !== "string" || prompt === "")
      return yield* refuse(`prompt: ${shown(prompt)}`, "a text that is not empty")
    const before = lineOf.get(prompt)
    // Two prompts of one text would be one prompt of twice the weight, under two names.
    if (before !== undefined) return yield* refuse(`the prompt of line ${before} again`, "each prompt once")
    lineOf.set(prompt, i + 1)
    records.push({ ...fields, prompt })
  }
  if (records.length === 0 || records.length > MOST_PROMPTS)
    return yield* InvalidCall.of("--prompts", file, `${records.length} prompts`, `1 to ${MOST_PROMPTS}`)
  return records
})
