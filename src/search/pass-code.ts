/** Squared distances to bytes, as code: 1 above a band, 2 within it, 0 below. Sixteen at a time, without a branch. */
import {
  add,
  bytesNarrow,
  bytesSubtract,
  type Code,
  get,
  halvesNarrow,
  I32,
  int,
  lessThan,
  repeat,
  set,
  shiftLeft,
  V128,
  vfgreater,
  vload,
  vloadSplat,
  vstore,
  type WasmFunction,
  whileLoop
} from "../numeric/webassembly.ts"

/** Distances per step. */
export const PASS_GROUP = 16

const [DISTANCES, OUT, FROM, TO, BAND] = [0, 1, 2, 3, 4]
const [FROM_AT, TO_AT] = [5, 6]
const [BELOW, ABOVE] = [7, 8]
const VALUE = [9, 10, 11, 12]

/** Steps [from, to). The band's two ends lie in memory, as float32. NaN is below. */
export const passesFunction = (): WasmFunction => {
  /** −1 where a distance exceeds the local's, else 0. */
  const exceeds = (local: number): Code => {
    const [a, b, c, d] = VALUE.map((value) => vfgreater(get(value), get(local)))
    return bytesNarrow(halvesNarrow(a, b), halvesNarrow(c, d))
  }
  return {
    name: "passes",
    parameters: [I32, I32, I32, I32, I32],
    locals: [
      [2, I32],
      [6, V128]
    ],
    body: [
      ...set(BELOW, vloadSplat(get(BAND), 0)),
      ...set(ABOVE, vloadSplat(get(BAND), 4)),
      ...whileLoop(lessThan(get(FROM), get(TO)), [
        ...set(FROM_AT, add(get(DISTANCES), shiftLeft(get(FROM), 6))),
        ...set(TO_AT, add(get(OUT), shiftLeft(get(FROM), 4))),
        ...repeat(4, (i) => set(VALUE[i], vload(get(FROM_AT), 16 * i))),
        // −above + 2·below: above implies below.
        ...vstore(get(TO_AT), 0, bytesSubtract(bytesSubtract(exceeds(ABOVE), exceeds(BELOW)), exceeds(BELOW))),
        ...set(FROM, add(get(FROM), int(1)))
      ])
    ]
  }
}
