/**
 * Every learner on one problem in other words (law/metamorphic.ts): the laws of its suboptimality and of its queries must be the same. Where the same draws give the
 * same run a few runs decide; elsewhere runs of independent draws are compared by an exact two-sample test, and `supported` is said only where the shares of runs
 * within ε cannot differ by half.
 */
import * as Effect from "effect/Effect"
import { randomInstance } from "../instance/families/random-instance.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { optimum } from "../policy/optimum.ts"
import { clopperPearson } from "../statistics/clopper-pearson.ts"
import { sameLawTest } from "../statistics/same-law.ts"
import { EQUIVARIANT } from "../theorem/own-claims.ts"
import type { Candidate } from "../law/candidate.ts"
import { goalOn, practical } from "../law/goals.ts"
import { certain, conjunction, type Outcome, outcome, unanswered } from "../law/law.ts"
import { type Transformation, transformations, type Transformed } from "../law/metamorphic.ts"
import { checksOf, runOf, type Task } from "./check.ts"

/** ε in units of R. */
const EPSILON = 0.1
/** Runs of the same draws, and of independent ones, a side. */
const COUPLED = 3
const RUNS = 16
/** Of queries and, in units of ε, of suboptimality: rounding moves a run no further. */
const SAME = 1e-6
/** How far apart the shares of runs within ε may be, whatever chance did, for two laws to be called the same. */
const MARGIN = 0.6

/** Prompts of unequal probability, responses of unequal mass, no noise (which a constant would change), far from settled by π_ref. */
const ground = (): FiniteInstance => {
  const exact = randomInstance({ seed: 31, prompts: 3, responses: 4, d: 3, beta: 0.08, spread: 1, noise: "none" })
  const half = (v: Float64Array): Float64Array => v.map((x) => x / 2)
  // Rewards of half the range: there is room for constants.
  const { beta, meanReward, thetaStar } = exact
  const lower = { ...exact, beta: beta / 2, meanReward: half(meanReward), thetaStar: half(thetaStar) }
  return finiteInstance(lower, "ground").exact
}

interface Seen {
  /** In units of ε. */
  readonly suboptimality: number
  readonly data: number
  readonly computation: number
}

const runs = Effect.fnUntraced(function* (task: Task, { candidate, instance }: Transformed, first: number, n: number) {
  const epsilon = EPSILON * instance.exact.rewardRange
  const parameters = practical(candidate, instance, goalOn(instance, EPSILON))
  const best = optimum(instance.exact)
  const seen: Array<Seen> = []
  for (let trial = first; trial < first + n; trial++) {
    const { record } = yield* runOf({ ...task, candidate }, instance, { parameters, trial, best, taped: false })
    const { rewardQueries, samplingQueries } = record.ledger
    seen.push({
      suboptimality: record.suboptimality.value / epsilon,
      data: Number(rewardQueries),
      computation: Number(samplingQueries)
    })
    yield* task.tick
  }
  return seen
})

const original = (task: Task, instance: Instance): Transformed => ({ instance, candidate: task.candidate })

const near = (a: number, b: number): boolean => Math.abs(a - b) <= SAME * Math.max(1, Math.abs(a))
const alike = (a: Seen, b: Seen): boolean =>
  Math.abs(a.suboptimality - b.suboptimality) <= 1e-3 && near(a.data, b.data) && near(a.computation, b.computation)

const QUANTITIES = [
  ["suboptimality", "suboptimality"],
  ["T_data", "data"],
  ["T_comp", "computation"]
] as const

/** Of suboptimality: another order of a sum moves it no further, in part of itself and in units of ε. */
const ROUNDING = 1e-9
const LEAST = 1e-12

/** Values of two samples of which those that rounding alone tells apart are one: ranks would tell them apart, however little they differ. */
export const withoutRounding = (
  samples: ReadonlyArray<ReadonlyArray<number>>
): ReadonlyArray<ReadonlyArray<number>> => {
  const one = new Map<number, number>()
  let [last, first] = [-Infinity, -Infinity]
  for (const value of samples.flat().toSorted((a, b) => a - b)) {
    if (!(value - last <= Math.max(LEAST, ROUNDING * Math.abs(value)))) first = value
    last = value
    one.set(value, first)
  }
  return samples.map((sample) => sample.map((value) => one.get(value)!))
}

