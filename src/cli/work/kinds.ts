/** The programs of units of work, and what their names mean: the same in every thread. Each is loaded when it is first asked for. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../../algorithm/algorithm.ts"
import { algorithms } from "../../algorithm/registry.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import type { AlgorithmReference } from "../../run/trial-unit.ts"
import type { CandidateName } from "../../verify/check-unit.ts"
import type { Perform, UnitContext } from "../../work/workshop.ts"
import { instanceOf } from "../load-instance.ts"

type Maker = (data: unknown, context: UnitContext) => Effect.Effect<unknown>

const builtIn = (name: string): AnyAlgorithm<OracleServices> => {
  const found = algorithms.find((one) => one.name === name)
  if (found === undefined) throw new RangeError(`algorithm: ${name}, expected a built-in one`)
  return found
}

/** Trials by algorithms of the registry, and by proper learners of a formula. */
const trials = async () => {
  const { trialMaker } = await import("../../run/trial-unit.ts")
  const { dnfLearner } = await import("../../compare/planner-experiment.ts")
  const algorithm = (reference: AlgorithmReference) =>
    typeof reference === "string" ? builtIn(reference) : dnfLearner(reference)
  return trialMaker({ algorithm, instance: instanceOf })
}

const kinds: Readonly<Record<string, () => Promise<Maker>>> = {
  trial: trials,
  /** Nothing: a thread that has made it is ready for trials. */
  ready: async () => {
    await trials()
    return () => Effect.succeed(true)
  },
  threshold: async () => {
    const { thresholdMaker } = await import("../../compare/critical.ts")
    return thresholdMaker(await trials())
  },
  check: async () => {
    const { checks } = await import("../../verify/checks.ts")
    const { checkMaker } = await import("../../verify/check-unit.ts")
    const { candidateOf } = await import("../../law/candidate.ts")
    const { correctVariants, faults } = await import("../../verify/faults/catalogue.ts")
    const { guarded } = await import("../../audit/guard.ts")
    const candidate = ({ kind, name }: CandidateName) => {
      if (kind === "built-in") return candidateOf(builtIn(name))
      if (kind === "guarded") return candidateOf(guarded(builtIn(name), { onCall: () => {}, remote: false }))
      const found = [...faults, ...correctVariants].find((one) => one.candidate.name === name)
      if (found === undefined) throw new RangeError(`candidate: ${name}, expected one of the catalogue`)
      return found.candidate
    }
    return checkMaker({ candidate, checks, instance: instanceOf })
  },
  "audit-trial": async () => {
    const { auditTrialMaker } = await import("../../audit/runner.ts")
    return auditTrialMaker(builtIn, instanceOf)
  }
}

/** Makes units in one thread; what a thread has made once, an instance or a memory of observed runs, it keeps. */
export const performer = (): Perform => {
  const made = new Map<string, Promise<Maker>>()
  return (kind, data, context) =>
    Effect.suspend(() => {
      const load = kinds[kind]
      if (load === undefined) throw new RangeError(`unit: ${kind}, expected one of ${Object.keys(kinds).join(", ")}`)
      const maker = made.get(kind) ?? load()
      made.set(kind, maker)
      return Effect.flatMap(
        Effect.promise(() => maker),
        (make) => make(data, context)
      )
    })
}
