/** The built-in algorithms. To add one: its file, and its line here. */
import type { OracleServices } from "../oracle/interpreter.ts"
import type { AnyAlgorithm } from "./algorithm.ts"
import { exhaustive } from "./exhaustive.ts"
import { mtss } from "./mtss.ts"
import { passive } from "./passive.ts"
import { spannerSampling } from "./spanner-sampling.ts"

export const algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>> = [spannerSampling, passive, exhaustive, mtss]

/** Those that draw whole responses: they run on every instance. Token algorithms ask for a token side. */
export const sequenceAlgorithms: ReadonlyArray<AnyAlgorithm<OracleServices>> = algorithms.filter(
  (one) => one.oracle !== "token"
)
