/**
 * Requests and answers as bytes, for a learner in another process. What arrives is built from the shapes of operations.ts and from plain data (plain-data.ts) only: no
 * classes, no functions, every length held against what was sent.
 */
import * as Data from "effect/Data"
import type { HandleName } from "./handle.ts"
import { CHECKED, mapped, type Node, TEST, TILT } from "./shape.ts"

/** Bytes that are no message. One line. */
export class MessageBroken extends Data.TaggedError("MessageBroken")<{ readonly detail: string }> {
  override get message(): string {
    return this.detail
  }
}

export const broken = (detail: string): never => {
  throw new MessageBroken({ detail })
}

/** Bytes before a message's body: its length, and its kind. */
export const HEADER = 5

/** Up to so many numbers are copied one by one: a view of a small array's bytes makes V8 move it off its heap, which costs more than a message. */
const FEW = 32

/** Grows as it is written to. Its first {@link HEADER} bytes are the sender's. */
export class Writer {
  bytes = new Uint8Array(4096)
  length = HEADER
  private view = new DataView(this.bytes.buffer)

  clear(): void {
    this.length = HEADER
  }

  private reserve(n: number): number {
    const at = this.length
    this.length += n
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length))
      grown.set(this.bytes)
      this.bytes = grown
      this.view = new DataView(grown.buffer)
    }
    return at
  }

  byte(value: number): void {
    const at = this.reserve(1)
    this.bytes[at] = value
  }

  count(value: number): void {
    const at = this.reserve(4)
    this.view.setUint32(at, value, true)
  }

  number(value: number): void {
    const at = this.reserve(8)
    this.view.setFloat64(at, value, true)
  }

  numbers(values: Float64Array): void {
    const n = values.length
    this.count(n)
    const at = this.reserve(8 * n)
    if (n > FEW) return this.bytes.set(new Uint8Array(values.buffer, values.byteOffset, 8 * n), at)
    for (let i = 0; i < n; i++) this.view.setFloat64(at + 8 * i, values[i], true)
  }

  /** Whole numbers below 2³², one after another. */
  counts(values: Uint32Array): void {
    const n = values.length
    const at = this.reserve(4 * n)
    if (n > FEW) return this.bytes.set(new Uint8Array(values.buffer, values.byteOffset, 4 * n), at)
    for (let i = 0; i < n; i++) this.view.setUint32(at + 4 * i, values[i], true)
  }

  text(value: string): void {
    const encoded = Buffer.from(value, "utf8")
    this.count(encoded.length)
    const at = this.reserve(encoded.length)
    this.bytes.set(encoded, at)
  }

  /** Fills in the header: the first `length` of `bytes` are the message, to be sent before anything else is written. */
  close(kind: number): void {
    this.view.setUint32(0, this.length - HEADER, true)
    this.bytes[4] = kind
  }
}

/** Reads a message's body. @throws MessageBroken where it ends early or says what it cannot */
export class Reader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at: number
  private readonly end: number

  /** @param view of all the bytes: one serves many messages @param from where the body starts @param n bytes of it */
  constructor(bytes: Uint8Array, view: DataView, from: number, n: number) {
    this.bytes = bytes
    this.view = view
    this.at = from
    this.end = from + n
  }

  get left(): number {
    return this.end - this.at
  }

  private take(n: number): number {
    if (n > this.left) broken(`message: ${this.left} bytes left, expected ${n}`)
    const { at } = this
    this.at += n
    return at
  }

  byte(): number {
    return this.bytes[this.take(1)]
  }

  count(): number {
    return this.view.getUint32(this.take(4), true)
  }

  number(): number {
    return this.view.getFloat64(this.take(8), true)
  }

  numbers(): Float64Array {
    const n = this.count()
    const at = this.take(8 * n)
    if (n > FEW) return new Float64Array(this.bytes.slice(at, at + 8 * n).buffer)
    const read = new Float64Array(n)
    for (let i = 0; i < n; i++) read[i] = this.view.getFloat64(at + 8 * i, true)
    return read
  }

  counts(n: number): Uint32Array {
    const at = this.take(4 * n)
    if (n > FEW) return new Uint32Array(this.bytes.slice(at, at + 4 * n).buffer)
    const read = new Uint32Array(n)
    for (let i = 0; i < n; i++) read[i] = this.view.getUint32(at + 4 * i, true)
    return read
  }

  text(): string {
    const n = this.count()
    const at = this.take(n)
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + at, n).toString("utf8")
  }
}

