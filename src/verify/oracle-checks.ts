/** Checks of the oracles and the sampler a candidate runs on. */
import * as Effect from "effect/Effect"
import * as Context from "effect/Context"
import { Stream } from "../numeric/stream.ts"
import { reveal } from "../oracle/handle.ts"
import type { Interpreter } from "../oracle/interpreter.ts"
import { Prompts, WeakSampling } from "../oracle/services.ts"
import { observedInstances, observedTokenInstances, probes } from "./instances.ts"
import { checksOf, type StatedCheck, type Task } from "./check.ts"
import { certain, clause, conjunction, firstBroken, type LawId, type Outcome } from "../law/law.ts"
import {
  drawLaws,
  firstHitLaw,
  type OutOfTime,
  type Probe,
  rewardLaw,
  sweepLaw,
  type Trying,
  unlimited
} from "../law/oracle-distributions.ts"
import { checkedProbe, checkedVisits } from "../law/checked-distributions.ts"
import { handles } from "../law/handle-laws.ts"
import { ledgerCounts } from "../law/oracle-laws.ts"
import { farthestLaw, strongLaw } from "../law/policy-draw-distributions.ts"
import { programSampler, requestSampler, type Sampler, samplerLaw } from "../law/sampler-distributions.ts"

const INTERPRETERS: ReadonlyArray<Interpreter> = ["literal", "exact-law"]

/** Repetitions per interpreter and probe: enough for "within 0.05 of the law" at a level of 10⁻⁹. */
const TIMES = 16_000
const SAMPLER_TIMES = 9000

type Law = (trying: Trying) => Effect.Effect<ReadonlyArray<Outcome>, OutOfTime>

/** A law on every probe under each of `interpreters`; the level is shared evenly. */
const onProbes = (task: Task, interpreters: ReadonlyArray<Interpreter>, times: number, law: Law) =>
  Effect.gen(function* () {
    const outcomes: Array<Outcome> = []
    const all = probes()
    for (const [i, probe] of all.entries()) {
      for (const interpreter of interpreters) {
        const trying = tryingOf(task, probe, interpreter, i, times, task.level / (all.length * interpreters.length))
        outcomes.push(...(yield* law(trying)))
      }
    }
    return conjunction(outcomes)
  })

const tryingOf = <P extends Pick<Probe, "instance">>(
  { candidate, seed, tick }: Task,
  probe: P,
  interpreter: Interpreter,
  index: number,
  times: number,
  level: number
): Omit<Trying, "probe"> & { readonly probe: P } => {
  const stream = candidate.trialStream(seed, index).split(`probe ${interpreter}`)
  const session = candidate.openOracles(probe.instance, { interpreter, stream })
  return { session, probe, coin: Stream.fromSeed(seed).split("coins", index), times, level, tick }
}

const distribution = (id: LawId, title: string, law: Law): StatedCheck => ({
  id,
  title,
  nature: "probabilistic",
  run: (task) => onProbes(task, INTERPRETERS, TIMES, law)
})

const sampler = (
  id: LawId,
  title: string,
  interpreter: Interpreter,
  by: (task: Task, trying: Trying) => Sampler
): StatedCheck => ({
  id,
  title,
  nature: "probabilistic",
  run: (task) => onProbes(task, [interpreter], SAMPLER_TIMES, (trying) => samplerLaw(trying, by(task, trying)))
})

const TRIALS = 10
const DRAWS = 64

/** Draws of trials of one seed: no two may be alike. Chance agreement of two: below 2^{-DRAWS}. */
const trialsDiffer = Effect.fnUntraced(function* (task: Task) {
  const [{ instance }] = probes()
  for (const interpreter of INTERPRETERS) {
    const seen = new Set<string>()
    for (let trial = 0; trial < TRIALS; trial++) {
      const session = task.candidate.openOracles(instance, {
        interpreter,
        stream: task.candidate.trialStream(task.seed, trial).split("oracle")
      })
      const prompts = yield* Context.get(session.services, Prompts).draw(DRAWS)
      const responses = yield* unlimited(Context.get(session.services, WeakSampling).draw(prompts))
      seen.add(responses.map((y) => reveal(y).row).join())
      yield* task.tick
    }
    if (seen.size < TRIALS)
      return certain(clause(false, `${TRIALS} trials gave ${seen.size} different runs under ${interpreter}`), "")
  }
  return certain(undefined, `${TRIALS} trials of ${DRAWS} draws under each interpreter`)
})

