/**
 * Components of a truncated mixture added to π̂/π_ref, as code: eight components at a time, two to a vector, at one prompt after another.
 *
 * Each sum runs in the order in which `mixture-ratio.ts` takes it, so that a component gives the same bits here and there. Where no pair of a prompt is truncated its
 * law is one of scores g: w(y) = e^{(g(y) − max g)/β} over Σ π_ref·w. Where pairs are truncated, the law anchored at y′ differs from that in the terms of the pairs of
 * y′ only, which are put right one by one: O(R + pairs) for all anchors together.
 *
 * A block of eight is left to the caller, who is told, where some component's scores span more than the clip (or than e^x reaches), and where putting right would
 * take away more than half of a sum.
 */
import {
  add,
  and,
  type Code,
  dadd,
  dload,
  double,
  dstore,
  get,
  I32,
  int,
  isZero,
  lessThan,
  load,
  multiply,
  or,
  repeat,
  set,
  shiftLeft,
  store,
  V128,
  vany,
  vconst,
  vload,
  vnot,
  vor,
  vstore,
  wadd,
  type WasmFunction,
  wdivide,
  whileLoop,
  wless,
  wlessEqual,
  wloadSplat,
  wmultiply,
  wpmax,
  wpmin,
  wsplat,
  wsubtract,
  when,
  whenElse
} from "../../numeric/webassembly.ts"
import { EXPONENTIAL_CONSTANTS, exponential, exponentialConstants } from "./exponential-code.ts"

/** Components of one block. */
export const LANES = 8
const VECTORS = LANES / 2
/** Bytes of one row of a block. */
const ROW = 8 * LANES

/** Words of a prompt's head: its first row, its rows, address of its truncated pairs or 0, the next block it needs. */
export const HEAD = 4
/** Arrays of rows×LANES doubles that a thread needs. */
export const SCRATCH = 3

// Parameters: address of heads; prompts [from, to); addresses of features, π_ref, sums and blocks of θ (block, coordinate, lane); blocks; lanes of the last one; d;
// address of (β, most span); address of scratch, and its rows.
const [HEADS, FROM, TO, FEATURES, REFERENCE, SUMS, THETAS, BLOCKS, LAST, D, NUMBERS, SCRATCH_AT, WIDEST] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
]
const [AT, SIZE, PAIRS, BLOCK, F, FS, FEND, T, TEND, E, EEND, R, S, Q, I, J, JEND, STOP, LANE_END, W] = Array.from(
  { length: 20 },
  (_, i) => 13 + i
)
const INTS = 20
const V = 13 + INTS
const vectors = (n: number) => Array.from({ length: VECTORS }, (_, v) => V + VECTORS * n + v)
const [A, B, HI, LO, Z] = [0, 1, 2, 3, 4].map(vectors)
const [X, G, BETA, SPAN, BAD, HALF] = [20, 21, 22, 23, 24, 25].map((i) => V + i)
const EXP_SCRATCH = V + 26
const CONSTANTS = EXP_SCRATCH + 6
const V128S = 26 + 6 + EXPONENTIAL_CONSTANTS.length

const advance = (local: number, bytes: number): Code => set(local, add(get(local), int(bytes)))
const each = (code: (v: number) => Code): Code => repeat(VECTORS, code)

/** Coordinates of one turn of {@link scores}. */
const UNROLLED = 4

/** What coordinate j adds to the scores of the rows at FS and Q. */
const coordinate = (rows: 1 | 2, j: number): Code => [
  ...set(X, wloadSplat(get(FS), 8 * j)),
  ...(rows === 2 ? set(G, wloadSplat(get(Q), 8 * j)) : []),
  ...each((v) => [
    ...set(HALF, vload(get(T), ROW * j + 16 * v)),
    ...set(A[v], wadd(get(A[v]), wmultiply(get(HALF), get(X)))),
    ...(rows === 2 ? set(B[v], wadd(get(B[v]), wmultiply(get(HALF), get(G)))) : [])
  ])
]
const onward = (rows: 1 | 2, n: number): Code => [
  ...advance(FS, 8 * n),
  ...(rows === 2 ? advance(Q, 8 * n) : []),
  ...advance(T, ROW * n)
]

