/** One live run: an algorithm on the oracles of a source and a verifier gives a record, and what its policy answers. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { Stream } from "../numeric/stream.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { Journal, type JournalShape } from "../oracle/journal.ts"
import type { Budget, BudgetExhausted, LedgerSnapshot } from "../oracle/ledger.ts"
import type { Problem } from "../oracle/services.ts"
import type { TranscriptDigest } from "../oracle/transcript.ts"
import type { SamplerTally } from "../oracle/workbench.ts"
import { requireCount, requirePositive } from "../statistics/domain.ts"
import type { Policy } from "../policy/policy.ts"
import { GrowingRows } from "../numeric/growing-rows.ts"
import type { SpannerRecord } from "../run/run-record.ts"
import { type Account, Answers, type Failures } from "./answers.ts"
import type { DrawJournal } from "./draw-journal.ts"
import { type Evaluation, type EvaluationPlan, evaluatePolicy } from "./evaluation.ts"
import { liveOracles, type LiveServices } from "./live-oracles.ts"
import { type Bought, type BuyingLimits, CallNumbers, type Delivered, type LiveCall, Purchases } from "./purchases.ts"
import type { TextSource } from "./text-source.ts"
import { ChecksFailed, type Verifier } from "./verifier.ts"

/** What learning cost beside what theory counts. */
export interface LiveLedger {
  readonly bought: Bought
  /** Of the draws bought: T_comp is what the algorithm used. */
  readonly used: number
  readonly unused: number
  /** Rewards the module was asked for: fewer than T_data where a response was rewarded twice. */
  readonly verified: number
  /** Distinct responses met. */
  readonly responses: number
}

/** One run on a source of texts: what was learned, what it cost, and what the policy answers. */
export interface LiveRun {
  readonly trial: number
  readonly outcome: "completed" | "budget-exhausted"
  readonly ledger: LedgerSnapshot
  readonly live: LiveLedger
  readonly policy: Policy
  readonly spanner: SpannerRecord
  readonly sampler: SamplerTally
  readonly transcript: TranscriptDigest
  readonly failures: Failures
  /** Absent where none was asked for, or a policy has no weights of responses. */
  readonly evaluation?: Evaluation
}

/** What {@link liveRuns} makes: the same options and draws give the same runs. */
export interface LiveOptions {
  /** Of the weak oracle: a source of texts has no other. */
  readonly algorithm: AnyAlgorithm<OracleServices>
  readonly problem: Problem
  readonly parameters: ParameterRecord
  readonly prompts: ReadonlyArray<string>
  readonly source: TextSource
  readonly verifier: Verifier
  /** How draws are asked for: so many a request, so many requests at once. */
  readonly limits: BuyingLimits
  readonly seed: number
  readonly trials: number
  readonly budget: Budget
  /** How the learned policy's answers are judged, by fresh draws on an account of their own; none where absent. */
  readonly evaluation?: EvaluationPlan | undefined
  /** Where what was paid for is kept, and read again; nowhere where absent. */
  readonly journal?: DrawJournal | undefined
  readonly progress?: (trial: number, phase: string, done: number, total: number) => void
  readonly onRun?: (run: LiveRun) => void
}

/** Every run of a call, and the draws it was delivered, request by request. */
export interface LiveRuns {
  readonly runs: ReadonlyArray<LiveRun>
  readonly delivered: ReadonlyArray<Delivered>
}

/** The problem that a verifier and β > 0 state: d, R, B and Θ, a ball. @throws RangeError for another β */
export const liveProblem = ({ dimension, parameterRadius, rewardRange }: Verifier, beta: number): Problem => {
  requirePositive("beta", beta)
  return { dimension, beta, rewardRange, parameterRadius, parameterSet: { kind: "ball", radius: parameterRadius } }
}

/** What no run could be made of is refused before the first draw is paid for. @throws RangeError */
const requireOptions = ({
  algorithm,
  evaluation,
  limits,
  parameters,
  problem,
  prompts,
  trials,
  verifier
}: LiveOptions): void => {
  const counts = { trials, "limits.batch": limits.batch, "limits.concurrency": limits.concurrency }
  const judged = evaluation === undefined || evaluation.answers === 0 ? {} : { "evaluation.draws": evaluation.draws }
  for (const [what, value] of Object.entries({ ...counts, ...judged, "prompts.length": prompts.length }))
    requireCount(what, value)
  if (evaluation !== undefined && !(Number.isSafeInteger(evaluation.answers) && evaluation.answers >= 0))
    throw new RangeError(`evaluation.answers: ${evaluation.answers}, expected an integer of 0 or more`)
  if (evaluation !== undefined && !Number.isFinite(evaluation.success))
    throw new RangeError(`evaluation.success: ${evaluation.success}, expected a finite number`)
  if (algorithm.oracle !== "weak")
    throw new RangeError(
      `algorithm: ${algorithm.name} (${algorithm.oracle} oracle), expected one of the weak oracle: texts have no other`
    )
  if (problem.dimension !== verifier.dimension)
    throw new RangeError(`problem.dimension: ${problem.dimension}, expected ${verifier.dimension}, the verifier's`)
  if (!Schema.is(algorithm.parameters)(parameters))
    throw new RangeError(`parameters: ${JSON.stringify(parameters)}, expected those of ${algorithm.name}`)
}

