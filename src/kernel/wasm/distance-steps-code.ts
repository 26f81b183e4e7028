/**
 * Squared distances of all pairs of rows of a place, carried from Σ⁻¹ to Σ⁻¹ − Σ s sᵀ, as code: what `GrowingDistances` (search/growing-distances.ts) does step by step in
 * JavaScript, place by place, in float64, two pairs to a vector. A pair so near ν² that the error decides is left to the caller.
 */
import {
  add,
  and,
  call,
  type Code,
  dadd,
  dless,
  dlessEqual,
  dload,
  dnotEqual,
  double,
  dstore,
  equal,
  F64,
  get,
  I32,
  int,
  lessThan,
  load,
  multiply,
  or,
  repeat,
  set,
  shiftLeft,
  store,
  V128,
  vconst,
  vload,
  vshuffle,
  vstore,
  wadd,
  type WasmFunction,
  whileLoop,
  when,
  wlane,
  wloadSplat,
  wmultiply,
  wpmax,
  wpmin,
  wsplat,
  wsubtract
} from "../../numeric/webassembly.ts"

/** Steps that a row may wait for. */
export const MOST_WAITING = 16
/** Words of a place's head: its first row, its rows, where its distances begin, how many steps wait, and whether sums of it changed (1) or are the caller's to make (2). */
export const HEAD = 8
const [FIRST, ROWS, DISTANCES, WAITING, CHANGED] = [0, 4, 8, 12, 16]

/** Where the pairs (a, b), b < a, of row a begin: rows are filled up to whole vectors. */
export const rowOf = (a: number): number => 2 * Math.floor(a / 2) * Math.ceil(a / 2)

const advance = (local: number, bytes: number | Code): Code =>
  set(local, add(get(local), typeof bytes === "number" ? int(bytes) : bytes))

/** Row `a`, its distances at ROW, takes the steps k … to−1 that it waited for, four a turn: a distance is read and written once for them. Its nearest pair goes to LEAST. */
const catchUp = (): WasmFunction => {
  const [ROW, A, ALONG, WIDTH, K, TO, LEAST] = [0, 1, 2, 3, 4, 5, 6]
  const [END, AT] = [7, 8]
  const steps = [9, 10, 11, 12]
  const own = [13, 14, 15, 16]
  const gap = [17, 18, 19, 20]
  const [NEAREST, DISTANCE] = [21, 22]
  const turn = (n: number): Code => [
    ...repeat(n, (i) => set(steps[i], i === 0 ? get(ALONG) : add(get(steps[i - 1]), get(WIDTH)))),
    ...repeat(n, (i) => set(own[i], wloadSplat(add(get(steps[i]), shiftLeft(get(A), 3))))),
    ...set(AT, get(ROW)),
    ...set(NEAREST, wsplat(double(Infinity))),
    ...whileLoop(lessThan(get(AT), get(END)), [
      ...repeat(n, (i) => set(gap[i], wsubtract(get(own[i]), vload(get(steps[i]))))),
      ...repeat(n, (i) => set(gap[i], wmultiply(get(gap[i]), get(gap[i])))),
      ...set(
        DISTANCE,
        wsubtract(
          vload(get(AT)),
          n === 1 ? get(gap[0]) : wadd(wadd(get(gap[0]), get(gap[1])), wadd(get(gap[2]), get(gap[3])))
        )
      ),
      ...vstore(get(AT), 0, get(DISTANCE)),
      ...set(NEAREST, wpmin(get(NEAREST), get(DISTANCE))),
      ...repeat(n, (i) => advance(steps[i], 16)),
      ...advance(AT, 16)
    ]),
    ...advance(K, n),
    ...advance(ALONG, multiply(get(WIDTH), int(n)))
  ]
  return {
    name: "catchUp",
    parameters: Array.from({ length: 7 }, () => I32 as typeof I32),
    locals: [
      [6, I32],
      [10, V128]
    ],
    body: when(lessThan(get(K), get(TO)), [
      ...set(END, add(get(ROW), shiftLeft(and(add(get(A), int(1)), int(-2)), 3))),
      ...advance(ALONG, multiply(get(WIDTH), get(K))),
      ...whileLoop(lessThan(add(get(K), int(3)), get(TO)), turn(4)),
      ...whileLoop(lessThan(get(K), get(TO)), turn(1)),
      ...set(
        NEAREST,
        wpmin(
          get(NEAREST),
          vshuffle(
            get(NEAREST),
            get(NEAREST),
            Array.from({ length: 16 }, (_, i) => (i + 8) % 16)
          )
        )
      ),
      ...dstore(get(LEAST), 0, wlane(get(NEAREST), 0))
    ])
  }
}

/**
 * Pairs of row `a` below NUMBERS[0] = ν² less the error pass no more; its least distance and the mass of those that pass are made anew. A pair up to NUMBERS[1] = ν² and the
 * error is marked.
 */
