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
  vflessEqual,
  vfmax,
  vfmin,
  vfmultiply,
  vfnearest,
  vfsubtract,
  vftruncate,
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
const [TOPS4, SUM4, X, N, P, MASS] = [13, 14, 15, 16, 17, 18]

const all = (n: number): Code => fsplat(float(n))
const LN2_HIGH = 0.693359375
const LN2_LOW = -2.12194440054690583e-4
const LEAST = -87.3

export const softmaxFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  const at = (base: number): Code => add(get(base), get(AT))

  /** Runs `body` over [START, END) in bytes: by four, and the rest one lane at a time. */
  const over = (body: (load: (address: Code) => Code, store: typeof vstore) => Code): Code => [
    ...set(AT, get(START)),
    ...whileLoop(lessThan(get(AT), get(LAST)), [...body(vload, vstore), ...set(AT, add(get(AT), int(16)))]),
    ...whileLoop(lessThan(get(AT), get(END)), [...body(vloadOne, vstoreOne), ...set(AT, add(get(AT), int(4)))])
  ]

  /** P ← e^X, X ≤ 0. */
  const exponential: Code = [
    ...set(N, vfnearest(vfmultiply(get(X), all(Math.LOG2E)))),
    ...set(P, madd(get(N), all(-LN2_HIGH), get(X))),
    ...set(X, madd(get(N), all(-LN2_LOW), get(P))),
    ...set(P, all(1 / 5040)),
    ...[720, 120, 24, 6, 2, 1, 1].flatMap((factorial) => set(P, madd(get(P), get(X), all(1 / factorial)))),
    ...set(P, vfmultiply(get(P), vshl(vadd(vftruncate(get(N)), vconst(127, 127, 127, 127)), 23)))
  ]

  const greatest = over((load) =>
    // Where π_ref is 0 a logit does not count.
    set(TOPS4, vfmax(get(TOPS4), vselect(load(at(LOGITS)), all(-Infinity), vfgreater(load(at(REFERENCE)), all(0)))))
  )
  const weights = over((load, store) => [
    ...set(X, vfsubtract(load(at(LOGITS)), fsplat(get(TOP)))),
    ...set(MASS, vand(load(at(REFERENCE)), vflessEqual(all(LEAST), get(X)))),
    ...set(X, vfmin(vfmax(get(X), all(LEAST)), all(0))),
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
      [6, V128]
    ],
    body: whileLoop(lessThan(get(FROM), get(TO)), [
      ...set(START, shiftLeft(load(add(get(OFFSETS), shiftLeft(get(FROM), 2))), 2)),
      ...set(END, shiftLeft(load(add(get(OFFSETS), shiftLeft(get(FROM), 2)), 4), 2)),
      ...set(LAST, subtract(get(END), int(12))),
      ...set(TOPS4, all(-Infinity)),
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
  }
}

/** 1/a, and 0 where a is 0. */
const reciprocal = (a: Code): Code => select(fdivide(float(1), a), float(0), fgreater(a, float(0)))
