/**
 * A model's weights and the activations of one batch in one WebAssembly memory, with the matrix product over it; in an ordinary buffer, with the product in
 * JavaScript, where WebAssembly has no SIMD.
 */
import { engine, MOST_PAGES, wasmModule } from "../numeric/webassembly.ts"
import { type GgufTensor, tensorNumbers } from "./gguf.ts"
import { refuseFile } from "../instance/invalid-instance.ts"
import { type LlamaShape, type LlamaTensors } from "./llama-shape.ts"
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

export interface LlamaBlock {
  readonly attentionNorm: Float32Array
  readonly query: Matrix
  readonly key: Matrix
  readonly value: Matrix
  readonly attentionOutput: Matrix
  readonly innerNorm: Float32Array
  readonly gate: Matrix
  readonly up: Matrix
  readonly down: Matrix
}

export interface LlamaMemory {
  readonly blocks: ReadonlyArray<LlamaBlock>
  readonly outputNorm: Float32Array
  readonly output: Matrix
  /** Number k of a token's embedding. */
  readonly embed: (token: number, k: number) => number
  readonly stream: Activations
  readonly normed: Activations
  readonly query: Activations
  readonly key: Activations
  readonly value: Activations
  readonly mixed: Activations
  readonly gate: Activations
  readonly up: Activations
  readonly added: Activations
  readonly logits: Activations
  /** y = Wx for the first `lanes` columns (rounded up to eight). */
  readonly multiply: (weights: Matrix, x: Activations, y: Activations, lanes: number) => void
}

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
  const places = tensors.blocks.map((block) => ({
    query: place(block.attn_q),
    key: place(block.attn_k),
    value: place(block.attn_v),
    attentionOutput: place(block.attn_output),
    gate: place(block.ffn_gate),
    up: place(block.ffn_up),
    down: place(block.ffn_down)
  }))
  const embedding = place(tensors.embedding)
  const output = place(tensors.output)
  const keyWidth = shape.keyHeads * shape.headWidth
  const room = (size: number): number => layout.room(paddedRows(size) * LANES)
  const at = {
    stream: room(shape.width),
    normed: room(shape.width),
    query: room(shape.width),
    key: room(keyWidth),
    value: room(keyWidth),
    mixed: room(shape.width),
    gate: room(shape.inner),
    up: room(shape.inner),
    added: room(shape.width),
    logits: room(shape.vocabulary)
  }
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
  const numbers = (tensor: GgufTensor): Float32Array => {
    const out = new Float32Array(tensor.shape.reduce((n, size) => n * size, 1))
    tensorNumbers(tensor, file, out)
    return out
  }
  for (const [tensor, matrix] of matrices) {
    const packed = new Float32Array(buffer, matrix.at, matrix.rows * matrix.depth)
    packWeights(numbers(tensor), tensor.shape[0], matrix.depth, packed)
  }
  const activations = (of: keyof typeof at, size: number): Activations => ({
    at: at[of],
    values: new Float32Array(buffer, at[of], paddedRows(size) * LANES)
  })
  const table = new Float32Array(buffer, embedding.at, embedding.rows * embedding.depth)
  return {
    blocks: places.map((matrix, i) => ({
      ...matrix,
      attentionNorm: numbers(tensors.blocks[i].attn_norm),
      innerNorm: numbers(tensors.blocks[i].ffn_norm)
    })),
    outputNorm: numbers(tensors.outputNorm),
    output,
    embed: (token, k) => table[packedIndex(token, k, embedding.depth)],
    stream: activations("stream", shape.width),
    normed: activations("normed", shape.width),
    query: activations("query", shape.width),
    key: activations("key", keyWidth),
    value: activations("value", keyWidth),
    mixed: activations("mixed", shape.width),
    gate: activations("gate", shape.inner),
    up: activations("up", shape.inner),
    added: activations("added", shape.width),
    logits: activations("logits", shape.vocabulary),
    multiply: (weights, x, y, lanes) =>
      product(weights.at, x.at, y.at, weights.rows, weights.depth, Math.ceil(lanes / LANE_BLOCK) * LANE_BLOCK)
  }
}
