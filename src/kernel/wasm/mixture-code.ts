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
import { type Code, double, int, repeat, upTo, type Value, when, whileLoop, zero } from "../../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"
import { Exponential } from "./exponential-code.ts"

/** Components of one block. */
export const LANES = 8
const VECTORS = LANES / 2
/** Bytes of one row of a block. */
const ROW = 8 * LANES

/** Words of a prompt's head: its first row, its rows, address of its truncated pairs or 0, the next block it needs. */
export const HEAD = 4
/** Arrays of rows×LANES doubles that a thread needs. */
export const SCRATCH = 3
/** Coordinates of one turn of the scores. */
const UNROLLED = 4
/** Above every block: a prompt that a block left to the caller has ended. */
const ENDED = 1 << 30

const each = (code: (v: number) => Code): Code => repeat(VECTORS, code)
/** Vector v of the numbers of eight components at an address. */
const lanes = (address: Value<"i32">, v: number, offset = 0): Value<"f64x2"> => address.load("f64x2", offset + 16 * v)

/**
 * Parameters: address of heads; prompts [from, to); addresses of features, π_ref, sums and blocks of θ (block, coordinate, lane); blocks; lanes of the last one; d; address of
 * (β, most span); address of scratch, and its rows.
 *
 * @param inverse 1/β stands for β: the same bits where β is a power of two, and quicker
 */
