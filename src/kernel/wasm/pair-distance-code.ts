/**
 * Squared distances of all pairs of rows as code: four rows by eight columns at a time, along the rows' transpose, so
 * that eight columns are two vectors. By differences: the expansion into norms and an inner product takes half the
 * arithmetic, but cancels where the test looks, at pairs that are near.
 */
import {
  add,
  type Code,
  fusedMultiplyAdd,
  get,
  I32,
  int,
  lessThan,
  multiply,
  repeat,
  set,
  shiftLeft,
  V128,
  vconst,
  vfsubtract,
  vload,
  vloadOne,
  vloadSplat,
  vstore,
  vstoreOne,
  type WasmFunction,
  whileLoop
} from "../../numeric/webassembly.ts"

const ROWS = 4
const COLUMNS = 8

// Parameters: addresses of the rows (R×d), their transpose (d×R) and the distances; rows [from, to); R; d.
const [WHITE, TRANSPOSE, OUT, FROM, TO, SIZE, D] = [0, 1, 2, 3, 4, 5, 6]
const [COLUMN, K, AT, STRIDE, WIDTH, ROW0] = [7, 8, 9, 10, 11, 12]
const ROW = [ROW0, 13, 14, 15]
const TARGET = [16, 17, 18, 19]
const [LEFT, RIGHT, FEATURE, GAP] = [20, 21, 22, 23]
const SUM = [24, 25, 26, 27, 28, 29, 30, 31]

export const pairDistancesFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  const square = (sum: number, columns: number): Code => [
    ...set(GAP, vfsubtract(get(FEATURE), get(columns))),
    ...set(sum, madd(get(GAP), get(GAP), get(sum)))
  ]
  /** Columns COLUMN … +8 (`whole`) or COLUMN alone of `rows` rows. */
  const columns = (rows: number, whole: boolean): Code => [
    ...set(AT, add(get(TRANSPOSE), shiftLeft(get(COLUMN), 2))),
    ...repeat(2 * rows, (i) => set(SUM[i], vconst(0, 0, 0, 0))),
    ...set(K, int(0)),
    ...whileLoop(lessThan(get(K), get(STRIDE)), [
      ...set(LEFT, whole ? vload(get(AT)) : vloadOne(get(AT))),
      ...(whole ? set(RIGHT, vload(get(AT), 16)) : []),
      ...repeat(rows, (r) => [
        ...set(FEATURE, vloadSplat(add(get(ROW[r]), get(K)))),
        ...square(SUM[2 * r], LEFT),
        ...(whole ? square(SUM[2 * r + 1], RIGHT) : [])
      ]),
      ...set(AT, add(get(AT), get(WIDTH))),
      ...set(K, add(get(K), int(4)))
    ]),
    ...repeat(rows, (r) => [
      ...(whole
        ? [...vstore(get(TARGET[r]), 0, get(SUM[2 * r])), ...vstore(get(TARGET[r]), 16, get(SUM[2 * r + 1]))]
        : vstoreOne(get(TARGET[r]), 0, get(SUM[2 * r]))),
      ...set(TARGET[r], add(get(TARGET[r]), int(whole ? 4 * COLUMNS : 4)))
    ]),
    ...set(COLUMN, add(get(COLUMN), int(whole ? COLUMNS : 1)))
  ]
  const tile = (rows: number): Code => [
    ...set(ROW0, add(get(WHITE), multiply(get(FROM), get(STRIDE)))),
    ...set(TARGET[0], add(get(OUT), multiply(get(FROM), get(WIDTH)))),
    ...repeat(rows - 1, (r) => [
      ...set(ROW[r + 1], add(get(ROW[r]), get(STRIDE))),
      ...set(TARGET[r + 1], add(get(TARGET[r]), get(WIDTH)))
    ]),
    ...set(COLUMN, int(0)),
    ...whileLoop(lessThan(add(get(COLUMN), int(COLUMNS - 1)), get(SIZE)), columns(rows, true)),
    ...whileLoop(lessThan(get(COLUMN), get(SIZE)), columns(rows, false)),
    ...set(FROM, add(get(FROM), int(rows)))
  ]
  return {
    name: "pairDistances",
    parameters: [I32, I32, I32, I32, I32, I32, I32],
    locals: [
      [13, I32],
      [12, V128]
    ],
    body: [
      ...set(STRIDE, shiftLeft(get(D), 2)),
      ...set(WIDTH, shiftLeft(get(SIZE), 2)),
      ...whileLoop(lessThan(add(get(FROM), int(ROWS - 1)), get(TO)), tile(ROWS)),
      ...whileLoop(lessThan(get(FROM), get(TO)), tile(1))
    ]
  }
}
