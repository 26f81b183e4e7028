/**
 * The fault catalogue of `verify`: realistic mistakes in SpannerSampling, SoftmaxSampler, the ledger and the seeding, each with the law that must find it; and
 * correct variants that nothing may accuse. Its power and false alarms are measured on it. What an audit of an algorithm finds is measured on variants made by rule (properties/variants).
 */
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import { theoryParameters } from "../../algorithm/spanner-sampling-parameters.ts"
import type { Goal } from "../../algorithm/algorithm.ts"
import type { Problem } from "../../oracle/services.ts"
import { type Candidate, candidateOf } from "../../law/candidate.ts"
import type { Check } from "../check.ts"
import { type Fault, replacing, spanner } from "./fault.ts"
import { oracleFaults } from "./oracle-faults.ts"
import * as oracle from "./oracle-variants.ts"
import { samplerVariant } from "./sampler-variant.ts"
import { spannerSamplingFaults } from "./spanner-sampling-faults.ts"

export const faults: ReadonlyArray<Fault> = [...spannerSamplingFaults, ...oracleFaults]

type Parameters = ReturnType<typeof theoryParameters>
type Change = (p: Parameters, problem: Problem, goal: Goal) => Partial<Parameters>

/** `spanner-sampling` with other ways of setting its parameters: theory's, and the practical ones. */
const reparametrised = (name: string, theory: Change, practical = theory): Candidate => {
  const by = (set: "fromTheory" | "practical", change: Change) => (problem: Problem, goal: Goal) => {
    const p = spannerSampling[set](problem, goal)
    return { ...p, ...change(p, problem, goal) }
  }
  const algorithm = {
    ...spannerSampling,
    name,
    fromTheory: by("fromTheory", theory),
    practical: by("practical", practical)
  }
  return replacing(name, { algorithm })
}

/** What of `verify` a candidate can change: an algorithm runs on the suite's own oracles, and no built-in one runs the sampler program. */
export const touches = ({
  algorithm,
  openOracles: open,
  softmaxSampler: sampler,
  trialStream: seeds
}: Candidate): ReadonlyArray<Check["of"]> => {
  const own = candidateOf()
  const oracles = open !== own.openOracles || seeds !== own.trialStream
  return [
    ...(oracles || sampler !== own.softmaxSampler ? (["oracles"] as const) : []),
    ...(oracles || algorithm !== own.algorithm ? (["algorithm"] as const) : [])
  ]
}

/** Nothing may accuse these. */
export const correctVariants: ReadonlyArray<{ readonly candidate: Candidate; readonly what: string }> = [
  { candidate: spanner("seen-through", {}), what: "SpannerSampling through wrappers that change nothing" },
  {
    candidate: reparametrised(
      "ridge-quarter",
      (_, problem, goal) => theoryParameters(problem, goal, 0.25),
      () => ({ lambda: 0.25 })
    ),
    what: "λ = 1/4, with the parameters T7 sets for it"
  },
  {
    candidate: reparametrised("longer-search", (p) => ({
      pairsPerPrompt: 2 * p.pairsPerPrompt,
      prompts: p.prompts + 7
    })),
    what: "twice T_span, seven more prompts"
  },
  {
    candidate: reparametrised("looser-promise", (p) => ({ promise: 1.7 * p.promise })),
    what: "a larger promise M (still a valid upper bound)"
  },
  {
    candidate: reparametrised(
      "tighter-promise",
      () => ({}),
      (_, __, { coverage }) => ({ promise: Math.max(1, coverage) })
    ),
    what: "the smallest valid promise, M = C_cov, for practical parameters"
  },
  {
    candidate: reparametrised("surer-sampler", (p) => ({ rejectionLevel: p.rejectionLevel / 100 })),
    what: "a hundredth of δ_rej"
  },
  { candidate: spanner("antithetic", { antithetic: true }), what: "pair members in the opposite order" },
  {
    candidate: spanner("other-rounding", { estimate: (theta) => theta * (1 + 2 ** -44) }),
    what: "θ off in its last digits, as another solver gives it"
  },
  { candidate: spanner("single-searches", { search: "first-hit" }), what: "phase 1 prompt by prompt" },
  { candidate: spanner("own-search", { search: "draws" }), what: "phase 1 by plain draws, tested by the learner" },
  {
    candidate: replacing("small-batches", { openOracles: oracle.smallBatches }),
    what: "literal draws in batches of 17"
  },
  {
    candidate: replacing("effects-only", { openOracles: oracle.effectsOnly }),
    what: "oracles that never answer at once"
  },
  {
    candidate: replacing("sampler-one-by-one", { softmaxSampler: samplerVariant({ asks: "one by one" }) }),
    what: "SoftmaxSampler over draws made one by one"
  }
]
