/**
 * What one session's oracles search, count and make tables with: JavaScript, or the WebAssembly kernels where they pay.
 * A session opens it and closes it; what it says ran is read from what ran.
 */
import { availableParallelism } from "node:os"
import * as Context from "effect/Context"
import { describeRan } from "../kernel/backend.ts"
import { hasSimd, noSimd, WasmArena, wasmRan } from "../kernel/wasm/arena.ts"
import { simdWords } from "../numeric/threefry-simd.ts"
import { threefryWords, type Words } from "../numeric/threefry-words.ts"
import { LiteralSearch } from "./literal-search.ts"

/** Reserved, and occupied as it is used. */
const BYTES = 2 ** 25
/** As many as were measured: two halve the time of searches past 10⁵ draws, and shorter ones are left to one. */
const MOST_THREADS = 2

/** What may search: `js` keeps WebAssembly out, `wasm` must have it, `auto` takes it where there is one. It searches where that pays. */
export type SearchChoice = "auto" | "js" | "wasm"

/** What runs made under it search with, where they are not told: `auto`. */
export const SearchBackend = Context.Reference<SearchChoice>("coverbound/SearchBackend", {
  defaultValue: () => "auto"
})

export class SessionSearch {
  private readonly allowed: boolean
  /** Threads of its kernels, the caller's included, at the most. */
  readonly threads: number
  private made: { readonly search: LiteralSearch | undefined } | undefined
  private readonly memories: Array<WasmArena> = []
  private closed = false

  /** @param threads at the most. @throws BackendUnavailable where `wasm` is asked for and there is none. */
  constructor(choice: SearchChoice = "auto", threads = MOST_THREADS) {
    this.allowed = choice !== "js"
    this.threads = Math.min(threads, availableParallelism())
    if (choice === "wasm" && !hasSimd("plain")) throw noSimd()
  }

  /** Makes the words of the session's draws. */
  get words(): Words {
    return (this.allowed ? simdWords() : undefined) ?? threefryWords
  }

  /** The kernels, made at the first use; undefined where WebAssembly has no SIMD, or is kept out. */
  get kernel(): LiteralSearch | undefined {
    if (!this.allowed) return undefined
    if (this.closed) throw new Error("session: closed, expected an open one")
    return (this.made ??= { search: LiteralSearch.make({ bytes: BYTES, threads: this.threads }) }).search
  }

  /** A memory of the session's besides, for who keeps much; undefined where there are no kernels. */
  memory(bytes: number): WasmArena | undefined {
    if (!this.allowed) return undefined
    if (this.closed) throw new Error("session: closed, expected an open one")
    const arena = WasmArena.make({ bytes, threads: this.threads })
    if (arena !== undefined) this.memories.push(arena)
    return arena
  }

  /**
   * What made the searches, counts and tables so far, as run.json and certificates name it: a kernel if one ran, else
   * `js`.
   */
  get backend(): string {
    const arena = [this.made?.search?.arena, ...this.memories].find((one) => one !== undefined && one.calls.size > 0)
    return arena === undefined ? "js" : describeRan(wasmRan(arena))
  }

  /** Lets go of the kernels' memory and threads. {@link backend} still says what ran. */
  close(): void {
    this.closed = true
    this.made?.search?.close()
    for (const arena of this.memories) arena.close()
  }
}
