/**
 * One certificate of every kind, small enough to be run again in milliseconds: what the tests of this room mutate, truncate and replay.
 */
import * as Effect from "effect/Effect"
import { algorithm, type AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import { exhaustive } from "../../src/algorithm/exhaustive.ts"
import { mtss } from "../../src/algorithm/mtss.ts"
import { passive } from "../../src/algorithm/passive.ts"
import { spannerSampling } from "../../src/algorithm/spanner-sampling.ts"
import { audit } from "../../src/audit/audit.ts"
import { runTrial } from "../../src/run/run-trial.ts"
import { instanceDigest } from "../../src/instance/digest.ts"
import { finiteFamilies } from "../../src/instance/families/finite-families.ts"
import { tokenChainFamily } from "../../src/instance/families/token-chain.ts"
import { instantiate, parseSpec } from "../../src/instance/family.ts"
import type { FiniteInstance, Instance } from "../../src/instance/instance.ts"
import { finiteInstance } from "../../src/instance/make-instance.ts"
import { whitening } from "../../src/numeric/gram.ts"
import { type Interpreter, type OracleServices, problemOf } from "../../src/oracle/interpreter.ts"
import { Prompts, Rewards, WeakSampling } from "../../src/oracle/services.ts"
import { optimum } from "../../src/policy/optimum.ts"
import type { RunRecord } from "../../src/run/run-record.ts"
import { overTrials } from "../../src/theorem/judging.ts"
import type { Judgement } from "../../src/theorem/theorem.ts"
import { sampleLaw } from "../../src/certificate/law-sample.ts"
import type { Certificate } from "../../src/checker/certificate.ts"
import { scalingCertificate } from "../../src/certificate/scaling-certificate.ts"
import { lawCertificate, pathCertificate } from "./stated-claims.ts"
import { varyingOptions } from "../../src/certificate/slope-certificate.ts"
import { instanceOf, writeCertificates } from "../../src/certificate/write.ts"

/** Two prompts of three responses in two dimensions; the rewards are ⟨θ*, φ⟩ + ½ exactly. */
const tinyTable: FiniteInstance = {
  name: "tiny",
  dimension: 2,
  beta: 2,
  rewardRange: 1,
  parameterSet: { kind: "ball", radius: 1 },
  thetaStar: Float64Array.of(0.5, 0.25),
  noise: { kind: "bernoulli" },
  promptProbabilities: Float64Array.of(0.25, 0.75),
  offsets: Int32Array.of(0, 3, 6),
  reference: Float64Array.of(0.5, 0.375, 0.125, 0.25, 0.25, 0.5),
  features: Float64Array.of(0.5, 0, -0.5, 0, 0, 1, 0.5, 0.5, -0.25, 0.5, 0, -1),
  meanReward: Float64Array.of(0.75, 0.25, 0.75, 0.875, 0.5, 0.25),
  promptLabels: ["first", "second"]
}

const tiny = finiteInstance(tinyTable, "tiny")
const chain = instantiate(tokenChainFamily, { H: 3, C: 1.5 })
/** The instance of a SPEC that a specimen names. */
export const resolve = (spec: string): Instance | undefined => {
  if (spec === "tiny") return tiny
  if (spec === chain.spec) return chain
  if (!spec.startsWith("rare-good:")) return undefined
  const { family, values, canonical } = parseSpec(spec, finiteFamilies)
  return family.make(values, canonical)
}

/** An algorithm that says it satisfies T7 and prefers the worst responses: T7's ε is refuted on it. */
const contrary = algorithm({
  ...spannerSampling,
  name: "contrary",
  run: Effect.fnUntraced(function* () {
    const [prompt] = yield* (yield* Prompts).draw(1)
    yield* (yield* WeakSampling).draw([prompt])
    return { kind: "linear-softmax" as const, theta: Float64Array.of(-40, -40) }
  })
})
/** An algorithm that rewards too many pairs: T7's bound on T_data is refuted on it. */
const spender = algorithm({
  ...spannerSampling,
  name: "spender",
  run: Effect.fnUntraced(function* (problem, parameters) {
    const batch = yield* (yield* WeakSampling).pairs(40 * parameters.rounds)
    yield* (yield* Rewards).queryDifferences(batch)
    return yield* spannerSampling.run(problem, parameters)
  })
})
/** An algorithm whose spanner accepts at a twentieth of its ν: T3's chain is refuted on it. */
const lax = algorithm({
  ...spannerSampling,
  name: "lax",
  run: (problem, parameters) => spannerSampling.run(problem, { ...parameters, nu: parameters.nu / 20 })
})

/** MTSS that draws 64 times the tokens it says in every Check: T8's bound on T_comp is refuted on it. */
const overdrawn = algorithm({
  ...mtss,
  name: "overdrawn",
  run: (problem, parameters) => mtss.run(problem, { ...parameters, tokensPerPrefix: 64 * parameters.tokensPerPrefix })
})
/** MTSS whose spanners accept at half of its ν: T8's chains are refuted on it. */
const laxLayers = algorithm({
  ...mtss,
  name: "lax-layers",
  run: (problem, parameters) => mtss.run(problem, { ...parameters, nu: parameters.nu / 2 })
})

/** The algorithms that specimens name. */
export const algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>> = [
  spannerSampling,
  passive,
  exhaustive,
  contrary,
  spender,
  lax,
  mtss,
  overdrawn,
  laxLayers
]

export const environment = { package: "0.0.0", node: "24.0.0", backend: "js" }
const digest = instanceDigest(tiny)
const problem = problemOf(tiny)
const goal = { epsilon: 0.5, delta: 0.15, coverage: optimum(tiny.exact).coverage }
const about = { spec: tiny.spec, digest, problem, exact: tiny.exact }

const audited = (
  by: AnyAlgorithm<OracleServices>,
  trials: number,
  options: { readonly parameters?: "practical"; readonly literal?: true; readonly budget?: bigint } = {}
) =>
  Effect.map(
    audit({
      algorithm: by,
      instance: tiny,
      digest,
      parameters:
        options.parameters === "practical"
          ? { ...by.practical(problem, goal), rounds: 30 }
          : by.fromTheory(problem, goal),
      goal,
      interpreter: options.literal ? "literal" : "exact-law",
      seed: 7,
      trials,
      level: 0.001,
      checkpoints: false,
      ...(options.budget === undefined ? {} : { budget: { samplingQueries: options.budget } })
    }),
    ({ subject, records, judgements }) =>
      writeCertificates({ subject, records, judgements: judgements.map((one) => unvacuous(one, records)), environment })
  )

/** On three responses the base model is within any ε that is quick to promise. A judge says so and decides nothing; the checker's rule for such counts is looked at all the same. */
const unvacuous = (judgement: Judgement, runs: ReadonlyArray<RunRecord>): Judgement => {
  const { note, part, theorem, verdict } = judgement
  if (theorem !== "T7" || part !== "epsilon" || verdict !== "undecided" || !note.startsWith("vacuous")) return judgement
  const bad = runs.filter(({ suboptimality: { value } }) => value > goal.epsilon).length
  return overTrials("T7", "epsilon", bad, runs.length, 5 * goal.delta, 0.001, "runs")
}

/** Of MTSS and its like, on three tokens. */
const auditedTokens = (
  by: AnyAlgorithm<OracleServices>,
  trials: number,
  options: { readonly literal?: true; readonly budget?: bigint } = {}
) => {
  const problem = problemOf(chain)
  const { coverage } = optimum(chain.exact)
  const goal = { epsilon: 0.3, delta: 0.1, coverage, conditionalCoverage: 1.5 }
  return Effect.map(
    audit({
      algorithm: by,
      instance: chain,
      digest: instanceDigest(chain),
      parameters: { ...by.practical(problem, goal), lambda: 0.25, nu: 0.75, certifyingRollouts: 6 },
      goal,
      interpreter: options.literal ? "literal" : "exact-law",
      seed: 5,
      trials,
      level: 0.01,
      checkpoints: false,
      ...(options.budget === undefined ? {} : { budget: { samplingQueries: options.budget } })
    }),
    ({ subject, records, judgements }) => writeCertificates({ subject, records, judgements, environment })
  )
}

const scalingOf = Effect.fnUntraced(function* (
  by: AnyAlgorithm<OracleServices>,
  quantity: "T_data" | "T_comp",
  interpreter: Interpreter
) {
  const target = 0.1
  const points = []
  const instances = []
  for (const [index, C] of [30, 300, 3000].entries()) {
    const instance = resolve(`rare-good:C=${C},d=2`)!
    const best = optimum(instance.exact)
    const parameters = by.practical(problemOf(instance), { epsilon: target, delta: 0.02, coverage: best.coverage })
    const digest = instanceDigest(instance)
    const { data } = instanceOf(instance.spec, digest, problemOf(instance), instance.exact)
    instances.push({ spec: instance.spec, digest, coverage: best.coverage, parameters, data })
    for (let trial = 0; trial < 12; trial++) {
      const options = { algorithm: by, instance, digest, parameters, interpreter, seed: 3, trial, target, best }
      const { ledger, suboptimality } = yield* runTrial(options)
      const { rewardQueries, samplingQueries } = ledger
      points.push({ instance: index, trial, rewardQueries, samplingQueries, suboptimality: suboptimality.value })
    }
  }
  const { name, oracle } = by
  return scalingCertificate({
    algorithm: { name, oracle },
    interpreter,
    quantity,
    margin: 0.25,
    level: 0.01,
    seed: 3,
    target,
    varies: varyingOptions(instances.map(({ spec }) => spec)),
    instances,
    points,
    environment
  })
})

const law = Effect.fnUntraced(function* () {
  const sigma = Float64Array.of(3, 0.5, 0.5, 2)
  const request = {
    theta: [0.5, -0.25],
    clip: 1,
    whitening: Array.from(whitening(sigma, 2)),
    nu: 0.8,
    promise: 4,
    delta: 1e-6
  }
  const sample = yield* sampleLaw(tiny, "exact-law", request, 4000, 11)
  const drawn = {
    algorithm: { name: "softmax-sampler", oracle: "weak" },
    interpreter: "exact-law",
    sample,
    request,
    seed: 11,
    margin: 0.1,
    level: 0.001
  } as const
  return lawCertificate(about, drawn, environment)
})

/** Certificates by name. Deterministic; about a second. */
export const specimens = Effect.fnUntraced(function* (): Effect.fn.Return<ReadonlyMap<string, Certificate>> {
  const all = new Map<string, Certificate>()
  const sets = {
    theory: yield* audited(spannerSampling, 12),
    few: yield* audited(spannerSampling, 2),
    practical: yield* audited(spannerSampling, 3, { parameters: "practical" }),
    literal: yield* audited(spannerSampling, 2, { parameters: "practical", literal: true }),
    budget: yield* audited(spannerSampling, 2, { parameters: "practical", budget: 900n }),
    exhaustive: yield* audited(exhaustive, 2),
    contrary: yield* audited(contrary, 30),
    spender: yield* audited(spender, 2),
    lax: yield* audited(lax, 2),
    tokens: yield* auditedTokens(mtss, 2),
    "literal tokens": yield* auditedTokens(mtss, 2, { literal: true }),
    "tokens in budget": yield* auditedTokens(mtss, 2, { budget: 900n }),
    overdrawn: yield* auditedTokens(overdrawn, 2),
    "lax layers": yield* auditedTokens(laxLayers, 2)
  }
  for (const [set, written] of Object.entries(sets)) {
    for (const w of written) if ("certificate" in w) all.set(`${set} ${w.theorem} ${w.part}`, w.certificate)
  }
  all.set("scaling T_comp", yield* scalingOf(spannerSampling, "T_comp", "exact-law"))
  all.set("scaling T_data", yield* scalingOf(exhaustive, "T_data", "exact-law"))
  all.set("law", yield* law())
  const tokens = [[0, 0], [0, 1], [1], [0], [1, 0], [1, 1]]
  all.set("path", pathCertificate(about, tokens, environment))
  return all
})
