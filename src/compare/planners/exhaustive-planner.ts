/** All 2ⁿ assignments: OPT itself. What L2 says a proper learner needs and cannot have in polynomial time. */
import { maxDnf } from "../../../lower-bounds/proper-exploration/max-dnf.ts"
import type { Planner } from "./planner.ts"

export const exhaustivePlanner: Planner = {
  name: "exhaustive",
  polynomial: false,
  fixed: true,
  plan: (formula) => Float64Array.from(maxDnf(formula).assignment)
}
