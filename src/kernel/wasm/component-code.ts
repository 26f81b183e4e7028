/**
 * One component of a truncated mixture at a wide prompt, as code: rewards of all rows against an anchor, and the sums that its value is made of. Eight rows at a time, two to
 * a vector, in float64; each row's arithmetic, and each sum's order, is that of policy/wide-component.ts.
 */
import { type Code, double, type Local, repeat, upTo, type Value, whileLoop, zero } from "../../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"
import { Exponential } from "./exponential-code.ts"

/** Rows of a group: theirs are the lanes of four vectors. */
export const GROUP = 8
const VECTORS = GROUP / 2
const each = (code: (v: number) => Code): Code => repeat(VECTORS, code)

/** The blocks [from, to) of `size` rows each, up to the end: runs `body` for each, with its first row and its end in `row` and `stop`. */
const eachBlock = (
  { end, from, row, size, stop, to }: Readonly<Record<"from" | "to" | "size" | "end" | "row" | "stop", Local<"i32">>>,
  body: Code
): Code =>
  upTo(from, to, 1, [
    row.set(from.times(size)),
    stop.set(row.plus(size)),
    stop.set(stop.where(stop.lessThan(end), end)),
    body
  ])

/**
 * Rewards: for each row y of the blocks f = clip(⟨θ, φ(y) − φ(a)⟩), 0 where ‖W(φ(y) − φ(a))‖² > ν²; and the greatest f of a row of positive mass, block by block.
 *
 * Parameters: addresses of features (group, coordinate, row), masses, rewards; blocks; addresses of blocks' tops, of φ(a), θ and W; d; addresses of (ν², clip, −clip) and of
 * d×8 doubles of the thread's own; rows of a block and in all.
 */
export const rewardsFunction = (): WasmFunction =>
  wasmFunction("rewards", (f) => {
    const [FEATURES, MASSES, REWARDS, FROM, TO, TOPS, OWN, THETA, WHITENING, D, NUMBERS, GAPS, SIZE, END] =
      f.parameters(14)
    const [ROW, STOP, F, G, T, O, GEND, W, WEND, AT] = f.locals("i32", 10)
    const [A, B, Q] = [0, 1, 2].map(() => f.locals("f64x2", VECTORS))
    const [X, TOP, LIMIT, CLIP, UNDER, Y] = f.locals("f64x2", 6)
    const lowest = double(-Infinity).splat()
    /** Vector v of the group's numbers at an address. */
    const lanes = (base: Value<"i32">, v: number): Value<"f64x2"> => base.load("f64x2", 16 * v)

    /** Gaps to the anchor, and ⟨θ, gap⟩. */
    const gaps: Code = [
      each((v) => A[v].set(zero("f64x2"))),
      G.set(GAPS),
      T.set(THETA),
      O.set(OWN),
      whileLoop(G.lessThan(GEND), [
        X.set(O.loadSplat("f64x2")),
        Y.set(T.loadSplat("f64x2")),
        each((v) => [B[v].set(lanes(F, v).minus(X)), G.store(B[v], 16 * v), A[v].set(A[v].plus(Y.times(B[v])))]),
        F.increase(64),
        G.increase(64),
        T.increase(8),
        O.increase(8)
      ])
    ]
    /** ‖W gap‖², W lower triangular. */
    const norms: Code = [
      each((v) => Q[v].set(zero("f64x2"))),
      W.set(WHITENING),
      AT.set(GAPS.plus(64)),
      upTo(AT, GEND.plus(1), 64, [
        each((v) => B[v].set(zero("f64x2"))),
        G.set(GAPS),
        WEND.set(W),
        whileLoop(G.lessThan(AT), [
          X.set(WEND.loadSplat("f64x2")),
          each((v) => B[v].set(B[v].plus(X.times(lanes(G, v))))),
          G.increase(64),
          WEND.increase(8)
        ]),
        each((v) => Q[v].set(Q[v].plus(B[v].times(B[v])))),
        W.increase(D.shiftLeft(3))
      ])
    ]
    const rewards: Code = [
      AT.set(ROW.shiftLeft(3)),
      each((v) => [
        A[v].set(A[v].pmin(CLIP).pmax(UNDER)),
        A[v].set(A[v].and(Q[v].atMost(LIMIT))),
        REWARDS.plus(AT).store(A[v], 16 * v),
        TOP.set(TOP.pmax(A[v].where(zero("f64x2").lessThan(lanes(MASSES.plus(AT), v)), lowest)))
      ])
    ]
    return [
      LIMIT.set(NUMBERS.loadSplat("f64x2")),
      CLIP.set(NUMBERS.loadSplat("f64x2", 8)),
      UNDER.set(NUMBERS.loadSplat("f64x2", 16)),
      GEND.set(GAPS.plus(D.shiftLeft(6))),
      eachBlock({ from: FROM, to: TO, size: SIZE, end: END, row: ROW, stop: STOP }, [
        TOP.set(lowest),
        F.set(FEATURES.plus(ROW.times(D).shiftLeft(3))),
        upTo(ROW, STOP, GROUP, [gaps, norms, rewards]),
        TOP.set(TOP.pmax(TOP.shuffle(TOP, 2, 3, 0, 1))),
        TOPS.plus(FROM.shiftLeft(3)).store(TOP.lane(0))
      ])
    ]
  })

/**
 * Sums, block by block: of π_ref·e^u and of π_ref·e^u·(u − log-ratio), u = (f − top)/β.
 *
 * Parameters: addresses of masses, rewards and log-ratios; blocks; addresses of sums and of (top, β); rows of a block and in all.
 */
export const weighFunction = (): WasmFunction =>
  wasmFunction("weigh", (f) => {
    const [MASSES, REWARDS, RATIOS, FROM, TO, SUMS, NUMBERS, SIZE, END] = f.parameters(9)
    const [ROW, STOP, AT] = f.locals("i32", 3)
    const [Z, GAIN] = [0, 1].map(() => f.locals("f64x2", VECTORS))
    const [X, E, TOP, BETA] = f.locals("f64x2", 4)
    const exponential = new Exponential(f)
    const lanes = (base: Value<"i32">, v: number): Value<"f64x2"> => base.plus(AT).load("f64x2", 16 * v)
    const total = ([a, b, c, d]: ReadonlyArray<Value<"f64x2">>, offset: number): Code => [
      X.set(a.plus(b).plus(c.plus(d))),
      SUMS.plus(FROM.shiftLeft(4)).store(X.lane(0).plus(X.lane(1)), offset)
    ]
    return [
      exponential.start,
      TOP.set(NUMBERS.loadSplat("f64x2")),
      BETA.set(NUMBERS.loadSplat("f64x2", 8)),
      eachBlock({ from: FROM, to: TO, size: SIZE, end: END, row: ROW, stop: STOP }, [
        each((v) => [Z[v].set(zero("f64x2")), GAIN[v].set(zero("f64x2"))]),
        upTo(ROW, STOP, GROUP, [
          AT.set(ROW.shiftLeft(3)),
          each((v) => [
            // A row without mass may have more than the top reward: its weight is 0 whatever its exponent.
            X.set(lanes(REWARDS, v).minus(TOP).over(BETA).pmin(zero("f64x2"))),
            E.set(X),
            exponential.of(E),
            E.set(lanes(MASSES, v).times(E)),
            Z[v].set(Z[v].plus(E)),
            GAIN[v].set(GAIN[v].plus(E.times(X.minus(lanes(RATIOS, v)))))
          ])
        ]),
        total(Z, 0),
        total(GAIN, 8)
      ])
    ]
  })
