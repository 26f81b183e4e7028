/**
 * The cases of the audit plan as data: instance families crossed with goals, parameters, oracles and budgets. To add one (a family that comes later, say): its line
 * here; `about` says which algorithms it is for.
 */
import type { Goal } from "../algorithm/algorithm.ts"
import type { Interpreter } from "../oracle/interpreter.ts"
import type { Budget } from "../oracle/ledger.ts"
import type { ProblemConstants } from "../oracle/services.ts"
import { OUTPUT_EPSILON } from "../theorem/l1-coverage-necessary.ts"
import { OWN_GUARANTEE } from "../theorem/own-claims.ts"
import { theorems } from "../theorem/registry.ts"
import { NEEDLE, needleSpec } from "../verify/instances.ts"
import { crossedRows } from "./crossed-cases.ts"
import type { Cap } from "./parameter-caps.ts"
import type { TrialJob } from "./outcome.ts"
import type { AlgorithmDescription } from "./runner.ts"

/** A case of the plan: an instance, a goal, parameters, an interpreter, and how many trials. */
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
  /** Budget that should be left when it starts, in units of BUDGET_UNIT; it is passed over otherwise. */
  readonly needs?: number
  /** Which algorithms it is for. Default: all that work on whole responses. */
  readonly about?: (algorithm: AlgorithmDescription) => boolean
}

/** Whether an algorithm claims something that holds only with a probability, at theory's parameters. */
const promises = ({ claims }: AlgorithmDescription): boolean =>
  theorems.some(
    ({ id, nature, universal }) => nature === "probabilistic" && !universal && id.startsWith("T") && claims.includes(id)
  )

export const wholeResponses = ({ oracle }: AlgorithmDescription): boolean => oracle !== "token"
export const byToken = ({ oracle }: AlgorithmDescription): boolean => oracle === "token"

/** A row of the plan at practical parameters, in law; ε as a share of R. */
export const practically =
  (about: NonNullable<PlannedCase["about"]>) =>
  (
    id: string,
    why: string,
    spec: PlannedCase["spec"],
    share: number,
    trials: PlannedCase["trials"],
    changed: Partial<PlannedCase> = {}
  ): PlannedCase => ({
    id,
    why,
    spec,
    epsilon: ({ rewardRange }) => share * rewardRange,
    parameters: "practical",
    interpreter: "exact-law",
    trials,
    about,
    ...changed
  })

const whole = practically(wholeResponses)
const token = practically(byToken)
const literal = { interpreter: "literal" } as const

/** Of the crossed rows, those for learners that promise no outcome: every theorem about all policies is held on them, and no more would be. */
const ROWS_FOR_ALL = 3

/** Whether an algorithm makes claims of its own about outcomes or costs. */
const answers = ({ bounds, claims }: AlgorithmDescription): boolean =>
  claims.includes(OWN_GUARANTEE) || bounds !== undefined

/** A row for those that make claims of their own about outcomes or costs. */
const outcome = practically((one) => wholeResponses(one) && answers(one))

/** Two values of every two axes, in some row (crossed-cases.ts). */
const crossed = crossedRows.map(({ delta, epsilon, interpreter, spec, why }, i) =>
  practically((one) => wholeResponses(one) && (i < ROWS_FOR_ALL || answers(one)))(
    `crossed-${i + 1}`,
    why,
    spec,
    epsilon,
    [2, 60],
    { delta, interpreter }
  )
)