export const oracleChecks = checksOf("oracles", [
  {
    id: "oracle/ledger",
    title: "the ledger grows by exactly what is charged, past 2⁵³, and stops at its limit",
    nature: "deterministic",
    run: (task) =>
      Effect.sync(() => {
        const [instance] = observedInstances()
        return certain(
          firstBroken(INTERPRETERS.flatMap((i) => ledgerCounts(task.candidate, instance, i))),
          "charges to 10³⁰"
        )
      })
  },
  {
    id: "oracle/handles",
    title: "handles of every kind tell nothing, cannot be made, changed or taken to another session",
    nature: "deterministic",
    run: Effect.fnUntraced(function* (task: Task) {
      for (const instance of [observedInstances()[1], observedTokenInstances()[0]])
        for (const interpreter of INTERPRETERS) {
          const broken = firstBroken(yield* handles(task.candidate, instance, interpreter))
          if (broken !== undefined) return certain(broken, "")
        }
      return certain(undefined, "every operation with handles of every kind, under each interpreter")
    })
  },
  {
    id: "oracle/trials",
    title: "trials of one seed do not share draws",
    nature: "deterministic",
    run: trialsDiffer
  },
  distribution("oracle/draws", "prompts follow ρ, responses π_ref, pairs π_ref², under both interpreters", drawLaws),
  distribution(
    "oracle/first-hit",
    "firstHit: pairs charged and pair accepted have their exact laws, under both interpreters",
    firstHitLaw
  ),
  distribution(
    "oracle/sweep",
    "sweep: visits, accepting prompt, charges and pair have their exact laws, under both interpreters",
    sweepLaw
  ),
  distribution(
    "oracle/strong",
    "strong draws follow π_θ; proper exploration draws its prompts from ρ and each response from its own committed θ",
    strongLaw
  ),
  distribution("oracle/farthest", "best-of-n keeps a response by the law of the largest of n norms", farthestLaw),
  distribution(
    "oracle/rewards",
    "rewards have their mean and range, single and summed, under both interpreters",
    rewardLaw
  ),
  {
    id: "oracle/checked",
    title:
      "Checked tokens: what fires or is returned, its anchor, its cost and Ẑ have their joint law, under both interpreters",
    nature: "probabilistic",
    run: (task) =>
      Effect.gen(function* () {
        const outcomes: Array<Outcome> = []
        const [instance] = observedTokenInstances()
        const tries = INTERPRETERS.flatMap((interpreter) => [true, false].map((tilts) => ({ interpreter, tilts })))
        for (const [i, { interpreter, tilts }] of tries.entries()) {
          const probe = checkedProbe(instance, tilts)
          const trying = tryingOf(task, probe, interpreter, i, TIMES, task.level / tries.length)
          outcomes.push(...(yield* checkedVisits(trying, probe)))
        }
        return conjunction(outcomes)
      })
  },
  sampler(
    "T6/literal",
    "tilted draws of the literal interpreter: trials and response given Ẑ, and Ẑ, have their exact laws",
    "literal",
    (_, t) => requestSampler(t)
  ),
  sampler(
    "T6/exact-law",
    "tilted draws of the exact-law interpreter: trials and response given Ẑ, and Ẑ, have their exact laws",
    "exact-law",
    (_, t) => requestSampler(t)
  ),
  sampler(
    "T6/program",
    "SoftmaxSampler as a program: trials and response given Ẑ, and Ẑ, have their exact laws",
    "literal",
    (task, t) => programSampler(task.candidate, t)
  )
])
