/**
 * Squared distances of all pairs of rows of a place, carried from Σ⁻¹ to Σ⁻¹ − Σ s sᵀ, as code: what `GrowingDistances` (search/growing-distances.ts) does step by step in
 * JavaScript, place by place, in float64, two pairs to a vector. A pair so near ν² that the error decides is left to the caller.
 */
import {
  call,
  type Code,
  double,
  int,
  repeat,
  upTo,
  type Value,
  when,
  whileLoop,
  zero
} from "../../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"

/** Steps that a row may wait for. */
export const MOST_WAITING = 16
/** Words of a place's head: its first row, its rows, where its distances begin, how many steps wait, and whether sums of it changed (1) or are the caller's to make (2). */
export const HEAD = 8
const [FIRST, ROWS, DISTANCES, WAITING, CHANGED] = [0, 4, 8, 12, 16]

/** Where the pairs (a, b), b < a, of row a begin: rows are filled up to whole vectors. */
export const rowOf = (a: number): number => 2 * Math.floor(a / 2) * Math.ceil(a / 2)

/** Bytes of row a's pairs, filled up. */
const bytesOf = (a: Value<"i32">): Value<"i32"> => a.plus(1).and(-2).shiftLeft(3)

/** Row `a`, its distances at ROW, takes the steps k … to−1 that it waited for, four a turn: a distance is read and written once for them. Its nearest pair goes to LEAST. */
const catchUp = (): WasmFunction =>
  wasmFunction("catchUp", (f) => {
    const [ROW, A, ALONG, WIDTH, K, TO, LEAST] = f.parameters(7)
    const [END, AT] = f.locals("i32", 2)
    const steps = f.locals("i32", 4)
    const own = f.locals("f64x2", 4)
    const gap = f.locals("f64x2", 4)
    const [NEAREST, DISTANCE] = f.locals("f64x2", 2)
    const turn = (n: number): Code => [
      repeat(n, (i) => steps[i].set(i === 0 ? ALONG : steps[i - 1].plus(WIDTH))),
      repeat(n, (i) => own[i].set(steps[i].plus(A.shiftLeft(3)).loadSplat("f64x2"))),
      AT.set(ROW),
      NEAREST.set(double(Infinity).splat()),
      upTo(AT, END, 16, [
        repeat(n, (i) => gap[i].set(own[i].minus(steps[i].load("f64x2")))),
        repeat(n, (i) => gap[i].set(gap[i].times(gap[i]))),
        DISTANCE.set(AT.load("f64x2").minus(n === 1 ? gap[0] : gap[0].plus(gap[1]).plus(gap[2].plus(gap[3])))),
        AT.store(DISTANCE),
        NEAREST.set(NEAREST.pmin(DISTANCE)),
        repeat(n, (i) => steps[i].increase(16))
      ]),
      K.increase(n),
      ALONG.increase(WIDTH.times(n))
    ]
    return when(K.lessThan(TO), [
      END.set(ROW.plus(bytesOf(A))),
      ALONG.increase(WIDTH.times(K)),
      whileLoop(K.plus(3).lessThan(TO), turn(4)),
      whileLoop(K.lessThan(TO), turn(1)),
      NEAREST.set(NEAREST.pmin(NEAREST.shuffle(NEAREST, 2, 3, 0, 1))),
      LEAST.store(NEAREST.lane(0))
    ])
  })

/**
 * Pairs of row `a` below NUMBERS[0] = ν² less the error pass no more; its least distance and the mass of those that pass are made anew. A pair up to NUMBERS[1] = ν² and the
 * error is marked.
 */
const settle = (): WasmFunction =>
  wasmFunction("settle", (f) => {
    const [ROW, A, LEAST, SUM, MASS, MARK, NUMBERS] = f.parameters(7)
    const END = f.local("i32")
    const [DISTANCE, NEAREST, TOTAL] = f.locals("f64", 3)
    return [
      END.set(ROW.plus(A.shiftLeft(3))),
      NEAREST.set(Infinity),
      TOTAL.set(0),
      whileLoop(ROW.lessThan(END), [
        DISTANCE.set(ROW.load("f64")),
        when(DISTANCE.lessThan(NUMBERS.load("f64")), [DISTANCE.set(Infinity), ROW.store(DISTANCE)]),
        when(DISTANCE.differs(Infinity), [
          TOTAL.set(TOTAL.plus(MASS.load("f64"))),
          when(DISTANCE.lessThan(NEAREST), NEAREST.set(DISTANCE))
        ]),
        ROW.increase(8),
        MASS.increase(8)
      ]),
      LEAST.store(NEAREST),
      SUM.store(TOTAL),
      MARK.store(NEAREST.atMost(NUMBERS.load("f64", 8)))
    ]
  })

/**
 * The steps at each place. Parameters: address of heads; places [from, to); addresses of features, of what is along each step (16 a row), of distances, and of what is known by
 * row: least distances, masses, sums of them, how many steps each took, marks; address of the steps, how many; d; address of ν² less its error, and more.
 */
