/**
 * Threefry-2×32-20 in WebAssembly SIMD: the same words as {@link threefry2x32} of `stream.ts`, at 2.6 ns a block where
 * four lanes of JavaScript take 6.5.
 *
 * Two functions over one memory. `words` stores the words of consecutive blocks. `screen` looks, for every word w, at
 * the cell of a 2⁷×2⁷ table named by the top seven bits of w's two halves, and lists the words in marked cells: the
 * search for a rare pair, 1.5 ns a word, without leaving the registers.
 *
 * Where SIMD is missing, {@link threefrySimd} gives undefined and
 * callers use JavaScript.
 */
import {
  firstWords,
  GROUP,
  OUTPUT,
  secondWords,
  STATE,
  type ThreefryLocals,
  threefryStart,
  threefryStep
} from "./threefry-code.ts"
import {
  type Code,
  I32,
  V128,
  add,
  engine,
  get,
  int,
  lane,
  lessThan,
  loadByte,
  loopWhile,
  or,
  set,
  shiftLeft,
  splat,
  store,
  vand,
  vor,
  vshr,
  vstore,
  wasmModule,
  type WasmFunction,
  when
} from "./webassembly.ts"

/** Most blocks of one call of `words`. */
export const CAPACITY = 1024
/** Most blocks of one call of `screen`. */
export const SCREEN_CAPACITY = 2048
/** Bits of each half of a word that name its cell. */
export const CELL_BITS = 7

export interface ThreefrySimd {
  /** First and second words of the last {@link words} call; length {@link CAPACITY}. */
  readonly even: Int32Array
  readonly odd: Int32Array
  /** 2⁷×2⁷ marks, {@link MARK} or 0: entry (top bits of the low half)·2⁷ + (top bits of the high half). */
  readonly cells: Uint8Array
  /**
   * What the last {@link screen} call listed, in order: the index of each word (block i of the call has the words 2i
   * and 2i+1), and the word.
   */
  readonly listedAt: Int32Array
  readonly listed: Int32Array
  /**
   * Words of the blocks of counters (low, high), (low+1, high), …: `count` ≤ {@link CAPACITY}, a multiple of {@link
   * GROUP}; the counter's low word wraps.
   */
  readonly words: (k0: number, k1: number, low: number, high: number, count: number) => void
  /**
   * Lists the words in marked cells among `count` ≤ {@link SCREEN_CAPACITY} blocks, a multiple of {@link GROUP};
   * returns {@link MARK} times how many.
   */
  readonly screen: (k0: number, k1: number, low: number, high: number, count: number) => number
}

/** What a marked cell holds: the bytes of a list entry. */
export const MARK = 4

// Locals: five parameters, then integers, then vectors.
const [K0, K1, LOW, HIGH, COUNT, AT, K2, FOUND, LISTED] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const [MASK, CELL_A, CELL_B] = [9, 10, 11]
const GENERATOR: ThreefryLocals = { k0: K0, k1: K1, low: LOW, high: HIGH, k2: K2, state: 12, output: 12 + STATE }
const VECTORS = GROUP / 4
const A = Array.from({ length: VECTORS }, (_, v) => firstWords(GENERATOR, v))
const B = Array.from({ length: VECTORS }, (_, v) => secondWords(GENERATOR, v))
const LOCALS: WasmFunction["locals"] = [
  [4, I32],
  [3 + STATE + OUTPUT, V128]
]

// Memory, 56 of the page's 64 KiB: cells, first words, second words, indices and words of the list.
const EVEN = 2 ** (2 * CELL_BITS)
const ODD = EVEN + 4 * CAPACITY
const LIST_AT = ODD + 4 * CAPACITY
const LIST = LIST_AT + 8 * SCREEN_CAPACITY

const each = (code: (v: number) => Code): Code => Array.from({ length: VECTORS }, (_, v) => code(v)).flat()

const prologue: Code = [...threefryStart(GENERATOR), ...set(MASK, splat(int((2 ** CELL_BITS - 1) << CELL_BITS)))]

