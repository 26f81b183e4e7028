/**
 * A Llama-architecture transformer: laws of the next token after the prefixes of a tree.
 *
 * A prefix is a node: its parent, its last token, and the keys and values of that token in every block, kept, so that a prefix costs one step of the model and a
 * tree of prefixes no more than its nodes. Steps are taken in batches of {@link LANES}.
 *
 * Weights and activations are float32; sums of the norms, the attention and the final log-softmax are taken in float64. The matrix products have one order of sums
 * (product-code.ts), so that the law of a prefix is a function of the file: it does not depend on the batch it was computed in.
 */
import { type GgufFile } from "./gguf.ts"
import { type Activations, type LlamaMemory, llamaMemory } from "./llama-memory.ts"
import { llamaParts, type LlamaShape } from "./llama-shape.ts"
import { LANES } from "./product-code.ts"

/** The parent of a prefix of one token. */
export const NO_PARENT = -1

/** Nodes that a fresh model has room for; room doubles as needed. */
const FIRST_ROOM = 64

/** A transformer whose next-token laws are asked for at the prefixes of a tree. */
export class Llama {
  readonly shape: LlamaShape
  /** Steps taken so far: tokens at prefixes evaluated. */
  evaluated = 0
  private readonly memory: LlamaMemory
  private readonly keyWidth: number
  private parents = new Int32Array(FIRST_ROOM)
  private depths = new Int32Array(FIRST_ROOM)
  /** Of node n in block b: keyWidth keys, then as many values, at (n·blocks + b)·2·keyWidth. */
  private kept: Float32Array
  private count = 0
  /** Cosines and sines of the rotation at each position met. */
  private readonly rotations: Array<Float64Array> = []
  private readonly path: Int32Array
  private readonly scores: Float64Array
  private readonly query: Float64Array
  private readonly mixed: Float64Array

  /**
   * @param vocabulary tokens of the file's tokenizer
   * @param simd false: matrix products in JavaScript. @throws InvalidFile
   */
  constructor(gguf: GgufFile, vocabulary: number, simd = true) {
    const { shape, tensors } = llamaParts(gguf, vocabulary)
    this.shape = shape
    this.memory = llamaMemory(shape, tensors, gguf.file, simd)
    this.keyWidth = shape.keyHeads * shape.headWidth
    this.kept = new Float32Array(FIRST_ROOM * this.perNode)
    this.path = new Int32Array(shape.context)
    this.scores = new Float64Array(shape.context)
    this.query = new Float64Array(shape.headWidth)
    this.mixed = new Float64Array(shape.headWidth)
  }

  private get perNode(): number {
    return this.shape.blocks * 2 * this.keyWidth
  }

  /** Nodes that are kept: the next one's number. */
  get nodes(): number {
    return this.count
  }

  /** Forgets the nodes from `count` on. Their laws stay valid. */
  forget(count: number): void {
    if (!(Number.isInteger(count) && count >= 0 && count <= this.count))
      throw new RangeError(`forget: ${count}, expected an integer from 0 to ${this.count}`)
    this.count = count
  }

  /** Tokens in the prefix of a node. */
  length(node: number): number {
    return node === NO_PARENT ? 0 : this.depths[node] + 1
  }

  /**
   * The nodes of `tokens[i]` after `parents[i]` ({@link NO_PARENT}: at the start of a text), numbered from the returned number on. No parent may be one of them.
   *
   * @param laws N×V: log-probabilities of the token that follows node i are written to laws[i·V …].
   * @throws RangeError for a token or a parent that there is not, and for a text longer than the context.
   */
  extend(parents: ArrayLike<number>, tokens: ArrayLike<number>, laws: Float64Array): number {
    const first = this.count
    for (let i = 0; i < tokens.length; i++) this.checkStep(parents[i], tokens[i], first)
    this.makeRoom(first + tokens.length)
    for (let i = 0; i < tokens.length; i++) {
      this.parents[first + i] = parents[i]
      this.depths[first + i] = this.length(parents[i])
    }
    this.count = first + tokens.length
    for (let at = 0; at < tokens.length; at += LANES)
      this.step(first + at, tokens, at, Math.min(LANES, tokens.length - at), laws)
    this.evaluated += tokens.length
    return first
  }

