/** Checks of an algorithm on repeated runs: the theorems it claims judged on their records, and the probabilistic steps of T7's proof. */
import * as Effect from "effect/Effect"
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { Stream } from "../numeric/stream.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum, referenceSuboptimality } from "../policy/optimum.ts"
import { coverageNecessary, OUTPUT_EPSILON } from "../theorem/l1-coverage-necessary.ts"
import { properExploration } from "../theorem/l2-proper-exploration.ts"
import { judgementsOf } from "../theorem/judging.ts"
import { theorems } from "../theorem/registry.ts"
import { spannerSamplingGuarantee } from "../theorem/t7-spanner-sampling.ts"
import { mtssIsPac } from "../theorem/t9-mtss-is-pac.ts"
import { subjectOf } from "../theorem/subject.ts"
import type { Judgement, Subject, Theorem } from "../theorem/theorem.ts"
import {
  easyFor,
  easyInstance,
  freshNeedle,
  mildInstance,
  NEEDLE,
  observedInstances,
  smallFormula,
  tellingChain,
  tellingInstance,
  variedInstance
} from "./instances.ts"
import { type Check, checksOf, runOf, type StatedCheck, type Task } from "./check.ts"
import { judgeRegression, judgeRounds, judgeSpanner, searchingParameters } from "../law/algorithm-distributions.ts"
import type { Candidate, Observation } from "../law/candidate.ts"
import { DELTA, goalOn, practical, subjectOn } from "../law/goals.ts"
import { certain, clause, conjunction, type LawId, type Outcome, unanswered } from "../law/law.ts"

/** Repeated runs of a candidate on one instance; `pick` keeps what is needed of each. */
const trials = Effect.fnUntraced(function* <A>(
  task: Task,
  instance: Instance,
  parameters: ParameterRecord,
  count: number,
  pick: (run: Observation) => A,
  taped = true
) {
  const best = optimum(instance.exact)
  const kept: Array<A> = []
  for (let trial = 0; trial < count; trial++) {
    kept.push(pick(yield* runOf(task, instance, { parameters, trial, best, taped })))
    yield* task.tick
  }
  return kept
})

/** Records of repeated runs, without their tapes. */
const recordsOf = (task: Task, instance: Instance, { parameters }: Subject, count: number) =>
  trials(task, instance, parameters, count, (run) => run.record, false)

/** A clause as the outcome of a check. */
const said = (one: Judgement, more = ""): Outcome => ({ ...one, note: `${one.part}: ${one.note}${more}` })

/** What is said of the base model beside runs that end within ε. */
const startOf = ({ best, exact }: Subject): string =>
  `; the base model is at ${referenceSuboptimality(exact, best).toPrecision(3)}`

const claims =
  (id: string) =>
  ({ algorithm }: Candidate): boolean =>
    algorithm.claims.includes(id)

/** Goals at which theory's parameters are looked at: ε in units of R, δ. */
const GOALS = [
  [0.5, 0.05],
  [0.1, 0.02],
  [0.02, 0.2]
] as const

const parameters: StatedCheck = {
  id: "T7/hypotheses",
  title: "theory's parameters meet T7's hypotheses",
  nature: "deterministic",
  about: claims("T7"),
  run: (task: Task) =>
    Effect.sync(() => {
      const instances = task.instance === undefined ? [easyInstance(), ...observedInstances()] : [task.instance]
      for (const instance of instances) {
        for (const [epsilon, delta] of GOALS) {
          const subject = subjectOn(task.candidate, instance, goalOn(instance, epsilon, delta))
          const [missing] = spannerSamplingGuarantee.unmet(subject)
          if (missing !== undefined)
            return certain(
              clause(false, `theory parameters: ${missing} (${instance.spec}, ε = ${epsilon} R, δ = ${delta})`),
              ""
            )
        }
      }
      return certain(undefined, `${instances.length * GOALS.length} goals`)
    })
}

/** Trials that support P(bad) ≤ δ₀ at a level of 10⁻⁹ where no run is bad, for the δ₀ = 0.2 of steps (a) and (b). */
const RUNS = 130
const STEP_DELTA = 0.2

