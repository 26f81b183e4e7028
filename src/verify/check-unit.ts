/** A check of a candidate as a unit of work: any thread makes it, and its outcome is the same. */
import * as Effect from "effect/Effect"
import { instanceDigest } from "../instance/digest.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { instanceOfShare, shareOf } from "../instance/shared-instance.ts"
import type { Candidate } from "../law/candidate.ts"
import { canonicalText } from "../run/trial-unit.ts"
import { SearchBackend, type SearchChoice } from "../search/session-search.ts"
import type { Unit, UnitContext } from "../work/workshop.ts"
import { type Check, type CountedTask, type Held, hold, taskOf } from "./check.ts"

export const CHECK = "check"

/** Names a candidate where it is verified: a built-in algorithm, perhaps guarded as an audit guards one, or a variant of the catalogue. */
export interface CandidateName {
  readonly kind: "built-in" | "guarded" | "catalogue"
  readonly name: string
}

interface CheckOptions {
  readonly id: string
  readonly named: CandidateName
  readonly seed: number
  readonly level: number
  readonly instance: Instance | undefined
  readonly table: FiniteInstance | undefined
  readonly searches: SearchChoice
}

/** What a thread is told of a check. */
interface CheckData extends Omit<CheckOptions, "instance"> {
  readonly spec: string | undefined
  readonly shared: string | undefined
}

/** The unit of a check. All checks of a candidate share its observed runs, so that a thread stays with it. */
export const checkUnit = ({ instance, ...options }: CheckOptions): Unit => {
  const { id, level, named, seed, table } = options
  const digest = instance === undefined ? undefined : instanceDigest(instance)
  const shared = instance === undefined ? undefined : shareOf(instance, digest!)
  const data: CheckData = { ...options, spec: instance?.spec, shared: shared?.id }
  const says = { kind: CHECK, id, named, seed, level, digest, table: table === undefined ? undefined : "as read" }
  return {
    kind: CHECK,
    key: canonicalText(says),
    data,
    group: `${named.kind} ${named.name}`,
    ...(shared === undefined ? {} : { shared })
  }
}

/** How a thread finds what a check names. */
export interface CheckNames {
  readonly candidate: (named: CandidateName) => Candidate
  readonly instance: (spec: string) => Instance
  readonly checks: ReadonlyArray<Check>
}

/** Candidates whose observed runs a thread keeps. */
const KEPT = 2

/** Makes checks. */
export const checkMaker = ({ candidate, checks, instance: make }: CheckNames) => {
  const known = new Map<string, CountedTask>()
  const taskFor = (data: CheckData, context: UnitContext) => {
    const { level, named, seed, shared, spec, table } = data
    const key = canonicalText({ named, seed, level, shared, spec })
    const found = known.get(key)
    if (found !== undefined) return found
    const instance =
      spec === undefined ? undefined : shared === undefined ? make(spec) : instanceOfShare(context.shared(shared))
    const made = taskOf({ candidate: candidate(named), seed, level, instance, table })
    if (known.size >= KEPT) known.delete(known.keys().next().value!)
    known.set(key, made)
    return made
  }
  return (data: unknown, context: UnitContext): Effect.Effect<Held> =>
    Effect.suspend(() => {
      const { id, searches } = data as CheckData
      const check = checks.find((one) => one.id === id)
      if (check === undefined) throw new RangeError(`check: ${id}, expected one of the suite's`)
      return Effect.provideService(hold(check, taskFor(data as CheckData, context)), SearchBackend, searches)
    })
}
