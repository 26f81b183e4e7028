/**
 * One component of a truncated mixture at a wide prompt, as code: rewards of all rows against an anchor, and the sums that its value is made of. Eight rows at a time, two to
 * a vector, in float64; each row's arithmetic, and each sum's order, is that of policy/wide-component.ts.
 */
import {
  add,
  type Code,
  dadd,
  double,
  dstore,
  get,
  I32,
  int,
  lessThan,
  multiply,
  repeat,
  set,
  shiftLeft,
  V128,
  vand,
  vconst,
  vload,
  vselect,
  vshuffle,
  vstore,
  wadd,
  wdivide,
  wlane,
  wless,
  wlessEqual,
  wloadSplat,
  wmultiply,
  wpmax,
  wpmin,
  wsplat,
  wsubtract,
  type WasmFunction,
  whileLoop
} from "../../numeric/webassembly.ts"
import { EXPONENTIAL_CONSTANTS, exponential, exponentialConstants } from "./exponential-code.ts"

/** Rows of a group: theirs are the lanes of four vectors. */
export const GROUP = 8
const VECTORS = GROUP / 2
const each = (code: (v: number) => Code): Code => repeat(VECTORS, code)
const advance = (local: number, bytes: number): Code => set(local, add(get(local), int(bytes)))
const zero = vconst(0, 0, 0, 0)
const vectors = (first: number): ReadonlyArray<number> => Array.from({ length: VECTORS }, (_, v) => first + v)

/** The blocks [FROM, TO) of `rows` rows each, up to the end at ROW_END: sets ROW and its end, and runs `body` for each block. */
const eachBlock = (
  { from, to, size, end, row, stop }: Readonly<Record<"from" | "to" | "size" | "end" | "row" | "stop", number>>,
  body: Code
): Code =>
  whileLoop(lessThan(get(from), get(to)), [
    ...set(row, multiply(get(from), get(size))),
    ...set(stop, add(get(row), get(size))),
    ...repeat(1, () => [...get(stop), ...get(end), ...lessThan(get(stop), get(end)), 0x1b, 0x21, stop]),
    ...body,
    ...set(from, add(get(from), int(1)))
  ])

/**
 * Rewards: for each row y of the blocks f = clip(⟨θ, φ(y) − φ(a)⟩), 0 where ‖W(φ(y) − φ(a))‖² > ν²; and the greatest f of a row of positive mass, block by block.
 */
export const rewardsFunction = (): WasmFunction => {
  // Addresses of features (group, coordinate, row), masses, rewards, blocks' tops, of φ(a), θ and W, of (ν², clip, −clip), of d×8 doubles of the thread's own.
  const [FEATURES, MASSES, REWARDS, FROM, TO, TOPS, OWN, THETA, WHITENING, D, NUMBERS, GAPS, SIZE, END] = Array.from(
    { length: 14 },
    (_, i) => i
  )
  const [ROW, STOP, F, G, T, O, GEND, W, WEND, AT] = Array.from({ length: 10 }, (_, i) => 14 + i)
  const [A, B, Q] = [24, 28, 32].map(vectors)
  const [X, TOP, LIMIT, CLIP, UNDER, Y] = [36, 37, 38, 39, 40, 41]
  return {
    name: "rewards",
    parameters: Array.from({ length: 14 }, () => I32 as typeof I32),
    locals: [
      [10, I32],
      [18, V128]
    ],
    body: [
      ...set(LIMIT, wloadSplat(get(NUMBERS))),
      ...set(CLIP, wloadSplat(get(NUMBERS), 8)),
      ...set(UNDER, wloadSplat(get(NUMBERS), 16)),
      ...set(GEND, add(get(GAPS), shiftLeft(get(D), 6))),
      ...eachBlock({ from: FROM, to: TO, size: SIZE, end: END, row: ROW, stop: STOP }, [
        ...set(TOP, wsplat(double(-Infinity))),
        ...set(F, add(get(FEATURES), shiftLeft(multiply(get(ROW), get(D)), 3))),
        ...whileLoop(lessThan(get(ROW), get(STOP)), [
          // Gaps to the anchor, and ⟨θ, gap⟩.
          ...each((v) => set(A[v], zero)),
          ...set(G, get(GAPS)),
          ...set(T, get(THETA)),
          ...set(O, get(OWN)),
          ...whileLoop(lessThan(get(G), get(GEND)), [
            ...set(X, wloadSplat(get(O))),
            ...set(Y, wloadSplat(get(T))),
            ...each((v) => [
              ...set(B[v], wsubtract(vload(get(F), 16 * v), get(X))),
              ...vstore(get(G), 16 * v, get(B[v])),
              ...set(A[v], wadd(get(A[v]), wmultiply(get(Y), get(B[v]))))
            ]),
            ...advance(F, 64),
            ...advance(G, 64),
            ...advance(T, 8),
            ...advance(O, 8)
          ]),
          // ‖W gap‖², W lower triangular.
          ...each((v) => set(Q[v], zero)),
          ...set(W, get(WHITENING)),
          ...set(AT, add(get(GAPS), int(64))),
          ...whileLoop(lessThan(get(AT), add(get(GEND), int(1))), [
            ...each((v) => set(B[v], zero)),
            ...set(G, get(GAPS)),
            ...set(WEND, get(W)),
            ...whileLoop(lessThan(get(G), get(AT)), [
              ...set(X, wloadSplat(get(WEND))),
              ...each((v) => set(B[v], wadd(get(B[v]), wmultiply(get(X), vload(get(G), 16 * v))))),
              ...advance(G, 64),
              ...advance(WEND, 8)
            ]),
            ...each((v) => set(Q[v], wadd(get(Q[v]), wmultiply(get(B[v]), get(B[v]))))),
            ...set(W, add(get(W), shiftLeft(get(D), 3))),
            ...advance(AT, 64)
          ]),
          ...set(AT, shiftLeft(get(ROW), 3)),
          ...each((v) => [
            ...set(A[v], wpmax(wpmin(get(A[v]), get(CLIP)), get(UNDER))),
            ...set(A[v], vand(get(A[v]), wlessEqual(get(Q[v]), get(LIMIT)))),
            ...vstore(add(get(REWARDS), get(AT)), 16 * v, get(A[v])),
            ...set(
              TOP,
              wpmax(
                get(TOP),
                vselect(get(A[v]), wsplat(double(-Infinity)), wless(zero, vload(add(get(MASSES), get(AT)), 16 * v)))
              )
            )
          ]),
          ...advance(ROW, GROUP)
        ]),
        ...set(
          TOP,
          wpmax(
            get(TOP),
            vshuffle(
              get(TOP),
              get(TOP),
              Array.from({ length: 16 }, (_, i) => (i + 8) % 16)
            )
          )
        ),
        ...dstore(add(get(TOPS), shiftLeft(get(FROM), 3)), 0, wlane(get(TOP), 0))
      ])
    ]
  }
}

