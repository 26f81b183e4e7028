/**
 * Fused literal steps as code: "draw a pair, test it, stop" and "draw a response, accept it by a coin, stop". Each gives
 * the first *candidate*: a draw that float32 and 32-bit words cannot rule out. What they do rule out is out; whether a
 * candidate passes is for its float64 definition to say.
 *
 * A pair is ruled out by its words where it can be: `filter` holds the intervals of words that draw a response without
 * which no pair passes. Sixteen blocks without a word in them need no further look, so that the search for a rare pair
 * costs little more than its random words. Other pairs are drawn by the alias table and tested by their distance.
 */
import type { KernelCode } from "../kernel/wasm/arena.ts"
import { GROUP, stepWords, Threefry } from "../numeric/threefry-code.ts"
import {
  call,
  type Code,
  fusedMultiplyAdd,
  int,
  leave,
  type Local,
  repeat,
  upTo,
  Value,
  when,
  whileLoop,
  zero
} from "../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../numeric/webassembly.ts"
import { acceptedFunction } from "./acceptance-code.ts"
import { AliasDraw } from "./alias-code.ts"

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

type Sums = Value<"f32x4">
const foldPairs = (a: Sums, b: Sums): Sums => a.shuffle(b, 0, 4, 1, 5).plus(a.shuffle(b, 2, 6, 3, 7))
const foldAll = (a: Sums, b: Sums): Sums => a.shuffle(b, 0, 1, 4, 5).plus(a.shuffle(b, 2, 3, 6, 7))

/**
 * First candidate among the pairs of `blocks` blocks, counted from their first pair, or −1. Parameters: key, counter, blocks, address of the table and its shift, threshold, bytes
 * of a row, addresses of the filter and of a scratch area.
 */
const pairFunction = (words: PairWords, filter: FilterSize, relaxed: boolean): WasmFunction =>
  wasmFunction(
    pairName(words, filter),
    (f) => {
      const wide = words === "wide"
      const madd = fusedMultiplyAdd(relaxed)
      const [k0, k1, low, high, BLOCKS, TABLE, SHIFT] = f.parameters(7)
      const THRESHOLD = f.parameter("f32")
      const [ROW_BYTES, FILTER, AREA] = f.parameters(3)
      const [k2, AT, QUAD] = f.locals("i32", 3)
      const alias = new AliasDraw(f, TABLE, SHIFT)
      const [TIES, K, FOUND] = f.locals("i32", 3)
      const LEFT = f.locals("i32", 4)
      const RIGHT = f.locals("i32", 4)
      const generator = new Threefry({ k0, k1, low, high, k2 }, Threefry.state(f), stepWords(f))
      const { first, second } = generator
      const MARK = f.local("i32x4")
      const [GAP, LIMIT, ...SUM] = f.locals("f32x4", 6)
      const bounds = f.locals("i32x4", 2 * filter)

      const inInterval = (word: Value<"i32x4">, i: number): Value<"i32x4"> => {
        const [from, width] = [bounds[2 * i], bounds[2 * i + 1]]
        if (wide) return word.minus(from).atMostUnsigned(width)
        return word.as("i16x8").minus(from.as("i16x8")).atMostUnsigned(width.as("i16x8")).as("i32x4")
      }
      const marked = first
        .flatMap((word, v) => [word, second[v]])
        .flatMap((word) => Array.from({ length: filter }, (_, i) => inInterval(word, i)))
        .reduce<Value<"i32x4"> | undefined>((any, next) => (any === undefined ? next : any.or(next)), undefined)

      /** Address of the row that `half` (wide: a word) picks, and a tie noted as bit i. */
      const pick = (row: Local<"i32">, word: Value<"i32">, i: number): Code => [
        alias.find(word, words),
        row.set(alias.row),
        TIES.set(TIES.or(alias.tie.shiftLeft(i)))
      ]
      /** Pair i of the quad: its words lie in the scratch area, first words before second ones. */
      const draw = (i: number): Code => {
        if (wide) {
          const place = AREA.plus(QUAD.shiftLeft(4))
          return [pick(LEFT[i], place.load("i32", 4 * i), i), pick(RIGHT[i], place.load("i32", 64 + 4 * i), i)]
        }
        const word = AREA.plus(QUAD.shiftLeft(3)).load("i32", 64 * (i & 1) + 4 * (i >> 1))
        return [pick(LEFT[i], word.shiftRight(16), i), pick(RIGHT[i], word.and(0xffff), i)]
      }
      const quad: Code = [
        TIES.set(0),
        repeat(4, draw),
        SUM.map((sum) => sum.set(zero("f32x4"))),
        K.set(0),
        upTo(
          K,
          ROW_BYTES,
          16,
          SUM.map((sum, i) => [
            GAP.set(LEFT[i].plus(K).load("f32x4").minus(RIGHT[i].plus(K).load("f32x4"))),
            sum.set(madd(GAP, GAP, sum))
          ])
        ),
        SUM[0].set(foldPairs(SUM[0], SUM[1])),
        SUM[2].set(foldPairs(SUM[2], SUM[3])),
        FOUND.set(TIES.or(foldAll(SUM[0], SUM[2]).greaterThan(LIMIT).bits())),
        when(FOUND, leave((wide ? AT : AT.shiftLeft(1)).plus(QUAD.shiftLeft(2)).plus(FOUND.trailingZeros())))
      ]
      const look: Code = [
        first.map((word, v) => [AREA.store(word, 16 * v), AREA.store(second[v], 64 + 16 * v)]),
        QUAD.set(0),
        upTo(QUAD, wide ? 4 : 8, 1, quad)
      ]
      return [
        generator.start,
        LIMIT.set(THRESHOLD.splat()),
        bounds.map((bound, i) => bound.set(FILTER.loadSplat("i32x4", 4 * i))),
        wide ? [] : SHIFT.set(SHIFT.minus(16)),
        upTo(AT, BLOCKS, GROUP, [
          generator.step,
          marked === undefined ? look : [MARK.set(marked), when(MARK.any(), look)]
        ])
      ]
    },
    int(-1)
  )

