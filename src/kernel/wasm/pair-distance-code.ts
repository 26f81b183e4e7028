/**
 * Squared distances of all pairs of rows as code: four rows by eight columns at a time, one side of the diagonal, each
 * tile stored twice. By differences: the expansion into norms and an inner product takes half the arithmetic, but
 * cancels where the test looks, at pairs that are near.
 *
 * Rows are packed by {@link packRows}, so that a tile reads both of its sides in order.
 */
import { type Code, fusedMultiplyAdd, repeat, upTo, type Value, when, whileLoop } from "../../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"
import { COLUMNS, ROWS, takeColumns, Tile } from "./tile-code.ts"

/** Columns per tile and rows per panel. */
export const PANEL = COLUMNS
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
  for (let first = 0; first < whole; first += PANEL)
    for (let k = 0; k < d; k++, at += PANEL) takeColumns(white, first * d + k, d, out, at)
  if (whole === size) return
  for (let k = 0; k < d; k++) {
    for (let row = whole; row < whole + PANEL; row++) out[at++] = row < size ? white[row * d + k] : 0
  }
}

/** Parameters: addresses of packed rows and distances; rows [from, to), from a multiple of 8; R; d; address of a tile. */
export const pairDistancesFunction = (relaxed: boolean): WasmFunction =>
  wasmFunction("pairDistances", (f) => {
    const madd = fusedMultiplyAdd(relaxed)
    const [PACKED, OUT, FROM, TO, SIZE, D, PARTIAL] = f.parameters(7)
    const [COLUMN, END, LAST, AT, FEATURES, WIDTH, PANEL_BYTES, R, C, TARGET, MIRROR, FIRST, STOP] = f.locals("i32", 13)
    const registers = new Tile(f)
    const GAP = f.local("f32x4")
    const { left, right, sums } = registers

    const steps = (count: number): Code => [
      repeat(count, (u) =>
        registers.step(
          AT,
          4 * PANEL * u,
          (r) => FEATURES.loadSplat("f32x4", 4 * PANEL * u + 4 * r),
          (sum, feature, columns) => [GAP.set(feature.minus(columns)), sum.set(madd(GAP, GAP, sum))]
        )
      ),
      AT.increase(4 * PANEL * count),
      FEATURES.increase(4 * PANEL * count)
    ]
    const addressOf = (row: Value<"i32">, column: Value<"i32">): Value<"i32"> =>
      OUT.plus(row.times(WIDTH).plus(column.shiftLeft(2)))

    /** Four columns of the tile (its left or right half), as rows of the other side of the diagonal. */
    const mirrored = (half: 0 | 1): Code => {
      const [a, b, c, d] = sums.filter((_, i) => i % 2 === half)
      const row = (...words: ReadonlyArray<number>): Code => [
        MIRROR.store(left.shuffle(right, ...words)),
        MIRROR.increase(WIDTH)
      ]
      return [
        [0, 4, 1, 5],
        [2, 6, 3, 7]
      ].map((part) => [
        left.set(a.shuffle(b, ...part)),
        right.set(c.shuffle(d, ...part)),
        row(0, 1, 4, 5),
        row(2, 3, 6, 7)
      ])
    }
    const whole: Code = [
      TARGET.set(addressOf(FROM, COLUMN)),
      repeat(ROWS, (r) => [TARGET.store(sums[2 * r]), TARGET.store(sums[2 * r + 1], 16), TARGET.increase(WIDTH)]),
      MIRROR.set(addressOf(COLUMN, FROM)),
      // The tile on the diagonal is its own mirror image, in part.
      when(FROM.lessThan(COLUMN), [mirrored(0), mirrored(1)])
    ]
    /** A tile that reaches past the last row or column. */
    const partial: Code = [
      sums.map((sum, i) => PARTIAL.store(sum, 16 * i)),
      R.set(0),
      whileLoop(R.lessThan(ROWS).and(FROM.plus(R).lessThan(SIZE)), [
        C.set(0),
        whileLoop(C.lessThan(PANEL).and(COLUMN.plus(C).lessThan(SIZE)), [
          TARGET.set(PARTIAL.plus(R.times(PANEL).plus(C).shiftLeft(2)).load("i32")),
          addressOf(FROM.plus(R), COLUMN.plus(C)).store(TARGET),
          addressOf(COLUMN.plus(C), FROM.plus(R)).store(TARGET),
          C.increase(1)
        ]),
        R.increase(1)
      ])
    ]
    const tile: Code = [
      AT.set(PACKED.plus(COLUMN.times(D.shiftLeft(2)))),
      END.set(AT.plus(PANEL_BYTES)),
      LAST.set(END.minus(4 * PANEL * (UNROLL - 1))),
      FEATURES.set(PACKED.plus(FROM.and(-PANEL).times(D.shiftLeft(2))).plus(FROM.and(PANEL - 1).shiftLeft(2))),
      registers.clear(),
      whileLoop(AT.lessThan(LAST), steps(UNROLL)),
      whileLoop(AT.lessThan(END), steps(1)),
      when(SIZE.lessThan(FROM.plus(ROWS)).or(SIZE.lessThan(COLUMN.plus(PANEL))), partial, whole)
    ]
    return [
      WIDTH.set(SIZE.shiftLeft(2)),
      PANEL_BYTES.set(D.times(4 * PANEL)),
      whileLoop(FROM.lessThan(TO), [
        FIRST.set(FROM),
        STOP.set(FROM.plus(BLOCK)),
        STOP.set(STOP.where(STOP.lessThan(TO), TO)),
        COLUMN.set(FIRST.and(-PANEL)),
        upTo(COLUMN, SIZE, PANEL, [
          FROM.set(FIRST),
          // Rows whose diagonal lies further right have this panel as others' mirror image.
          upTo(FROM, STOP, ROWS, when(COLUMN.lessThan(FROM.and(-PANEL)).isZero(), tile))
        ]),
        FROM.set(STOP)
      ])
    ]
  })
