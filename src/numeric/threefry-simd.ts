/**
 * Threefry-2×32-20 words in WebAssembly SIMD: those of {@link threefryWords}, at 2.7 ns a block where four lanes of
 * JavaScript take 6.5.
 */
import {
  firstWords,
  GROUP,
  OUTPUT,
  secondWords,
  STATE,
  type ThreefryLocals,
  threefryStart,
  threefryStep
} from "./threefry-code.ts"
import { threefryWords, type Words } from "./threefry-words.ts"
import {
  I32,
  V128,
  add,
  engine,
  get,
  int,
  lessThan,
  repeat,
  set,
  shiftLeft,
  vstore,
  wasmModule,
  type WasmFunction,
  whileLoop
} from "./webassembly.ts"

const TWO_POW_32 = 4294967296
/** Most blocks of one call into WebAssembly, and the fewest for which that pays. */
const CAPACITY = 1024
const SIMD_FROM = 48

// Memory: first words, second words.
const ODD = 4 * CAPACITY
const [K0, K1, LOW, HIGH, COUNT, AT, K2] = [0, 1, 2, 3, 4, 5, 6]
const GENERATOR: ThreefryLocals = { k0: K0, k1: K1, low: LOW, high: HIGH, k2: K2, state: 7, output: 7 + STATE }

/** Words of `count` blocks, a multiple of {@link GROUP}; the counter's low word wraps. */
const wordsFunction: WasmFunction = {
  name: "words",
  parameters: [I32, I32, I32, I32, I32],
  locals: [
    [2, I32],
    [STATE + OUTPUT, V128]
  ],
  body: [
    ...threefryStart(GENERATOR),
    ...whileLoop(lessThan(get(AT), get(COUNT)), [
      ...threefryStep(GENERATOR),
      ...repeat(GROUP / 4, (v) => [
        ...vstore(shiftLeft(get(AT), 2), 16 * v, get(firstWords(GENERATOR, v))),
        ...vstore(shiftLeft(get(AT), 2), ODD + 16 * v, get(secondWords(GENERATOR, v)))
      ]),
      ...set(AT, add(get(AT), int(GROUP)))
    ])
  ]
}

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
