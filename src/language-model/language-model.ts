/** A transformer that runs here, with the tokenizer of its file. */
import { createHash } from "node:crypto"
import { readGguf } from "./gguf.ts"
import { Llama } from "./llama.ts"
import { type CharacterTokenizer, characterTokenizer } from "./tokenizer.ts"

/** A language model that runs in this process. */
export interface LanguageModel {
  /** For people and records. */
  readonly name: string
  /** SHA-256 of its file, in hexadecimal. */
  readonly digest: string
  readonly tokenizer: CharacterTokenizer
  readonly model: Llama
}

/** SHA-256 of a model's file, in hexadecimal. */
export const fileDigest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/**
 * The model of a GGUF file: a Llama architecture with tensors in F32, F16 or Q8_0, and a tokenizer of single characters.
 *
 * @param bytes the whole file
 * @param name of the file, for people and errors
 * @throws InvalidFile where it is no such file, or its tensors and its shape disagree
 *
 * @example
 * ```ts
 * import { languageModel } from "coverbound/lm"
 *
 * try {
 *   languageModel(new Uint8Array(64), "empty.gguf")
 * } catch (error) {
 *   console.log((error as Error).message.startsWith("empty.gguf: ")) // => true
 * }
 * ```
 */
export const languageModel = (bytes: Uint8Array, name: string): LanguageModel => {
  const gguf = readGguf(bytes, name)
  const tokenizer = characterTokenizer(gguf)
  return { name, digest: fileDigest(bytes), tokenizer, model: new Llama(gguf, tokenizer.texts.length) }
}