const REFERENCE: Policy = { kind: "reference" }

/** Trouble on the way dies through an algorithm, which has no error for it, and is a failure again here. */
const troubles = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | BackendUnavailable | ChecksFailed, R> =>
  Effect.catchDefect(effect, (defect) =>
    defect instanceof BackendUnavailable || defect instanceof ChecksFailed ? Effect.fail(defect) : Effect.die(defect)
  )

/**
 * Runs an algorithm on texts that a source draws and a verifier judges: every trial, one after another. Fails with BackendUnavailable where the source gives no draws, with
 * ChecksFailed where the verifier says what it must not, and dies of a RangeError for options that no run could be made of. Requests are numbered through, so that a journal
 * stands for all trials.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { spannerSampling } from "coverbound"
 * import { checkpoint, embeddedSource, liveProblem, liveRuns, verifier } from "coverbound/lm"
 *
 * const prompts = ["12+7=", "30-4="]
 * const right = verifier({
 *   prompts,
 *   dimension: 2,
 *   parameterRadius: Math.SQRT2,
 *   features: (prompt, response) => prompts.map((one) => (one === prompt && /^\d+$/.test(response) ? Number(response) / 100 : 0)),
 *   reward: (prompt, response) => (response === (prompt === "12+7=" ? "19" : "26") ? 1 : 0)
 * })
 * const problem = liveProblem(right, 0.1)
 * const goal = { epsilon: 0.1, delta: 0.1, coverage: 20 }
 * const { runs } = await Effect.runPromise(
 *   liveRuns({
 *     algorithm: spannerSampling,
 *     problem,
 *     parameters: { ...spannerSampling.practical(problem, goal), prompts: 10, rounds: 4 },
 *     prompts,
 *     source: embeddedSource(checkpoint("1M"), { tokens: 5, stop: [] }),
 *     verifier: right,
 *     limits: { batch: 16, concurrency: 1 },
 *     seed: 1,
 *     trials: 1,
 *     budget: {}
 *   })
 * )
 * console.log(runs[0].outcome, runs[0].ledger.samplingQueries >= runs[0].ledger.rewardQueries) // => completed true
 * ```
 */
export const liveRuns = Effect.fnUntraced(function* (
  options: LiveOptions
): Effect.fn.Return<LiveRuns, BackendUnavailable | ChecksFailed> {
  const { algorithm, budget, evaluation: plan, parameters, problem, prompts } = options
  requireOptions(options)
  const root = Stream.fromSeed(options.seed)
  const delivered: Array<Delivered> = []
  const call: LiveCall = {
    ...options,
    numbers: CallNumbers.of(root),
    journal: options.journal,
    deliver: (one) => delivered.push(one)
  }
  const open = (): Account => ({ purchases: new Purchases(call), answers: new Answers(call) })

  const learn = Effect.fnUntraced(function* (trial: number, stream: Stream) {
    const account = open()
    const { answers, purchases } = account
    const oracles = liveOracles({
      prompts: prompts.length,
      account,
      stream: stream.split("oracle"),
      budget,
      batch: options.limits.batch
    })
    const accepted = new GrowingRows(problem.dimension)
    const notes: JournalShape = {
      checkpoint: () => "continue",
      accepted: (phi) => accepted.push(phi),
      progress: (phase, done, total) => options.progress?.(trial, phase, done, total)
    }
    const program = algorithm.run(problem, parameters) as Effect.Effect<Policy, BudgetExhausted, LiveServices>
    const ended = yield* program.pipe(
      Effect.map((policy) => ({ policy, outcome: "completed" as const })),
      Effect.catchTag("BudgetExhausted", ({ learned }) =>
        Effect.succeed({ policy: learned ?? REFERENCE, outcome: "budget-exhausted" as const })
      ),
      Effect.provideContext(Context.add(oracles.services, Journal, notes)),
      troubles
    )
    const { bought, unused } = purchases
    return {
      trial,
      ...ended,
      ledger: oracles.ledger.snapshot(),
      live: { bought, used: bought.draws - unused, unused, verified: answers.verified, responses: answers.count },
      spanner: { count: accepted.count, accepted: accepted.rows() },
      sampler: { ...oracles.tally },
      transcript: oracles.transcript.digest(),
      failures: answers.failures
    } satisfies LiveRun
  })

  const runs: Array<LiveRun> = []
  for (let trial = 0; trial < options.trials; trial++) {
    const stream = root.split("trial", trial)
    let run: LiveRun = yield* learn(trial, stream)
    if (plan !== undefined && plan.answers > 0 && run.policy.kind !== "token-tilted") {
      const evaluation = yield* evaluatePolicy(run.policy, plan, {
        problem,
        prompts: prompts.length,
        account: open(),
        stream: stream.split("evaluation"),
        progress: (done, total) => options.progress?.(trial, "evaluation", done, total)
      })
      run = { ...run, evaluation }
    }
    runs.push(run)
    options.onRun?.(run)
  }
  return { runs, delivered }
})
