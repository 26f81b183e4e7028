/**
 * Threefry-2×32-20 in WebAssembly SIMD: sixteen blocks at a time, four in each of four vectors, so that their chains
 * of dependent operations overlap. The same words as {@link threefry2x32} of `stream.ts`, at 2.6 ns a block where
 * four lanes of JavaScript take 6.5.
 *
 * Two functions over one memory. `words` stores the words of consecutive blocks. `screen` looks, for every word w, at
 * the cell of a 2⁷×2⁷ table named by the top seven bits of w's two halves, and lists the words in marked cells: the
 * search for a rare pair, 1.5 ns a word, without leaving the registers.
 *
 * The module is written here, instruction by instruction, because it is one straight line of code: a compiler's tool
 * chain would be larger than what it compiles. Where SIMD is missing, {@link threefrySimd} gives undefined and
 * callers use JavaScript.
 */

/** Blocks per step of both functions. */
export const GROUP = 16
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

type Code = ReadonlyArray<number>

const unsigned = (n: number): Array<number> => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)])
const signed = (n: number): Array<number> => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)])

// Instructions as functions of their operands' code (WebAssembly core specification, chapter 5.4).
const get = (local: number): Code => [0x20, ...unsigned(local)]
const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]
const int = (n: number): Code => [0x41, ...signed(n)]
const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a]
const shiftLeft = (a: Code, n: number): Code => [...a, ...int(n), 0x74]
const lessThan = (a: Code, b: Code): Code => [...a, ...b, 0x48]
const or = (a: Code, b: Code): Code => [...a, ...b, 0x72]
const xor = (a: Code, b: Code): Code => [...a, ...b, 0x73]
const loadByte = (address: Code): Code => [...address, 0x2d, 0, 0]
const loopWhile = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b]
const store = (address: Code, offset: number, value: Code): Code => [...address, ...value, 0x36, 2, ...unsigned(offset)]
const when = (condition: Code, body: Code): Code => [...condition, 0x04, 0x40, ...body, 0x0b]

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]
const splat = (a: Code): Code => [...a, ...simd(0x11)]
const lane = (v: Code, i: number): Code => [...v, ...simd(0x1b), i]
const vadd = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)]
const vand = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x4e)]
const vor = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x50)]
const vxor = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x51)]
const vshl = (v: Code, n: number): Code => [...v, ...int(n), ...simd(0xab)]
const vshr = (v: Code, n: number): Code => [...v, ...int(n), ...simd(0xad)]
const vconst = (...lanes: ReadonlyArray<number>): Code => [...simd(0x0c), ...lanes.flatMap((n) => [n, 0, 0, 0])]
const vstore = (address: Code, offset: number, v: Code): Code => [
  ...address,
  ...v,
  ...simd(0x0b),
  4,
  ...unsigned(offset)
]
/** Each 32-bit lane rotated left. Whole bytes move by one shuffle instead of two shifts and an or. */
const rotate = (v: Code, n: number): Code => {
  if (n % 8 !== 0) return vor(vshl(v, n), vshr(v, 32 - n))
  const bytes = Array.from({ length: 16 }, (_, i) => (i & ~3) | ((i - n / 8) & 3))
  return [...v, ...v, ...simd(0x0d), ...bytes]
}

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24]
const PARITY = 0x1bd11bda

// Locals: five parameters, then integers, then vectors.
const [K0, K1, LOW, HIGH, COUNT, AT, K2, FOUND, LISTED] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const [COUNTER, FIRST_B, MASK, CELL_A, CELL_B] = [9, 10, 11, 12, 13]
/** Key words, each as a vector. */
const KEY = [14, 15, 16]
/** Key words plus the number of their injection. */
const INJECTED = [17, 18, 19, 20, 21]
const VECTORS = GROUP / 4
const A = [22, 23, 24, 25]
const B = [26, 27, 28, 29]
/** Two runs of locals: AT to LISTED as i32, COUNTER to the last of B as v128. */
const LOCALS = [2, 4, 0x7f, 21, 0x7b]

// Memory, 56 of the page's 64 KiB: cells, first words, second words, indices and words of the list.
const EVEN = 2 ** (2 * CELL_BITS)
const ODD = EVEN + 4 * CAPACITY
const LIST_AT = ODD + 4 * CAPACITY
const LIST = LIST_AT + 8 * SCREEN_CAPACITY

const each = (code: (v: number) => Code): Code => Array.from({ length: VECTORS }, (_, v) => code(v)).flat()

const prologue: Code = [
  ...set(K2, xor(xor(int(PARITY), get(K0)), get(K1))),
  ...[K0, K1, K2].flatMap((k, i) => set(KEY[i], splat(get(k)))),
  // Injection j adds key word j+1 to the first words, and key word j+2 plus j+1 to the second (key words modulo 3).
  ...INJECTED.flatMap((local, j) => set(local, splat(add(get([K0, K1, K2][(j + 2) % 3]), int(j + 1))))),
  ...set(COUNTER, vadd(splat(add(get(LOW), get(K0))), vconst(0, 1, 2, 3))),
  ...set(FIRST_B, vadd(splat(get(HIGH)), get(KEY[1]))),
  ...set(MASK, splat(int((2 ** CELL_BITS - 1) << CELL_BITS)))
]

/** The next sixteen blocks, into A and B. */
const group: Code = [
  ...each((v) => [...set(A[v], vadd(get(COUNTER), splat(int(4 * v)))), ...set(B[v], get(FIRST_B))]),
  ...Array.from({ length: 20 }, (_, round): Code => {
    const injection = round >> 2
    return [
      ...each((v) => set(A[v], vadd(get(A[v]), get(B[v])))),
      ...each((v) => set(B[v], vxor(rotate(get(B[v]), ROTATIONS[round % 8]), get(A[v])))),
      ...(round % 4 < 3
        ? []
        : each((v) => [
            ...set(A[v], vadd(get(A[v]), get(KEY[(injection + 1) % 3]))),
            ...set(B[v], vadd(get(B[v]), get(INJECTED[injection])))
          ]))
    ]
  }).flat(),
  ...set(COUNTER, vadd(get(COUNTER), splat(int(GROUP))))
]

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

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]
const text = (s: string): Code => [s.length, ...Array.from(s, (c) => c.charCodeAt(0))]
const body = (code: Code): Code => {
  const content = [...LOCALS, ...code, 0x0b]
  return [...unsigned(content.length), ...content]
}
const FIVE_INTEGERS = [5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f]

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/** The binary module (core specification, chapter 5.5): types, functions, one page of memory, exports, code. */
const binary = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array([
    ...MAGIC,
    ...section(1, [2, 0x60, ...FIVE_INTEGERS, 0, 0x60, ...FIVE_INTEGERS, 1, 0x7f]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(7, [3, ...text("memory"), 2, 0, ...text("words"), 0, 0, ...text("screen"), 0, 1]),
    ...section(10, [2, ...body(wordsBody), ...body(screenBody)])
  ])

/** What is used of the engine's WebAssembly (lib.dom has its types, es2023 and Node's do not). */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

const instantiate = (): ThreefrySimd | undefined => {
  const bytes = binary()
  if (!WebAssembly.validate(bytes)) return undefined
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
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
