/** Correct variants of every built-in algorithm, with the claims of the wrong ones: an audit may refute none. */
import type { AnyAlgorithm, Goal } from "../../src/algorithm/algorithm.ts"
import { bestOfNElliptic } from "../../src/algorithm/best-of-n-elliptic.ts"
import { exhaustive } from "../../src/algorithm/exhaustive.ts"
import { mtss } from "../../src/algorithm/mtss.ts"
import { onlineDpo } from "../../src/algorithm/online-dpo.ts"
import { passive } from "../../src/algorithm/passive.ts"
import { policyGradient } from "../../src/algorithm/policy-gradient.ts"
import { spannerSampling } from "../../src/algorithm/spanner-sampling.ts"
import { theoryParameters } from "../../src/algorithm/spanner-sampling-parameters.ts"
import { spannerSamplingAdaptive } from "../../src/algorithm/spanner-sampling-adaptive.ts"
import { xpo } from "../../src/algorithm/xpo.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import type { Problem } from "../../src/oracle/services.ts"
import { type AuditVariant } from "./audit-fault.ts"
import { claiming } from "../variants/refuted.ts"
import { edited } from "../variants/edited.ts"
import { ownDraws } from "./weak-faults.ts"
import { variant } from "../../src/verify/faults/spanner-sampling-variant.ts"

/** An algorithm with both its parameter rules followed by a change. */
const reparametrised = (
  algorithm: AnyAlgorithm<OracleServices>,
  name: string,
  change: (p: Readonly<Record<string, number>>) => Readonly<Record<string, number>>
): AnyAlgorithm<OracleServices> => {
  const then = (rule: typeof algorithm.practical) => (problem: Problem, goal: Goal) => {
    const p: Readonly<Record<string, number>> = rule(problem, goal)
    return { ...p, ...change(p) }
  }
  return { ...algorithm, name, fromTheory: then(algorithm.fromTheory), practical: then(algorithm.practical) }
}

