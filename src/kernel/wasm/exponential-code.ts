/**
 * e^x of two doubles at once, as code, for −600 ≤ x ≤ 0: bit for bit what V8's `Math.exp` gives, so that which of the two ran changes no digit.
 *
 * Both are fdlibm's `e_exp.c` (Sun Microsystems, 1993): x = k·ln 2 + r in two parts, e^r from a rational approximation of degree 5, error below one ulp. Where
 * fdlibm branches this selects. That it agrees is looked at before it is used (`mixture-kernel.ts`), for an engine may change its own.
 */
import {
  type Code,
  double,
  get,
  longAdd,
  longShiftLeft,
  set,
  vand,
  vselect,
  wabs,
  wadd,
  wdivide,
  wless,
  wlessEqual,
  wmultiply,
  wsplat,
  wsubtract,
  wtruncate
} from "../../numeric/webassembly.ts"

const fromWord = (high: number): number => {
  const view = new DataView(new ArrayBuffer(8))
  view.setUint32(0, high)
  return view.getFloat64(0)
}

/** Constants that the code reads from locals, in this order. */
export const EXPONENTIAL_CONSTANTS = [
  Math.LOG2E,
  -0.5,
  6.9314718036912382e-1, // ln 2, high part
  1.9082149292705877e-10, // and low part
  4.13813679705723846e-8,
  -1.6533902205465252e-6,
  6.6137563214379344e-5,
  -2.7777777777015593e-3,
  1.6666666666666602e-1,
  2,
  1,
  1.5 * 2 ** 52, // added to a whole number below 2⁵¹, it leaves it in the low bits
  fromWord(0x3fd62e43), // fdlibm compares high words: just above ln(2)/2
  2 ** -28
]

/** Sets the constants' locals, `first` and on. */
export const exponentialConstants = (first: number): Code =>
  EXPONENTIAL_CONSTANTS.flatMap((value, i) => set(first + i, wsplat(double(value))))

/**
 * Code that replaces x in the local X by e^x.
 *
 * @param constants first local of {@link exponentialConstants}
 * @param scratch the first of six locals of type v128
 */
export const exponential = (X: number, constants: number, scratch: number): Code => {
  const [K, HIGH, LOW, R, T, C] = [0, 1, 2, 3, 4, 5].map((i) => scratch + i)
  const c = (i: number): Code => get(constants + i)
  const [INVERSE, HALF, LN2_HIGH, LN2_LOW, TWO, ONE, MAGIC, REDUCED, TINY] = [0, 1, 2, 3, 9, 10, 11, 12, 13].map(c)
  const polynomial = [5, 6, 7, 8].reduce((sum, i) => wadd(c(i), wmultiply(get(T), sum)), c(4))
  return [
    ...set(K, wtruncate(wadd(wmultiply(INVERSE, get(X)), HALF))),
    ...set(K, vand(get(K), wlessEqual(REDUCED, wabs(get(X))))),
    ...set(HIGH, wsubtract(get(X), wmultiply(get(K), LN2_HIGH))),
    ...set(LOW, wmultiply(get(K), LN2_LOW)),
    ...set(R, wsubtract(get(HIGH), get(LOW))),
    ...set(T, wmultiply(get(R), get(R))),
    ...set(C, wsubtract(get(R), wmultiply(get(T), polynomial))),
    ...set(C, wdivide(wmultiply(get(R), get(C)), wsubtract(TWO, get(C)))),
    ...set(C, wsubtract(ONE, wsubtract(wsubtract(get(LOW), get(C)), get(HIGH)))),
    // k in the exponent: 2^k exactly, since e^r lies in [0.7, 1.5].
    ...set(C, longAdd(get(C), longShiftLeft(wadd(get(K), MAGIC), 52))),
    ...set(X, vselect(wadd(ONE, get(X)), get(C), wless(wabs(get(X)), TINY)))
  ]
}
