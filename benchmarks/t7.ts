/**
 * SpannerSampling with T7's own constants on RareGood, ε = 0.1, δ = 0.02, R = 1 and the exact C_cov (t7-spanner-sampling.md, size of the constants): how long a run takes, and whether it keeps its
 * word over many seeds.
 */
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { rareGood } from "../src/instance/families/rare-good.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { referenceSuboptimality } from "../src/policy/optimum.ts"
import { goalOnGround, groundOf } from "../src/run/sweep.ts"
import { median } from "../src/statistics/median.ts"
import { series, spread } from "./measure.ts"
import type { Series, Suite, Target } from "./suite.ts"
import { timedRuns } from "./timed-run.ts"

const [EPSILON, DELTA] = [0.1, 0.02]

interface Plan {
  readonly C: number
  readonly d: number
  readonly seeds: number
  /** Processor seconds that a run may take. */
  readonly seconds: number
  /** Sampling queries that every run must charge more than. */
  readonly charged: bigint
}

const plans = (quick: boolean): ReadonlyArray<Plan> => [
  { C: 1e4, d: 2, seeds: quick ? 3 : 60, seconds: 3, charged: 10n ** 14n },
  ...(quick ? [] : [{ C: 1e6, d: 4, seeds: 3, seconds: 30, charged: 10n ** 17n }])
]

const extremes = (values: ReadonlyArray<bigint>): readonly [bigint, bigint] => [
  values.reduce((a, b) => (a < b ? a : b)),
  values.reduce((a, b) => (a > b ? a : b))
]

const scientific = (n: bigint): string => Number(n).toExponential(3)

export const t7: Suite = {
  name: "t7",
  summary: "SpannerSampling at T7's own constants on RareGood, exact-law oracle",
  run: async ({ quick, log }) => {
    const rows: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    const raw: Array<Series> = []
    for (const { C, d, seeds, seconds, charged } of plans(quick)) {
      const name = `rare-good:C=${C.toExponential().replace("+", "")},d=${d}`
      const ground = groundOf(finiteInstance(rareGood({ C, d }), name), "")
      const reference = referenceSuboptimality(ground.instance.exact, ground.best)
      const parameters = spannerSampling.fromTheory(ground.problem, goalOnGround(ground, EPSILON, DELTA))
      const { processor, records, wall } = await timedRuns(ground, spannerSampling, parameters, seeds, (line) =>
        log(`t7: ${line}`)
      )
      const suboptimality = records.map((r) => r.suboptimality.value)
      const worst = Math.max(...suboptimality)
      const [least, most] = extremes(records.map((r) => r.ledger.samplingQueries))
      const [, data] = extremes(records.map((r) => r.ledger.rewardQueries))
      rows.push([
        name,
        String(seeds),
        spread(processor),
        spread(wall),
        worst.toExponential(2),
        reference.toFixed(4),
        `${scientific(least)} – ${scientific(most)}`,
        scientific(data)
      ])
      raw.push(series(`${name}, processor`, "s", processor), series(`${name}, wall`, "s", wall))
      raw.push(series(`${name}, suboptimality`, "reward", suboptimality))
      targets.push(
        {
          claim: `${name}: a run in under ${seconds} s of one core`,
          measured: `${median(processor).toFixed(2)} s processor, ${median(wall).toFixed(2)} s wall`,
          held: median(processor) < seconds,
          kind: "timing"
        },
        {
          claim: `${name}: none of ${seeds} seeds ends above ε = ${EPSILON}, and π_ref is above 2ε`,
          measured: `worst ${worst.toExponential(2)}, π_ref ${reference.toFixed(4)}`,
          held: worst <= EPSILON && reference > 2 * EPSILON,
          kind: "result"
        },
        {
          claim: `${name}: more than ${scientific(charged)} sampling queries charged`,
          measured: scientific(least),
          held: least > charged,
          kind: "result"
        }
      )
    }
    return {
      tables: [
        {
          title: "Runs, checkpoints and exact suboptimality included (median (least–greatest))",
          columns: ["instance", "seeds", "processor s", "wall s", "worst J*−J", "π_ref's", "T_comp", "most T_data"],
          rows
        }
      ],
      targets,
      series: raw,
      notes: [
        "Processor seconds are the process's, compiler and garbage collector included; on a shared machine the wall clock also holds the others' work."
      ]
    }
  }
}
