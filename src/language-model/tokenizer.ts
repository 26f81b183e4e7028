/**
 * The tokenizer of the embedded models: a token is one ASCII character, or a special token that text never gives.
 *
 * In the file it is llama.cpp's byte-level `gpt2` tokenizer whose vocabulary has no token of two bytes, so that no merge ever applies. A file whose tokenizer does
 * more is refused.
 */
import { refuseFile, shown } from "../instance/invalid-instance.ts"
import { type GgufFile, type GgufScalar } from "./gguf.ts"

/** Kinds of tokens in `tokenizer.ggml.token_type`. */
const NORMAL = 1
const CONTROL = 3

/** GPT-2 writes printable ASCII as itself and the other bytes from U+0100 on, in order; of those up to 0x7f: 0x00–0x20, then 0x7f. */
const asciiOf = (symbol: string): string | undefined => {
  const code = symbol.codePointAt(0) ?? -1
  if (symbol.length !== 1) return undefined
  if (code >= 0x21 && code <= 0x7e) return symbol
  if (code >= 0x100 && code <= 0x120) return String.fromCharCode(code - 0x100)
  return code === 0x121 ? "\u007f" : undefined
}

/** Texts to tokens, a character each, and back. */
export interface CharacterTokenizer {
  /** The text of each token; a special token's name. */
  readonly texts: ReadonlyArray<string>
  /** The token that opens every text, and the one that ends a response. */
  readonly start: number
  readonly end: number
  /** The tokens of a text, without the one that opens it. @throws RangeError for a character that is no token. */
  readonly encode: (text: string) => ReadonlyArray<number>
}

/** The tokenizer of a model's file. @throws InvalidFile */
export const characterTokenizer = ({ file, metadata }: GgufFile): CharacterTokenizer => {
  const refuse = (key: string, value: unknown, expectation: string): never =>
    refuseFile(file, `metadata tokenizer.ggml.${key}`, value, expectation)
  const valueOf = (key: string): unknown => metadata.get(`tokenizer.ggml.${key}`)
  if (valueOf("model") !== "gpt2") refuse("model", shown(valueOf("model")), '"gpt2"')
  const names = valueOf("tokens")
  if (!isArrayOf(names, "string") || names.length < 2) return refuse("tokens", shown(names), "at least two names")
  const kinds = valueOf("token_type")
  if (!isArrayOf(kinds, "number") || kinds.length !== names.length)
    return refuse("token_type", shown(kinds), `${names.length} numbers, one for each token`)
  const tokens = new Map<string, number>()
  const texts = names.map((name, token) => {
    if (kinds[token] === CONTROL) return name
    const text = kinds[token] === NORMAL ? asciiOf(name) : undefined
    if (text === undefined) return refuse(`tokens[${token}]`, shown(name), "one ASCII character, or a control token")
    if (tokens.has(text)) refuse(`tokens[${token}]`, shown(name), "each character once")
    tokens.set(text, token)
    return text
  })
  const special = (key: string): number => {
    const token = valueOf(key)
    return typeof token === "number" && Number.isInteger(token) && token >= 0 && token < names.length
      ? token
      : refuse(key, shown(token), `a token, 0 to ${names.length - 1}`)
  }
  if (valueOf("add_bos_token") !== true) refuse("add_bos_token", shown(valueOf("add_bos_token")), "true")
  return {
    texts,
    start: special("bos_token_id"),
    end: special("eos_token_id"),
    encode: (text) =>
      Array.from(text, (character) => {
        const token = tokens.get(character)
        if (token === undefined)
          throw new RangeError(`text: ${shown(character)}, expected characters of the model's vocabulary`)
        return token
      })
  }
}

const isArrayOf = <K extends "string" | "number">(
  value: unknown,
  kind: K
): value is ReadonlyArray<Extract<GgufScalar, K extends "string" ? string : number>> =>
  Array.isArray(value) && value.every((one) => typeof one === kind)
