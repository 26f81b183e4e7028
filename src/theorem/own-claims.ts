/**
 * What an algorithm claims for itself, beside the theorems: cost bounds as formulas, held against every run, and a guarantee over trials. Judged as theorems are.
 */
import type { OwnBounds } from "../algorithm/algorithm.ts"
import type { RunRecord } from "../run/run-record.ts"
import { type FormulaValues, parseFormula } from "./formula.ts"
import { checked, dearest, largest, reachesEpsilon, undecided } from "./judging.ts"
import type { Judgement, Subject } from "./theorem.ts"

/** The claim `"epsilon"`: suboptimality at most ε with probability at least 1 − δ, at whatever parameters were used. */
export const OWN_GUARANTEE = "epsilon"

/** What an algorithm may say of its own method; program laws hold it to that (law/method-laws.ts). */
export const METHOD_CLAIMS: ReadonlyArray<string> = ["least-squares", "novelty", "optimism", "policy-gradient"]

/** The claim that one problem in other words is one problem to it: features turned with Θ, rewards in another unit, a constant per prompt, a response listed twice. */
export const EQUIVARIANT = "equivariant"

/** What formulas are evaluated at. C_cov and C_cond are what the algorithm was told. */
export const formulaValues = ({ problem, goal }: Pick<Subject, "goal" | "problem">): FormulaValues => ({
  d: problem.dimension,
  beta: problem.beta,
  R: problem.rewardRange,
  B: problem.parameterRadius,
  eps: goal.epsilon,
  delta: goal.delta,
  C_cov: goal.coverage,
  ...(goal.conditionalCoverage === undefined ? {} : { C_cond: goal.conditionalCoverage }),
  ...(problem.tokens === undefined ? {} : { H: problem.tokens.horizon })
})

const QUANTITY = { T_data: "rewardQueries", T_comp: "samplingQueries" } as const

const boundClause = (
  part: keyof OwnBounds,
  text: string,
  subject: Subject,
  runs: ReadonlyArray<RunRecord>
): Judgement => {
  const most = dearest(runs, QUANTITY[part])
  const formula = parseFormula(text)
  const values = formulaValues(subject)
  const missing = formula.names.filter((name) => values[name] === undefined)
  const open = (why: string): Judgement => undecided("checked", "own", part, why, `${most}`, text)
  if (missing.length > 0) return open(`${missing.join(" and ")} has no value on this instance`)
  const bound = formula.value(values)
  // A bound of ∞ holds of everything and says nothing.
  if (!Number.isFinite(bound)) return open(`${text} is ${bound} on this instance`)
  const whole = Number.isInteger(bound) ? BigInt(bound) : bound
  return checked("own", part, most, whole, `${part} of the dearest run against its own bound ${text}`)
}

/** Clauses of an algorithm's own claims on runs of one subject. @throws InvalidFormula (read formulas before running anything) */
export const judgeOwnClaims = (
  subject: Subject,
  runs: ReadonlyArray<RunRecord>,
  level: number
): ReadonlyArray<Judgement> => {
  const { algorithm, goal } = subject
  const costs = (["T_data", "T_comp"] as const).flatMap((part) => {
    const text = algorithm.bounds?.[part]
    return text === undefined ? [] : [boundClause(part, text, subject, runs)]
  })
  if (!algorithm.claims.includes(OWN_GUARANTEE)) return costs
  const cut = runs.filter((run) => run.outcome !== "completed").length
  // Leaving out the runs that were cut would leave out the bad ones.
  if (cut === 0) return [...costs, reachesEpsilon("own", subject, runs, goal.delta, level)]
  const worst = largest(runs.map((run) => run.suboptimality.value))
  return [
    ...costs,
    undecided("evidence", "own", OWN_GUARANTEE, `${cut} runs were cut short`, `${worst}`, `${goal.epsilon}`)
  ]
}
