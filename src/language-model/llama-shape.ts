/**
 * What a GGUF file says of its Llama-architecture transformer (pre-norm RMSNorm, rotary positions, grouped-query attention, SwiGLU), and that its tensors are
 * those of such a model. A key or a tensor that this runtime would have to ignore is refused: ignoring it would be another model.
 */
import { refuseFile as refuse, shown } from "../instance/invalid-instance.ts"
import { type GgufFile, type GgufTensor } from "./gguf.ts"

export interface LlamaShape {
  /** Tokens that a text may have. */
  readonly context: number
  /** Width of the residual stream. */
  readonly width: number
  readonly blocks: number
  /** Width inside a feed-forward block. */
  readonly inner: number
  /** Heads of queries, and of keys and values (a divisor). */
  readonly heads: number
  readonly keyHeads: number
  /** Width of a head, even: pairs of it are rotated. */
  readonly headWidth: number
  readonly rotationBase: number
  /** What RMSNorm adds to the mean square. */
  readonly epsilon: number
  readonly vocabulary: number
}

/** Sizes of the matrices and vectors of a block, by their names in the file. */
const blockSizes = ({ headWidth, inner, keyHeads, width }: LlamaShape) => ({
  attn_norm: [width],
  attn_q: [width, width],
  attn_k: [keyHeads * headWidth, width],
  attn_v: [keyHeads * headWidth, width],
  attn_output: [width, width],
  ffn_norm: [width],
  ffn_gate: [inner, width],
  ffn_up: [inner, width],
  ffn_down: [width, inner]
})
export type BlockTensor = keyof ReturnType<typeof blockSizes>

const KEYS = [
  "context_length",
  "embedding_length",
  "block_count",
  "feed_forward_length",
  "attention.head_count",
  "attention.head_count_kv",
  "attention.key_length",
  "attention.value_length",
  "attention.layer_norm_rms_epsilon",
  "rope.dimension_count",
  "rope.freq_base",
  "vocab_size"
]

const UNKNOWN = "a Llama model without it: this runtime does not know it"

/** Most of any one size: sizes multiply, and products stay exact. */
const MOST = 2 ** 20

const readShape = ({ file, metadata }: GgufFile, vocabulary: number): LlamaShape => {
  const wrong = (key: string, value: unknown, expectation: string): never =>
    refuse(file, `metadata ${key}`, value, expectation)
  const architecture = metadata.get("general.architecture")
  if (architecture !== "llama") wrong("general.architecture", shown(architecture), '"llama"')
  for (const [key, value] of metadata)
    if (key.startsWith("llama.") && !KEYS.includes(key.slice(6))) wrong(shown(key), shown(value), UNKNOWN)
  const read = (key: string, byDefault: number | undefined, holds: (n: number) => boolean, what: string): number => {
    const value = metadata.get(`llama.${key}`) ?? byDefault
    return typeof value === "number" && holds(value) ? value : wrong(`llama.${key}`, shown(value), what)
  }
  const count = (key: string, byDefault?: number): number =>
    read(key, byDefault, (n) => Number.isInteger(n) && n >= 1 && n <= MOST, `an integer from 1 to ${MOST}`)
  const positive = (key: string, byDefault?: number): number => read(key, byDefault, (n) => n > 0, "a number above 0")
  /** A key that may only say what is so without it. */
  const only = (key: string, size: number, why: string): void => {
    const value = count(key, size)
    if (value !== size) wrong(`llama.${key}`, value, `${size}, ${why}`)
  }
  const [width, heads] = [count("embedding_length"), count("attention.head_count")]
  if (width % heads !== 0) wrong("llama.attention.head_count", heads, `a divisor of the embedding length ${width}`)
  const keyHeads = count("attention.head_count_kv", heads)
  if (heads % keyHeads !== 0) wrong("llama.attention.head_count_kv", keyHeads, `a divisor of the head count ${heads}`)
  const headWidth = width / heads
  only("attention.key_length", headWidth, "embedding length / heads")
  only("attention.value_length", headWidth, "embedding length / heads")
  if (headWidth % 2 !== 0) wrong("llama.attention.head_count", heads, "heads of an even width")
  only("rope.dimension_count", headWidth, "all of a head")
  only("vocab_size", vocabulary, "the tokenizer's tokens")
  return {
    context: count("context_length"),
    width,
    blocks: count("block_count"),
    inner: count("feed_forward_length"),
    heads,
    keyHeads,
    headWidth,
    rotationBase: positive("rope.freq_base", 10000),
    epsilon: positive("attention.layer_norm_rms_epsilon"),
    vocabulary
  }
}

export interface LlamaTensors {
  readonly embedding: GgufTensor
  readonly outputNorm: GgufTensor
  /** V×width; the embedding itself where the file has no other. */
  readonly output: GgufTensor
  readonly blocks: ReadonlyArray<Readonly<Record<BlockTensor, GgufTensor>>>
}

const readTensors = ({ file, tensors }: GgufFile, shape: LlamaShape): LlamaTensors => {
  const used = new Set<string>()
  const tensor = (name: string, ...sizes: ReadonlyArray<number>): GgufTensor => {
    const found = tensors.get(name)
    if (found === undefined) return refuse(file, `tensor ${name}`, undefined, `a tensor of ${sizes.join("×")}`)
    if (found.shape.length !== sizes.length || sizes.some((size, i) => found.shape[i] !== size))
      refuse(file, `tensor ${name}`, found.shape.join("×"), sizes.join("×"))
    used.add(name)
    return found
  }
  const { vocabulary, width } = shape
  const embedding = tensor("token_embd.weight", vocabulary, width)
  const found: LlamaTensors = {
    embedding,
    outputNorm: tensor("output_norm.weight", width),
    output: tensors.has("output.weight") ? tensor("output.weight", vocabulary, width) : embedding,
    blocks: Array.from({ length: shape.blocks }, (_, i) => {
      const named = Object.entries(blockSizes(shape)).map(([name, sizes]) => [
        name,
        tensor(`blk.${i}.${name}.weight`, ...sizes)
      ])
      return Object.fromEntries(named) as Record<BlockTensor, GgufTensor>
    })
  }
  for (const name of tensors.keys()) if (!used.has(name)) refuse(file, `tensor ${shown(name)}`, "there", UNKNOWN)
  return found
}

/**
 * Sizes and tensors of a Llama model's file, held against each other.
 * @param vocabulary tokens of the file's tokenizer. @throws InvalidFile
 */
export const llamaParts = (
  gguf: GgufFile,
  vocabulary: number
): { readonly shape: LlamaShape; readonly tensors: LlamaTensors } => {
  const shape = readShape(gguf, vocabulary)
  return { shape, tensors: readTensors(gguf, shape) }
}
