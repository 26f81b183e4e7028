/** The rules of T8, one rejection at a time. Each row changes a true certificate in one place and makes the rest fit. */
import { describe, expect, it } from "vitest"
import { edit, type Edit, plus, rows, stored } from "../../properties/certificate/changed.ts"
import { RULES } from "./check-claims.ts"
import { check } from "./check.ts"
import { adversaries } from "../../properties/certificate/mutants.ts"

const T = "evidence.runs.trials[0]"
const H = "hypothesis claim.parameters."
const trials = "evidence evidence.runs.trials"

/** A run of one pass, of a prefix more than a pass may visit. */
const onePass = (drawn: string): Readonly<Record<string, Edit>> => ({
  [`${T}.layers`]: { accepted: [0, 0, 0], prefixes: 283, longestPass: 283 },
  [`${T}.ledger.tokenSampling`]: drawn
})
/** A run cut short in its fifth pass. */
const cut = (drawn: string): Readonly<Record<string, Edit>> => ({
  "evidence.runs.budget.samplingQueries": "999999",
  [`${T}.ledger.tokenSampling`]: drawn
})

rows("T8's counts", [
  [
    "as many restarts as H n_max",
    "restarts",
    { [`${T}.layers.accepted`]: [11, 11, 11] },
    "accepted",
    "keeps its verdict"
  ],
  [
    "a restart more than H n_max",
    "restarts",
    { [`${T}.layers.accepted`]: [11, 11, 12] },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["a restart more, as found", "restarts", { [`${T}.layers.accepted`]: [11, 11, 12] }, "accepted"],
  ["tokens of more features", "restarts", { "instance.problem.tokens.dimension": 2 }, "accepted"],
  [
    "tokens of more features, by the old sentence",
    "restarts",
    { "instance.problem.tokens.dimension": 2 },
    "statement claim.statement",
    "recomputes the digest"
  ],
  [
    "as long a pass as may be",
    "pass",
    { [`${T}.layers.longestPass`]: 282, [`${T}.layers.prefixes`]: 282 },
    "accepted",
    "keeps its verdict"
  ],
  [
    "a pass of a prefix more",
    "pass",
    { [`${T}.layers.longestPass`]: 283, [`${T}.layers.prefixes`]: 283 },
    "verdict verdict",
    "keeps its verdict"
  ],
  [
    "a token more than prefixes pay for",
    "tokens",
    { [`${T}.ledger.tokenSampling`]: "14041" },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["all that prefixes pay for", "tokens", { [`${T}.ledger.tokenSampling`]: "14040" }, "accepted", "keeps its verdict"],
  ["an overdrawn run, as a refutation", "overdrawn", {}, "accepted"],
  [
    "an overdrawn run, said to hold",
    "overdrawn",
    { verdict: "supported" },
    "evidence instance.data",
    "keeps its verdict"
  ],
  [
    "all that passes may pay for, where more prefixes were visited",
    "tokens",
    onePass("54990"),
    "accepted",
    "keeps its verdict"
  ],
  ["a token more than passes may pay for", "tokens", onePass("54991"), "verdict verdict", "keeps its verdict"],
  ["a run cut short that drew all its passes may", "in budget", cut("274950"), "accepted", "keeps its verdict"],
  ["a run cut short that drew a token more", "in budget", cut("274951"), "verdict verdict", "keeps its verdict"],
  ["no number of rollouts", "pass", { "claim.parameters.rollouts": 1.5 }, `${H}rollouts`],
  ["no certifying rollouts", "pass", { "claim.parameters.certifyingRollouts": 0 }, `${H}certifyingRollouts`],
  ["no pairs a prefix", "tokens", { "claim.parameters.pairsPerPrefix": undefined }, `${H}tokensPerPrefix`],
  [
    "tokens against an anchor that draw as much",
    "tokens",
    {
      "claim.parameters.pairsPerPrefix": undefined,
      "claim.parameters.tokensPerPrefix": 170,
      "claim.parameters.trials": 219,
      [`${T}.ledger.tokenSampling`]: "14040"
    },
    "accepted"
  ],
  [
    "no trials of such tokens",
    "tokens",
    { "claim.parameters.pairsPerPrefix": undefined, "claim.parameters.tokensPerPrefix": 170 },
    `${H}trials`
  ],
  ["no promise", "tokens", { "claim.parameters.promise": undefined }, `${H}promise`],
  ["no ν", "restarts", { "claim.parameters.nu": undefined }, `${H}nu`]
])

rows("T8's premises", [
  ["no layers", "restarts", { [`${T}.layers`]: undefined }, trials],
  ["a layer too few", "restarts", { [`${T}.layers.accepted`]: (a: ReadonlyArray<number>) => a.slice(1) }, trials],
  ["a layer too many", "pass", { [`${T}.layers.accepted`]: (a: ReadonlyArray<number>) => [...a, 0] }, trials],
  ["another horizon", "tokens", { "instance.problem.tokens.horizon": 4 }, trials],
  ["no tokens", "restarts", { "instance.problem.tokens": undefined }, trials],
  ["another oracle", "restarts", { "algorithm.oracle": "weak" }, "evidence evidence.runs.trials[0].ledger"],
  [
    "another oracle, nothing drawn",
    "pass",
    {
      "algorithm.oracle": "weak",
      "evidence.runs.trials": (t: ReadonlyArray<{ ledger: object }>) =>
        t.map((x) => ({ ...x, ledger: { ...x.ledger, tokenSampling: "0" } }))
    },
    trials
  ],
  ["a pass longer than all passes", "pass", { [`${T}.layers.longestPass`]: (n: number) => 9 * n }, trials],
  [
    "the only pass as long as all",
    "pass",
    { [`${T}.layers.accepted`]: [0, 0, 0], [`${T}.layers.prefixes`]: 34 },
    "accepted"
  ],
  [
    "a prefix more than the only pass",
    "pass",
    { [`${T}.layers.accepted`]: [0, 0, 0], [`${T}.layers.prefixes`]: 35 },
    trials
  ],
  [
    "a completed run that visited nothing",
    "tokens",
    { [`${T}.layers`]: { accepted: [2, 2, 2], prefixes: 0, longestPass: 0 } },
    trials
  ],
  [
    "a run cut short that tells of no prefix",
    "in budget",
    { [`${T}.layers`]: { accepted: [2, 2, 2], prefixes: 0, longestPass: 0 } },
    "accepted"
  ]
])

rows("T8's spanners", [
  ["a pair more than n_max", "layers", { [`${T}.layers.accepted[1]`]: 12 }, "verdict verdict", "keeps its verdict"],
  ["as many as n_max", "layers", { [`${T}.layers.accepted[1]`]: 11 }, "accepted", "keeps its verdict"],
  [
    "a chain longer than its layer",
    "layers",
    { [`${T}.layers.accepted[1]`]: plus(-1) },
    "evidence evidence.chains[1].order"
  ],
  [
    "a chain of no layer",
    "layers",
    { "evidence.chains": (c: ReadonlyArray<never>) => [...c, c[0]] },
    "evidence evidence.chains[6].order"
  ],
  [
    "a feature of another dimension",
    "layers",
    { "evidence.chains[4].features[0]": ["1p0", "0p0"] },
    "evidence evidence.chains[4].features"
  ],
  [
    "tokens of another dimension",
    "layers",
    { "instance.problem.tokens.dimension": 2 },
    "evidence evidence.chains[0].features"
  ],
  ["another λ", "layers", { "claim.parameters.lambda": 0.26 }, "evidence evidence.lambda"],
  ["another ν", "layers", { "claim.parameters.nu": 0.76 }, "evidence evidence.nu"],
  [
    "a norm that is not above ν",
    "layers",
    { "evidence.chains[2].features[0]": ["1p-9"] },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["a feature of norm above 2", "layers", { "evidence.chains[2].features[0]": ["5p0"] }, "evidence evidence.chains[2]"]
])

const I = "evidence.identity"
rows("T8's exactness", [
  [
    "a parameter that is off",
    "regression",
    { [`${I}.fits[0].theta[0]`]: plus(-2) },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["a parameter that is off, as found", "regression", { [`${I}.fits[0].theta[0]`]: plus(-2) }, "accepted"],
  [
    "no parameter at all, which the ridge allows",
    "regression",
    { [`${I}.fits[0].theta[0]`]: 0, [`${I}.fits[0].features`]: [[0], [0]] },
    "accepted",
    "keeps its verdict"
  ],
  [
    "a parameter just past what it allows",
    "regression",
    { [`${I}.fits[0].theta[0]`]: -3e-6, [`${I}.fits[0].features`]: [[0], [0]] },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["another truth", "regression", { [`${I}.star[0]`]: (x: number) => -x }, "verdict verdict", "keeps its verdict"],
  ["a truth of nothing", "regression", { [`${I}.star[0]`]: 0 }, "evidence evidence.identity"],
  ["a truth of more features", "regression", { [`${I}.star`]: [1, 1] }, "evidence evidence.identity.fits"],
  ["an estimate of more features", "regression", { [`${I}.fits[1].theta`]: [1, 1] }, "evidence evidence.identity.fits"],
  ["a feature too long", "regression", { [`${I}.fits[1].features[0]`]: [1, 1] }, "evidence evidence.identity.fits"],
  ["numbers past all intervals", "regression", { [`${I}.fits[0].features[0]`]: [1e200] }, "evidence evidence.identity"],
  [
    "features that enlarge the error",
    "regression",
    { [`${I}.fits[0].features[0]`]: [30] },
    "verdict verdict",
    "keeps its verdict"
  ],
  ["a larger λ", "regression", { "claim.parameters.lambda": 0.5 }, "accepted"],
  ["no λ", "regression", { "claim.parameters.lambda": undefined }, `${H}lambda`],
  [
    "a pair left out",
    "regression",
    { [`${I}.fits[0].features`]: (f: ReadonlyArray<never>) => f.slice(1) },
    "evidence evidence.identity.fits"
  ],
  ["a pair more in another layer", "regression", { [`${I}.runs.trials[0].layers.accepted`]: [3, 3, 2] }, "accepted"],
  [
    "a pair less in the last layer",
    "regression",
    { [`${I}.runs.trials[0].layers.accepted`]: [2, 2, 1] },
    "evidence evidence.identity.fits"
  ],
  ["no layers to fit", "regression", { [`${I}.runs.trials[0].layers`]: undefined }, "evidence evidence.runs.trials"],
  ["no tokens to fit", "regression", { "instance.problem.tokens": undefined }, "evidence evidence.runs.trials"],
  ["a trial that was not made", "regression", { [`${I}.fits[1].trial`]: 2 }, "evidence evidence.identity.fits"],
  [
    "a run cut short",
    "regression",
    { [`${I}.runs.trials[1].outcome`]: "budget-exhausted", [`${I}.runs.budget.samplingQueries`]: "99999999" },
    "evidence evidence.identity.fits"
  ],
  ["fewer fits", "regression", { [`${I}.fits`]: (f: ReadonlyArray<never>) => f.slice(1) }, "accepted"],
  [
    "rewards with noise",
    "regression",
    { "instance.data.noise.kind": "bernoulli" },
    "hypothesis instance.data.noise.kind"
  ],
  ["an instance that is not carried", "regression", { "instance.data": null }, "accepted"]
])

describe("what T8's certificates take as stated", () => {
  it("is said", () => {
    const assumed = (name: string, edits: Readonly<Record<string, Edit>> = {}) => {
      const result = check(JSON.stringify(adversaries["makes everything fit"](edit(name, edits))))
      return result.status === "accepted" ? result.assumed : result.reason
    }
    const tokens = "H and the dimension of token features, as stated, are those of the instance"
    for (const name of ["restarts", "pass", "tokens", "layers"]) expect(assumed(name), name).toEqual([tokens])
    expect(assumed("regression")).toEqual([tokens, "the stated theta*_H is that of last tokens"])
    expect(assumed("regression", { "instance.data": null })).toContain(
      "the stated theta*_H is that of last tokens, and rewards have no noise"
    )
    expect(assumed("layers", { "evidence.chains": (c: ReadonlyArray<never>) => c.slice(0, 4) })).toEqual([
      tokens,
      "4 later acceptances are counted, not carried"
    ])
    // Of other theorems nothing that tokens enter.
    expect(assumed("T_data", { "instance.problem.tokens": { horizon: 3, dimension: 1 } })).toEqual([])
  })

  it("is all that the sentences rest on: they have the numbers recomputed", () => {
    const sentences = ["restarts", "pass", "tokens", "layers", "regression"].map((name) => stored[name].claim.statement)
    expect(sentences).toEqual([
      "restarts <= H n_max = 33; largest of 2 trials 6",
      "prefixes visited in a pass <= n_roll n_max H(H - 1) + T_cert H = 282; largest of 2 trials 34",
      "T_comp / min{prefixes, (restarts + 1)(n_roll n_max H(H - 1) + T_cert H)} <= 2 T_span + N1 + N2 + 1 = 195; largest of 2 trials 128",
      "every accepted norm > nu, with nu = 0.75, exactly: fails in 0 of 6 chains; accepted pairs <= n_max = 11; largest of 6 layers 2",
      "norm^2 of theta_H - theta*_H in Sigma_H / lambda norm^2 of theta*_H <= 1, to 2e-6: largest of 2 fits 0.111111"
    ])
    expect([...RULES.keys()].filter((rule) => rule.startsWith("T8/"))).toHaveLength(5)
  })
})
