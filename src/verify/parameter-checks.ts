/**
 * Parameters that an algorithm sets "from theory" held against the hypotheses of the theorems it claims, over goals that no run of an audit asks for: coverage to 10⁹,
 * ε to 10⁻³, δ to 10⁻⁶. A cap, a count kept in 32 bits or a constant that is right for the examples at hand shows here and in no run.
 */
import * as Effect from "effect/Effect"
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { certain, clause, type Finding, firstBroken, unanswered } from "../law/law.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import { goalFor } from "../run/goal.ts"
import { subjectOf } from "../theorem/subject.ts"
import { spannerSamplingGuarantee } from "../theorem/t7-spanner-sampling.ts"
import { checksOf, type Task } from "./check.ts"

const DIMENSIONS = [1, 4, 16]
const COVERAGES = [1, 1e3, 1e6, 1e9]
const EPSILONS = [0.5, 0.05, 1e-3]
const DELTAS = [0.2, 0.01, 1e-6]

/** Whether theory's parameters meet the theorem's hypotheses for every goal; a RangeError says that there are none, which is an answer. */
const held = ({ candidate: { algorithm } }: Task): ReadonlyArray<Finding> =>
  DIMENSIONS.flatMap((d) => {
    const instance = finiteInstance(randomInstance({ seed: d, d, responses: 3 }), `random:d=${d},responses=3,seed=${d}`)
    const [best, problem] = [optimum(instance.exact), problemOf(instance)]
    return COVERAGES.flatMap((times) =>
      EPSILONS.flatMap((epsilon) =>
        DELTAS.map((delta): Finding => {
          const goal = { ...goalFor(instance, best, epsilon, delta), coverage: times * best.coverage }
          const at = `d = ${d}, C_cov = ${goal.coverage.toPrecision(3)}, epsilon = ${epsilon}, delta = ${delta}`
          try {
            const parameters = algorithm.fromTheory(problem, goal) as ParameterRecord
            const unmet = spannerSamplingGuarantee.unmet(subjectOf({ algorithm, instance, parameters, goal }, best))
            return clause(unmet.length === 0, `theory's parameters at ${at}: ${unmet[0] ?? ""}`)
          } catch (error) {
            return clause(error instanceof RangeError, `theory's parameters at ${at}: ${String(error)}`)
          }
        })
      )
    )
  })

export const parameterChecks = checksOf("algorithm", [
  {
    id: "T7/every-goal",
    title: "theory's parameters meet T7's hypotheses for every goal, however large C_cov or small ε and δ",
    nature: "deterministic",
    about: ({ algorithm }) => algorithm.claims.includes("T7"),
    run: (task) =>
      Effect.sync(() => {
        const findings = held(task)
        return findings.length === 0
          ? unanswered("no goal")
          : certain(firstBroken(findings), `${findings.length} goals`)
      })
  }
])
