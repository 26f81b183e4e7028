/** Critical budgets over C = 8 … 8⁹ of the learner that is told C_cov and of the one that is not: exponents, collapse, what L1 forbids, and how often such an interval covers over repeated sweeps. */
import * as Effect from "effect/Effect"
import { spannerSamplingAdaptive } from "../src/algorithm/spanner-sampling-adaptive.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { criticalBudgets } from "../src/compare/critical.ts"
import { rareGoodFamily } from "../src/instance/families/rare-good.ts"
import { instantiate } from "../src/instance/family.ts"
import { judgeInterval } from "../src/statistics/exponent-judgement.ts"
import type { Suite, Target } from "./suite.ts"
import { coverageTarget, TRUTH } from "./sweep-coverage.ts"

/** As `coverbound critical` has them. */
const LEVEL = 0.01
const TRIALS = 101
const POWERS = [1, 2, 3, 4, 5, 6, 7, 8, 9]
const PREDICTED = { claim: "equals", predicted: 1, margin: 0.05, level: LEVEL } as const
const REPETITIONS = 2000

export const critical: Suite = {
  name: "critical",
  summary: "critical budgets over seven decades of C: exponents, collapse, what L1 forbids, coverage of the intervals",
  run: async ({ log, quick }) => {
    const rows: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    const trials = quick ? 24 : TRIALS
    for (const algorithm of [spannerSampling, spannerSamplingAdaptive]) {
      const { name } = algorithm
      const found = await Effect.runPromise(
        criticalBudgets({
          algorithm,
          stands: (quick ? POWERS.slice(0, 4) : POWERS).map((power) => ({
            value: 8 ** power,
            instance: instantiate(rareGoodFamily, { C: 8 ** power, d: 2 })
          })),
          variable: "C",
          target: 0.1,
          trials,
          level: LEVEL,
          seed: 1
        })
      )
      log(`critical: ${name}`)
      const { collapse, exponent, forbidden, points } = found
      const { verdict } = judgeInterval(exponent!, PREDICTED)
      const pools = points.map(({ thresholds, value }) => ({ value, counts: thresholds }))
      const { share, target } = coverageTarget(name, pools, { level: LEVEL, repetitions: REPETITIONS, trials })
      rows.push([
        name,
        `${exponent!.estimate.toFixed(3)} [${exponent!.lower.toFixed(3)}, ${exponent!.upper.toFixed(3)}]`,
        `${collapse!.verdict} (${collapse!.distance.toFixed(2)}, ${collapse!.allowed.toFixed(2)} allowed)`,
        collapse!.from === undefined ? "–" : `${collapse!.from}`,
        forbidden!.verdict,
        share
      ])
      targets.push(
        {
          claim: `${name}: the exponent in C is 1 ± ${PREDICTED.margin}, supported at level ${LEVEL}`,
          measured: verdict,
          held: verdict === "supported",
          ...(quick && verdict === "undecided" ? { open: true } : {}),
          kind: "result"
        },
        {
          claim: `${name}: no success curve in the region that L1 forbids`,
          measured: forbidden!.verdict,
          held: forbidden!.verdict === "not broken",
          kind: "result"
        },
        target
      )
    }
    return {
      tables: [
        {
          title: `${trials} trials at each of ${POWERS.length} C, ${100 * (1 - LEVEL)} % intervals`,
          columns: ["algorithm", "exponent in C", "curves", "one from C =", "L1", "covered"],
          rows
        }
      ],
      targets,
      series: [],
      notes: [TRUTH]
    }
  }
}
