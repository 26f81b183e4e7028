/**
 * The process's one literal search, made at the first use: oracles are many and short-lived, and a WebAssembly memory is
 * dear. Tests of a past era are gone.
 */
import { availableParallelism } from "node:os"
import { describeRan } from "../kernel/backend.ts"
import { noSimd, wasmRan } from "../kernel/wasm/arena.ts"
import { LiteralSearch } from "./literal-search.ts"

const BYTES = 2 ** 25
/** As many as were measured: two halve the time of searches past 10⁵ draws, and shorter ones are left to one. */
const MOST_THREADS = 2

let shared: { readonly search: LiteralSearch | undefined } | undefined
let era = 0
let allowed = true
let threads = Math.min(MOST_THREADS, availableParallelism())

/** What may search: `js` keeps the kernel out, `wasm` must have it, `auto` takes it where there is one. It searches where that pays. */
export type SearchChoice = "auto" | "js" | "wasm"

/** Chooses for oracles that this process opens from now on. `most`: threads at the most. @throws BackendUnavailable */
export const chooseSearch = (choice: SearchChoice, most = MOST_THREADS): void => {
  allowed = choice !== "js"
  threads = Math.min(most, availableParallelism())
  if (choice === "wasm" && sharedSearch() === undefined) throw noSimd()
}

/** Undefined where WebAssembly has no SIMD, or was not chosen. */
export const sharedSearch = (): LiteralSearch | undefined =>
  allowed ? (shared ??= { search: LiteralSearch.make({ bytes: BYTES, threads }) }).search : undefined

/** A search that ran, as run.json and certificates name it. */
export const describeSearch = ({ arena }: LiteralSearch): string => describeRan(wasmRan(arena))

export const searchEra = (): number => era

/** Drops all tests. */
export const freshEra = (): void => {
  shared?.search?.clear()
  era++
}