export const auditVariants: ReadonlyArray<AuditVariant> = [
  {
    of: "spanner-sampling",
    algorithm: claiming(variant("spanner-own-search", { search: "draws" })),
    what: "phase 1 by plain draws, tested by the learner"
  },
  {
    of: "spanner-sampling",
    algorithm: claiming(
      variant("spanner-antithetic", { antithetic: true, estimate: (theta) => theta * (1 + 2 ** -44) })
    ),
    what: "pair members in the opposite order, θ off in its last digits"
  },
  {
    of: "spanner-sampling",
    algorithm: claiming({
      ...spannerSampling,
      name: "spanner-other-ridge",
      fromTheory: (problem: Problem, goal: Goal) => theoryParameters(problem, goal, 0.25),
      practical: (problem: Problem, goal: Goal) => ({ ...spannerSampling.practical(problem, goal), lambda: 0.25 })
    }),
    what: "λ = 1/4, with the parameters T7 sets for it"
  },
  {
    of: "spanner-sampling-adaptive",
    algorithm: claiming(
      await edited("spanner-sampling-adaptive.ts", "adaptive-whole-searches", {
        "const SEARCH_SHARE = 1 / 4": "const SEARCH_SHARE = 1",
        "    if ((R - plausible) / beta - logNormaliser > Math.log(guess)) return false\n": ""
      })
    ),
    what: "the whole search in every stage, every judging pair rewarded"
  },
  {
    of: "spanner-sampling-adaptive",
    algorithm: claiming(
      await edited("spanner-sampling-adaptive.ts", "adaptive-trebles", { "Math.min(2 * guess": "Math.min(3 * guess" })
    ),
    what: "the guess is trebled"
  },
  {
    of: "spanner-sampling-adaptive",
    algorithm: claiming(
      reparametrised(spannerSamplingAdaptive, "adaptive-more-probes", ({ probes }) => ({ probes: 3 * probes }))
    ),
    what: "three times the draws to judge a stage"
  },
  {
    of: "best-of-n-elliptic",
    algorithm: claiming(await edited("best-of-n-elliptic.ts", "best-of-n-own-draws", ownDraws("a > b")), {
      T_data: "2*ceil(40*d*R/eps)",
      T_comp: "ceil(40*d*R/eps)*(1+ceil(3*C_cov))"
    }),
    what: "makes and compares its draws itself, with its true bounds"
  },
  {
    of: "best-of-n-elliptic",
    algorithm: claiming(
      reparametrised(bestOfNElliptic, "best-of-n-wide", ({ draws, rounds }) => ({
        draws: 2 * draws,
        rounds: rounds + 9
      }))
    ),
    what: "twice the draws, nine more rounds"
  },
  {
    of: "passive",
    algorithm: claiming(
      await edited("passive.ts", "passive-batches", { "LARGEST_BATCH = 65_536": "LARGEST_BATCH = 1000" }),
      {
        T_data: "2*ceil(40*d*R*C_cov/eps)",
        T_comp: "2*ceil(40*d*R*C_cov/eps)"
      }
    ),
    what: "batches of a thousand, with its true bounds"
  },
  {
    of: "passive",
    algorithm: claiming(reparametrised(passive, "passive-ridge-tenth", ({ lambda }) => ({ lambda: lambda / 10 }))),
    what: "a tenth of the ridge"
  },
  {
    of: "exhaustive",
    algorithm: claiming(
      await edited("exhaustive.ts", "exhaustive-first", {
        "if (q <= norm) continue": "if (q <= norm || best !== undefined) continue"
      })
    ),
    what: "takes the first response above ν, not the farthest"
  },
  {
    of: "exhaustive",
    algorithm: claiming(reparametrised(exhaustive, "exhaustive-finer", ({ nu }) => ({ nu: nu / 2 }))),
    what: "half of ν"
  },
  {
    of: "online-dpo",
    algorithm: claiming(
      await edited("online-dpo.ts", "dpo-order", {
        "responses[0], responses[1], phi), rewards[0] - rewards[1]":
          "responses[1], responses[0], phi), rewards[1] - rewards[0]",
        "plan: estimate,": "plan: estimate,\n      longest: 16,"
      }),
      {
        T_data: "2*ceil(40*d*R/eps+20*C_cov)"
      }
    ),
    what: "the greedy draw is subtracted, plans every 16 pairs, with its true bound"
  },
  {
    of: "online-dpo",
    algorithm: claiming(reparametrised(onlineDpo, "dpo-more-pairs", ({ pairs }) => ({ pairs: 2 * pairs + 1 }))),
    what: "twice the pairs"
  },
  {
    of: "xpo",
    algorithm: claiming(
      await edited("xpo.ts", "xpo-few-starts", {
        "optimisticFit(objective, starts, plan)": "optimisticFit(objective, Math.min(1, starts), plan)"
      })
    ),
    what: "one optimistic start a fit"
  },
  {
    of: "xpo",
    algorithm: claiming(reparametrised(xpo, "xpo-less-optimism", ({ optimism }) => ({ optimism: optimism / 2 }))),
    what: "half of α"
  },
  {
    of: "policy-gradient",
    algorithm: claiming(
      await edited("policy-gradient.ts", "gradient-reversed", {
        "const one of groups": "const one of groups.toReversed()"
      }),
      { T_data: "64*ceil(20*d*R/eps+100*C_cov/64)" }
    ),
    what: "sums its groups in the other order, with its true bound"
  },
  {
    of: "policy-gradient",
    algorithm: claiming(reparametrised(policyGradient, "gradient-wider-groups", () => ({ group: 16, prompts: 4 }))),
    what: "groups of 16 at four prompts"
  },
  {
    of: "mtss",
    algorithm: claiming(
      await edited("mtss.ts", "mtss-every-target", {
        "this.layers.slice(0, stale)": "this.layers",
        "yield* this.fit(stale)": "yield* this.fit(this.layers.length - 1)"
      }),
      { T_comp: "1e5*C_cond*H^4" }
    ),
    what: "every target is rolled out again in every pass"
  },
  {
    of: "mtss",
    algorithm: claiming(
      reparametrised(mtss, "mtss-surer", ({ promise, tokensPerPrefix, trials }) => ({
        promise: 1.5 * promise,
        tokensPerPrefix: 2 * tokensPerPrefix,
        trials: 2 * trials
      }))
    ),
    what: "longer Checks, a larger promise"
  }
]
