/** GGUF files for tests: written plainly, so that a test can also write what no honest writer would. */
import type { GgufFile, GgufValue } from "../../src/language-model/gguf.ts"
import { tensorNumbers } from "../../src/language-model/gguf.ts"
import { Stream } from "../../src/numeric/stream.ts"

/** Little-endian bytes, appended. */
export class ByteWriter {
  private readonly parts: Array<Uint8Array> = []
  size = 0
  bytes(part: Uint8Array): this {
    this.parts.push(part)
    this.size += part.byteLength
    return this
  }
  u8(n: number): this {
    return this.bytes(Uint8Array.of(n))
  }
  u16(n: number): this {
    return this.bytes(new Uint8Array(Uint16Array.of(n).buffer))
  }
  u32(n: number): this {
    return this.bytes(new Uint8Array(Uint32Array.of(n).buffer))
  }
  u64(n: number | bigint): this {
    return this.bytes(new Uint8Array(BigUint64Array.of(BigInt(n)).buffer))
  }
  f32(n: number): this {
    return this.bytes(new Uint8Array(Float32Array.of(n).buffer))
  }
  text(s: string): this {
    const encoded = new TextEncoder().encode(s)
    return this.u64(encoded.length).bytes(encoded)
  }
  pad(alignment: number): this {
    return this.bytes(new Uint8Array((alignment - (this.size % alignment)) % alignment))
  }
  done(): Uint8Array {
    const all = new Uint8Array(this.size)
    let at = 0
    for (const part of this.parts) {
      all.set(part, at)
      at += part.byteLength
    }
    return all
  }
}

/** Keys whose numbers are f32 even where they are whole. */
const FLOATS = /freq_base$|epsilon$|sampling\.(temp|top_p|min_p)$/

/** A value as its type code and bytes: whole numbers u32 (in arrays i32), others f32. */
const writeValue = (out: ByteWriter, key: string, value: GgufValue): void => {
  const whole = (v: unknown): boolean => Number.isInteger(v) && !FLOATS.test(key)
  const typeOf = (v: unknown): number =>
    typeof v === "string" ? 8 : typeof v === "boolean" ? 7 : whole(v) ? (Array.isArray(value) ? 5 : 4) : 6
  const write = (v: unknown): void => {
    if (typeof v === "string") out.text(v)
    else if (typeof v === "boolean") out.u8(v ? 1 : 0)
    else if (whole(v)) out.u32(v as number)
    else out.f32(v as number)
  }
  if (Array.isArray(value)) {
    out.u32(9).u32(typeOf(value[0])).u64(value.length)
    value.forEach(write)
    return
  }
  out.u32(typeOf(value))
  write(value)
}

export interface WrittenTensor {
  readonly name: string
  /** Row-major sizes, slowest first. */
  readonly shape: ReadonlyArray<number>
  /** 0 F32, 1 F16, 8 Q8_0; any number may be claimed. */
  readonly code: number
  readonly bytes: Uint8Array
  /** Offset claimed instead of the next free one. */
  readonly offset?: number | bigint
}

export const ggufBytes = (
  metadata: ReadonlyArray<readonly [string, GgufValue]>,
  tensors: ReadonlyArray<WrittenTensor>,
  alignment = 32
): Uint8Array => {
  const out = new ByteWriter().u32(0x46554747).u32(3).u64(tensors.length).u64(metadata.length)
  for (const [key, value] of metadata) writeValue(out.text(key), key, value)
  let offset = 0
  for (const { bytes, code, name, shape, offset: claimed } of tensors) {
    out.text(name).u32(shape.length)
    for (const size of shape.toReversed()) out.u64(size)
    out.u32(code).u64(claimed ?? offset)
    offset += Math.ceil(bytes.byteLength / alignment) * alignment
  }
  out.pad(alignment)
  for (const { bytes } of tensors) out.bytes(bytes).pad(alignment)
  return out.done()
}

export const toHalf = (value: number): number => {
  if (value === 0) return Object.is(value, -0) ? 0x8000 : 0
  const sign = value < 0 ? 0x8000 : 0
  const size = Math.abs(value)
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  // Below 2^-14 steps are 2^-24; a fraction rounded up to 1024 carries into the exponent by itself.
  const steps = Math.round((size / 2 ** exponent) * 1024)
  return sign | (steps < 1024 ? steps : ((exponent + 15) << 10) + steps - 1024)
}

