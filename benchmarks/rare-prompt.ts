/**
 * RarePrompt: T_data in 1/q, with runs enough that the verdicts at ±0.05 (SpannerSampling, which rewards what is new) and ±0.1 (best-of-n by elliptic norm, which rewards one find at every prompt) are
 * decided. `coverbound compare --section rare-prompt` shows the same with a tenth of the runs.
 */
import * as Effect from "effect/Effect"
import { bestOfNElliptic } from "../src/algorithm/best-of-n-elliptic.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { rarePromptExponents } from "../src/compare/rare-prompt-section.ts"
import { processorSeconds } from "./processor.ts"
import type { Suite, Target } from "./suite.ts"
import { coverageTarget, TRUTH } from "./sweep-coverage.ts"

const INVERSES = [64, 256, 1024, 4096, 16_384]
const LEVEL = 0.01
/** Runs at each q: those of best-of-n wait for one rare prompt, an exponential time. */
const TRIALS = { "spanner-sampling": 2000, "best-of-n-elliptic": 1000 } as const
const REPETITIONS = 2000

export const rarePrompt: Suite = {
  name: "rare-prompt",
  summary: "exponents in 1/q of the queries to half of what there is to gain on RarePrompt, decided",
  run: async ({ log, quick }) => {
    const rows: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    for (const algorithm of [spannerSampling, bestOfNElliptic]) {
      const trials = quick ? 32 : TRIALS[algorithm.name as keyof typeof TRIALS]
      const before = processorSeconds()
      const exponents = await Effect.runPromise(
        rarePromptExponents({
          algorithms: [algorithm],
          inverses: quick ? INVERSES.slice(0, 3) : INVERSES,
          trials,
          seed: 1,
          level: LEVEL,
          progress: () => {}
        })
      )
      log(`rare-prompt: ${algorithm.name}, ${(processorSeconds() - before).toFixed(0)} s of processor`)
      for (const { counts, fit, judgement, quantity } of exponents) {
        const pools = [...new Set(counts.map(({ value }) => value))].map((value) => ({
          value,
          counts: counts.flatMap((run) => (run.value === value && run.count !== undefined ? [run.count] : []))
        }))
        const plan = { level: LEVEL, repetitions: REPETITIONS, trials }
        const { share, target } = coverageTarget(`${algorithm.name} ${quantity}`, pools, plan)
        rows.push([
          algorithm.name,
          quantity,
          `${trials}`,
          fit === undefined ? "–" : fit.estimate.toFixed(4),
          fit === undefined ? "–" : `[${fit.lower.toFixed(4)}, ${fit.upper.toFixed(4)}]`,
          judgement === undefined ? "–" : `${judgement.claim} ${judgement.predicted} ± ${judgement.margin}`,
          judgement?.verdict ?? "measured",
          share
        ])
        targets.push(target)
        if (judgement !== undefined)
          targets.push({
            claim: `${algorithm.name} ${quantity} in 1/q: ${judgement.claim} ${judgement.predicted} ± ${judgement.margin}, supported at level ${LEVEL}`,
            measured: judgement.verdict,
            held: judgement.verdict === "supported",
            ...(quick && judgement.verdict === "undecided" ? { open: true } : {}),
            kind: "result"
          })
      }
    }
    return {
      tables: [
        {
          title: `Exponents of medians in 1/q = ${INVERSES[0]} … ${INVERSES.at(-1)}, ${100 * (1 - LEVEL)} % intervals`,
          columns: ["algorithm", "", "runs each", "exponent", "interval", "predicted", "verdict", "covered"],
          rows
        }
      ],
      targets,
      series: [],
      notes: [TRUTH]
    }
  }
}