export const mixtureFunction = (inverse: boolean): WasmFunction =>
  wasmFunction("mixture", (f) => {
    const [HEADS, FROM, TO, FEATURES, REFERENCE, SUMS, THETAS, BLOCKS, LAST, D, NUMBERS, SCRATCH_AT, WIDEST] =
      f.parameters(13)
    const [AT, SIZE, PAIRS, BLOCK, F, FS, FEND, T, TEND, E, EEND, R, S, Q, I, J, JEND, STOP, LANE_END, W] = f.locals(
      "i32",
      20
    )
    const [A, B, HI, LO, Z] = [0, 1, 2, 3, 4].map(() => f.locals("f64x2", VECTORS))
    const [X, G, BETA, SPAN, BAD, HALF] = f.locals("f64x2", 6)
    const exponential = new Exponential(f)
    const none = zero("f64x2")

    /** Scores of `rows` rows from F on into E, and their extremes. */
    const scores = (rows: 1 | 2): Code => {
      const sums = [A, B].slice(0, rows)
      const second = (code: Code): Code => (rows === 2 ? code : [])
      /** What coordinate j adds to the scores of the rows at FS and Q. */
      const coordinate = (j: number): Code => [
        X.set(FS.loadSplat("f64x2", 8 * j)),
        second(G.set(Q.loadSplat("f64x2", 8 * j))),
        each((v) => [
          HALF.set(lanes(T, v, ROW * j)),
          A[v].set(A[v].plus(HALF.times(X))),
          second(B[v].set(B[v].plus(HALF.times(G))))
        ])
      ]
      const onward = (n: number): Code => [FS.increase(8 * n), second(Q.increase(8 * n)), T.increase(ROW * n)]
      return [
        sums.map((sum) => each((v) => sum[v].set(none))),
        FS.set(F),
        FEND.set(F.plus(D.shiftLeft(3))),
        second(Q.set(FEND)),
        T.set(TEND),
        STOP.set(FS.plus(D.and(-UNROLLED).shiftLeft(3))),
        whileLoop(FS.lessThan(STOP), [repeat(UNROLLED, coordinate), onward(UNROLLED)]),
        whileLoop(FS.lessThan(FEND), [coordinate(0), onward(1)]),
        sums.map((sum, r) =>
          each((v) => [E.store(sum[v], r * ROW + 16 * v), HI[v].set(HI[v].pmax(sum[v])), LO[v].set(LO[v].pmin(sum[v]))])
        ),
        F.set(rows === 2 ? FEND.plus(D.shiftLeft(3)) : FEND),
        E.increase(rows * ROW)
      ]
    }

    /** BAD gains a bit where the mask has one. */
    const bad = (mask: Value<"f64x2">): Code => BAD.set(BAD.or(mask))
    /** Address of a row's part of scratch array n. */
    const scratchRow = (row: Value<"i32">, n: number): Value<"i32"> =>
      SCRATCH_AT.plus(WIDEST.times(n * ROW)).plus(row.shiftLeft(6))
    /** Address of a row's mass. */
    const massOf = (row: Value<"i32">): Value<"i32"> => R.plus(row.shiftLeft(3))
    /** For every row of the prompt, with its part of scratch arrays 0 and 2 at E and Q. */
    const everyRow = (body: Code): Code => [
      E.set(scratchRow(int(0), 0)),
      Q.set(scratchRow(int(0), 2)),
      whileLoop(E.lessThan(EEND), [body, E.increase(ROW), Q.increase(ROW)])
    ]
    /** Runs `body` for each truncated row, with I its record and S its row; `partner` within it for each row at J that it is truncated with. */
    const overRows = (body: Code): Code => [
      I.set(PAIRS.plus(16)),
      STOP.set(PAIRS.load("i32", 8)),
      whileLoop(int(0).lessThan(STOP), [
        S.set(I.load("i32")),
        J.set(I.plus(16)),
        JEND.set(J.plus(I.load("i32", 4).shiftLeft(2))),
        body,
        I.set(JEND.plus(7).shiftRight(3).times(8)),
        STOP.increase(-1)
      ])
    ]
    const partner = J.load("i32")

    /** The shares of all anchors: Σ over anchors of mass/normaliser into HI, each truncated row's own into scratch 1, and its corrected ratio into scratch 2. */
    const truncated: Code = [
      X.set(PAIRS.loadSplat("f64x2")),
      each((v) => HI[v].set(X.over(Z[v]))),
      overRows([
        each((v) => A[v].set(none)),
        upTo(J, JEND, 4, [
          X.set(massOf(partner).loadSplat("f64x2")),
          W.set(scratchRow(partner, 0)),
          each((v) => A[v].set(A[v].plus(X.times(lanes(W, v)))))
        ]),
        X.set(massOf(S).loadSplat("f64x2")),
        G.set(I.loadSplat("f64x2", 8)),
        W.set(scratchRow(S, 0)),
        Q.set(scratchRow(S, 1)),
        each((v) => [
          A[v].set(Z[v].minus(A[v])),
          bad(A[v].lessThan(Z[v].times(HALF))),
          A[v].set(X.over(A[v].plus(lanes(W, v).times(G)))),
          Q.store(A[v], 16 * v),
          HI[v].set(HI[v].plus(A[v]))
        ])
      ]),
      // Every row as one without truncated pairs, then those that have some.
      everyRow(each((v) => Q.store(lanes(E, v).times(HI[v]), 16 * v))),
      overRows([
        each((v) => [A[v].set(none), B[v].set(none)]),
        upTo(J, JEND, 4, [
          W.set(scratchRow(partner, 0)),
          Q.set(scratchRow(partner, 1)),
          each((v) => [X.set(lanes(Q, v)), A[v].set(A[v].plus(X)), B[v].set(B[v].plus(X.times(lanes(W, v))))])
        ]),
        W.set(scratchRow(S, 0)),
        Q.set(scratchRow(S, 2)),
        each((v) => [
          A[v].set(HI[v].minus(A[v])),
          bad(A[v].lessThan(HI[v].times(HALF))),
          Q.store(lanes(W, v).times(A[v]).plus(B[v]), 16 * v)
        ])
      ])
    ]
    const plain = everyRow(each((v) => Q.store(lanes(E, v).over(Z[v]), 16 * v)))

    const overBeta = (x: Value<"f64x2">): Value<"f64x2"> => (inverse ? x.times(BETA) : x.over(BETA))
    /** One block at the prompt. Leaves what its rows gain in scratch 2, and BAD. */
    const block: Code = [
      TEND.set(THETAS.plus(BLOCK.times(D.times(ROW)))),
      F.set(FEATURES.plus(AT.times(D.shiftLeft(3)))),
      E.set(scratchRow(int(0), 0)),
      EEND.set(E.plus(SIZE.shiftLeft(6))),
      each((v) => [HI[v].set(double(-Infinity).splat()), LO[v].set(double(Infinity).splat())]),
      whileLoop(E.plus(ROW).lessThan(EEND), scores(2)),
      whileLoop(E.lessThan(EEND), scores(1)),
      BAD.set(none),
      each((v) => bad(HI[v].minus(LO[v]).atMost(SPAN).not())),
      when(BAD.any().isZero(), [
        HALF.set(double(0.5).splat()),
        each((v) => Z[v].set(none)),
        E.set(scratchRow(int(0), 0)),
        S.set(R),
        whileLoop(E.lessThan(EEND), [
          G.set(S.loadSplat("f64x2")),
          each((v) => [
            X.set(overBeta(lanes(E, v).minus(HI[v]))),
            exponential.of(X),
            E.store(X, 16 * v),
            Z[v].set(Z[v].plus(G.times(X)))
          ]),
          E.increase(ROW),
          S.increase(8)
        ]),
        each((v) => bad(none.lessThan(Z[v]).not())),
        when(BAD.any().isZero(), when(PAIRS, truncated, plain))
      ])
    ]

    /** What a block's components add, one after another. */
    const gather = (row: Code): Code => [
      Q.set(scratchRow(int(0), 2)),
      EEND.set(Q.plus(SIZE.shiftLeft(6))),
      S.set(SUMS.plus(AT.shiftLeft(3))),
      whileLoop(Q.lessThan(EEND), [row, Q.increase(ROW), S.increase(8)])
    ]
    let sum = S.load("f64")
    for (let i = 0; i < LANES; i++) sum = sum.plus(Q.load("f64", 8 * i))
    const all = gather(S.store(sum))
    const some = gather([
      W.set(Q),
      LANE_END.set(Q.plus(LAST.shiftLeft(3))),
      upTo(W, LANE_END, 8, S.store(S.load("f64").plus(W.load("f64"))))
    ])

    const head = HEADS.plus(FROM.shiftLeft(4))
    return [
      exponential.start,
      BETA.set(NUMBERS.loadSplat("f64x2")),
      SPAN.set(NUMBERS.loadSplat("f64x2", 8)),
      upTo(FROM, TO, 1, [
        I.set(head),
        [AT, SIZE, PAIRS, BLOCK].map((local, i) => local.set(I.load("i32", 4 * i))),
        R.set(REFERENCE.plus(AT.shiftLeft(3))),
        BAD.set(none),
        whileLoop(BLOCK.lessThan(BLOCKS), [
          block,
          JEND.set(BLOCKS),
          when(BAD.any().isZero(), [when(BLOCK.plus(1).lessThan(BLOCKS), all, some), BLOCK.increase(1), JEND.set(0)]),
          // A block that is left to the caller ends the prompt.
          when(JEND, [head.store(BLOCK, 12), BLOCK.set(BLOCKS.or(ENDED))])
        ]),
        when(BLOCK.lessThan(ENDED), head.store(BLOCK, 12))
      ])
    ]
  })
