/** Wrong variants of the algorithms that draw from their own policy, and of MTSS. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import { mtss } from "../../src/algorithm/mtss.ts"
import { onlineDpo } from "../../src/algorithm/online-dpo.ts"
import { policyGradient } from "../../src/algorithm/policy-gradient.ts"
import { committedParameters } from "../../src/oracle/handle.ts"
import { type Prompt, relativeFeature, type Response } from "../../src/oracle/handle.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { Prompts, ProperRewards, Rewards, StrongSampling } from "../../src/oracle/services.ts"
import { type AuditFault, mistake, of } from "./audit-fault.ts"
import { claiming } from "../variants/refuted.ts"

const DRAWS = 4

/** Online DPO whose proper oracle is its own: of four draws of each plan the one longest from π_ref's is rewarded. */
const choosing: AnyAlgorithm<OracleServices> = {
  ...onlineDpo,
  name: "dpo-chooses",
  run: Effect.fnUntraced(function* (problem, parameters) {
    const prompts = yield* Prompts
    const strong = yield* StrongSampling
    const rewards = yield* Rewards
    const length = (y: Response, to: Response) => relativeFeature(y, to).reduce((s, v) => s + v * v, 0)
    const explore: ProperRewards["Service"]["explore"] = (commitment, n) =>
      Effect.gen(function* () {
        const [theta, base] = committedParameters(commitment)
        const groups = []
        for (let i = 0; i < n; i++) {
          const [prompt] = yield* prompts.draw(1)
          const [anchor] = yield* strong.draw(base, [prompt])
          const drawn = yield* strong.draw(theta, new Array<Prompt>(DRAWS).fill(prompt))
          const longest = drawn.reduce((a, b) => (length(b, anchor) > length(a, anchor) ? b : a))
          const responses = [longest, anchor]
          groups.push({ prompt, responses, rewards: yield* rewards.query(responses) })
        }
        return groups
      })
    return yield* onlineDpo.run(problem, parameters).pipe(Effect.provideService(ProperRewards, { explore }))
  })
}

const dpo = mistake("online-dpo.ts")
const LEARNS = "design.add(relativeFeature(responses[0], responses[1], phi), rewards[0] - rewards[1])"

const onlineDpoFaults = [
  dpo("dpo-never-learns", "θ is never updated", ["method/least-squares", "own/epsilon"], {
    "rewards[0] - rewards[1]": "0"
  }),
  dpo("dpo-sign", "r₂ − r₁ for r₁ − r₂", ["method/least-squares", "own/epsilon"], {
    "rewards[0] - rewards[1]": "rewards[1] - rewards[0]"
  }),
  dpo("dpo-last-batch", "plans from the last batch alone", ["method/least-squares"], {
    "const phi = new Float64Array(d)":
      "const phi = new Float64Array(d)\n    let recent = new RidgeRegression(d, lambda)",
    "plan: estimate,": `longest: 32,
      plan: () => {
        const theta = new Float64Array(d)
        recent.solve(theta)
        recent = new RidgeRegression(d, lambda)
        return projectOnto(theta, parameterSet)
      },`,
    [LEARNS]: LEARNS.replace("design.add", "for (const one of [design, recent]) one.add")
  }),
  {
    algorithm: claiming(choosing),
    what: "says it is proper, and rewards the longest of four draws",
    fails: ["method/proper", "oracle class", "L2"]
  },
  {
    algorithm: claiming({ ...onlineDpo, name: "dpo-free-of-coverage" }, { T_data: "2*ceil(40*d*R/eps)" }),
    what: "claims a T_data in which C_cov does not appear",
    fails: ["own/T_data"]
  }
]

const optimistic = mistake("xpo.ts")

const xpoFaults = [
  optimistic(
    "xpo-pessimism",
    "the sign of optimism is wrong: it puts mass on what the base model shows",
    ["method/optimism"],
    { "        optimism,\n": "        optimism: -optimism,\n" }
  ),
  optimistic("xpo-no-normaliser", "log Z is left out of log π", ["method/optimism"], {
    "prompts: [...met.values()].filter(({ visits }) => visits > 0)": "prompts: []"
  }),
  optimistic("xpo-plans-once", "the plan of the fourth round is kept for ever", ["method/optimism"], {
    "  let plan: Float64Array = new Float64Array(d)\n":
      "  let plan: Float64Array = new Float64Array(d)\n  let made = 0\n",
    "    plan: () => {\n": "    plan: () => {\n      if (made++ >= 4) return plan\n"
  }),
  optimistic(
    "xpo-returns-plan",
    "returns the optimistic plan, which errs upward, for the fit",
    ["method/least-squares"],
    { "theta: leastSquares({ design, parameterSet }) })": "theta: plan.slice() })" }
  )
]

