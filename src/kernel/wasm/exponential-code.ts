/**
 * e^x of two doubles at once, as code, for −600 ≤ x ≤ 0: bit for bit what V8's `Math.exp` gives, so that which of the two ran changes no digit.
 *
 * Both are fdlibm's `e_exp.c` (Sun Microsystems, 1993): x = k·ln 2 + r in two parts, e^r from a rational approximation of degree 5, error below one ulp. Where
 * fdlibm branches this selects. That it agrees is looked at before it is used (`mixture.ts`), for an engine may change its own.
 */
import { type Code, double, type Local } from "../../numeric/wasm-code.ts"
import type { Frame } from "../../numeric/webassembly.ts"

const fromWord = (high: number): number => {
  const view = new DataView(new ArrayBuffer(8))
  view.setUint32(0, high)
  return view.getFloat64(0)
}

/** What the code reads from locals: an engine would make constants anew in every turn of a loop. */
const CONSTANTS = {
  INVERSE: Math.LOG2E,
  HALF: -0.5,
  LN2_HIGH: 6.9314718036912382e-1,
  LN2_LOW: 1.9082149292705877e-10,
  P5: 4.13813679705723846e-8,
  P4: -1.6533902205465252e-6,
  P3: 6.6137563214379344e-5,
  P2: -2.7777777777015593e-3,
  P1: 1.6666666666666602e-1,
  TWO: 2,
  ONE: 1,
  MAGIC: 1.5 * 2 ** 52, // added to a whole number below 2⁵¹, it leaves it in the low bits
  REDUCED: fromWord(0x3fd62e43), // fdlibm compares high words: just above ln(2)/2
  TINY: 2 ** -28
}
type Constants = { readonly [name in keyof typeof CONSTANTS]: Local<"f64x2"> }
const NAMES = Object.keys(CONSTANTS) as ReadonlyArray<keyof typeof CONSTANTS>

/** e^x in a function: `start` before the first, then code that replaces x in a local by e^x. */
export class Exponential {
  private readonly scratch: ReadonlyArray<Local<"f64x2">>
  private readonly constants: Constants

  constructor(frame: Frame) {
    this.scratch = frame.locals("f64x2", 6)
    this.constants = Object.fromEntries(NAMES.map((name) => [name, frame.local("f64x2")])) as Constants
  }

  get start(): Code {
    return NAMES.map((name) => this.constants[name].set(double(CONSTANTS[name]).splat()))
  }

  of(X: Local<"f64x2">): Code {
    const [K, HIGH, LOW, R, T, C] = this.scratch
    const { HALF, INVERSE, LN2_HIGH, LN2_LOW, MAGIC, ONE, P1, P2, P3, P4, P5, REDUCED, TINY, TWO } = this.constants
    const polynomial = [P4, P3, P2, P1].reduce((sum, p) => p.plus(T.times(sum)), P5.as("f64x2"))
    return [
      K.set(INVERSE.times(X).plus(HALF).truncated()),
      K.set(K.and(REDUCED.atMost(X.absolute()))),
      HIGH.set(X.minus(K.times(LN2_HIGH))),
      LOW.set(K.times(LN2_LOW)),
      R.set(HIGH.minus(LOW)),
      T.set(R.times(R)),
      C.set(R.minus(T.times(polynomial))),
      C.set(R.times(C).over(TWO.minus(C))),
      C.set(ONE.minus(LOW.minus(C).minus(HIGH))),
      // k in the exponent: 2^k exactly, since e^r lies in [0.7, 1.5].
      C.set(C.as("i64x2").plus(K.plus(MAGIC).as("i64x2").shiftLeft(52)).as("f64x2")),
      X.set(ONE.plus(X).where(X.absolute().lessThan(TINY), C))
    ]
  }
}
