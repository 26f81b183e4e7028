/** The rules of T1 to T6, one rejection at a time. Each row changes a true certificate in one place and makes the rest fit. */
import { type Edit, plus, rows, stored } from "../../properties/certificate/changed.ts"

const T = "evidence.runs.trials[0]"
const H = "hypothesis claim.parameters."
const { evidence } = stored.spanner
const features = evidence.kind === "spanner" ? evidence.chains[1].features.length : 0

rows("T1", [
  [
    "J* off by more than rounding",
    "identity",
    { "evidence.identity.optimum": plus(3e-10) },
    "evidence evidence.identity.optimum"
  ],
  ["J* off by less", "identity", { "evidence.identity.optimum": plus(-5e-11) }, "accepted"],
  [
    "J* from normalisers off",
    "identity",
    { "evidence.identity.normaliser": plus(-3e-10) },
    "evidence evidence.identity.normaliser"
  ],
  [
    "J(π) off",
    "identity",
    { "evidence.identity.policies[1].objective": plus(3e-10) },
    "evidence evidence.identity.policies[1].objective"
  ],
  [
    "the KL off",
    "identity",
    { "evidence.identity.policies[1].suboptimality": plus(3e-10) },
    "evidence evidence.identity.policies[1].suboptimality"
  ],
  [
    "a policy changed",
    "identity",
    { "evidence.identity.policies[0].logRatio[3]": plus(0.01) },
    "evidence evidence.identity.policies[0]"
  ],
  [
    "a ratio left out",
    "identity",
    { "evidence.identity.policies[0].logRatio": (r: ReadonlyArray<number>) => r.slice(1) },
    "evidence evidence.identity.policies[0]"
  ],
  [
    "a ratio too many",
    "identity",
    { "evidence.identity.policies[0].logRatio": (r: ReadonlyArray<number>) => [...r, 0] },
    "evidence evidence.identity.policies[0]"
  ],
  [
    "more policies than trials",
    "identity",
    { "evidence.identity.policies": (p: ReadonlyArray<never>) => [...p, p[0]] },
    "evidence evidence.identity.policies[2]"
  ],
  [
    "fewer policies",
    "identity",
    { "evidence.identity.policies": (p: ReadonlyArray<never>) => p.slice(0, 1) },
    "accepted"
  ],
  [
    "an enclosure too wide to judge by",
    "identity",
    {
      "evidence.identity.policies[0].logRatio": [0, 0, 0, 0, 0, 0],
      "instance.data.rewardRange": 1e-300,
      "instance.problem.rewardRange": 1e-300
    },
    "instance instance.data.prompts[0].responses[0].meanReward"
  ]
])

/** The stored tree's first prompt with n responses, equal but for their tokens; three more belong to the other prompt. */
const many = (n: number): Readonly<Record<string, Edit>> => ({
  "instance.data.prompts[0].responses": ([one]: ReadonlyArray<{ readonly meanReward: number }>) =>
    Array.from({ length: n }, () => ({ ...one, probability: 1 / n })),
  "evidence.identity.tokens": Array.from({ length: n + 3 }, (_, i) => [i])
})

rows("T5", [
  ["as many responses as it takes", "path", many(1021), "accepted"],
  ["one more", "path", many(1022), "evidence evidence.identity.tokens"],
  [
    "a response left out",
    "path",
    { "evidence.identity.tokens": (t: ReadonlyArray<never>) => t.slice(1) },
    "evidence evidence.identity.tokens"
  ],
  [
    "a response too many",
    "path",
    { "evidence.identity.tokens": (t: ReadonlyArray<never>) => [...t, t[0]] },
    "evidence evidence.identity.tokens"
  ],
  [
    "two responses on one path",
    "path",
    { "evidence.identity.tokens[1]": [0, 0] },
    "evidence evidence.identity.tokens[0]"
  ],
  [
    "a response that is a prefix of another",
    "path",
    { "evidence.identity.tokens[2]": [0] },
    "evidence evidence.identity.tokens[2]"
  ],
  ["another tree", "path", { "evidence.identity.tokens[2]": [0, 7, 7] }, "accepted"]
])

