/** RarePrompt: what paying for novelty alone is worth. T_data in 1/q of learners that reward one find at every prompt, and of those that reward what is new (predictions.md). */
import * as Effect from "effect/Effect"
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import { rarePrompt } from "../instance/families/rare-prompt.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { referenceSuboptimality } from "../policy/optimum.ts"
import {
  byName,
  goalOnGround,
  groundOf,
  groundsBy,
  inThisProcess,
  queriesOf,
  sweep,
  type SweepJob,
  trialsOf
} from "../run/sweep.ts"
import type { ExponentInterval } from "../statistics/exponent-fit.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import type { Counted } from "../statistics/exponent-of-counts.ts"
import { medianExponent } from "../statistics/median-exponent.ts"
import { exponentCell } from "./exponent-cell.ts"
import { judgedExponent } from "./predictions.ts"
import type { CompareSettings, Section, SectionMaker, SectionRow } from "./section.ts"

const ALGORITHMS = ["spanner-sampling", "spanner-sampling-adaptive", "best-of-n-elliptic", "passive"]
const [C, D] = [100, 2]
/** Reward queries after which a run is given up. */
const BUDGET = { rewardQueries: 50_000_000n }
const CLAIM = { equals: "=", "at most": "≤", "at least": "≥" } as const

/** What a sweep over q takes. */
export interface RarePromptPlan extends Pick<CompareSettings, "algorithms" | "level" | "progress" | "seed"> {
  /** 1/q. */
  readonly inverses: ReadonlyArray<number>
  /** Runs at each. */
  readonly trials: number
}

/** One exponent in 1/q, and the runs it is of. */
export interface RarePromptExponent {
  readonly algorithm: string
  readonly quantity: "T_data" | "T_comp"
  readonly counts: ReadonlyArray<Counted>
  readonly fit: ExponentInterval | undefined
  readonly judgement: ExponentJudgement | undefined
}

/** Runs to half of what there is to gain at every q, and the exponents of their medians in 1/q. */
export const rarePromptExponents = Effect.fnUntraced(function* (
  plan: RarePromptPlan
): Effect.fn.Return<ReadonlyArray<RarePromptExponent>> {
  const { inverses, level, progress, seed, trials } = plan
  const algorithms = plan.algorithms.filter(({ name }) => ALGORITHMS.includes(name))
  const specOf = (inverse: number): string => `rare-prompt:C=${C},d=${D},q=${1 / inverse}`
  const ground = groundsBy((spec) => {
    const q = 1 / inverses.find((inverse) => specOf(inverse) === spec)!
    return groundOf(finiteInstance(rarePrompt({ C, d: D, q }), spec), spec)
  })
  const jobs = algorithms.flatMap(({ name, practical }) =>
    inverses.flatMap((at) => {
      const on = ground(specOf(at))
      const target = referenceSuboptimality(on.instance.exact, on.best) / 2
      const own = practical(on.problem, goalOnGround(on, target)) as ParameterRecord
      // As theory's T_prompt does: phase 1 must see the prompts that have the rare response.
      const parameters = "nu" in own ? { ...own, prompts: own.prompts * at } : own
      return trialsOf(trials).map((trial): SweepJob => ({
        algorithm: name,
        spec: specOf(at),
        at,
        target,
        parameters,
        interpreter: "exact-law",
        seed,
        trial,
        budget: BUDGET
      }))
    })
  )
  const points = yield* sweep(jobs, {
    ground,
    make: inThisProcess(byName(algorithms)),
    onStart: ({ algorithm, spec }) => progress(`${algorithm} on ${spec}`)
  })
  return algorithms.flatMap(({ name }) =>
    (["T_data", "T_comp"] as const).map((quantity): RarePromptExponent => {
      const counts = points
        .filter(({ algorithm }) => algorithm === name)
        .map((p) => ({ value: p.at, count: p.reached ? queriesOf(p, quantity) : undefined }))
      const fit = medianExponent("1/q", counts, level)
      const judgement = judgedExponent(name, { quantity, variable: "1/q" }, fit, level)
      return { algorithm: name, quantity, counts, fit, judgement }
    })
  )
})

const make = Effect.fnUntraced(function* (settings: CompareSettings): Effect.fn.Return<Section> {
  const { level, quick } = settings
  const inverses = quick ? [64, 512, 4096] : [64, 256, 1024, 4096, 16_384]
  const trials = quick ? 32 : 96
  const exponents = yield* rarePromptExponents({ ...settings, inverses, trials })
  const measured = [...new Set(exponents.map(({ algorithm }) => algorithm))].map((name) => ({
    name,
    exponents: exponents.filter(({ algorithm }) => algorithm === name)
  }))
  return {
    id: "rare-prompt",
    title: "RarePrompt: exponents in 1/q of the queries to half of what there is to gain",
    marked: true,
    heads: ["algorithm", "T_data in 1/q", "T_comp in 1/q"],
    rows: measured.map(({ exponents, name }): SectionRow => {
      const verdicts = exponents.flatMap(({ judgement }) => (judgement === undefined ? [] : [judgement.verdict]))
      const worst = (["refuted", "undecided", "supported"] as const).find((verdict) => verdicts.includes(verdict))
      return {
        cells: [
          name,
          ...exponents.map(({ fit, judgement: held }) =>
            exponentCell(
              fit,
              2,
              held === undefined ? undefined : { says: `${CLAIM[held.claim]}${held.predicted}`, verdict: held.verdict }
            )
          )
        ],
        ...(worst === undefined ? {} : { verdict: worst })
      }
    }),
    notes: [
      `q: mass of the prompts that have the rare response, 1/${inverses[0]} … 1/${inverses.at(-1)}; C = ${C}, d = ${D}, ${trials} runs each. ± is half of a ${100 * (1 - level)} % interval for the exponent of the median; beside it what is predicted: ✓ supported, ✗ refuted, ? undecided, unmarked: measured only.`,
      "SpannerSampling's T_prompt is told to grow as 1/q, as theory's does: its T_comp in 1/q is accounting, its T_data is not."
    ],
    data: measured.flatMap(({ exponents, name }) =>
      exponents.map(({ fit, judgement, quantity }) => ({
        algorithm: name,
        quantity,
        ...(fit === undefined ? {} : { exponent: fit.estimate, interval: [fit.lower, fit.upper] }),
        ...(judgement === undefined
          ? {}
          : {
              claim: judgement.claim,
              predicted: judgement.predicted,
              margin: judgement.margin,
              verdict: judgement.verdict
            })
      }))
    )
  }
})

export const rarePromptSection: SectionMaker = { id: "rare-prompt", make }
