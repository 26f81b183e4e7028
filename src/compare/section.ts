/** A part of the comparison: a table with verdicts, and the data it was made of. Sections are values, so that a new family of instances adds one file and one line. */
import type * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import type { JsonInput } from "../run/json-text.ts"
import type { Verdict } from "../theorem/theorem.ts"

export interface CompareSettings {
  readonly algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>>
  /** Fewer points and runs: shows that everything runs and which way it goes. */
  readonly quick: boolean
  readonly seed: number
  /** Of each interval, and of each verdict on an exponent. */
  readonly level: number
  readonly progress: (what: string) => void
}

export interface SectionRow {
  readonly cells: ReadonlyArray<string>
  /** Of a prediction that the row is held against; its cells show it. */
  readonly verdict?: Verdict
}

export interface Section {
  readonly id: string
  readonly title: string
  readonly heads: ReadonlyArray<string>
  readonly rows: ReadonlyArray<SectionRow>
  /** What a reader must know to read the table. */
  readonly notes: ReadonlyArray<string>
  /** Everything measured, for run.json. */
  readonly data: JsonInput
}

export interface SectionMaker {
  readonly id: string
  readonly make: (settings: CompareSettings) => Effect.Effect<Section>
}
