/**
 * Reads little-endian values of a GGUF file in order, and never past its end: every length is held against the bytes that are left before anything of that
 * length is made.
 */
import { refuseFile } from "../instance/invalid-instance.ts"

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

export class GgufCursor {
  readonly file: string
  readonly size: number
  /** Bytes read so far. */
  at = 0
  private readonly bytes: Uint8Array
  private readonly view: DataView

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes
    this.file = file
    this.size = bytes.byteLength
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  refuse(field: string, value: unknown, expectation: string): never {
    return refuseFile(this.file, field, value, expectation)
  }

  /** Moves on by `count` bytes; gives where they start. */
  private take(count: number, field: string): number {
    const from = this.at
    if (count > this.size - from)
      this.refuse(field, `the file ends after ${this.size - from} of its bytes`, `${count} bytes from byte ${from} on`)
    this.at = from + count
    return from
  }

  u8 = (field: string): number => this.view.getUint8(this.take(1, field))
  i8 = (field: string): number => this.view.getInt8(this.take(1, field))
  u16 = (field: string): number => this.view.getUint16(this.take(2, field), true)
  i16 = (field: string): number => this.view.getInt16(this.take(2, field), true)
  u32 = (field: string): number => this.view.getUint32(this.take(4, field), true)
  i32 = (field: string): number => this.view.getInt32(this.take(4, field), true)
  f32 = (field: string): number => this.finite(field, this.view.getFloat32(this.take(4, field), true))
  f64 = (field: string): number => this.finite(field, this.view.getFloat64(this.take(8, field), true))
  u64 = (field: string): number => this.exact(field, this.view.getBigUint64(this.take(8, field), true))
  i64 = (field: string): number => this.exact(field, this.view.getBigInt64(this.take(8, field), true))

  bool = (field: string): boolean => {
    const value = this.u8(field)
    return value > 1 ? this.refuse(field, value, "a truth value, 0 or 1") : value === 1
  }

  /** A length (u64) and so many bytes of UTF-8. */
  text = (field: string): string => {
    const length = this.count(field, 1)
    const from = this.take(length, field)
    try {
      return decoder.decode(this.bytes.subarray(from, from + length))
    } catch {
      return this.refuse(field, `${length} bytes from byte ${from} on`, "UTF-8 text")
    }
  }

  /** A count (u64) of things that take `least` bytes each: no more of them than the rest of the file could hold. */
  count(field: string, least: number): number {
    const from = this.at
    const count = this.view.getBigUint64(this.take(8, field), true)
    const most = Math.floor((this.size - this.at) / least)
    if (count > BigInt(most))
      this.refuse(
        field,
        `a length of ${count} at byte ${from}`,
        `at most ${most}, all that fit in the rest of the file`
      )
    return Number(count)
  }

  private finite(field: string, value: number): number {
    return Number.isFinite(value) ? value : this.refuse(field, value, "a finite number")
  }

  private exact(field: string, value: bigint): number {
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER))
      this.refuse(field, value, "an integer below 2^53")
    return Number(value)
  }
}
