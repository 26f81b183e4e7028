/**
 * The kernels of `backend.ts` on gpu.js: one source a kernel, every backend. Inputs past a backend's limits are split; nothing is computed for N = 0.
 *
 * Features given as {@link Rows} stay where they are computed with, as constants of the kernels that use them, for the {@link HELD} sets used last.
 */
import type { Eventually, GpuBackend, KernelSet, Rows, TiltedLaw32 } from "../backend.ts"
import { type Piece, pieces } from "../pieces.ts"
import type { GpuLibrary } from "./library.ts"
import { after, inTurn, MOST_CELLS, type Program, Runner } from "./runner.ts"
import { firstAccepted, firstHit } from "./searches.ts"
import {
  GRAM_ROWS,
  gramSource,
  isCpu,
  packWhitening,
  padded,
  pairDistancesSource,
  quadraticFormSource,
  scoresSource
} from "./sources.ts"
import { tiltedSoftmax } from "./tilted-softmax.ts"

/** Sets of rows whose constants are kept. */
const HELD = 4

/** A block of rows on the backend, and the programs that hold it. */
interface Block extends Piece {
  readonly features: Float32Array
  readonly programs: Map<string, Program>
}

/** Rows first … first+count−1, padded, laid out for the backend. */
const layOut = (backend: GpuBackend, { values, dimension: d }: Rows, first: number, count: number): Float32Array => {
  const side = padded(backend, d)
  if (isCpu(backend) && side === d) return values.slice(first * d, (first + count) * d)
  const out = new Float32Array(count * side)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < d; j++) out[isCpu(backend) ? i * side + j : j * count + i] = values[(first + i) * d + j]
  }
  return out
}

const paddedRows = (backend: GpuBackend, { values, dimension: d, count }: Rows): Float32Array => {
  const side = padded(backend, d)
  if (side === d) return values
  const out = new Float32Array(count * side)
  for (let i = 0; i < count; i++) out.set(values.subarray(i * d, (i + 1) * d), i * side)
  return out
}

export interface GpuKernelOptions {
  /** What is known of the backend, for people: threads, adapter. */
  readonly detail?: string
  /** Whether gpu.js may run something else: `ran` then says what. */
  readonly allowFallback?: boolean
  /** Cells of one launch and numbers of one array, at most: smaller in tests of the splitting. */
  readonly mostCells?: number
  /** Columns or rows of one launch, at most, where that is less than what the backend takes: likewise. */
  readonly mostSide?: number
}

/** A set whose kernels can be counted. */
export interface GpuKernelSet extends KernelSet {
  /** Kernels that gpu.js holds. */
  readonly live: () => number
}

