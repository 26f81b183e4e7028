/** What a test asserts of an algorithm or of chance: three-valued, each at a level that the run's ledger has. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { algorithms } from "../algorithm/registry.ts"
import { auditPlan } from "../audit/plan.ts"
import type { PlanOptions, PlanResult } from "../audit/plan-result.ts"
import { practically } from "../audit/cases.ts"
import type { ClaimVerdict } from "../audit/claims.ts"
import { inProcessRunner } from "../audit/runner.ts"
import { TargetRuns } from "../audit/scaling.ts"
import { shown } from "../instance/invalid-instance.ts"
import { suggestion } from "../instance/nearest-name.ts"
import { namedInstance } from "../model/families.ts"
import { Stream } from "../numeric/stream.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { type BernoulliJudgement, judgeBernoulli } from "../statistics/bernoulli-judgement.ts"
import { theorems } from "../theorem/registry.ts"
import type { TheoremId, Verdict } from "../theorem/theorem.ts"
import { again, enter, LEVEL, seedOf } from "./alpha-run.ts"

/** An assertion that does not hold. Its message says what was measured and how to see it again. */
export class NotHeld extends Error {
  override readonly name = "AssertionError"
}

/** What every assertion takes. */
export interface Levelled {
  /** Chance that what is right is refuted. Default 1e-6. */
  readonly level?: number
  /** Of all draws. Default COVERBOUND_SEED, else one drawn anew and printed. */
  readonly seed?: number
  /** Whether a verdict that stays open fails. Default "pass". */
  readonly undecided?: "pass" | "fail"
}

/** Fails for what is refuted, and for what is undecided where that was asked. */
const settle = (verdict: Verdict, { undecided = "pass" }: Levelled, message: () => string): void => {
  if (verdict === "refuted" || (verdict === "undecided" && undecided === "fail")) throw new NotHeld(message())
}

const said = ({ bound, id, measured, note, part, relation, verdict, where }: ClaimVerdict): string =>
  `${id} ${part} ${verdict}: ${note} (measured ${measured}, promised ${relation} ${bound}; ${where})`

/** What a plan found that does not hold, for people. */
export const findingsText = (name: string, { findings, options }: PlanResult): string =>
  [
    `${name} does not survive its audit: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}`,
    ...findings.slice(0, 8).map(({ what, where }) => `  ${what} (${where})`),
    ...(findings.length > 8 ? [`  and ${findings.length - 8} more`] : []),
    `  ${again(options.seed, options.level)}`
  ].join("\n")

/** How an algorithm is audited in a test. */
export interface AuditOptions extends Levelled, Partial<Omit<PlanOptions, "level" | "seed">> {}

/** Trials a case: enough to refute what always fails, at the default level. */
const TRIALS = 12

/**
 * Audits an algorithm in this process on everything there is (or on `cases`), and enters it in the ledger. It does not fail: look at `findings`, or say
 * `expect(algorithm).toSurviveAudit()`.
 *
 * @param options those of `auditPlan`; unless given: 12 trials a case at most, no exponents, no rivals
 *
 * @example
 * ```ts
 * import { passive } from "coverbound"
 * import { audit } from "coverbound/vitest"
 *
 * const { findings } = await audit(passive, { seed: 1, trials: 1, trialsPerPoint: 1, cases: [], axes: [], laws: true, rivals: [] })
 * console.log(findings.map(({ what }) => what)) // => no trial finished
 * ```
 */
export const audit = async (
  algorithm: AnyAlgorithm<OracleServices>,
  { level = LEVEL, seed: given, ...options }: AuditOptions = {}
): Promise<PlanResult> => {
  const seed = seedOf(given)
  const result = await Effect.runPromise(
    auditPlan(algorithm, { axes: [], rivals: [], trials: TRIALS, ...options, level, seed })
  )
  enter({
    asserts: `${algorithm.name} survives its audit`,
    level,
    seed,
    verdict: result.findings.length > 0 ? "refuted" : result.notRun.length > 0 ? "undecided" : "supported"
  })
  return result
}

/** Where a theorem is held. */
export interface TheoremOptions extends Levelled {
  /** SPECs of instances. Default rare-good:C=100,d=2, rare-good:C=1e4,d=2 and random:d=4,prompts=2,responses=6. */
  readonly families?: ReadonlyArray<string>
  /** ε as a share of R. Default 0.1. */
  readonly epsilon?: number
  /** δ asked of it. Default 0.1. */
  readonly delta?: number
  /** Trials an instance, before anything is decided and at most. Default [2, 40]. */
  readonly trials?: readonly [least: number, most: number]
  /** Default: theory's own for theorems about probabilities, else practical ones. */
  readonly parameters?: "theory" | "practical"
}

