/** From the options of a live audit to a call that is complete: defaults, and refusals before anything is paid for. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { callOf, quoted } from "../../../reports/shell-argument.ts"
import type { AnyAlgorithm, Goal, ParameterRecord } from "../../algorithm/algorithm.ts"
import type { InvalidInstance } from "../../instance/invalid-instance.ts"
import type { CallIdentity } from "../../live/draw-journal.ts"
import type { EvaluationPlan } from "../../live/evaluation.ts"
import { liveProblem } from "../../live/live-run.ts"
import type { Verifier } from "../../live/verifier.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import type { Budget } from "../../oracle/ledger.ts"
import type { Problem } from "../../oracle/services.ts"
import { computationBound } from "../../theorem/t7-spanner-sampling.ts"
import type { AuditCall } from "../audit.ts"
import { budgetOf } from "../audit/audit-plan.ts"
import { chooseParameters } from "../audit/parameters.ts"
import { InvalidCall } from "../invalid-call.ts"
import { namedModule } from "../module/named-module.ts"

export interface LiveCall {
  readonly problem: Problem
  readonly goal: Goal
  readonly parameters: ParameterRecord
  readonly parametersFrom: string
  readonly seed: number
  readonly trials: number
  readonly level: number
  readonly budget: Budget
  readonly evaluation: EvaluationPlan
  readonly target: number | undefined
}

/** Answers of a policy times draws an answer, where the call does not say. */
const EVALUATION_DRAWS = 100_000

/** Draws that a call against a server may set aside without a limit of its own. */
const UNLIMITED = 1_000_000n

/** A file that a call must name. */
export const required = (
  field: string,
  value: Option.Option<string>,
  what: string
): Effect.Effect<string, InvalidCall> =>
  Option.isSome(value) ? Effect.succeed(value.value) : Effect.fail(InvalidCall.missing(field, what))

/** The module of checks: a file, and its digest. */
export const checksFile = Effect.fnUntraced(function* (
  asked: string
): Effect.fn.Return<{ readonly asked: string; readonly path: string; readonly digest: string }, InvalidCall> {
  const named = yield* namedModule(asked, "--checks", "a module that exports checks and reward")
  if (named?.path === undefined)
    return yield* InvalidCall.named("--checks", asked, "a file, such as ./checks.ts, that exports checks and reward")
  const digest = createHash("sha256").update(readFileSync(named.path)).digest("hex")
  return { asked, path: named.path, digest }
})

/** Draws that parameters set aside at most; undefined where nobody knows. */
const setAside = (p: ParameterRecord): bigint | undefined => {
  if (["prompts", "pairsPerPrompt", "rounds", "promise", "rejectionLevel"].every((name) => p[name] > 0))
    return computationBound(p)
  if (p["draws"] > 0 && p["rounds"] > 0) return BigInt(Math.ceil(p["rounds"])) * BigInt(Math.ceil(p["draws"]) + 1)
  return p["pairs"] > 0 ? 2n * BigInt(Math.ceil(p["pairs"])) : undefined
}

/** The promise C that a learner is told: nobody can compute it of a model that is only sampled. */
const promised = (
  { coverage }: AuditCall,
  algorithm: AnyAlgorithm<OracleServices>
): Effect.Effect<number, InvalidCall> =>
  Option.isSome(coverage)
    ? Effect.succeed(coverage.value)
    : Effect.fail(
        InvalidCall.missing(
          "--coverage",
          `the C_cov that ${algorithm.name} is promised (coverbound coverage --server bounds it from below)`
        )
      )

