/** A name for what was explored: the SHA-256 that records and certificates carry. */
import { createHash } from "node:crypto"
import { encodeHead, promptText } from "./finite-json.ts"
import type { Instance } from "./instance.ts"
import { normalForm } from "./validate.ts"

/**
 * SHA-256 (hex) of these UTF-8 lines, each ended by "\n": `{"spec":…}`; the JSON form of `exact` without its prompts; each prompt's JSON.
 * JSON is what `JSON.stringify` prints: fields in the order of the schema, numbers in the shortest form that reads back.
 *
 * @example
 * ```ts
 * import { instanceDigest, namedInstance } from "coverbound/instance"
 *
 * console.log(instanceDigest(namedInstance("needle:N=8,d=3")).slice(0, 12)) // => e18e158f42b2
 * ```
 */
export const instanceDigest = (instance: Pick<Instance, "spec" | "exact">): string => {
  const exact = normalForm(instance.exact)
  const hash = createHash("sha256")
  const line = (value: unknown): void => {
    hash.update(`${JSON.stringify(value)}\n`)
  }
  line({ spec: instance.spec })
  line(encodeHead(exact))
  for (let x = 0; x < exact.promptProbabilities.length; x++) {
    for (const piece of promptText(exact, x)) hash.update(piece)
    hash.update("\n")
  }
  return hash.digest("hex")
}
