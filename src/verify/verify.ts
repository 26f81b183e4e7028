/**
 * Verification: the theorems and laws of the suite held against an algorithm and the oracles it runs on, within a budget of seconds. A check says
 * supported, refuted or undecided with its level; what the budget did not reach is undecided. The same seed gives the same verdicts.
 *
 * *Levels.* Every probabilistic check takes an equal share of the level, whatever is selected, so that a check repeated alone says the same.
 */
import * as Effect from "effect/Effect"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import type { Candidate } from "../law/candidate.ts"
import { type LawGroup, type Outcome, unfinished } from "../law/law.ts"
import { OutOfTime } from "../law/oracle-distributions.ts"
import { TooManyCalls } from "../law/recording.ts"
import type { Nature } from "../theorem/theorem.ts"
import type { SavedCounterexample } from "./counterexample.ts"

/** What a check is given. */
export interface Task {
  readonly candidate: Candidate
  readonly seed: number
  /** The check's share; 0 is never given. */
  readonly level: number
  /** When set, instance laws and run laws look at this instance only (a counterexample, say). */
  readonly instance: Instance | undefined
  /** The table an instance was read from, before its equal responses were merged: what instance laws look at. */
  readonly table: FiniteInstance | undefined
  /** Fails when time is up; a check calls it between units of work. */
  readonly tick: Effect.Effect<void, OutOfTime>
  /** Throws when time is up: for the middle of a run. */
  readonly guard: () => void
  /** Work that several checks share, done once per verification. */
  readonly shared: <A>(key: string, make: Effect.Effect<A, OutOfTime>) => Effect.Effect<A, OutOfTime>
}

export interface Check {
  /** "T3/size": the group, and which clause. */
  readonly id: string
  readonly group: LawGroup
  /** What is asserted, one line. */
  readonly title: string
  /** What it holds to account: the suite's evaluation, the oracles, or the algorithm. */
  readonly of: "library" | "oracles" | "algorithm"
  readonly nature: "deterministic" | "probabilistic"
  /** Whether the algorithm is under this law. Default: yes. */
  readonly about?: (candidate: Candidate) => boolean
  readonly run: (task: Task) => Effect.Effect<Outcome, OutOfTime>
}

export interface CheckResult extends Outcome {
  /** `checked`: on every case that was made; `evidence`: at a level. */
  readonly nature: Nature
  readonly id: string
  readonly group: LawGroup
  readonly title: string
  /** Where its counterexample was saved, and how to replay it. */
  readonly saved?: SavedCounterexample
}

export interface Verification {
  /** Name of what was verified. */
  readonly candidate: string
  readonly seed: number
  /** All levels together: the chance that correct code is refuted. */
  readonly level: number
  readonly results: ReadonlyArray<CheckResult>
}

export interface VerifyOptions {
  readonly candidate: Candidate
  readonly checks: ReadonlyArray<Check>
  readonly seed: number
  /** Total level, in (0, 0.3]. */
  readonly level: number
  /** Groups ("T3", "oracle") or ids ("T3/size"); all when absent. */
  readonly select?: ReadonlyArray<string>
  /** Kinds of checks to make; all when absent. */
  readonly of?: ReadonlyArray<Check["of"]>
  readonly instance?: Instance
  /** The table it was read from, where there is one. */
  readonly table?: FiniteInstance
  /** Seconds after which no more work is begun; unlimited when absent. */
  readonly budget?: number
  /** Stop at the first refutation: to measure power. */
  readonly untilRefuted?: boolean
  /** Milliseconds from any origin. Default: the process's monotonic clock. */
  readonly now?: () => number
  readonly progress?: (done: number, total: number, id: string) => void
}

/** Checks an option selects: by group, or by id. */
export const selected = <C extends Pick<Check, "group" | "id">>(
  checks: ReadonlyArray<C>,
  select: ReadonlyArray<string> | undefined
): ReadonlyArray<C> =>
  select === undefined || select.length === 0
    ? checks
    : checks.filter((c) => select.some((s) => s.toLowerCase() === c.group.toLowerCase() || s === c.id))

/** Holds the candidate against the checks, one after another. */
export const verify = Effect.fnUntraced(function* (options: VerifyOptions): Effect.fn.Return<Verification> {
  const { candidate, seed, level, budget, now = () => performance.now() } = options
  const deadline = budget === undefined ? Infinity : now() + 1000 * budget
  const tick = Effect.suspend(() => (now() > deadline ? Effect.fail(new OutOfTime()) : Effect.yieldNow))
  const guard = (): void => {
    if (now() > deadline) throw new OutOfTime()
  }
  const memo = new Map<string, unknown>()
  const shared: Task["shared"] = (key, make) =>
    Effect.suspend(() =>
      memo.has(key)
        ? Effect.succeed(memo.get(key) as Effect.Success<typeof make>)
        : Effect.tap(make, (made) => Effect.sync(() => memo.set(key, made)))
    )
  const share = level / Math.max(1, options.checks.filter((c) => c.nature === "probabilistic").length)
  const task: Task = {
    candidate,
    seed,
    level: share,
    instance: options.instance,
    table: options.table,
    tick,
    guard,
    shared
  }
  const plan = selected(options.checks, options.select).filter((c) => options.of?.includes(c.of) ?? true)
  const results: Array<CheckResult> = []
  for (const [done, check] of plan.entries()) {
    options.progress?.(done, plan.length, check.id)
    const outcome = yield* Effect.suspend(() =>
      (check.about?.(candidate) ?? true) ? Effect.andThen(tick, check.run(task)) : Effect.succeed(undefined)
    ).pipe(
      Effect.catchDefect((defect) =>
        defect instanceof OutOfTime ? Effect.fail(defect) : Effect.succeed(defective(defect))
      ),
      Effect.catchTag("OutOfTime", () => Effect.succeed(unfinished("the budget of time was spent")))
    )
    const nature = check.nature === "probabilistic" ? "evidence" : "checked"
    if (outcome !== undefined)
      results.push({ id: check.id, group: check.group, title: check.title, nature, ...outcome })
    if (options.untilRefuted === true && outcome?.verdict === "refuted") break
  }
  options.progress?.(plan.length, plan.length, "")
  return { candidate: candidate.name, seed, level, results }
})

/** Code that throws under a check has failed it; a run given up says nothing. */
const defective = (defect: unknown): Outcome =>
  defect instanceof TooManyCalls
    ? unfinished(defect.message)
    : {
        verdict: "refuted",
        level: 0,
        measured: "a defect",
        bound: "an answer",
        relation: "=",
        note: `ended in a defect: ${defect instanceof Error ? defect.message : String(defect)}`
      }

/** Results by verdict. */
export const tally = ({ results }: Verification): Readonly<Record<Outcome["verdict"], number>> => {
  const count = (verdict: Outcome["verdict"]): number => results.filter((r) => r.verdict === verdict).length
  return { supported: count("supported"), refuted: count("refuted"), undecided: count("undecided") }
}
