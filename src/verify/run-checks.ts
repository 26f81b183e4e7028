/** Checks of an algorithm read off recorded runs: charges, what was held, and what T7's proof needs of a run. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import { instanceDigest } from "../instance/digest.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import type { Instance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { type Interpreter, problemOf } from "../oracle/interpreter.ts"
import { easyFor, observedBy, tiedAt } from "./instances.ts"
import { checksOf, runOf, type StatedCheck, type Task } from "./check.ts"
import { accounting } from "../law/accounting-law.ts"
import type { Candidate, Observation } from "../law/candidate.ts"
import { goalOn, practical } from "../law/goals.ts"
import { certain, type Finding, firstBroken, type LawId, unanswered } from "../law/law.ts"
import { TooManyCalls } from "../law/recording.ts"
import { budgets, instanceUntouched, onlyHeld, reproducible } from "../law/oracle-laws.ts"
import { algorithmLaws } from "../law/algorithm-laws.ts"
import { methodLaws } from "../law/method-laws.ts"
import { multiTurnLaws } from "../law/multi-turn-laws.ts"
import { outputLaws } from "../law/output-law.ts"
import type { RunLaw } from "../law/run-law.ts"
import { placeOfFinding } from "../law/where-to-look.ts"

/** ε in units of R of one long run: some thousand rounds, ten times those of the others. */
const LONG = 0.04

const INTERPRETERS: ReadonlyArray<Interpreter> = ["exact-law", "literal"]

/** Runs with practical parameters on small instances under both interpreters, and one at theory's parameters where these are affordable. */
const observed = (task: Task) =>
  task.shared(
    "observed runs",
    Effect.gen(function* () {
      const { candidate, tick } = task
      const runs: Array<Observation> = []
      const cases = task.instance === undefined ? observedBy(candidate.algorithm) : [task.instance]
      for (const instance of cases)
        for (const interpreter of INTERPRETERS) {
          runs.push(yield* runOf(task, instance, { interpreter }))
          yield* tick
        }
      // An algorithm that draws one by one cannot make such a run in time; the others must do for it.
      const affordable = (instance: Instance, parameters: ParameterRecord) =>
        Effect.catchDefect(
          Effect.map(runOf(task, instance, { parameters }), (run) => [run]),
          (defect) => (defect instanceof TooManyCalls ? Effect.succeed([]) : Effect.die(defect))
        )
      if (task.instance === undefined) {
        const easy = easyFor(candidate.algorithm)
        const theory = candidate.algorithm.fromTheory(problemOf(easy), goalOn(easy, 0.5)) as ParameterRecord
        runs.push(...(yield* affordable(easy, theory)))
        const tied = tiedFor(candidate)
        if (tied !== undefined) runs.push(...(yield* affordable(tied.instance, tied.parameters)))
        // What forgets, caps or overflows does so late.
        const [first] = cases
        runs.push(...(yield* affordable(first, practical(candidate, first, goalOn(first, LONG)))))
      }
      const cut = candidate.algorithm.oracle === "token" ? undefined : yield* cutRun(task, cases[0], runs[0])
      return { runs, cut }
    })
  )

/** An instance whose pairs are exactly as far as this learner's ν asks, with its parameters there; undefined where it has no ν. */
const tiedFor = (candidate: Candidate) => {
  const some = tiedAt()
  if (some === undefined || candidate.algorithm.oracle === "token") return undefined
  const parameters = practical(candidate, some)
  const { lambda, nu } = parameters
  const instance = nu > 0 && lambda > 0 ? tiedAt({ lambda, nu }) : undefined
  return instance === undefined ? undefined : { instance, parameters }
}

/** A run whose budget of rewards ends it in the middle of a phase, where it must say what it had learned. */
const cutRun = (task: Task, instance: Instance, whole: Observation) => {
  const spent = Number(whole.record.ledger.rewardQueries)
  return runOf(task, instance, { budget: { rewardQueries: BigInt(Math.max(1, Math.floor(CUT_AT * spent) | 1)) } })
}
/** Of the rewards of a whole run; an odd number of them, so that a pair is torn. */
const CUT_AT = 0.6

/** Prompts, responses, d: from the smallest up. */
const SIZES = [
  [1, 2, 1],
  [1, 2, 2],
  [1, 3, 2],
  [2, 2, 1],
  [2, 2, 2],
  [2, 3, 2],
  [3, 4, 3]
] as const
/** Instances tried of each size. */
const OF_EACH = 2