/** Scores of `rows` rows from F on into E, and their extremes. */
const scores = (rows: 1 | 2): Code => {
  const sums = rows === 2 ? [A, B] : [A]
  return [
    ...sums.flatMap((sum) => each((v) => set(sum[v], vconst(0, 0, 0, 0)))),
    ...set(FS, get(F)),
    ...set(FEND, add(get(F), shiftLeft(get(D), 3))),
    ...(rows === 2 ? set(Q, get(FEND)) : []),
    ...set(T, get(TEND)),
    ...set(STOP, add(get(FS), shiftLeft(and(get(D), int(-UNROLLED)), 3))),
    ...whileLoop(lessThan(get(FS), get(STOP)), [
      ...repeat(UNROLLED, (j) => coordinate(rows, j)),
      ...onward(rows, UNROLLED)
    ]),
    ...whileLoop(lessThan(get(FS), get(FEND)), [...coordinate(rows, 0), ...onward(rows, 1)]),
    ...sums.flatMap((sum, r) =>
      each((v) => [
        ...vstore(get(E), r * ROW + 16 * v, get(sum[v])),
        ...set(HI[v], wpmax(get(HI[v]), get(sum[v]))),
        ...set(LO[v], wpmin(get(LO[v]), get(sum[v])))
      ])
    ),
    ...set(F, rows === 2 ? add(get(FEND), shiftLeft(get(D), 3)) : get(FEND)),
    ...advance(E, rows * ROW)
  ]
}

/** BAD gains a bit where the mask has one. */
const bad = (mask: Code): Code => set(BAD, vor(get(BAD), mask))

/** Address of row I's part of scratch array n. */
const scratchRow = (row: Code, n: number): Code =>
  add(add(get(SCRATCH_AT), multiply(get(WIDEST), int(n * ROW))), shiftLeft(row, 6))
/** Address of row I's mass. */
const massOf = (row: Code): Code => add(get(R), shiftLeft(row, 3))

/** Runs `body` for each truncated row, with I its record and S its row. */
const overRows = (body: Code): Code => [
  ...set(I, add(get(PAIRS), int(16))),
  ...set(STOP, load(get(PAIRS), 8)),
  ...whileLoop(lessThan(int(0), get(STOP)), [
    ...set(S, load(get(I))),
    ...set(J, add(get(I), int(16))),
    ...set(JEND, add(get(J), shiftLeft(load(get(I), 4), 2))),
    ...body,
    ...set(I, multiply(shiftRight3(add(get(JEND), int(7))), int(8))),
    ...set(STOP, add(get(STOP), int(-1)))
  ])
]
const shiftRight3 = (a: Code): Code => [...a, ...int(3), 0x76]