const advancePlaces = (): WasmFunction =>
  wasmFunction("distanceSteps", (f) => {
    const [HEADS, FROM, TO, FEATURES, ALONGS, PAIRS, LEASTS, MASSES, SUMS, TAKENS, MARKS, STEPS, COUNT, D, NUMBERS] =
      f.parameters(15)
    const [
      AT,
      START,
      ALONG,
      WIDTH,
      LEAST,
      LEAST_END,
      STEP,
      STEP_END,
      ROW,
      A,
      TAKEN,
      MARK,
      HERE,
      END,
      F,
      FEND,
      T,
      STOP
    ] = f.locals("i32", 18)
    const [LOW, TOP, OWN, ...PARTS] = f.locals("f64x2", 7)
    const [S0, S1, S2, S3] = PARTS

    /** Goes through the rows of the place. */
    const eachRow = (body: Code): Code => [
      ROW.set(PAIRS.plus(AT.load("i32", DISTANCES).shiftLeft(3))),
      A.set(0),
      LEAST.set(LEASTS.plus(START.shiftLeft(3))),
      TAKEN.set(TAKENS.plus(START.shiftLeft(2))),
      MARK.set(MARKS.plus(START.shiftLeft(2))),
      whileLoop(LEAST.lessThan(LEAST_END), [
        body,
        ROW.increase(bytesOf(A)),
        A.increase(1),
        LEAST.increase(8),
        TAKEN.increase(4),
        MARK.increase(4)
      ])
    ]
    const waiting = AT.load("i32", WAITING)
    const caughtUp = call(0, ROW, A, ALONG, WIDTH, TAKEN.load("i32"), waiting, LEAST)

    /** ⟨s, φ⟩ of the place's rows, from HERE to END, and its extremes. */
    const project: Code = [
      F.set(FEATURES.plus(START.times(D).shiftLeft(3))),
      LOW.set(double(Infinity).splat()),
      TOP.set(double(-Infinity).splat()),
      MARK.set(HERE),
      upTo(MARK, END, 8, [
        PARTS.map((sum) => sum.set(zero("f64x2"))),
        T.set(STEP),
        FEND.set(F.plus(D.shiftLeft(3))),
        STOP.set(F.plus(D.and(-8).shiftLeft(3))),
        whileLoop(F.lessThan(STOP), [
          PARTS.map((sum, i) => sum.set(sum.plus(T.load("f64x2", 16 * i).times(F.load("f64x2", 16 * i))))),
          F.increase(64),
          T.increase(64)
        ]),
        STOP.set(F.plus(D.and(6).shiftLeft(3))),
        whileLoop(F.lessThan(STOP), [
          S0.set(S0.plus(T.load("f64x2").times(F.load("f64x2")))),
          F.increase(16),
          T.increase(16)
        ]),
        S0.set(S0.plus(S1).plus(S2.plus(S3))),
        S0.set(S0.lane(0).plus(S0.lane(1)).splat()),
        when(F.lessThan(FEND), [S0.set(S0.plus(T.loadSplat("f64x2").times(F.loadSplat("f64x2")))), F.increase(8)]),
        MARK.store(S0.lane(0)),
        LOW.set(LOW.pmin(S0)),
        TOP.set(TOP.pmax(S0))
      ])
    ]

    /** No pair of a row is nearer than it was by more than the row's greatest gap allows. */
    const bounds: Code = [
      LEAST.set(LEASTS.plus(START.shiftLeft(3))),
      whileLoop(LEAST.lessThan(LEAST_END), [
        OWN.set(HERE.loadSplat("f64x2")),
        OWN.set(OWN.minus(LOW).pmax(TOP.minus(OWN))),
        LEAST.store(LEAST.loadSplat("f64x2").minus(OWN.times(OWN)).lane(0)),
        LEAST.increase(8),
        HERE.increase(8)
      ])
    ]

    const mayPass = LEAST.load("f64").differs(Infinity)
    const isNear = LEAST.load("f64").atMost(NUMBERS.load("f64", 8))
    const place: Code = [
      ALONG.set(ALONGS.plus(START.shiftLeft(7))),
      STEP.set(STEPS),
      STEP_END.set(STEP.plus(COUNT.times(D).shiftLeft(3))),
      whileLoop(STEP.lessThan(STEP_END), [
        when(waiting.equals(MOST_WAITING), [eachRow([when(mayPass, caughtUp), TAKEN.store(0)]), AT.store(0, WAITING)]),
        HERE.set(ALONG.plus(WIDTH.times(waiting))),
        END.set(HERE.plus(WIDTH)),
        AT.store(waiting.plus(1), WAITING),
        project,
        bounds,
        STEP.increase(D.shiftLeft(3))
      ]),
      eachRow(
        when(isNear, [
          caughtUp,
          TAKEN.store(waiting),
          when(isNear, [
            call(
              1,
              ROW,
              A,
              LEAST,
              SUMS.plus(START.plus(A).shiftLeft(3)),
              MASSES.plus(START.shiftLeft(3)),
              MARK,
              NUMBERS
            ),
            AT.store(AT.load("i32", CHANGED).or(int(1).plus(MARK.load("i32").shiftLeft(1))), CHANGED)
          ])
        ])
      )
    ]
    return upTo(FROM, TO, 1, [
      AT.set(HEADS.plus(FROM.shiftLeft(5))),
      START.set(AT.load("i32", FIRST)),
      WIDTH.set(AT.load("i32", ROWS).shiftLeft(3)),
      LEAST.set(LEASTS.plus(START.shiftLeft(3))),
      LEAST_END.set(LEAST.plus(WIDTH)),
      // A place none of whose pairs may still pass is done with.
      T.set(0),
      upTo(LEAST, LEAST_END, 8, when(mayPass, [T.set(1), LEAST.set(LEAST_END)])),
      when(T, place)
    ])
  })

export const distanceStepsFunctions = (): ReadonlyArray<WasmFunction> => [catchUp(), settle(), advancePlaces()]
