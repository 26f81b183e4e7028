/** Where the phases of SpannerSampling are timed, and how their time should grow. */

export type PhaseName = "finished-spanner" | "spanner" | "exploration"
export type PhaseAxis = "C" | "d" | "epsilon"

export interface PhasePoint {
  readonly axis: PhaseAxis
  /** C_cov itself on the axis C. */
  readonly value: number
  readonly wall: number
  readonly processor: number
  readonly pairs: number
  /** What searched. */
  readonly backend: string
}

interface PhaseGrid {
  readonly axis: PhaseAxis
  readonly base: { readonly C: number; readonly d: number; readonly epsilon: number }
  readonly values: ReadonlyArray<number>
  readonly predicted: number
  /** A phase whose visits cost something beside their draws grows more slowly than they. */
  readonly claim: "equals" | "at most"
  readonly margin: number
}

const base = { C: 100, d: 4, epsilon: 0.4 }
const COVERAGES = [10, 1e2, 1e3, 1e4, 1e5]

export const PHASES: Readonly<Record<PhaseName, { readonly title: string; readonly grids: ReadonlyArray<PhaseGrid> }>> =
  {
    "finished-spanner": {
      title: "a prompt of the spanner phase, spanner finished, T7's T_span",
      grids: [{ axis: "C", base, values: COVERAGES, claim: "equals", predicted: 1, margin: 0.05 }]
    },
    spanner: {
      title: "spanner phase from nothing, practical parameters (T_span = 3 C_cov, 40d prompts)",
      grids: [{ axis: "C", base, values: [1e3, 3e3, 1e4, 3e4, 1e5], claim: "at most", predicted: 1, margin: 0.1 }]
    },
    exploration: {
      title: "exploration phase, practical parameters (M = 2 C_cov, 40d/ε rounds)",
      grids: [
        { axis: "C", base, values: [1e3, 3e3, 1e4, 3e4, 1e5], claim: "equals", predicted: 1, margin: 0.1 },
        { axis: "d", base: { ...base, C: 1000 }, values: [2, 4, 8, 16], claim: "equals", predicted: 1, margin: 0.1 },
        {
          axis: "epsilon",
          base: { ...base, C: 1000 },
          values: [0.1, 0.2, 0.4, 0.8],
          claim: "equals",
          predicted: -1,
          margin: 0.1
        }
      ]
    }
  }
