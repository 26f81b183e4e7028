/** The token of a choice of one token and the log-probabilities stated for its place, in either shape that servers answer in. */
import type { Choice } from "./completions.ts"

export interface StatedToken {
  /** The token's id where the server gives it, else its text. */
  readonly token: string
  /** Log-probabilities, by token. */
  readonly stated: ReadonlyMap<string, number>
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A token's name in `top_logprobs`: its id where there is one. */
const nameOf = (entry: Readonly<Record<string, unknown>>): string =>
  typeof entry["id"] === "number" ? `#${entry["id"]}` : String(entry["token"])

export const tokenOf = ({ logprobs, text }: Pick<Choice, "logprobs" | "text">): StatedToken => {
  const stated = new Map<string, number>()
  if (!isFields(logprobs)) return { token: text, stated }
  // The chat shape, which llama.cpp answers in here too; then the completions' own.
  const content: unknown = Array.isArray(logprobs["content"]) ? logprobs["content"][0] : undefined
  if (isFields(content)) {
    const top = Array.isArray(content["top_logprobs"]) ? content["top_logprobs"] : []
    for (const entry of top)
      if (isFields(entry) && typeof entry["logprob"] === "number") stated.set(nameOf(entry), entry["logprob"])
    return { token: nameOf(content), stated }
  }
  const first: unknown = Array.isArray(logprobs["top_logprobs"]) ? logprobs["top_logprobs"][0] : undefined
  if (isFields(first))
    for (const [token, log] of Object.entries(first)) if (typeof log === "number") stated.set(token, log)
  const tokens = logprobs["tokens"]
  return { token: Array.isArray(tokens) && typeof tokens[0] === "string" ? tokens[0] : text, stated }
}
