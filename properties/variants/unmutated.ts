/**
 * Wrong programs that no mutation of the generator's makes: right ones whose claim is wrong, and mistakes in the adaptive learner and in MTSS, whose sources the generator
 * leaves out (an audit of each mutant takes minutes).
 */
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import { bestOfNElliptic } from "../../src/algorithm/best-of-n-elliptic.ts"
import { mtss } from "../../src/algorithm/mtss.ts"
import { onlineDpo } from "../../src/algorithm/online-dpo.ts"
import { passive } from "../../src/algorithm/passive.ts"
import { policyGradient } from "../../src/algorithm/policy-gradient.ts"
import { spannerSampling } from "../../src/algorithm/spanner-sampling.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { type Edits, edited } from "./edited.ts"
import { claiming } from "./refuted.ts"

export interface Unmutated {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** What is wrong, one phrase. */
  readonly what: string
}

const adaptive = async (name: string, what: string, edits: Edits): Promise<Unmutated> => ({
  algorithm: claiming(await edited("spanner-sampling-adaptive.ts", name, edits)),
  what
})
/** Judging without the look that spares rewards. */
const rewardsAll: Edits = {
  "    if ((R - plausible) / beta - logNormaliser > Math.log(guess)) return false\n": ""
}

export const unmutated: ReadonlyArray<Unmutated> = [
  {
    algorithm: claiming({ ...spannerSampling, name: "spanner-forgets-phase-one" }, { T_data: "2*ceil(40*d*R/eps)" }),
    what: "its T_data bound forgets the rewards of the spanner"
  },
  {
    algorithm: claiming(
      { ...bestOfNElliptic, name: "best-of-n-free-draws" },
      { T_comp: "ceil(40*d*R/eps)*(1+ceil(C_cov))" }
    ),
    what: "its T_comp bound forgets that n is three times C_cov"
  },
  {
    algorithm: claiming({ ...passive, name: "passive-free-of-coverage" }, { T_data: "80*d*R/eps + 2" }),
    what: "claims a T_data in which C_cov does not appear"
  },
  {
    algorithm: claiming({ ...onlineDpo, name: "dpo-free-of-coverage" }, { T_data: "2*ceil(40*d*R/eps)" }),
    what: "claims a T_data in which C_cov does not appear"
  },
  {
    algorithm: claiming(
      { ...policyGradient, name: "gradient-forgets-group" },
      { T_data: "8*ceil(20*d*R/eps+100*C_cov/64)" }
    ),
    what: "its T_data bound forgets the group"
  },
  {
    algorithm: claiming({ ...mtss, name: "mtss-of-responses", oracle: "weak" }),
    what: "says it draws whole responses"
  },
  {
    algorithm: claiming({ ...mtss, name: "mtss-linear-in-length" }, { T_comp: "1000*C_cond*H" }),
    what: "claims a T_comp linear in H"
  },
  await adaptive("adaptive-never-doubles", "the first guess is always enough", {
    ...rewardsAll,
    "return beyond / beta - logNormaliser <= Math.log(guess)": "return true"
  }),
  await adaptive(
    "adaptive-fears-nothing-unseen",
    "judges a guess by the coverage of what it has seen, never by what it has not",
    { ...rewardsAll, "(R - reward + tilt(pair, asked))": "tilt(pair, asked)" }
  ),
  await adaptive("adaptive-drops-spanner", "every stage begins with an empty design", {
    "const design = new RidgeRegression": "let design = new RidgeRegression",
    "      const stage = at(parameters, guess)\n":
      "      const stage = at(parameters, guess)\n      design = new RidgeRegression(d, parameters.lambda)\n"
  }),
  await adaptive("adaptive-wastes-judging", "rewards spent on judging never enter the regression", {
    "      design.add(relativeFeature(pair.left, pair.right, phi), reward - anchorReward)\n": ""
  })
]
