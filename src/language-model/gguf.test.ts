import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import {
  ByteWriter,
  floatBytes,
  ggufBytes,
  requantised,
  smallModel,
  toHalf,
  type WrittenTensor
} from "../../properties/arbitrary/gguf.ts"
import { InvalidFile } from "../instance/invalid-instance.ts"
import { fromHalf, readGguf, tensorNumbers } from "./gguf.ts"
import { Llama } from "./llama.ts"
import { characterTokenizer } from "./tokenizer.ts"

const SHAPE = { width: 8, heads: 2, keyHeads: 1, inner: 12, blocks: 1, context: 16, ownOutput: false }
const small = smallModel(SHAPE, 1)
const checkpoint = readFileSync(fileURLToPath(new URL("checkpoints/arithmetic-1M.gguf", import.meta.url)))

/** Opens a model wholly: every check there is. */
const open = (bytes: Uint8Array): Llama => {
  const gguf = readGguf(bytes, "m.gguf")
  return new Llama(gguf, characterTokenizer(gguf).texts.length)
}
const lineOf = (bytes: Uint8Array): string => {
  try {
    open(bytes)
  } catch (error) {
    if (error instanceof InvalidFile) return error.message
    throw error
  }
  return "accepted"
}
const withMetadata = (key: string, value: string | number | boolean | ReadonlyArray<string>): Uint8Array =>
  ggufBytes([...small.metadata.filter(([k]) => k !== key), [key, value]], small.tensors)
const withTensor = (name: string, change: Partial<WrittenTensor>): Uint8Array =>
  ggufBytes(
    small.metadata,
    small.tensors.map((t) => (t.name === name ? { ...t, ...change } : t))
  )
const header = (tensors: number | bigint, entries: number | bigint): ByteWriter =>
  new ByteWriter().u32(0x46554747).u32(3).u64(tensors).u64(entries)

describe("half precision", () => {
  it("has the values of IEEE 754", () => {
    expect([0x0001, 0x03ff, 0x0400, 0x3555, 0x3c00, 0x7bff, 0xc000, 0x8000].map(fromHalf)).toEqual([
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      0.333251953125,
      1,
      65504,
      -2,
      -0
    ])
    expect([fromHalf(0x7c00), fromHalf(0xfc00), fromHalf(0x7e00)]).toEqual([Infinity, -Infinity, NaN])
    for (let bits = 0; bits < 0x7c00; bits++) expect(toHalf(fromHalf(bits))).toBe(bits)
  })
})

describe("reading", () => {
  it("gives metadata and tensors of a shipped checkpoint", () => {
    const { metadata, tensors } = readGguf(checkpoint, "c")
    expect(metadata.get("general.architecture")).toBe("llama")
    expect(metadata.get("llama.attention.layer_norm_rms_epsilon")).toBe(Math.fround(1e-5))
    expect(tensors.size).toBe(29)
    expect(tensors.get("blk.2.ffn_down.weight")).toMatchObject({ shape: [128, 352], format: "Q8_0" })
    // The first block of a Q8_0 tensor, by hand.
    const tensor = tensors.get("blk.0.attn_q.weight")!
    const out = new Float32Array(128 * 128)
    tensorNumbers(tensor, "c", out)
    const scale = fromHalf(tensor.bytes[0] | (tensor.bytes[1] << 8))
    expect([...out.subarray(0, 32)]).toEqual(
      Array.from({ length: 32 }, (_, i) => Math.fround(scale * ((tensor.bytes[2 + i] << 24) >> 24)))
    )
  })

  it("gives the same numbers from F32 and F16 as from what they were written from", () => {
    const values = Float32Array.of(1, -0.5, 2 ** -20, 1000.5, 0, 3.140625, -65504, 0.25)
    for (const format of ["F32", "F16"] as const) {
      const bytes = ggufBytes(
        [["a", 1]],
        [{ name: "t", shape: [2, 4], code: format === "F32" ? 0 : 1, bytes: floatBytes(values, format) }]
      )
      const out = new Float32Array(10)
      tensorNumbers(readGguf(bytes, "m").tensors.get("t")!, "m", out, 1)
      expect([...out]).toEqual([0, ...values, 0])
    }
    expect(open(requantised(readGguf(checkpoint, "c"), "F32")).shape.width).toBe(128)
  })

  it("reads every type of metadata", () => {
    const out = header(0, 12)
    const put = (key: string, type: number, bytes: Uint8Array): void => {
      out.text(key).u32(type).bytes(bytes)
    }
    put("u8", 0, Uint8Array.of(200))
    put("i8", 1, Uint8Array.of(200))
    put("u16", 2, new Uint8Array(Uint16Array.of(40000).buffer))
    put("i16", 3, new Uint8Array(Int16Array.of(-2).buffer))
    put("u32", 4, new Uint8Array(Uint32Array.of(4e9).buffer))
    put("i32", 5, new Uint8Array(Int32Array.of(-3).buffer))
    put("f32", 6, new Uint8Array(Float32Array.of(0.5).buffer))
    put("bool", 7, Uint8Array.of(1))
    put("text", 8, new ByteWriter().text("ü\n").done())
    put("u64", 10, new Uint8Array(BigUint64Array.of(2n ** 53n - 1n).buffer))
    put("i64", 11, new Uint8Array(BigInt64Array.of(-5n).buffer))
    put("f64", 12, new Uint8Array(Float64Array.of(1e-300).buffer))
    expect([...readGguf(out.done(), "m").metadata.values()]).toEqual([
      200,
      -56,
      40000,
      -2,
      4e9,
      -3,
      0.5,
      true,
      "ü\n",
      2 ** 53 - 1,
      -5,
      1e-300
    ])
  })
})

