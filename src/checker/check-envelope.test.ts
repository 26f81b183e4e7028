/** What every certificate needs, one rejection at a time. Each row changes a true certificate in one place and makes the rest fit. */
import { plus, rows, stored, text } from "../../properties/certificate/changed.ts"

const T = "evidence.runs.trials[0]"
const { evidence } = stored.T_data
const trials = evidence.kind === "trials" ? evidence.runs.trials : []
const { calls } = trials[0].sampler
const mostRewards = Math.max(...trials.map(({ ledger }) => Number(ledger.rewards)))

rows("the envelope", [
  ["a digest that is another's", "path", { digest: "0".repeat(64) }, "digest digest", "careless"],
  ["anything changed without the digest", "path", { "environment.node": "25.0.0" }, "digest digest", "careless"],
  ["the environment, with the digest", "path", { "environment.node": "25.0.0" }, "accepted", "recomputes the digest"],
  ["a theorem without that part", "path", { "claim.part": "identity" }, "unsupported claim"],
  ["a part named like a method", "path", { "claim.part": "toString" }, "unsupported claim"],
  ["a part of another theorem", "identity", { "claim.theorem": "T7" }, "unsupported claim"],
  [
    "evidence of another kind",
    "coverage",
    { "claim.theorem": "T1", "claim.part": "identity" },
    "evidence evidence.kind"
  ],
  ["evidence of another identity", "path", { "claim.theorem": "T2", "claim.part": "bound" }, "evidence evidence.kind"],
  [
    "another sentence",
    "T_data",
    { "claim.statement": (s: string) => s.replace("<=", "<") },
    "statement claim.statement",
    "recomputes the digest"
  ],
  [
    "a larger bound",
    "T_data",
    { "claim.statement": (s: string) => s.replace(/= \d+/, "= 99999999") },
    "statement claim.statement",
    "recomputes the digest"
  ],
  ["another verdict: supported", "undecided", { verdict: "supported" }, "verdict verdict", "keeps its verdict"],
  ["another verdict: refuted", "epsilon", { verdict: "refuted" }, "verdict verdict", "keeps its verdict"],
  ["another verdict: undecided", "refuted", { verdict: "undecided" }, "verdict verdict", "keeps its verdict"],
  ["a level where the claim is exact", "T_data", { "claim.level": 0.01 }, "hypothesis claim.level"],
  ["no level where it is sampled", "epsilon", { "claim.level": 0 }, "hypothesis claim.level"],
  [
    "a goal that does not enter",
    "T_data",
    { "claim.goal": { epsilon: 1, delta: 0.1, coverage: 2 } },
    "hypothesis claim.goal"
  ],
  ["no instance", "T_data", { instance: null }, "evidence instance"],
  ["an instance beside several", "scaling", { instance: stored.path.instance }, "evidence instance"],
  ["no algorithm", "T_data", { algorithm: null }, "evidence algorithm"],
  ["no seeds", "T_data", { seeds: null }, "evidence seeds"],
  ["no ledger", "T_data", { ledger: null }, "evidence ledger", "recomputes the digest"],
  ["an algorithm where nothing ran", "path", { algorithm: stored.law.algorithm }, "evidence algorithm"],
  ["seeds where nothing ran", "path", { seeds: stored.law.seeds }, "evidence seeds"],
  ["a ledger where nothing ran", "path", { ledger: stored.T_data.ledger }, "evidence ledger"],
  ["a ledger without trials", "scaling", { ledger: stored.T_data.ledger }, "evidence ledger"],
  ["no algorithm of a scaling claim", "scaling", { algorithm: null }, "evidence algorithm"],
  ["no seeds of a law", "law", { seeds: null }, "evidence seeds"],
  ["a parameter that nothing uses", "path", { "claim.parameters": { margin: 0.1 } }, "hypothesis claim.parameters"],
  ["a parameter beside the margin", "law", { "claim.parameters.nu": 1 }, "hypothesis claim.parameters"],
  ["no margin", "scaling", { "claim.parameters": {} }, "hypothesis claim.parameters"],
  ["a refutation that is none", "overspent", { verdict: "supported" }, "evidence instance.data", "keeps its verdict"],
  ["a refutation without its instance", "overspent", { "instance.data": null }, "evidence instance.data"],
  [
    "a refutation of nothing",
    "overspent",
    { "evidence.of.runs.trials[0].ledger.rewards": "1" },
    "evidence instance.data"
  ]
])

