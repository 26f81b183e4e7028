/**
 * Threefry-2×32-20 words in WebAssembly SIMD: those of {@link threefryWords}, at 2.7 ns a block where four lanes of
 * JavaScript take 6.5.
 */
import { GROUP, stepWords, Threefry } from "./threefry-code.ts"
import { threefryWords, type Words } from "./threefry-words.ts"
import { upTo } from "./wasm-code.ts"
import { engine, wasmFunction, wasmModule } from "./webassembly.ts"

const TWO_POW_32 = 4294967296
/** Most blocks of one call into WebAssembly, and the fewest for which that pays. */
const CAPACITY = 1024
const SIMD_FROM = 48

// Memory: first words, second words.
const ODD = 4 * CAPACITY

/** Words of `count` blocks, a multiple of {@link GROUP}; the counter's low word wraps. */
const wordsFunction = wasmFunction("words", (f) => {
  const [k0, k1, low, high, COUNT] = f.parameters(5)
  const [AT, k2] = f.locals("i32", 2)
  const generator = new Threefry({ k0, k1, low, high, k2 }, Threefry.state(f), stepWords(f))
  const { first, second } = generator
  return [
    generator.start,
    upTo(AT, COUNT, GROUP, [
      generator.step,
      first.map((words, v) => [AT.shiftLeft(2).store(words, 16 * v), AT.shiftLeft(2).store(second[v], ODD + 16 * v)])
    ])
  ]
})

let made: { readonly words: Words | undefined } | undefined

/** A maker of words, made at the first call; undefined where WebAssembly has no SIMD. */
export const simdWords = (): Words | undefined => (made ??= { words: instantiate() }).words

const instantiate = (): Words | undefined => {
  const bytes = wasmModule([wordsFunction], { kind: "own", pages: 1 })
  if (!engine.validate(bytes)) return undefined
  const { exports } = new engine.Instance(new engine.Module(bytes))
  const { buffer } = exports["memory"] as { readonly buffer: ArrayBuffer }
  const words = exports["words"] as (k0: number, k1: number, low: number, high: number, count: number) => void
  const [evens, odds] = [new Int32Array(buffer, 0, CAPACITY), new Int32Array(buffer, ODD, CAPACITY)]
  return (k0, k1, first, count, even, odd) => {
    if (count < SIMD_FROM) return threefryWords(k0, k1, first, count, even, odd)
    for (let at = 0; at < count;) {
      const high = Math.floor((first + at) / TWO_POW_32)
      const low = first + at - high * TWO_POW_32
      const run = Math.min(count - at, TWO_POW_32 - low, CAPACITY)
      // The last group may run past what was asked, and past the carry: its surplus is not copied.
      words(k0, k1, low | 0, high | 0, Math.ceil(run / GROUP) * GROUP)
      even.set(evens.subarray(0, run), at)
      odd.set(odds.subarray(0, run), at)
      at += run
    }
  }
}
