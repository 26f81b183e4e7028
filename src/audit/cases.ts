/**
 * The cases of the audit plan as data: instance families crossed with goals, parameters, oracles and budgets. To add one (a family that comes later, say): its line
 * here; `about` says which algorithms it is for.
 */
import type { Interpreter } from "../oracle/interpreter.ts"
import type { Budget } from "../oracle/ledger.ts"
import type { ProblemConstants } from "../oracle/services.ts"
import { theorems } from "../theorem/registry.ts"
import type { AlgorithmDescription } from "./runner.ts"
import { ofReward, tokenCases } from "./token-cases.ts"

export interface PlannedCase {
  /** Unique among the cases; also names the folder of its certificates. */
  readonly id: string
  /** Why it is in the plan, for people. */
  readonly why: string
  /** SPEC of the instance, of trial `trial` where each has its own. */
  readonly spec: (seed: number, trial: number) => string
  /** Every trial has an instance of its own (L1 is over the draw of the instance). */
  readonly fresh?: true
  /** ε to reach. */
  readonly epsilon: (problem: ProblemConstants) => number
  /** δ; the plan's own where absent. */
  readonly delta?: number
  readonly parameters: "practical" | "theory"
  readonly interpreter: Interpreter
  readonly budget?: Budget
  /** Trials made before anything is decided, and at most. */
  readonly trials: readonly [least: number, most: number]
  /** Seconds that should be left when it starts; it is passed over otherwise. */
  readonly seconds?: number
  /** Which algorithms it is for. Default: all that work on whole responses. */
  readonly about?: (algorithm: AlgorithmDescription) => boolean
}

/** Whether an algorithm claims something that holds only with a probability, at theory's parameters. */
const promises = ({ claims }: AlgorithmDescription): boolean =>
  theorems.some(
    ({ id, nature, universal }) => nature === "probabilistic" && !universal && id.startsWith("T") && claims.includes(id)
  )

export const wholeResponses = ({ oracle }: AlgorithmDescription): boolean => oracle !== "token"

/** Queries at which holding the needle is rare: N/8. */
const NEEDLE = { N: 512, d: 4, budget: 64n } as const

/** The suboptimality of L1's output clause, in units of β. */
const NEEDLE_EPSILON = 0.13

export const plannedCases: ReadonlyArray<PlannedCase> = [
  {
    id: "rare-good-10",
    why: "a small instance first",
    spec: () => "rare-good:C=10,d=2,prompts=2",
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 120],
    about: wholeResponses
  },
  {
    id: "random-literal",
    why: "no structure, every draw made",
    spec: (seed) => `random:d=3,prompts=3,responses=5,seed=${seed}`,
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "literal",
    trials: [2, 6],
    about: wholeResponses
  },
  {
    id: "random-ties",
    why: "ties, zero masses, large β",
    spec: (seed) => `random:beta=1,d=2,prompts=3,responses=4,seed=${seed},ties=0.3,zeros=0.2`,
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 6],
    about: wholeResponses
  },
  {
    id: "needle",
    why: "L1's hard instance, another one each trial",
    spec: (seed, trial) => `needle:N=${NEEDLE.N},d=${NEEDLE.d},seed=${1000 * seed + trial}`,
    fresh: true,
    epsilon: ({ beta }) => NEEDLE_EPSILON * beta,
    parameters: "practical",
    interpreter: "exact-law",
    budget: { samplingQueries: NEEDLE.budget },
    trials: [20, 120],
    about: wholeResponses
  },
  {
    id: "dnf-prompts",
    why: "L2's hard instance",
    spec: (seed) => `dnf-prompts:beta=0.4,k=2,m=14,n=6,seed=${seed}`,
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 12],
    about: wholeResponses
  },
  {
    id: "theory-8",
    why: "what is promised at theory's parameters, where the base model is above ε",
    spec: () => "rare-good:C=8,d=1,prompts=2",
    epsilon: ofReward(0.2),
    delta: 0.04,
    parameters: "theory",
    interpreter: "exact-law",
    trials: [2, 120],
    about: (algorithm) => wholeResponses(algorithm) && promises(algorithm)
  },
  {
    id: "rare-good-1e3",
    why: "coverage in the thousands",
    spec: () => "rare-good:C=1e3,d=4",
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 120],
    about: wholeResponses
  },
  {
    id: "rare-good-1e5",
    why: "coverage that a search which does not pay for it misses",
    spec: () => "rare-good:C=1e5,d=2",
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 60],
    about: wholeResponses
  },
  {
    id: "rare-good-budget",
    why: "a budget of rewards that is spent",
    spec: () => "rare-good:C=100,d=2",
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    budget: { rewardQueries: 40n },
    trials: [2, 4],
    about: wholeResponses
  },
  {
    id: "token-chain-8",
    why: "coverage that grows with the length of a response, whole responses",
    spec: () => "token-chain:H=8",
    epsilon: ofReward(0.05),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 24],
    about: wholeResponses
  },
  {
    id: "corpus",
    why: "English, drawn like a language model",
    spec: () => "corpus",
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "literal",
    // Drawn to its end, SpannerSampling's practical search would take minutes.
    budget: { samplingQueries: 2_000_000n },
    trials: [1, 1],
    seconds: 15,
    about: wholeResponses
  },
  ...tokenCases
]

/** One option of the command line that makes a trial of a case again. */
export const replayOptions = (
  planned: PlannedCase,
  {
    seed,
    trial,
    trials,
    epsilon,
    delta
  }: {
    readonly seed: number
    readonly trial: number
    readonly trials: number
    readonly epsilon: number
    readonly delta: number
  }
): ReadonlyArray<string> => [
  `--instance ${planned.spec(seed, trial)}`,
  `--eps ${epsilon}`,
  `--delta ${delta}`,
  `--parameters ${planned.parameters}`,
  `--oracle ${planned.interpreter}`,
  `--seed ${seed}`,
  `--trials ${trials}`,
  ...(planned.budget?.rewardQueries === undefined ? [] : [`--budget-rewards ${planned.budget.rewardQueries}`]),
  ...(planned.budget?.samplingQueries === undefined ? [] : [`--budget-samples ${planned.budget.samplingQueries}`])
]
