/**
 * Tilted softmax of each prompt as code: greatest logit, then π_ref·e^{logit − top} and its sum, then the division. The
 * caller takes the logarithm.
 *
 * e^x for x ≤ 0 as 2ⁿ·e^r with n = round(x/ln 2), |r| ≤ ln(2)/2 and ln 2 in two parts (W. Cody and W. Waite, "Software
 * Manual for the Elementary Functions", 1980, ch. 6); e^r by its Taylor polynomial of degree 7, off by 2⁻²⁷ at most.
 * Below −87.3, where e^x leaves float32's normal range, 0.
 */
import {
  add,
  type Code,
  F32,
  fdivide,
  fgreater,
  flane,
  float,
  fmax,
  fsplat,
  fstore,
  fsum,
  fusedMultiplyAdd,
  get,
  I32,
  int,
  lessThan,
  load,
  select,
  set,
  shiftLeft,
  subtract,
  V128,
  vadd,
  vand,
  vconst,
  vfadd,
  vfgreater,
  vfpmax,
  vfpmin,
  vflessEqual,
  vfmultiply,
  vfsubtract,
  vload,
  vloadOne,
  vselect,
  vshl,
  vstore,
  vstoreOne,
  type WasmFunction,
  whileLoop
} from "../../numeric/webassembly.ts"

// Parameters: addresses of logits, π_ref, offsets, probabilities, tops and sums; prompts [from, to).
const [LOGITS, REFERENCE, OFFSETS, OUT, TOPS, SUMS, FROM, TO] = [0, 1, 2, 3, 4, 5, 6, 7]
const [START, END, LAST, AT, TOP] = [8, 9, 10, 11, 12]
const [TOPS4, SUM4, X, T, P, MASS] = [13, 14, 15, 16, 17, 18]
// Constants live in locals: the engine would make them anew in every turn of a loop.
const [LOG2E, MAGIC, LN2_HIGH, LN2_LOW, LEAST, ZERO, LOWEST, ONE] = [19, 20, 21, 22, 23, 24, 25, 26]
const COEFFICIENT = [27, 28, 29, 30, 31, 32]
const CONSTANTS: ReadonlyArray<readonly [local: number, value: number]> = [
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

export const softmaxFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  const at = (base: number): Code => add(get(base), get(AT))

  /** Runs `body` over [START, END) in bytes: by four, and the rest one lane at a time. */
  const over = (body: (load: (address: Code) => Code, store: typeof vstore) => Code): Code => [
    ...set(AT, get(START)),
    ...whileLoop(lessThan(get(AT), get(LAST)), [...body(vload, vstore), ...set(AT, add(get(AT), int(16)))]),
    ...whileLoop(lessThan(get(AT), get(END)), [...body(vloadOne, vstoreOne), ...set(AT, add(get(AT), int(4)))])
  ]

  /** P ← e^X, −87.3 ≤ X ≤ 0. n is what the low bits of T hold; adding it to the exponent of e^r multiplies by 2ⁿ. */
  const exponential: Code = [
    ...set(T, madd(get(X), get(LOG2E), get(MAGIC))),
    ...set(P, vfsubtract(get(T), get(MAGIC))),
    ...set(X, madd(get(P), get(LN2_HIGH), get(X))),
    ...set(X, madd(get(P), get(LN2_LOW), get(X))),
    ...set(P, get(COEFFICIENT[0])),
    ...COEFFICIENT.slice(1).flatMap((coefficient) => set(P, madd(get(P), get(X), get(coefficient)))),
    ...set(P, madd(get(P), get(X), get(ONE))),
    ...set(P, madd(get(P), get(X), get(ONE))),
    ...set(P, vadd(get(P), vshl(get(T), 23)))
  ]

  const greatest = over((load) =>
    // Where π_ref is 0 a logit does not count.
    set(TOPS4, vfpmax(get(TOPS4), vselect(load(at(LOGITS)), get(LOWEST), vfgreater(load(at(REFERENCE)), get(ZERO)))))
  )
  const weights = over((load, store) => [
    ...set(X, vfsubtract(load(at(LOGITS)), fsplat(get(TOP)))),
    ...set(MASS, vand(load(at(REFERENCE)), vflessEqual(get(LEAST), get(X)))),
    ...set(X, vfpmin(vfpmax(get(X), get(LEAST)), get(ZERO))),
    ...exponential,
    ...set(P, vfmultiply(get(P), get(MASS))),
    ...set(SUM4, vfadd(get(SUM4), get(P))),
    ...store(at(OUT), 0, get(P))
  ])
  const division = over((load, store) => store(at(OUT), 0, vfmultiply(load(at(OUT)), get(SUM4))))

  return {
    name: "softmax",
    parameters: [I32, I32, I32, I32, I32, I32, I32, I32],
    locals: [
      [4, I32],
      [1, F32],
      [20, V128]
    ],
    body: [
      ...CONSTANTS.flatMap(([local, value]) => set(local, fsplat(float(value)))),
      ...whileLoop(lessThan(get(FROM), get(TO)), [
        ...set(START, shiftLeft(load(add(get(OFFSETS), shiftLeft(get(FROM), 2))), 2)),
        ...set(END, shiftLeft(load(add(get(OFFSETS), shiftLeft(get(FROM), 2)), 4), 2)),
        ...set(LAST, subtract(get(END), int(12))),
        ...set(TOPS4, get(LOWEST)),
        ...greatest,
        ...set(
          TOP,
          fmax(fmax(flane(get(TOPS4), 0), flane(get(TOPS4), 1)), fmax(flane(get(TOPS4), 2), flane(get(TOPS4), 3)))
        ),
        ...fstore(add(get(TOPS), shiftLeft(get(FROM), 2)), 0, get(TOP)),
        ...set(SUM4, vconst(0, 0, 0, 0)),
        ...weights,
        ...set(TOP, fsum(SUM4)),
        ...fstore(add(get(SUMS), shiftLeft(get(FROM), 2)), 0, get(TOP)),
        // Without mass every weight is 0, and 0/0 shall be 0.
        ...set(SUM4, fsplat(reciprocal(get(TOP)))),
        ...division,
        ...set(FROM, add(get(FROM), int(1)))
      ])
    ]
  }
}

/** 1/a, and 0 where a is 0. */
const reciprocal = (a: Code): Code => select(fdivide(float(1), a), float(0), fgreater(a, float(0)))