const settle = (): WasmFunction => {
  const [ROW, A, LEAST, SUM, MASS, MARK, NUMBERS] = [0, 1, 2, 3, 4, 5, 6]
  const END = 7
  const [DISTANCE, NEAREST, TOTAL] = [8, 9, 10]
  return {
    name: "settle",
    parameters: Array.from({ length: 7 }, () => I32 as typeof I32),
    locals: [
      [1, I32],
      [3, F64]
    ],
    body: [
      ...set(END, add(get(ROW), shiftLeft(get(A), 3))),
      ...set(NEAREST, double(Infinity)),
      ...set(TOTAL, double(0)),
      ...whileLoop(lessThan(get(ROW), get(END)), [
        ...set(DISTANCE, dload(get(ROW))),
        ...when(dless(get(DISTANCE), dload(get(NUMBERS))), [
          ...set(DISTANCE, double(Infinity)),
          ...dstore(get(ROW), 0, get(DISTANCE))
        ]),
        ...when(dnotEqual(get(DISTANCE), double(Infinity)), [
          ...set(TOTAL, dadd(get(TOTAL), dload(get(MASS)))),
          ...when(dless(get(DISTANCE), get(NEAREST)), set(NEAREST, get(DISTANCE)))
        ]),
        ...advance(ROW, 8),
        ...advance(MASS, 8)
      ]),
      ...dstore(get(LEAST), 0, get(NEAREST)),
      ...dstore(get(SUM), 0, get(TOTAL)),
      ...store(get(MARK), 0, dlessEqual(get(NEAREST), dload(get(NUMBERS), 8)))
    ]
  }
}

// Parameters: address of heads; places [from, to); addresses of features, of what is along each step (16 a row), of distances, and of what is known by row: least distances,
// masses, sums of them, how many steps each took, marks; address of the steps, how many; d; address of ν² less its error, and more.
const [HEADS, FROM, TO, FEATURES, ALONGS, PAIRS, LEASTS, MASSES, SUMS, TAKENS, MARKS, STEPS, COUNT, D, NUMBERS] =
  Array.from({ length: 15 }, (_, i) => i)
const [AT, START, ALONG, WIDTH, LEAST, LEAST_END, STEP, STEP_END, ROW, A, TAKEN, MARK, HERE, END, F, FEND, T, STOP] =
  Array.from({ length: 18 }, (_, i) => 15 + i)
const [LOW, TOP, OWN, S0, S1, S2, S3] = Array.from({ length: 7 }, (_, i) => 33 + i)
const PARTS = [S0, S1, S2, S3]

/** Goes through the rows of the place. */
const eachRow = (body: Code): Code => [
  ...set(ROW, add(get(PAIRS), shiftLeft(load(get(AT), DISTANCES), 3))),
  ...set(A, int(0)),
  ...set(LEAST, add(get(LEASTS), shiftLeft(get(START), 3))),
  ...set(TAKEN, add(get(TAKENS), shiftLeft(get(START), 2))),
  ...set(MARK, add(get(MARKS), shiftLeft(get(START), 2))),
  ...whileLoop(lessThan(get(LEAST), get(LEAST_END)), [
    ...body,
    ...advance(ROW, shiftLeft(and(add(get(A), int(1)), int(-2)), 3)),
    ...advance(A, 1),
    ...advance(LEAST, 8),
    ...advance(TAKEN, 4),
    ...advance(MARK, 4)
  ])
]

const caughtUp: Code = call(
  0,
  get(ROW),
  get(A),
  get(ALONG),
  get(WIDTH),
  load(get(TAKEN)),
  load(get(AT), WAITING),
  get(LEAST)
)

/** ⟨s, φ⟩ of the place's rows, from HERE to END, and its extremes. */
const project: Code = [
  ...set(F, add(get(FEATURES), shiftLeft(multiply(get(START), get(D)), 3))),
  ...set(LOW, wsplat(double(Infinity))),
  ...set(TOP, wsplat(double(-Infinity))),
  ...set(MARK, get(HERE)),
  ...whileLoop(lessThan(get(MARK), get(END)), [
    ...PARTS.flatMap((sum) => set(sum, vconst(0, 0, 0, 0))),
    ...set(T, get(STEP)),
    ...set(FEND, add(get(F), shiftLeft(get(D), 3))),
    ...set(STOP, add(get(F), shiftLeft(and(get(D), int(-8)), 3))),
    ...whileLoop(lessThan(get(F), get(STOP)), [
      ...repeat(4, (i) => set(PARTS[i], wadd(get(PARTS[i]), wmultiply(vload(get(T), 16 * i), vload(get(F), 16 * i))))),
      ...advance(F, 64),
      ...advance(T, 64)
    ]),
    ...set(STOP, add(get(F), shiftLeft(and(get(D), int(6)), 3))),
    ...whileLoop(lessThan(get(F), get(STOP)), [
      ...set(S0, wadd(get(S0), wmultiply(vload(get(T)), vload(get(F))))),
      ...advance(F, 16),
      ...advance(T, 16)
    ]),
    ...set(S0, wadd(wadd(get(S0), get(S1)), wadd(get(S2), get(S3)))),
    ...set(S0, wsplat(dadd(wlane(get(S0), 0), wlane(get(S0), 1)))),
    ...when(lessThan(get(F), get(FEND)), [
      ...set(S0, wadd(get(S0), wmultiply(wloadSplat(get(T)), wloadSplat(get(F))))),
      ...advance(F, 8)
    ]),
    ...dstore(get(MARK), 0, wlane(get(S0), 0)),
    ...set(LOW, wpmin(get(LOW), get(S0))),
    ...set(TOP, wpmax(get(TOP), get(S0))),
    ...advance(MARK, 8)
  ])
]