/** What became of a theorem's clauses. */
export interface TheoremFound {
  /** The worst. */
  readonly verdict: Verdict
  readonly clauses: ReadonlyArray<ClaimVerdict>
  readonly seed: number
  readonly level: number
}

/** A theorem, ready to be held against algorithms. */
export interface TheoremAssertion {
  /** Holds it against an algorithm, whether or not that claims it. @throws NotHeld where a clause is refuted (or undecided, where that was asked to fail) */
  readonly holdsFor: (algorithm: AnyAlgorithm<OracleServices>, options?: TheoremOptions) => Promise<TheoremFound>
}

const FAMILIES = ["rare-good:C=100,d=2", "rare-good:C=1e4,d=2", "random:d=4,prompts=2,responses=6"]

/**
 * A theorem by its id.
 *
 * @throws RangeError for an id that is no theorem's
 *
 * @example
 * ```ts
 * import { spannerSampling } from "coverbound"
 * import { theorem } from "coverbound/vitest"
 *
 * const found = await theorem("T3").holdsFor(spannerSampling, { families: ["rare-good:C=100,d=2"], level: 1e-9, seed: 1 })
 * for (const { id, part, verdict } of found.clauses) console.log(id, part, verdict) // => T3 size supported
 * ```
 */
export const theorem = (id: TheoremId): TheoremAssertion => {
  const found = theorems.find((one) => one.id === id)
  if (found === undefined) {
    const ids = theorems.map((one) => one.id)
    throw new RangeError(`theorem: ${shown(id)}, expected one of ${ids.join(", ")}${suggestion(id, ids)}`)
  }
  return {
    holdsFor: async (algorithm, options = {}) => {
      const { delta = 0.1, epsilon = 0.1, families = FAMILIES, level = LEVEL, trials = [2, 40] } = options
      const { parameters = found.nature === "probabilistic" && found.universal !== true ? "theory" : "practical" } =
        options
      const seed = seedOf(options.seed)
      const cases = families.map((spec, i) =>
        practically(() => true)(`${i + 1}-${spec.split(":")[0]}`, spec, () => spec, epsilon, trials, { parameters })
      )
      const claims = [...new Set([...algorithm.claims, id])]
      const result = await Effect.runPromise(
        auditPlan({ ...algorithm, claims }, { seed, level, delta, cases, axes: [], laws: false, rivals: [] })
      )
      const clauses = result.clauses.filter((one) => one.id === id)
      const failed = result.findings.find(({ failure }) => failure !== undefined)
      const verdicts = clauses.map(({ verdict }) => verdict)
      const verdict: Verdict =
        failed !== undefined || verdicts.includes("refuted")
          ? "refuted"
          : verdicts.length === 0 || verdicts.includes("undecided")
            ? "undecided"
            : "supported"
      enter({ asserts: `${id} holds for ${algorithm.name}`, level, seed, verdict })
      settle(verdict, options, () =>
        [
          `${id} (${found.title}) ${verdict === "refuted" ? "does not hold" : "is undecided"} for ${algorithm.name}`,
          ...(failed === undefined ? [] : [`  ${failed.where}: ${failed.what}`]),
          ...clauses.filter((one) => one.verdict !== "supported").map((one) => `  ${said(one)}`),
          `  ${again(seed, level)}`
        ].join("\n")
      )
      return { verdict, clauses, seed, level }
    }
  }
}

/** How often an event must happen. */
export interface CoverOptions extends Levelled {
  /** P(event) ≥ this, in (0, 1). */
  readonly atLeast: number
  /** Trials at most. Default 10,000. */
  readonly most?: number
}

/**
 * That an event has probability `atLeast` or more: trials are made until that is supported or refuted, or `most` were made. Valid at every stopping time (an e-process), so that it
 * costs a few trials where the answer is clear.
 *
 * @param event one trial, on a stream of its own; its name stands in the ledger
 * @returns the judgement: `bad` are trials in which the event did not happen
 * @throws NotHeld where it is refuted (or undecided, where that was asked to fail)
 *
 * @example
 * ```ts
 * import { cover } from "coverbound/vitest"
 *
 * const found = await cover((stream) => stream.next() < 0.3, { atLeast: 0.05, seed: 1 })
 * console.log(found.verdict, found.trials < 200) // => supported true
 * ```
 */