rows("T3 and T4", [
  [
    "ν above the parameter",
    "spanner",
    { "claim.parameters.nu": (nu: number) => nu * (1 - 1e-12) },
    "evidence evidence.nu"
  ],
  ["ν below it by rounding", "spanner", { "claim.parameters.nu": (nu: number) => nu * (1 + 5e-10) }, "accepted"],
  ["ν below it by more", "spanner", { "claim.parameters.nu": (nu: number) => nu * (1 + 2e-9) }, "evidence evidence.nu"],
  ["ν that is no double", "spanner", { "evidence.nu": "2p-2" }, "evidence evidence.nu"],
  ["another λ", "spanner", { "claim.parameters.lambda": 1.0000001 }, "evidence evidence.lambda"],
  ["no ν", "spanner", { "claim.parameters.nu": undefined }, `${H}nu`],
  ["no λ", "spanner", { "claim.parameters.lambda": undefined }, `${H}lambda`],
  ["a chain longer than its trial", "spanner", { [`${T}.accepted`]: plus(-1) }, "evidence evidence.chains[0].order"],
  [
    "a chain of no trial",
    "spanner",
    { "evidence.chains": (c: ReadonlyArray<never>) => [...c, c[0]] },
    "evidence evidence.chains[2].order"
  ],
  [
    "an acceptance of no feature",
    "spanner",
    { "evidence.chains[1].order[0]": 99 },
    "evidence evidence.chains[1].order"
  ],
  [
    "an acceptance of the next feature",
    "spanner",
    {
      "evidence.chains[1].order[0]": features
    },
    "evidence evidence.chains[1].order"
  ],
  [
    "a feature too long",
    "spanner",
    { "evidence.chains[0].features[0]": ["1p0", "0p0", "0p0"] },
    "evidence evidence.chains[0].features"
  ],
  [
    "a feature too short",
    "spanner",
    { "evidence.chains[0].features[0]": ["1p0"] },
    "evidence evidence.chains[0].features"
  ],
  [
    "a feature that is no double",
    "spanner",
    { "evidence.chains[0].features[0][0]": "2p0" },
    "evidence evidence.chains[0].features"
  ],
  [
    "features too long for any instance",
    "spanner",
    { "evidence.chains[0].features[0][0]": "1p20" },
    "evidence evidence.chains[0]"
  ],
  [
    "too much arithmetic",
    "spanner",
    {
      "evidence.chains[0].features[0][0]": "1p1000",
      "evidence.chains[0].features[1][0]": "1p-1074",
      "evidence.chains[0].order": Array.from({ length: 5000 }, () => 0),
      [`${T}.accepted`]: 5000
    },
    "size evidence.chains[0]"
  ],
  [
    "a chain that fails, said to hold",
    "spanner",
    { "evidence.chains[0].features[0]": ["1p-9", "0p0"] },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["a chain that fails, as a refutation", "lax", {}, "accepted"],
  ["more acceptances than n_max", "spanner", { [`${T}.accepted`]: 42 }, "verdict verdict", "keeps its verdict"],
  ["more acceptances than n_max, as found", "spanner", { [`${T}.accepted`]: 42 }, "accepted"],
  ["as many as n_max", "spanner", { [`${T}.accepted`]: 41 }, "accepted", "keeps its verdict"],
  [
    "T4 on a chain that fails",
    "potential",
    { "evidence.chains[0].features[0]": ["1p-9", "0p0"] },
    "verdict verdict",
    "keeps its verdict"
  ]
])

rows("T6", [
  [
    "a call that took one draw too many",
    "sampler cost",
    { [`${T}.sampler.maxDraws`]: 130 },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["a call that took all it may", "sampler cost", { [`${T}.sampler.maxDraws`]: 129 }, "accepted", "keeps its verdict"],
  [
    "a promise below what is stated",
    "sampler cost",
    { "claim.parameters.promise": (m: number) => m / 2 },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["no promise", "sampler cost", { "claim.parameters.promise": undefined }, `${H}promise`],
  ["a level of 1", "sampler cost", { "claim.parameters.rejectionLevel": 1 }, "unsupported claim.parameters"],
  ["calls at another level", "failure", { [`${T}.sampler.maxDelta`]: 0.04 }, "evidence evidence.runs.trials"],
  ["no level", "failure", { "claim.parameters.rejectionLevel": undefined }, `${H}rejectionLevel`],
  [
    "another verdict at more failures",
    "failure",
    { [`${T}.sampler.unaccepted`]: 25 },
    "verdict verdict",
    "keeps its verdict"
  ],
  [
    "no calls",
    "failure",
    {
      "evidence.runs.trials": (t: ReadonlyArray<{ sampler: object }>) =>
        t.map((x) => ({ ...x, sampler: { ...x.sampler, calls: 0 } }))
    },
    "evidence evidence"
  ],
  [
    "all promises broken",
    "failure",
    {
      "evidence.runs.trials": (t: ReadonlyArray<{ sampler: { calls: number } }>) =>
        t.map((x) => ({ ...x, sampler: { ...x.sampler, promiseBroken: x.sampler.calls } }))
    },
    "evidence evidence"
  ]
])

rows("T6 in law", [
  [
    "a count more than trials",
    "law",
    { "evidence.counts[0]": plus(1) },
    "evidence evidence.law",
    "recomputes the digest"
  ],
  ["a margin of delta itself", "law", { "evidence.request.delta": 0.1 }, "accepted"],
  ["a cell more", "law", { "evidence.law": (l: ReadonlyArray<number>) => [...l, 0] }, "evidence evidence.law"],
  ["a law that does not sum to 1", "law", { "evidence.law[0]": plus(2e-9) }, "evidence evidence.law"],
  ["a law that sums to less", "law", { "evidence.law[0]": plus(-2e-9) }, "evidence evidence.law"],
  ["another sampler", "law", { "algorithm.name": "spanner-sampling" }, "evidence algorithm"],
  ["another oracle", "law", { "algorithm.oracle": "strong" }, "evidence algorithm"],
  ["a wide margin", "law", { "claim.parameters.margin": 0.1001 }, "unsupported claim.parameters.margin"],
  ["a margin below δ", "law", { "claim.parameters.margin": 1e-7 }, "unsupported claim.parameters.margin"],
  [
    "a margin that is too small for so few draws",
    "law",
    { "claim.parameters.margin": 0.07 },
    "verdict verdict",
    "keeps its verdict"
  ],
  [
    "counts that are off",
    "law",
    { "evidence.counts": (c: ReadonlyArray<number>) => [c[0] + 900, ...c.slice(1)] },
    "verdict verdict",
    "keeps its verdict"
  ]
])