/** @throws Error where gpu.js knows that the backend is missing; {@link FellBack} at the first run where it finds out then. */
export const gpuKernels = (
  library: GpuLibrary,
  backend: GpuBackend,
  { detail = "", allowFallback = false, mostCells = MOST_CELLS, mostSide = Infinity }: GpuKernelOptions = {}
): GpuKernelSet => {
  const runner = new Runner(library, backend, detail, allowFallback, mostSide)
  const held = new Map<Rows, ReadonlyArray<Block>>()

  const blocksOf = (rows: Rows): ReadonlyArray<Block> => {
    const known = held.get(rows)
    held.delete(rows)
    const size = Math.max(1, Math.floor(mostCells / padded(backend, rows.dimension)))
    const blocks =
      known ??
      pieces(rows.count, size).map(({ first, count }): Block => ({
        first,
        count,
        features: layOut(backend, rows, first, count),
        programs: new Map()
      }))
    held.set(rows, blocks)
    for (const [other, old] of held) {
      if (held.size <= HELD) break
      held.delete(other)
      for (const { programs } of old) for (const program of programs.values()) program.destroy()
    }
    return blocks
  }

  /** One number a row, by a source over constant features. */
  const perRow = (name: string, rows: Rows, source: () => string, argument: Float32Array): Eventually<Float32Array> => {
    const out = new Float32Array(rows.count)
    if (rows.count === 0) return out
    const done = inTurn(blocksOf(rows), ({ first, count, features, programs }) => {
      const program = programs.get(name) ?? runner.compile(source(), { features, count })
      programs.set(name, program)
      return after(program.run([count], [argument]), (part) => out.set(part, first))
    })
    return after(done, () => out)
  }

  const scores: KernelSet["scores"] = (theta, features) => {
    const d = features.dimension
    const whole = new Float32Array(padded(backend, d))
    whole.set(theta)
    return perRow("scores", features, () => scoresSource(backend, d), whole)
  }

  const quadraticForm: KernelSet["quadraticForm"] = (whitening, features) => {
    const d = features.dimension
    const packed = packWhitening(backend, d, whitening)
    return perRow("quadraticForm", features, () => quadraticFormSource(backend, d), packed)
  }

  const pairDistances: KernelSet["pairDistances"] = (white) => {
    const { count: size, dimension: d } = white
    const out = new Float32Array(size * size)
    if (size === 0) return out
    const program = runner.program(`pairDistances ${d}`, () => runner.compile(pairDistancesSource(backend, d)))
    const values = paddedRows(backend, white)
    const side = padded(backend, d)
    const columnsAtOnce = Math.min(size, runner.mostSide)
    const rowsAtOnce = Math.min(runner.mostSide, Math.max(1, Math.floor(mostCells / columnsAtOnce)))
    const columns = pieces(size, columnsAtOnce)
    const blocks = pieces(size, rowsAtOnce).flatMap((row) => columns.map((column) => [row, column] as const))
    const done = inTurn(blocks, ([{ first: row, count: height }, { first: column, count: width }]) => {
      const left = values.subarray(row * side, (row + height) * side)
      const right = width === size ? values : values.subarray(column * side, (column + width) * side)
      return after(program.run([width, height], [left, right]), (part) => {
        if (width === size) out.set(part, row * size)
        else
          for (let i = 0; i < height; i++) out.set(part.subarray(i * width, (i + 1) * width), (row + i) * size + column)
      })
    })
    return after(done, () => out)
  }

  const gram: KernelSet["gram"] = ({ values, dimension: d, count }) => {
    const sums = new Float64Array(d * d)
    if (count === 0) return Float32Array.from(sums)
    const program = runner.program(`gram ${d}`, () => runner.compile(gramSource(d)))
    // Chunks at once: of GRAM_ROWS rows in, d² cells out.
    const most = Math.max(1, Math.floor(mostCells / Math.max(d * d, GRAM_ROWS * d)))
    const chunks = Math.ceil(count / GRAM_ROWS)
    const done = inTurn(pieces(chunks, most), ({ first, count: n }) => {
      const part = values.subarray(first * GRAM_ROWS * d, (first + n) * GRAM_ROWS * d)
      const whole = new Float32Array(n * GRAM_ROWS * d)
      whole.set(part)
      return after(program.run([d, d, n], [whole]), (partial) => {
        for (let i = 0; i < partial.length; i++) sums[i % (d * d)] += partial[i]
      })
    })
    return after(done, () => Float32Array.from(sums))
  }

  return {
    get ran() {
      return runner.ran
    },
    live: () => runner.live,
    scores,
    quadraticForm,
    pairDistances,
    gram,
    tiltedSoftmax: (logits, reference, offsets): Eventually<TiltedLaw32> =>
      tiltedSoftmax(runner, mostCells, logits, reference, offsets),
    firstHit: (request) => firstHit(runner, mostCells, request),
    firstAccepted: (request) => firstAccepted(runner, mostCells, request),
    destroy: async () => {
      for (const blocks of held.values()) {
        for (const { programs } of blocks) for (const program of programs.values()) program.destroy()
      }
      held.clear()
      await runner.destroy()
    }
  }
}