/** The SPEC of a smallest instance on which a run breaks the law too; undefined where none of a few does, or where one was named. */
const smallestBroken = Effect.fnUntraced(function* (task: Task, law: (run: Observation) => ReadonlyArray<Finding>) {
  if (task.instance !== undefined || task.candidate.algorithm.oracle === "token") return undefined
  for (const [prompts, responses, d] of SIZES)
    for (let of = 1; of <= OF_EACH; of++) {
      const spec = `random:d=${d},prompts=${prompts},responses=${responses},seed=${of}`
      const instance = finiteInstance(randomInstance({ d, prompts, responses, seed: of }), spec)
      const run = yield* Effect.exit(runOf(task, instance))
      yield* task.tick
      if (Exit.isSuccess(run) && firstBroken(law(run.value)) !== undefined) return spec
    }
  return undefined
})

const lawCheck = ({ about, check: law, cut: ofCut, id, title }: RunLaw): StatedCheck => ({
  id,
  title,
  nature: "deterministic",
  about: (candidate) => {
    const [instance] = observedBy(candidate.algorithm)
    return about?.(candidate.algorithm, practical(candidate, instance)) ?? true
  },
  run: Effect.fnUntraced(function* (task: Task) {
    const { cut, runs: whole } = yield* observed(task)
    const runs = ofCut === true && cut !== undefined ? [...whole, cut] : whole
    for (const run of runs) {
      const broken = firstBroken(law(run))
      if (broken !== undefined) {
        const at = `${run.record.instance}, ${run.record.oracle}, seed ${run.record.seed}`
        const request = placeOfFinding(run, broken)
        const spec = yield* smallestBroken(task, law)
        return {
          ...certain({ ...broken, what: `${broken.what} (${at})` }, ""),
          counterexample: { exact: run.instance.exact, seed: task.seed },
          look: { ...(request === undefined ? {} : { request }), ...(spec === undefined ? {} : { spec }) }
        }
      }
      yield* task.tick
    }
    return certain(undefined, `${runs.length} recorded runs`)
  })
})
const untouched: StatedCheck = {
  id: "oracle/instance",
  title: "a run leaves its instance alone",
  nature: "deterministic",
  run: Effect.fnUntraced(function* (task: Task) {
    const [instance] = observedBy(task.candidate.algorithm)
    const before = instanceDigest(instance)
    yield* runOf(task, instance, { interpreter: "literal" })
    return certain(firstBroken([instanceUntouched(before, instance)]), "one run")
  })
}

/** A law that makes its own runs, on the first observed instance with few rounds. */
const rerun = (id: LawId, title: string, law: typeof reproducible): StatedCheck => ({
  id,
  title,
  nature: "deterministic",
  run: Effect.fnUntraced(function* (task: Task) {
    const [instance] = task.instance === undefined ? observedBy(task.candidate.algorithm) : [task.instance]
    const parameters = practical(task.candidate, instance, goalOn(instance, 2))
    for (const interpreter of INTERPRETERS) {
      const broken = firstBroken(
        yield* law(task.candidate, { instance, parameters, interpreter, seed: task.seed, guard: task.guard })
      )
      if (broken !== undefined) return certain({ ...broken, what: `${broken.what} (${interpreter})` }, "")
      yield* task.tick
    }
    return instance.exact.reference.length === 0
      ? unanswered("nothing to draw")
      : certain(undefined, "both interpreters")
  })
})

export const runChecks = checksOf("algorithm", [
  lawCheck({
    id: "oracle/accounting",
    title: "every answer is charged what the framework says, and T_data and T_comp are the sums",
    check: accounting,
    cut: true
  }),
  lawCheck({
    id: "oracle/held",
    title: "rewards and tilts are asked only of responses that were answered before, anchors once",
    check: onlyHeld,
    cut: true
  }),
  rerun(
    "oracle/reproducible",
    "the same seed gives the same run, whatever the batch and the way of answering; another trial another",
    reproducible
  ),
  rerun(
    "oracle/budget",
    "a budget stops a run exactly at its limit, and does not touch a run that needs no more",
    budgets
  ),
  untouched,
  // The laws of recorded runs. To add one: write it in a file of law/, and its list here.
  ...[...algorithmLaws, ...methodLaws, ...multiTurnLaws, ...outputLaws].map(lawCheck)
])
