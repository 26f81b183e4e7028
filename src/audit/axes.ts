/** Along what queries to a target are measured, and where algorithms are compared: data, as the cases are. */
import type { Interpreter } from "../oracle/interpreter.ts"
import { byToken, wholeResponses } from "./cases.ts"
import type { AlgorithmDescription } from "./runner.ts"

/** Points along which queries to a target are measured: one quantity varies, the rest stands. */
export interface Axis {
  /** What varies, as it is written in tables. */
  readonly of: "1/ε" | "d" | "C_cov" | "H"
  readonly points: ReadonlyArray<{
    readonly spec: string
    /** ε in units of R. */
    readonly epsilon: number
    /** Value of what varies; the instance's exact C_cov on the axis C_cov. */
    readonly value?: number
  }>
  readonly interpreter: Interpreter
  /** Quantities whose exponent is fitted. */
  readonly quantities: ReadonlyArray<"T_data" | "T_comp">
  readonly about: (algorithm: AlgorithmDescription) => boolean
}

/** Both quantities, in law. */
const axis = (of: Axis["of"], points: Axis["points"], about: Axis["about"] = wholeResponses): Axis => ({
  of,
  points,
  interpreter: "exact-law",
  quantities: ["T_data", "T_comp"],
  about
})

export const axes: ReadonlyArray<Axis> = [
  axis(
    "C_cov",
    ["10", "100", "1e3", "1e4"].map((C) => ({ spec: `rare-good:C=${C},d=2`, epsilon: 0.1 }))
  ),
  axis(
    "d",
    [2, 4, 8, 16].map((d) => ({ spec: `rare-good:C=100,d=${d}`, epsilon: 0.1, value: d }))
  ),
  axis(
    "1/ε",
    [0.1, 0.05, 0.025, 0.0125].map((epsilon) => ({ spec: "rare-good:C=100,d=2", epsilon, value: 1 / epsilon }))
  ),
  axis(
    "H",
    [4, 8, 16, 32].map((H) => ({ spec: `token-chain:H=${H}`, epsilon: 0.03, value: H })),
    byToken
  )
]

/** Where an algorithm is compared with the built-in ones: points of the axes above, so that its own runs serve twice. */
export const comparisonPoints: ReadonlyArray<{ readonly spec: string; readonly epsilon: number }> = [
  { spec: "rare-good:C=100,d=2", epsilon: 0.1 },
  { spec: "rare-good:C=1e4,d=2", epsilon: 0.1 },
  { spec: "rare-good:C=100,d=8", epsilon: 0.1 }
]

/** Exponents that predictions.md predicts for algorithms that claim T7, up to logarithms: none may be larger. */
export const T7_EXPONENTS: Readonly<Record<string, number>> = {
  "T_data in 1/ε": 1,
  "T_data in d": 2,
  "T_data in C_cov": 0,
  "T_comp in C_cov": 1
}
