/** From the options of `coverbound audit` to a plan: defaults that depend on the instance, and refusals before anything runs. */
import { createHash, randomInt } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AnyAlgorithm, Goal, ParameterRecord } from "../../algorithm/algorithm.ts"
import { algorithms } from "../../algorithm/registry.ts"
import type { AuditPlan } from "../../audit/audit.ts"
import { conditionalCoverageOf } from "../../run/goal.ts"
import { instanceDigest } from "../../instance/digest.ts"
import type { Instance } from "../../instance/instance.ts"
import { type InvalidInstance, shown } from "../../instance/invalid-instance.ts"
import { suggestion } from "../../instance/nearest-name.ts"
import { EXACT_LAW_LIMIT } from "../../oracle/exact-law.ts"
import { type Interpreter, type OracleServices, problemOf } from "../../oracle/interpreter.ts"
import type { Budget } from "../../oracle/ledger.ts"
import type { Problem } from "../../oracle/services.ts"
import { given } from "../../run/given.ts"
import { widestSegment } from "../../numeric/segments.ts"
import { usualInterpreter } from "../../run/usual-interpreter.ts"
import { TABLE_LIMIT } from "../../search/pass-cache.ts"
import { optimum } from "../../policy/optimum.ts"
import { theorems } from "../../theorem/registry.ts"
import type { AuditCall } from "../audit.ts"
import { stopsAtOnce } from "../stops-at-once.ts"
import { InvalidCall } from "../invalid-call.ts"
import { chosen } from "../options.ts"
import { loadInstance } from "../load-instance.ts"
import { isQuick } from "./draw-warning.ts"
import { chooseParameters } from "./parameters.ts"

export interface ChosenPlan {
  readonly plan: AuditPlan
  /** The instance as the call named it. */
  readonly asked: string
  /** Where the parameters came from. */
  readonly parametersFrom: string
  /** Whether the coverage told to the algorithm is the instance's exact C_cov. */
  readonly exactCoverage: boolean
  /** A folder name for this call: equal for equal plans, different for different ones. */
  readonly slug: string
}

/** Seeds nobody guesses: all instances and draws of a module's audit come of one. Its trials have some of their own, a thousand times as large. */
const MOST_SEED = 2 ** 40
export const secretSeed = (): number => randomInt(MOST_SEED)

/** The algorithm of a name. */
export const algorithmNamed = (
  name: Option.Option<string>
): Effect.Effect<AnyAlgorithm<OracleServices>, InvalidCall> => {
  const names = algorithms.map((one) => one.name)
  const text = Option.getOrElse(name, () => "")
  const found = algorithms.find((one) => one.name === text)
  return found === undefined
    ? Effect.fail(
        new InvalidCall({
          field: "algorithm",
          value: Option.isNone(name) ? "missing" : shown(text),
          expectation: `one of ${names.join(", ")}, or a module such as ./my-variant.ts${suggestion(text, names)}`
        })
      )
    : Effect.succeed(found)
}

const interpreterFor = (asked: Option.Option<Interpreter>, widest: number): Effect.Effect<Interpreter, InvalidCall> => {
  const possible = widest <= EXACT_LAW_LIMIT
  const chosen = Option.getOrElse(asked, () => usualInterpreter(widest))
  return chosen === "exact-law" && !possible
    ? Effect.fail(
        new InvalidCall({
          field: "--oracle",
          value: "exact-law",
          expectation: `literal, since a prompt has ${widest} response classes (exact-law takes ${EXACT_LAW_LIMIT})`
        })
      )
    : Effect.succeed(chosen)
}

/** A name for a folder of runs: the algorithm, the family or file, and what tells them from others. */
export const runName = (algorithm: string, spec: string, hash: string): string => {
  const family = spec
    .split(":")[0]
    .replace(/^.*[/\\]/, "")
    .replace(/\.json$/i, "")
  return `${algorithm}-${family.replace(/[^\w.-]+/g, "-").slice(0, 40)}-${hash}`
}

