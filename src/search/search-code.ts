/**
 * Fused literal steps as code: "draw a pair, test it, stop" and "draw a response, accept it by a coin, stop". Each gives
 * the first *candidate*: a draw that float32 and 32-bit words cannot rule out. What they do rule out is out; whether a
 * candidate passes is for its float64 definition to say.
 *
 * A pair is ruled out by its words where it can be: `filter` holds the intervals of words that draw a response without
 * which no pair passes. Sixteen blocks without a word in them need no further look, so that the search for a rare pair
 * costs little more than its random words. Other pairs are drawn by the alias table and tested by their distance.
 */
import { acceptedFunction } from "./acceptance-code.ts"
import {
  firstWords,
  GROUP,
  OUTPUT,
  secondWords,
  STATE,
  type ThreefryLocals,
  threefryStart,
  threefryStep
} from "../numeric/threefry-code.ts"
import {
  add,
  and,
  call,
  type Code,
  equal,
  F32,
  fload,
  fsplat,
  fusedMultiplyAdd,
  get,
  halvesLessEqualUnsigned,
  halvesSubtract,
  I32,
  int,
  isZero,
  leave,
  lessThan,
  load,
  or,
  repeat,
  set,
  shiftLeft,
  shiftRight,
  store,
  subtract,
  trailingZeros,
  V128,
  vany,
  vbits,
  vconst,
  vfadd,
  vfgreater,
  vfsubtract,
  vlessEqualUnsigned,
  vload,
  vloadSplat,
  vor,
  vshuffle,
  vstore,
  vsubtract,
  type WasmFunction,
  when,
  whileLoop
} from "../numeric/webassembly.ts"
import type { KernelCode } from "../kernel/wasm/arena.ts"
import { drawnRow, findColumn } from "./alias-code.ts"

/** How a pair takes its words: a block each, or a word each with a half for either response. */
export type PairWords = "wide" | "narrow"
/** Intervals of a filter: none, one or four. */
export const FILTERS = [0, 1, 4] as const
export type FilterSize = (typeof FILTERS)[number]
/** Bytes of scratch that a search needs. */
export const SCRATCH = 128
/** Candidates that a request's list has room for; a word more holds how many of its blocks were looked at. */
export const LISTED = 63
/** i32 words of a request of {@link BATCH}, and the place of each. */
export const REQUEST_WORDS = 16
export const REQUEST = {
  /** Index into {@link searchKinds}. */
  kind: 0,
  k0: 1,
  k1: 2,
  low: 3,
  high: 4,
  /** A multiple of 16; the counter's low word must not wrap. */
  blocks: 5,
  table: 6,
  shift: 7,
  /** f32 */
  threshold: 8,
  rowBytes: 9,
  filter: 10,
  coin0: 11,
  coin1: 12,
  greatest: 13,
  /** Address of its list, where all candidates are asked for. */
  list: 14,
  /** First candidate or −1; how many there are in the list. */
  result: 15
} as const

const pairName = (words: PairWords, filter: FilterSize): string => `${words}${filter}`
/** Searches in the order of their kinds; the last looks for an accepted response. */
export const searchKinds: ReadonlyArray<string> = [
  ...(["wide", "narrow"] as const).flatMap((words) => FILTERS.map((filter) => pairName(words, filter))),
  "accepted"
]
export const pairKind = (words: PairWords, filter: FilterSize): number => searchKinds.indexOf(pairName(words, filter))
export const ACCEPTED_KIND = searchKinds.length - 1

const VECTORS = GROUP / 4
/** Bytes of shuffles that take 32-bit lanes (0 … 3 of a, 4 … 7 of b). */
const lanes = (...indices: ReadonlyArray<number>): ReadonlyArray<number> =>
  indices.flatMap((i) => [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3])
const foldPairs = (a: Code, b: Code): Code =>
  vfadd(vshuffle(a, b, lanes(0, 4, 1, 5)), vshuffle(a, b, lanes(2, 6, 3, 7)))
const foldAll = (a: Code, b: Code): Code => vfadd(vshuffle(a, b, lanes(0, 1, 4, 5)), vshuffle(a, b, lanes(2, 3, 6, 7)))

