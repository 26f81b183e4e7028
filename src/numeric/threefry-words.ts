/**
 * Threefry-2×32-20 words in bulk: by SIMD where there is any, else four counters at a time.
 *
 * One block is a chain of 60 dependent operations, so a core idles most of the time; four chains side by side take
 * 6.5 ns a block where one alone takes 24, and sixteen in SIMD 2.7. {@link threefry2x32} of `stream.ts` is the
 * readable form and the definition.
 */
import { block, threefry2x32 } from "./stream.ts"
import { GROUP } from "./threefry-code.ts"
import { CAPACITY, threefrySimd } from "./threefry-simd.ts"

const PARITY = 0x1bd11bda
const TWO_POW_32 = 4294967296
/** Fewer blocks than this are sooner made here than fetched from SIMD's memory. */
const SIMD_FROM = 48

/** Blocks of counters (low, high), (low+1, high), …: `count`, a multiple of 4, with no carry out of the low word. */
const words4 = (
  k0: number,
  k1: number,
  low: number,
  high: number,
  count: number,
  even: Int32Array,
  odd: Int32Array,
  at: number
): void => {
  const k2 = PARITY ^ k0 ^ k1
  for (let i = 0; i < count; i += 4) {
    let a0 = (low + i + k0) | 0,
      a1 = (low + i + 1 + k0) | 0,
      a2 = (low + i + 2 + k0) | 0,
      a3 = (low + i + 3 + k0) | 0
    let b0 = (high + k1) | 0,
      b1 = b0,
      b2 = b0,
      b3 = b0
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 13) | (b0 >>> 19)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 13) | (b1 >>> 19)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 13) | (b2 >>> 19)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 13) | (b3 >>> 19)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 15) | (b0 >>> 17)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 15) | (b1 >>> 17)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 15) | (b2 >>> 17)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 15) | (b3 >>> 17)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 26) | (b0 >>> 6)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 26) | (b1 >>> 6)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 26) | (b2 >>> 6)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 26) | (b3 >>> 6)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 6) | (b0 >>> 26)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 6) | (b1 >>> 26)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 6) | (b2 >>> 26)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 6) | (b3 >>> 26)) ^ a3
    a0 = (a0 + k1) | 0
    b0 = (b0 + k2 + 1) | 0
    a1 = (a1 + k1) | 0
    b1 = (b1 + k2 + 1) | 0
    a2 = (a2 + k1) | 0
    b2 = (b2 + k2 + 1) | 0
    a3 = (a3 + k1) | 0
    b3 = (b3 + k2 + 1) | 0
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 17) | (b0 >>> 15)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 17) | (b1 >>> 15)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 17) | (b2 >>> 15)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 17) | (b3 >>> 15)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 29) | (b0 >>> 3)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 29) | (b1 >>> 3)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 29) | (b2 >>> 3)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 29) | (b3 >>> 3)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 16) | (b0 >>> 16)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 16) | (b1 >>> 16)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 16) | (b2 >>> 16)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 16) | (b3 >>> 16)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 24) | (b0 >>> 8)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 24) | (b1 >>> 8)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 24) | (b2 >>> 8)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 24) | (b3 >>> 8)) ^ a3
    a0 = (a0 + k2) | 0
    b0 = (b0 + k0 + 2) | 0
    a1 = (a1 + k2) | 0
    b1 = (b1 + k0 + 2) | 0
    a2 = (a2 + k2) | 0
    b2 = (b2 + k0 + 2) | 0
    a3 = (a3 + k2) | 0
    b3 = (b3 + k0 + 2) | 0
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 13) | (b0 >>> 19)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 13) | (b1 >>> 19)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 13) | (b2 >>> 19)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 13) | (b3 >>> 19)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 15) | (b0 >>> 17)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 15) | (b1 >>> 17)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 15) | (b2 >>> 17)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 15) | (b3 >>> 17)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 26) | (b0 >>> 6)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 26) | (b1 >>> 6)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 26) | (b2 >>> 6)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 26) | (b3 >>> 6)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 6) | (b0 >>> 26)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 6) | (b1 >>> 26)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 6) | (b2 >>> 26)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 6) | (b3 >>> 26)) ^ a3
    a0 = (a0 + k0) | 0
    b0 = (b0 + k1 + 3) | 0
    a1 = (a1 + k0) | 0
    b1 = (b1 + k1 + 3) | 0
    a2 = (a2 + k0) | 0
    b2 = (b2 + k1 + 3) | 0
    a3 = (a3 + k0) | 0
    b3 = (b3 + k1 + 3) | 0
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 17) | (b0 >>> 15)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 17) | (b1 >>> 15)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 17) | (b2 >>> 15)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 17) | (b3 >>> 15)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 29) | (b0 >>> 3)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 29) | (b1 >>> 3)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 29) | (b2 >>> 3)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 29) | (b3 >>> 3)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 16) | (b0 >>> 16)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 16) | (b1 >>> 16)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 16) | (b2 >>> 16)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 16) | (b3 >>> 16)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 24) | (b0 >>> 8)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 24) | (b1 >>> 8)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 24) | (b2 >>> 8)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 24) | (b3 >>> 8)) ^ a3
    a0 = (a0 + k1) | 0
    b0 = (b0 + k2 + 4) | 0
    a1 = (a1 + k1) | 0
    b1 = (b1 + k2 + 4) | 0
    a2 = (a2 + k1) | 0
    b2 = (b2 + k2 + 4) | 0
    a3 = (a3 + k1) | 0
    b3 = (b3 + k2 + 4) | 0
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 13) | (b0 >>> 19)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 13) | (b1 >>> 19)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 13) | (b2 >>> 19)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 13) | (b3 >>> 19)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 15) | (b0 >>> 17)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 15) | (b1 >>> 17)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 15) | (b2 >>> 17)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 15) | (b3 >>> 17)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 26) | (b0 >>> 6)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 26) | (b1 >>> 6)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 26) | (b2 >>> 6)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 26) | (b3 >>> 6)) ^ a3
    a0 = (a0 + b0) | 0
    b0 = ((b0 << 6) | (b0 >>> 26)) ^ a0
    a1 = (a1 + b1) | 0
    b1 = ((b1 << 6) | (b1 >>> 26)) ^ a1
    a2 = (a2 + b2) | 0
    b2 = ((b2 << 6) | (b2 >>> 26)) ^ a2
    a3 = (a3 + b3) | 0
    b3 = ((b3 << 6) | (b3 >>> 26)) ^ a3
    a0 = (a0 + k2) | 0
    b0 = (b0 + k0 + 5) | 0
    a1 = (a1 + k2) | 0
    b1 = (b1 + k0 + 5) | 0
    a2 = (a2 + k2) | 0
    b2 = (b2 + k0 + 5) | 0
    a3 = (a3 + k2) | 0
    b3 = (b3 + k0 + 5) | 0
    even[at + i] = a0
    even[at + i + 1] = a1
    even[at + i + 2] = a2
    even[at + i + 3] = a3
    odd[at + i] = b0
    odd[at + i + 1] = b1
    odd[at + i + 2] = b2
    odd[at + i + 3] = b3
  }
}

