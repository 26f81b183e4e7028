/**
 * Runs chosen trials of a certificate again and compares everything that it says of them, transcript digest included.
 *
 * `check` shows that a verdict follows from the evidence; this shows that the evidence is what the seed gives. The trials are chosen when the
 * replay is made, not by whoever wrote the certificate. A run is stopped where it passes what the certificate says it was charged.
 */
import { randomInt } from "node:crypto"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { algorithms as builtIn } from "../algorithm/registry.ts"
import { type RunOptions, runTrial } from "../run/run-trial.ts"
import { instanceDigest } from "../instance/digest.ts"
import { instanceFromJson } from "../instance/finite-json.ts"
import type { Instance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { type OracleServices, problemOf } from "../oracle/interpreter.ts"
import type { Budget } from "../oracle/ledger.ts"
import { optimum } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { queries } from "../checker/case.ts"
import { sampleLaw } from "./law-sample.ts"
import { type Difference, differences, short } from "./replay-difference.ts"
import { compareInstance, compareTrial, runsOf } from "./replay-trial.ts"
import type { Certificate, LawEvidence, ScalingEvidence } from "../checker/certificate.ts"
import { trialRow } from "./trial-row.ts"

/** The trials cannot be run here: an algorithm or an instance that is not at hand, or parameters that the algorithm does not take. */
export class ReplayUnavailable extends Data.TaggedError("ReplayUnavailable")<{
  readonly field: string
  readonly value: string
  readonly expectation: string
}> {
  override get message(): string {
    return `${this.field}: ${this.value}, expected ${this.expectation}`
  }
}

/** Which trials to run again, and where instances and algorithms come from. */
export interface ReplayOptions {
  /** How many, chosen at random (all where there are fewer), or which indices. */
  readonly trials: number | ReadonlyArray<number>
  /** The instance of a SPEC or file name; undefined where it cannot be made. Without one, instances are taken as the certificate carries them. */
  readonly resolve?: (spec: string) => Instance | undefined
  /** Default: the built-in ones. */
  readonly algorithms?: ReadonlyArray<AnyAlgorithm<OracleServices>>
  /** Makes the runs of an algorithm that came from a module, whose hash `algorithms` states. Default: they run in this process. */
  readonly run?: (options: RunOptions) => Effect.Effect<RunRecord, ReplayUnavailable>
  readonly progress?: (done: number, total: number) => void
}

/** What running trials again showed. */
export interface Replay {
  /** Indices of the trials (of the points, for a scaling claim) that were run again, in order; empty where the claim is about no run. */
  readonly trials: ReadonlyArray<number>
  /** Empty: every trial gave what the certificate says. */
  readonly differences: ReadonlyArray<Difference>
}

const NOTHING: Replay = { trials: [], differences: [] }

/** k of n, without replacement, from the system's randomness; or those that were named. */
const choose = (n: number, k: ReplayOptions["trials"]): ReadonlyArray<number> => {
  if (typeof k !== "number") return k.filter((at) => at < n)
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < Math.min(k, n); i++) {
    const j = i + randomInt(n - i)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order.slice(0, k).sort((a, b) => a - b)
}

interface StatedInstance {
  readonly spec: string
  readonly digest: string
  readonly data?: unknown
  readonly problem?: NonNullable<Certificate["instance"]>["problem"]
}

/** The instance that a certificate names, made here or as carried, and whether it is the one. */
const instanceFor = ({ spec, digest, data, problem }: StatedInstance, { resolve }: ReplayOptions, path: string) => {
  const unknown = (because: string) =>
    new ReplayUnavailable({
      field: `${path}.spec`,
      value: `${JSON.stringify(spec)}${because}`,
      expectation: "a known instance"
    })
  return Effect.try({
    try: () => {
      const named = resolve?.(spec)
      const instance = named ?? (data ? finiteInstance(instanceFromJson(data), spec) : undefined)
      return instance && { instance, named: named !== undefined }
    },
    catch: (error) => unknown(` (${error instanceof Error ? error.message : String(error)})`)
  }).pipe(
    Effect.flatMap((made) => (made === undefined ? Effect.fail(unknown("")) : Effect.succeed(made))),
    Effect.map(({ instance, named }) => {
      const { dimension, beta, rewardRange, parameterRadius, tokens } = problemOf(instance)
      // What is carried is the instance of whole responses: of tokens it says nothing.
      const known = named && problem?.tokens !== undefined
      // Certificates from before T9 state of the token side H and d alone.
      const { horizon, dimension: features } = tokens ?? { horizon: 0, dimension: 0 }
      const old = problem?.tokens?.parameterRadius === undefined && problem?.tokens?.noiseFree === undefined
      const side = known ? { tokens: tokens && (old ? { horizon, dimension: features } : tokens) } : {}
      const constants = { ...problem, dimension, beta, rewardRange, parameterRadius, ...side }
      const wrong = problem === undefined ? [] : differences(`${path}.problem`, problem, constants)
      return { instance, found: [...differences(`${path}.digest`, digest, instanceDigest(instance)), ...wrong] }
    })
  )
}

const algorithmFor = ({ algorithm }: Certificate, { algorithms = builtIn }: ReplayOptions) => {
  const named = algorithms.find((a) => a.name === algorithm?.name && a.oracle === algorithm.oracle)
  const sha256 = algorithm?.module
  // A module of a built-in's name is not the built-in, and what it was then is not what it is now.
  const found = named?.module === sha256 ? named : undefined
  const expectation =
    sha256 === undefined
      ? algorithms.map((a) => a.name).join(", ")
      : named?.module === undefined
        ? "its module (--module FILE)"
        : `the module as it was audited, not the one given (sha256 ${named.module})`
  const value = sha256 === undefined ? short(algorithm) : `${algorithm?.name} of a module`
  return found === undefined
    ? Effect.fail(new ReplayUnavailable({ field: "algorithm", value, expectation }))
    : Effect.succeed(found)
}

/** Literal draws that a replay will make: past them it would take hours, whoever wrote the certificate. */
const MOST_DRAWS = 10n ** 11n

/** A trial to make again, its budget what the certificate states or one more than what it says was charged: a longer run then ends at another count. */
interface Again extends Omit<RunOptions, "algorithm" | "budget" | "interpreter" | "seed"> {
  readonly budget: Required<Budget>
}

/** Makes trials of a certificate again. It cannot make them run for ever: each is cut where it passes what is stated, and a literal one refused where that is too much. */
const again = (certificate: Certificate, algorithm: AnyAlgorithm<OracleServices>, { run }: ReplayOptions) => {
  const interpreter = certificate.algorithm?.interpreter ?? "literal"
  const seed = certificate.seeds?.seed ?? 0
  return (trial: Again): Effect.Effect<RunRecord, ReplayUnavailable> => {
    const { parameters } = trial
    const refuse = (error: unknown) => {
      const value = `${short(parameters)} (${error instanceof Error ? error.message.split("\n")[0] : String(error)})`
      return new ReplayUnavailable({ field: "claim.parameters", value, expectation: `parameters of ${algorithm.name}` })
    }
    const { samplingQueries } = trial.budget
    if (interpreter === "literal" && samplingQueries > MOST_DRAWS) {
      const value = `literal, with ${Number(samplingQueries).toPrecision(3)} draws a trial`
      const expectation = "at most 1e11 to run again"
      return Effect.fail(new ReplayUnavailable({ field: "algorithm.interpreter", value, expectation }))
    }
    return Schema.decodeUnknownEffect(algorithm.parameters, { onExcessProperty: "error" })(parameters).pipe(
      Effect.mapError(refuse),
      Effect.flatMap(() =>
        (algorithm.module === undefined || run === undefined ? runTrial : run)({
          ...trial,
          algorithm,
          interpreter,
          seed
        })
      ),
      Effect.catchDefect((defect) => Effect.fail(refuse(defect)))
    )
  }
}

const replayRuns = Effect.fnUntraced(function* (
  certificate: Certificate,
  stated: NonNullable<ReturnType<typeof runsOf>>,
  options: ReplayOptions
): Effect.fn.Return<Replay, ReplayUnavailable> {
  const { claim, instance: of } = certificate
  const { path, runs } = stated
  const { trials, budget, checkpoints } = runs
  if (of === null) return NOTHING
  const algorithm = yield* algorithmFor(certificate, options)
  const make = again(certificate, algorithm, options)
  const { instance, found } = yield* instanceFor(of, options, "instance")
  if (found.length > 0) return { trials: [], differences: found }
  if (algorithm.oracle === "token" && instance.tokens === undefined)
    return yield* new ReplayUnavailable({
      field: "instance.spec",
      value: `${JSON.stringify(of.spec)} (as carried, without its tokens)`,
      expectation: "a known instance"
    })
  const best = optimum(instance.exact)
  const seen = [...compareInstance(stated, claim.goal, instance, best)]
  const chosen = choose(trials.length, options.trials)
  for (const [done, at] of chosen.entries()) {
    options.progress?.(done, chosen.length)
    const row = trials[at]
    const { T_data, T_comp } = queries(row)
    const record = yield* make({
      instance,
      best,
      digest: of.digest,
      parameters: claim.parameters,
      trial: row.trial,
      budget: {
        rewardQueries: BigInt(budget.rewardQueries ?? T_data + 1n),
        samplingQueries: BigInt(budget.samplingQueries ?? T_comp + 1n)
      },
      checkpoints
    })
    seen.push(...differences(`${path}.runs.trials[${at}]`, row, trialRow(record)))
    seen.push(...compareTrial(stated, at, record, certificate, instance, best))
  }
  return { trials: chosen, differences: seen }
})

const replayPoints = Effect.fnUntraced(function* (
  certificate: Certificate,
  { instances, points, target }: ScalingEvidence,
  options: ReplayOptions
): Effect.fn.Return<Replay, ReplayUnavailable> {
  const make = again(certificate, yield* algorithmFor(certificate, options), options)
  const chosen = choose(points.length, options.trials)
  const seen: Array<Difference> = []
  for (const [done, at] of chosen.entries()) {
    options.progress?.(done, chosen.length)
    const point = points[at]
    const { coverage, parameters, ...of } = instances[point.instance]
    const path = `evidence.instances[${point.instance}]`
    const { instance, found } = yield* instanceFor(of, options, path)
    const best = optimum(instance.exact)
    seen.push(...found, ...differences(`${path}.coverage`, coverage, best.coverage))
    const { ledger, suboptimality } = yield* make({
      instance,
      best,
      digest: of.digest,
      parameters,
      trial: point.trial,
      budget: {
        rewardQueries: BigInt(point.rewardQueries) + 1n,
        samplingQueries: BigInt(point.samplingQueries) + 1n
      },
      target,
      checkpoints: true
    })
    const [rewardQueries, samplingQueries] = [`${ledger.rewardQueries}`, `${ledger.samplingQueries}`]
    const replayed = { ...point, rewardQueries, samplingQueries, suboptimality: suboptimality.value }
    seen.push(...differences(`evidence.points[${at}]`, point, replayed))
  }
  return { trials: chosen, differences: seen }
})

const replayLaw = Effect.fnUntraced(function* (
  { instance: of, algorithm, seeds }: Certificate,
  { counts, law, request }: LawEvidence,
  options: ReplayOptions
): Effect.fn.Return<Replay, ReplayUnavailable> {
  if (of === null || algorithm === null || seeds === null) return NOTHING
  const { instance, found } = yield* instanceFor(of, options, "instance")
  if (found.length > 0) return { trials: [], differences: found }
  const { interpreter } = algorithm
  const work = seeds.trials * (interpreter === "literal" ? 12 * request.promise * Math.log(4 / request.delta) : 1)
  const tooMuch = { field: "evidence.request", value: `about ${work.toPrecision(3)} draws`, expectation: "at most 1e9" }
  if (work > 1e9) return yield* new ReplayUnavailable(tooMuch)
  const sample = yield* sampleLaw(instance, interpreter, request, seeds.trials, seeds.seed).pipe(
    Effect.catchDefect((defect) => Effect.fail(new ReplayUnavailable({ ...tooMuch, value: String(defect) })))
  )
  const seen = [
    ...differences("evidence.counts", counts, sample.counts),
    ...differences("evidence.law", law, sample.law)
  ]
  return { trials: [], differences: seen }
})

/**
 * Runs trials of an accepted certificate again. A law is drawn again whole. Of claims about an instance alone (T2, T5) only the instance is made again, where
 * `resolve` can.
 *
 * Fails with ReplayUnavailable where the algorithm or the instance is not at hand. Give it what `check` accepted: it trusts the shape.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { audit, problemOf, replay, spannerSampling, writeCertificates } from "coverbound"
 * import { instanceDigest, namedInstance } from "coverbound/instance"
 *
 * const instance = namedInstance("rare-good:C=100,d=2")
 * const goal = { epsilon: 0.1, delta: 0.1, coverage: 100 }
 * const { judgements, records, subject } = await Effect.runPromise(
 *   audit({
 *     algorithm: spannerSampling,
 *     instance,
 *     digest: instanceDigest(instance),
 *     parameters: spannerSampling.practical(problemOf(instance), goal),
 *     goal,
 *     interpreter: "exact-law",
 *     seed: 1,
 *     trials: 2,
 *     level: 0.01
 *   })
 * )
 * const environment = { package: "0.2.0", node: process.version, backend: records[0].backend }
 * const size = writeCertificates({ subject, records, judgements, environment }).find(({ theorem }) => theorem === "T3")
 * if (size !== undefined && "certificate" in size) {
 *   const { differences, trials } = await Effect.runPromise(replay(size.certificate, { trials: [1] }))
 *   console.log(trials.join(), differences.length) // => 1 0
 * }
 * ```
 */
export const replay = (certificate: Certificate, options: ReplayOptions): Effect.Effect<Replay, ReplayUnavailable> => {
  const { evidence, instance } = certificate
  const asked = typeof options.trials === "number" ? [options.trials] : options.trials
  if (!asked.every((trial) => Number.isSafeInteger(trial) && trial >= 0))
    return Effect.fail(
      new ReplayUnavailable({ field: "trials", value: asked.join(), expectation: "integers of 0 or more" })
    )
  if (evidence.kind === "scaling") return replayPoints(certificate, evidence, options)
  if (evidence.kind === "law") return replayLaw(certificate, evidence, options)
  const runs = runsOf(evidence)
  if (runs !== undefined) return replayRuns(certificate, runs, options)
  if (instance === null) return Effect.succeed(NOTHING)
  return Effect.map(instanceFor(instance, options, "instance"), ({ found }) => ({ trials: [], differences: found }))
}
