/**
 * The process's one literal search, made at the first use: oracles are many and short-lived, and a WebAssembly memory is
 * dear. Tests of a past era are gone.
 */
import { describeRan } from "../kernel/backend.ts"
import { wasmRan } from "../kernel/wasm/arena.ts"
import { LiteralSearch } from "../kernel/wasm/literal-search.ts"

const BYTES = 2 ** 25

let shared: { readonly search: LiteralSearch | undefined } | undefined
let era = 0

/** Undefined where WebAssembly has no SIMD. */
export const sharedSearch = (): LiteralSearch | undefined =>
  (shared ??= { search: LiteralSearch.make({ bytes: BYTES }) }).search

/** A search that ran, as run.json and certificates name it. */
export const describeSearch = ({ arena }: LiteralSearch): string => describeRan(wasmRan(arena))

export const searchEra = (): number => era

/** Drops all tests. */
export const freshEra = (): void => {
  shared?.search?.clear()
  era++
}
