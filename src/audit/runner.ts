/**
 * Who makes the trials of an audit: the algorithm in this process, or (cli/) in another one that may be killed. The plan knows only this.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { AnyAlgorithm, Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { NotFinished } from "../oracle/not-finished.ts"
import type { Problem } from "../oracle/services.ts"
import { accounting } from "../law/accounting-law.ts"
import { onlyHeld } from "../law/oracle-laws.ts"
import { candidateOf, observe } from "../law/candidate.ts"
import { firstBroken } from "../law/law.ts"
import { runTrial } from "../run/run-trial.ts"
import { canonicalText } from "../run/trial-unit.ts"
import { SearchBackend, type SearchChoice } from "../search/session-search.ts"
import { type Unit, Workshop } from "../work/workshop.ts"
import { DRAWS_PER_UNIT, TRIAL_WORK } from "../run/work.ts"
import { acceptedParameters } from "../run/accepted-parameters.ts"
import type { RunRecord } from "../run/run-record.ts"
import { type Ground, groundOf } from "../run/sweep.ts"
import { checks } from "../verify/checks.ts"
import { type CheckResult, verify } from "../verify/verify.ts"
import { guarded } from "./guard.ts"
import { type Failure, failureOf, oneLine, type ParameterChoice, type TrialJob, type TrialOutcome } from "./outcome.ts"

/** What an algorithm says of itself. */
export interface AlgorithmDescription extends Pick<
  AnyAlgorithm<never>,
  "bounds" | "claims" | "module" | "name" | "oracle" | "proper" | "summary"
> {}

export interface LawsJob {
  /** Checks of `verify` to make, by id. */
  readonly ids: ReadonlyArray<string>
  readonly seed: number
  /** Level of all checks of the suite together, this algorithm's and others'. */
  readonly level: number
  /** Work after which no more is begun, in units of BUDGET_UNIT. */
  readonly budget?: number
  /** Stop at the first refutation. */
  readonly untilRefuted?: boolean
  /** SPEC of the only instance that laws of runs are held on. Default: the laws' own. */
  readonly spec?: string
}

export interface LawsOutcome {
  readonly results: ReadonlyArray<CheckResult>
  /** Laws that the algorithm's process did not survive. */
  readonly failures: ReadonlyArray<{ readonly id: string; readonly failure: Failure }>
  /** Laws under which its process made no progress: why they are not finished. */
  readonly unfinished: ReadonlyArray<{ readonly id: string; readonly why: string }>
  /** Units that they took (src/run/work.ts). */
  readonly work: number
}

/** The parameters of a run; or why there are none: counts that no run can make, or the algorithm's own failure. */
export type ChosenParameters =
  | { readonly parameters: ParameterRecord }
  | { readonly skipped: string }
  | { readonly failure: Failure }

export interface Runner {
  readonly description: AlgorithmDescription
  /** The parameters that the algorithm sets itself for a goal on an instance. */
  readonly parameters: (choice: ParameterChoice, spec: string, goal: Goal) => Effect.Effect<ChosenParameters>
  readonly trial: (job: TrialJob) => Effect.Effect<TrialOutcome>
  /** Says which trials will be asked for, where other threads may make them; gives what calls that off. */
  readonly ahead?: (jobs: Iterable<TrialJob>) => Effect.Effect<() => void>
  /** `progress` is called with the law at hand. */
  readonly laws: (job: LawsJob, progress: (id: string) => void) => Effect.Effect<LawsOutcome>
  /** Makes a trial again, recorded: the first answer that was not charged what it owes or used without being held; undefined when all were fair. */
  readonly whereToLook: (job: TrialJob) => Effect.Effect<string | undefined>
}

/** What the parts of an audit make runs with. */
export interface Making {
  readonly runner: Runner
  /** The instance of a SPEC. */
  readonly resolve: (spec: string) => Instance
  readonly seed: number
  /** Whether the budget is spent. */
  readonly over: () => boolean
}

/** Has a runner's threads make trials beforehand, as far as it has any; gives what calls that off. */
export const announced = (runner: Runner, jobs: Iterable<TrialJob>): Effect.Effect<() => void> =>
  runner.ahead?.(jobs) ?? Effect.succeed(() => {})

/** What an algorithm says of itself, copied. */
export const describeAlgorithm = ({
  name,
  summary,
  proper,
  oracle,
  claims,
  bounds
}: AnyAlgorithm<OracleServices>): AlgorithmDescription => ({
  name,
  summary,
  proper,
  oracle,
  claims: [...claims],
  ...(bounds === undefined ? {} : { bounds: { ...bounds } })
})

