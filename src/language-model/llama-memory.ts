/**
 * A model's weights and the activations of one batch in one WebAssembly memory, with the matrix product over it; in an ordinary buffer, with the product in
 * JavaScript, where WebAssembly has no SIMD.
 */
import { engine, MOST_PAGES, wasmModule } from "../numeric/webassembly.ts"
import { type GgufTensor, tensorNumbers } from "./gguf.ts"
import { refuseFile } from "../instance/invalid-instance.ts"
import type { BlockTensor, LlamaShape, LlamaTensors } from "./llama-shape.ts"
import {
  LANE_BLOCK,
  LANES,
  packedIndex,
  packWeights,
  paddedRows,
  type Product,
  productFunction,
  productInJavaScript
} from "./product-code.ts"

const PAGE = 65536

/** A packed matrix: where it is (bytes), its rows with padding, its columns. */
export interface Matrix {
  readonly at: number
  readonly rows: number
  readonly depth: number
}

/** A batch's values of one kind: entry (i, lane) is `values[i·LANES + lane]`. */
export interface Activations {
  readonly at: number
  readonly values: Float32Array
}

/** Widths of a batch's values of each kind. */
const activationWidths = ({ headWidth, inner, keyHeads, vocabulary, width }: LlamaShape) => ({
  stream: width,
  normed: width,
  query: width,
  key: keyHeads * headWidth,
  value: keyHeads * headWidth,
  mixed: width,
  gate: inner,
  up: inner,
  added: width,
  logits: vocabulary
})
type Activated = ReturnType<typeof activationWidths>

/** A block's matrices, and the vectors of its norms. */
export type LlamaBlock = { readonly [K in BlockTensor]: K extends `${string}_norm` ? Float32Array : Matrix }

export interface LlamaMemory {
  readonly blocks: ReadonlyArray<LlamaBlock>
  readonly outputNorm: Float32Array
  readonly output: Matrix
  /** Number k of a token's embedding. */
  readonly embed: (token: number, k: number) => number
  readonly activations: { readonly [K in keyof Activated]: Activations }
  /** y = Wx for the first `lanes` columns (rounded up to eight). */
  readonly multiply: (weights: Matrix, x: Activations, y: Activations, lanes: number) => void
}

/** The same names with other values. */
const mapped = <K extends string, A, B>(fields: Readonly<Record<K, A>>, to: (value: A) => B): Record<K, B> =>
  Object.fromEntries(Object.entries<A>(fields).map(([name, value]) => [name, to(value)])) as Record<K, B>

/** Gives out addresses one after another. */
class Layout {
  private size = 0
  room(numbers: number): number {
    const at = this.size
    this.size += Math.ceil((4 * numbers) / 64) * 64
    return at
  }
  get pages(): number {
    return Math.ceil(this.size / PAGE)
  }
}

/** @param simd false: the product in JavaScript, for tests and for engines without SIMD. @throws InvalidFile */
export const llamaMemory = (shape: LlamaShape, tensors: LlamaTensors, file: string, simd = true): LlamaMemory => {
  const layout = new Layout()
  const matrices = new Map<GgufTensor, Matrix>()
  const place = (tensor: GgufTensor): Matrix => {
    const known = matrices.get(tensor)
    if (known !== undefined) return known
    const [rows, depth] = tensor.shape
    const padded = paddedRows(rows)
    const matrix = { at: layout.room(padded * depth), rows: padded, depth }
    matrices.set(tensor, matrix)
    return matrix
  }
  const numbers = (tensor: GgufTensor): Float32Array => {
    const out = new Float32Array(tensor.shape.reduce((n, size) => n * size, 1))
    tensorNumbers(tensor, file, out)
    return out
  }
  const blocks = tensors.blocks.map(
    (block) => mapped(block, (tensor) => (tensor.shape.length === 1 ? numbers(tensor) : place(tensor))) as LlamaBlock
  )
  const embedding = place(tensors.embedding)
  const output = place(tensors.output)
  const rooms = mapped(activationWidths(shape), (width) => {
    const size = paddedRows(width) * LANES
    return { at: layout.room(size), size }
  })
  if (layout.pages > MOST_PAGES / 2)
    refuseFile(file, "weights", `${Math.ceil(layout.pages / 16)} MiB as float32`, `at most ${MOST_PAGES / 32} MiB`)

  const bytes = wasmModule([productFunction], { kind: "own", pages: layout.pages })
  let buffer: ArrayBuffer
  let product: Product
  if (simd && engine.validate(bytes)) {
    const { exports } = new engine.Instance(new engine.Module(bytes))
    buffer = (exports["memory"] as { readonly buffer: ArrayBuffer }).buffer
    product = exports["product"] as Product
  } else {
    buffer = new ArrayBuffer(layout.pages * PAGE)
    product = productInJavaScript(new Float32Array(buffer))
  }
  for (const [tensor, matrix] of matrices) {
    const packed = new Float32Array(buffer, matrix.at, matrix.rows * matrix.depth)
    packWeights(numbers(tensor), tensor.shape[0], matrix.depth, packed)
  }
  const table = new Float32Array(buffer, embedding.at, embedding.rows * embedding.depth)
  return {
    blocks,
    outputNorm: numbers(tensors.outputNorm),
    output,
    embed: (token, k) => table[packedIndex(token, k, embedding.depth)],
    activations: mapped(rooms, ({ at, size }) => ({ at, values: new Float32Array(buffer, at, size) })),
    multiply: (weights, x, y, lanes) =>
      product(weights.at, x.at, y.at, weights.rows, weights.depth, Math.ceil(lanes / LANE_BLOCK) * LANE_BLOCK)
  }
}
