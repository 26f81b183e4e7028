/** Specimens made of the algorithms that draw from their own policy, and of MTSS. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import { onlineDpo } from "../../src/algorithm/online-dpo.ts"
import { committedParameters } from "../../src/oracle/handle.ts"
import { type Prompt, relativeFeature, type Response } from "../../src/oracle/handle.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { Prompts, ProperRewards, Rewards, StrongSampling } from "../../src/oracle/services.ts"
import { mistake, type Specimen } from "./specimen.ts"
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

const onlineDpoSpecimens = [
  dpo("dpo-never-learns", "θ is never updated", {
    "rewards[0] - rewards[1]": "0"
  }),
  dpo("dpo-sign", "r₂ − r₁ for r₁ − r₂", {
    "rewards[0] - rewards[1]": "rewards[1] - rewards[0]"
  }),
  {
    algorithm: claiming(choosing),
    what: "says it is proper, and rewards the longest of four draws"
  }
]

const optimistic = mistake("xpo.ts")

const xpoSpecimens = [
  optimistic(
    "xpo-pessimism",
    "the sign of optimism is wrong: it puts mass on what the base model shows",

    { "        optimism,\n": "        optimism: -optimism,\n" }
  ),
  optimistic("xpo-no-normaliser", "log Z is left out of log π", {
    "prompts: [...met.values()].filter(({ visits }) => visits > 0)": "prompts: []"
  }),
  optimistic("xpo-plans-once", "the plan of the fourth round is kept for ever", {
    "  let plan: Float64Array = new Float64Array(d)\n":
      "  let plan: Float64Array = new Float64Array(d)\n  let made = 0\n",
    "    plan: () => {\n": "    plan: () => {\n      if (made++ >= 4) return plan\n"
  })
]

const gradient = mistake("policy-gradient.ts")

const policyGradientSpecimens = [
  gradient("gradient-descends", "descends", {
    "theta[j] += eta": "theta[j] -= eta"
  }),
  gradient(
    "gradient-no-baseline",
    "neither reward nor score is taken relative to the group",

    { "centre[j] += phi[j] / G": "centre[j] = 0", "let advantage = rewards[i] - mean": "let advantage = rewards[i]" }
  ),
  gradient(
    "gradient-unregularised",
    "climbs the reward alone, whatever the distance from the base model",

    { "    for (let j = 0; j < d; j++) advantage -= theta[j] * (phi[j] - centre[j])\n": "" }
  )
]

const multiTurn = mistake("mtss.ts")
const FORGETS =
  "      for (const layer of this.layers.slice(0, stale)) for (const pair of layer.core) pair.target = undefined\n"

const mtssSpecimens = [
  multiTurn("mtss-never-restarts", "a Check that fires adds its pair, and the pass goes on", {
    "if (fired !== undefined) return { layer: h, pair: fired }": `if (fired !== undefined) {
          const phi = relativeFeature(fired.left, fired.right)
          this.journal.accepted(phi, h)
          layers[h].accept(fired, phi)
        }`
  }),
  multiTurn("mtss-no-correction", "targets are rewards: Σ ℓ_k is never taken off", {
    "let sum = -this.problem.beta * end.logRatio": "let sum = 0"
  }),
  multiTurn(
    "mtss-forward",
    "layers are refitted from the first to the last, through tilts that are not there yet",

    { "for (let h = from; h >= 0; h--)": "for (let h = 0; h <= from; h++)", [FORGETS]: "" }
  ),
  multiTurn("mtss-wide-truncation", "its policy is truncated at twice the ν of its Checks", {
    "this.layers.map((layer) => layer.test)": "this.layers.map(({ test }) => ({ ...test, nu: 2 * test.nu }))"
  }),
  multiTurn("mtss-stale-targets", "targets of the layers below are kept when a layer above changes", {
    [FORGETS]: ""
  }),
  multiTurn("mtss-half-promise", "trials are made with half of M", {
    "draws, promise, trials }": "draws, promise: promise / 2, trials }"
  }),
  multiTurn("mtss-half-certified", "half of T_cert rollouts certify", {
    "done < certifyingRollouts": "done < Math.floor(certifyingRollouts / 2)"
  }),
  multiTurn("mtss-checks-beginnings", "only at empty prefixes are T_span tokens drawn", {
    "const { request } = layers[h]":
      "const { draws, ...rest } = layers[h].request; const request = { ...rest, draws: h > 0 ? 1 : draws }"
  })
]

export const strongSpecimens: ReadonlyArray<Specimen> = await Promise.all([
  ...onlineDpoSpecimens,
  ...xpoSpecimens,
  ...policyGradientSpecimens,
  ...mtssSpecimens
])
