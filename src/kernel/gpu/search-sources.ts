/**
 * Source text of the fused literal steps: draw, test, first hit. A cell (thread.x, thread.y) runs through one chunk of the counters of search thread.y and
 * gives the first that is a candidate, or −1; `searches.ts` decides candidates in float64.
 *
 * A chunk runs backwards, so that what it found last is its first: no lane waits for another and no branch depends on a hit.
 */
import { keyLocals, keySchedule, threefry, type Words } from "./words.ts"

/** Threefry blocks in a chunk. */
export const CHUNK_BLOCKS = 32
/** Numbers of a search in the argument `searches`: see {@link SEARCH}. */
export const SEARCH_NUMBERS = 16

/**
 * Where a search's numbers stand: the halves of its key's words, and of its coins'; where its table begins, and what turns the top bits of a word into a
 * column; where its tests begin, how wide they are, and how many rows they have.
 */
export const SEARCH = { key: 0, coins: 4, table: 8, scale: 9, tests: 10, width: 11, rows: 12 } as const

/** Read once, and into locals: gpu.js breaks on WebGL 2 where an index holds a read, twice in a block. */
const PLACES = (["table", "scale", "tests", "width", "rows"] as const)
  .map((name) => `const ${name}At = searches[at + ${SEARCH[name]}];`)
  .join("\n")

const frame = (
  words: Words,
  parameters: ReadonlyArray<string>,
  integers: ReadonlyArray<string>,
  prologue: string,
  body: string
): string => `function (${[...parameters, ...(words.asArguments ? integers : [])].join(", ")}) {
${words.declare(integers)}
const at = this.thread.y * ${SEARCH_NUMBERS};
${PLACES}
${prologue}
let first = -1.0;
for (let t = 0; t < ${CHUNK_BLOCKS}; t++) {
local = ${CHUNK_BLOCKS - 1} - t;
step = this.thread.x * ${CHUNK_BLOCKS} + local;
${body}
}
return first;
}`

/** Sets the counter words (x0, x1) of block `step` of the launch: launch has the halves of its low word and of its high word. No carry within a launch. */
const counter = (words: Words, x0: string, x1: string): string => `${x0} = ${words.word("launch[0]", "launch[1]")};
${x0} = ${words.add(x0, "step")};
${x1} = ${words.word("launch[2]", "launch[3]")};
`
const schedule = (words: Words, key: string, offset: number): string =>
  keySchedule(words, key, (i) => `searches[at + ${offset + i}]`)

/** Integer locals of each source, in the order in which they are arguments where they must be. */
export const PAIR_INTEGERS = ["local", "step", "x0", "x1", "half", ...keyLocals("k")]
export const ACCEPTANCE_INTEGERS = [
  "local",
  "step",
  "x0",
  "x1",
  "y0",
  "y1",
  "half",
  ...keyLocals("k"),
  ...keyLocals("c")
]

/**
 * First passing pair, narrow tables: pair i is half words of block ⌊i/2⌋. table: three numbers a column: threshold on a half word, row if below, row if above; a
 * half word on the threshold itself has the row `rows + column`, whose tests are those of both. passes: 1 where a pair of rows passes.
 */
export const narrowPairSource = (words: Words): string => {
  const row = (name: string, from: string): string => `half = ${from};
const ${name}Column = Math.floor(half * scaleAt);
const ${name}Table = tableAt + ${name}Column * 3;
const ${name}Above = half - table[${name}Table];
let ${name} = rowsAt + ${name}Column;
if (${name}Above < 0.0) { ${name} = table[${name}Table + 1]; }
if (${name}Above > 0.0) { ${name} = table[${name}Table + 2]; }
`
  const pair = (
    word: string,
    name: string,
    index: number
  ): string => `${row(`l${name}`, words.shiftRight(word, 16))}${row(
    `r${name}`,
    words.low(word)
  )}if (passes[testsAt + l${name} * widthAt + r${name}] > 0.5) { first = local * 2 + ${index}; }
`
  return frame(
    words,
    ["searches", "table", "passes", "launch"],
    PAIR_INTEGERS,
    schedule(words, "k", SEARCH.key),
    `${counter(words, "x0", "x1")}${threefry(words, "k", "x0", "x1")}${pair("x1", "B", 1)}${pair("x0", "A", 0)}`
  )
}

/** Row of a whole word: table has four numbers a column: the halves of the threshold on word >>> 1, row if below, row if above. */
const wideRow = (words: Words, name: string, word: string): string => `half = ${words.shiftRight(word, 8)};
const ${name}Table = tableAt + Math.floor(half * scaleAt) * 4;
half = ${words.shiftRight(word, 17)};
const ${name}High = half - table[${name}Table];
half = ${words.shiftRight(word, 1)};
half = ${words.low("half")};
const ${name}Low = half - table[${name}Table + 1];
const ${name}Above = ${name}High * 65536.0 + ${name}Low;
let ${name} = table[${name}Table + 3];
if (${name}Above < 0.0) { ${name} = table[${name}Table + 2]; }
`

/**
 * First passing pair, wide tables: pair i is the words of block i. The distance is taken from the whitened features, `white` (row-major); launch[4] is a
 * threshold below ν² by what float32 may be off. A word on a threshold makes a candidate.
 */
export const widePairSource = (words: Words, d: number): string =>
  frame(
    words,
    ["searches", "table", "white", "launch"],
    PAIR_INTEGERS,
    schedule(words, "k", SEARCH.key),
    `${counter(words, "x0", "x1")}${threefry(words, "k", "x0", "x1")}${wideRow(words, "l", "x0")}${wideRow(words, "r", "x1")}
const lAt = testsAt + l * ${d};
const rAt = testsAt + r * ${d};
let distance = 0.0;
for (let j = 0; j < ${d}; j++) {
const e = white[lAt + j] - white[rAt + j];
distance = distance + e * e;
}
if (distance > launch[4]) { first = local * 1; }
if (lAbove * rAbove === 0.0) { first = local * 1; }
`
  )

/** First accepted draw: response i is word 0 of block i, its coin the top 24 bits of word 0 of the coins' block i. accept: ⌊2²⁴·probability⌋ of each row. */
export const acceptanceSource = (words: Words): string =>
  frame(
    words,
    ["searches", "table", "accept", "launch"],
    ACCEPTANCE_INTEGERS,
    schedule(words, "k", SEARCH.key) + schedule(words, "c", SEARCH.coins),
    `${counter(words, "x0", "x1")}${threefry(words, "k", "x0", "x1")}${counter(words, "y0", "y1")}${threefry(words, "c", "y0", "y1")}${wideRow(words, "r", "x0")}
half = ${words.shiftRight("y0", 8)};
const coin = half - accept[testsAt + r];
if (coin <= 0.0) { first = local * 1; }
if (rAbove === 0.0) { first = local * 1; }
`
  )