rows("the instance", [
  [
    "a digest that is not its own",
    "coverage",
    { "instance.digest": "0".repeat(64) },
    "instance instance.digest",
    "recomputes the digest"
  ],
  ["another SPEC", "coverage", { "instance.spec": "other" }, "instance instance.digest", "recomputes the digest"],
  ["data changed", "coverage", { "instance.data.name": "other" }, "instance instance.digest", "recomputes the digest"],
  ["β that is not the data's", "T_data", { "instance.problem.beta": plus(1) }, "instance instance.problem"],
  ["R that is not the data's", "T_data", { "instance.problem.rewardRange": plus(1) }, "instance instance.problem"],
  ["d that is not the data's", "T_data", { "instance.problem.dimension": 3 }, "instance instance.problem"],
  ["B that is not the data's", "T_data", { "instance.problem.parameterRadius": 2 }, "instance instance.problem"],
  [
    "B of a box: half its width times √d",
    "coverage",
    {
      "instance.data.parameterSet": { kind: "box", halfWidth: 3 },
      "instance.problem.parameterRadius": 3 * Math.sqrt(2)
    },
    "accepted"
  ],
  [
    "B of a box, but its half width",
    "coverage",
    { "instance.data.parameterSet": { kind: "box", halfWidth: 3 }, "instance.problem.parameterRadius": 3 },
    "instance instance.problem"
  ],
  [
    "invalid data",
    "coverage",
    { "instance.data.prompts[0].responses[0].probability": 0.6 },
    "instance instance.data.prompts[0].responses"
  ],
  ["data left out", "T_data", { "instance.data": null }, "accepted"],
  ["data left out where it is needed: T1", "identity", { "instance.data": null }, "evidence instance.data"],
  ["data left out where it is needed: T2", "coverage", { "instance.data": null }, "evidence instance.data"],
  ["data left out where it is needed: T5", "path", { "instance.data": null }, "evidence instance.data"]
])