/** The shares of all anchors: Σ over anchors of mass/normaliser into HI, each truncated row's own into scratch 1, and its corrected ratio into scratch 2. */
const truncated: Code = [
  ...set(X, wloadSplat(get(PAIRS))),
  ...each((v) => set(HI[v], wdivide(get(X), get(Z[v])))),
  ...overRows([
    ...each((v) => set(A[v], vconst(0, 0, 0, 0))),
    ...whileLoop(lessThan(get(J), get(JEND)), [
      ...set(X, wloadSplat(massOf(load(get(J))))),
      ...set(W, scratchRow(load(get(J)), 0)),
      ...each((v) => set(A[v], wadd(get(A[v]), wmultiply(get(X), vload(get(W), 16 * v))))),
      ...advance(J, 4)
    ]),
    ...set(X, wloadSplat(massOf(get(S)))),
    ...set(G, wloadSplat(get(I), 8)),
    ...set(W, scratchRow(get(S), 0)),
    ...set(Q, scratchRow(get(S), 1)),
    ...each((v) => [
      ...set(A[v], wsubtract(get(Z[v]), get(A[v]))),
      ...bad(wless(get(A[v]), wmultiply(get(Z[v]), get(HALF)))),
      ...set(A[v], wdivide(get(X), wadd(get(A[v]), wmultiply(vload(get(W), 16 * v), get(G))))),
      ...vstore(get(Q), 16 * v, get(A[v])),
      ...set(HI[v], wadd(get(HI[v]), get(A[v])))
    ])
  ]),
  // Every row as one without truncated pairs, then those that have some.
  ...set(E, scratchRow(int(0), 0)),
  ...set(Q, scratchRow(int(0), 2)),
  ...whileLoop(lessThan(get(E), get(EEND)), [
    ...each((v) => vstore(get(Q), 16 * v, wmultiply(vload(get(E), 16 * v), get(HI[v])))),
    ...advance(E, ROW),
    ...advance(Q, ROW)
  ]),
  ...overRows([
    ...each((v) => [...set(A[v], vconst(0, 0, 0, 0)), ...set(B[v], vconst(0, 0, 0, 0))]),
    ...whileLoop(lessThan(get(J), get(JEND)), [
      ...set(W, scratchRow(load(get(J)), 0)),
      ...set(Q, scratchRow(load(get(J)), 1)),
      ...each((v) => [
        ...set(X, vload(get(Q), 16 * v)),
        ...set(A[v], wadd(get(A[v]), get(X))),
        ...set(B[v], wadd(get(B[v]), wmultiply(get(X), vload(get(W), 16 * v))))
      ]),
      ...advance(J, 4)
    ]),
    ...set(W, scratchRow(get(S), 0)),
    ...set(Q, scratchRow(get(S), 2)),
    ...each((v) => [
      ...set(A[v], wsubtract(get(HI[v]), get(A[v]))),
      ...bad(wless(get(A[v]), wmultiply(get(HI[v]), get(HALF)))),
      ...vstore(get(Q), 16 * v, wadd(wmultiply(vload(get(W), 16 * v), get(A[v])), get(B[v])))
    ])
  ])
]

const plain: Code = [
  ...set(E, scratchRow(int(0), 0)),
  ...set(Q, scratchRow(int(0), 2)),
  ...whileLoop(lessThan(get(E), get(EEND)), [
    ...each((v) => vstore(get(Q), 16 * v, wdivide(vload(get(E), 16 * v), get(Z[v])))),
    ...advance(E, ROW),
    ...advance(Q, ROW)
  ])
]

/** One block at the prompt. Leaves what its rows gain in scratch 2, and BAD. */
const block = (overBeta: (a: Code, b: Code) => Code): Code => [
  ...set(TEND, add(get(THETAS), multiply(get(BLOCK), multiply(get(D), int(ROW))))),
  ...set(F, add(get(FEATURES), multiply(get(AT), shiftLeft(get(D), 3)))),
  ...set(E, scratchRow(int(0), 0)),
  ...set(EEND, add(get(E), shiftLeft(get(SIZE), 6))),
  ...each((v) => [...set(HI[v], wsplat(double(-Infinity))), ...set(LO[v], wsplat(double(Infinity)))]),
  ...whileLoop(lessThan(add(get(E), int(ROW)), get(EEND)), scores(2)),
  ...whileLoop(lessThan(get(E), get(EEND)), scores(1)),
  ...set(BAD, vconst(0, 0, 0, 0)),
  ...each((v) => bad(vnot(wlessEqual(wsubtract(get(HI[v]), get(LO[v])), get(SPAN))))),
  ...when(isZero(vany(get(BAD))), [
    ...set(HALF, wsplat(double(0.5))),
    ...each((v) => set(Z[v], vconst(0, 0, 0, 0))),
    ...set(E, scratchRow(int(0), 0)),
    ...set(S, get(R)),
    ...whileLoop(lessThan(get(E), get(EEND)), [
      ...set(G, wloadSplat(get(S))),
      ...each((v) => [
        ...set(X, overBeta(wsubtract(vload(get(E), 16 * v), get(HI[v])), get(BETA))),
        ...exponential(X, CONSTANTS, EXP_SCRATCH),
        ...vstore(get(E), 16 * v, get(X)),
        ...set(Z[v], wadd(get(Z[v]), wmultiply(get(G), get(X))))
      ]),
      ...advance(E, ROW),
      ...advance(S, 8)
    ]),
    ...each((v) => bad(vnot(wless(vconst(0, 0, 0, 0), get(Z[v]))))),
    ...when(isZero(vany(get(BAD))), whenElse(get(PAIRS), truncated, plain))
  ])
]

