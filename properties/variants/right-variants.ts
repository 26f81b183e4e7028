/** Right programs that are a built-in algorithm with something changed that its theorems leave free, claiming ε and often their true costs. */
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
import { claiming } from "./refuted.ts"
import { type Edits, edited } from "./edited.ts"
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

/** What stands in best-of-n-elliptic.ts, where the oracle compares the n draws, and a learner's own comparison instead. */
const ownDraws: Edits = {
  'import { projectOnto } from "../policy/parameter-set.ts"\n':
    'import { projectOnto } from "../policy/parameter-set.ts"\nimport { whitenedNormSquared } from "../policy/elliptic-test.ts"\n',
  "const novel = yield* weak.farthest(anchor, { dimension: d, whitening: design.whitening(), nu: 1 }, draws)": `const test = { dimension: d, whitening: design.whitening(), nu: 1 }
      const norm = (y) => whitenedNormSquared(test, relativeFeature(y, anchor))
      const drawn = yield* weak.draw(new Array(draws).fill(asked[0]))
      const novel = drawn.reduce((kept, y) => (norm(y) > norm(kept) ? y : kept))`
}

export const rightVariants: ReadonlyArray<AnyAlgorithm<OracleServices>> = [
  // Phase 1 by plain draws, tested by the learner.
  claiming(variant("spanner-own-search", { search: "draws" })),
  // Pair members in the opposite order, θ off in its last digits.
  claiming(variant("spanner-antithetic", { antithetic: true, estimate: (theta) => theta * (1 + 2 ** -44) })),
  // λ = 1/4, with the parameters T7 sets for it.
  claiming({
    ...spannerSampling,
    name: "spanner-other-ridge",
    fromTheory: (problem: Problem, goal: Goal) => theoryParameters(problem, goal, 0.25),
    practical: (problem: Problem, goal: Goal) => ({ ...spannerSampling.practical(problem, goal), lambda: 0.25 })
  }),
  // The whole search in every stage, every judging pair rewarded.
  claiming(
    await edited("spanner-sampling-adaptive.ts", "adaptive-whole-searches", {
      "const SEARCH_SHARE = 1 / 4": "const SEARCH_SHARE = 1",
      "    if ((R - plausible) / beta - logNormaliser > Math.log(guess)) return false\n": ""
    })
  ),
  // The guess is trebled.
  claiming(
    await edited("spanner-sampling-adaptive.ts", "adaptive-trebles", { "Math.min(2 * guess": "Math.min(3 * guess" })
  ),
  // Three times the draws to judge a stage.
  claiming(reparametrised(spannerSamplingAdaptive, "adaptive-more-probes", ({ probes }) => ({ probes: 3 * probes }))),
  // Makes and compares its draws itself, with its true bounds.
  claiming(await edited("best-of-n-elliptic.ts", "best-of-n-own-draws", ownDraws), {
    T_data: "2*ceil(40*d*R/eps)",
    T_comp: "ceil(40*d*R/eps)*(1+ceil(3*C_cov))"
  }),
  // Twice the draws, nine more rounds.
  claiming(
    reparametrised(bestOfNElliptic, "best-of-n-wide", ({ draws, rounds }) => ({
      draws: 2 * draws,
      rounds: rounds + 9
    }))
  ),
  // Batches of a thousand, with its true bounds.
  claiming(await edited("passive.ts", "passive-batches", { "LARGEST_BATCH = 65_536": "LARGEST_BATCH = 1000" }), {
    T_data: "2*ceil(40*d*R*C_cov/eps)",
    T_comp: "2*ceil(40*d*R*C_cov/eps)"
  }),
  // A tenth of the ridge.
  claiming(reparametrised(passive, "passive-ridge-tenth", ({ lambda }) => ({ lambda: lambda / 10 }))),
  // Takes the first response above ν, not the farthest.
  claiming(
    await edited("exhaustive.ts", "exhaustive-first", {
      "if (q <= norm) continue": "if (q <= norm || best !== undefined) continue"
    })
  ),
  // Half of ν.
  claiming(reparametrised(exhaustive, "exhaustive-finer", ({ nu }) => ({ nu: nu / 2 }))),
  // The greedy draw is subtracted, plans every 16 pairs, with its true bound.
  claiming(
    await edited("online-dpo.ts", "dpo-order", {
      "responses[0], responses[1], phi), rewards[0] - rewards[1]":
        "responses[1], responses[0], phi), rewards[1] - rewards[0]",
      "plan: estimate,": "plan: estimate,\n      longest: 16,"
    }),
    {
      T_data: "2*ceil(40*d*R/eps+20*C_cov)"
    }
  ),
  // Twice the pairs.
  claiming(reparametrised(onlineDpo, "dpo-more-pairs", ({ pairs }) => ({ pairs: 2 * pairs + 1 }))),
  // One optimistic start a fit.
  claiming(
    await edited("xpo.ts", "xpo-few-starts", {
      "optimisticFit(objective, starts, plan)": "optimisticFit(objective, Math.min(1, starts), plan)"
    })
  ),
  // Half of α.
  claiming(reparametrised(xpo, "xpo-less-optimism", ({ optimism }) => ({ optimism: optimism / 2 }))),
  // Sums its groups in the other order, with its true bound.
  claiming(
    await edited("policy-gradient.ts", "gradient-reversed", {
      "const one of groups": "const one of groups.toReversed()"
    }),
    { T_data: "64*ceil(20*d*R/eps+100*C_cov/64)" }
  ),
  // Groups of 16 at four prompts.
  claiming(reparametrised(policyGradient, "gradient-wider-groups", () => ({ group: 16, prompts: 4 }))),
  // Every target is rolled out again in every pass.
  claiming(
    await edited("mtss.ts", "mtss-every-target", {
      "this.layers.slice(0, stale)": "this.layers",
      "yield* this.fit(stale)": "yield* this.fit(this.layers.length - 1)"
    }),
    { T_comp: "1e5*C_cond*H^4" }
  ),
  // Longer Checks, a larger promise.
  claiming(
    reparametrised(mtss, "mtss-surer", ({ promise, tokensPerPrefix, trials }) => ({
      promise: 1.5 * promise,
      tokensPerPrefix: 2 * tokensPerPrefix,
      trials: 2 * trials
    }))
  )
]