const slugOf = (plan: Omit<AuditPlan, "slug">): string => {
  const { algorithm, digest, parameters, goal, interpreter, seed, trials, level, budget } = plan
  const identity = JSON.stringify(
    [algorithm.name, digest, parameters, goal, interpreter, seed, trials, level, budget ?? {}],
    (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)
  )
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, 8)
  return runName(algorithm.name, plan.instance.spec, hash)
}

/** Where an algorithm will run, and what is asked of it. */
export interface Setting {
  /** The instance as the call named it. */
  readonly asked: string
  readonly instance: Instance
  readonly goal: Goal
}

/** The instance of a call, and the goal on it. */
export const chooseSetting = Effect.fnUntraced(function* (
  options: AuditCall
): Effect.fn.Return<Setting, InvalidCall | InvalidInstance> {
  const asked = Option.getOrElse(options.instance, () => "rare-good:C=1e4,d=2")
  const instance = yield* loadInstance(asked)
  const problem = problemOf(instance)
  const best = stopsAtOnce(() => optimum(instance.exact))
  const goal: Goal = {
    epsilon: Option.getOrElse(options.eps, () => 0.1 * problem.rewardRange),
    delta: Option.getOrElse(options.delta, () => 0.02),
    coverage: Option.getOrElse(options.coverage, () => best.coverage),
    ...conditionalCoverageOf(instance)
  }
  return { asked, instance, goal }
})

/** Theory's parameters; none where they are past all counting, which is then said of them. */
const theoryOf = (algorithm: AnyAlgorithm<OracleServices>, problem: Problem, goal: Goal) =>
  Effect.map(Effect.option(chooseParameters("theory", "theory", algorithm, problem, goal)), (chosen): ParameterRecord =>
    Option.isSome(chosen) ? chosen.value.parameters : {}
  )

/** The limits of a call; undefined where it has none. */
export const budgetOf = ({ budgetRewards, budgetSamples }: AuditCall): Budget | undefined => {
  const budget = chosen({ rewardQueries: budgetRewards, samplingQueries: budgetSamples })
  return Object.keys(budget).length === 0 ? undefined : budget
}

/** Chooses everything a call leaves open. */
export const choosePlan = Effect.fnUntraced(function* (
  options: AuditCall,
  algorithm: AnyAlgorithm<OracleServices>,
  { asked, goal, instance }: Setting
): Effect.fn.Return<ChosenPlan, InvalidCall | InvalidInstance> {
  if (algorithm.oracle === "token" && instance.tokens === undefined)
    return yield* InvalidCall.named(
      "--instance",
      asked,
      `an instance with tokens (token-chain, token-lock, token-bigram, corpus), since ${algorithm.name} draws token by token`
    )
  const problem = problemOf(instance)
  const widest = widestSegment(instance.exact.offsets)
  const interpreter = yield* interpreterFor(options.oracle, widest)
  // Theory's own constants ask for 10⁵ rounds and more: for algorithms that claim something of them, where a round is cheap and nothing is drawn literally.
  const promising = theorems.some((one) => one.nature === "probabilistic" && algorithm.claims.includes(one.id))
  const trials = Option.getOrElse(options.trials, () => 3)
  const fallback =
    promising &&
    interpreter === "exact-law" &&
    widest <= TABLE_LIMIT &&
    isQuick(yield* theoryOf(algorithm, problem, goal), instance, trials)
      ? "theory"
      : "practical"
  const { origin, parameters } = yield* chooseParameters(
    Option.getOrUndefined(options.parameters),
    fallback,
    algorithm,
    problem,
    goal
  )
  const plan: AuditPlan = {
    algorithm,
    instance,
    digest: stopsAtOnce(() => instanceDigest(instance)),
    parameters,
    goal,
    interpreter,
    seed: Option.getOrElse(options.seed, () => 1),
    trials,
    level: options.level,
    ...given({ budget: budgetOf(options) }),
    ...chosen({ batch: options.batch })
  }
  return {
    plan,
    asked,
    parametersFrom: origin,
    exactCoverage: Option.isNone(options.coverage),
    slug: slugOf(plan)
  }
})