describe("hostile files", () => {
  it.each([
    ["no file", new Uint8Array(0), /header: the file ends after 0/],
    ["another format", new TextEncoder().encode("PK\u0003\u0004 zip"), /header: first bytes 0x04034b50, expected GGUF/],
    ["another version", new ByteWriter().u32(0x46554747).u32(2).u64(0).u64(0).done(), /version 2, expected version 3/],
    ["2^63 tensors", header(2n ** 63n, 0).done(), /number of tensors: a length of 9223372036854775808/],
    ["2^40 entries", header(0, 2 ** 40).done(), /number of metadata entries: a length of 1099511627776/],
    [
      "a key of 2^62 bytes",
      header(0, 1)
        .u64(2n ** 62n)
        .u64(0)
        .done(),
      /metadata key 0: a length of/
    ],
    [
      "a giant array",
      header(0, 1)
        .text("a")
        .u32(9)
        .u32(0)
        .u64(2n ** 34n)
        .u64(0)
        .done(),
      /metadata "a": a length of 17179869184 at byte 41, expected at most 8,/
    ],
    ["an array of arrays", header(0, 1).text("a").u32(9).u32(9).u64(1).u64(1).done(), /an array of arrays/],
    ["an unknown type", header(0, 1).text("a").u32(13).u64(1).done(), /metadata "a": type 13/],
    [
      "a key given twice",
      header(0, 2).text("a").u32(0).u8(1).text("a").u32(0).u8(1).done(),
      /metadata "a": given twice/
    ],
    ["a truth value of 2", header(0, 1).text("a").u32(7).u8(2).done(), /metadata "a": 2, expected a truth value/],
    ["a number that is none", header(0, 1).text("a").u32(6).f32(NaN).done(), /metadata "a": NaN, expected a finite/],
    [
      "an integer that doubles cannot hold",
      header(0, 1)
        .text("a")
        .u32(10)
        .u64(2n ** 60n)
        .done(),
      /an integer below 2\^53/
    ],
    ["text that is none", header(0, 1).text("a").u32(8).u64(2).bytes(Uint8Array.of(0xff, 0xfe)).done(), /UTF-8 text/],
    ["an alignment of 3", withMetadata("general.alignment", 3), /general.alignment: 3, expected a power of two/],
    ["five dimensions", withTensor("output_norm.weight", { shape: [1, 1, 1, 1, 8] }), /5 dimensions, expected 1 to 4/],
    ["no numbers", withTensor("output_norm.weight", { shape: [0] }), /dimensions 0, expected 1 to/],
    [
      "sizes that overflow",
      withTensor("output_norm.weight", { shape: [2 ** 30, 2 ** 30, 2 ** 30, 8] }),
      /dimensions 8×1073741824, expected 1 to 2147483648/
    ],
    ["a format of its own", withTensor("output_norm.weight", { code: 2 }), /format 2, expected F32/],
    ["Q8_0 rows of 8", withTensor("output_norm.weight", { code: 8 }), /rows of 8, expected a multiple of 32/],
    ["an offset past the end", withTensor("output_norm.weight", { offset: 2 ** 40 }), /expected an end by byte/],
    ["an offset past 2^53", withTensor("output_norm.weight", { offset: 2n ** 63n }), /an integer below 2\^53/],
    ["an unaligned offset", withTensor("output_norm.weight", { offset: 4 }), /a multiple of the alignment 32/],
    [
      "tensors that overlap",
      withTensor("output_norm.weight", { offset: 0 }),
      /expected at least 768, where "token_embd.weight" ends/
    ],
    ["a tensor given twice", withTensor("output_norm.weight", { name: "token_embd.weight" }), /given twice/],
    ["a tensor missing", withTensor("output_norm.weight", { name: "other" }), /tensor output_norm.weight: missing/],
    [
      "a tensor of another shape",
      withTensor("output_norm.weight", { shape: [4, 2] }),
      /tensor output_norm.weight: 4×2, expected 8/
    ],
    [
      "a tensor that would be ignored",
      ggufBytes(small.metadata, [
        ...small.tensors,
        { name: "rope_freqs.weight", shape: [2], code: 0, bytes: new Uint8Array(8) }
      ]),
      /tensor "rope_freqs.weight": there/
    ],
    [
      "weights that are not finite",
      withTensor("output_norm.weight", { bytes: floatBytes(Float32Array.of(1, 2, NaN, 4, 5, 6, 7, 8), "F32") }),
      /tensor "output_norm.weight": NaN, expected a finite number \(number 2\)/
    ],
    [
      "another architecture",
      withMetadata("general.architecture", "mamba"),
      /general.architecture: "mamba", expected "llama"/
    ],
    ["a key that would be ignored", withMetadata("llama.rope.scaling.factor", 2), /"llama.rope.scaling.factor": 2/],
    ["a size that is text", withMetadata("llama.block_count", "1"), /llama.block_count: "1", expected an integer/],
    [
      "a size of two lines",
      withMetadata("llama.block_count", "1\n2"),
      /llama.block_count: "1\\n2", expected an integer/
    ],
    ["2^31 blocks", withMetadata("llama.block_count", 2 ** 31), /llama.block_count: 2147483648/],
    ["more blocks than tensors", withMetadata("llama.block_count", 2), /tensor blk.1.attn_norm.weight: missing/],
    ["heads that do not divide", withMetadata("llama.attention.head_count", 3), /a divisor of the embedding length 8/],
    ["key heads that do not divide", withMetadata("llama.attention.head_count_kv", 3), /a divisor of the head count 2/],
    [
      "a rotation of half a head",
      withMetadata("llama.rope.dimension_count", 2),
      /dimension_count: 2, expected 4, all of a head/
    ],
    [
      "heads of an odd width",
      withMetadata("llama.attention.head_count", 8),
      /head_count: 8, expected heads of an even width/
    ],
    ["another vocabulary", withMetadata("llama.vocab_size", 23), /llama.vocab_size: 23, expected 24/],
    [
      "tokens of two bytes",
      withMetadata("tokenizer.ggml.tokens", ["Ċ", "ab"]),
      /tokenizer.ggml.token_type: an array of 24/
    ],
    ["another tokenizer", withMetadata("tokenizer.ggml.model", "llama"), /tokenizer.ggml.model: "llama"/],
    ["an end that is no token", withMetadata("tokenizer.ggml.eos_token_id", 24), /eos_token_id: 24, expected a token/]
  ])("%s", (_, bytes, line) => {
    const said = lineOf(bytes)
    expect(said).toMatch(line)
    expect(said).not.toMatch(/\n/)
  })

  it("refuses scales that are not finite", () => {
    const bytes = checkpoint.slice()
    const tensor = readGguf(bytes, "c").tensors.get("blk.1.attn_k.weight")!
    tensor.bytes.set([0x00, 0x7c], 34 * 5)
    expect(lineOf(bytes)).toBe(
      'm.gguf: tensor "blk.1.attn_k.weight": Infinity, expected a finite number (the scale of block 5)'
    )
  })

  it("refuses a file cut anywhere", () => {
    const whole = ggufBytes(small.metadata, small.tensors)
    // The last tensor ends before its padding.
    for (let size = 0; size < whole.length - 32; size += 7) expect(lineOf(whole.subarray(0, size))).not.toBe("accepted")
  })

  it("ends in a model or in one line whatever bytes are changed", () => {
    const whole = ggufBytes(small.metadata, small.tensors)
    const change = fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) })
    let refused = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = whole.slice()
        // Half of the changes fall into the header, where they can do harm.
        for (const { at, value } of changes) bytes[at % 2 === 0 ? at : at % 1200] = value
        if (lineOf(bytes) !== "accepted") refused++
      }),
      { numRuns: 500 }
    )
    expect(refused).toBeGreaterThan(50)
  })
})
