/** The rules of T7 and of predicted exponents (predictions.md), one rejection at a time. Each row changes a true certificate in one place and makes the rest fit. */
import { plus, rows, stored } from "../../properties/certificate/changed.ts"

const T = "evidence.runs.trials[0]"
const H = "hypothesis claim.parameters."

rows("T7", [
  ["a reward query too many", "T_data", { [`${T}.ledger.rewards`]: "2077" }, "verdict verdict", "keeps its verdict"],
  ["as many as are allowed", "T_data", { [`${T}.ledger.rewards`]: "2076" }, "accepted", "keeps its verdict"],
  [
    "rounds that were not made",
    "T_data",
    { "claim.parameters.rounds": (n: number) => n - 50 },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["no whole number of rounds", "T_data", { "claim.parameters.rounds": plus(0.5) }, `${H}rounds`],
  [
    "draws past the bound",
    "T_comp",
    { [`${T}.ledger.weakSampling`]: "99999999999" },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["ε without a goal", "epsilon", { "claim.goal": null }, "hypothesis claim.goal"],
  ["ε by practical parameters", "epsilon", { "claim.parameters.rounds": 30 }, `${H}rounds`],
  ["too few prompts", "epsilon", { "claim.parameters.prompts": plus(-30) }, `${H}prompts`],
  ["too few pairs", "epsilon", { "claim.parameters.pairsPerPrompt": plus(-2) }, `${H}pairsPerPrompt`],
  ["too small a promise", "epsilon", { "claim.parameters.promise": (m: number) => m * 0.999 }, `${H}promise`],
  [
    "too large a rejection level",
    "epsilon",
    { "claim.parameters.rejectionLevel": (m: number) => m * 1.001 },
    `${H}rejectionLevel`
  ],
  [
    "too large a ν",
    "epsilon",
    {
      "claim.parameters.nu": (nu: number) => nu * 1.1,
      "claim.parameters.rounds": (n: number) => 2 * n,
      "claim.parameters.rejectionLevel": (p: number) => p / 2
    },
    `${H}nu`
  ],
  [
    "a coverage below C_cov",
    "epsilon",
    { "claim.goal.coverage": (c: number) => c * (1 - 1e-9) },
    "hypothesis claim.goal.coverage"
  ],
  ["a coverage of C_cov", "epsilon", {}, "accepted"],
  [
    "rewards that are off every linear one",
    "epsilon",
    { "instance.data.misspecification": () => 0.1 },
    "hypothesis instance.data.misspecification"
  ],
  ["another oracle", "epsilon", { "algorithm.oracle": "strong" }, "hypothesis algorithm.oracle"],
  [
    "a run cut short",
    "epsilon",
    { "evidence.runs.trials[5].outcome": "budget-exhausted", "evidence.runs.budget.rewardQueries": "999999" },
    "hypothesis evidence.runs.trials"
  ],
  ["a smaller ε than was promised", "epsilon", { "claim.goal.epsilon": 0.4 }, `${H}rounds`],
  [
    "trials above ε, uncounted",
    "epsilon",
    {
      "evidence.runs.trials": (t: ReadonlyArray<object>) =>
        t.map((x, i) =>
          i % 3 === 0 ? x : { ...x, suboptimality: { value: 0.51, kind: "exact", standardError: 0 } }
        ) as never
    },
    "verdict verdict",
    "keeps its verdict"
  ],
  [
    "trials at ε",
    "epsilon",
    {
      "evidence.runs.trials": (t: ReadonlyArray<object>) =>
        t.map((x) => ({ ...x, suboptimality: { value: 0.5, kind: "exact", standardError: 0 } }))
    },
    "accepted",
    "keeps its verdict"
  ],
  ["a level that the trials do not reach", "epsilon", { "claim.level": 1e-9 }, "verdict verdict", "keeps its verdict"],
  ["a probability that is no claim", "epsilon", { "claim.goal.delta": 0.2 }, "evidence evidence"]
])

rows("theory-7", [
  ["an algorithm without a prediction", "scaling", { "algorithm.name": "nobody" }, "unsupported algorithm.name"],
  ["one with a prediction for T_data only", "flat", { "claim.part": "T_comp" }, "unsupported algorithm.name"],
  ["a wide margin", "scaling", { "claim.parameters.margin": 0.2501 }, "unsupported claim.parameters.margin"],
  [
    "a margin that the noise does not allow",
    "scaling",
    { "claim.parameters.margin": 0.004 },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["a run above the target", "scaling", { "evidence.points[4].suboptimality": 0.100001 }, "evidence evidence.points"],
  ["a run at the target", "scaling", { "evidence.points[4].suboptimality": 0.1 }, "accepted"],
  [
    "a run left out",
    "scaling",
    { "evidence.points": (p: ReadonlyArray<never>) => p.slice(1) },
    "evidence evidence.points"
  ],
  [
    "the last run left out",
    "scaling",
    { "evidence.points": (p: ReadonlyArray<never>) => p.slice(0, -1) },
    "evidence evidence.points"
  ],
  ["a run twice", "scaling", { "evidence.points[1].trial": 0 }, "evidence evidence.points"],
  ["a run of another instance", "scaling", { "evidence.points[1].instance": 1 }, "evidence evidence.points"],
  [
    "an instance twice",
    "scaling",
    {
      "evidence.instances[1].digest": (stored.scaling.evidence as never as { instances: Array<{ digest: string }> })
        .instances[0].digest
    },
    "instance evidence.instances[1].digest"
  ],
  [
    "a coverage that is not the instance's",
    "scaling",
    { "evidence.instances[1].coverage": (c: number) => 1.001 * c },
    "evidence evidence.instances[1].coverage"
  ],
  [
    "a coverage twice",
    "scaling",
    {
      "evidence.instances[1].data": null,
      "evidence.instances[1].coverage": (stored.scaling.evidence as never as { instances: Array<{ coverage: number }> })
        .instances[0].coverage
    },
    "evidence evidence.points"
  ],
  ["another rule", "scaling", { "evidence.varies": ["C"] }, "evidence evidence.varies"],
  [
    "one instance under several seeds",
    "scaling",
    {
      "evidence.varies": ["seed"],
      "evidence.instances": (all: ReadonlyArray<{ spec: string }>) =>
        all.map((one, i) => ({ ...one, data: null, spec: all[0].spec.replace(/seed=\d+/, `seed=${i}`) }))
    },
    "evidence evidence.varies"
  ],
  [
    "another family among them",
    "scaling",
    {
      "evidence.instances[2].data": null,
      "evidence.instances[2].spec": (s: string) => s.replace("rare-good", "needle")
    },
    "evidence evidence.varies"
  ],
  ["runs too few for the level", "scaling", { "claim.level": 1e-6 }, "evidence evidence.points"],
  [
    "trials that the seeds do not count",
    "scaling",
    { "seeds.trials": 8 },
    "evidence evidence.points",
    "recomputes the digest"
  ],
  ["another slope of the same runs", "scaling", { "claim.part": "T_data" }, "accepted", "keeps its verdict"],
  [
    "counts that grow twice as fast",
    "scaling",
    {
      "evidence.points": (p: ReadonlyArray<{ samplingQueries: string }>) =>
        p.map((x) => ({ ...x, samplingQueries: `${BigInt(x.samplingQueries) ** 2n}` }))
    },
    "verdict verdict",
    "keeps its verdict"
  ]
])