/** First candidate among the pairs of `blocks` blocks, counted from their first pair, or −1. */
const pairFunction = (words: PairWords, filter: FilterSize, relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  const [K0, K1, LOW, HIGH, BLOCKS, TABLE, SHIFT, THRESHOLD, ROW_BYTES, FILTER, AREA] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ]
  const [K2, AT, QUAD, WORD, COLUMN, ABOVE, TIES, K, FOUND] = [11, 12, 13, 14, 15, 16, 17, 18, 19]
  const alias = { table: TABLE, shift: SHIFT, word: WORD, column: COLUMN, above: ABOVE }
  const LEFT = [20, 21, 22, 23]
  const RIGHT = [24, 25, 26, 27]
  const vectors = 28
  const generator: ThreefryLocals = {
    k0: K0,
    k1: K1,
    low: LOW,
    high: HIGH,
    k2: K2,
    state: vectors,
    output: vectors + STATE
  }
  const [MARK, GAP, LIMIT] = [0, 1, 2].map((i) => vectors + STATE + OUTPUT + i)
  const SUM = [3, 4, 5, 6].map((i) => vectors + STATE + OUTPUT + i)
  const bounds = vectors + STATE + OUTPUT + 7
  const all = repeat2((v) => [firstWords(generator, v), secondWords(generator, v)])

  const [subtractLanes, below] =
    words === "wide" ? [vsubtract, vlessEqualUnsigned] : [halvesSubtract, halvesLessEqualUnsigned]
  const inInterval = (word: number, i: number): Code =>
    below(subtractLanes(get(word), get(bounds + 2 * i)), get(bounds + 2 * i + 1))
  const marked = all
    .flatMap((word) => Array.from({ length: filter }, (_, i) => inInterval(word, i)))
    .reduce<Code | undefined>((any, next) => (any === undefined ? next : vor(any, next)), undefined)

  /** Address of the row that `half` (wide: a word) picks, and a tie noted as bit i. */
  const pick = (row: number, word: Code, i: number): Code => [
    ...findColumn(alias, word, words),
    ...set(row, drawnRow(alias)),
    ...set(TIES, or(get(TIES), shiftLeft(isZero(get(ABOVE)), i)))
  ]
  /** Pair i of the quad: its words lie in the scratch area, first words before second ones. */
  const draw = (i: number): Code => {
    if (words === "wide") {
      const place = add(get(AREA), shiftLeft(get(QUAD), 4))
      return [...pick(LEFT[i], load(place, 4 * i), i), ...pick(RIGHT[i], load(place, 64 + 4 * i), i)]
    }
    const word = load(add(get(AREA), shiftLeft(get(QUAD), 3)), 64 * (i & 1) + 4 * (i >> 1))
    return [...pick(LEFT[i], shiftRight(word, int(16)), i), ...pick(RIGHT[i], and(word, int(0xffff)), i)]
  }
  const quad: Code = [
    ...set(TIES, int(0)),
    ...repeat(4, draw),
    ...repeat(4, (i) => set(SUM[i], vconst(0, 0, 0, 0))),
    ...set(K, int(0)),
    ...whileLoop(lessThan(get(K), get(ROW_BYTES)), [
      ...repeat(4, (i) => [
        ...set(GAP, vfsubtract(vload(add(get(LEFT[i]), get(K))), vload(add(get(RIGHT[i]), get(K))))),
        ...set(SUM[i], madd(get(GAP), get(GAP), get(SUM[i])))
      ]),
      ...set(K, add(get(K), int(16)))
    ]),
    ...set(SUM[0], foldPairs(get(SUM[0]), get(SUM[1]))),
    ...set(SUM[2], foldPairs(get(SUM[2]), get(SUM[3]))),
    ...set(FOUND, or(get(TIES), vbits(vfgreater(foldAll(get(SUM[0]), get(SUM[2])), get(LIMIT))))),
    ...when(
      get(FOUND),
      leave(
        add(add(words === "wide" ? get(AT) : shiftLeft(get(AT), 1), shiftLeft(get(QUAD), 2)), trailingZeros(get(FOUND)))
      )
    ),
    ...set(QUAD, add(get(QUAD), int(1)))
  ]
  const look: Code = [
    ...repeat(VECTORS, (v) => [
      ...vstore(get(AREA), 16 * v, get(firstWords(generator, v))),
      ...vstore(get(AREA), 64 + 16 * v, get(secondWords(generator, v)))
    ]),
    ...set(QUAD, int(0)),
    ...whileLoop(lessThan(get(QUAD), int(words === "wide" ? 4 : 8)), quad)
  ]
  return {
    name: pairName(words, filter),
    parameters: [I32, I32, I32, I32, I32, I32, I32, F32, I32, I32, I32],
    result: I32,
    locals: [
      [17, I32],
      [STATE + OUTPUT + 7 + 2 * filter, V128]
    ],
    body: [
      ...threefryStart(generator),
      ...set(LIMIT, fsplat(get(THRESHOLD))),
      ...repeat(2 * filter, (i) => set(bounds + i, vloadSplat(get(FILTER), 4 * i))),
      ...(words === "narrow" ? set(SHIFT, subtract(get(SHIFT), int(16))) : []),
      ...whileLoop(lessThan(get(AT), get(BLOCKS)), [
        ...threefryStep(generator),
        ...(marked === undefined ? look : [...set(MARK, marked), ...when(vany(get(MARK)), look)]),
        ...set(AT, add(get(AT), int(GROUP)))
      ]),
      ...int(-1)
    ]
  }
}