/** No pair of a row is nearer than it was by more than the row's greatest gap allows. */
const bounds: Code = [
  ...set(LEAST, add(get(LEASTS), shiftLeft(get(START), 3))),
  ...whileLoop(lessThan(get(LEAST), get(LEAST_END)), [
    ...set(OWN, wloadSplat(get(HERE))),
    ...set(OWN, wpmax(wsubtract(get(OWN), get(LOW)), wsubtract(get(TOP), get(OWN)))),
    ...dstore(get(LEAST), 0, wlane(wsubtract(wloadSplat(get(LEAST)), wmultiply(get(OWN), get(OWN))), 0)),
    ...advance(LEAST, 8),
    ...advance(HERE, 8)
  ])
]

const place: Code = [
  ...set(ALONG, add(get(ALONGS), shiftLeft(get(START), 7))),
  ...set(STEP, get(STEPS)),
  ...set(STEP_END, add(get(STEP), shiftLeft(multiply(get(COUNT), get(D)), 3))),
  ...whileLoop(lessThan(get(STEP), get(STEP_END)), [
    ...when(equal(load(get(AT), WAITING), int(MOST_WAITING)), [
      ...eachRow([...when(dnotEqual(dload(get(LEAST)), double(Infinity)), caughtUp), ...store(get(TAKEN), 0, int(0))]),
      ...store(get(AT), WAITING, int(0))
    ]),
    ...set(HERE, add(get(ALONG), multiply(get(WIDTH), load(get(AT), WAITING)))),
    ...set(END, add(get(HERE), get(WIDTH))),
    ...store(get(AT), WAITING, add(load(get(AT), WAITING), int(1))),
    ...project,
    ...bounds,
    ...advance(STEP, shiftLeft(get(D), 3))
  ]),
  ...eachRow(
    when(dlessEqual(dload(get(LEAST)), dload(get(NUMBERS), 8)), [
      ...caughtUp,
      ...store(get(TAKEN), 0, load(get(AT), WAITING)),
      ...when(dlessEqual(dload(get(LEAST)), dload(get(NUMBERS), 8)), [
        ...call(
          1,
          get(ROW),
          get(A),
          get(LEAST),
          add(get(SUMS), shiftLeft(add(get(START), get(A)), 3)),
          add(get(MASSES), shiftLeft(get(START), 3)),
          get(MARK),
          get(NUMBERS)
        ),
        ...store(get(AT), CHANGED, or(load(get(AT), CHANGED), add(int(1), shiftLeft(load(get(MARK)), 1))))
      ])
    ])
  )
]

const advancePlaces = (): WasmFunction => ({
  name: "distanceSteps",
  parameters: Array.from({ length: 15 }, () => I32 as typeof I32),
  locals: [
    [18, I32],
    [7, V128]
  ],
  body: whileLoop(lessThan(get(FROM), get(TO)), [
    ...set(AT, add(get(HEADS), shiftLeft(get(FROM), 5))),
    ...set(START, load(get(AT), FIRST)),
    ...set(WIDTH, shiftLeft(load(get(AT), ROWS), 3)),
    ...set(LEAST, add(get(LEASTS), shiftLeft(get(START), 3))),
    ...set(LEAST_END, add(get(LEAST), get(WIDTH))),
    // A place none of whose pairs may still pass is done with.
    ...set(T, int(0)),
    ...whileLoop(lessThan(get(LEAST), get(LEAST_END)), [
      ...when(dnotEqual(dload(get(LEAST)), double(Infinity)), [...set(T, int(1)), ...set(LEAST, get(LEAST_END))]),
      ...advance(LEAST, 8)
    ]),
    ...when(get(T), place),
    ...advance(FROM, 1)
  ])
})

export const distanceStepsFunctions = (): ReadonlyArray<WasmFunction> => [catchUp(), settle(), advancePlaces()]
