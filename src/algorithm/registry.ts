/** The built-in algorithms. To add one: its file, and its line here. */
import type { OracleServices } from "../oracle/interpreter.ts"
import type { AnyAlgorithm } from "./algorithm.ts"
import { bestOfNElliptic } from "./best-of-n-elliptic.ts"
import { exhaustive } from "./exhaustive.ts"
import { mtss } from "./mtss.ts"
import { onlineDpo } from "./online-dpo.ts"
import { passive } from "./passive.ts"
import { policyGradient } from "./policy-gradient.ts"
import { spannerSampling } from "./spanner-sampling.ts"
import { spannerSamplingAdaptive } from "./spanner-sampling-adaptive.ts"
import { xpo } from "./xpo.ts"

/** The built-in algorithms, in the order in which tables show them. */
export const algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>> = [
  spannerSampling,
  spannerSamplingAdaptive,
  bestOfNElliptic,
  passive,
  exhaustive,
  onlineDpo,
  xpo,
  policyGradient,
  mtss
]

/** Those that draw whole responses: they run on every instance. Token algorithms ask for a token side. */
export const sequenceAlgorithms: ReadonlyArray<AnyAlgorithm<OracleServices>> = algorithms.filter(
  (one) => one.oracle !== "token"
)
