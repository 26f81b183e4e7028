/** What is wrong with a call, as data, and how a run of the command ends. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { shown } from "../instance/invalid-instance.ts"
import { suggestion } from "../instance/nearest-name.ts"

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

  /** Of what was named, and why it cannot be used. */
  static of(field: string, named: string, why: string, expectation: string): InvalidCall {
    return new InvalidCall({ field, value: `${shown(named)} (${why})`, expectation })
  }

  /** Of what was named, as it stands. */
  static named(field: string, named: string, expectation: string): InvalidCall {
    return new InvalidCall({ field, value: shown(named), expectation })
  }

  /** Of a name that is none of `known`; the nearest is suggested. */
  static notOneOf(field: string, named: string, known: ReadonlyArray<string>): InvalidCall {
    return InvalidCall.named(field, named, `one of ${known.join(", ")}${suggestion(named, known)}`)
  }

  /** Of what was not named at all. */
  static missing(field: string, expectation: string): InvalidCall {
    return new InvalidCall({ field, value: "missing", expectation })
  }
}

/** Something was refuted or rejected, and the output has said what. Exit 1. */
export class NotHeld extends Data.TaggedError("NotHeld") {}

/** Something that was asked for was not run, or not to its end: nothing was refuted, and not all held. The message is one line for stderr. Exit 4. */
export class NotRun extends Data.TaggedError("NotRun")<{ readonly what: string }> {
  override get message(): string {
    return `not run: ${this.what}`
  }
}

/** An algorithm of a module did not come to the end of its run. The message is one line; what was paid for is in the journal. Exit 1. */
export class ModuleFailed extends Data.TaggedError("ModuleFailed")<{ readonly what: string }> {
  override get message(): string {
    return this.what
  }
}

/** With `--strict`: something stayed undecided, and the output has said why. The message is one line for stderr. Exit 1. */
export class NotDecided extends Data.TaggedError("NotDecided")<{ readonly what: string }> {
  override get message(): string {
    return `--strict: ${this.what}`
  }
}

/** The command's exit codes (reports/manual/audit.md). */
export const EXIT = {
  held: 0,
  notHeld: 1,
  invalidCall: 2,
  failed: 3,
  notRun: 4,
  interrupted: 130,
  terminated: 143
} as const

/**
 * How a call ends by what it found: what was refuted comes first, then what was not run, then, with `--strict`, what stayed undecided.
 *
 * @param open names of what did
 */
export const endBy = (found: {
  readonly refuted: boolean
  readonly notRun?: string | undefined
  readonly strict: boolean
  readonly open: ReadonlyArray<string>
}): Effect.Effect<void, NotHeld | NotRun | NotDecided> => {
  if (found.refuted) return Effect.fail(new NotHeld())
  if (found.notRun !== undefined) return Effect.fail(new NotRun({ what: found.notRun }))
  return found.strict && found.open.length > 0
    ? Effect.fail(new NotDecided({ what: `undecided ${found.open.join(", ")}` }))
    : Effect.void
}
