/**
 * Threefry-2×32-20 as WebAssembly SIMD code: sixteen blocks at a time, four in each of four vectors, so that their
 * chains of dependent operations overlap. Shared by every function that draws.
 */
import { type Code, int, type Local, repeat, type Value, words } from "./wasm-code.ts"
import type { Frame } from "./webassembly.ts"

/** Blocks per step. */
export const GROUP = 16
const VECTORS = GROUP / 4

export const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24]
export const PARITY = 0x1bd11bda

/** Each 32-bit lane rotated left. Whole bytes move by one shuffle instead of two shifts and an or. */
const rotate = (v: Local<"i32x4">, n: number): Value<"i32x4"> =>
  n % 8 === 0
    ? v.bytes(
        v,
        Array.from({ length: 16 }, (_, i) => (i & ~3) | ((i - n / 8) & 3))
      )
    : v.shiftLeft(n).or(v.shiftRight(32 - n))

/** What a generator starts from: its key and first counter. */
export interface ThreefryStart {
  readonly k0: Local<"i32">
  readonly k1: Local<"i32">
  readonly low: Local<"i32">
  readonly high: Local<"i32">
  /** Free; generators may share it. */
  readonly k2: Local<"i32">
}

/** Vectors of a step's words, those of the first of each block and then the second ones; generators may share them. */
export const stepWords = (frame: Frame): ReadonlyArray<Local<"i32x4">> => frame.locals("i32x4", 2 * VECTORS)

export class Threefry {
  /** A step's first words, and its second ones: of sixteen blocks in four vectors. */
  readonly first: ReadonlyArray<Local<"i32x4">>
  readonly second: ReadonlyArray<Local<"i32x4">>
  private readonly from: ThreefryStart
  /** First words after the first round's addition, and what that turns into second words. */
  private readonly counter: Local<"i32x4">
  private readonly turned: Local<"i32x4">
  private readonly key: ReadonlyArray<Local<"i32x4">>
  private readonly injected: ReadonlyArray<Local<"i32x4">>

  /** @param state vectors of the generator's own: {@link Threefry.state} */
  constructor(from: ThreefryStart, state: ReadonlyArray<Local<"i32x4">>, output: ReadonlyArray<Local<"i32x4">>) {
    this.from = from
    ;[this.counter, this.turned] = state
    this.key = state.slice(2, 5)
    this.injected = state.slice(5)
    this.first = output.slice(0, VECTORS)
    this.second = output.slice(VECTORS)
  }

  static state(frame: Frame): ReadonlyArray<Local<"i32x4">> {
    return frame.locals("i32x4", 10)
  }

  /** Before the first step. */
  get start(): Code {
    const { counter, injected, key, turned } = this
    const { high, k0, k1, k2, low } = this.from
    const words3 = [k0, k1, k2]
    return [
      k2.set(int(PARITY).xor(k0).xor(k1)),
      words3.map((k, i) => key[i].set(k.splat())),
      // Injection j adds key word j+1 to the first words, and key word j+2 plus j+1 to the second (key words modulo 3).
      injected.map((local, j) => local.set(words3[(j + 2) % 3].plus(j + 1).splat())),
      // The counter's high word is the same for all: of the first round nothing is left but an exclusive or.
      turned.set(high.splat().plus(key[1])),
      counter.set(
        low
          .plus(k0)
          .splat()
          .plus(turned)
          .plus(words(0, 1, 2, 3))
      ),
      turned.set(rotate(turned, ROTATIONS[0]))
    ]
  }

  /** Steps over sixteen blocks. */
  get skip(): Code {
    return this.counter.increase(int(GROUP).splat())
  }

  /** The next sixteen blocks. */
  get step(): Code {
    const { counter, first, injected, key, second, turned } = this
    const each = (code: (a: Local<"i32x4">, b: Local<"i32x4">, v: number) => Code): Code =>
      repeat(VECTORS, (v) => code(first[v], second[v], v))
    return [
      each((a, _, v) => a.set(counter.plus(int(4 * v).splat()))),
      each((a, b) => b.set(turned.xor(a))),
      repeat(19, (earlier) => {
        const round = earlier + 1
        const injection = round >> 2
        return [
          each((a, b) => a.increase(b)),
          each((a, b) => b.set(rotate(b, ROTATIONS[round % 8]).xor(a))),
          round % 4 < 3 ? [] : each((a, b) => [a.increase(key[(injection + 1) % 3]), b.increase(injected[injection])])
        ]
      }),
      this.skip
    ]
  }
}