const repeat2 = (pair: (v: number) => ReadonlyArray<number>): ReadonlyArray<number> =>
  Array.from({ length: VECTORS }, (_, v) => pair(v)).flat()

const [FROM, TO, REQUESTS, AREA, AT] = [0, 1, 2, 3, 4]
const field = (name: keyof typeof REQUEST): Code => load(get(AT), 4 * REQUEST[name])

/** The search of a kind over the request at AT: `blocks` blocks, counted from `low`. */
const asked = (kind: number, low: Code, blocks: Code): Code => {
  const operands =
    kind === ACCEPTED_KIND
      ? [field("k0"), field("k1"), field("coin0"), field("coin1"), low, field("high"), blocks]
      : [field("k0"), field("k1"), low, field("high"), blocks]
  const rest =
    kind === ACCEPTED_KIND
      ? [field("table"), field("shift"), field("greatest")]
      : [field("table"), field("shift"), fload(get(AT), 4 * REQUEST.threshold), field("rowBytes"), field("filter")]
  return call(kind, ...operands, ...rest, get(AREA))
}

const overRequests = (name: string, locals: number, each: Code): WasmFunction => ({
  name,
  parameters: [I32, I32, I32, I32],
  locals: [[1 + locals, I32]],
  body: whileLoop(lessThan(get(FROM), get(TO)), [
    ...set(AT, add(get(REQUESTS), shiftLeft(get(FROM), 6))),
    ...each,
    ...set(FROM, add(get(FROM), int(1)))
  ])
})

/** Answers requests [from, to), {@link REQUEST_WORDS} each, from the address `requests` on, with their first candidates. */
const batchFunction = (): WasmFunction => {
  const KIND = 5
  return overRequests("search", 1, [
    ...set(KIND, field("kind")),
    ...searchKinds.flatMap((_, kind) =>
      when(equal(get(KIND), int(kind)), store(get(AT), 4 * REQUEST.result, asked(kind, field("low"), field("blocks"))))
    )
  ])
}

/**
 * The same with a list of all candidates, after the number of blocks that were looked at. The search goes on behind a
 * candidate's block: of two pairs that share one, only the first is listed.
 */
const collectFunction = (): WasmFunction => {
  const [KIND, DONE, COUNT, FOUND, LIST] = [5, 6, 7, 8, 9]
  const left = subtract(field("blocks"), get(DONE))
  return overRequests("collect", 5, [
    ...set(KIND, field("kind")),
    ...set(LIST, field("list")),
    ...set(DONE, int(0)),
    ...set(COUNT, int(0)),
    ...whileLoop(and(lessThan(get(DONE), field("blocks")), lessThan(get(COUNT), int(LISTED))), [
      ...searchKinds.flatMap((name, kind) => {
        const perBlock = name.startsWith("narrow") ? 1 : 0
        return when(equal(get(KIND), int(kind)), [
          // Whole steps; what lies behind the request's end is dropped.
          ...set(FOUND, asked(kind, add(field("low"), get(DONE)), and(add(left, int(GROUP - 1)), int(-GROUP)))),
          ...when(lessThan(get(FOUND), int(0)), set(FOUND, shiftLeft(left, perBlock))),
          ...set(FOUND, add(get(FOUND), shiftLeft(get(DONE), perBlock))),
          ...set(DONE, add(shiftRight(get(FOUND), int(perBlock)), int(1)))
        ])
      }),
      ...when(isZero(lessThan(field("blocks"), get(DONE))), [
        ...set(COUNT, add(get(COUNT), int(1))),
        ...store(add(get(LIST), shiftLeft(get(COUNT), 2)), 0, get(FOUND))
      ])
    ]),
    ...when(lessThan(field("blocks"), get(DONE)), set(DONE, field("blocks"))),
    ...store(get(LIST), 0, get(DONE)),
    ...store(get(AT), 4 * REQUEST.result, get(COUNT))
  ])
}

/** All searches, in the order of {@link searchKinds}. */
const makers: ReadonlyArray<(relaxed: boolean) => WasmFunction> = [
  ...(["wide", "narrow"] as const).flatMap((words) =>
    FILTERS.map((filter) => (relaxed: boolean) => pairFunction(words, filter, relaxed))
  ),
  acceptedFunction
]
const withSearches = (name: string, last: WasmFunction): KernelCode => ({
  name,
  functions: (relaxed) => [...makers.map((make) => make(relaxed)), last]
})

/** Each kind of search alone, by its index in {@link searchKinds}. */
export const SEARCHES: ReadonlyArray<KernelCode> = searchKinds.map((name, kind) => ({
  name,
  functions: (relaxed) => [makers[kind](relaxed)]
}))

/** Many searches in one call: the first candidates, or all of them. */
export const BATCH = {
  search: withSearches("search", batchFunction()),
  collect: withSearches("collect", collectFunction())
} as const