export const cover = async (
  event: (stream: Stream, trial: number) => boolean | Promise<boolean>,
  options: CoverOptions
): Promise<BernoulliJudgement> => {
  const { atLeast, level = LEVEL, most = 10_000 } = options
  if (!(atLeast > 0 && atLeast < 1)) throw new RangeError(`atLeast: ${atLeast}, expected a probability in (0, 1)`)
  const seed = seedOf(options.seed)
  const root = Stream.fromSeed(seed)
  let bad = 0
  let found = judgeBernoulli({ bad, trials: 0, delta0: 1 - atLeast, level })
  for (let trial = 0; trial < most && found.verdict === "undecided"; trial++) {
    if (!(await event(root.split(`trial ${trial}`), trial))) bad++
    found = judgeBernoulli({ bad, trials: trial + 1, delta0: 1 - atLeast, level })
  }
  const name = event.name === "" ? "an event" : event.name
  enter({ asserts: `P(${name}) >= ${atLeast}`, level, seed, verdict: found.verdict })
  settle(
    found.verdict,
    options,
    () =>
      `P(${name}) >= ${atLeast} is ${found.verdict}: it happened in ${found.trials - bad} of ${found.trials} trials\n  ${again(seed, level)}`
  )
  return found
}

/** Where two algorithms are compared. */
export interface FewerOptions extends Levelled {
  /** SPEC of the instance. Default rare-good:C=1e4,d=2. */
  readonly on?: string
  /** ε to reach, as a share of R. Default 0.1. */
  readonly epsilon?: number
  /** Pairs of runs. Default 40: at level 1e-6 about 27 wins in a row decide. */
  readonly trials?: number
}

/** Whether one algorithm reaches ε with fewer draws than another in more than half of the runs; the second's name or the algorithm itself. */
export const fewerDraws = async (
  one: AnyAlgorithm<OracleServices>,
  other: AnyAlgorithm<OracleServices> | string,
  options: FewerOptions
): Promise<{ readonly verdict: Verdict; readonly message: string }> => {
  const rival = typeof other === "string" ? algorithms.find(({ name }) => name === other) : other
  if (rival === undefined) {
    const names = algorithms.map(({ name }) => name)
    const asked = String(other)
    throw new RangeError(`algorithm: ${shown(asked)}, expected one of ${names.join(", ")}${suggestion(asked, names)}`)
  }
  const { epsilon = 0.1, level = LEVEL, on = "rare-good:C=1e4,d=2", trials = 40 } = options
  const seed = seedOf(options.seed)
  const drawsOf = (algorithm: AnyAlgorithm<OracleServices>) => {
    const resolve = namedInstance
    const runner = inProcessRunner(algorithm, { resolve })
    const runs = new TargetRuns({ runner, resolve, seed, trials, over: () => false, onTrial: () => true })
    return Effect.runPromise(runs.at(on, epsilon, "exact-law"))
  }
  const [mine, theirs] = [await drawsOf(one), await drawsOf(rival)]
  // A run that did not come there needs more than any that did; runs stop at the first that does not.
  const draws = (point: typeof mine, i: number): number =>
    point.runs.length > i && point.runs[i].reached ? Number(point.runs[i].samplingQueries) : Infinity
  const pairs = Array.from({ length: trials }, (_, i) => [draws(mine, i), draws(theirs, i)] as const)
  const bad = pairs.filter(([a, b]) => !(a < b)).length
  const { verdict } = judgeBernoulli({ bad, trials, delta0: 0.5, level })
  const asserts = `${one.name} needs fewer draws than ${rival.name}`
  enter({ asserts, level, seed, verdict })
  const middle = (values: ReadonlyArray<number>): string =>
    String([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)])
  return {
    verdict,
    message: `${asserts} to ${epsilon} R on ${on}: ${verdict}. It needed fewer in ${trials - bad} of ${trials} pairs of runs (medians ${middle(pairs.map(([a]) => a))} and ${middle(pairs.map(([, b]) => b))}${theirs.note === undefined ? "" : `; ${theirs.note}`}${mine.note === undefined ? "" : `; ${mine.note}`})\n  ${again(seed, level)}`
  }
}