rows("trials", [
  ["fewer than the seeds say", "T_data", { "seeds.trials": plus(1) }, "evidence seeds.trials", "recomputes the digest"],
  [
    "one left out",
    "T_data",
    { "evidence.runs.trials": (t: ReadonlyArray<never>) => t.slice(1) },
    "evidence evidence.runs.trials[0].trial"
  ],
  ["one twice", "T_data", { "evidence.runs.trials[1].trial": 0 }, "evidence evidence.runs.trials[1].trial"],
  [
    "in another order",
    "T_data",
    { "evidence.runs.trials": (t: ReadonlyArray<never>) => t.toReversed() },
    "evidence evidence.runs.trials[0].trial"
  ],
  ["the first alone", "T_data", { "evidence.runs.trials": (t: ReadonlyArray<never>) => t.slice(0, 1) }, "accepted"],
  ["a refutation by any one trial", "overspent", { "evidence.of.runs.trials[0].trial": 7 }, "accepted"],
  [
    "a refutation by two, out of order",
    "overspent",
    { "evidence.of.runs.trials": (t: ReadonlyArray<never>) => [...t, ...t] },
    "evidence evidence.runs.trials[1].trial"
  ],
  [
    "cut short without a budget",
    "T_data",
    { [`${T}.outcome`]: "budget-exhausted" },
    "evidence evidence.runs.trials[0].outcome"
  ],
  [
    "cut short by a reward budget",
    "T_data",
    { [`${T}.outcome`]: "budget-exhausted", "evidence.runs.budget.rewardQueries": "9999999" },
    "accepted"
  ],
  [
    "cut short by a sampling budget",
    "T_data",
    { [`${T}.outcome`]: "budget-exhausted", "evidence.runs.budget.samplingQueries": "99999999" },
    "accepted"
  ],
  [
    "past the sampling budget",
    "budget",
    { "evidence.runs.budget.samplingQueries": "899" },
    "evidence evidence.runs.trials[0].ledger"
  ],
  [
    "past the reward budget",
    "T_data",
    { "evidence.runs.budget.rewardQueries": `${mostRewards - 1}` },
    `evidence evidence.runs.trials[${trials.findIndex(({ ledger }) => Number(ledger.rewards) === mostRewards)}].ledger`
  ],
  ["at the reward budget", "T_data", { "evidence.runs.budget.rewardQueries": `${mostRewards}` }, "accepted"],
  ["at the sampling budget", "budget", { "evidence.runs.budget.samplingQueries": "900" }, "accepted"],
  [
    "past a reward budget",
    "budget",
    { "evidence.runs.budget.rewardQueries": "1" },
    "evidence evidence.runs.trials[0].ledger"
  ],
  [
    "more endings than sampler calls",
    "T_data",
    {
      [`${T}.sampler.unaccepted`]: 1,
      [`${T}.sampler.promiseBroken`]: calls
    },
    "evidence evidence.runs.trials[0].sampler"
  ],
  [
    "as many endings as sampler calls",
    "T_data",
    { [`${T}.sampler.calls`]: 3, [`${T}.sampler.unaccepted`]: 1, [`${T}.sampler.promiseBroken`]: 2 },
    "accepted"
  ],
  [
    "exact, with an error",
    "T_data",
    { [`${T}.suboptimality.standardError`]: 0.1 },
    "evidence evidence.runs.trials[0].suboptimality"
  ],
  [
    "an average, with an error",
    "T_data",
    { [`${T}.suboptimality`]: { value: 0.1, kind: "average", standardError: 0.1 } },
    "accepted"
  ],
  [
    "strong queries of a weak algorithm",
    "T_data",
    { [`${T}.ledger.strongSampling`]: "1" },
    "evidence evidence.runs.trials[0].ledger"
  ],
  [
    "token queries of a weak algorithm",
    "T_data",
    { [`${T}.ledger.tokenSampling`]: "1" },
    "evidence evidence.runs.trials[0].ledger"
  ],
  [
    "enumeration by a weak algorithm",
    "T_data",
    { [`${T}.ledger.enumeration`]: "1" },
    "evidence evidence.runs.trials[0].ledger"
  ],
  ["enumeration by an enumerating one", "enumeration", {}, "accepted"],
  [
    "strong queries of a strong one",
    "T_data",
    { "algorithm.oracle": "strong", [`${T}.ledger.strongSampling`]: "1" },
    "accepted"
  ],
  [
    "token queries of a token one",
    "T_data",
    { "algorithm.oracle": "token", [`${T}.ledger.tokenSampling`]: "1" },
    "accepted"
  ],
  [
    "token queries of a strong one",
    "T_data",
    { "algorithm.oracle": "strong", [`${T}.ledger.tokenSampling`]: "1" },
    "evidence evidence.runs.trials[0].ledger"
  ],
  [
    "a total of rewards that is off",
    "T_data",
    { "ledger.rewardQueries": text(1n) },
    "evidence ledger",
    "recomputes the digest"
  ],
  [
    "a total of draws that is off",
    "T_data",
    { "ledger.samplingQueries": text(-1n) },
    "evidence ledger",
    "recomputes the digest"
  ],
  [
    "a total per oracle that is off",
    "T_data",
    { "ledger.perOracle.prompts": text(1n) },
    "evidence ledger",
    "recomputes the digest"
  ],
  [
    "a count of a trial that is off",
    "T_data",
    { [`${T}.ledger.weakSampling`]: text(1n) },
    "evidence ledger",
    "recomputes the digest"
  ]
])
