/**
 * Coarse word classes: the states of the bigram model.
 *
 * Brown's 470-odd compound tags say more than a bigram can use, and the dozen universal parts of speech say less than
 * English needs (one class of verbs writes "he are took"). These classes stand between: a class is whatever changes what
 * may come next (number, finiteness, the auxiliaries one by one), and nothing else. A class is a function of a token's
 * Brown tag, and of its spelling for "the", "I", "of" and a few stops.
 *
 * Brown tags: W. N. Francis and H. Kučera, Brown Corpus Manual, 1979.
 */

/**
 * Brown's base tags, by the class they belong to, in the order of the classes' indices. Classes without one are told by spelling; tags not named here (foreign words, `nil`,
 * `uh`) are "other".
 */
const BASE_TAGS = {
  stop: ".",
  comma: ",",
  break: ": --",
  "open-quote": "``",
  "close-quote": "'' '",
  "open-bracket": "(",
  "close-bracket": ")",
  the: "",
  a: "at",
  determiner: "dt",
  "plural-determiner": "dts",
  quantifier: "ap ap$ abn abx abl dti dtx od",
  possessive: "pp$ wp$",
  genitive: "nn$ nns$ np$ nps$ nr$ pn$ rb$ dt$ cd$ jj$",
  number: "cd",
  noun: "nn",
  "plural-noun": "nns",
  name: "np nps",
  "adverbial-noun": "nr nrs",
  he: "pps pn ex",
  I: "",
  they: "ppss",
  him: "ppo ppl ppls pp$$",
  who: "wps wpo wdt",
  when: "wrb",
  modal: "md",
  be: "be",
  am: "bem",
  is: "bez bedz",
  are: "ber bed",
  been: "ben",
  have: "hv",
  has: "hvz",
  had: "hvd",
  do: "do",
  does: "doz",
  did: "dod",
  verb: "vb",
  "verb-s": "vbz",
  "past-verb": "vbd",
  participle: "vbn hvn",
  gerund: "vbg beg hvg",
  adjective: "jj",
  comparative: "jjr jjs jjt",
  adverb: "rb rbr rbt rn",
  qualifier: "ql qlp wql",
  particle: "rp",
  not: "*",
  to: "to",
  of: "",
  preposition: "in",
  subordinator: "cs",
  coordinator: "cc",
  other: ""
}

export type WordClass = keyof typeof BASE_TAGS

/** Names of the classes, in the order of their indices. */
export const WORD_CLASSES = Object.keys(BASE_TAGS) as ReadonlyArray<WordClass>

/** Number of classes T. */
export const CLASS_COUNT = WORD_CLASSES.length

const INDEX = new Map<string, number>(WORD_CLASSES.map((name, index) => [name, index]))

/** Index of a class. */
export const classIndex = (name: WordClass): number => INDEX.get(name)!

const OF_TAG = new Map<string, number>(
  Object.values(BASE_TAGS).flatMap((tags, index) => (tags.match(/\S+/g) ?? []).map((tag) => [tag, index] as const))
)

/** Spellings that make a class of their own, or that Brown files under another's tag (";" is tagged as a full stop). */
const OF_SPELLING: Readonly<Record<string, WordClass>> = {
  "at the": "the",
  "ppss i": "I",
  "in of": "of",
  ". ;": "break",
  ". :": "break"
}

/**
 * Brown's base tag: without the marks of titles (`-tl`), headlines (`-hl`) and citations (`-nc`), without the second half of a
 * contraction (`+…`) and without a fused negation (`md*`).
 */
export const baseTag = (tag: string): string => {
  if (tag === "*" || tag === "--" || tag.startsWith("fw-")) return tag.startsWith("fw-") ? "fw" : tag
  if (tag.startsWith("--")) return "--"
  const bare = tag.replace(/-.*$/, "").replace(/\+.*$/, "")
  return bare.length > 1 && bare.endsWith("*") ? bare.slice(0, -1) : bare === "" ? tag : bare
}

/** Class of a token from its Brown tag and its spelling. */
export const classOf = (tag: string, word: string): number => {
  const base = baseTag(tag)
  const special = OF_SPELLING[`${base} ${word.toLowerCase()}`]
  return special !== undefined ? INDEX.get(special)! : (OF_TAG.get(base) ?? INDEX.get("other")!)
}
