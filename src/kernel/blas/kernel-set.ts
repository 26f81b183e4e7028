/** The backend `blas`: the machine's BLAS from the measured dimension on, our WebAssembly for the rest, behind the shape that every backend has. */
import { availableParallelism } from "node:os"
import type { KernelSet, SearchKernels } from "../backend.ts"
import { BackendUnavailable } from "../backend-unavailable.ts"
import { noSimd, type WasmOptions } from "../wasm/arena.ts"
import { BYTES, setOver } from "../wasm/kernel-set.ts"
import { type Blas, blasDetail, findBlas } from "./library.ts"
import { BlasKernels, type Crossover } from "./kernels.ts"

/** The library at every d: for those who hold the two against each other. */
export const ALWAYS: Crossover = { scores: 1, quadraticForm: 1, gram: 1 }

/**
 * From which d on the library is taken: provisional: OpenBLAS 0.3.31 was mostly ahead of our WebAssembly in one run, and not in another (`reports/reference/bench/blas-avx512.txt`). An
 * older one (0.3.21) is behind it in the quadratic form at d = 64 and 128, so that this begins later than a new one would need.
 */
export const CROSSOVER: Crossover = { scores: 128, quadraticForm: 256, gram: 128 }

export interface BlasOptions extends WasmOptions {
  readonly blas?: Blas
  readonly crossover?: Crossover
}

/**
 * @param searchKernels the set's searches (`search/search-kernels.ts`)
 * @param options threads: as many as the machine has; bytes: 256 MiB. @throws BackendUnavailable
 */
export const openBlasKernels = (
  searchKernels: (options: WasmOptions) => SearchKernels,
  {
    blas = findBlas(),
    crossover = CROSSOVER,
    threads = availableParallelism(),
    bytes = BYTES,
    ...rest
  }: BlasOptions = {}
): KernelSet => {
  const options = { threads, bytes, ...rest }
  const kernels = BlasKernels.over(blas, crossover, options)
  if (kernels === undefined) {
    const { reason, fix } = noSimd()
    throw new BackendUnavailable({ backend: "blas", reason, ...(fix === undefined ? {} : { fix }) })
  }
  return setOver(kernels, searchKernels(options), bytes, {
    backend: "blas",
    detail: blasDetail(blas, kernels.threads),
    fallback: undefined
  })
}
