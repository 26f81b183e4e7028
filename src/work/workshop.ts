/**
 * Units of work, and who makes them. A unit is plain data of which its result is a function; so it can be made by any thread of any process, in any order, kept under its key and
 * made once. A program asks for its units one after another, as if it made each itself, and says beforehand which it will ask for: what it computes is the same wherever they are made.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** Something that many units need and threads hold in common: sent to a thread once. */
export interface Shared {
  /** Equal for equal values. */
  readonly id: string
  /** Plain data; typed arrays over shared memory are not copied. */
  readonly value: unknown
}

export interface Unit {
  /** Which program makes it. */
  readonly kind: string
  /** What tells its result from every other's: all that the result depends on, this package apart. */
  readonly key: string
  /** What it is made of: plain data. */
  readonly data: unknown
  readonly shared?: Shared
  /** Units of one group share work: a thread stays with its group while it can. */
  readonly group?: string
}

/** What a unit's program is told beside its data. */
export interface UnitContext {
  /** The value of {@link Shared}, by its id. */
  readonly shared: (id: string) => unknown
  readonly progress: (...said: ReadonlyArray<unknown>) => void
  /** The result depends on the clock (time was up): no journal keeps it. */
  readonly fleeting: () => void
}

/** Makes a unit's result: plain data. */
export type Perform = (kind: string, data: unknown, context: UnitContext) => Effect.Effect<unknown>

export interface WorkshopShape {
  /** The unit's result. Dies as its program dies. @param progress what the program says of itself as it goes */
  readonly make: (unit: Unit, progress?: (...said: ReadonlyArray<unknown>) => void) => Effect.Effect<unknown>
  /** The same as the bytes that `node:v8` makes of it: for who passes it on. */
  readonly bytes: (unit: Unit) => Effect.Effect<Uint8Array>
  /** Units that will be asked for, in this order: they may be made from now on, and are read as far as threads are free. Gives what calls it off: those not asked for will not be. */
  readonly ahead: (units: Iterable<Unit>) => () => void
  /** A result that was made and is kept, read again: undefined where results are not kept. */
  readonly again: (unit: Unit) => unknown
}

/** Who makes units of work; undefined, the default: whoever asks, at once. */
export const Workshop = Context.Reference<WorkshopShape | undefined>("coverbound/Workshop", {
  defaultValue: () => undefined
})
