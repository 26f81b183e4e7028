/**
 * Squared distances of all pairs of rows as code: four rows by eight columns at a time, one side of the diagonal, each
 * tile stored twice. By differences: the expansion into norms and an inner product takes half the arithmetic, but
 * cancels where the test looks, at pairs that are near.
 *
 * Rows are packed by {@link packRows}, so that a tile reads both of its sides in order.
 */
import {
  add,
  and,
  type Code,
  fusedMultiplyAdd,
  get,
  I32,
  int,
  isZero,
  lessThan,
  load,
  multiply,
  or,
  repeat,
  select,
  set,
  shiftLeft,
  store,
  subtract,
  V128,
  vconst,
  vfsubtract,
  vload,
  vloadSplat,
  vshuffle,
  vstore,
  type WasmFunction,
  when,
  whenElse,
  whileLoop
} from "../../numeric/webassembly.ts"

const ROWS = 4
/** Columns per tile and rows per panel. */
export const PANEL = 8
/** Rows that take a panel in turn, so that mirrored tiles fill whole cache lines. */
const BLOCK = 16
/** Steps of k per turn of the inner loop. */
const UNROLL = 4
/** Floats of one thread's partial tile. */
export const TILE = ROWS * PANEL

/** R×d rows as the kernel reads them: entry (panel, k, c) is row 8·panel + c, 0 past the last. */
export const packRows = (white: Float32Array, size: number, d: number, out: Float32Array): void => {
  const whole = size - (size % PANEL)
  let at = 0
  // Written out: a loop of eight, with its test for the last row, took three times as long, half of a call at R = 64.
  for (let first = 0; first < whole; first += PANEL) {
    for (let k = 0; k < d; k++, at += PANEL) {
      let from = first * d + k
      out[at] = white[from]
      out[at + 1] = white[(from += d)]
      out[at + 2] = white[(from += d)]
      out[at + 3] = white[(from += d)]
      out[at + 4] = white[(from += d)]
      out[at + 5] = white[(from += d)]
      out[at + 6] = white[(from += d)]
      out[at + 7] = white[from + d]
    }
  }
  if (whole === size) return
  for (let k = 0; k < d; k++) {
    for (let row = whole; row < whole + PANEL; row++) out[at++] = row < size ? white[row * d + k] : 0
  }
}

// Parameters: addresses of packed rows and distances; rows [from, to), from a multiple of 8; R; d; address of a tile.
const [PACKED, OUT, FROM, TO, SIZE, D, PARTIAL] = [0, 1, 2, 3, 4, 5, 6]
const [COLUMN, END, LAST, AT, FEATURES, WIDTH, PANEL_BYTES, R, C, TARGET, MIRROR, FIRST, STOP] = [
  7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
]
const [LEFT, RIGHT, FEATURE, GAP] = [20, 21, 22, 23]
const SUM = [24, 25, 26, 27, 28, 29, 30, 31]

/** Bytes of the shuffle that takes words i … l of two vectors (0 … 3, 4 … 7). */
const words = (...indices: ReadonlyArray<number>): ReadonlyArray<number> =>
  indices.flatMap((i) => [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3])

