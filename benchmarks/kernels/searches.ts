/** The searches of a literal case, as kernel calls: one prompt's long search, or many prompts' short ones. */
import { LiteralSearch } from "../../src/search/literal-search.ts"
import type { Eventually, KernelSet } from "../../src/kernel/backend.ts"
import { Stream } from "../../src/numeric/stream.ts"
import { whitenedRows } from "../../src/policy/elliptic-test.ts"
import type { PreparedCase } from "../literal-oracle-cases.ts"
import { aimed, type KernelBackend } from "./backends.ts"

export interface Searches {
  readonly name: string
  /** Whether it is held to the project's aims. */
  readonly held: boolean
  readonly call: () => Eventually<unknown>
}

/** Wφ of every row of the case. */
const whitened = ({ instance: { exact }, test }: PreparedCase): Float64Array =>
  whitenedRows(test, exact.features, 0, exact.reference.length)

const byWasm = (prepared: PreparedCase, threads: number, filtered: boolean): (() => void) | undefined => {
  const { instance, test, limit, visits } = prepared
  const { exact, source } = instance
  const { dimension: d, offsets, reference, promptProbabilities } = exact
  const kernel = LiteralSearch.make({ threads, bytes: 2 ** 25 })
  if (kernel === undefined || kernel.arena.threads !== threads) return undefined
  const white = whitened(prepared)
  const tests = Array.from(promptProbabilities, (_, x) => {
    const made = kernel.pairTest({
      table: source.drawTable!(x),
      white: white.subarray(offsets[x] * d, offsets[x + 1] * d),
      dimension: d,
      mass: reference.subarray(offsets[x], offsets[x + 1]),
      nu: test.nu
    })!
    return filtered ? made : kernel.unfiltered(made)
  })
  const stream = Stream.fromSeed(3)
  let request = 0
  return () => {
    if (visits > 1) {
      const prompts = Array.from({ length: visits }, () => stream.nextInteger(tests.length))
      kernel.many(
        prompts.map((x) => tests[x]),
        prompts.map(() => ({ k0: ++request, k1: 1 })),
        limit
      )
      return
    }
    const key = { k0: ++request, k1: 2 }
    for (let at = 0; (at = kernel.next(tests[0], key, at, limit) + 1) > 0;);
  }
}

const bySet = (prepared: PreparedCase, kernels: KernelSet): (() => Eventually<unknown>) => {
  const { instance, test, limit, visits } = prepared
  const { dimension, offsets, reference, promptProbabilities } = instance.exact
  const responses = { offsets, reference, rowOf: Int32Array.from(reference, (_, row) => row) }
  const white = whitened(prepared)
  const stream = Stream.fromSeed(3)
  let request = 0
  return () => {
    const prompts = Int32Array.from({ length: visits }, () => stream.nextInteger(promptProbabilities.length))
    const keys = Int32Array.from({ length: 2 * visits }, (_, i) => (i % 2 === 0 ? ++request : 1))
    return kernels.firstHit({ responses, prompts, keys, limit, white, dimension, nu: test.nu })
  }
}

/** Ways of a backend to search: with and without the filter of words, where it has one. */
export const searchesOf = (prepared: PreparedCase, backend: KernelBackend): ReadonlyArray<Searches> => {
  const { kernels, name, threads } = backend
  if (kernels !== undefined) return [{ name, held: false, call: bySet(prepared, kernels) }]
  if (!aimed(backend)) return []
  return [true, false].flatMap((filtered) => {
    const call = byWasm(prepared, threads, filtered)
    return call === undefined ? [] : [{ name: filtered ? name : `${name}, every pair drawn`, held: filtered, call }]
  })
}
