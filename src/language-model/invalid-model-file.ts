/** What is wrong with a model's file, as data. */
import * as Data from "effect/Data"
import { shown } from "../instance/invalid-instance.ts"

/**
 * A model file cannot be used. The message is one line, `file: field: value, expected …`.
 *
 * A string `value` is shown as it stands; quote what came from the file with `shown` of instance/invalid-instance.ts.
 */
export class InvalidModelFile extends Data.TaggedError("InvalidModelFile")<{
  readonly file: string
  /** Where in the file: a metadata key, a tensor, or a part of the header. */
  readonly field: string
  readonly value: unknown
  readonly expectation: string
}> {
  override get message(): string {
    const value = typeof this.value === "string" ? this.value : shown(this.value)
    return `${this.file}: ${this.field}: ${value}, expected ${this.expectation}`
  }
}
