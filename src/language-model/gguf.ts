/**
 * GGUF, the file format of llama.cpp's models, version 3: a header, metadata (key, type, value), a table of tensors, and their data from an aligned offset on
 * (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
 *
 * What a file says is checked before it is used or room is made for it: a hostile file gets one clear line (InvalidFile).
 */
import { refuseFile, shown } from "../instance/invalid-instance.ts"
import { GgufCursor } from "./gguf-cursor.ts"

export type GgufScalar = number | boolean | string
export type GgufValue = GgufScalar | ReadonlyArray<GgufScalar>

/** How a tensor's numbers are written. Q8_0: blocks of 32 signed bytes, each with a half-precision scale before it. */
export type TensorFormat = "F32" | "F16" | "Q8_0"

export interface GgufTensor {
  readonly name: string
  /** Row-major, slowest dimension first (a matrix: rows, columns). GGUF's own order is the reverse. */
  readonly shape: ReadonlyArray<number>
  readonly format: TensorFormat
  /** Its bytes, inside the file's. */
  readonly bytes: Uint8Array
}

export interface GgufFile {
  /** What to call it in messages. */
  readonly file: string
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: ReadonlyMap<string, GgufTensor>
}

/** Bytes of a block, and numbers in it. */
export const FORMATS: Readonly<
  Record<TensorFormat, { readonly code: number; readonly bytes: number; readonly numbers: number }>
> = {
  F32: { code: 0, bytes: 4, numbers: 1 },
  F16: { code: 1, bytes: 2, numbers: 1 },
  Q8_0: { code: 8, bytes: 34, numbers: 32 }
}

const MAGIC = 0x46554747
const VERSION = 3
const ARRAY = 9
const MOST_DIMENSIONS = 4
/** Numbers in one tensor: what a 32-bit index counts. */
const MOST_NUMBERS = 2 ** 31
/** Least bytes of a metadata entry (an empty key, a type, a byte) and of a tensor's entry (empty name, one dimension). */
const LEAST_ENTRY = 13
const LEAST_TENSOR = 32

type Reader = (field: string) => GgufScalar

/** By type code: least bytes, and how one value is read. */
const scalarTypes = (c: GgufCursor): Readonly<Record<number, readonly [least: number, read: Reader]>> => ({
  0: [1, c.u8],
  1: [1, c.i8],
  2: [2, c.u16],
  3: [2, c.i16],
  4: [4, c.u32],
  5: [4, c.i32],
  6: [4, c.f32],
  7: [1, c.bool],
  8: [8, c.text],
  10: [8, c.u64],
  11: [8, c.i64],
  12: [8, c.f64]
})

const readMetadata = (cursor: GgufCursor, count: number): Map<string, GgufValue> => {
  const types = scalarTypes(cursor)
  const scalar = (field: string, type: number): readonly [number, Reader] =>
    Object.hasOwn(types, type)
      ? types[type]
      : cursor.refuse(field, type === ARRAY ? "an array of arrays" : `type ${type}`, "a type of GGUF, arrays one deep")
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < count; i++) {
    const key = cursor.text(`metadata key ${i}`)
    const field = `metadata ${shown(key)}`
    if (key === "" || key.length > 65535) cursor.refuse(field, `${key.length} characters`, "1 to 65535")
    if (metadata.has(key)) cursor.refuse(field, "given twice", "each key once")
    const type = cursor.u32(field)
    if (type !== ARRAY) {
      metadata.set(key, scalar(field, type)[1](field))
      continue
    }
    const [least, read] = scalar(field, cursor.u32(field))
    const length = cursor.count(field, least)
    const values: Array<GgufScalar> = []
    for (let k = 0; k < length; k++) values.push(read(field))
    metadata.set(key, values)
  }
  return metadata
}

const alignmentOf = (cursor: GgufCursor, metadata: ReadonlyMap<string, GgufValue>): number => {
  const alignment = metadata.get("general.alignment") ?? 32
  if (typeof alignment !== "number" || alignment < 8 || alignment > 65536 || !Number.isInteger(Math.log2(alignment)))
    return cursor.refuse("metadata general.alignment", shown(alignment), "a power of two from 8 to 65536")
  return alignment
}

interface Placed extends Omit<GgufTensor, "bytes"> {
  readonly offset: number
  readonly length: number
}

