/**
 * The backend `wasm`: this package's own WebAssembly behind the shape that every backend has. What does not fit its memory is cut into pieces; rows that are used
 * again stay in it.
 */
import { availableParallelism } from "node:os"
import type { KernelSet, Ran, Rows, SearchKernels } from "../backend.ts"
import { pieces } from "../pieces.ts"
import { noSimd, type WasmOptions, wasmRan } from "./arena.ts"
import { gramScratch } from "./gram-code.ts"
import { WasmKernels } from "./kernels.ts"
import { PANEL, TILE } from "./pair-distance-code.ts"
import { packedLength } from "./quadratic-form-code.ts"

/** Reserved; occupied as it is used. */
export const BYTES = 2 ** 28
/** For the alignment of what one call reserves. */
const SPARE = 1024

/**
 * @param searchKernels the set's searches (`search/search-kernels.ts`)
 * @param options threads: as many as the machine has; bytes: 256 MiB. @throws BackendUnavailable
 */
export const openWasmKernels = (
  searchKernels: (options: WasmOptions) => SearchKernels,
  { threads = availableParallelism(), bytes = BYTES, ...rest }: WasmOptions = {}
): KernelSet => {
  const kernels = WasmKernels.make({ threads, bytes, ...rest })
  if (kernels === undefined) throw noSimd()
  return setOver(kernels, searchKernels({ threads, bytes, ...rest }), bytes, wasmRan(kernels))
}

/** The set of these kernels and searches. @param bytes of the kernels' memory. */
export const setOver = (kernels: WasmKernels, searches: SearchKernels, bytes: number, ran: Ran): KernelSet => {
  let held: { readonly rows: Rows; readonly values: Float32Array } | undefined

  /** The rows' values where they are computed with: in the memory's lower half, where they fit. */
  const resident = (rows: Rows): Float32Array => {
    if (held?.rows === rows) return held.values
    if (4 * rows.values.length + SPARE > bytes / 2) return rows.values
    kernels.clear()
    held = { rows, values: kernels.floats(rows.values.length) }
    held.values.set(rows.values)
    return held.values
  }

  /** Runs `part` on the features in pieces that fit beside `others` numbers. */
  const inPieces = (features: Rows, others: number, part: (piece: Float32Array, first: number) => void): void => {
    const { count, dimension: d } = features
    const values = resident(features)
    const each = 4 * (values === features.values ? d + 1 : 1)
    const size = Math.max(1, Math.floor((bytes / 2 - 4 * others - SPARE) / each))
    for (const { first, count: n } of pieces(count, size)) part(values.subarray(first * d, (first + n) * d), first)
  }

  const scores: KernelSet["scores"] = (theta, features) => {
    const d = features.dimension
    const out = new Float32Array(features.count)
    inPieces(features, d, (piece, first) => {
      kernels.scores(theta, piece, out.subarray(first, first + piece.length / d))
    })
    return out
  }

  const quadraticForm: KernelSet["quadraticForm"] = (whitening, features) => {
    const d = features.dimension
    const out = new Float32Array(features.count)
    inPieces(features, packedLength(d), (piece, first) => {
      kernels.quadraticForm(whitening, piece, out.subarray(first, first + piece.length / d))
    })
    return out
  }

  const gram: KernelSet["gram"] = (features) => {
    const d = features.dimension
    const sums = new Float64Array(d * d)
    inPieces(features, kernels.threads * gramScratch(d) + d * d, (piece) => {
      const part = kernels.gram(piece, d)
      for (let i = 0; i < sums.length; i++) sums[i] += part[i]
    })
    return Float32Array.from(sums)
  }

  /** Rows of which all pairs fit. */
  const pairsFit = (size: number, d: number): boolean =>
    4 * (size * size + (size + PANEL) * d + TILE * kernels.threads) + SPARE <= bytes / 2

  const pairDistances: KernelSet["pairDistances"] = (white) => {
    const { count: size, dimension: d } = white
    if (pairsFit(size, d)) return kernels.pairDistances(white.values, d)
    // Blocks of rows two by two, each pair of them as one set.
    let block = size
    while (block > 1 && !pairsFit(2 * block, d)) block = Math.ceil(block / 2)
    const out = new Float32Array(size * size)
    const rowsOf = (first: number): Float32Array => white.values.subarray(first * d, (first + block) * d)
    for (let a = 0; a < size; a += block) {
      const left = rowsOf(a)
      for (let b = a; b < size; b += block) {
        const right = b === a ? new Float32Array(0) : rowsOf(b)
        const both = new Float32Array(left.length + right.length)
        both.set(left)
        both.set(right, left.length)
        const found = kernels.pairDistances(both, d)
        const width = both.length / d
        const placeOf = (row: number): number => (row < left.length / d ? a + row : b + row - left.length / d)
        for (let r = 0; r < width; r++) {
          const at = placeOf(r) * size
          out.set(found.subarray(r * width, r * width + left.length / d), at + a)
          if (b > a) out.set(found.subarray(r * width + left.length / d, (r + 1) * width), at + b)
        }
      }
    }
    return out
  }

  const tiltedSoftmax: KernelSet["tiltedSoftmax"] = (logits, reference, offsets) => {
    const prompts = offsets.length - 1
    const probabilities = new Float32Array(logits.length)
    const logNormaliser = new Float32Array(prompts)
    // Three arrays by response, three by prompt.
    const most = Math.floor((bytes / 2 - 6 * SPARE) / 12)
    for (let first = 0; first < prompts;) {
      let last = first + 1
      while (last < prompts && offsets[last + 1] - offsets[first] + last + 1 - first <= most) last++
      const [from, to] = [offsets[first], offsets[last]]
      const law = kernels.tiltedSoftmax(
        logits.subarray(from, to),
        reference.subarray(from, to),
        offsets.subarray(first, last + 1).map((at) => at - from),
        probabilities.subarray(from, to)
      )
      logNormaliser.set(law.logNormaliser, first)
      first = last
    }
    return { probabilities, logNormaliser }
  }

  return {
    ran,
    scores,
    quadraticForm,
    pairDistances,
    tiltedSoftmax,
    gram,
    firstHit: searches.firstHit,
    firstAccepted: searches.firstAccepted,
    destroy: () => {
      held = undefined
      kernels.close()
      void searches.destroy()
    }
  }
}
