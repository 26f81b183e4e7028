/**
 * Typed arrays in one file: a JSON header that names them, their bytes, and a CRC-32 of everything before it.
 *
 * @gotcha Bytes are the machine's own order; put `os.endianness()` into the key of a file that may travel.
 */
import { crc32 } from "node:zlib"

/** What a file holds: a key that says what it was made from, numbers about it, and the arrays. */
export interface ArrayFile {
  readonly key: string
  readonly numbers: Readonly<Record<string, number>>
  readonly arrays: Readonly<Record<string, Int32Array | Float64Array | Uint8Array>>
}

const KINDS = { Int32Array, Float64Array, Uint8Array } as const
type Kind = keyof typeof KINDS

interface Header {
  readonly key: string
  readonly numbers: Record<string, number>
  readonly sections: ReadonlyArray<{
    readonly name: string
    readonly kind: Kind
    readonly offset: number
    readonly length: number
  }>
}

const MAGIC = 0x43425631
const align = (offset: number): number => (offset + 7) & ~7

/** The file as bytes. */
export const encodeArrayFile = (file: ArrayFile): Uint8Array => {
  let size = 0
  const sections = Object.entries(file.arrays).map(([name, array]) => {
    const offset = size
    size = align(size + array.byteLength)
    return { name, kind: array.constructor.name as Kind, offset, length: array.length }
  })
  const header = new TextEncoder().encode(
    JSON.stringify({ key: file.key, numbers: file.numbers, sections } satisfies Header)
  )
  const body = align(8 + header.length)
  const bytes = new Uint8Array(body + size + 4)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC)
  view.setUint32(4, header.length)
  bytes.set(header, 8)
  for (const { name, offset } of sections) {
    const array = file.arrays[name]
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), body + offset)
  }
  view.setUint32(body + size, crc32(bytes.subarray(0, body + size)))
  return bytes
}

/** The file of these bytes, or undefined if they are not one, are damaged, or were made from something else than `key`. */
export const decodeArrayFile = (bytes: Uint8Array, key: string): ArrayFile | undefined => {
  if (bytes.length < 12) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - 4
  if (view.getUint32(0) !== MAGIC || view.getUint32(end) !== crc32(bytes.subarray(0, end))) return undefined
  const headerLength = view.getUint32(4)
  if (8 + headerLength > end) return undefined
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Header
  if (header.key !== key) return undefined
  const body = align(8 + headerLength)
  const arrays: Record<string, Int32Array | Float64Array | Uint8Array> = {}
  for (const { name, kind, offset, length } of header.sections) {
    const array = KINDS[kind]
    const start = bytes.byteOffset + body + offset
    // A copy, since a Buffer need not start at a multiple of eight.
    arrays[name] = new array(bytes.buffer.slice(start, start + length * array.BYTES_PER_ELEMENT) as ArrayBuffer)
  }
  return { key: header.key, numbers: header.numbers, arrays }
}
