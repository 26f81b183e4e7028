/**
 * First hits and first acceptances of many searches at once, on {@link LiteralSearch}. It names candidates; each is decided in float64 by the definition, so that
 * results are exactly the reference's. A test too fine for float32 is searched by the definition alone.
 */
import type { DrawTable } from "../instance/draw-table.ts"
import type { SearchKernels } from "../kernel/backend.ts"
import type { AcceptanceSearches, PairSearches } from "../kernel/reference.ts"
import { acceptanceDecision, type Decide, pairDecision, tableOf } from "../kernel/search-requests.ts"
import type { WasmOptions } from "../kernel/wasm/arena.ts"
import { LiteralSearch, type SearchKey, type SearchTest } from "./literal-search.ts"
import { REQUEST_WORDS } from "./search-code.ts"

/** Most memory for tests, and searches of one call. */
const BYTES = 2 ** 25
const MOST_SEARCHES = 4096
/** Draws that one call of many searches looks at, at most. */
const MOST_DRAWS = 2 ** 28

type Request = PairSearches | AcceptanceSearches

/** Mass of each class row. */
const massOf = ({ responses: { reference, rowOf }, white, dimension }: PairSearches): Float64Array => {
  const mass = new Float64Array(white.length / dimension)
  rowOf.forEach((row, y) => (mass[row] += reference[y]))
  return mass
}

/** Only where the engine has WebAssembly SIMD. */
export const searchKernels = ({ bytes = BYTES, ...options }: WasmOptions): SearchKernels => {
  const memory = Math.min(bytes, BYTES)
  const mostSearches = Math.min(MOST_SEARCHES, memory / 8 / (4 * REQUEST_WORDS))
  let made: LiteralSearch | undefined

  const run = (
    request: Request,
    ready: (search: LiteralSearch, table: DrawTable) => SearchTest | undefined,
    decide: Decide
  ): Int32Array => {
    const { responses, prompts, keys, limit } = request
    const coinKeys = "coinKeys" in request ? request.coinKeys : keys
    const search = (made ??= LiteralSearch.make({ ...options, bytes: memory })!)
    const out = new Int32Array(prompts.length).fill(-1)
    if (limit === 0) return out
    const keyOf = (b: number): SearchKey => ({
      k0: keys[2 * b],
      k1: keys[2 * b + 1],
      coin0: coinKeys[2 * b],
      coin1: coinKeys[2 * b + 1]
    })
    /** null: not to be had. */
    const tests = new Map<number, SearchTest | null>()
    let group: Array<{ readonly b: number; readonly test: SearchTest }> = []

    const finish = (): void => {
      // Few searches share their draws over the threads, many are one thread's each.
      const few = group.length < search.arena.threads
      const until = few ? 0 : Math.min(limit, MOST_DRAWS)
      const found = few
        ? undefined
        : search.many(
            group.map(({ test }) => test),
            group.map(({ b }) => keyOf(b)),
            until
          )
      group.forEach(({ b, test }, i) => {
        const next = (from: number): number => search.next(test, keyOf(b), from, limit)
        let at = found === undefined || found[i] < 0 ? (until < limit ? next(until) : -1) : found[i]
        while (at >= 0 && !decide(b, at)) at = next(at + 1)
        out[b] = at
      })
      group = []
    }

    const testOf = (x: number): SearchTest | null => {
      const known = tests.get(x)
      if (known !== undefined) return known
      const table = tableOf(responses, x)
      let test = search.arena.room > 5 * REQUEST_WORDS * mostSearches ? ready(search, table) : undefined
      if (test === undefined && tests.size > 0) {
        finish()
        tests.clear()
        search.clear()
        test = ready(search, table)
      }
      tests.set(x, test ?? null)
      return test ?? null
    }

    search.clear()
    // By prompt, so that each test is made once.
    const order = Array.from(prompts, (_, b) => b).sort((a, b) => prompts[a] - prompts[b] || a - b)
    for (const b of order) {
      const test = testOf(prompts[b])
      if (test === null) {
        for (let i = 0; i < limit && out[b] < 0; i++) if (decide(b, i)) out[b] = i
        continue
      }
      group.push({ b, test })
      if (group.length >= mostSearches) finish()
    }
    finish()
    return out
  }

  const firstHit = (request: PairSearches): Int32Array => {
    const { white, dimension: d, nu } = request
    const mass = massOf(request)
    return run(
      request,
      (search, table) => {
        const { firstRow, rowCount } = table
        return search.pairTest({
          table,
          white: white.subarray(firstRow * d, (firstRow + rowCount) * d),
          dimension: d,
          mass: mass.subarray(firstRow, firstRow + rowCount),
          nu
        })
      },
      pairDecision(request)
    )
  }

  const firstAccepted = (request: AcceptanceSearches): Int32Array => {
    const { accept } = request
    return run(
      request,
      (search, table) => search.acceptanceTest(table, accept.subarray(table.firstRow, table.firstRow + table.rowCount)),
      acceptanceDecision(request)
    )
  }

  return { firstHit, firstAccepted, destroy: () => made?.close() }
}
