/**
 * Seeded, splittable, counter-based random streams.
 *
 * The generator is Threefry-2×32 with 20 rounds (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405), checked against the vectors published with Random123. A draw is
 * a pure function of (key, counter), so a run's draws depend neither on the order in which fibres wake nor on the
 * size of a batch, and a kernel on another backend can reproduce them from the same two words.
 *
 * A stream is a key and a position. `split` derives the key of an independent child from a label and an index; the
 * children of one stream never overlap with its own draws because derivation runs under a tweaked key.
 */
import { threefryWords } from "./threefry-words.ts"

const PARITY = 0x1bd11bda
/** Tweak that separates key derivation from drawing. */
const DERIVE = 0x5bd1e995 | 0

/** Output words of the last {@link threefry2x32} call: avoids an allocation per block. */
export const block = new Int32Array(2)

/** One Threefry-2×32-20 block of `(k0, k1)` at counter `(c0, c1)`; the two output words are left in {@link block}. */
export const threefry2x32 = (k0: number, k1: number, c0: number, c1: number): void => {
  const k2 = PARITY ^ k0 ^ k1
  let x0 = (c0 + k0) | 0
  let x1 = (c1 + k1) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + k1) | 0
  x1 = (x1 + k2 + 1) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
  x0 = (x0 + k2) | 0
  x1 = (x1 + k0 + 2) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + k0) | 0
  x1 = (x1 + k1 + 3) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
  x0 = (x0 + k1) | 0
  x1 = (x1 + k2 + 4) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  block[0] = (x0 + k2) | 0
  block[1] = (x1 + k0 + 5) | 0
}

/** FNV-1a over the UTF-16 code units of a label: names the child, needs no strength (Threefry gives it). */
const labelHash = (label: string): number => {
  let h = 0x811c9dc5 | 0
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193)
  return h
}

const TWO_POW_32 = 4294967296
/** Draws after which making more ahead is worth a stream's while, and how many at a time. */
const SOON = 256
const AHEAD = 128
const firsts = new Int32Array(AHEAD)
const seconds = new Int32Array(AHEAD)

/** The 53 top bits of two words as a double in [0, 1). */
export const uniform = (a: number, b: number): number => ((a >>> 5) * 67108864 + (b >>> 6)) / 9007199254740992

/**
 * A seeded, splittable stream of random words (Threefry-2×32-20, doi:10.1145/2063384.2063405): key `(k0, k1)` and the counter of the next block. `split` gives independent
 * streams by label and index; the same seed and labels give the same draws, whatever else was drawn.
 *
 * @example
 * ```ts
 * import { Stream } from "coverbound"
 *
 * const stream = Stream.fromSeed(7).split("coins")
 * console.log(stream.nextInteger(6), Stream.fromSeed(7).split("coins").nextInteger(6)) // => 0 0
 * ```
 */
export class Stream {
  readonly k0: number
  readonly k1: number
  private counter = 0
  /** Draws made ahead: those of the counters made−{@link AHEAD} … made−1. */
  private ahead: Float64Array | undefined
  private made = 0

  constructor(k0: number, k1: number) {
    this.k0 = k0 | 0
    this.k1 = k1 | 0
  }

  /** The root stream of a seed: an integer in [0, 2⁵³]; every seed gives its own key. */
  static fromSeed(seed: number): Stream {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed: ${seed}, expected an integer in [0, 2^53)`)
    return new Stream((seed % TWO_POW_32) | 0, Math.floor(seed / TWO_POW_32) | 0)
  }

  /** An independent child stream, determined by this stream's key, `label` and `index` (not by what was drawn). */
  split(label: string, index = 0): Stream {
    threefry2x32(this.k0 ^ DERIVE, this.k1, labelHash(label), index | 0)
    const a = block[0]
    const b = block[1]
    if (index < TWO_POW_32) return new Stream(a, b)
    threefry2x32(a ^ DERIVE, b, Math.floor(index / TWO_POW_32) | 0, 1)
    return new Stream(block[0], block[1])
  }

  /** A uniform double in [0, 1) with 53 random bits. */
  next(): number {
    const c = this.counter++
    if (c < this.made) return this.ahead![c - this.made + AHEAD]
    if (c >= SOON) this.makeAhead(c + 1)
    threefry2x32(this.k0, this.k1, c | 0, (c / TWO_POW_32) | 0)
    return uniform(block[0], block[1])
  }

  /** Makes the draws of the counters from c on. */
  private makeAhead(c: number): void {
    const ahead = (this.ahead ??= new Float64Array(AHEAD))
    threefryWords(this.k0, this.k1, c, AHEAD, firsts, seconds)
    for (let i = 0; i < AHEAD; i++) ahead[i] = uniform(firsts[i], seconds[i])
    this.made = c + AHEAD
  }

  /** A uniform double in (0, 1]: safe under a logarithm. */
  nextPositive(): number {
    return 1 - this.next()
  }

  /** A uniform integer in [0, n), n ≤ 2³². The bias is below n·2⁻⁵³. */
  nextInteger(n: number): number {
    return Math.floor(this.next() * n)
  }

  /** A standard normal draw (polar-free Box–Muller; doi:10.1214/aoms/1177706645). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(this.nextPositive()))
    return radius * Math.cos(2 * Math.PI * this.next())
  }
}
