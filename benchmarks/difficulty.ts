/** What questions cost by how hard they are: T_data and T_comp to 0.1 R at two checkpoints, in three strata of p(right). `node benchmarks/difficulty.ts`, about a minute of one processor. */
import * as Effect from "effect/Effect"
import { bestOfNElliptic } from "../src/algorithm/best-of-n-elliptic.ts"
import { passive } from "../src/algorithm/passive.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { studyCheckpoints } from "../src/cli/demo/checkpoint-study.ts"
import type { MeanCount } from "../src/cli/demo/checkpoint-study.ts"

const STRATA = [
  [1e-2, 1e-1],
  [1e-3, 1e-2],
  [1e-4, 1e-3]
] as const

const { exponents, rows } = await Effect.runPromise(
  studyCheckpoints({
    checkpoints: ["250k", "1M"],
    algorithms: [spannerSampling, bestOfNElliptic, passive],
    target: 0.1,
    trials: 12,
    seed: 1,
    shown: "250k",
    questions: 1,
    strata: STRATA.map(([least, most]) => ({
      title: `${least} – ${most}`,
      options: { questions: 6, limit: 1000, least, most }
    }))
  })
)
const counted = (of: MeanCount | undefined): string =>
  of === undefined ? "not reached" : `${of.mean.toFixed(0)} ± ${of.half?.toFixed(0)}`
for (const { checkpoint, costs, coverage, stratum } of rows)
  console.log(
    `p ${stratum} ${checkpoint}: C_cov ${coverage.toFixed(0)}; ${costs.map(({ T_comp, T_data, algorithm }) => `${algorithm} T_data ${counted(T_data)}, T_comp ${counted(T_comp)}`).join("; ")}`
  )
for (const { algorithm, estimate, lower, quantity, upper } of exponents)
  console.log(`${algorithm} ${quantity} in C_cov: ${estimate.toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`)