/** What a block's components add, one after another. */
const gather = (lanes: "all" | "some"): Code => [
  ...set(Q, scratchRow(int(0), 2)),
  ...set(EEND, add(get(Q), shiftLeft(get(SIZE), 6))),
  ...set(S, add(get(SUMS), shiftLeft(get(AT), 3))),
  ...whileLoop(lessThan(get(Q), get(EEND)), [
    ...(lanes === "all"
      ? dstore(
          get(S),
          0,
          Array.from({ length: LANES }, (_, i) => i).reduce<Code>(
            (sum, i) => dadd(sum, dload(get(Q), 8 * i)),
            dload(get(S))
          )
        )
      : [
          ...set(W, get(Q)),
          ...set(LANE_END, add(get(Q), shiftLeft(get(LAST), 3))),
          ...whileLoop(lessThan(get(W), get(LANE_END)), [
            ...dstore(get(S), 0, dadd(dload(get(S)), dload(get(W)))),
            ...advance(W, 8)
          ])
        ]),
    ...advance(Q, ROW),
    ...advance(S, 8)
  ])
]

/** @param inverse 1/β stands for β: the same bits where β is a power of two, and quicker */
export const mixtureFunction = (inverse: boolean): WasmFunction => ({
  name: "mixture",
  parameters: Array.from({ length: 13 }, () => I32 as typeof I32),
  locals: [
    [INTS, I32],
    [V128S, V128]
  ],
  body: [
    ...exponentialConstants(CONSTANTS),
    ...set(BETA, wloadSplat(get(NUMBERS))),
    ...set(SPAN, wloadSplat(get(NUMBERS), 8)),
    ...whileLoop(lessThan(get(FROM), get(TO)), [
      ...set(I, add(get(HEADS), shiftLeft(get(FROM), 4))),
      ...set(AT, load(get(I))),
      ...set(SIZE, load(get(I), 4)),
      ...set(PAIRS, load(get(I), 8)),
      ...set(BLOCK, load(get(I), 12)),
      ...set(R, add(get(REFERENCE), shiftLeft(get(AT), 3))),
      ...set(BAD, vconst(0, 0, 0, 0)),
      ...whileLoop(lessThan(get(BLOCK), get(BLOCKS)), [
        ...block(inverse ? wmultiply : wdivide),
        ...set(JEND, get(BLOCKS)),
        ...when(isZero(vany(get(BAD))), [
          ...whenElse(lessThan(add(get(BLOCK), int(1)), get(BLOCKS)), gather("all"), gather("some")),
          ...advance(BLOCK, 1),
          ...set(JEND, int(0))
        ]),
        // A block that is left to the caller ends the prompt: BLOCKS stands for every later one.
        ...when(get(JEND), [
          ...store(add(get(HEADS), shiftLeft(get(FROM), 4)), 12, get(BLOCK)),
          ...set(BLOCK, or(get(BLOCKS), int(1 << 30)))
        ])
      ]),
      ...when(lessThan(get(BLOCK), int(1 << 30)), store(add(get(HEADS), shiftLeft(get(FROM), 4)), 12, get(BLOCK))),
      ...set(FROM, add(get(FROM), int(1)))
    ])
  ]
})
