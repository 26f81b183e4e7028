/** The table of predictions.md on RareGood: every algorithm's exponents of T_data and T_comp, measured, beside what theory says. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { type NotedExponent, type Reach, rareGoodExponents } from "./exponents.ts"
import { exponentCell, exponentData, rowVerdict } from "./measured-exponent.ts"
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

const make = Effect.fnUntraced(function* (settings: CompareSettings): Effect.fn.Return<Section> {
  const { level, progress, quick, seed } = settings
  // A token-level algorithm has nothing to draw here: these responses are not made of tokens.
  const algorithms = settings.algorithms.filter(({ oracle }) => oracle !== "token")
  const measured: Array<NotedExponent> = []
  for (const algorithm of algorithms)
    measured.push(...(yield* rareGoodExponents({ algorithm, reach: reachOf(algorithm, quick), seed, level, progress })))
  return {
    id: "rare-good",
    title: "RareGood: exponents of the queries to 0.1 R, and of suboptimality along a run",
    heads: ["algorithm", "oracle", ...HEADS.map(({ head }) => head)],
    rows: algorithms.map(({ name, oracle, proper }): SectionRow => {
      const own = measured.filter((m) => m.algorithm === name)
      const cells = HEADS.map(({ quantity, variable }) =>
        exponentCell(
          own.find((m) => m.quantity === quantity && m.variable === variable),
          2
        )
      )
      return { cells: [name, proper ? `${ORACLE[oracle]}, proper` : ORACLE[oracle], ...cells], ...rowVerdict(own) }
    }),
    notes: [
      `C: C_cov(π*), exactly, at d = 4; d, and suboptimality ε along a run, at C = 100. ± is half of a ${100 * (1 - level)} % interval over runs: in C and d for the exponent of the median; along a run a t-interval. Beside it stands what theory predicts: ✓ supported, ✗ refuted, ? undecided at level ${level}, unmarked: measured only.`,
      "Exhaustive design (it enumerates all responses) pays |Y|, which RareGood keeps small whatever C is."
    ],
    data: measured.map((found) => ({ ...exponentData(found), note: found.note }))
  }
})

export const rareGoodSection: SectionMaker = { id: "rare-good", make }
