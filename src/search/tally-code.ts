/**
 * How often each row is drawn, as code: sixteen draws at a time, by the alias table, each counted in memory. Four
 * counters a row, taken in turn, so that draws of one row do not wait for one another.
 *
 * A step with a draw on a threshold's own cell is not counted but listed: its draws are for their definition to say.
 */
import {
  add,
  type Code,
  get,
  I32,
  int,
  isZero,
  lessThan,
  load,
  or,
  repeat,
  set,
  shiftLeft,
  store,
  V128,
  vstore,
  type WasmFunction,
  whenElse,
  when,
  whileLoop
} from "../numeric/webassembly.ts"
import { drawnRow, findColumn } from "./alias-code.ts"
import {
  firstWords,
  GROUP,
  OUTPUT,
  STATE,
  type ThreefryLocals,
  threefryStart,
  threefryStep
} from "../numeric/threefry-code.ts"

/** Counters of a row. */
export const COUNTERS = 4
/** Steps that a list has room for. */
export const LISTED_STEPS = 127
/** i32 words of an area: where its list begins (its length, then steps), and where its counters do. */
export const LIST_AT = GROUP
export const COUNTERS_AT = LIST_AT + 1 + LISTED_STEPS

const [K0, K1, LOW, HIGH, TABLE, SHIFT, AREA, FROM, TO] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const [K2, WORD, COLUMN, ABOVE, TIES, LENGTH] = [9, 10, 11, 12, 13, 14]
const ALIAS = { table: TABLE, shift: SHIFT, word: WORD, column: COLUMN, above: ABOVE }
const COUNTER = Array.from({ length: GROUP }, (_, i) => 15 + i)
const vectors = 15 + GROUP
const GENERATOR: ThreefryLocals = {
  k0: K0,
  k1: K1,
  low: LOW,
  high: HIGH,
  k2: K2,
  state: vectors,
  output: vectors + STATE
}

/** Steps [from, to) of sixteen draws from the counter `low` on; a column of the table holds 16 times its rows. */
export const tallyFunction = (): WasmFunction => {
  const pick = (i: number): Code => [
    ...findColumn(ALIAS, load(get(AREA), 4 * i)),
    ...set(COUNTER[i], add(get(AREA), drawnRow(ALIAS))),
    ...set(TIES, or(get(TIES), isZero(get(ABOVE))))
  ]
  const count = (i: number): Code => {
    const place = 4 * (COUNTERS_AT + (i % COUNTERS))
    return store(get(COUNTER[i]), place, add(load(get(COUNTER[i]), place), int(1)))
  }
  return {
    name: "tally",
    parameters: Array.from({ length: 9 }, () => I32),
    locals: [
      [6 + GROUP, I32],
      [STATE + OUTPUT, V128]
    ],
    body: [
      ...set(LOW, add(get(LOW), shiftLeft(get(FROM), Math.log2(GROUP)))),
      ...threefryStart(GENERATOR),
      ...whileLoop(lessThan(get(FROM), get(TO)), [
        ...threefryStep(GENERATOR),
        ...repeat(GROUP / 4, (v) => vstore(get(AREA), 16 * v, get(firstWords(GENERATOR, v)))),
        ...set(TIES, int(0)),
        ...repeat(GROUP, pick),
        ...whenElse(
          get(TIES),
          [
            ...set(LENGTH, load(get(AREA), 4 * LIST_AT)),
            ...when(
              lessThan(get(LENGTH), int(LISTED_STEPS)),
              store(add(get(AREA), shiftLeft(get(LENGTH), 2)), 4 * (LIST_AT + 1), get(FROM))
            ),
            ...store(get(AREA), 4 * LIST_AT, add(get(LENGTH), int(1)))
          ],
          repeat(GROUP, count)
        ),
        ...set(FROM, add(get(FROM), int(1)))
      ])
    ]
  }
}
