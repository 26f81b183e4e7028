/**
 * Threefry-2×32-20 as WebAssembly SIMD code: sixteen blocks at a time, four in each of four vectors, so that their
 * chains of dependent operations overlap. Shared by every function that draws.
 */
import {
  add,
  type Code,
  get,
  int,
  repeat,
  set,
  splat,
  vadd,
  vconst,
  vor,
  vshl,
  vshr,
  vshuffle,
  vxor,
  xor
} from "./webassembly.ts"

/** Blocks per step. */
export const GROUP = 16
const VECTORS = GROUP / 4

export const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24]
export const PARITY = 0x1bd11bda

/** Each 32-bit lane rotated left. Whole bytes move by one shuffle instead of two shifts and an or. */
const rotate = (v: Code, n: number): Code => {
  if (n % 8 !== 0) return vor(vshl(v, n), vshr(v, 32 - n))
  const bytes = Array.from({ length: 16 }, (_, i) => (i & ~3) | ((i - n / 8) & 3))
  return vshuffle(v, v, bytes)
}

/** Locals of a generator: what its key and counter are in, and what it works with. */
export interface ThreefryLocals {
  /** i32: key, first counter. */
  readonly k0: number
  readonly k1: number
  readonly low: number
  readonly high: number
  /** i32, free. */
  readonly k2: number
  /** First of {@link STATE} vectors. */
  readonly state: number
  /** First of {@link OUTPUT} vectors: words 0 of the sixteen blocks in four, words 1 in four more. */
  readonly output: number
}

/** v128 locals of a generator's state: first words after the first round's addition, what it turns into second words, key words, injected words. */
export const STATE = 10
/** v128 locals of a step's words; generators may share them. */
export const OUTPUT = 2 * VECTORS

/** Vector v of the step's first words, and of its second words. */
export const firstWords = ({ output }: ThreefryLocals, v: number): number => output + v
export const secondWords = ({ output }: ThreefryLocals, v: number): number => output + VECTORS + v

const layout = ({ state }: ThreefryLocals) => ({
  counter: state,
  turned: state + 1,
  key: [state + 2, state + 3, state + 4],
  injected: [5, 6, 7, 8, 9].map((i) => state + i)
})

/** Before the first step. */
export const threefryStart = (locals: ThreefryLocals): Code => {
  const { k0, k1, k2, low, high } = locals
  const { counter, turned, key, injected } = layout(locals)
  return [
    ...set(k2, xor(xor(int(PARITY), get(k0)), get(k1))),
    ...[k0, k1, k2].flatMap((k, i) => set(key[i], splat(get(k)))),
    // Injection j adds key word j+1 to the first words, and key word j+2 plus j+1 to the second (key words modulo 3).
    ...injected.flatMap((local, j) => set(local, splat(add(get([k0, k1, k2][(j + 2) % 3]), int(j + 1))))),
    // The counter's high word is the same for all: of the first round nothing is left but an exclusive or.
    ...set(turned, vadd(splat(get(high)), get(key[1]))),
    ...set(counter, vadd(vadd(splat(add(get(low), get(k0))), get(turned)), vconst(0, 1, 2, 3))),
    ...set(turned, rotate(get(turned), ROTATIONS[0]))
  ]
}

/** Steps over sixteen blocks. */
export const threefrySkip = (locals: ThreefryLocals): Code => {
  const { counter } = layout(locals)
  return set(counter, vadd(get(counter), splat(int(GROUP))))
}

/** The next sixteen blocks. */
export const threefryStep = (locals: ThreefryLocals): Code => {
  const { counter, turned, key, injected } = layout(locals)
  const each = (code: (a: number, b: number, v: number) => Code): Code =>
    repeat(VECTORS, (v) => code(firstWords(locals, v), secondWords(locals, v), v))
  return [
    ...each((a, _, v) => set(a, vadd(get(counter), splat(int(4 * v))))),
    ...each((a, b) => set(b, vxor(get(turned), get(a)))),
    ...repeat(19, (earlier) => {
      const round = earlier + 1
      const injection = round >> 2
      return [
        ...each((a, b) => set(a, vadd(get(a), get(b)))),
        ...each((a, b) => set(b, vxor(rotate(get(b), ROTATIONS[round % 8]), get(a)))),
        ...(round % 4 < 3
          ? []
          : each((a, b) => [
              ...set(a, vadd(get(a), get(key[(injection + 1) % 3]))),
              ...set(b, vadd(get(b), get(injected[injection])))
            ]))
      ]
    }),
    ...threefrySkip(locals)
  ]
}
