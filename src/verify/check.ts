/** A check: what is asserted, of what, and how it is made. */
import * as Effect from "effect/Effect"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { type Candidate, type Observation, observe, type ObserveOptions } from "../law/candidate.ts"
import { practical } from "../law/goals.ts"
import { groupOf, type LawGroup, type LawId, type Outcome, outcome, unfinished } from "../law/law.ts"
import { OutOfTime } from "../law/oracle-distributions.ts"
import { TooManyCalls } from "../law/recording.ts"
import { NotFinished } from "../oracle/not-finished.ts"

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
  /** Fails after {@link MOST_WORK}; a check calls it between trials and the like. */
  readonly tick: Effect.Effect<void, OutOfTime>
  /** Throws then: called before every oracle call of a run. */
  readonly guard: () => void
  /** Work that several checks share, done once per verification. */
  readonly shared: <A>(key: string, make: Effect.Effect<A, OutOfTime>) => Effect.Effect<A, OutOfTime>
}

export interface Check {
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

/** A check as it is written down: its id says which group it is of, and the list that it stands in what it holds to account. */
export interface StatedCheck extends Omit<Check, "group" | "id" | "of"> {
  readonly id: LawId
}

export const checksOf = (of: Check["of"], checks: ReadonlyArray<StatedCheck>): ReadonlyArray<Check> =>
  checks.map((one) => ({ ...one, group: groupOf(one.id), of }))

/** One recorded run of the task's candidate in law, at its practical parameters unless others are given. */
export const runOf = (
  { candidate, guard, seed }: Task,
  instance: Instance,
  options: Partial<ObserveOptions> = {}
): Effect.Effect<Observation> =>
  Effect.suspend(() => {
    const { parameters = practical(candidate, instance) } = options
    return observe(candidate, { interpreter: "exact-law", seed, guard, ...options, instance, parameters })
  })

/** What a task is made of, beside the memory that its checks share. */
export interface TaskSettings extends Pick<Task, "candidate" | "seed" | "level" | "instance" | "table"> {
  /** Called with every unit of work: a sign of life. */
  readonly onWork?: () => void
}

/** Units of what stands between two ticks, beside oracle calls (src/run/work.ts). */
const TICK_WORK = 20
/** Units after which a check is given up, what it shares with others apart. */
const MOST_WORK = 50_000_000

/** A task that counts its work. */
export interface CountedTask extends Task {
  /** Units since the last call, and the shared work that was used since, made now or before; begins anew. */
  readonly count: () => { readonly work: number; readonly shared: ReadonlyArray<readonly [key: string, units: number]> }
}

/** A task of its own memory. What checks share is counted apart, so that the work of each is the same whichever of them was made first, and in which thread. */
export const taskOf = ({ onWork = () => {}, ...settings }: TaskSettings): CountedTask => {
  const memo = new Map<string, { readonly made: unknown; readonly units: number }>()
  let [units, used] = [0, new Map<string, number>()]
  const add = (more: number): boolean => {
    units += more
    onWork()
    return units > MOST_WORK
  }
  return {
    ...settings,
    tick: Effect.suspend(() => (add(TICK_WORK) ? Effect.fail(new OutOfTime()) : Effect.yieldNow)),
    guard: () => {
      if (add(1)) throw new OutOfTime()
    },
    shared: (key, make) =>
      Effect.suspend(() => {
        const known = memo.get(key)
        if (known !== undefined) {
          used.set(key, known.units)
          return Effect.succeed(known.made as Effect.Success<typeof make>)
        }
        const before = units
        units = 0
        return Effect.tap(make, (made) =>
          Effect.sync(() => {
            memo.set(key, { made, units })
            used.set(key, units)
            units = before
          })
        )
      }),
    count: () => {
      const counted = { work: units, shared: [...used] }
      ;[units, used] = [0, new Map()]
      return counted
    }
  }
}

/** What a check came to (undefined where the algorithm is not under it), and the work it took: its own, and what it shares with others. Plain data. */
export interface Held extends ReturnType<CountedTask["count"]> {
  readonly outcome: Outcome | undefined
}

/** Makes a check. */
export const hold = (check: Check, task: CountedTask): Effect.Effect<Held> =>
  Effect.suspend(() => {
    task.count()
    return (check.about?.(task.candidate) ?? true)
      ? Effect.andThen(task.tick, check.run(task))
      : Effect.succeed<Outcome | undefined>(undefined)
  }).pipe(
    Effect.catchDefect((defect) =>
      defect instanceof OutOfTime ? Effect.fail(defect) : Effect.succeed(defective(defect))
    ),
    Effect.catchTag("OutOfTime", () => Effect.succeed(unfinished(`it took more than ${MOST_WORK} units of work`))),
    Effect.map((found): Held => ({ outcome: found, ...task.count() }))
  )

/** Code that throws under a check has failed it; a run given up says nothing. */
const defective = (defect: unknown): Outcome => {
  if (defect instanceof TooManyCalls || defect instanceof NotFinished) return unfinished(defect.message)
  const note = `ended in a defect: ${defect instanceof Error ? defect.message : String(defect)}`
  return outcome("refuted", 0, "a defect", "an answer", note, "=")
}