/** Sums, block by block: of π_ref·e^u and of π_ref·e^u·(u − log-ratio), u = (f − top)/β. */
export const weighFunction = (): WasmFunction => {
  const [MASSES, REWARDS, RATIOS, FROM, TO, SUMS, NUMBERS, SIZE, END] = Array.from({ length: 9 }, (_, i) => i)
  const [ROW, STOP, AT] = [9, 10, 11]
  const [Z, GAIN] = [12, 16].map(vectors)
  const [X, E, TOP, BETA] = [20, 21, 22, 23]
  const EXP_SCRATCH = 24
  const CONSTANTS = 30
  const total = ([a, b, c, d]: ReadonlyArray<number>, offset: number): Code => [
    ...set(X, wadd(wadd(get(a), get(b)), wadd(get(c), get(d)))),
    ...dstore(add(get(SUMS), shiftLeft(get(FROM), 4)), offset, dadd(wlane(get(X), 0), wlane(get(X), 1)))
  ]
  return {
    name: "weigh",
    parameters: Array.from({ length: 9 }, () => I32 as typeof I32),
    locals: [
      [3, I32],
      [18 + EXPONENTIAL_CONSTANTS.length, V128]
    ],
    body: [
      ...exponentialConstants(CONSTANTS),
      ...set(TOP, wloadSplat(get(NUMBERS))),
      ...set(BETA, wloadSplat(get(NUMBERS), 8)),
      ...eachBlock({ from: FROM, to: TO, size: SIZE, end: END, row: ROW, stop: STOP }, [
        ...each((v) => [...set(Z[v], zero), ...set(GAIN[v], zero)]),
        ...whileLoop(lessThan(get(ROW), get(STOP)), [
          ...set(AT, shiftLeft(get(ROW), 3)),
          ...each((v) => [
            // A row without mass may have more than the top reward: its weight is 0 whatever its exponent.
            ...set(X, wpmin(wdivide(wsubtract(vload(add(get(REWARDS), get(AT)), 16 * v), get(TOP)), get(BETA)), zero)),
            ...set(E, get(X)),
            ...exponential(E, CONSTANTS, EXP_SCRATCH),
            ...set(E, wmultiply(vload(add(get(MASSES), get(AT)), 16 * v), get(E))),
            ...set(Z[v], wadd(get(Z[v]), get(E))),
            ...set(
              GAIN[v],
              wadd(get(GAIN[v]), wmultiply(get(E), wsubtract(get(X), vload(add(get(RATIOS), get(AT)), 16 * v))))
            )
          ]),
          ...advance(ROW, GROUP)
        ]),
        ...total(Z, 0),
        ...total(GAIN, 8)
      ])
    ]
  }
}
