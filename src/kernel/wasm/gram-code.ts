/**
 * ΦᵀΦ as code: tiles of four by eight entries, each summed in registers over a block of rows that stays in the cache.
 * Tiles below the diagonal only. A tile may reach past column d, into the next row: what it gathers there is never
 * read, and the array is followed by {@link GRAM_SLACK} floats.
 *
 * A tile goes down a column of Φ, in steps of a row. Where rows are long their lines meet in a few sets of the cache
 * (at d = 1,024 all in one of 64): past {@link NARROW} columns a block is first packed into panels of eight columns, each in order.
 */
import { type Code, fusedMultiplyAdd, repeat, upTo, type Value, when, whileLoop } from "../../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"
import { COLUMNS, ROWS, Tile } from "./tile-code.ts"

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

/** Parameters: addresses of features and of gramScratch(d) floats, the sums first; rows [from, to); d; gramStride(d). */
export const gramFunction = (relaxed: boolean): WasmFunction =>
  wasmFunction("gram", (f) => {
    const madd = fusedMultiplyAdd(relaxed)
    const [FEATURES, SUMS, FROM, TO, D, SIDE] = f.parameters(6)
    const [I, J, N, END, STRIDE, WIDTH, AT, AT_I, AT_J, TARGET, STEP, PANELS] = f.locals("i32", 12)
    const registers = new Tile(f)
    const target = (i: number): Value<"i32"> => (i === 0 ? TARGET : TARGET.plus(WIDTH.times(i)))
    const panelAt = (column: Value<"i32">): Value<"i32"> => PANELS.plus(column.times(PANEL / COLUMNS))

    /** `places` sets AT_I and AT_J. */
    const tile = (places: Code): Code => [
      TARGET.set(SUMS.plus(I.times(SIDE).plus(J).shiftLeft(2))),
      registers.sums.map((sum, s) => sum.set(target(s >> 1).load("f32x4", 16 * (s & 1)))),
      places,
      N.set(FROM),
      upTo(N, END, 1, [
        registers.step(
          AT_J,
          0,
          (i) => AT_I.loadSplat("f32x4", 4 * i),
          (sum, feature, columns) => sum.set(madd(feature, columns, sum))
        ),
        AT_I.increase(STEP),
        AT_J.increase(STEP)
      ]),
      registers.sums.map((sum, s) => target(s >> 1).store(sum, 16 * (s & 1)))
    ]
    const blocks = (size: number, prepare: Code, places: Code): Code =>
      whileLoop(FROM.lessThan(TO), [
        END.set(FROM.plus(size)),
        END.set(END.where(END.lessThan(TO), TO)),
        prepare,
        I.set(0),
        upTo(I, D, ROWS, [J.set(0), upTo(J, I.plus(ROWS), COLUMNS, tile(places))]),
        FROM.set(END)
      ])
    const inPlace: Code = [
      AT.set(FEATURES.plus(FROM.times(STRIDE))),
      AT_I.set(AT.plus(I.shiftLeft(2))),
      AT_J.set(AT.plus(J.shiftLeft(2)))
    ]
    const packed: Code = [
      AT_I.set(panelAt(I.and(-COLUMNS)).plus(I.and(COLUMNS - 1).shiftLeft(2))),
      AT_J.set(panelAt(J))
    ]
    const pack: Code = [
      J.set(0),
      upTo(J, D, COLUMNS, [
        AT.set(FEATURES.plus(FROM.times(STRIDE)).plus(J.shiftLeft(2))),
        AT_J.set(panelAt(J)),
        N.set(FROM),
        upTo(N, END, 1, [
          repeat(2, (half) => AT_J.store(AT.load("f32x4", 16 * half), 16 * half)),
          AT.increase(STRIDE),
          AT_J.increase(PANEL_ROW)
        ])
      ])
    ]
    return [
      STRIDE.set(D.shiftLeft(2)),
      WIDTH.set(SIDE.shiftLeft(2)),
      when(
        D.lessThan(NARROW + 1),
        [STEP.set(STRIDE), blocks(BLOCK, [], inPlace)],
        [STEP.set(PANEL_ROW), PANELS.set(SUMS.plus(WIDTH.times(SIDE))), blocks(WIDE_BLOCK, pack, packed)]
      )
    ]
  })
