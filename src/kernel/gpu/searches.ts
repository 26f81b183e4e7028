/**
 * First hits and first acceptances of many searches at once. Kernels run through the counters in chunks and name the first candidate of each; a candidate is
 * decided here, in float64 and by the instance's own definition of a draw, and a chunk whose candidate fails is finished here. Results are therefore exactly
 * the reference's, on every backend.
 */
import type { DrawTable } from "../../instance/draw-table.ts"
import { type Eventually } from "../backend.ts"
import { type AcceptanceSearches, gamma, type PairSearches } from "../reference.ts"
import { acceptanceDecision, type Decide, pairDecision, tableOf } from "../search-requests.ts"
import { after, inTurn, type Program, type Runner } from "./runner.ts"
import {
  ACCEPTANCE_INTEGERS,
  acceptanceSource,
  CHUNK_BLOCKS,
  narrowPairSource,
  PAIR_INTEGERS,
  SEARCH,
  SEARCH_NUMBERS,
  widePairSource
} from "./search-sources.ts"
import { columnScale, narrowTable, passTable, passWidth, wideTable } from "./search-tables.ts"
import { wordsOf } from "./words.ts"

const TWO_POW_32 = 4294967296
/**
 * Chunks come in fours: webasm computes four cells at a time, and what is left over by another path, where integer locals are shared between
 * threads (words.ts). 2³² blocks are a multiple of four chunks.
 */
const LANES = 4
/** Chunks of each search in its first launch; four times as many in every later one. */
const FIRST_CHUNKS = 4
/** Chunks of a launch, at most. */
const MOST_CHUNKS = 2 ** 16
/** Searches of a launch, at most. */
const MOST_SEARCHES = 4096
/** Numbers of the tests of a launch, at most. */
const MOST_TESTS = 2 ** 22

/** Searches that one launch can serve: same source, tables and tests that fit. */
interface Group {
  readonly program: Program
  readonly drawsPerBlock: 1 | 2
  readonly searches: ReadonlyArray<number>
  readonly table: Float32Array
  readonly tests: Float32Array
  /** What the kernel is told beside the counter. */
  readonly launch: ReadonlyArray<number>
  /** Table, scale, tests, width and rows of each search. */
  readonly places: ReadonlyArray<readonly [number, number, number, number, number]>
}

interface Request {
  readonly keys: Int32Array
  readonly coinKeys?: Int32Array
  readonly limit: number
}