export const floatBytes = (values: Float32Array, format: "F32" | "F16"): Uint8Array =>
  new Uint8Array(format === "F32" ? values.slice().buffer : Uint16Array.from(values, toHalf).buffer)

/** The same model with every matrix written as F32 or F16; vectors stay F32, as llama.cpp wants them. */
export const requantised = (gguf: GgufFile, format: "F32" | "F16"): Uint8Array =>
  ggufBytes(
    [...gguf.metadata],
    [...gguf.tensors.values()].map((tensor) => {
      const values = new Float32Array(tensor.shape.reduce((n, size) => n * size, 1))
      tensorNumbers(tensor, gguf.file, values)
      const written = tensor.shape.length === 1 ? "F32" : format
      return {
        name: tensor.name,
        shape: tensor.shape,
        code: written === "F32" ? 0 : 1,
        bytes: floatBytes(values, written)
      }
    })
  )

export interface SmallModel {
  readonly width: number
  readonly heads: number
  readonly keyHeads: number
  readonly inner: number
  readonly blocks: number
  readonly context: number
  /** Whether the output has a matrix of its own. */
  readonly ownOutput: boolean
}

const SYMBOLS = ["Ċ", ..."0123456789+-*=abcdefghi"]

/** A random model of the tests' own shape over 24 characters, in F32: its metadata and tensors. */
export const smallModel = (
  { blocks, context, heads, inner, keyHeads, ownOutput, width }: SmallModel,
  seed: number
): {
  readonly metadata: ReadonlyArray<readonly [string, GgufValue]>
  readonly tensors: ReadonlyArray<WrittenTensor>
} => {
  const stream = Stream.fromSeed(seed).split("small-model")
  const V = SYMBOLS.length
  const keyWidth = (width / heads) * keyHeads
  const tensor = (name: string, shape: ReadonlyArray<number>): WrittenTensor => {
    const own = stream.split(name)
    const scale = 1.5 / Math.sqrt(shape.at(-1) ?? 1)
    const values = Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () =>
      shape.length === 1 ? 0.5 + own.next() : scale * (2 * own.next() - 1)
    )
    return { name, shape, code: 0, bytes: floatBytes(values, "F32") }
  }
  const tensors = [tensor("token_embd.weight", [V, width]), tensor("output_norm.weight", [width])]
  if (ownOutput) tensors.push(tensor("output.weight", [V, width]))
  for (let b = 0; b < blocks; b++) {
    const of = (name: string, ...shape: ReadonlyArray<number>): void => {
      tensors.push(tensor(`blk.${b}.${name}.weight`, shape))
    }
    of("attn_norm", width)
    of("attn_q", width, width)
    of("attn_k", keyWidth, width)
    of("attn_v", keyWidth, width)
    of("attn_output", width, width)
    of("ffn_norm", width)
    of("ffn_gate", inner, width)
    of("ffn_up", inner, width)
    of("ffn_down", width, inner)
  }
  return {
    metadata: [
      ["general.architecture", "llama"],
      ["general.name", "small"],
      ["llama.context_length", context],
      ["llama.embedding_length", width],
      ["llama.block_count", blocks],
      ["llama.feed_forward_length", inner],
      ["llama.attention.head_count", heads],
      ["llama.attention.head_count_kv", keyHeads],
      ["llama.rope.dimension_count", width / heads],
      ["llama.rope.freq_base", 5000],
      ["llama.attention.layer_norm_rms_epsilon", 1.5e-5],
      ["llama.vocab_size", V],
      ["tokenizer.ggml.model", "gpt2"],
      ["tokenizer.ggml.pre", "gpt-2"],
      ["tokenizer.ggml.tokens", SYMBOLS],
      ["tokenizer.ggml.token_type", SYMBOLS.map(() => 1)],
      ["tokenizer.ggml.merges", ["< >"]],
      ["tokenizer.ggml.bos_token_id", 0],
      ["tokenizer.ggml.eos_token_id", 0],
      ["tokenizer.ggml.add_bos_token", true]
    ],
    tensors
  }
}