/**
 * Words of the blocks `first` … `first+count−1` of key (k0, k1): block first+i leaves its first word in even[i], its
 * second in odd[i].
 *
 * @param first counter of the first block, an integer in [0, 2⁵³); its high word is the block's second counter word.
 */
export const threefryWords = (
  k0: number,
  k1: number,
  first: number,
  count: number,
  even: Int32Array,
  odd: Int32Array
): void => {
  let at = 0
  while (at < count) {
    const high = Math.floor((first + at) / TWO_POW_32)
    const low = first + at - high * TWO_POW_32
    const run = Math.min(count - at, TWO_POW_32 - low, CAPACITY)
    const simd = run < SIMD_FROM ? undefined : threefrySimd()
    if (simd !== undefined) {
      // The last group may run past what was asked, and past the carry: its surplus is not copied.
      simd.words(k0, k1, low | 0, high | 0, Math.ceil(run / GROUP) * GROUP)
      even.set(simd.even.subarray(0, run), at)
      odd.set(simd.odd.subarray(0, run), at)
      at += run
      continue
    }
    const whole = run & ~3
    words4(k0 | 0, k1 | 0, low | 0, high | 0, whole, even, odd, at)
    for (let i = whole; i < run; i++) {
      threefry2x32(k0, k1, (low + i) | 0, high | 0)
      even[at + i] = block[0]
      odd[at + i] = block[1]
    }
    at += run
  }
}
