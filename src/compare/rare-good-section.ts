/** The table of predictions.md on RareGood: every algorithm's exponents of T_data and T_comp, measured, beside what theory says. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { exponentCell } from "./exponent-cell.ts"
import { type MeasuredExponent, type Reach, rareGoodExponents } from "./exponents.ts"
import type { ExponentKey } from "./predictions.ts"
import type { CompareSettings, Section, SectionMaker, SectionRow } from "./section.ts"

/** How far an algorithm is followed. The strong oracle has nothing to answer in law: its learners draw one by one, and so not as far. */
const reachOf = ({ oracle }: AnyAlgorithm<OracleServices>, quick: boolean): Reach =>
  quick
    ? { coverages: [1e2, 1e3, 1e4], dimensions: [2, 4, 8], curve: 4000, trials: 16, rewardQueries: 1_000_000n }
    : {
        coverages: oracle === "strong" ? [1e2, 1e3, 1e4, 1e5] : [1e2, 1e3, 1e4, 1e5, 1e6],
        dimensions: [2, 4, 8, 16, 32],
        curve: oracle === "strong" ? 8000 : 20_000,
        trials: oracle === "strong" ? 16 : 32,
        rewardQueries: oracle === "strong" ? 1_000_000n : 20_000_000n
      }

const ORACLE = { weak: "weak", strong: "strong", token: "token", enumeration: "all" } as const

const HEADS: ReadonlyArray<ExponentKey & { readonly head: string }> = [
  { quantity: "T_data", variable: "C_cov", head: "T_data in C" },
  { quantity: "T_comp", variable: "C_cov", head: "T_comp in C" },
  { quantity: "T_data", variable: "d", head: "T_data in d" },
  { quantity: "suboptimality", variable: "T_data", head: "ε in T_data" }
]

const CLAIM = { equals: "=", "at most": "≤", "at least": "≥" } as const

const cell = (found: MeasuredExponent | undefined): string => {
  const held = found?.judgement
  return exponentCell(
    found?.fit,
    2,
    held === undefined ? undefined : { says: `${CLAIM[held.claim]}${held.predicted}`, verdict: held.verdict }
  )
}

/** A refuted exponent refutes its row; an undecided one leaves it open. */
const verdictOf = (found: ReadonlyArray<MeasuredExponent>): SectionRow["verdict"] => {
  const verdicts = found.flatMap(({ judgement }) => (judgement === undefined ? [] : [judgement.verdict]))
  if (verdicts.length === 0) return undefined
  return verdicts.includes("refuted") ? "refuted" : verdicts.includes("undecided") ? "undecided" : "supported"
}

const make = Effect.fnUntraced(function* (settings: CompareSettings): Effect.fn.Return<Section> {
  const { level, progress, quick, seed } = settings
  // A token-level algorithm has nothing to draw here: these responses are not made of tokens.
  const algorithms = settings.algorithms.filter(({ oracle }) => oracle !== "token")
  const measured: Array<MeasuredExponent> = []
  for (const algorithm of algorithms)
    measured.push(...(yield* rareGoodExponents({ algorithm, reach: reachOf(algorithm, quick), seed, level, progress })))
  const rows = algorithms.map(({ name, oracle, proper }): SectionRow => {
    const own = measured.filter((m) => m.algorithm === name)
    const verdict = verdictOf(own)
    return {
      cells: [
        name,
        proper ? `${ORACLE[oracle]}, proper` : ORACLE[oracle],
        ...HEADS.map(({ quantity, variable }) =>
          cell(own.find((m) => m.quantity === quantity && m.variable === variable))
        )
      ],
      ...(verdict === undefined ? {} : { verdict })
    }
  })
  return {
    id: "rare-good",
    title: "RareGood: exponents of the queries to 0.1 R, and of suboptimality along a run",
    marked: true,
    heads: ["algorithm", "oracle", ...HEADS.map(({ head }) => head)],
    rows,
    notes: [
      `C: C_cov(π*), exactly, at d = 4; d, and suboptimality ε along a run, at C = 100. ± is half of a ${100 * (1 - level)} % interval over runs: in C and d for the exponent of the median; along a run a t-interval. Beside it stands what theory predicts: ✓ supported, ✗ refuted, ? undecided at level ${level}, unmarked: measured only.`,
      "Exhaustive design (it enumerates all responses) pays |Y|, which RareGood keeps small whatever C is."
    ],
    data: measured.map(({ algorithm, fit, judgement, note, quantity, variable }) => ({
      algorithm,
      quantity,
      variable,
      ...(fit === undefined
        ? {}
        : {
            exponent: fit.estimate,
            interval: [fit.lower, fit.upper],
            ...("standardError" in fit
              ? { standardError: fit.standardError, degreesOfFreedom: fit.degreesOfFreedom }
              : { of: "the median" })
          }),
      ...(judgement === undefined
        ? {}
        : {
            claim: judgement.claim,
            predicted: judgement.predicted,
            margin: judgement.margin,
            verdict: judgement.verdict,
            ...(judgement.power === undefined ? {} : { power: judgement.power })
          }),
      note
    }))
  }
})

export const rareGoodSection: SectionMaker = { id: "rare-good", make }
