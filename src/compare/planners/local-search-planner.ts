/** Hill climbing over assignments by single flips, from n random starts: keeps the assignment with the largest chance of a probe. O(n·flips·m·k) for each start. */
import type { DnfFormula } from "../../instance/families/dnf-formula.ts"
import { logistic } from "../../numeric/logistic.ts"
import { fairAssignment, type Planner } from "./planner.ts"

/** Climbs from `a`, in place, to where no single flip raises Σ_x σ(c(1−τ_x)); returns that sum. */
export const climb = ({ variables: n, width: k, literals }: DnfFormula, c: number, a: Float64Array): number => {
  const m = literals.length / k
  const chance = Float64Array.from({ length: k + 1 }, (_, violated) => logistic(c * (1 - 2 * violated)))
  const violated = new Int32Array(m)
  const occurrences: Array<Array<number>> = Array.from({ length: n }, () => [])
  literals.forEach((literal, at) => {
    occurrences[Math.abs(literal) - 1].push(at)
    if (Math.sign(literal) !== a[Math.abs(literal) - 1]) violated[Math.floor(at / k)]++
  })
  for (;;) {
    let best = 1e-12
    let flip = -1
    for (let j = 0; j < n; j++) {
      let gain = 0
      for (const at of occurrences[j]) {
        const v = violated[Math.floor(at / k)]
        gain += chance[Math.sign(literals[at]) === a[j] ? v + 1 : v - 1] - chance[v]
      }
      if (gain > best) [best, flip] = [gain, j]
    }
    if (flip < 0) return violated.reduce((s, v) => s + chance[v], 0)
    for (const at of occurrences[flip]) violated[Math.floor(at / k)] += Math.sign(literals[at]) === a[flip] ? 1 : -1
    a[flip] = -a[flip]
  }
}

export const localSearchPlanner: Planner = {
  name: "local-search",
  polynomial: true,
  fixed: false,
  plan: (formula, c, stream) => {
    let best: Float64Array = new Float64Array(formula.variables)
    let most = -1
    for (let start = 0; start < formula.variables; start++) {
      const a = fairAssignment(formula.variables, stream)
      const chance = climb(formula, c, a)
      if (chance > most) [most, best] = [chance, a]
    }
    return best
  }
}
