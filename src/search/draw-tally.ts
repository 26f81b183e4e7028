/** How often each row is drawn at a prompt, by the kernel of `tally-code.ts`, on the arena's threads. */
import type { DrawTable } from "../instance/draw-table.ts"
import { GROUP } from "../numeric/threefry-code.ts"
import type { KernelCode, WasmArena } from "../kernel/wasm/arena.ts"
import { COUNTERS, COUNTERS_AT, LIST_AT, LISTED_STEPS, tallyFunction } from "./tally-code.ts"

const TALLY: KernelCode = { name: "tally", functions: () => [tallyFunction()] }

/** Operations of a step, for the threads' share. */
const STEP_WORK = 320
/** Most draws of one call: a counter is an int32, and the list of steps with a tie must nearly always do. */
const MOST_DRAWS = 2 ** 26

/**
 * Adds the draws `first` … `first` + `count` − 1 of a key to `counts`, by class row from the table's first on.
 *
 * @param rowAt the row of a draw by its definition: asked for draws on a threshold's cell and next to them
 * @returns how many draws it counted, from the first on: not all of them where the counter of a block carries or the
 *   last step is not whole; 0 where there is no room
 */
export const tallyDraws = (
  arena: WasmArena,
  table: DrawTable,
  key: { readonly k0: number; readonly k1: number },
  first: number,
  count: number,
  counts: Float64Array,
  rowAt: (draw: number) => number
): number => {
  const { packed, shift, firstRow, rowCount } = table
  const words = COUNTERS_AT + COUNTERS * rowCount
  const stride = 64 * Math.ceil(words / 16)
  arena.begin()
  if (arena.room < 4 * packed.length + stride * arena.threads + 128) return 0
  // Before the columns: code looks up to a word before these, and an address below 0 traps.
  const areas = arena.reserve(stride * arena.threads)
  const columns = arena.reserve(4 * packed.length)
  const copy = arena.ints(columns, packed.length)
  copy.set(packed)
  for (let c = 0; c < packed.length; c += 4) {
    for (const row of [c + 1, c + 2]) copy[row] = 4 * COUNTERS * (packed[row] - firstRow)
  }
  const carry = 2 ** 32 - (first % 2 ** 32)
  let done = 0
  for (let steps; (steps = Math.floor(Math.min(count - done, carry - done, MOST_DRAWS) / GROUP)) > 0;) {
    const from = first + done
    arena.ints(areas, (stride / 4) * arena.threads).fill(0)
    arena.split(STEP_WORK, TALLY, {
      rows: steps,
      whole: 1,
      operands: [key.k0, key.k1, from | 0, Math.floor(from / 2 ** 32), columns, shift, areas, 0, 0],
      from: 7,
      own: { operand: 6, stride }
    })
    const defined = (low: number, high: number): void => {
      for (let draw = low; draw < high; draw++) counts[rowAt(draw) - firstRow]++
    }
    const parts = Array.from({ length: arena.threads }, (_, thread) => arena.ints(areas + stride * thread, words))
    if (parts.some((part) => part[LIST_AT] > LISTED_STEPS)) defined(from, from + steps * GROUP)
    else {
      for (const part of parts) {
        for (let row = 0; row < rowCount; row++) {
          for (let i = 0; i < COUNTERS; i++) counts[row] += part[COUNTERS_AT + COUNTERS * row + i]
        }
        for (let i = 0; i < part[LIST_AT]; i++) {
          const step = from + GROUP * part[LIST_AT + 1 + i]
          defined(step, step + GROUP)
        }
      }
    }
    done += steps * GROUP
  }
  return done
}