/** The parameters that an algorithm sets itself, or takes. */
export const chosenParameters = (
  algorithm: AnyAlgorithm<OracleServices>,
  choice: ParameterChoice,
  problem: Problem,
  goal: Goal
): ChosenParameters => {
  let value: unknown = choice
  if (typeof choice === "string") {
    try {
      const own = choice === "theory" ? "fromTheory" : "practical"
      value = algorithm[own](Object.freeze({ ...problem }), Object.freeze({ ...goal }))
    } catch (error) {
      // Theory may ask for counts past 2⁵³, and says so with a RangeError.
      return error instanceof RangeError && choice === "theory"
        ? { skipped: oneLine(error.message) }
        : { failure: failureOf(error) }
    }
  }
  const taken = acceptedParameters(algorithm, value)
  if (Result.isSuccess(taken)) return { parameters: taken.success }
  const { message } = taken.failure
  return {
    failure: { kind: "parameters", note: oneLine(typeof choice === "string" ? `${choice} ${message}` : message) }
  }
}

export interface InProcessOptions {
  /** The instance of a SPEC. */
  readonly resolve: (spec: string) => Instance
  /** Oracle calls (one may stand for many queries) after which a trial is given up. Default 10⁶ at a learner's practical parameters; 10⁷ at theory's, or at any that were asked for. */
  readonly callsPerTrial?: number
  /** Literal draws after which it is. Default 10⁹. */
  readonly literalDraws?: bigint
  /** Called between the laws' trials and calls: a sign of life. */
  readonly onWork?: () => void
  /** Called before every oracle call with its name. */
  readonly onCall?: (operation: string) => void
  /** Name by which other threads find the algorithm. Default: they do not, and trials are made in this one. */
  readonly named?: string
  /** True where its program is in another process: what arrives from there was held to its shapes, and what it is answered is a copy. Default false. */
  readonly remote?: boolean
  /** The parameters that it sets itself, or takes, where its program is elsewhere. */
  readonly parameters?: (choice: ParameterChoice, problem: Problem, goal: Goal) => ChosenParameters
}

const CALLS_PER_TRIAL = { practical: 1_000_000, asked: 10_000_000 } as const
const LITERAL_DRAWS = 1_000_000_000n

/** A run's record with the budget that was asked for: the limit on literal draws is the audit's. */
const asBudgeted = (record: RunRecord, budget: TrialJob["budget"]): RunRecord => ({ ...record, budget: budget ?? {} })

export const AUDIT_TRIAL = "audit-trial"

/** Makes trials of audits in a thread. @param algorithm of a name @param resolve the instance of a SPEC */
export const auditTrialMaker = (
  algorithm: (name: string) => AnyAlgorithm<OracleServices>,
  resolve: (spec: string) => Instance
) => {
  const runners = new Map<string, Runner>()
  return (data: unknown): Effect.Effect<TrialOutcome> =>
    Effect.suspend(() => {
      const { job, limits, named, searches } = data as {
        readonly job: TrialJob
        readonly limits: Pick<InProcessOptions, "callsPerTrial" | "literalDraws">
        readonly named: string
        readonly searches: SearchChoice
      }
      const key = canonicalText({ named, limits })
      const runner = runners.get(key) ?? inProcessRunner(algorithm(named), { resolve, ...limits })
      runners.set(key, runner)
      return Effect.provideService(runner.trial(job), SearchBackend, searches)
    })
}

