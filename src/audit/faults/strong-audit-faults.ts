/** Wrong variants of the algorithms that draw from their own policy, and of MTSS. */
import { mtss } from "../../algorithm/mtss.ts"
import { onlineDpo } from "../../algorithm/online-dpo.ts"
import { policyGradient } from "../../algorithm/policy-gradient.ts"
import { type AuditFault, claiming } from "./audit-fault.ts"
import { mtssVariant } from "./mtss-variant.ts"
import { onlineDpoVariant } from "./online-dpo-variant.ts"
import { policyGradientVariant } from "./policy-gradient-variant.ts"
import { xpoVariant } from "./xpo-variant.ts"

const onlineDpoFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(onlineDpoVariant("dpo-never-learns", { difference: () => 0 })),
    what: "θ is never updated",
    fails: ["method/least-squares", "own/epsilon"]
  },
  {
    algorithm: claiming(onlineDpoVariant("dpo-sign", { difference: (value) => -value })),
    what: "r₂ − r₁ for r₁ − r₂",
    fails: ["method/least-squares", "own/epsilon"]
  },
  {
    algorithm: claiming(onlineDpoVariant("dpo-last-batch", { data: "last batch", batch: () => 32 })),
    what: "plans from the last batch alone",
    fails: ["method/least-squares"]
  },
  {
    algorithm: claiming(onlineDpoVariant("dpo-chooses", { rewards: "chosen" })),
    what: "says it is proper, and rewards the longest of four draws",
    fails: ["method/proper", "oracle class", "L2"]
  },
  {
    algorithm: claiming({ ...onlineDpo, name: "dpo-free-of-coverage" }, { T_data: "2*ceil(40*d*R/eps)" }),
    what: "claims a T_data in which C_cov does not appear",
    fails: ["own/T_data"]
  }
]

const xpoFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(xpoVariant("xpo-pessimism", { sign: -1 })),
    what: "the sign of optimism is wrong: it puts mass on what the base model shows",
    fails: ["method/optimism"]
  },
  {
    algorithm: claiming(xpoVariant("xpo-no-normaliser", { normaliser: false })),
    what: "log Z is left out of log π",
    fails: ["method/optimism"]
  },
  {
    algorithm: claiming(xpoVariant("xpo-plans-once", { plans: 4 })),
    what: "the plan of the fourth round is kept for ever",
    fails: ["method/optimism"]
  },
  {
    algorithm: claiming(xpoVariant("xpo-returns-plan", { output: "last plan" })),
    what: "returns the optimistic plan, which errs upward, for the fit",
    fails: ["method/least-squares"]
  }
]

const policyGradientFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(policyGradientVariant("gradient-descends", { sign: -1 })),
    what: "descends",
    fails: ["method/policy-gradient", "own/epsilon"]
  },
  {
    algorithm: claiming(policyGradientVariant("gradient-no-baseline", { baseline: "none" })),
    what: "neither reward nor score is taken relative to the group",
    fails: ["method/policy-gradient"]
  },
  {
    algorithm: claiming(policyGradientVariant("gradient-unregularised", { regularised: false })),
    what: "climbs the reward alone, whatever the distance from the base model",
    fails: ["method/policy-gradient", "own/epsilon"]
  },
  {
    algorithm: claiming(policyGradientVariant("gradient-step-constant", { step: ({ step }) => step })),
    what: "the step never decays",
    fails: ["method/policy-gradient"]
  },
  {
    algorithm: claiming(
      policyGradientVariant("gradient-leaves-class", { projects: false, step: ({ step }) => 20 * step })
    ),
    what: "large steps, and never projects onto Θ",
    fails: ["threw", "method/policy-gradient"]
  },
  {
    algorithm: claiming(
      { ...policyGradient, name: "gradient-forgets-group" },
      { T_data: "8*ceil(20*d*R/eps+40*C_cov/64)" }
    ),
    what: "its T_data bound forgets the group",
    fails: ["own/T_data"]
  }
]

const mtssFaults: ReadonlyArray<Omit<AuditFault, "of">> = [
  {
    algorithm: claiming(mtssVariant("mtss-never-restarts", { onFire: "go on" })),
    what: "a Check that fires adds its pair, and the pass goes on",
    fails: ["T8"]
  },
  {
    algorithm: claiming(mtssVariant("mtss-no-correction", { correction: 0 })),
    what: "targets are rewards: Σ ℓ_k is never taken off",
    fails: ["T8"]
  },
  {
    algorithm: claiming(mtssVariant("mtss-forward", { order: "first first", forgets: () => false })),
    what: "layers are refitted from the first to the last, through tilts that are not there yet",
    fails: ["T8"]
  },
  {
    algorithm: claiming(mtssVariant("mtss-first-truncation", { truncation: () => 0 })),
    what: "every layer is truncated by the first layer's Σ",
    fails: ["T8"]
  },
  {
    algorithm: claiming(mtssVariant("mtss-stale-targets", { forgets: () => false })),
    what: "targets of the layers below are kept when a layer above changes",
    fails: ["T8"]
  },
  {
    algorithm: claiming(mtssVariant("mtss-half-certified", { certifies: (n) => Math.floor(n / 2) })),
    what: "half of T_cert rollouts certify",
    fails: ["T8"]
  },
  {
    algorithm: claiming(mtssVariant("mtss-checks-beginnings", { checks: (h) => h === 0 })),
    what: "only empty prefixes are Checked",
    fails: ["T8", "own/epsilon"]
  },
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

const of = (name: string, faults: ReadonlyArray<Omit<AuditFault, "of">>): ReadonlyArray<AuditFault> =>
  faults.map((fault) => ({ ...fault, of: name }))

export const strongFaults: ReadonlyArray<AuditFault> = [
  ...of("online-dpo", onlineDpoFaults),
  ...of("xpo", xpoFaults),
  ...of("policy-gradient", policyGradientFaults),
  ...of("mtss", mtssFaults)
]
