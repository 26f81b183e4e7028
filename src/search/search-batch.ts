/** Many searches in one call, shared out over the threads: written as requests, their answers read back. */
import type { WasmArena } from "../kernel/wasm/arena.ts"
import type { SearchKey, SearchTest } from "./literal-search.ts"
import { BATCH, LISTED, REQUEST, REQUEST_WORDS, SCRATCH } from "./search-code.ts"

/** The draws of `blocks` whole blocks of a key, from `block` on; a multiple of 16, without a carry of the counter. */
export interface Search {
  readonly test: SearchTest
  readonly key: SearchKey
  readonly block: number
  readonly blocks: number
}

/** Operations of a block of two words and its look, for the threads' share. */
const BLOCK_WORK = 16

interface Asked {
  readonly words: Int32Array
  readonly lists: Int32Array
}

const ask = (
  arena: WasmArena,
  areas: number,
  name: "search" | "collect",
  searches: ReadonlyArray<Search>,
  listed: number
): Asked => {
  arena.begin()
  const at = arena.reserve(4 * REQUEST_WORDS * searches.length)
  const list = arena.reserve(4 * listed * searches.length)
  const words = arena.ints(at, REQUEST_WORDS * searches.length)
  const floats = arena.floats(at, REQUEST_WORDS * searches.length)
  let draws = 0
  searches.forEach(({ test, key, block, blocks }, b) => {
    const o = b * REQUEST_WORDS
    words[o + REQUEST.kind] = test.kind
    words[o + REQUEST.k0] = key.k0
    words[o + REQUEST.k1] = key.k1
    words[o + REQUEST.low] = block | 0
    words[o + REQUEST.high] = Math.floor(block / 2 ** 32)
    words[o + REQUEST.blocks] = blocks
    words[o + REQUEST.table] = test.table
    words[o + REQUEST.shift] = test.shift
    floats[o + REQUEST.threshold] = test.threshold
    words[o + REQUEST.rowBytes] = test.rowBytes
    words[o + REQUEST.filter] = test.filter
    words[o + REQUEST.coin0] = key.coin0 ?? 0
    words[o + REQUEST.coin1] = key.coin1 ?? 0
    words[o + REQUEST.greatest] = test.greatest
    words[o + REQUEST.list] = list + 4 * listed * b
    draws += blocks
  })
  arena.split((BLOCK_WORK * draws) / Math.max(1, searches.length), BATCH[name], {
    rows: searches.length,
    whole: 1,
    operands: [0, 0, at, areas],
    from: 0,
    own: { operand: 3, stride: SCRATCH }
  })
  return { words, lists: arena.ints(list, listed * searches.length) }
}

/**
 * The first candidate of each search, counted from its first draw, or −1.
 *
 * @param areas scratch of each thread, one after another
 */
export const firstCandidates = (arena: WasmArena, areas: number, searches: ReadonlyArray<Search>): Int32Array => {
  const { words } = ask(arena, areas, "search", searches, 0)
  return Int32Array.from(searches, (_, b) => words[b * REQUEST_WORDS + REQUEST.result])
}

/** What {@link allCandidates} found in one search. */
export interface Candidates {
  /** In order, counted from the search's first draw. */
  readonly draws: Int32Array
  /** Blocks looked at: fewer than asked for where the list was full. */
  readonly blocks: number
}

/** All candidates of each search, as {@link firstCandidates}; of two draws in a block, only the first. */
export const allCandidates = (
  arena: WasmArena,
  areas: number,
  searches: ReadonlyArray<Search>
): ReadonlyArray<Candidates> => {
  const { words, lists } = ask(arena, areas, "collect", searches, LISTED + 1)
  return searches.map((_, b) => {
    const at = b * (LISTED + 1)
    const found = words[b * REQUEST_WORDS + REQUEST.result]
    return { blocks: lists[at], draws: lists.slice(at + 1, at + 1 + found) }
  })
}