export const completeCall = Effect.fnUntraced(function* (
  options: AuditCall,
  algorithm: AnyAlgorithm<OracleServices>,
  verifier: Verifier
): Effect.fn.Return<LiveCall, InvalidCall | InvalidInstance> {
  if (algorithm.oracle !== "weak")
    return yield* new InvalidCall({
      field: "algorithm",
      value: algorithm.name,
      expectation: `one that draws from the base model alone: ${algorithm.oracle === "token" ? "tokens at a prefix" : `its ${algorithm.oracle} oracle`} cannot be had of a source of texts`
    })
  const R = verifier.rewardRange
  const problem = liveProblem(verifier, R * options.beta)
  const goal: Goal = {
    epsilon: Option.getOrElse(options.eps, () => 0.1 * R),
    delta: Option.getOrElse(options.delta, () => 0.02),
    coverage: yield* promised(options, algorithm)
  }
  const { origin, parameters } = yield* chooseParameters(
    Option.getOrUndefined(options.parameters),
    "practical",
    algorithm,
    problem,
    goal
  )
  const budget = budgetOf(options) ?? {}
  const most = setAside(parameters)
  if (Option.isSome(options.server) && budget.samplingQueries === undefined && (most === undefined || most > UNLIMITED))
    return yield* InvalidCall.missing(
      "--budget-samples",
      `a limit on draws that are paid for: ${origin} parameters set aside ${most === undefined ? "nobody knows how many" : `up to ${most}`} (or fewer, as in --parameters practical,rounds=20)`
    )
  const draws = Option.getOrElse(options.answerDraws, () => Math.ceil(4 * goal.coverage))
  const usual = Math.max(10, Math.min(100, Math.floor(EVALUATION_DRAWS / draws)))
  const { level } = options
  return {
    problem,
    goal,
    parameters,
    parametersFrom: origin,
    seed: Option.getOrElse(options.seed, () => 1),
    trials: Option.getOrElse(options.trials, () => 1),
    level,
    budget,
    evaluation: {
      answers: Option.getOrElse(options.answers, () => usual),
      draws,
      success: R * options.success,
      level
    },
    target: Option.getOrUndefined(options.target)
  }
})

/** The call that makes a record again: whatever changes what it holds. How fast, and where to, is another matter. */
export const commandOf = (options: AuditCall, algorithm: string, call: LiveCall): string => {
  const asked = Option.getOrUndefined
  const { price } = options
  const stops = options.stop.map((text) => ` --stop ${quoted(text.replaceAll("\n", "\\n").replaceAll("\t", "\\t"))}`)
  return `${callOf(`audit ${quoted(Option.getOrElse(options.algorithm, () => algorithm))}`, {
    server: asked(options.server),
    embedded: asked(options.embedded),
    model: asked(options.model),
    chat: options.chat,
    prompts: asked(options.prompts),
    checks: asked(options.checks),
    coverage: call.goal.coverage,
    eps: asked(options.eps),
    delta: asked(options.delta),
    beta: options.beta === 0.1 ? undefined : options.beta,
    parameters: call.parametersFrom,
    "budget-rewards": call.budget.rewardQueries,
    "budget-samples": call.budget.samplingQueries,
    target: call.target,
    success: options.success === 1 ? undefined : options.success,
    answers: call.evaluation.answers,
    "answer-draws": call.evaluation.draws,
    price: Option.isSome(price) ? `${price.value.prompt},${price.value.completion}` : undefined,
    "max-tokens": options.maxTokens,
    batch: asked(options.batch),
    trials: call.trials,
    seed: call.seed,
    level: call.level
  })}${stops.join("")}`
}

/** What makes two calls the same: a journal of one serves the other. How many trials, how fast and at which level they are judged does not. */
export const identityOf = (
  algorithm: { readonly name: string; readonly digest: string },
  source: CallIdentity,
  files: { readonly prompts: string; readonly checks: string },
  { budget, evaluation, goal, parameters, problem, seed }: LiveCall
): CallIdentity => ({
  algorithm: algorithm.name,
  module: algorithm.digest,
  ...source,
  ...files,
  parameters: JSON.stringify(parameters),
  goal: JSON.stringify(goal),
  beta: problem.beta,
  seed,
  budgetRewards: `${budget.rewardQueries ?? "none"}`,
  budgetSamples: `${budget.samplingQueries ?? "none"}`,
  answers: evaluation.answers,
  answerDraws: evaluation.draws
})
