/**
 * What a mutant is, by a criterion that shares no law, case or seed with the audit: its outcomes over a search of instances of its own.
 *
 * - `fails`: some trial of it ends badly where the original's do not.
 * - `endless`: it makes a hundred times the original's calls, or uses up its processor's limit without an end.
 * - `breaks`: on some instance the original is above ε in at most δ of its runs and the mutant in so many that P(so many ∣ δ) ≤ 10⁻⁵ (exact binomial; runs are doubled
 *   until that is decided).
 * - `equivalent`: on every instance it asked, was charged and returned the same as the original, bit for bit.
 * - `other`: it differs and breaks no promise that the search could see.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import { inProcessRunner } from "../../src/audit/runner.ts"
import { parseSpec } from "../../src/instance/family.ts"
import type { Instance } from "../../src/instance/instance.ts"
import { turned, withoutTurn } from "../../src/instance/turned.ts"
import { families } from "../../src/model/families.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { optimum } from "../../src/policy/optimum.ts"
import { goalFor } from "../../src/run/goal.ts"
import type { RunRecord } from "../../src/run/run-record.ts"
import { binomialTails } from "../../src/statistics/incomplete-beta.ts"

export type Kind = "fails" | "endless" | "breaks" | "equivalent" | "other"

export interface Classified {
  readonly kind: Kind
  /** The instance that decided it, where one did. */
  readonly instance?: string
  /** Of so many runs there, so many were above ε. */
  readonly above?: readonly [above: number, runs: number]
}

const FIRST_RUNS = 4
const MOST_RUNS = 32
const DELTA = 0.1
const SURE = 1e-5
const SEED = 77_777
/** Of the original's calls. */
const PATIENCE = 100

interface Ground {
  readonly spec: string
  /** ε/R. */
  readonly epsilon: number
}

/** Every property of a random instance in turn, with periods that have no common divisor; and rarity. */
const ground: ReadonlyArray<Ground> = [
  ...Array.from({ length: 24 }, (_, i): Ground => {
    const R = [1, 3, 0.5][i % 3]
    return {
      spec: `random:seed=${SEED + i},d=${[2, 3, 4, 6][i % 4]},prompts=${[1, 2, 4, 7, 5][i % 5]},responses=${[4, 5, 6, 3, 8, 4, 5][i % 7]},R=${R},beta=${
        R * [0.06, 0.3, 0.1, 0.04][(i >> 1) % 4]
      },spread=${i % 2},noise=${["bernoulli", "none", "two-point"][(i >> 2) % 3]},ties=${[0, 0.2][(i >> 3) % 2]},zeros=${[0, 0, 0.2][(i >> 1) % 3]},set=${
        ["ball", "box"][(i >> 2) % 2]
      }`,
      epsilon: [0.05, 0.03][(i >> 1) % 2]
    }
  }),
  { spec: `rare-good:C=50,d=3,seed=${SEED}`, epsilon: 0.05 },
  { spec: `rare-good:C=300,d=2,seed=${SEED},R=2`, epsilon: 0.05 },
  { spec: `rare-prompt:C=30,q=0.2,seed=${SEED}`, epsilon: 0.05 },
  { spec: "token-chain:H=4", epsilon: 0.05 }
]

export const resolve = (spec: string): Instance => {
  const [plain, seed] = withoutTurn(spec)
  const { canonical, family, values } = parseSpec(plain, families)
  const instance = family.make(values, canonical)
  return seed === undefined ? instance : turned(instance, seed)
}

/** Milliseconds of this process's processor: how busy the machine is decides nothing. */
export const processorTime = (): number => {
  const { system, user } = process.cpuUsage()
  return (user + system) / 1000
}

interface Run {
  readonly above: boolean
  readonly print: string
  /** Calls of oracles. */
  readonly calls: number
}

const printOf = ({ ledger, suboptimality, transcript }: RunRecord): string =>
  `${transcript.sha256} ${Object.values(ledger.perOracle).join()} ${suboptimality.value}`

/** Runs of one algorithm on one instance, made when they are asked for; a text where one could not be made. */
const runsOn = (algorithm: AnyAlgorithm<OracleServices>, { epsilon: share, spec }: Ground, most?: number) => {
  const instance = resolve(spec)
  const best = optimum(instance.exact)
  const epsilon = share * instance.exact.rewardRange
  const goal = goalFor(instance, best, epsilon, DELTA)
  let calls = 0
  const runner = inProcessRunner(algorithm, {
    resolve: () => instance,
    onCall: () => calls++,
    ...(most === undefined ? {} : { callsPerTrial: most })
  })
  const made: Array<Run> = []
  const one = async (trial: number): Promise<Run | "fails" | "endless"> => {
    calls = 0
    const outcome = await Effect.runPromise(
      runner.trial({
        spec,
        goal,
        parameters: "practical",
        interpreter: "exact-law",
        seed: SEED,
        trial,
        checkpoints: false
      })
    )
    if (outcome.kind === "failed") return "fails"
    if (outcome.kind !== "finished") return "endless"
    const { record } = outcome
    const above = !(record.suboptimality.value <= epsilon)
    return { above, print: printOf(record), calls }
  }
  return async (n: number): Promise<ReadonlyArray<Run> | "fails" | "endless"> => {
    while (made.length < n) {
      const run = await one(made.length)
      if (typeof run === "string") return run
      made.push(run)
    }
    return made.slice(0, n)
  }
}

const above = (runs: ReadonlyArray<Run>): number => runs.filter((run) => run.above).length

/** @param original what it is a mutant of */
export const kindOf = async (
  mutant: AnyAlgorithm<OracleServices>,
  original: AnyAlgorithm<OracleServices>
): Promise<Classified> => {
  let same = true
  for (const place of ground) {
    const { spec: instance } = place
    const theirs = runsOn(original, place)
    const first = await theirs(FIRST_RUNS)
    // Where the original itself does not keep its promise none is broken.
    if (typeof first === "string") continue
    const own = runsOn(mutant, place, PATIENCE * Math.max(...first.map((run) => run.calls)) + 1000)
    for (let n = FIRST_RUNS; n <= MOST_RUNS; n *= 2) {
      const [is, was] = [await own(n), await theirs(n)]
      if (typeof was === "string") break
      if (typeof is === "string") return { kind: is, instance }
      same &&= is.every(({ print }, i) => print === was[i].print)
      const bad = above(is)
      if (bad <= DELTA * n || above(was) > DELTA * n) break
      if (binomialTails(bad, n, DELTA).logAtLeast <= Math.log(SURE))
        return { kind: "breaks", instance, above: [bad, n] }
    }
  }
  return { kind: same ? "equivalent" : "other" }
}