/** One entry of the tensor table; its bytes are not looked at. */
const readPlace = (cursor: GgufCursor, index: number, alignment: number): Placed => {
  const name = cursor.text(`tensor name ${index}`)
  const field = `tensor ${shown(name)}`
  if (name === "" || name.length > 64) cursor.refuse(field, `a name of ${name.length} characters`, "1 to 64")
  const rank = cursor.u32(field)
  if (rank < 1 || rank > MOST_DIMENSIONS) cursor.refuse(field, `${rank} dimensions`, `1 to ${MOST_DIMENSIONS}`)
  let numbers = 1
  const shape: Array<number> = []
  for (let i = 0; i < rank; i++) {
    const size = cursor.u64(field)
    shape.unshift(size)
    numbers *= size
    if (!(numbers >= 1 && numbers <= MOST_NUMBERS))
      cursor.refuse(field, `dimensions ${shape.toReversed().join("×")}`, `1 to ${MOST_NUMBERS} numbers in all`)
  }
  const code = cursor.u32(field)
  const format = (Object.keys(FORMATS) as Array<TensorFormat>).find((one) => FORMATS[one].code === code)
  if (format === undefined) return cursor.refuse(field, `format ${code}`, "F32 (0), F16 (1) or Q8_0 (8)")
  const { bytes, numbers: block } = FORMATS[format]
  const row = shape[rank - 1]
  if (row % block !== 0) cursor.refuse(field, `rows of ${row}`, `a multiple of ${block}, as ${format} has`)
  const offset = cursor.u64(field)
  if (offset % alignment !== 0) cursor.refuse(field, `offset ${offset}`, `a multiple of the alignment ${alignment}`)
  return { name, shape, format, offset, length: (numbers / block) * bytes }
}

/** Throws where two tensors share bytes. */
const checkApart = (cursor: GgufCursor, placed: ReadonlyArray<Placed>): void => {
  const sorted = placed.toSorted((a, b) => a.offset - b.offset)
  for (let i = 1; i < sorted.length; i++) {
    const end = sorted[i - 1].offset + sorted[i - 1].length
    if (sorted[i].offset < end)
      cursor.refuse(
        `tensor ${shown(sorted[i].name)}`,
        `offset ${sorted[i].offset}`,
        `at least ${end}, where ${shown(sorted[i - 1].name)} ends`
      )
  }
}

/**
 * The parts of a GGUF file. Tensors are views of `bytes`; their numbers are read, and checked, by {@link tensorNumbers}.
 *
 * @param file what to call it in messages. @throws InvalidFile
 */
export const readGguf = (bytes: Uint8Array, file: string): GgufFile => {
  const cursor = new GgufCursor(bytes, file)
  const magic = cursor.u32("header")
  if (magic !== MAGIC) cursor.refuse("header", `first bytes 0x${magic.toString(16).padStart(8, "0")}`, "GGUF")
  const version = cursor.u32("header")
  if (version !== VERSION) cursor.refuse("header", `version ${version}`, `version ${VERSION}, little-endian`)
  // What follows is larger than the entries, so this bound is not tight; every entry is held against the end again.
  const tensorCount = cursor.count("number of tensors", LEAST_TENSOR)
  const entryCount = cursor.count("number of metadata entries", LEAST_ENTRY)
  const metadata = readMetadata(cursor, entryCount)
  const alignment = alignmentOf(cursor, metadata)
  const placed: Array<Placed> = []
  const names = new Set<string>()
  for (let i = 0; i < tensorCount; i++) {
    const place = readPlace(cursor, i, alignment)
    if (names.has(place.name)) cursor.refuse(`tensor ${shown(place.name)}`, "given twice", "each name once")
    names.add(place.name)
    placed.push(place)
  }
  const base = Math.ceil(cursor.at / alignment) * alignment
  const tensors = new Map<string, GgufTensor>()
  for (const { name, shape, format, offset, length } of placed) {
    const start = base + offset
    if (start + length > bytes.byteLength)
      cursor.refuse(
        `tensor ${shown(name)}`,
        `bytes ${start} to ${start + length}`,
        `an end by byte ${bytes.byteLength}, where the file ends`
      )
    tensors.set(name, { name, shape, format, bytes: bytes.subarray(start, start + length) })
  }
  checkApart(cursor, placed)
  return { file, metadata, tensors }
}

/** IEEE 754 half precision, as a number. */
export const fromHalf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Writes a tensor's numbers, row-major, into `out` from `at` on. @throws InvalidFile where one is not finite. */
export const tensorNumbers = ({ bytes, format, name }: GgufTensor, file: string, out: Float32Array, at = 0): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const refuse = (value: number, what: string): never =>
    refuseFile(file, `tensor ${shown(name)}`, value, `a finite number (${what})`)
  if (format === "Q8_0") {
    for (let block = 0, from = 0; from < bytes.byteLength; block++, from += 34) {
      const scale = fromHalf(view.getUint16(from, true))
      if (!Number.isFinite(scale)) refuse(scale, `the scale of block ${block}`)
      for (let i = 0; i < 32; i++) out[at++] = scale * view.getInt8(from + 2 + i)
    }
    return
  }
  const width = FORMATS[format].bytes
  for (let i = 0; i * width < bytes.byteLength; i++) {
    const value = format === "F32" ? view.getFloat32(4 * i, true) : fromHalf(view.getUint16(2 * i, true))
    if (!Number.isFinite(value)) refuse(value, `number ${i}`)
    out[at++] = value
  }
}
