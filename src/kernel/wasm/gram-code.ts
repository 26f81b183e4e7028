/**
 * ΦᵀΦ as code: tiles of four by eight entries, each summed in registers over a block of rows that stays in the cache.
 * Tiles below the diagonal only. A tile may reach past column d, into the next row: what it gathers there is never
 * read, and the array is followed by {@link GRAM_SLACK} floats.
 *
 * A tile goes down a column of Φ, in steps of a row. Where rows are long their lines meet in a few sets of the cache
 * (at d = 1,024 all in one of 64): past {@link NARROW} columns a block is first packed into panels of eight columns, each in order.
 */
import {
  add,
  and,
  type Code,
  fusedMultiplyAdd,
  get,
  I32,
  int,
  lessThan,
  multiply,
  repeat,
  select,
  set,
  shiftLeft,
  V128,
  vload,
  vloadSplat,
  vstore,
  type WasmFunction,
  whenElse,
  whileLoop
} from "../../numeric/webassembly.ts"

const ROWS = 4
const COLUMNS = 8
/** Rows of Φ per block, for d up to {@link NARROW} and past it: 64 KiB at d = 64, and no more than a cache of 512 KiB at d = 2,048. */
const BLOCK = 256
const WIDE_BLOCK = 64
const NARROW = 128
/** Bytes of a panel's row, and of a panel. */
const PANEL_ROW = 4 * COLUMNS
const PANEL = PANEL_ROW * WIDE_BLOCK
export const GRAM_SLACK = COLUMNS

/** Side of the array that the kernel sums into: d rounded up to whole tiles. */
export const gramStride = (d: number): number => Math.ceil(d / COLUMNS) * COLUMNS

/** Floats that one thread works in: the sums, gramStride(d)² of them, and behind them the panels of a block. */
export const gramScratch = (d: number): number => gramStride(d) ** 2 + (d > NARROW ? gramStride(d) * WIDE_BLOCK : 0)

// Parameters: addresses of features and of gramScratch(d) floats, the sums first; rows [from, to); d; gramStride(d).
const [FEATURES, SUMS, FROM, TO, D, SIDE] = [0, 1, 2, 3, 4, 5]
const [I, J, N, END, STRIDE, WIDTH, AT, AT_I, AT_J, TARGET, STEP, PANELS] = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]
const [LEFT, RIGHT, FEATURE] = [18, 19, 20]
const SUM = [21, 22, 23, 24, 25, 26, 27, 28]

export const gramFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  const target = (i: number): Code => (i === 0 ? get(TARGET) : add(get(TARGET), multiply(get(WIDTH), int(i))))
  const row: Code = [
    ...set(LEFT, vload(get(AT_J))),
    ...set(RIGHT, vload(get(AT_J), 16)),
    ...repeat(ROWS, (i) => [
      ...set(FEATURE, vloadSplat(get(AT_I), 4 * i)),
      ...set(SUM[2 * i], madd(get(FEATURE), get(LEFT), get(SUM[2 * i]))),
      ...set(SUM[2 * i + 1], madd(get(FEATURE), get(RIGHT), get(SUM[2 * i + 1])))
    ]),
    ...set(AT_I, add(get(AT_I), get(STEP))),
    ...set(AT_J, add(get(AT_J), get(STEP))),
    ...set(N, add(get(N), int(1)))
  ]
  /** `places` sets AT_I and AT_J. */
  const tile = (places: Code): Code => [
    ...set(TARGET, add(get(SUMS), shiftLeft(add(multiply(get(I), get(SIDE)), get(J)), 2))),
    ...repeat(2 * ROWS, (s) => set(SUM[s], vload(target(s >> 1), 16 * (s & 1)))),
    ...places,
    ...set(N, get(FROM)),
    ...whileLoop(lessThan(get(N), get(END)), row),
    ...repeat(2 * ROWS, (s) => vstore(target(s >> 1), 16 * (s & 1), get(SUM[s]))),
    ...set(J, add(get(J), int(COLUMNS)))
  ]
  const blocks = (size: number, prepare: Code, places: Code): Code =>
    whileLoop(lessThan(get(FROM), get(TO)), [
      ...set(END, add(get(FROM), int(size))),
      ...set(END, select(get(END), get(TO), lessThan(get(END), get(TO)))),
      ...prepare,
      ...set(I, int(0)),
      ...whileLoop(lessThan(get(I), get(D)), [
        ...set(J, int(0)),
        ...whileLoop(lessThan(get(J), add(get(I), int(ROWS))), tile(places)),
        ...set(I, add(get(I), int(ROWS)))
      ]),
      ...set(FROM, get(END))
    ])
  const inPlace: Code = [
    ...set(AT, add(get(FEATURES), multiply(get(FROM), get(STRIDE)))),
    ...set(AT_I, add(get(AT), shiftLeft(get(I), 2))),
    ...set(AT_J, add(get(AT), shiftLeft(get(J), 2)))
  ]
  const packed: Code = [
    ...set(
      AT_I,
      add(
        add(get(PANELS), multiply(and(get(I), int(-COLUMNS)), int(PANEL / COLUMNS))),
        shiftLeft(and(get(I), int(COLUMNS - 1)), 2)
      )
    ),
    ...set(AT_J, add(get(PANELS), multiply(get(J), int(PANEL / COLUMNS))))
  ]
  const pack: Code = [
    ...set(J, int(0)),
    ...whileLoop(lessThan(get(J), get(D)), [
      ...set(AT, add(add(get(FEATURES), multiply(get(FROM), get(STRIDE))), shiftLeft(get(J), 2))),
      ...set(AT_J, add(get(PANELS), multiply(get(J), int(PANEL / COLUMNS)))),
      ...set(N, get(FROM)),
      ...whileLoop(lessThan(get(N), get(END)), [
        ...vstore(get(AT_J), 0, vload(get(AT))),
        ...vstore(get(AT_J), 16, vload(get(AT), 16)),
        ...set(AT, add(get(AT), get(STRIDE))),
        ...set(AT_J, add(get(AT_J), int(PANEL_ROW))),
        ...set(N, add(get(N), int(1)))
      ]),
      ...set(J, add(get(J), int(COLUMNS)))
    ])
  ]
  return {
    name: "gram",
    parameters: [I32, I32, I32, I32, I32, I32],
    locals: [
      [12, I32],
      [11, V128]
    ],
    body: [
      ...set(STRIDE, shiftLeft(get(D), 2)),
      ...set(WIDTH, shiftLeft(get(SIDE), 2)),
      ...whenElse(
        lessThan(get(D), int(NARROW + 1)),
        [...set(STEP, get(STRIDE)), ...blocks(BLOCK, [], inPlace)],
        [
          ...set(STEP, int(PANEL_ROW)),
          ...set(PANELS, add(get(SUMS), multiply(get(WIDTH), get(SIDE)))),
          ...blocks(WIDE_BLOCK, pack, packed)
        ]
      )
    ]
  }
}