/** Length a power of two: a new length makes webasm assemble its module again. */
const roundedUp = (parts: ReadonlyArray<Float32Array>): Float32Array => {
  const length = parts.reduce((n, part) => n + part.length, 0)
  const out = new Float32Array(2 ** Math.ceil(Math.log2(Math.max(4, length))))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** What a prompt's searches need, each prompt once. */
interface Prepared {
  readonly table: Float32Array
  readonly scale: number
  readonly tests: Float32Array
  readonly width: number
  readonly rows: number
}

/** Cuts searches into groups whose prompts' tests fit a launch. */
const groupsOf = (
  searches: ReadonlyArray<number>,
  prompts: Int32Array,
  prepare: (x: number) => Prepared,
  mostTests: number,
  mostSearches: number,
  rest: Pick<Group, "program" | "drawsPerBlock" | "launch">
): ReadonlyArray<Group> => {
  const groups: Array<Group> = []
  // By prompt, so that a group has few.
  const sorted = searches.toSorted((a, b) => prompts[a] - prompts[b] || a - b)
  for (let from = 0; from < sorted.length;) {
    const tables: Array<Float32Array> = []
    const tests: Array<Float32Array> = []
    const places: Array<Group["places"][number]> = []
    let tableAt = 0
    let testsAt = 0
    let last = -1
    let until = from
    for (; until < sorted.length && until - from < mostSearches; until++) {
      const x = prompts[sorted[until]]
      if (x !== last) {
        const made = prepare(x)
        if (until > from && testsAt + made.tests.length > mostTests) break
        places.push([tableAt, made.scale, testsAt, made.width, made.rows])
        tables.push(made.table)
        tests.push(made.tests)
        tableAt += made.table.length
        testsAt += made.tests.length
        last = x
      } else places.push(places[places.length - 1])
    }
    groups.push({
      ...rest,
      searches: sorted.slice(from, until),
      table: roundedUp(tables),
      tests: roundedUp(tests),
      places
    })
    from = until
  }
  return groups
}

const halves = (word: number): ReadonlyArray<number> => [word >>> 16, word & 0xffff]

/** A power of two: rows of a launch are. */
const searchesAtOnce = ({ mostSide }: Runner): number => 2 ** Math.floor(Math.log2(Math.min(MOST_SEARCHES, mostSide)))

/** Runs one group's searches to their end; `decide(search, draw)` is the definition. */
const runGroup = (
  { program, drawsPerBlock, searches, table, tests, launch, places }: Group,
  { keys, coinKeys, limit }: Request,
  mostCells: number,
  mostSide: number,
  decide: Decide,
  out: Int32Array
): Eventually<void> => {
  const perChunk = CHUNK_BLOCKS * drawsPerBlock
  let alive = searches.map((_, i) => i)
  let chunks = FIRST_CHUNKS

  /** First draw of search i that is decided for among the chunks' candidates, or −1. */
  const settle = (i: number, found: Float32Array, at: number, from: number, count: number): number => {
    for (let c = 0; c < count; c++) {
      if (found[at + c] < 0) continue
      const start = from + c * perChunk
      for (let draw = start + found[at + c]; draw < Math.min(limit, start + perChunk); draw++) {
        if (decide(searches[i], draw)) return draw
      }
    }
    return -1
  }

  const step = (from: number): Eventually<void> => {
    if (alive.length === 0 || from >= limit) return
    const firstBlock = from / drawsPerBlock
    // No carry out of the low word, and no more cells than a launch takes.
    const rowCount = 2 ** Math.ceil(Math.log2(alive.length))
    const untilCarry = (TWO_POW_32 - (firstBlock % TWO_POW_32)) / CHUNK_BLOCKS
    const room = Math.min(MOST_CHUNKS, mostCells) / rowCount
    const wanted = Math.min(chunks, room, (limit - from) / perChunk)
    const count = Math.min(untilCarry, mostSide, LANES * Math.ceil(wanted / LANES))
    const records = new Float32Array(rowCount * SEARCH_NUMBERS)
    alive.forEach((i, row) => {
      const at = row * SEARCH_NUMBERS
      const b = searches[i]
      records.set([...halves(keys[2 * b]), ...halves(keys[2 * b + 1])], at + SEARCH.key)
      if (coinKeys !== undefined)
        records.set([...halves(coinKeys[2 * b]), ...halves(coinKeys[2 * b + 1])], at + SEARCH.coins)
      records.set(places[i], at + SEARCH.table)
    })
    const low = firstBlock % TWO_POW_32
    const start = Float32Array.from([...halves(low), ...halves(Math.floor(firstBlock / TWO_POW_32)), ...launch])
    return after(program.run([count, rowCount], [records, table, tests, start]), (found) => {
      alive = alive.filter((i, row) => (out[searches[i]] = settle(i, found, row * count, from, count)) < 0)
      chunks *= 4
      return step(from + count * perChunk)
    })
  }
  return step(0)
}

/** Where a float32 distance may still belong to a pair past ν², at rows of these magnitudes: ν² less the bound of `reference.ts`, or less than anything. */
const candidateThreshold = (white: Float64Array, d: number, nu: number): number => {
  const most = new Float64Array(d)
  for (let i = 0; i < white.length; i++) most[i % d] = Math.max(most[i % d], Math.abs(white[i]))
  // A component is off by γ₂(|v_a| + |v_b|) and 2⁻¹²⁶; Σ e_r·2|δ_r| ≤ 2‖e‖·‖δ‖.
  const e = Math.hypot(...most.map((m) => 2 * gamma(2) * m + 2 ** -126))
  const off = (1 + gamma(d)) * (2 * e * nu + e * e) + gamma(d) * nu * nu + (d + 2) * 2 ** -126
  // Distances past ν² only come out larger while ν is larger than the error.
  return nu > 2 * e ? Math.fround((nu * nu - off) * (1 - 2 ** -22)) : -1
}

export const firstHit = (runner: Runner, mostCells: number, request: PairSearches): Eventually<Int32Array> => {
  const { responses, prompts, limit, white, dimension: d, nu } = request
  const out = new Int32Array(prompts.length).fill(-1)
  if (prompts.length === 0 || limit === 0) return out
  const decide = pairDecision(request)
  const words = wordsOf(runner.backend)
  const integers = words.asArguments ? PAIR_INTEGERS : []
  const all = prompts.reduce<Array<number>>((list, _, b) => (list.push(b), list), [])
  const isNarrow = (b: number): boolean => tableOf(responses, prompts[b]).narrow
  const rowsFit = (b: number): boolean => tableOf(responses, prompts[b]).rowCount * d <= mostCells
  const prepare =
    (pack: (table: DrawTable) => Float32Array, tests: (table: DrawTable) => Float32Array) =>
    (x: number): Prepared => {
      const table = tableOf(responses, x)
      const width = passWidth(table)
      return {
        table: pack(table),
        scale: columnScale(table, table.narrow),
        tests: tests(table),
        width,
        rows: table.rowCount
      }
    }
  const groups = [
    ...groupsOf(
      all.filter(isNarrow),
      prompts,
      prepare(narrowTable, (table) => passTable(table, white, d, nu)),
      Math.min(MOST_TESTS, mostCells),
      searchesAtOnce(runner),
      {
        program: runner.program("firstHit narrow", () => runner.compile(narrowPairSource(words), {}, integers)),
        drawsPerBlock: 2,
        launch: [0]
      }
    ),
    ...groupsOf(
      all.filter((b) => !isNarrow(b) && rowsFit(b)),
      prompts,
      prepare(wideTable, ({ firstRow, rowCount }) =>
        Float32Array.from(white.subarray(firstRow * d, (firstRow + rowCount) * d))
      ),
      Math.min(MOST_TESTS, mostCells),
      searchesAtOnce(runner),
      {
        program: runner.program(`firstHit wide ${d}`, () => runner.compile(widePairSource(words, d), {}, integers)),
        drawsPerBlock: 1,
        launch: [candidateThreshold(white, d, nu)]
      }
    )
  ]
  // Features of one prompt that no array holds: by the definition.
  for (const b of all) {
    if (isNarrow(b) || rowsFit(b)) continue
    for (let i = 0; i < limit && out[b] < 0; i++) if (decide(b, i)) out[b] = i
  }
  return after(
    inTurn(groups, (group) => runGroup(group, request, mostCells, runner.mostSide, decide, out)),
    () => out
  )
}

export const firstAccepted = (
  runner: Runner,
  mostCells: number,
  request: AcceptanceSearches
): Eventually<Int32Array> => {
  const { responses, prompts, limit, accept } = request
  const out = new Int32Array(prompts.length).fill(-1)
  if (prompts.length === 0 || limit === 0) return out
  const decide = acceptanceDecision(request)
  const words = wordsOf(runner.backend)
  const groups = groupsOf(
    Array.from(prompts, (_, b) => b),
    prompts,
    (x) => {
      const table = tableOf(responses, x)
      const { firstRow, rowCount } = table
      const tests = Float32Array.from(accept.subarray(firstRow, firstRow + rowCount), (a) =>
        Math.floor(Math.max(0, Math.min(1, a)) * 2 ** 24)
      )
      return { table: wideTable(table), scale: columnScale(table, false), tests, width: 0, rows: rowCount }
    },
    Math.min(MOST_TESTS, mostCells),
    searchesAtOnce(runner),
    {
      program: runner.program("firstAccepted", () =>
        runner.compile(acceptanceSource(words), {}, words.asArguments ? ACCEPTANCE_INTEGERS : [])
      ),
      drawsPerBlock: 1,
      launch: [0]
    }
  )
  return after(
    inTurn(groups, (group) => runGroup(group, request, mostCells, runner.mostSide, decide, out)),
    () => out
  )
}
