/**
 * The literal oracle's hot loops on the CPU: draws in WebAssembly until one passes, one prompt at a time or many at
 * once, on several threads where asked for.
 *
 * Words that cannot draw a passing pair are skipped, and other pairs tested in float32 against a threshold lowered by
 * the error bound of `kernel/reference.ts`. What is found is a candidate, for the caller to test in float64: results do
 * not depend on float32.
 */
import type { DrawTable } from "../instance/draw-table.ts"
import { GROUP } from "../numeric/threefry-code.ts"
import { WasmArena, type WasmOptions } from "../kernel/wasm/arena.ts"
import { centredRows, distanceBand } from "../kernel/wasm/centred-rows.ts"
import { firstCandidates } from "./search-batch.ts"
import { ACCEPTED_KIND, FILTERS, pairKind, SCRATCH, SEARCHES } from "./search-code.ts"
import { SharedRounds } from "./shared-rounds.ts"
import { coverWords, radiusCover, tableCover } from "./word-filter.ts"

const TWO_POW_32 = 2 ** 32
/** Most blocks of one call: its index of pairs is an int32. */
const MOST_BLOCKS = 2 ** 29
/** Blocks from which on threads share one search (some hundred microseconds), and those looked at before they do. */
const SHARED_FROM = 2 ** 15
const ALONE = 2 ** 11
/** A filter that stops more than one step in four saves nothing. */
const WORTHWHILE = 1 / 4
const COIN_BITS = 27

/** A test in the search's memory; valid until {@link LiteralSearch.clear} or {@link LiteralSearch.reset}. */
export interface SearchTest {
  readonly kind: number
  /** Whether most pairs are ruled out by their words. */
  readonly filtered: boolean
  readonly drawsPerBlock: 1 | 2
  readonly table: number
  readonly shift: number
  readonly threshold: number
  readonly rowBytes: number
  readonly filter: number
  readonly greatest: number
}

/** Key of the draws, and that of the coins where there are any. */
export interface SearchKey {
  readonly k0: number
  readonly k1: number
  readonly coin0?: number
  readonly coin1?: number
}

export interface PairTestRequest {
  readonly table: DrawTable
  /** R×d whitened features of the prompt's class rows. */
  readonly white: Float64Array
  readonly dimension: number
  /** Mass of each row: says where their centre is. */
  readonly mass: Float64Array
  readonly nu: number
  /** R×R table of passing pairs where there is one: filters more than distances from a centre can. */
  readonly passes?: Uint8Array | undefined
}

export class LiteralSearch {
  readonly arena: WasmArena
  /** Grows with every {@link clear}: tests made before are gone. */
  era = 0
  /** Scratch of each thread, one after another. */
  private areas = 0
  private readonly rounds: SharedRounds

  /** Undefined where the engine has no WebAssembly SIMD. */
  static make(options: WasmOptions = {}): LiteralSearch | undefined {
    const arena = WasmArena.make(options)
    return arena === undefined ? undefined : new LiteralSearch(arena)
  }

  private constructor(arena: WasmArena) {
    this.arena = arena
    this.rounds = new SharedRounds(arena)
    this.clear()
  }

  /** Drops all tests. */
  clear(): void {
    this.era++
    this.arena.clear()
    this.areas = this.arena.reserve(SCRATCH * this.arena.threads)
    this.arena.keep()
  }

  /** A place in the memory: {@link reset} drops the tests made since. */
  mark(): number {
    return this.arena.mark()
  }

  reset(mark: number): void {
    this.arena.reset(mark)
  }

  close(): void {
    this.arena.close()
  }

  /**
   * Makes a pair test ready; undefined when the memory is full ({@link clear} and ask again), or when float32 is too
   * coarse for it.
   */
  pairTest({ table, white, dimension: d, mass, nu, passes }: PairTestRequest): SearchTest | undefined {
    const size = white.length / d
    const { rows: centred, radius } = centredRows(white, d, mass)
    const band = distanceBand(d, radius, nu)
    if (band === undefined) return undefined
    const rowBytes = 16 * Math.ceil(d / 4)
    const { arena } = this
    arena.begin()
    if (arena.room < table.packed.length * 4 + size * rowBytes + 256) return undefined
    const rows = arena.reserve(size * rowBytes)
    for (let row = 0; row < size; row++) {
      const values = arena.floats(rows + row * rowBytes, rowBytes / 4)
      values.fill(0)
      values.set(centred.subarray(row * d, (row + 1) * d))
    }
    const address = (row: number): number => rows + (row - table.firstRow) * rowBytes
    const packed = this.pack(table, address)
    const cover = passes === undefined ? radiusCover(centred, d, nu) : tableCover(passes, mass)
    const words = coverWords(table, cover, FILTERS[2])
    const marked = 1 - (1 - words.share) ** (2 * GROUP)
    const intervals = marked > WORTHWHILE ? FILTERS[0] : words.lows.length <= 1 ? FILTERS[1] : FILTERS[2]
    const filter = arena.reserve(8 * FILTERS[2])
    const bounds = arena.ints(filter, 2 * FILTERS[2])
    for (let i = 0; i < intervals; i++) {
      // Missing intervals are the first again; of none at all, word 0.
      const at = i < words.lows.length ? i : 0
      const low = words.lows[at] ?? 0
      const width = (words.highs[at] ?? 0) - low
      bounds[2 * i] = table.narrow ? low | (low << 16) : low
      bounds[2 * i + 1] = table.narrow ? width | (width << 16) : width
    }
    arena.keep()
    return {
      kind: pairKind(table.narrow ? "narrow" : "wide", intervals),
      filtered: intervals > 0,
      drawsPerBlock: table.narrow ? 2 : 1,
      table: packed,
      shift: table.shift,
      // Below every float32 that a passing pair's distance can come to.
      threshold: Math.fround(band[0]),
      rowBytes,
      filter,
      greatest: 0
    }
  }

