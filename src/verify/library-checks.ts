/** Checks of the suite's own evaluation: every instance law, sequence law and tree law on corners and on seeded random cases. */
import * as Effect from "effect/Effect"
import type { FiniteInstance } from "../instance/instance.ts"
import { Stream } from "../numeric/stream.ts"
import { cornerInstances, randomInstances, someChain, someFormulas, someNeedles } from "./instances.ts"
import { checksOf, type StatedCheck, type Task } from "./check.ts"
import { certain, type Finding, firstBroken, type LawId } from "../law/law.ts"
import { impossibilityLaws } from "../law/impossibility-laws.ts"
import type { InstanceLaw } from "../law/instance-law.ts"
import { identityOf, policyLaws } from "../law/policy-laws.ts"
import { proofSteps } from "../law/proof-steps.ts"
import { someClasses, twoClassLaw } from "../law/sampler-laws.ts"
import { sequenceLaws, someSequence } from "../law/spanner-laws.ts"
import { someTokenPolicy } from "../law/token-definition.ts"
import { conditionalCoverage, pathIdentity, someTree } from "../law/token-tree.ts"

const RANDOM_INSTANCES = 40
const RANDOM_CASES = 60
const HARD_INSTANCES = 20

/** The choices a law makes on case number `seed`: the same here and where a counterexample is replayed. */
export const lawStream = (law: string, seed: number): Stream => Stream.fromSeed(seed).split(law)

/** Instances of any kind that a seed gives. */
const anyInstances = (seed: number): ReadonlyArray<FiniteInstance> => [
  ...cornerInstances(),
  ...randomInstances(seed, RANDOM_INSTANCES)
]

const instanceCheck = (law: InstanceLaw, instances = anyInstances): StatedCheck => ({
  id: law.id,
  title: law.title,
  nature: "deterministic",
  run: Effect.fnUntraced(function* (task: Task) {
    const { instance, table } = task
    const cases = instance === undefined ? instances(task.seed) : [table ?? instance.exact]
    for (const [i, exact] of cases.entries()) {
      const seed = task.instance === undefined ? task.seed * 1000 + i : task.seed
      const broken = firstBroken(law.check(exact, lawStream(law.id, seed)))
      if (broken !== undefined) return { ...certain(broken, ""), counterexample: { exact, seed } }
      yield* task.tick
    }
    return certain(undefined, `${cases.length} instances`)
  })
})

/** A check of seeded random cases. */
const randomCheck = <A>(
  id: LawId,
  title: string,
  make: (stream: Stream) => A,
  check: (a: A) => ReadonlyArray<Finding>
): StatedCheck => ({
  id,
  title,
  nature: "deterministic",
  run: Effect.fnUntraced(function* (task: Task) {
    for (let i = 0; i < RANDOM_CASES; i++) {
      const broken = firstBroken(check(make(lawStream(id, task.seed * 1000 + i))))
      if (broken !== undefined) return certain(broken, "")
      yield* task.tick
    }
    return certain(undefined, `${RANDOM_CASES} random cases`)
  })
})

export const libraryChecks = checksOf("library", [
  ...policyLaws.map((law) => instanceCheck(law)),
  randomCheck(
    "T1/tokens",
    "J* − J(π) = β·KL(π‖π*) of policies that draw token by token and differ from layer to layer, every response written out",
    (stream) => {
      const instance = someChain(stream)
      return { instance, policy: someTokenPolicy(instance.tokens, instance.exact, stream) }
    },
    ({ instance, policy }) => identityOf(instance, policy)
  ),
  randomCheck("T2/conditional", "C_cov(π*) ≤ C_cond(π*)^H on autoregressive trees", someTree, conditionalCoverage),
  ...sequenceLaws.map((law) => randomCheck(law.id, law.title, someSequence, law.check)),
  randomCheck(
    "T5/path",
    "r* = V*_1 + β Σ log π*_h/π_ref,h along every path, from every prefix; π*_β is the product of its tokens",
    someTree,
    pathIdentity
  ),
  randomCheck(
    "T6/two-classes",
    "SoftmaxSampler's output is within δ of p in total variation, summed exactly over every Ẑ",
    someClasses,
    twoClassLaw
  ),
  ...proofSteps.map((law) => instanceCheck(law)),
  instanceCheck(impossibilityLaws.needle, (seed) => someNeedles(seed, HARD_INSTANCES)),
  instanceCheck(impossibilityLaws.dnf, (seed) => someFormulas(seed, HARD_INSTANCES))
])
