/**
 * Who makes the trials of an audit: the algorithm in this process, or (cli/) in another one that may be killed. The plan knows only this.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { AnyAlgorithm, Goal, OwnBounds, ParameterRecord } from "../algorithm/algorithm.ts"
import { instanceDigest } from "../instance/digest.ts"
import type { Instance } from "../instance/instance.ts"
import { InvalidInstance } from "../instance/invalid-instance.ts"
import { firstProblem } from "../instance/schema-problem.ts"
import { type OracleServices, problemOf } from "../oracle/interpreter.ts"
import type { Problem } from "../oracle/services.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import { accounting } from "../law/accounting-law.ts"
import { onlyHeld } from "../law/oracle-laws.ts"
import { candidateOf, observe } from "../law/candidate.ts"
import { firstBroken } from "../law/law.ts"
import { runTrial } from "../run/run-trial.ts"
import { canonicalText } from "../run/trial-unit.ts"
import { SearchBackend, type SearchChoice } from "../search/session-search.ts"
import { type Unit, type UnitContext, Workshop } from "../work/workshop.ts"
import { checks } from "../verify/checks.ts"
import { type CheckResult, verify } from "../verify/verify.ts"
import { guarded } from "./guard.ts"
import {
  type Failure,
  failureOf,
  GivenUp,
  oneLine,
  type ParameterChoice,
  type TrialJob,
  type TrialOutcome
} from "./outcome.ts"

/** What an algorithm says of itself. */
export interface AlgorithmDescription {
  readonly name: string
  readonly summary: string
  readonly proper: boolean
  readonly oracle: AnyAlgorithm<never>["oracle"]
  readonly claims: ReadonlyArray<string>
  readonly bounds?: OwnBounds
}

export interface LawsJob {
  /** Checks of `verify` to make, by id. */
  readonly ids: ReadonlyArray<string>
  readonly seed: number
  /** Level of all checks of the suite together, this algorithm's and others'. */
  readonly level: number
  /** Seconds after which no more work is begun. */
  readonly seconds?: number
  /** Stop at the first refutation. */
  readonly untilRefuted?: boolean
}

export interface LawsOutcome {
  readonly results: ReadonlyArray<CheckResult>
  /** Laws that the algorithm's process did not survive. */
  readonly failures: ReadonlyArray<{ readonly id: string; readonly failure: Failure }>
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
  /** `progress` is called with the law at hand, again and again while trials are made. */
  readonly laws: (job: LawsJob, progress: (id: string) => void) => Effect.Effect<LawsOutcome>
  /** Makes a trial again, recorded: the first answer that was not charged what it owes or used without being held; undefined when all were fair. */
  readonly whereToLook: (job: TrialJob) => Effect.Effect<string | undefined>
}

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
      value =
        choice === "theory"
          ? algorithm.fromTheory(Object.freeze({ ...problem }), Object.freeze({ ...goal }))
          : algorithm.practical(Object.freeze({ ...problem }), Object.freeze({ ...goal }))
    } catch (error) {
      // Theory may ask for counts past 2⁵³, and says so with a RangeError.
      return error instanceof RangeError && choice === "theory"
        ? { skipped: oneLine(error.message) }
        : { failure: failureOf(error) }
    }
  }
  const decoded = Schema.decodeUnknownResult(algorithm.parameters)(value)
  if (Result.isSuccess(decoded)) return { parameters: decoded.success as ParameterRecord }
  const { field, value: found, expectation } = firstProblem(decoded.failure.issue, value)
  const name = typeof choice === "string" ? `${choice} parameters` : "parameters"
  const { message } = new InvalidInstance({ field, value: found, expectation })
  return { failure: { kind: "parameters", note: oneLine(`${name}: ${message}`) } }
}

interface Known {
  readonly spec: string
  readonly instance: Instance
  readonly digest: string
  readonly best: Optimum
}

export interface InProcessOptions {
  /** The instance of a SPEC. */
  readonly resolve: (spec: string) => Instance
  /** Oracle calls (one may stand for many queries) after which a trial is given up. Default 10⁶. */
  readonly callsPerTrial?: number
  /** Seconds after which a trial that asks its oracles is given up. Default: none, so that a seed says everything. */
  readonly secondsPerTrial?: number
  /** Milliseconds from any origin. */
  readonly now?: () => number
  /** Milliseconds that count against `secondsPerTrial`. Default `now`; processor time, where others use the machine too. */
  readonly clock?: () => number
  /** Called before every oracle call with its name. */
  readonly onCall?: (operation: string) => void
  /** Name by which other threads find the algorithm. Default: they do not, and trials are made in this one. */
  readonly named?: string
  /** True where its program is in another process: what arrives from there was held to its shapes, and what it is answered is a copy. Default false. */
  readonly remote?: boolean
  /** The parameters that it sets itself, or takes, where its program is elsewhere. */
  readonly parameters?: (choice: ParameterChoice, problem: Problem, goal: Goal) => ChosenParameters
}

const CALLS_PER_TRIAL = 1_000_000
/** Milliseconds between signs of life under a law. */
const BEAT_MS = 200
/** Oracle calls between looks at the clock. */
const CALLS_PER_LOOK = 8

export const AUDIT_TRIAL = "audit-trial"

