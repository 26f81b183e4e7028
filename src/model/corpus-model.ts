/**
 * The bigram model of the installed Brown corpus: built once, kept in a cache file, loaded from there after.
 *
 * The cache is a convenience and never a condition: a directory that cannot be written, or a file that is damaged, costs the
 * time of a build and nothing else. A file is replaced by renaming, so that processes may share the directory.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { writeWholeFile } from "../file/whole-file.ts"
import { type BigramCounts, countBigrams } from "./bigram-counts.ts"
import { type BigramModel, type Perplexity, perplexity, smooth } from "./bigram-model.ts"
import { locateCorpus, readCorpus } from "./brown-corpus.ts"

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
  const { directory: corpus, version } = locateCorpus()
  const file = directory === undefined ? undefined : join(directory, `bigram-${version}.json`)
  const cached = file === undefined ? undefined : readCache(file, version)
  if (cached !== undefined) return { ...cached, corpusVersion: version, origin: "cache" }
  const { counts, heldOut, training } = countBigrams(readCorpus(corpus))
  const model = smooth(counts)
  const built = { model, training: perplexity(model, training), heldOut: perplexity(model, heldOut) }
  if (file !== undefined) writeCache(file, built)
  return { ...built, corpusVersion: version, origin: "built" }
}

type Measured = Pick<CorpusModel, "model" | "training" | "heldOut">

/** What a cache file holds, as JSON. */
interface Cached extends Pick<CorpusModel, "training" | "heldOut"> {
  readonly counts: { readonly [K in keyof BigramCounts]: ReadonlyArray<BigramCounts[K][number]> }
}

/**
 * SHA-256 of what is counted in a corpus of this version. A cache file is a stranger's word, so that what is believed is what the package says, and another
 * version is counted each time.
 */
const COUNTS: Readonly<Record<string, string>> = {
  "1.9.80": "6cbae808c14265d67d642ade77a85b00c4ba805c216421bb862c59d411bc8862"
}

/** Digest of the counts, and of what was measured to six digits: what any machine counts. */
const digestOf = ({ counts, heldOut, training }: Cached): string => {
  const measured = [heldOut, training].map(({ perplexity: p, tokens, unknown }) => [p.toPrecision(6), tokens, unknown])
  return createHash("sha256")
    .update(JSON.stringify([counts, measured]))
    .digest("hex")
}

const readCache = (file: string, version: string): Measured | undefined => {
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as Cached
    if (digestOf(found) !== COUNTS[version]) return undefined
    const { counts, heldOut, training } = found
    const model = smooth({
      spellings: counts.spellings,
      classOffsets: Int32Array.from(counts.classOffsets),
      tokenCounts: Int32Array.from(counts.tokenCounts),
      transitionCounts: Int32Array.from(counts.transitionCounts),
      openings: Int32Array.from(counts.openings)
    })
    return { model, training, heldOut }
  } catch {
    return undefined
  }
}

/** A cache that cannot be written is none. */
const writeCache = (file: string, { heldOut, model, training }: Measured): void => {
  const counts = {
    spellings: model.spellings,
    classOffsets: Array.from(model.classOffsets),
    tokenCounts: Array.from(model.tokenCounts),
    transitionCounts: Array.from(model.transitionCounts),
    openings: Array.from(model.openings)
  }
  try {
    writeWholeFile(file, JSON.stringify({ counts, training, heldOut } satisfies Cached))
  } catch {
    // Counted again next time.
  }
}
