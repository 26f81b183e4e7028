/** Two processes that take turns: whoever is not writing is waiting. Blocking reads and writes: an answer costs about 10 µs, where an event loop takes 50. */
import { readSync, writeSync } from "node:fs"
import * as Data from "effect/Data"
import { writeData } from "./plain-data.ts"
import { HEADER, MessageBroken, Reader, Writer } from "./wire.ts"

/** Kinds of messages between the oracles and a learner in another process. */
export const MESSAGE = {
  /** Plain data: commands, and how a run ended. */
  data: 0,
  /** Operations of a learner, the last of which wants an answer. */
  ask: 1,
  /** Operations that want none. */
  note: 2,
  answer: 3,
  /** The budget is spent. */
  spent: 4,
  /** A checkpoint wants the policy. */
  policy: 5
} as const

/** Bytes of a message: a policy of 4·10⁶ numbers. */
const LONGEST = 2 ** 25

/** The other process is gone. */
export class LinkClosed extends Data.TaggedError("LinkClosed")<{}> {}

export interface Message {
  readonly kind: number
  readonly body: Reader
}

export class Link {
  private buffer = new Uint8Array(65_536)
  private view = new DataView(this.buffer.buffer)
  private from = 0
  private to = 0
  private readonly input: number
  private readonly output: number
  private readonly control = new Writer()

  private readonly turns: Int32Array | undefined

  /**
   * @param input file descriptor that blocks @param output likewise
   * @param turns counted up before and after each wait for the other process: odd while it is waited for. Somebody else may watch it.
   */
  constructor(input: number, output: number, turns?: Int32Array) {
    this.input = input
    this.output = output
    this.turns = turns
  }

  /** Reads or writes, which waits for the other process. @throws LinkClosed */
  private wait(system: () => number): number {
    const { turns } = this
    if (turns !== undefined) Atomics.add(turns, 0, 1)
    try {
      return system()
    } catch {
      throw new LinkClosed()
    } finally {
      if (turns !== undefined) Atomics.add(turns, 0, 1)
    }
  }

  /** Sends what was written and clears it. @throws LinkClosed */
  send(kind: number, written: Writer): void {
    written.close(kind)
    const { bytes, length } = written
    let at = 0
    while (at < length) at += this.wait(() => writeSync(this.output, bytes, at, length - at))
    written.clear()
  }

  sendData(value: unknown): void {
    this.control.clear()
    writeData(value, this.control)
    this.send(MESSAGE.data, this.control)
  }

  /** Waits for a message. Its body is valid until the next. @throws LinkClosed, MessageBroken */
  receive(): Message {
    this.fill(HEADER)
    const length = this.view.getUint32(this.from, true)
    const kind = this.buffer[this.from + 4]
    if (length > LONGEST) throw new MessageBroken({ detail: `message: ${length} bytes, expected at most ${LONGEST}` })
    this.fill(HEADER + length)
    const start = this.from + HEADER
    this.from = start + length
    return { kind, body: new Reader(this.buffer, this.view, start, length) }
  }

  /** Reads until n bytes are there. */
  private fill(n: number): void {
    if (this.from === this.to) this.from = this.to = 0
    if (this.from + n > this.buffer.length) {
      const held = this.buffer.subarray(this.from, this.to)
      if (n > this.buffer.length) {
        this.buffer = new Uint8Array(2 * n)
        this.view = new DataView(this.buffer.buffer)
      }
      this.buffer.set(held)
      this.to -= this.from
      this.from = 0
    }
    while (this.to - this.from < n) {
      const read = this.wait(() => readSync(this.input, this.buffer, this.to, this.buffer.length - this.to, null))
      if (read === 0) throw new LinkClosed()
      this.to += read
    }
  }
}
