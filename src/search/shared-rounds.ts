/**
 * One search on all threads. It goes in rounds, each cut into parts that whoever is free takes; a round gives all of its
 * candidates, so that one that turns out to be a mere tie (in a narrow table every 2¹⁵ pairs or so) ends nothing.
 *
 * What a round looked at past the draw that passes is in vain: the first is of 2¹⁶ draws a thread at most, later ones twice as long as the last.
 */
import type { WasmArena } from "../kernel/wasm/arena.ts"
import type { SearchKey, SearchTest } from "./literal-search.ts"
import { allCandidates, type Search } from "./search-batch.ts"
import { GROUP } from "../numeric/threefry-code.ts"

/** Parts of a round for each thread. */
const PORTIONS = 4
/** Least and most draws of a part: some ten, some hundreds of microseconds. */
const LEAST = 2 ** 14
const MOST = 2 ** 18

/** Draws [from, until) of a search, and the candidates among them in order. */
interface Looked {
  readonly test: SearchTest
  readonly key: SearchKey
  readonly from: number
  readonly until: number
  readonly candidates: ReadonlyArray<number>
  /** Draws of the next round's parts. */
  readonly part: number
}

const sameKey = (a: SearchKey, b: SearchKey): boolean =>
  a.k0 === b.k0 && a.k1 === b.k1 && a.coin0 === b.coin0 && a.coin1 === b.coin1

export class SharedRounds {
  private readonly arena: WasmArena
  private last: Looked | undefined

  constructor(arena: WasmArena) {
    this.arena = arena
  }

  /** The first candidate from draw `from` on in the last round, the end of what it looked at, or undefined: nothing of it. */
  known(
    test: SearchTest,
    key: SearchKey,
    from: number
  ): { readonly candidate: number } | { readonly until: number } | undefined {
    const { last } = this
    if (last?.test !== test || !sameKey(last.key, key) || from < last.from || from >= last.until) return undefined
    const candidate = last.candidates.find((draw) => draw >= from)
    return candidate === undefined ? { until: last.until } : { candidate }
  }

  /** Whether the last round ended at draw `from` of this search. */
  goesOn(test: SearchTest, key: SearchKey, from: number): boolean {
    const { last } = this
    return last?.test === test && sameKey(last.key, key) && last.until === from
  }

  /** Looks at a round of draws from `from` on, of `blocks` blocks at most; {@link known} then knows them. */
  look(test: SearchTest, key: SearchKey, from: number, blocks: number, areas: number): void {
    const { arena, last } = this
    const per = test.drawsPerBlock
    const portions = PORTIONS * arena.threads
    const even = GROUP * Math.ceil(blocks / portions / GROUP)
    const part = Math.min(even, (this.goesOn(test, key, from) ? last!.part : LEAST) / per)
    const block = from / per
    const searches: Array<Search> = []
    for (let at = 0; at < blocks && searches.length < portions; at += part) {
      searches.push({ test, key, block: block + at, blocks: Math.min(part, blocks - at) })
    }
    const candidates: Array<number> = []
    let until = from
    let full = false
    for (const [i, { draws, blocks: looked }] of allCandidates(arena, areas, searches).entries()) {
      const start = searches[i].block * per
      for (const draw of draws) {
        candidates.push(start + draw)
        // The rest of its block was not looked at.
        if (per === 2 && draw % 2 === 0) candidates.push(start + draw + 1)
      }
      until = start + looked * per
      full = looked < searches[i].blocks
      if (full) break
    }
    // Parts that fill their lists are too long; what follows such a part was looked at in vain.
    const next = full
      ? Math.max(GROUP * per, GROUP * per * Math.floor(part / 4 / GROUP))
      : Math.min(MOST, 2 * part * per)
    this.last = { test, key, from, until, candidates, part: next }
  }
}