const gradient = mistake("policy-gradient.ts")
const DECAYS = "step / (1 + t / decay)"

const policyGradientFaults = [
  gradient("gradient-descends", "descends", ["method/policy-gradient", "own/epsilon"], {
    "theta[j] += eta": "theta[j] -= eta"
  }),
  gradient(
    "gradient-no-baseline",
    "neither reward nor score is taken relative to the group",
    ["method/policy-gradient"],
    { "centre[j] += phi[j] / G": "centre[j] = 0", "let advantage = rewards[i] - mean": "let advantage = rewards[i]" }
  ),
  gradient(
    "gradient-unregularised",
    "climbs the reward alone, whatever the distance from the base model",
    ["method/policy-gradient", "own/epsilon"],
    { "    for (let j = 0; j < d; j++) advantage -= theta[j] * (phi[j] - centre[j])\n": "" }
  ),
  gradient("gradient-step-constant", "the step never decays", ["method/policy-gradient"], { [DECAYS]: "step" }),
  gradient("gradient-leaves-class", "large steps, and never projects onto Θ", ["threw", "method/policy-gradient"], {
    [DECAYS]: `(20 * step) / (1 + t / 1e9)`,
    "      projectOnto(theta, parameterSet)\n": ""
  }),
  {
    algorithm: claiming(
      { ...policyGradient, name: "gradient-forgets-group" },
      { T_data: "8*ceil(20*d*R/eps+100*C_cov/64)" }
    ),
    what: "its T_data bound forgets the group",
    fails: ["own/T_data"]
  }
]

const multiTurn = mistake("mtss.ts")
const FORGETS =
  "      for (const layer of this.layers.slice(0, stale)) for (const pair of layer.core) pair.target = undefined\n"

const mtssFaults = [
  multiTurn("mtss-never-restarts", "a Check that fires adds its pair, and the pass goes on", ["T8"], {
    "if (fired !== undefined) return { layer: h, pair: fired }": `if (fired !== undefined) {
          const phi = relativeFeature(fired.left, fired.right)
          this.journal.accepted(phi, h)
          layers[h].accept(fired, phi)
        }`
  }),
  multiTurn("mtss-no-correction", "targets are rewards: Σ ℓ_k is never taken off", ["T8"], {
    "let sum = -this.problem.beta * end.logRatio": "let sum = 0"
  }),
  multiTurn(
    "mtss-forward",
    "layers are refitted from the first to the last, through tilts that are not there yet",
    ["T8"],
    { "for (let h = from; h >= 0; h--)": "for (let h = 0; h <= from; h++)", [FORGETS]: "" }
  ),
  multiTurn("mtss-wide-truncation", "its policy is truncated at twice the ν of its Checks", ["T8"], {
    "this.layers.map((layer) => layer.test)": "this.layers.map(({ test }) => ({ ...test, nu: 2 * test.nu }))"
  }),
  multiTurn("mtss-stale-targets", "targets of the layers below are kept when a layer above changes", ["T8"], {
    [FORGETS]: ""
  }),
  multiTurn("mtss-half-promise", "trials are made with half of M", ["T8"], {
    "draws, promise, trials }": "draws, promise: promise / 2, trials }"
  }),
  multiTurn("mtss-half-certified", "half of T_cert rollouts certify", ["T8"], {
    "done < certifyingRollouts": "done < Math.floor(certifyingRollouts / 2)"
  }),
  multiTurn("mtss-checks-beginnings", "only at empty prefixes are T_span tokens drawn", ["T8", "own/epsilon"], {
    "const { request } = layers[h]":
      "const { draws, ...rest } = layers[h].request; const request = { ...rest, draws: h > 0 ? 1 : draws }"
  }),
  {
    algorithm: claiming({ ...mtss, name: "mtss-of-responses", oracle: "weak" }),
    what: "says it draws whole responses",
    fails: ["threw", "oracle class"]
  },
  {
    algorithm: claiming({ ...mtss, name: "mtss-linear-in-length" }, { T_comp: "1000*C_cond*H" }),
    what: "claims a T_comp linear in H",
    fails: ["own/T_comp"]
  }
]

export const strongFaults: ReadonlyArray<AuditFault> = [
  ...(await of("online-dpo", onlineDpoFaults)),
  ...(await of("xpo", xpoFaults)),
  ...(await of("policy-gradient", policyGradientFaults)),
  ...(await of("mtss", mtssFaults))
]