/** Makes trials of audits in a thread. @param algorithm of a name @param resolve the instance of a SPEC */
export const auditTrialMaker = (
  algorithm: (name: string) => AnyAlgorithm<OracleServices>,
  resolve: (spec: string) => Instance
) => {
  const runners = new Map<string, Runner>()
  return (data: unknown, context: UnitContext): Effect.Effect<TrialOutcome> =>
    Effect.suspend(() => {
      const { job, limits, named, searches } = data as {
        readonly job: TrialJob
        readonly limits: Pick<InProcessOptions, "callsPerTrial" | "secondsPerTrial">
        readonly named: string
        readonly searches: SearchChoice
      }
      const key = canonicalText({ named, limits })
      const runner = runners.get(key) ?? inProcessRunner(algorithm(named), { resolve, ...limits })
      runners.set(key, runner)
      return runner.trial(job).pipe(
        // Given up by the clock, it may be.
        Effect.tap(({ kind }) => Effect.sync(() => kind === "skipped" && context.fleeting())),
        Effect.provideService(SearchBackend, searches)
      )
    })
}

/** Runs an algorithm in this process, guarded; where it has a name and there is a {@link Workshop}, in its threads. */
export const inProcessRunner = (
  algorithm: AnyAlgorithm<OracleServices>,
  {
    resolve,
    callsPerTrial = CALLS_PER_TRIAL,
    secondsPerTrial = Infinity,
    now = () => performance.now(),
    clock = now,
    onCall = () => {},
    named,
    remote = false,
    parameters: chosen = (choice, problem, goal) => chosenParameters(algorithm, choice, problem, goal)
  }: InProcessOptions
): Runner => {
  let known: Known | undefined
  /** The last instance is kept: trials come in runs of one. */
  const instanceOf = (spec: string): Known => {
    if (known?.spec === spec) return known
    const instance = resolve(spec)
    known = { spec, instance, digest: instanceDigest(instance), best: optimum(instance.exact) }
    return known
  }

  const parametersOn = (choice: ParameterChoice, instance: Instance, goal: Goal): ChosenParameters => {
    try {
      return chosen(choice, problemOf(instance), goal)
    } catch (error) {
      return { failure: failureOf(error) }
    }
  }

  const limited = (): AnyAlgorithm<OracleServices> => {
    let calls = 0
    const start = clock()
    return guarded(algorithm, {
      remote,
      onCall: (operation) => {
        onCall(operation)
        if (++calls > callsPerTrial) throw new GivenUp(`made more than ${callsPerTrial} oracle calls`)
        if (calls % CALLS_PER_LOOK === 0 && clock() - start > 1000 * secondsPerTrial)
          throw new GivenUp(`still asking its oracles after ${secondsPerTrial} s (${calls} calls)`)
      }
    })
  }

  const here = Effect.fnUntraced(function* (job: TrialJob): Effect.fn.Return<TrialOutcome> {
    const { best, digest, instance } = instanceOf(job.spec)
    const { parameters: choice, goal, spec: _, ...rest } = job
    const sized = parametersOn(choice, instance, goal)
    if ("skipped" in sized) return { kind: "skipped", why: sized.skipped }
    if ("failure" in sized) return { kind: "failed", failure: sized.failure }
    const exit = yield* Effect.exit(
      Effect.suspend(() =>
        runTrial({ ...rest, algorithm: limited(), instance, digest, best, parameters: sized.parameters })
      )
    )
    if (Exit.isSuccess(exit)) return { kind: "finished", record: exit.value }
    const error = Cause.squash(exit.cause)
    return error instanceof GivenUp
      ? { kind: "skipped", why: error.message }
      : { kind: "failed", failure: failureOf(error) }
  })

  const unit = (job: TrialJob, searches: SearchChoice): Unit => {
    const limits = { callsPerTrial, ...(secondsPerTrial === Infinity ? {} : { secondsPerTrial }) }
    const { batch: _, ...says } = job
    return {
      kind: AUDIT_TRIAL,
      key: canonicalText({ kind: AUDIT_TRIAL, named, callsPerTrial, ...says }),
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
    let [current, last] = ["", now()]
    const { results } = yield* verify({
      candidate: candidateOf(guarded(algorithm, { onCall, remote })),
      checks,
      ...(named === undefined ? {} : { named: { kind: "guarded", name: named } }),
      select: job.ids,
      of: ["algorithm"],
      seed: job.seed,
      level: job.level,
      untilRefuted: job.untilRefuted === true,
      ...(job.seconds === undefined ? {} : { budget: job.seconds }),
      // Asked for between trials and between oracle calls: a sign of life.
      now: () => {
        const time = now()
        if (time - last > BEAT_MS) {
          last = time
          progress(current)
        }
        return time
      },
      progress: (_done, _total, id) => {
        current = id
        progress(id)
      }
    })
    return { results, failures: [] }
  })

  const whereToLook = Effect.fnUntraced(function* (job: TrialJob) {
    const { instance } = instanceOf(job.spec)
    const sized = parametersOn(job.parameters, instance, job.goal)
    if (!("parameters" in sized)) return undefined
    const { interpreter, seed, trial, budget } = job
    const run = yield* Effect.exit(
      observe(candidateOf(limited()), {
        instance,
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
    Effect.sync(() => parametersOn(choice, instanceOf(spec).instance, goal))

  return { description: describeAlgorithm(algorithm), parameters, trial, ahead, laws, whereToLook }
}