  private checkStep(parent: number, token: number, first: number): void {
    const { context, vocabulary } = this.shape
    if (!(Number.isInteger(token) && token >= 0 && token < vocabulary))
      throw new RangeError(`token: ${token}, expected an integer from 0 to ${vocabulary - 1}`)
    if (!(Number.isInteger(parent) && parent >= NO_PARENT && parent < first))
      throw new RangeError(`parent: ${parent}, expected a node below ${first} or ${NO_PARENT}`)
    if (this.length(parent) >= context)
      throw new RangeError(`parent: a prefix of ${context} tokens, expected fewer than the context ${context}`)
  }

  private makeRoom(nodes: number): void {
    if (nodes <= this.parents.length) return
    const room = Math.max(nodes, 2 * this.parents.length)
    const grown = <A extends Int32Array | Float32Array>(array: A, larger: A): A => {
      larger.set(array)
      return larger
    }
    this.parents = grown(this.parents, new Int32Array(room))
    this.depths = grown(this.depths, new Int32Array(room))
    this.kept = grown(this.kept, new Float32Array(room * this.perNode))
  }

  /** One batch: nodes first … first + lanes − 1, whose tokens are tokens[from …]. */
  private step(first: number, tokens: ArrayLike<number>, from: number, lanes: number, laws: Float64Array): void {
    const { inner, vocabulary, width } = this.shape
    const m = this.memory
    const { added, gate, key, logits, mixed, normed, query, stream, up, value } = m.activations
    for (let k = 0; k < width; k++)
      for (let lane = 0; lane < lanes; lane++) stream.values[k * LANES + lane] = m.embed(tokens[from + lane], k)
    m.blocks.forEach((block, b) => {
      this.norm(block.attn_norm, lanes)
      m.multiply(block.attn_q, normed, query, lanes)
      m.multiply(block.attn_k, normed, key, lanes)
      m.multiply(block.attn_v, normed, value, lanes)
      for (let lane = 0; lane < lanes; lane++) this.attend(b, first + lane, lane)
      m.multiply(block.attn_output, mixed, added, lanes)
      addTo(stream.values, added.values, width, lanes)
      this.norm(block.ffn_norm, lanes)
      m.multiply(block.ffn_gate, normed, gate, lanes)
      m.multiply(block.ffn_up, normed, up, lanes)
      gated(gate.values, up.values, inner, lanes)
      m.multiply(block.ffn_down, gate, added, lanes)
      addTo(stream.values, added.values, width, lanes)
    })
    this.norm(m.outputNorm, lanes)
    m.multiply(m.output, normed, logits, lanes)
    for (let lane = 0; lane < lanes; lane++) logSoftmax(logits, lane, vocabulary, laws, (from + lane) * vocabulary)
  }

  /** RMSNorm of the residual stream, into `normed` (doi:10.48550/arXiv.1910.07467). */
  private norm(weights: Float32Array, lanes: number): void {
    const { epsilon, width } = this.shape
    const [from, to] = [this.memory.activations.stream.values, this.memory.activations.normed.values]
    for (let lane = 0; lane < lanes; lane++) {
      let square = 0
      for (let k = lane; k < width * LANES; k += LANES) square += from[k] * from[k]
      const factor = 1 / Math.sqrt(square / width + epsilon)
      for (let k = 0, at = lane; k < width; k++, at += LANES) to[at] = from[at] * factor * weights[k]
    }
  }

