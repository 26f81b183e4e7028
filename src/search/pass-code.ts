/** Squared distances to bytes, as code: 1 above a band, 2 within it, 0 below. Sixteen at a time, without a branch. */
import { type Local, upTo, type Value } from "../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../numeric/webassembly.ts"

/** Distances per step. */
export const PASS_GROUP = 16

/** Parameters: addresses of distances and bytes; steps [from, to); address of the band's two ends, as float32. NaN is below. */
export const passesFunction = (): WasmFunction =>
  wasmFunction("passes", (f) => {
    const [DISTANCES, OUT, FROM, TO, BAND] = f.parameters(5)
    const [FROM_AT, TO_AT] = f.locals("i32", 2)
    const [BELOW, ABOVE, ...VALUE] = f.locals("f32x4", 6)
    /** −1 where a distance exceeds the local's, else 0. */
    const exceeds = (local: Local<"f32x4">): Value<"i8x16"> => {
      const [a, b, c, d] = VALUE.map((value) => value.greaterThan(local).as("i32x4"))
      return a.narrow(b, "i16x8").narrow(c.narrow(d, "i16x8"), "i8x16")
    }
    return [
      BELOW.set(BAND.loadSplat("f32x4")),
      ABOVE.set(BAND.loadSplat("f32x4", 4)),
      upTo(FROM, TO, 1, [
        FROM_AT.set(DISTANCES.plus(FROM.shiftLeft(6))),
        TO_AT.set(OUT.plus(FROM.shiftLeft(4))),
        VALUE.map((value, i) => value.set(FROM_AT.load("f32x4", 16 * i))),
        // −above + 2·below: above implies below.
        TO_AT.store(exceeds(ABOVE).minus(exceeds(BELOW)).minus(exceeds(BELOW)))
      ])
    ]
  })