/** Two samples of runs, in law. */
const inLaw = (a: ReadonlyArray<Seen>, b: ReadonlyArray<Seen>, level: number, what: string): Outcome => {
  const tests = QUANTITIES.map(([name, field]) => {
    const [first, second] = withoutRounding([a, b].map((seen) => seen.map((one) => one[field])))
    return { name, p: sameLawTest(first, second) * QUANTITIES.length }
  })
  const worst = tests.reduce((least, one) => (one.p < least.p ? one : least))
  const middle = (seen: ReadonlyArray<Seen>, of: keyof Seen): string => {
    const sorted = seen.map((one) => one[of]).toSorted((x, y) => x - y)
    return sorted[sorted.length >> 1].toPrecision(3)
  }
  const field = QUANTITIES.find(([name]) => name === worst.name)![1]
  if (worst.p <= level / 2) {
    const unit = field === "suboptimality" ? " ε" : ""
    const medians = `medians ${middle(a, field)} and ${middle(b, field)}${unit} over ${a.length} runs each`
    const note = `${what}: ${worst.name} has another law (${medians}, p = ${worst.p.toExponential(1)})`
    return outcome("refuted", level, worst.p, level / 2, note, ">=")
  }
  const [p, q] = [a, b].map((seen) => {
    const within = seen.filter(({ suboptimality }) => suboptimality <= 1).length
    return clopperPearson(within, seen.length, level / 4)
  })
  const apart = Math.max(p.upper - q.lower, q.upper - p.lower)
  const note = `${what}: shares of runs within ε are at most ${apart.toFixed(2)} apart, over ${a.length} runs each`
  return outcome(apart <= MARGIN ? "supported" : "undecided", level, apart, MARGIN, note)
}

const compared = Effect.fnUntraced(function* (task: Task, one: Transformation, level: number) {
  const exact = ground()
  const instance = finiteInstance(exact, "ground")
  const stream = Stream.fromSeed(task.seed).split("metamorphic").split(one.name)
  const other = one.apply(exact, task.candidate, stream)
  if (one.coupled === true) {
    const [a, b] = [
      yield* task.shared("metamorphic coupled", runs(task, original(task, instance), 0, COUPLED)),
      yield* runs(task, other, 0, COUPLED)
    ]
    if (a.every((run, i) => alike(run, b[i]))) return certain(undefined, `${one.name}: the same runs`)
  }
  // Trials of their own: what is compared must be independent.
  const a = yield* task.shared("metamorphic", runs(task, original(task, instance), 1000, RUNS))
  return inLaw(a, yield* runs(task, other, 2000, RUNS), level, one.name)
})

const whole = ({ algorithm }: Candidate): boolean => algorithm.oracle !== "token"

/** To who pays for every response there is, one more of them is one more. */
const counted = ({ algorithm }: Candidate, { lengthens }: Transformation): boolean =>
  lengthens === true && algorithm.oracle === "enumeration"

const among = (hidden: boolean, candidate: Candidate) =>
  transformations.filter((one) => (one.hidden === true) === hidden && !counted(candidate, one))

const all = Effect.fnUntraced(function* (task: Task, ones: ReadonlyArray<Transformation>) {
  const outcomes: Array<Outcome> = []
  for (const one of ones) {
    const found = yield* compared(task, one, task.level / ones.length)
    if (found.verdict === "refuted") return found
    outcomes.push(found)
  }
  return conjunction(outcomes)
})

export const metamorphicChecks = checksOf("algorithm", [
  {
    id: "metamorphic/hidden",
    title:
      "names and places of responses and prompts, the order of a request's draws, and which stream they come of change nothing in law",
    nature: "probabilistic",
    about: whole,
    run: (task) => all(task, among(true, task.candidate))
  },
  {
    id: "metamorphic/equivariant",
    title:
      "features turned with Θ, rewards in another unit, a constant per prompt and a response listed twice change nothing in law",
    nature: "probabilistic",
    about: whole,
    run: (task) =>
      Effect.map(all(task, among(false, task.candidate)), (found) =>
        found.verdict === "refuted" && !task.candidate.algorithm.claims.includes(EQUIVARIANT)
          ? { ...unanswered(`differs, which it does not claim not to: ${found.note}`), level: found.level }
          : found
      )
  }
])
