/**
 * The checkpoints that come with the package: one character-level transformer of 0.61 M parameters at five moments of its training on synthetic arithmetic
 * (`training/`, with the command that trains it again). Each file is held against its digest before it is used.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { fileDigest, type LanguageModel, languageModel } from "./language-model.ts"

/** Tokens of training so far, in order, and the SHA-256 of the file. */
const DIGESTS = {
  "125k": "99c6250f446e72a809e4245195dbe588c6a3d22983d837a8332fe44314f320ea",
  "250k": "67b5ab592817a852c32f91a719de5eb8ae7d1bcee57bc19281e5bf11a1383cf8",
  "500k": "1451c9f9993a2f23082ddd219f76fcb58dbda76e8e52a1fa4b6991e7a4f4ef62",
  "1M": "9434d9187ce9dcf2b286a1f52001775b56de677905675cbb029b40f47456b3a8",
  "2.7M": "3ae1e2dce76c06f0ae1703339e8992218b99ee2dd0cd02ea1fb68c12a4d49162"
} as const

/** The name of a checkpoint of the transformer that comes with the package. */
export type CheckpointName = keyof typeof DIGESTS
/** The checkpoints, earliest first. */
export const CHECKPOINTS = Object.keys(DIGESTS) as unknown as readonly [
  CheckpointName,
  ...ReadonlyArray<CheckpointName>
]

const loaded = new Map<CheckpointName, LanguageModel>()

/**
 * A checkpoint of the transformer that comes with the package, read once a process.
 *
 * @throws RangeError of a name that is none; BackendUnavailable where its file is missing or is another
 *
 * @example
 * ```ts
 * import { checkpoint, responseLaw } from "coverbound/lm"
 *
 * const { model, tokenizer } = checkpoint("2.7M")
 * const law = responseLaw(model, tokenizer, "12+7=", { horizon: 5, floor: 1e-4 }) // exact: π_ref of every response
 * console.log(law.texts[0], law.mass[0].toFixed(2)) // => 19 0.77
 * ```
 */
export const checkpoint = (name: CheckpointName): LanguageModel => {
  if (!CHECKPOINTS.includes(name)) throw new RangeError(`checkpoint: ${name}, expected ${CHECKPOINTS.join(", ")}`)
  const known = loaded.get(name)
  if (known !== undefined) return known
  const path = fileURLToPath(new URL(`./checkpoints/arithmetic-${name}.gguf`, import.meta.url))
  const unavailable = (reason: string): BackendUnavailable =>
    new BackendUnavailable({ backend: `checkpoint ${name}`, reason, fix: "install coverbound again" })
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error))
  }
  const digest = fileDigest(bytes)
  if (digest !== DIGESTS[name]) throw unavailable(`${path} has SHA-256 ${digest}, expected ${DIGESTS[name]}`)
  const opened = { ...languageModel(bytes, path), name }
  loaded.set(name, opened)
  return opened
}
