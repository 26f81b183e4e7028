/**
 * Threefry-2×32-20 words in bulk, in plain JavaScript: four counters at a time.
 *
 * One block is a chain of 60 dependent operations, so a core idles most of the time; four chains side by side take
 * 6.5 ns a block where one alone takes 24 ({@link simdWords} of `threefry-simd.ts`: 2.7). {@link threefry2x32} of
 * `stream.ts` is the readable form and the definition.
 */
import { PARITY, ROTATIONS } from "./threefry-code.ts"

const TWO_POW_32 = 4294967296

/**
 * Makes the words of the blocks `first` … `first+count−1` of key (k0, k1): block first+i leaves its first word in
 * even[i], its second in odd[i].
 *
 * @param first counter of the first block, an integer in [0, 2⁵³); its high word is the block's second counter word.
 */
export type Words = (k0: number, k1: number, first: number, count: number, even: Int32Array, odd: Int32Array) => void

/** The twenty rounds over four blocks, unrolled here from the generator's constants: 240 statements. */
const rounds = (): string => {
  const each = (statement: (lane: number) => string): string => [0, 1, 2, 3].map(statement).join("\n")
  const key = ["k0", "k1", "k2"]
  const lines = [each((i) => `let a${i} = (low + i + ${i} + k0) | 0`), each((i) => `let b${i} = (high + k1) | 0`)]
  for (let round = 0; round < 20; round++) {
    const r = ROTATIONS[round % 8]
    lines.push(each((i) => `a${i} = (a${i} + b${i}) | 0\nb${i} = ((b${i} << ${r}) | (b${i} >>> ${32 - r})) ^ a${i}`))
    if (round % 4 < 3) continue
    const j = round >> 2
    lines.push(each((i) => `a${i} = (a${i} + ${key[(j + 1) % 3]}) | 0`))
    lines.push(each((i) => `b${i} = (b${i} + ${key[(j + 2) % 3]} + ${j + 1}) | 0`))
  }
  lines.push(each((i) => `even[at + i + ${i}] = a${i}\nodd[at + i + ${i}] = b${i}`))
  return lines.join("\n")
}

/** Blocks of counters (low, high), (low+1, high), …: `count`, a multiple of 4, with no carry out of the low word. */
type InFours = (
  k0: number,
  k1: number,
  low: number,
  high: number,
  count: number,
  even: Int32Array,
  odd: Int32Array,
  at: number
) => void

// oxlint-disable-next-line typescript/no-implied-eval -- text made of constants of this module
const inFours = new Function(
  "k0, k1, low, high, count, even, odd, at",
  `const k2 = ${PARITY} ^ k0 ^ k1\nfor (let i = 0; i < count; i += 4) {\n${rounds()}\n}`
) as InFours

const lastEven = new Int32Array(4)
const lastOdd = new Int32Array(4)

export const threefryWords: Words = (k0, k1, first, count, even, odd) => {
  for (let at = 0; at < count;) {
    const high = Math.floor((first + at) / TWO_POW_32)
    const low = first + at - high * TWO_POW_32
    const run = Math.min(count - at, TWO_POW_32 - low)
    const whole = run - (run % 4)
    inFours(k0 | 0, k1 | 0, low | 0, high | 0, whole, even, odd, at)
    if (whole < run) {
      inFours(k0 | 0, k1 | 0, (low + whole) | 0, high | 0, 4, lastEven, lastOdd, 0)
      even.set(lastEven.subarray(0, run - whole), at + whole)
      odd.set(lastOdd.subarray(0, run - whole), at + whole)
    }
    at += run
  }
}
