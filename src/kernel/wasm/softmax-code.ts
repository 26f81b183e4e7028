/**
 * Tilted softmax of each prompt as code: greatest logit, then π_ref·e^{logit − top} and its sum, then the division. The
 * caller takes the logarithm.
 *
 * e^x for x ≤ 0 as 2ⁿ·e^r with n = round(x/ln 2), |r| ≤ ln(2)/2 and ln 2 in two parts (W. Cody and W. Waite, "Software
 * Manual for the Elementary Functions", 1980, ch. 6); e^r by its Taylor polynomial of degree 7, off by 2⁻²⁷ at most.
 * Below −87.3, where e^x leaves float32's normal range, 0.
 */
import {
  type Code,
  float,
  fusedMultiplyAdd,
  laneSum,
  type Local,
  upTo,
  type Value,
  zero
} from "../../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"

/** Parameters: addresses of logits, π_ref, offsets, probabilities, tops and sums; prompts [from, to). */
export const softmaxFunction = (relaxed: boolean): WasmFunction =>
  wasmFunction("softmax", (f) => {
    const madd = fusedMultiplyAdd(relaxed)
    const [LOGITS, REFERENCE, OFFSETS, OUT, TOPS, SUMS, FROM, TO] = f.parameters(8)
    const [START, END, LAST, AT] = f.locals("i32", 4)
    const TOP = f.local("f32")
    const [TOPS4, SUM4, X, T, P, MASS] = f.locals("f32x4", 6)
    // Constants live in locals: the engine would make them anew in every turn of a loop.
    const [LOG2E, MAGIC, LN2_HIGH, LN2_LOW, LEAST, ZERO, LOWEST, ONE] = f.locals("f32x4", 8)
    const COEFFICIENT = f.locals("f32x4", 6)
    const constants: ReadonlyArray<readonly [local: Local<"f32x4">, value: number]> = [
      [LOG2E, Math.LOG2E],
      // Added to a number below 2²², it leaves the nearest integer in the low bits.
      [MAGIC, 1.5 * 2 ** 23],
      [LN2_HIGH, -0.693359375],
      [LN2_LOW, 2.12194440054690583e-4],
      [LEAST, -87.3],
      [ZERO, 0],
      [LOWEST, -Infinity],
      [ONE, 1],
      ...[5040, 720, 120, 24, 6, 2].map((factorial, i) => [COEFFICIENT[i], 1 / factorial] as const)
    ]

    type At = (base: Value<"i32">) => Value<"f32x4">
    /** Runs `body` over [START, END) in bytes: by four, and the rest one lane at a time. */
    const over = (body: (at: At, leaveAt: (base: Value<"i32">, value: Value<"f32x4">) => Code) => Code): Code => [
      AT.set(START),
      upTo(
        AT,
        LAST,
        16,
        body(
          (base) => base.plus(AT).load("f32x4"),
          (base, value) => base.plus(AT).store(value)
        )
      ),
      upTo(
        AT,
        END,
        4,
        body(
          (base) => base.plus(AT).loadOne(),
          (base, value) => base.plus(AT).storeOne(value)
        )
      )
    ]

    /** P ← e^X, −87.3 ≤ X ≤ 0. n is what the low bits of T hold; adding it to the exponent of e^r multiplies by 2ⁿ. */
    const exponential: Code = [
      T.set(madd(X, LOG2E, MAGIC)),
      P.set(T.minus(MAGIC)),
      X.set(madd(P, LN2_HIGH, X)),
      X.set(madd(P, LN2_LOW, X)),
      P.set(COEFFICIENT[0]),
      [...COEFFICIENT.slice(1), ONE, ONE].map((coefficient) => P.set(madd(P, X, coefficient))),
      P.set(P.as("i32x4").plus(T.as("i32x4").shiftLeft(23)).as("f32x4"))
    ]

    // Where π_ref is 0 a logit does not count.
    const greatest = over((at) => TOPS4.set(TOPS4.pmax(at(LOGITS).where(at(REFERENCE).greaterThan(ZERO), LOWEST))))
    const weights = over((at, leaveAt) => [
      X.set(at(LOGITS).minus(TOP.splat())),
      MASS.set(at(REFERENCE).and(LEAST.atMost(X))),
      X.set(X.pmax(LEAST).pmin(ZERO)),
      exponential,
      P.set(P.times(MASS)),
      SUM4.set(SUM4.plus(P)),
      leaveAt(OUT, P)
    ])
    const division = over((at, leaveAt) => leaveAt(OUT, at(OUT).times(SUM4)))
    /** What prompt FROM has at an address. */
    const own = (base: Value<"i32">): Value<"i32"> => base.plus(FROM.shiftLeft(2))

    return [
      constants.map(([local, value]) => local.set(float(value).splat())),
      upTo(FROM, TO, 1, [
        START.set(own(OFFSETS).load("i32").shiftLeft(2)),
        END.set(own(OFFSETS).load("i32", 4).shiftLeft(2)),
        LAST.set(END.minus(12)),
        TOPS4.set(LOWEST),
        greatest,
        TOP.set(
          TOPS4.lane(0)
            .max(TOPS4.lane(1))
            .max(TOPS4.lane(2).max(TOPS4.lane(3)))
        ),
        own(TOPS).store(TOP),
        SUM4.set(zero("f32x4")),
        weights,
        TOP.set(laneSum(SUM4)),
        own(SUMS).store(TOP),
        // Without mass every weight is 0, and 0/0 shall be 0.
        SUM4.set(float(1).over(TOP).where(TOP.greaterThan(0), 0).splat()),
        division
      ])
    ]
  })
