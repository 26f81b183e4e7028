/**
 * The forward pass written down plainly: one prefix at a time, ordinary loops, float64 on the file's weights. What src/language-model is measured against, in
 * time and in log-probability.
 */
import { type GgufFile, tensorNumbers } from "../../src/language-model/gguf.ts"
import { llamaParts, type LlamaShape } from "../../src/language-model/llama-shape.ts"

export interface PlainNode {
  readonly parent: PlainNode | undefined
  readonly depth: number
  /** By block. */
  readonly keys: ReadonlyArray<Float64Array>
  readonly values: ReadonlyArray<Float64Array>
  /** Log-probabilities of the next token. */
  readonly logLaw: Float64Array
}

export class PlainLlama {
  private readonly shape: LlamaShape
  private readonly weights: ReadonlyMap<string, Float32Array>

  constructor(gguf: GgufFile, vocabulary: number) {
    this.shape = llamaParts(gguf, vocabulary).shape
    this.weights = new Map(
      [...gguf.tensors.values()].map((tensor) => {
        const numbers = new Float32Array(tensor.shape.reduce((n, size) => n * size, 1))
        tensorNumbers(tensor, gguf.file, numbers)
        return [tensor.name, numbers]
      })
    )
  }

  private of(name: string): Float32Array {
    return this.weights.get(`${name}.weight`)!
  }

  private norm(x: Float64Array, weights: Float32Array): Float64Array {
    const factor = 1 / Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length + this.shape.epsilon)
    return x.map((v, i) => v * factor * weights[i])
  }

  private rotate(z: Float64Array, position: number): void {
    const { headWidth, rotationBase } = this.shape
    for (let i = 0; i < z.length; i += 2) {
      const angle = position / rotationBase ** ((i % headWidth) / headWidth)
      const [a, b, c, s] = [z[i], z[i + 1], Math.cos(angle), Math.sin(angle)]
      z[i] = a * c - b * s
      z[i + 1] = a * s + b * c
    }
  }

  extend(parent: PlainNode | undefined, token: number): PlainNode {
    const { blocks, headWidth, heads, inner, keyHeads, vocabulary, width } = this.shape
    const path: Array<PlainNode> = []
    for (let node = parent; node !== undefined; node = node.parent) path.push(node)
    const embedding = this.of("token_embd")
    const x = Float64Array.from(embedding.subarray(token * width, (token + 1) * width))
    const [keys, values]: [Array<Float64Array>, Array<Float64Array>] = [[], []]
    for (let b = 0; b < blocks; b++) {
      const y = this.norm(x, this.of(`blk.${b}.attn_norm`))
      const q = apply(this.of(`blk.${b}.attn_q`), y, width)
      const k = apply(this.of(`blk.${b}.attn_k`), y, keyHeads * headWidth)
      this.rotate(q, path.length)
      this.rotate(k, path.length)
      keys.push(k)
      values.push(apply(this.of(`blk.${b}.attn_v`), y, keyHeads * headWidth))
      const kept = [[k, values[b]] as const, ...path.map((node) => [node.keys[b], node.values[b]] as const)]
      const mixed = new Float64Array(width)
      for (let h = 0; h < heads; h++) {
        const [at, from] = [h * headWidth, Math.floor((h * keyHeads) / heads) * headWidth]
        const scores = kept.map(([key]) => {
          let score = 0
          for (let j = 0; j < headWidth; j++) score += q[at + j] * key[from + j]
          return score / Math.sqrt(headWidth)
        })
        const law = logSoftmax(scores)
        kept.forEach(([, value], n) => {
          const weight = Math.exp(law[n])
          for (let j = 0; j < headWidth; j++) mixed[at + j] += weight * value[from + j]
        })
      }
      add(x, apply(this.of(`blk.${b}.attn_output`), mixed, width))
      const u = this.norm(x, this.of(`blk.${b}.ffn_norm`))
      const gate = apply(this.of(`blk.${b}.ffn_gate`), u, inner)
      const up = apply(this.of(`blk.${b}.ffn_up`), u, inner)
      for (let j = 0; j < inner; j++) gate[j] = (gate[j] / (1 + Math.exp(-gate[j]))) * up[j]
      add(x, apply(this.of(`blk.${b}.ffn_down`), gate, width))
    }
    const output = this.weights.has("output.weight") ? this.of("output") : embedding
    const logits = apply(output, this.norm(x, this.of("output_norm")), vocabulary)
    return { parent, depth: path.length, keys, values, logLaw: Float64Array.from(logSoftmax(logits)) }
  }
}

/** Wx, four rows at a time where there are four. */
const apply = (weights: Float32Array, x: Float64Array, rows: number): Float64Array => {
  const depth = x.length
  const y = new Float64Array(rows)
  let row = 0
  for (; row + 3 < rows; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0]
    for (let j = 0, at = row * depth; j < depth; j++, at++) {
      const v = x[j]
      a += weights[at] * v
      b += weights[at + depth] * v
      c += weights[at + 2 * depth] * v
      d += weights[at + 3 * depth] * v
    }
    y.set([a, b, c, d], row)
  }
  for (; row < rows; row++) for (let j = 0; j < depth; j++) y[row] += weights[row * depth + j] * x[j]
  return y
}

const add = (to: Float64Array, added: Float64Array): void => added.forEach((v, i) => (to[i] += v))

const logSoftmax = (scores: ArrayLike<number>): ReadonlyArray<number> => {
  const all = Array.from(scores)
  const top = Math.max(...all)
  const normaliser = top + Math.log(all.reduce((sum, v) => sum + Math.exp(v - top), 0))
  return all.map((v) => v - normaliser)
}