/** Runs an algorithm in this process, guarded; where it has a name and there is a {@link Workshop}, in its threads. */
export const inProcessRunner = (
  algorithm: AnyAlgorithm<OracleServices>,
  {
    resolve,
    callsPerTrial,
    literalDraws = LITERAL_DRAWS,
    onWork = () => {},
    onCall = () => {},
    named,
    remote = false,
    parameters: chosen = (choice, problem, goal) => chosenParameters(algorithm, choice, problem, goal)
  }: InProcessOptions
): Runner => {
  let known: Ground | undefined
  let knownSpec: string | undefined
  /** The last instance is kept: trials come in runs of one. */
  const groundFor = (spec: string): Ground => {
    if (known === undefined || knownSpec !== spec) known = groundOf(resolve(spec))
    knownSpec = spec
    return known
  }

  const parametersOn = (choice: ParameterChoice, { problem }: Ground, goal: Goal): ChosenParameters => {
    try {
      return chosen(choice, problem, goal)
    } catch (error) {
      return { failure: failureOf(error) }
    }
  }

  /** The algorithm under guard, the calls that it has made, and the handles that it asked for. */
  const limited = (choice: ParameterChoice) => {
    const most = callsPerTrial ?? CALLS_PER_TRIAL[choice === "practical" ? "practical" : "asked"]
    let [calls, handles] = [0, 0]
    const guard = guarded(algorithm, {
      remote,
      onCall: (operation, asked) => {
        onCall(operation)
        handles += asked
        if (++calls > most) throw new NotFinished(`made more than ${most} oracle calls`)
      }
    })
    return { guard, calls: () => calls, handles: () => handles }
  }

  /** A literal run is held to a number of draws that can be made. */
  const payable = ({ budget, interpreter }: TrialJob): TrialJob["budget"] => {
    const asked = budget?.samplingQueries
    return interpreter === "literal" && (asked === undefined || asked > literalDraws)
      ? { ...budget, samplingQueries: literalDraws }
      : budget
  }

  const here = Effect.fnUntraced(function* (job: TrialJob): Effect.fn.Return<TrialOutcome> {
    const ground = groundFor(job.spec)
    const { best, digest, instance } = ground
    const { budget: asked, parameters: choice, goal, spec: _, ...rest } = job
    const sized = parametersOn(choice, ground, goal)
    if ("skipped" in sized) return { kind: "skipped", why: sized.skipped, work: TRIAL_WORK }
    if ("failure" in sized) return { kind: "failed", failure: sized.failure, work: TRIAL_WORK }
    const budget = payable(job)
    const { calls, guard, handles } = limited(choice)
    const exit = yield* Effect.exit(
      Effect.suspend(() =>
        runTrial({
          ...rest,
          ...(budget === undefined ? {} : { budget }),
          algorithm: guard,
          instance,
          digest,
          best,
          parameters: sized.parameters
        })
      )
    )
    if (Exit.isSuccess(exit)) {
      const record = exit.value
      const drawn = record.ledger.samplingQueries
      const work = TRIAL_WORK + calls() + (job.interpreter === "literal" ? Number(drawn) / DRAWS_PER_UNIT : 0)
      return budget !== asked && record.outcome === "budget-exhausted" && drawn >= literalDraws
        ? { kind: "unfinished", why: `made ${literalDraws} literal draws and was not at its end`, work }
        : { kind: "finished", record: asBudgeted(record, asked), work, handles: handles() }
    }
    const error = Cause.squash(exit.cause)
    const work = TRIAL_WORK + calls()
    return error instanceof NotFinished
      ? { kind: "unfinished", why: error.message, work }
      : { kind: "failed", failure: failureOf(error), work }
  })

  const unit = (job: TrialJob, searches: SearchChoice): Unit => {
    const limits = { ...(callsPerTrial === undefined ? {} : { callsPerTrial }), literalDraws }
    const { batch: _, ...says } = job
    return {
      kind: AUDIT_TRIAL,
      key: canonicalText({ kind: AUDIT_TRIAL, named, ...limits, ...says }),
      data: { named, job, limits, searches },
      group: job.spec
    }
  }

  const trial = Effect.fnUntraced(function* (job: TrialJob): Effect.fn.Return<TrialOutcome> {
    const workshop = named === undefined ? undefined : yield* Workshop
    if (workshop === undefined) return yield* here(job)
    return (yield* workshop.make(unit(job, yield* SearchBackend))) as TrialOutcome
  })

  const ahead = Effect.fnUntraced(function* (jobs: Iterable<TrialJob>) {
    const workshop = named === undefined ? undefined : yield* Workshop
    const searches = yield* SearchBackend
    const callOff = workshop?.ahead(
      (function* () {
        for (const job of jobs) yield unit(job, searches)
      })()
    )
    return () => callOff?.()
  })

  const laws = Effect.fnUntraced(function* (
    job: LawsJob,
    progress: (id: string) => void
  ): Effect.fn.Return<LawsOutcome> {
    const { results, work } = yield* verify({
      candidate: candidateOf(guarded(algorithm, { onCall, remote })),
      checks,
      ...(named === undefined ? {} : { named: { kind: "guarded", name: named } }),
      select: job.ids,
      of: ["algorithm"],
      seed: job.seed,
      level: job.level,
      untilRefuted: job.untilRefuted === true,
      ...(job.spec === undefined ? {} : { instance: groundFor(job.spec).instance }),
      ...(job.budget === undefined ? {} : { budget: job.budget }),
      onWork,
      progress: (_done, _total, id) => progress(id)
    })
    return { results, failures: [], unfinished: [], work }
  })

  const whereToLook = Effect.fnUntraced(function* (job: TrialJob) {
    const ground = groundFor(job.spec)
    const sized = parametersOn(job.parameters, ground, job.goal)
    if (!("parameters" in sized)) return undefined
    const { interpreter, seed, trial, budget } = job
    const run = yield* Effect.exit(
      observe(candidateOf(limited(job.parameters).guard), {
        instance: ground.instance,
        parameters: sized.parameters,
        interpreter,
        seed,
        trial,
        ...(budget === undefined ? {} : { budget })
      })
    )
    if (!Exit.isSuccess(run)) return undefined
    return firstBroken([...accounting(run.value), ...onlyHeld(run.value)])?.what
  })

  const parameters = (choice: ParameterChoice, spec: string, goal: Goal) =>
    Effect.sync(() => parametersOn(choice, groundFor(spec), goal))

  return { description: describeAlgorithm(algorithm), parameters, trial, ahead, laws, whereToLook }
}
