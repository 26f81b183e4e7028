/** What a base model cannot do without, and did not find. */
import * as Data from "effect/Data"

/** A model or server that an instance needs cannot be reached or read. */
export class BackendUnavailable extends Data.TaggedError("BackendUnavailable")<{
  readonly backend: string
  readonly reason: string
}> {
  override get message(): string {
    return `${this.backend}: ${this.reason}`
  }
}