/** A check of what holds with a probability by T7. */
const ofT7 = (id: LawId, title: string, run: Check["run"]): StatedCheck => ({
  id,
  title,
  nature: "probabilistic",
  about: claims("T7"),
  run
})

const stepA = ofT7(
  "T7/step-a",
  "after phase 1 little of ρ has p(x;Σ_span) ≥ log(T_prompt/δ)/T_span, with probability 1 − 2δ",
  Effect.fnUntraced(function* (task: Task) {
    const instance = variedInstance()
    const runs = yield* trials(
      task,
      instance,
      searchingParameters(practical(task.candidate, instance)),
      RUNS,
      (run) => run
    )
    return judgeSpanner(runs, STEP_DELTA / 2, task.level)
  })
)

const stepB = ofT7(
  "T7/step-b",
  "‖θ^t − θ*‖_{Σ_t} ≤ b for all t, with probability 1 − δ",
  Effect.fnUntraced(function* (task: Task) {
    const [instance] = observedInstances()
    const parameters = { ...practical(task.candidate, instance), rounds: 40 }
    const runs = yield* trials(task, instance, parameters, RUNS, (run) => run)
    return judgeRegression(runs, STEP_DELTA, task.level)
  })
)

const freshRounds = ofT7(
  "T7/fresh-rounds",
  "rounds draw (x, y₂) ~ ρ×π_ref afresh and y₁ by the tilted law of their θ^t",
  Effect.fnUntraced(function* (task: Task) {
    const instance = mildInstance()
    // M ≥ e^{2R/β} keeps every promise; T6's δ is far below the level, however many draws.
    const parameters = {
      ...practical(task.candidate, instance),
      rounds: 600,
      promise: Math.exp(2),
      rejectionLevel: 1e-14
    }
    const runs = yield* trials(task, instance, parameters, 24, (run) => run)
    return conjunction(judgeRounds(runs, Stream.fromSeed(task.seed).split("rounds"), task.level))
  })
)

/** Runs at theory's parameters that T1–T6 and T7's costs are judged on: deterministic clauses need no more. */
const JUDGED_RUNS = 12

/** Clauses that a dozen runs on an easy instance cannot decide, and the checks that do. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "T6 failure": "T6/*",
  "T7 epsilon": "T7/epsilon",
  "T9 epsilon": "T9/guarantee",
  "T9 regression": "T9/guarantee"
}

const judged = (theorem: Theorem): StatedCheck => ({
  id: `${theorem.id}/judged`,
  title: `${theorem.title}: the theorem's own judge on runs at theory's parameters`,
  nature: "probabilistic",
  about: claims(theorem.id),
  run: Effect.fnUntraced(function* (task: Task) {
    const instance = easyFor(task.candidate.algorithm)
    const goal = goalOn(instance, 0.5)
    const subject = subjectOn(task.candidate, instance, goal)
    const records = yield* task.shared("theory runs", recordsOf(task, instance, subject, JUDGED_RUNS))
    const judgements = judgementsOf(theorem, subject, records, task.level)
    const left = (j: (typeof judgements)[number]): string | undefined =>
      j.verdict === "undecided" ? ELSEWHERE[`${theorem.id} ${j.part}`] : undefined
    const elsewhere = judgements.flatMap((j) => left(j) ?? [])
    const outcome = conjunction(judgements.filter((j) => left(j) === undefined).map((j) => said(j)))
    return elsewhere.length === 0
      ? outcome
      : { ...outcome, note: `${outcome.note}; the rest is ${[...new Set(elsewhere)].join(", ")}` }
  })
})
const epsilon = ofT7(
  "T7/epsilon",
  "J* − J(π̂) ≤ ε with probability 1 − 5δ at theory's parameters, where the base model is above ε",
  Effect.fnUntraced(function* (task: Task) {
    const instance = tellingInstance()
    // 5δ = 0.2, as in steps (a) and (b).
    const subject = subjectOn(task.candidate, instance, goalOn(instance, 0.2, STEP_DELTA / 5))
    const records = yield* recordsOf(task, instance, subject, RUNS)
    const clause = spannerSamplingGuarantee.judge(subject, records, task.level).find((j) => j.part === "epsilon")
    return clause === undefined
      ? unanswered("T7 has no clause epsilon")
      : { ...clause, note: `${clause.note}${startOf(subject)}` }
  })
)

/** Trials that support P(bad) ≤ 0.15 at a level of 10⁻⁹ where no run is bad. */
const PASSES = 140

