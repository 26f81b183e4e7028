/**
 * What a mutant is, by a criterion that shares no law, family or seed with the audit: its outcomes over instances of its own.
 *
 * - `equivalent`: on every instance it asked, was charged and returned the same as the original, bit for bit.
 * - `breaks`: on some instance the original is above ε in at most δ of its runs and the mutant in so many that P(so many ∣ δ) ≤ 10⁻⁴ (exact binomial); or it fails.
 * - `other`: it differs and breaks no promise that could be seen.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import { instanceDigest } from "../../src/instance/digest.ts"
import { randomInstance } from "../../src/instance/families/random-instance.ts"
import { rareGood } from "../../src/instance/families/rare-good.ts"
import type { Instance } from "../../src/instance/instance.ts"
import { finiteInstance } from "../../src/instance/make-instance.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { problemOf } from "../../src/oracle/interpreter.ts"
import { optimum } from "../../src/policy/optimum.ts"
import { goalFor } from "../../src/run/goal.ts"
import { runTrial } from "../../src/run/run-trial.ts"
import { binomialTails } from "../../src/statistics/incomplete-beta.ts"

export type Kind = "equivalent" | "breaks" | "other"

const RUNS = 8
const DELTA = 0.1
const EPSILON = 0.05
const SURE = 1e-4
const SEED = 77_777

const ground = (): ReadonlyArray<Instance> => [
  ...Array.from({ length: 8 }, (_, i) => {
    const seed = SEED + i
    const exact = randomInstance({
      seed,
      d: 2 + (i % 3),
      prompts: 1 + (i % 4),
      responses: 4 + (i % 3),
      R: [1, 3][i % 2],
      beta: [0.06, 0.3][i % 2],
      spread: i % 2,
      noise: (["bernoulli", "none", "two-point"] as const)[i % 3]
    })
    return finiteInstance(exact, `criterion-random-${seed}`)
  }),
  finiteInstance(rareGood({ C: 50, d: 3, seed: SEED }), "criterion-rare-50"),
  finiteInstance(rareGood({ C: 300, d: 2, seed: SEED, R: 2 }), "criterion-rare-300")
]

interface Outcomes {
  readonly suboptimality: ReadonlyArray<number>
  readonly prints: ReadonlyArray<string>
}

const outcomes = async (algorithm: AnyAlgorithm<OracleServices>, instance: Instance): Promise<Outcomes | undefined> => {
  const best = optimum(instance.exact)
  const goal = goalFor(instance, best, EPSILON * instance.exact.rewardRange, DELTA)
  const suboptimality: Array<number> = []
  const prints: Array<string> = []
  for (let trial = 0; trial < RUNS; trial++) {
    const exit = await Effect.runPromiseExit(
      Effect.suspend(() =>
        runTrial({
          algorithm,
          instance,
          digest: instanceDigest(instance),
          best,
          parameters: algorithm.practical(problemOf(instance), goal) as Readonly<Record<string, number>>,
          interpreter: "exact-law",
          seed: SEED,
          trial,
          checkpoints: false
        })
      )
    )
    if (!Exit.isSuccess(exit)) return undefined
    const { ledger, suboptimality: end, transcript } = exit.value
    suboptimality.push(end.value)
    prints.push(`${transcript.sha256} ${Object.values(ledger.perOracle).join()} ${end.value}`)
  }
  return { suboptimality, prints }
}

/** @param original what it is a mutant of */
export const kindOf = async (
  mutant: AnyAlgorithm<OracleServices>,
  original: AnyAlgorithm<OracleServices>
): Promise<Kind> => {
  let same = true
  for (const instance of ground()) {
    const epsilon = EPSILON * instance.exact.rewardRange
    const above = (runs: Outcomes): number => runs.suboptimality.filter((value) => !(value <= epsilon)).length
    const [was, is] = [await outcomes(original, instance), await outcomes(mutant, instance)]
    if (is === undefined || was === undefined) return "breaks"
    if (above(was) <= DELTA * RUNS && above(is) > 0)
      if (binomialTails(above(is), RUNS, DELTA).logAtLeast <= Math.log(SURE)) return "breaks"
    same &&= is.prints.every((print, i) => print === was.prints[i])
  }
  return same ? "equivalent" : "other"
}