/** The next sixteen blocks, into A and B. */
const group = threefryStep(GENERATOR)

const nextGroup: Code = set(AT, add(get(AT), int(GROUP)))
const moreToCome: Code = lessThan(get(AT), get(COUNT))

const wordsBody: Code = [
  ...prologue,
  ...loopWhile(
    [
      ...group,
      ...each((v) => [
        ...vstore(shiftLeft(get(AT), 2), EVEN + 16 * v, get(A[v])),
        ...vstore(shiftLeft(get(AT), 2), ODD + 16 * v, get(B[v]))
      ]),
      ...nextGroup
    ],
    moreToCome
  )
]

/** Addresses of the cells of four words. */
const cell = (words: Code): Code => vor(vshr(words, 32 - CELL_BITS), vand(vshr(words, 16 - 2 * CELL_BITS), get(MASK)))
const cellsOf = (v: number): Code => [...set(CELL_A, cell(get(A[v]))), ...set(CELL_B, cell(get(B[v])))]
/** The marks of a vector's cells, or-ed onto `code`. */
const orMarks = (code: Code, cells: number): Code =>
  [0, 1, 2, 3].reduce((found, i) => or(found, loadByte(lane(get(cells), i))), code)
/**
 * Writes a word and its index to the list's end, which moves on only where the cell is marked: no branch to
 * mispredict.
 */
const list = (words: number, cells: number, i: number, index: number): Code => [
  ...store(get(LISTED), LIST_AT, add(shiftLeft(get(AT), 1), int(index))),
  ...store(get(LISTED), LIST, lane(get(words), i)),
  ...set(LISTED, add(get(LISTED), loadByte(lane(get(cells), i))))
]

const screenBody: Code = [
  ...prologue,
  ...loopWhile(
    [
      ...group,
      ...set(FOUND, int(0)),
      ...each((v) => [...cellsOf(v), ...set(FOUND, orMarks(orMarks(get(FOUND), CELL_A), CELL_B))]),
      ...when(
        get(FOUND),
        each((v) => [
          ...cellsOf(v),
          ...[0, 1, 2, 3].flatMap((i) => [
            ...list(A[v], CELL_A, i, 2 * (4 * v + i)),
            ...list(B[v], CELL_B, i, 2 * (4 * v + i) + 1)
          ])
        ])
      ),
      ...nextGroup
    ],
    moreToCome
  ),
  ...get(LISTED)
]

const PARAMETERS = [I32, I32, I32, I32, I32] as const
const FUNCTIONS: ReadonlyArray<WasmFunction> = [
  { name: "words", parameters: PARAMETERS, locals: LOCALS, body: wordsBody },
  { name: "screen", parameters: PARAMETERS, result: I32, locals: LOCALS, body: screenBody }
]

const instantiate = (): ThreefrySimd | undefined => {
  const bytes = wasmModule(FUNCTIONS, { kind: "own", pages: 1 })
  if (!engine.validate(bytes)) return undefined
  const { exports } = new engine.Instance(new engine.Module(bytes))
  const { buffer } = exports["memory"] as { readonly buffer: ArrayBuffer }
  return {
    even: new Int32Array(buffer, EVEN, CAPACITY),
    odd: new Int32Array(buffer, ODD, CAPACITY),
    cells: new Uint8Array(buffer, 0, EVEN),
    listedAt: new Int32Array(buffer, LIST_AT, 2 * SCREEN_CAPACITY),
    listed: new Int32Array(buffer, LIST, 2 * SCREEN_CAPACITY),
    words: exports["words"] as ThreefrySimd["words"],
    screen: exports["screen"] as ThreefrySimd["screen"]
  }
}

let made: { readonly simd: ThreefrySimd | undefined } | undefined

/**
 * The functions, made at the first call; undefined where WebAssembly has no SIMD. One memory: a call's words last
 * until the next.
 */
export const threefrySimd = (): ThreefrySimd | undefined => (made ??= { simd: instantiate() }).simd