export const plannedCases: ReadonlyArray<PlannedCase> = [
  whole("rare-good-10", "a small instance first", () => "rare-good:C=10,d=2,prompts=2", 0.1, [2, 240]),
  whole(
    "random-literal",
    "no structure, every draw made",
    (seed) => `random:d=3,prompts=3,responses=5,seed=${seed}`,
    0.1,
    [2, 60],
    literal
  ),
  whole(
    "random-ties",
    "ties, zero masses, large β",
    (seed) => `random:beta=1,d=2,prompts=3,responses=4,seed=${seed},ties=0.3,zeros=0.2`,
    0.1,
    [2, 6]
  ),
  whole(
    "needle",
    "L1's hard instance, another one each trial",
    (seed, trial) => needleSpec(1000 * seed + trial),
    0.1,
    [20, 120],
    { fresh: true, epsilon: ({ beta }) => OUTPUT_EPSILON * beta, budget: { samplingQueries: NEEDLE.budget } }
  ),
  whole("dnf-prompts", "L2's hard instance", (seed) => `dnf-prompts:beta=0.4,k=2,m=14,n=6,seed=${seed}`, 0.1, [2, 12]),
  whole(
    "theory-8",
    "what is promised at theory's parameters, where the base model is above ε",
    () => "rare-good:C=8,d=1,prompts=2",
    0.2,
    [2, 120],
    { delta: 0.04, parameters: "theory", about: (algorithm) => wholeResponses(algorithm) && promises(algorithm) }
  ),
  whole("rare-good-1e3", "coverage in the thousands", () => "rare-good:C=1e3,d=4", 0.1, [2, 120]),
  whole(
    "rare-good-1e5",
    "coverage that a search which does not pay for it misses",
    () => "rare-good:C=1e5,d=2",
    0.1,
    [2, 60]
  ),
  ...crossed,
  outcome(
    "prompts-once",
    "prompts that hardly ever come twice",
    (seed) => `random:beta=0.1,d=2,noise=two-point,prompts=1024,responses=3,seed=${seed}`,
    0.08,
    [2, 12]
  ),
  outcome(
    "many-directions",
    "a rare response in the last of many directions",
    () => "rare-good:C=50,d=16",
    0.1,
    [2, 12]
  ),
  outcome("one-round", "a goal so wide that a round or two must do", () => "rare-good:C=10,d=2", 100, [2, 2]),
  outcome("delta-tiny", "next to no chance to fail", () => "rare-good:C=10,d=2", 0.2, [2, 2], { delta: 1e-12 }),
  outcome(
    "wide-table",
    "more responses than 2^16, all enumerated",
    (seed) => `needle:N=262144,d=2,seed=${seed}`,
    0.1,
    [2, 4],
    { about: (algorithm) => algorithm.oracle === "enumeration" }
  ),
  whole("rare-good-budget", "a budget of rewards that is spent", () => "rare-good:C=100,d=2", 0.1, [2, 4], {
    budget: { rewardQueries: 40n }
  }),
  whole(
    "token-chain-64",
    "coverage that grows with the length of a response, whole responses of 64 tokens",
    () => "token-chain:C=1.08,H=64",
    0.05,
    [2, 24]
  ),
  whole("arithmetic", "a transformer's answers, verified", () => "arithmetic:checkpoint=1M,questions=6", 0.1, [2, 12]),
  // Drawn to its end, SpannerSampling's practical search would take minutes.
  whole("corpus", "English, drawn like a language model", () => "corpus", 0.1, [1, 1], {
    ...literal,
    budget: { samplingQueries: 2_000_000n },
    needs: 1
  }),
  token(
    "token-lock-3",
    "a path to be found token by token",
    (seed) => `token-lock:A=3,H=3,seed=${seed}`,
    0.1,
    [2, 120]
  ),
  token(
    "token-bigram-literal",
    "no structure, every token drawn",
    (seed) => `token-bigram:H=3,classes=2,prompts=2,seed=${seed},shares=1`,
    0.03,
    [2, 6],
    literal
  ),
  token("token-chain-1", "a horizon of one token", () => "token-chain:C=1.9,H=1,noise=bernoulli", 0.05, [2, 24]),
  token("token-chain-64", "a horizon of 64 tokens", () => "token-chain:C=1.2,H=64", 0.05, [2, 2]),
  token(
    "token-chain-noisy",
    "a reward for every token, seen through noise",
    () => "token-chain:H=3,noise=bernoulli",
    0.05,
    [2, 24]
  ),
  token(
    "token-lock-budget",
    "a budget of tokens that is spent",
    (seed) => `token-lock:A=4,H=5,seed=${seed}`,
    0.1,
    [2, 4],
    { budget: { samplingQueries: 5000n } }
  ),
  token(
    "token-chain",
    "T2's example: coverage is that of a token to the power of H",
    () => "token-chain:C=1.5,H=6",
    0.1,
    [2, 40],
    literal
  ),
  token("token-budget", "a budget of rewards that is spent", () => "token-chain:C=1.5,H=6", 0.1, [2, 4], {
    ...literal,
    budget: { rewardQueries: 4n }
  })
]

/** A point of an axis where a run ended above its target, as a case: ε a share of R. */
export const missedPoint = (spec: string, epsilon: number): PlannedCase =>
  practically(() => true)(
    `missed-${spec.replace(/[^\w.=]+/g, "-")}-${epsilon}`,
    "runs along an axis ended above their target here",
    () => spec,
    epsilon,
    [2, 60]
  )

/** A point beyond a cap of the learner's parameters, as a case: ε a share of R. */
export const cappedPoint = ({ epsilon, from, of, parameter, spec, turns }: Cap): PlannedCase =>
  practically(() => true)(
    `capped-${parameter}-${of === "1/ε" ? "epsilon" : of}`,
    `its parameter ${parameter} ${turns ? `turns round at ${of} = ${from}` : `is the same from ${of} = ${from} on`}`,
    () => spec,
    epsilon,
    [2, 24]
  )

/** What makes trials of a case again, as options of the command line are named. */
export const replayed = (
  { budget, interpreter, parameters, spec }: PlannedCase,
  {
    delta,
    epsilon,
    seed,
    trial,
    trials
  }: Pick<Goal, "delta" | "epsilon"> & Pick<TrialJob, "seed" | "trial"> & { readonly trials: number }
) => ({
  instance: spec(seed, trial),
  eps: epsilon,
  delta,
  parameters,
  oracle: interpreter,
  seed,
  trials,
  budgetRewards: budget?.rewardQueries,
  budgetSamples: budget?.samplingQueries
})
