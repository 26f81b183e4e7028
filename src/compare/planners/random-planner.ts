/** A fair random assignment: satisfies 2^{−k} of the terms on average, whatever the formula. */
import { fairAssignment, type Planner } from "./planner.ts"

export const randomPlanner: Planner = {
  name: "random",
  polynomial: true,
  fixed: false,
  plan: ({ variables }, _, stream) => fairAssignment(variables, stream)
}
