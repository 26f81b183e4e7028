/**
 * Verification: the theorems and laws of the suite held against an algorithm and the oracles it runs on, within a budget of work. A check says
 * supported, refuted or undecided with its level; what the budget did not reach is undecided. The same seed gives the same verdicts, on any machine and any number of threads.
 *
 * *Levels.* Every probabilistic check takes an equal share of the level, whatever is selected, so that a check repeated alone says the same.
 */
import * as Effect from "effect/Effect"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import type { Candidate } from "../law/candidate.ts"
import { type LawGroup, type Outcome, unfinished } from "../law/law.ts"
import { Work } from "../run/work.ts"
import type { Nature } from "../theorem/theorem.ts"
import { SearchBackend } from "../search/session-search.ts"
import { type Unit, Workshop } from "../work/workshop.ts"
import { type Check, type Held, hold, taskOf } from "./check.ts"
import { type CandidateName, checkUnit } from "./check-unit.ts"
import type { SavedCounterexample } from "./counterexample.ts"

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
  /** Units of work it took (src/run/work.ts). */
  readonly work: number
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
  /** Work after which no more checks are begun, in units of BUDGET_UNIT (src/run/work.ts); unlimited when absent. */
  readonly budget?: number
  /** Stop at the first refutation: to measure power. */
  readonly untilRefuted?: boolean
  /** How another thread finds the candidate. Default: it does not, and checks are made in this one. */
  readonly named?: CandidateName
  /** Called between oracle calls and between trials, where checks are made in this thread: a sign of life. */
  readonly onWork?: () => void
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

/** Of a check that is not begun. */
const SPENT: Held = { outcome: unfinished("the budget was spent"), work: 0, shared: [] }

/** Holds the candidate against the checks, one after another; where there is a {@link Workshop} and the candidate has a name there, in its threads, and the verdicts are the same. */
export const verify = Effect.fnUntraced(function* (options: VerifyOptions): Effect.fn.Return<Verification> {
  const { budget, candidate, instance, level, named, onWork = () => {}, seed, table } = options
  const work = new Work(budget)
  /** Work that checks share is paid for once, by the first that needs it. */
  const paid = new Set<string>()
  const share = level / Math.max(1, options.checks.filter((c) => c.nature === "probabilistic").length)
  const task = taskOf({ candidate, seed, level: share, instance, table, onWork })
  const plan = selected(options.checks, options.select).filter((c) => options.of?.includes(c.of) ?? true)
  const workshop = named === undefined ? undefined : yield* Workshop
  const searches = yield* SearchBackend
  const unit = ({ id }: Check): Unit => checkUnit({ id, named: named!, seed, level: share, instance, table, searches })
  const callOff = workshop?.ahead(plan.map(unit))
  const results: Array<CheckResult> = []
  for (const [done, check] of plan.entries()) {
    options.progress?.(done, plan.length, check.id)
    const held = work.over
      ? SPENT
      : workshop === undefined
        ? yield* hold(check, task)
        : ((yield* workshop.make(unit(check))) as Held)
    work.add(held.work)
    for (const [key, units] of held.shared) {
      if (!paid.has(key)) work.add(units)
      paid.add(key)
    }
    const { outcome } = held
    const nature = check.nature === "probabilistic" ? "evidence" : "checked"
    if (outcome !== undefined)
      results.push({ id: check.id, group: check.group, title: check.title, nature, ...outcome })
    if (options.untilRefuted === true && outcome?.verdict === "refuted") break
  }
  callOff?.()
  options.progress?.(plan.length, plan.length, "")
  return { candidate: candidate.name, seed, level, results, work: work.spent }
})
