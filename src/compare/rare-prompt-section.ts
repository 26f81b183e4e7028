/** RarePrompt: what paying for novelty alone is worth. T_data in 1/q of learners that reward one find at every prompt, and of those that reward what is new (predictions.md). */
import * as Effect from "effect/Effect"
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import { rarePrompt } from "../instance/families/rare-prompt.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { referenceSuboptimality } from "../policy/optimum.ts"
import { goalOnGround } from "../run/sweep.ts"
import { exponentCell, exponentData, exponentsOfQueries, rowVerdict } from "./measured-exponent.ts"
import type { CompareSettings, Section, SectionMaker, SectionRow } from "./section.ts"
import { runsOn } from "./stands.ts"

const ALGORITHMS = ["spanner-sampling", "spanner-sampling-adaptive", "best-of-n-elliptic", "passive"]
const [C, D] = [100, 2]
/** Reward queries after which a run is given up. */
const BUDGET = { rewardQueries: 50_000_000n }

/** What a sweep over q takes. */
interface RarePromptPlan extends Pick<CompareSettings, "algorithms" | "level" | "progress" | "seed"> {
  /** 1/q. */
  readonly inverses: ReadonlyArray<number>
  /** Runs at each. */
  readonly trials: number
}

/** Runs to half of what there is to gain at every q, and the exponents of their medians in 1/q. */
export const rarePromptExponents = Effect.fnUntraced(function* (plan: RarePromptPlan) {
  const algorithms = plan.algorithms.filter(({ name }) => ALGORITHMS.includes(name))
  const points = yield* runsOn({
    ...plan,
    algorithms,
    stands: plan.inverses.map((value) => {
      const q = 1 / value
      const spec = `rare-prompt:C=${C},d=${D},q=${q}`
      return { value, instance: finiteInstance(rarePrompt({ C, d: D, q }), spec), digest: spec }
    }),
    ask: ({ practical }, ground, inverse) => {
      const target = referenceSuboptimality(ground.instance.exact, ground.best) / 2
      const own = practical(ground.problem, goalOnGround(ground, target)) as ParameterRecord
      // As theory's T_prompt does: phase 1 must see the prompts that have the rare response.
      const parameters = "nu" in own ? { ...own, prompts: own.prompts * inverse } : own
      return { target, parameters, interpreter: "exact-law", budget: BUDGET }
    }
  })
  return algorithms.flatMap(({ name }) => exponentsOfQueries(name, "1/q", points, ({ at }) => at, plan.level))
})

const make = Effect.fnUntraced(function* (settings: CompareSettings): Effect.fn.Return<Section> {
  const { level, quick } = settings
  const inverses = quick ? [64, 512, 4096] : [64, 256, 1024, 4096, 16_384]
  const trials = quick ? 32 : 96
  const measured = yield* rarePromptExponents({ ...settings, inverses, trials })
  return {
    id: "rare-prompt",
    title: "RarePrompt: exponents in 1/q of the queries to half of what there is to gain",
    heads: ["algorithm", "T_data in 1/q", "T_comp in 1/q"],
    rows: [...new Set(measured.map(({ algorithm }) => algorithm))].map((name): SectionRow => {
      const own = measured.filter(({ algorithm }) => algorithm === name)
      return { cells: [name, ...own.map((found) => exponentCell(found, 2))], ...rowVerdict(own) }
    }),
    notes: [
      `q: mass of the prompts that have the rare response, 1/${inverses[0]} … 1/${inverses.at(-1)}; C = ${C}, d = ${D}, ${trials} runs each. ± is half of a ${100 * (1 - level)} % interval for the exponent of the median; beside it what is predicted: ✓ supported, ✗ refuted, ? undecided, unmarked: measured only.`,
      "SpannerSampling's T_prompt is told to grow as 1/q, as theory's does: its T_comp in 1/q is accounting, its T_data is not."
    ],
    data: measured.map(exponentData)
  }
})

export const rarePromptSection: SectionMaker = { id: "rare-prompt", make }
