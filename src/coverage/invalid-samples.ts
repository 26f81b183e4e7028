/** What is wrong with a file of samples, as data. */
import * as Data from "effect/Data"
import { shown } from "../instance/invalid-instance.ts"

/** A file of samples cannot be used. The message is one line, `file: where: value, expected …`; a string `value` is shown as it stands. */
export class InvalidSamples extends Data.TaggedError("InvalidSamples")<{
  readonly file: string
  /** Line and field. */
  readonly where: string
  readonly value: unknown
  readonly expectation: string
}> {
  override get message(): string {
    const value = typeof this.value === "string" ? this.value : shown(this.value)
    return `${this.file}: ${this.where}: ${value}, expected ${this.expectation}`
  }
}
