/** What is wrong with a call, as data, and how a run of the command ends. */
import * as Data from "effect/Data"

/** An option, an argument or a file that was named cannot be used. The message is one line, `field: value, expected …`. Exit 2. */
export class InvalidCall extends Data.TaggedError("InvalidCall")<{
  readonly field: string
  /** Shown as it stands; quote what came from outside with `shown`. */
  readonly value: string
  readonly expectation: string
}> {
  override get message(): string {
    return `${this.field}: ${this.value}, expected ${this.expectation}`
  }
}

/** Something was refuted or rejected, and the output has said what. Exit 1. */
export class NotHeld extends Data.TaggedError("NotHeld") {}

/** The command's exit codes (README.md, "Audit an algorithm"). */
export const EXIT = { held: 0, notHeld: 1, invalidCall: 2, failed: 3, interrupted: 130 } as const