/** A function over the requests [from, to), {@link REQUEST_WORDS} each, from the address `requests` on. */
const overRequests = (
  name: string,
  locals: number,
  each: (request: Request, ...locals: ReadonlyArray<Local<"i32">>) => Code
): WasmFunction =>
  wasmFunction(name, (f) => {
    const [FROM, TO, REQUESTS, AREA] = f.parameters(4)
    const AT = f.local("i32")
    return upTo(FROM, TO, 1, [
      AT.set(REQUESTS.plus(FROM.shiftLeft(6))),
      each(new Request(AT, AREA), ...f.locals("i32", locals))
    ])
  })

/** What the searches are called with, in order, before their scratch area. */
const COUNTED = ["low", "high", "blocks", "table", "shift"] as const
const PAIR_OPERANDS = ["k0", "k1", ...COUNTED, "threshold", "rowBytes", "filter"] as const
const ACCEPTED_OPERANDS = ["k0", "k1", "coin0", "coin1", ...COUNTED, "greatest"] as const

/** A request as the code sees it. */
class Request {
  private readonly at: Local<"i32">
  private readonly area: Local<"i32">

  constructor(at: Local<"i32">, area: Local<"i32">) {
    this.at = at
    this.area = area
  }

  field(name: keyof typeof REQUEST): Value<"i32"> {
    return this.at.load("i32", 4 * REQUEST[name])
  }

  answer(value: Value<"i32">): Code {
    return this.at.store(value, 4 * REQUEST.result)
  }

  /** The search of a kind: `blocks` blocks, counted from `low`. */
  search(kind: number, low = this.field("low"), blocks = this.field("blocks")): Value<"i32"> {
    const threshold = this.at.load("f32", 4 * REQUEST.threshold)
    const operands = (kind === ACCEPTED_KIND ? ACCEPTED_OPERANDS : PAIR_OPERANDS).map(
      (name) => ({ low, blocks, threshold })[name as string] ?? this.field(name)
    )
    return new Value("i32", call(kind, ...operands, this.area))
  }
}

/** Answers requests with their first candidates. */
const batchFunction = (): WasmFunction =>
  overRequests("search", 1, (request, KIND) => [
    KIND.set(request.field("kind")),
    searchKinds.map((_, kind) => when(KIND.equals(kind), request.answer(request.search(kind))))
  ])

/**
 * The same with a list of all candidates, after the number of blocks that were looked at. The search goes on behind a
 * candidate's block: of two pairs that share one, only the first is listed.
 */
const collectFunction = (): WasmFunction =>
  overRequests("collect", 5, (request, KIND, DONE, COUNT, FOUND, LIST) => {
    const blocks = request.field("blocks")
    const left = blocks.minus(DONE)
    return [
      KIND.set(request.field("kind")),
      LIST.set(request.field("list")),
      DONE.set(0),
      COUNT.set(0),
      whileLoop(DONE.lessThan(blocks).and(COUNT.lessThan(LISTED)), [
        searchKinds.map((name, kind) => {
          const perBlock = name.startsWith("narrow") ? 1 : 0
          return when(KIND.equals(kind), [
            // Whole steps; what lies behind the request's end is dropped.
            FOUND.set(request.search(kind, request.field("low").plus(DONE), left.plus(GROUP - 1).and(-GROUP))),
            when(FOUND.lessThan(0), FOUND.set(left.shiftLeft(perBlock))),
            FOUND.set(FOUND.plus(DONE.shiftLeft(perBlock))),
            DONE.set(FOUND.shiftRight(perBlock).plus(1))
          ])
        }),
        when(blocks.lessThan(DONE).isZero(), [COUNT.increase(1), LIST.plus(COUNT.shiftLeft(2)).store(FOUND)])
      ]),
      when(blocks.lessThan(DONE), DONE.set(blocks)),
      LIST.store(DONE),
      request.answer(COUNT)
    ]
  })

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