/** T9's clauses that hold with a probability: each has half of the level. */
const guarantee: StatedCheck = {
  id: "T9/guarantee",
  title:
    "J* − J(π̂) ≤ ε with probability 1 − 4δ, and ‖θ_h − θ*_h‖ ≤ b at every layer with 1 − 3δ, at theory's parameters, where the base model is above ε",
  nature: "probabilistic",
  about: claims("T9"),
  run: Effect.fnUntraced(function* (task: Task) {
    const instance = tellingChain()
    const subject = subjectOn(task.candidate, instance, goalOn(instance, 0.1, STEP_DELTA / 4))
    const records = yield* recordsOf(task, instance, subject, PASSES)
    const clauses = mtssIsPac.judge(subject, records, task.level).filter(({ nature }) => nature === "evidence")
    return clauses.length === 0
      ? unanswered("T9 has no clause that holds with a probability")
      : conjunction(clauses.map((j) => said(j, startOf(subject))))
  })
}

/** L1 wants a Needle drawn for each trial, and a budget at which holding it is rare. */
const needles: StatedCheck = {
  id: "L1/judged",
  title: "no run holds the needle, or does as well as if it had, more often than its queries allow",
  nature: "probabilistic",
  // A Needle has no tokens, and token queries are outside L1's framework.
  about: ({ algorithm }) => algorithm.oracle !== "token",
  run: Effect.fnUntraced(function* (task: Task) {
    const { algorithm } = task.candidate
    const records: Array<Observation["record"]> = []
    const first = freshNeedle(0)
    const goal = { epsilon: OUTPUT_EPSILON * first.exact.beta, delta: DELTA, coverage: NEEDLE.N / 2 }
    const parameters = algorithm.practical(problemOf(first), goal) as ParameterRecord
    for (let trial = 0; trial < NEEDLES; trial++) {
      const instance = freshNeedle(1000 * task.seed + trial)
      const budget = { samplingQueries: NEEDLE.budget }
      const { record } = yield* runOf(task, instance, {
        parameters,
        budget,
        trial,
        taped: false,
        digest: instance.spec
      })
      records.push(record)
      yield* task.tick
    }
    const subject = subjectOf({ algorithm, instance: first, parameters, goal })
    const judgements = coverageNecessary.judge(subject, records, task.level).filter((j) => j.part !== "cost")
    const keeps = " (runs that keep to an impossibility need not support it)"
    return conjunction(judgements.map((j) => said(j, j.verdict === "undecided" ? keeps : "")))
  })
}

const NEEDLES = 120

const formulas: StatedCheck = {
  id: "L2/judged",
  title: "no parameter a run committed to or returned sees more probes than its roundings satisfy terms",
  nature: "probabilistic",
  about: claims("L2"),
  run: Effect.fnUntraced(function* (task: Task) {
    const instance = smallFormula()
    const subject = subjectOn(task.candidate, instance, goalOn(instance))
    const records = yield* recordsOf(task, instance, subject, JUDGED_RUNS)
    const judgements = properExploration
      .judge(subject, records, task.level)
      .filter((j) => j.part !== "probes" || j.verdict === "refuted")
    return conjunction(judgements.map((j) => said(j)))
  })
}

export const theoremChecks = checksOf("algorithm", [
  parameters,
  stepA,
  stepB,
  freshRounds,
  epsilon,
  guarantee,
  ...theorems.filter((theorem) => theorem.id.startsWith("T")).map(judged),
  needles,
  formulas
])
