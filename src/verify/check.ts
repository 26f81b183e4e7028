/** A check: what is asserted, of what, and how it is made. */
import * as Effect from "effect/Effect"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import type { Candidate } from "../law/candidate.ts"
import { type LawGroup, type Outcome, unfinished } from "../law/law.ts"
import { OutOfTime } from "../law/oracle-distributions.ts"
import { TooManyCalls } from "../law/recording.ts"

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

/** What a task is made of, beside the memory that its checks share. */
export interface TaskSettings extends Pick<Task, "candidate" | "seed" | "level" | "instance" | "table"> {
  /** Whether time is up. */
  readonly over: () => boolean
}

/** A task of its own memory. */
export const taskOf = ({ over, ...settings }: TaskSettings): Task => {
  const memo = new Map<string, unknown>()
  return {
    ...settings,
    tick: Effect.suspend(() => (over() ? Effect.fail(new OutOfTime()) : Effect.yieldNow)),
    guard: () => {
      if (over()) throw new OutOfTime()
    },
    shared: (key, make) =>
      Effect.suspend(() =>
        memo.has(key)
          ? Effect.succeed(memo.get(key) as Effect.Success<typeof make>)
          : Effect.tap(make, (made) => Effect.sync(() => memo.set(key, made)))
      )
  }
}

/** Makes a check; undefined where the algorithm is not under it. */
export const hold = (check: Check, task: Task): Effect.Effect<Outcome | undefined> =>
  Effect.suspend(() =>
    (check.about?.(task.candidate) ?? true)
      ? Effect.andThen(task.tick, check.run(task))
      : Effect.succeed<Outcome | undefined>(undefined)
  ).pipe(
    Effect.catchDefect((defect) =>
      defect instanceof OutOfTime ? Effect.fail(defect) : Effect.succeed(defective(defect))
    ),
    Effect.catchTag("OutOfTime", () => Effect.succeed(unfinished("the budget of time was spent")))
  )

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
