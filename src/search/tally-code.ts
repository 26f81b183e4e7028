/**
 * How often each row is drawn, as code: sixteen draws at a time, by the alias table, each counted in memory. Four
 * counters a row, taken in turn, so that draws of one row do not wait for one another.
 *
 * A step with a draw on a threshold's own cell is not counted but listed: its draws are for their definition to say.
 */
import { GROUP, stepWords, Threefry } from "../numeric/threefry-code.ts"
import { repeat, upTo, when } from "../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../numeric/webassembly.ts"
import { AliasDraw } from "./alias-code.ts"

/** Counters of a row. */
export const COUNTERS = 4
/** Steps that a list has room for. */
export const LISTED_STEPS = 127
/** i32 words of an area: where its list begins (its length, then steps), and where its counters do. */
export const LIST_AT = GROUP
export const COUNTERS_AT = LIST_AT + 1 + LISTED_STEPS

/**
 * Steps [from, to) of sixteen draws from the counter `low` on; a column of the table holds 16 times its rows. Parameters: key, counter, address of the table and its shift, area,
 * steps.
 */
export const tallyFunction = (): WasmFunction =>
  wasmFunction("tally", (f) => {
    const [k0, k1, low, high, TABLE, SHIFT, AREA, FROM, TO] = f.parameters(9)
    const k2 = f.local("i32")
    const draw = new AliasDraw(f, TABLE, SHIFT)
    const [TIES, LENGTH] = f.locals("i32", 2)
    const COUNTER = f.locals("i32", GROUP)
    const generator = new Threefry({ k0, k1, low, high, k2 }, Threefry.state(f), stepWords(f))
    const counterAt = (i: number): number => 4 * (COUNTERS_AT + (i % COUNTERS))
    return [
      low.increase(FROM.shiftLeft(Math.log2(GROUP))),
      generator.start,
      upTo(FROM, TO, 1, [
        generator.step,
        generator.first.map((words, v) => AREA.store(words, 16 * v)),
        TIES.set(0),
        repeat(GROUP, (i) => [
          draw.find(AREA.load("i32", 4 * i)),
          COUNTER[i].set(AREA.plus(draw.row)),
          TIES.set(TIES.or(draw.tie))
        ]),
        when(
          TIES,
          [
            LENGTH.set(AREA.load("i32", 4 * LIST_AT)),
            when(LENGTH.lessThan(LISTED_STEPS), AREA.plus(LENGTH.shiftLeft(2)).store(FROM, 4 * (LIST_AT + 1))),
            AREA.store(LENGTH.plus(1), 4 * LIST_AT)
          ],
          COUNTER.map((at, i) => at.store(at.load("i32", counterAt(i)).plus(1), counterAt(i)))
        )
      ])
    ]
  })