/** How handles are written and read, a list at a time: draws come in thousands. */
export interface HandleWire {
  readonly write: (kind: HandleName, handles: ReadonlyArray<object>, to: Writer) => void
  readonly read: (kind: HandleName, n: number, from: Reader) => ReadonlyArray<object>
}

/** Tests and tilts that either side remembers: programs ask with the same one again and again, and interpreters know by identity that nothing changed. */
const REMEMBERED = 256

const isKept = (node: Node): boolean => node === TEST || node === TILT || node === CHECKED

const same = (node: Node, a: unknown, b: unknown): boolean => {
  if (node.kind === "vector") {
    const [p, q] = [a as Float64Array, b as Float64Array]
    return p.length === q.length && p.every((x, i) => Object.is(x, q[i]))
  }
  if (node.kind !== "record") return Object.is(a, b)
  for (const name in node.fields)
    if (!same(node.fields[name], (a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
      return false
  return true
}

/** Writes values of a shape. One a run. */
export class ShapeWriter {
  private readonly known = new WeakMap<object, { readonly id: number; readonly copy: unknown }>()
  private next = 0
  private readonly handles: HandleWire

  constructor(handles: HandleWire) {
    this.handles = handles
  }

  write(node: Node, value: unknown, to: Writer): void {
    switch (node.kind) {
      case "boolean":
        return to.byte(value === true ? 1 : 0)
      case "number":
      case "whole":
      case "least":
      case "between":
        return to.number(value as number)
      case "text":
        return to.text(value as string)
      case "vector":
        return to.numbers(value as Float64Array)
      case "handle":
        return this.handles.write(node.of, [value as object], to)
      // Asked for when it is wanted.
      case "policy":
        return
      case "optional":
        to.byte(value === undefined ? 0 : 1)
        return value === undefined ? undefined : this.write(node.of, value, to)
      case "list": {
        const list = value as ReadonlyArray<unknown>
        to.count(list.length)
        if (node.of.kind === "handle") return this.handles.write(node.of.of, list as ReadonlyArray<object>, to)
        for (const one of list) this.write(node.of, one, to)
        return
      }
      case "record": {
        if (isKept(node) && this.remembered(node, value as object, to)) return
        for (const name in node.fields) this.write(node.fields[name], (value as Record<string, unknown>)[name], to)
      }
    }
  }

  /** Writes the number of a test or tilt; true where the other side has it already. */
  private remembered(node: Node, value: object, to: Writer): boolean {
    const known = this.known.get(value)
    if (known !== undefined && this.next - known.id < REMEMBERED && same(node, known.copy, value)) {
      to.count(known.id)
      return true
    }
    const id = this.next++
    this.known.set(value, { id, copy: mapped(node, value, {}) })
    to.count(id)
    return false
  }
}

/** Reads values of a shape. One a run. */
export class ShapeReader {
  private readonly kept: Array<unknown> = []
  private next = 0
  private readonly handles: HandleWire

  constructor(handles: HandleWire) {
    this.handles = handles
  }

  read(node: Node, from: Reader): unknown {
    switch (node.kind) {
      case "boolean":
        return from.byte() === 1
      case "number":
      case "whole":
      case "least":
      case "between":
        return from.number()
      case "text":
        return from.text()
      case "vector":
        return from.numbers()
      case "handle":
        return this.handles.read(node.of, 1, from)[0]
      case "policy":
        return undefined
      case "optional":
        return from.byte() === 0 ? undefined : this.read(node.of, from)
      case "list": {
        const n = from.count()
        // Every item takes a byte at the least.
        if (n > from.left) broken(`list: ${n} items in ${from.left} bytes`)
        if (node.of.kind === "handle") return this.handles.read(node.of.of, n, from)
        const list: Array<unknown> = []
        for (let i = 0; i < n; i++) list.push(this.read(node.of, from))
        return list
      }
      case "record": {
        if (!isKept(node)) return this.fields(node.fields, from)
        const id = from.count()
        if (id < this.next && this.next - id <= REMEMBERED) return this.kept[id % REMEMBERED]
        if (id !== this.next) broken(`test: number ${id}, expected at most ${this.next}`)
        this.next++
        const value = this.fields(node.fields, from)
        this.kept[id % REMEMBERED] = value
        return value
      }
    }
  }

  private fields(fields: Readonly<Record<string, Node>>, from: Reader): object {
    const value: Record<string, unknown> = {}
    for (const name in fields) value[name] = this.read(fields[name], from)
    return value
  }
}
