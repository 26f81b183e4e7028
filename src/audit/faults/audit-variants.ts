/** Correct variants of every built-in algorithm, with the claims of the wrong ones: an audit may refute none. */
import type { AnyAlgorithm, Goal } from "../../algorithm/algorithm.ts"
import { bestOfNElliptic } from "../../algorithm/best-of-n-elliptic.ts"
import { exhaustive } from "../../algorithm/exhaustive.ts"
import { mtss } from "../../algorithm/mtss.ts"
import { onlineDpo } from "../../algorithm/online-dpo.ts"
import { passive } from "../../algorithm/passive.ts"
import { policyGradient } from "../../algorithm/policy-gradient.ts"
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import { theoryParameters } from "../../algorithm/spanner-sampling-parameters.ts"
import { spannerSamplingAdaptive } from "../../algorithm/spanner-sampling-adaptive.ts"
import { xpo } from "../../algorithm/xpo.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import type { Problem } from "../../oracle/services.ts"
import { adaptiveVariant } from "./adaptive-variant.ts"
import { type AuditVariant, claiming } from "./audit-fault.ts"
import { bestOfNVariant } from "./best-of-n-variant.ts"
import { exhaustiveVariant } from "./exhaustive-variant.ts"
import { mtssVariant } from "./mtss-variant.ts"
import { onlineDpoVariant } from "./online-dpo-variant.ts"
import { passiveVariant } from "./passive-variant.ts"
import { policyGradientVariant } from "./policy-gradient-variant.ts"
import { variant } from "../../verify/faults/spanner-sampling-variant.ts"
import { xpoVariant } from "./xpo-variant.ts"

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
    algorithm: claiming(variant("spanner-antithetic", { antithetic: true, solver: "cholesky" })),
    what: "pair members in the opposite order, θ by Cholesky"
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
    algorithm: claiming(adaptiveVariant("adaptive-rewritten")),
    what: "rewritten: the whole search in every stage, every judging pair rewarded"
  },
  {
    of: "spanner-sampling-adaptive",
    algorithm: claiming(adaptiveVariant("adaptive-trebles", { next: (guess) => 3 * guess })),
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
    algorithm: claiming(bestOfNVariant("best-of-n-rewritten"), {
      T_data: "2*ceil(40*d*R/eps)",
      T_comp: "ceil(40*d*R/eps)*(1+ceil(3*C_cov))"
    }),
    what: "rewritten, with its true bounds"
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
    algorithm: claiming(passiveVariant("passive-batches", { batch: 1000 }), {
      T_data: "2*ceil(40*d*R*C_cov/eps)",
      T_comp: "2*ceil(40*d*R*C_cov/eps)"
    }),
    what: "batches of a thousand, with its true bounds"
  },
  {
    of: "passive",
    algorithm: claiming(reparametrised(passive, "passive-ridge-tenth", ({ lambda }) => ({ lambda: lambda / 10 }))),
    what: "a tenth of the ridge"
  },
  {
    of: "exhaustive",
    algorithm: claiming(exhaustiveVariant("exhaustive-first", { takes: "first" })),
    what: "takes the first response above ν, not the farthest"
  },
  {
    of: "exhaustive",
    algorithm: claiming(reparametrised(exhaustive, "exhaustive-finer", ({ nu }) => ({ nu: nu / 2 }))),
    what: "half of ν"
  },
  {
    of: "online-dpo",
    algorithm: claiming(onlineDpoVariant("dpo-order", { order: "greedy second", batch: () => 16 }), {
      T_data: "2*ceil(40*d*R/eps+20*C_cov)"
    }),
    what: "the greedy draw comes second, plans every 16 pairs, with its true bound"
  },
  {
    of: "online-dpo",
    algorithm: claiming(reparametrised(onlineDpo, "dpo-more-pairs", ({ pairs }) => ({ pairs: 2 * pairs + 1 }))),
    what: "twice the pairs"
  },
  {
    of: "xpo",
    algorithm: claiming(xpoVariant("xpo-few-starts", { starts: (most) => Math.min(1, most) })),
    what: "one optimistic start a fit"
  },
  {
    of: "xpo",
    algorithm: claiming(reparametrised(xpo, "xpo-less-optimism", ({ optimism }) => ({ optimism: optimism / 2 }))),
    what: "half of α"
  },
  {
    of: "policy-gradient",
    algorithm: claiming(policyGradientVariant("gradient-rewritten"), { T_data: "64*ceil(20*d*R/eps+100*C_cov/64)" }),
    what: "rewritten, with its true bound"
  },
  {
    of: "policy-gradient",
    algorithm: claiming(reparametrised(policyGradient, "gradient-wider-groups", () => ({ group: 16, prompts: 4 }))),
    what: "groups of 16 at four prompts"
  },
  {
    of: "mtss",
    algorithm: claiming(mtssVariant("mtss-every-target", { forgets: () => true }), { T_comp: "1e5*C_cond*H^4" }),
    what: "every target is rolled out again in every pass"
  },
  {
    of: "mtss",
    algorithm: claiming(
      reparametrised(mtss, "mtss-surer", ({ pairsPerPrefix, promise, rejectionLevel }) => ({
        pairsPerPrefix: 2 * pairsPerPrefix,
        promise: 1.5 * promise,
        rejectionLevel: rejectionLevel / 2
      }))
    ),
    what: "longer Checks, a larger promise"
  }
]