  /** The same test, every pair drawn and its distance taken. */
  unfiltered(test: SearchTest): SearchTest {
    return { ...test, kind: pairKind(test.drawsPerBlock === 2 ? "narrow" : "wide", FILTERS[0]), filtered: false }
  }

  /** Makes an acceptance ready. accept: probability of each class row of the table, from its first. */
  acceptanceTest(table: DrawTable, accept: Float64Array): SearchTest | undefined {
    const { arena } = this
    arena.begin()
    if (arena.room < table.packed.length * 4 + 64) return undefined
    const level = (row: number): number => Math.floor(Math.min(1, accept[row - table.firstRow]) * 2 ** COIN_BITS)
    let greatest = 0
    for (let c = 0; c < table.packed.length; c += 4) {
      greatest = Math.max(greatest, level(table.packed[c + 1]), level(table.packed[c + 2]))
    }
    const packed = this.pack(table, level)
    arena.keep()
    return {
      kind: ACCEPTED_KIND,
      filtered: false,
      drawsPerBlock: 1,
      table: packed,
      shift: table.shift,
      threshold: 0,
      rowBytes: 0,
      filter: 0,
      greatest
    }
  }

  /** The table in memory, with `of(row)` in place of each class row. */
  private pack({ packed }: DrawTable, of: (row: number) => number): number {
    const at = this.arena.reserve(4 * packed.length)
    const copy = this.arena.ints(at, packed.length)
    copy.set(packed)
    for (let c = 0; c < packed.length; c += 4) {
      copy[c + 1] = of(packed[c + 1])
      copy[c + 2] = of(packed[c + 2])
    }
    return at
  }

  /** The first candidate among the draws `first` … `end`−1 of a key, or −1. */
  next(test: SearchTest, key: SearchKey, first: number, end: number): number {
    const { drawsPerBlock: per } = test
    for (let at = first; at < end;) {
      const known = this.rounds.known(test, key, at)
      if (known !== undefined && "candidate" in known) return known.candidate < end ? known.candidate : -1
      if (known !== undefined) {
        at = known.until
        continue
      }
      // A pair that shares its block with one before it, and blocks just before a carry, are left to the caller.
      if (at % per !== 0) return at
      const blocks = this.blocksFrom(at / per, Math.ceil((end - at) / per))
      if (blocks === 0) return at
      const goesOn = this.rounds.goesOn(test, key, at)
      const share = this.arena.threads > 1 && blocks >= (goesOn ? ALONE : SHARED_FROM)
      if (share && (at !== first || goesOn)) {
        this.rounds.look(test, key, at, blocks, this.areas)
        continue
      }
      // The first part alone: most candidates that are not rare lie there.
      const alone = share ? Math.min(blocks, ALONE) : blocks
      const found = this.one(test, key, at / per, alone)
      if (found >= 0) return at + found < end ? at + found : -1
      at += alone * per
    }
    return -1
  }

  /** Blocks that one call may look at from `block` on: whole steps that cover `wanted`, without a carry. */
  private blocksFrom(block: number, wanted: number): number {
    const room = Math.min(MOST_BLOCKS, TWO_POW_32 - (block % TWO_POW_32))
    return GROUP * Math.min(Math.ceil(wanted / GROUP), Math.floor(room / GROUP))
  }

  private one(test: SearchTest, key: SearchKey, block: number, blocks: number): number {
    const { areas, arena } = this
    const code = SEARCHES[test.kind]
    const [low, high] = [block | 0, Math.floor(block / TWO_POW_32)]
    const { table, shift, threshold, rowBytes, filter, greatest } = test
    if (test.kind === ACCEPTED_KIND) {
      return arena.run(code, key.k0, key.k1, key.coin0!, key.coin1!, low, high, blocks, table, shift, greatest, areas)
    }
    return arena.run(code, key.k0, key.k1, low, high, blocks, table, shift, threshold, rowBytes, filter, areas)
  }

  /** Many searches from draw 0 to `limit`, each at its own prompt: the first candidate of each, or −1. */
  many(tests: ReadonlyArray<SearchTest>, keys: ReadonlyArray<SearchKey>, limit: number): Int32Array {
    const searches = tests.map((test, b) => ({
      test,
      key: keys[b],
      block: 0,
      blocks: this.blocksFrom(0, Math.ceil(limit / test.drawsPerBlock))
    }))
    return firstCandidates(this.arena, this.areas, searches).map((index) => (index < limit ? index : -1))
  }
}