export const pairDistancesFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  const square = (sum: number, columns: number): Code => [
    ...set(GAP, vfsubtract(get(FEATURE), get(columns))),
    ...set(sum, madd(get(GAP), get(GAP), get(sum)))
  ]
  const steps = (count: number): Code => [
    ...repeat(count, (u) => [
      ...set(LEFT, vload(get(AT), 4 * PANEL * u)),
      ...set(RIGHT, vload(get(AT), 4 * PANEL * u + 16)),
      ...repeat(ROWS, (r) => [
        ...set(FEATURE, vloadSplat(get(FEATURES), 4 * PANEL * u + 4 * r)),
        ...square(SUM[2 * r], LEFT),
        ...square(SUM[2 * r + 1], RIGHT)
      ])
    ]),
    ...set(AT, add(get(AT), int(4 * PANEL * count))),
    ...set(FEATURES, add(get(FEATURES), int(4 * PANEL * count)))
  ]
  const rowAddress = (row: Code, column: Code): Code =>
    add(get(OUT), add(multiply(row, get(WIDTH)), shiftLeft(column, 2)))

  /** Four columns of the tile (its left or right half), as rows of the other side of the diagonal. */
  const mirrored = (half: 0 | 1): Code => {
    const [a, b, c, d] = [0, 1, 2, 3].map((r) => get(SUM[2 * r + half]))
    const [low, high] = [words(0, 4, 1, 5), words(2, 6, 3, 7)]
    return [low, high].flatMap((part) => [
      ...set(LEFT, vshuffle(a, b, part)),
      ...set(RIGHT, vshuffle(c, d, part)),
      ...vstore(get(MIRROR), 0, vshuffle(get(LEFT), get(RIGHT), words(0, 1, 4, 5))),
      ...set(MIRROR, add(get(MIRROR), get(WIDTH))),
      ...vstore(get(MIRROR), 0, vshuffle(get(LEFT), get(RIGHT), words(2, 3, 6, 7))),
      ...set(MIRROR, add(get(MIRROR), get(WIDTH)))
    ])
  }
  const whole: Code = [
    ...set(TARGET, rowAddress(get(FROM), get(COLUMN))),
    ...repeat(ROWS, (r) => [
      ...vstore(get(TARGET), 0, get(SUM[2 * r])),
      ...vstore(get(TARGET), 16, get(SUM[2 * r + 1])),
      ...set(TARGET, add(get(TARGET), get(WIDTH)))
    ]),
    ...set(MIRROR, rowAddress(get(COLUMN), get(FROM))),
    // The tile on the diagonal is its own mirror image, in part.
    ...when(lessThan(get(FROM), get(COLUMN)), [...mirrored(0), ...mirrored(1)])
  ]
  /** A tile that reaches past the last row or column. */
  const partial: Code = [
    ...repeat(2 * ROWS, (i) => vstore(get(PARTIAL), 16 * i, get(SUM[i]))),
    ...set(R, int(0)),
    ...whileLoop(and(lessThan(get(R), int(ROWS)), lessThan(add(get(FROM), get(R)), get(SIZE))), [
      ...set(C, int(0)),
      ...whileLoop(and(lessThan(get(C), int(PANEL)), lessThan(add(get(COLUMN), get(C)), get(SIZE))), [
        ...set(TARGET, load(add(get(PARTIAL), shiftLeft(add(multiply(get(R), int(PANEL)), get(C)), 2)))),
        ...store(rowAddress(add(get(FROM), get(R)), add(get(COLUMN), get(C))), 0, get(TARGET)),
        ...store(rowAddress(add(get(COLUMN), get(C)), add(get(FROM), get(R))), 0, get(TARGET)),
        ...set(C, add(get(C), int(1)))
      ]),
      ...set(R, add(get(R), int(1)))
    ])
  ]
  const tile: Code = [
    ...set(AT, add(get(PACKED), multiply(get(COLUMN), shiftLeft(get(D), 2)))),
    ...set(END, add(get(AT), get(PANEL_BYTES))),
    ...set(LAST, subtract(get(END), int(4 * PANEL * (UNROLL - 1)))),
    ...set(
      FEATURES,
      add(
        add(get(PACKED), multiply(and(get(FROM), int(-PANEL)), shiftLeft(get(D), 2))),
        shiftLeft(and(get(FROM), int(PANEL - 1)), 2)
      )
    ),
    ...repeat(2 * ROWS, (i) => set(SUM[i], vconst(0, 0, 0, 0))),
    ...whileLoop(lessThan(get(AT), get(LAST)), steps(UNROLL)),
    ...whileLoop(lessThan(get(AT), get(END)), steps(1)),
    ...whenElse(
      or(lessThan(get(SIZE), add(get(FROM), int(ROWS))), lessThan(get(SIZE), add(get(COLUMN), int(PANEL)))),
      partial,
      whole
    )
  ]
  return {
    name: "pairDistances",
    parameters: [I32, I32, I32, I32, I32, I32, I32],
    locals: [
      [13, I32],
      [12, V128]
    ],
    body: [
      ...set(WIDTH, shiftLeft(get(SIZE), 2)),
      ...set(PANEL_BYTES, multiply(get(D), int(4 * PANEL))),
      ...whileLoop(lessThan(get(FROM), get(TO)), [
        ...set(FIRST, get(FROM)),
        ...set(STOP, add(get(FROM), int(BLOCK))),
        ...set(STOP, select(get(STOP), get(TO), lessThan(get(STOP), get(TO)))),
        ...set(COLUMN, and(get(FIRST), int(-PANEL))),
        ...whileLoop(lessThan(get(COLUMN), get(SIZE)), [
          ...set(FROM, get(FIRST)),
          ...whileLoop(lessThan(get(FROM), get(STOP)), [
            // Rows whose diagonal lies further right have this panel as others' mirror image.
            ...when(isZero(lessThan(get(COLUMN), and(get(FROM), int(-PANEL)))), tile),
            ...set(FROM, add(get(FROM), int(ROWS)))
          ]),
          ...set(COLUMN, add(get(COLUMN), int(PANEL)))
        ]),
        ...set(FROM, get(STOP))
      ])
    ]
  }
}