  private rotation(position: number): Float64Array {
    const known = this.rotations[position]
    if (known !== undefined) return known
    const { headWidth, rotationBase } = this.shape
    const table = new Float64Array(headWidth)
    for (let j = 0; j < headWidth; j += 2) {
      const angle = position / rotationBase ** (j / headWidth)
      table[j] = Math.cos(angle)
      table[j + 1] = Math.sin(angle)
    }
    return (this.rotations[position] = table)
  }

  /** Causal attention of one lane in block b, its keys and values kept; into `mixed`. Rotary positions turn neighbouring pairs (doi:10.48550/arXiv.2104.09864). */
  private attend(b: number, node: number, lane: number): void {
    const { headWidth, heads, keyHeads } = this.shape
    const { keyWidth, kept, mixed, path, query, scores } = this
    const m = this.memory.activations
    const turn = this.rotation(this.depths[node])
    const here = (node * this.shape.blocks + b) * 2 * keyWidth
    for (let head = 0; head < keyHeads; head++) {
      const at = head * headWidth
      for (let j = 0; j < headWidth; j += 2) {
        const x = m.key.values[(at + j) * LANES + lane]
        const y = m.key.values[(at + j + 1) * LANES + lane]
        kept[here + at + j] = x * turn[j] - y * turn[j + 1]
        kept[here + at + j + 1] = x * turn[j + 1] + y * turn[j]
      }
    }
    for (let j = 0; j < keyWidth; j++) kept[here + keyWidth + j] = m.value.values[j * LANES + lane]
    let length = 0
    for (let n = node; n !== NO_PARENT; n = this.parents[n]) path[length++] = (n * this.shape.blocks + b) * 2 * keyWidth
    const scale = 1 / Math.sqrt(headWidth)
    const shared = heads / keyHeads
    for (let head = 0; head < heads; head++) {
      const at = head * headWidth
      const keyAt = Math.floor(head / shared) * headWidth
      for (let j = 0; j < headWidth; j += 2) {
        const x = m.query.values[(at + j) * LANES + lane]
        const y = m.query.values[(at + j + 1) * LANES + lane]
        query[j] = scale * (x * turn[j] - y * turn[j + 1])
        query[j + 1] = scale * (x * turn[j + 1] + y * turn[j])
      }
      let top = -Infinity
      for (let n = 0; n < length; n++) {
        const from = path[n] + keyAt
        let score = 0
        for (let j = 0; j < headWidth; j++) score += query[j] * kept[from + j]
        scores[n] = score
        if (score > top) top = score
      }
      let total = 0
      mixed.fill(0)
      for (let n = 0; n < length; n++) {
        const weight = Math.exp(scores[n] - top)
        total += weight
        const from = path[n] + keyWidth + keyAt
        for (let j = 0; j < headWidth; j++) mixed[j] += weight * kept[from + j]
      }
      for (let j = 0; j < headWidth; j++) m.mixed.values[(at + j) * LANES + lane] = mixed[j] / total
    }
  }
}

const addTo = (to: Float32Array, added: Float32Array, width: number, lanes: number): void => {
  for (let k = 0; k < width * LANES; k += LANES) for (let i = k; i < k + lanes; i++) to[i] += added[i]
}

/** SwiGLU: silu(gate)·up, into `gate` (doi:10.48550/arXiv.2002.05202). */
const gated = (gate: Float32Array, up: Float32Array, width: number, lanes: number): void => {
  for (let k = 0; k < width * LANES; k += LANES)
    for (let i = k; i < k + lanes; i++) gate[i] = (gate[i] / (1 + Math.exp(-gate[i]))) * up[i]
}

const logSoftmax = (logits: Activations, lane: number, size: number, out: Float64Array, at: number): void => {
  const { values } = logits
  let top = -Infinity
  for (let v = 0; v < size; v++) top = Math.max(top, values[v * LANES + lane])
  let sum = 0
  for (let v = 0; v < size; v++) sum += Math.exp(values[v * LANES + lane] - top)
  const normaliser = top + Math.log(sum)
  for (let v = 0; v < size; v++) out[at + v] = values[v * LANES + lane] - normaliser
}
