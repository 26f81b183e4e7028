/** What a base model or a kernel cannot do without, and did not find. */
import * as Data from "effect/Data"

/** A model, a server or a kernel backend that is needed cannot be reached or read. */
export class BackendUnavailable extends Data.TaggedError("BackendUnavailable")<{
  readonly backend: string
  readonly reason: string
  /** What would make it available: a command where there is one. */
  readonly fix?: string
}> {
  override get message(): string {
    return `${this.backend}: ${this.reason}${this.fix === undefined ? "" : `; ${this.fix}`}`
  }
}
