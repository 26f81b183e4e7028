/**
 * Projected gradient ascent of the chance of a probe, E_x π_θ(1∣x) = mean σ(c(1−τ_x)), from parameters near π_ref: what policy optimisation would do with the
 * formula in hand. A few starts, the best end.
 *
 * Near θ = 0 every literal pulls alike, so it first goes where the majority of literals points, and then to the terms nearest to that.
 */
import type { DnfFormula } from "../../instance/families/dnf-formula.ts"
import { logistic } from "../../numeric/logistic.ts"
import { probeRate } from "../../../lower-bounds/proper-exploration/inequality.ts"
import type { Planner } from "./planner.ts"

const STARTS = 4
const STEPS = 120
/** Every step moves the fastest coordinate by this much. */
const STEP = 0.05
/** Size of a start, in units of the box. */
const NEAR = 0.05

/** ∇ mean σ(c(1−τ)) into `out`, divided by its largest weight: only its direction is used, and e^{−ck} underflows. */
export const probeGradient = (
  { width: k, literals }: DnfFormula,
  c: number,
  theta: Float64Array,
  out: Float64Array
): void => {
  const m = literals.length / k
  const logWeight = new Float64Array(m)
  let top = -Infinity
  for (let i = 0; i < m; i++) {
    let tau = 0
    for (let o = i * k; o < (i + 1) * k; o++) tau += 1 - Math.sign(literals[o]) * theta[Math.abs(literals[o]) - 1]
    // σ′(z) = σ(z)σ(−z), with z = c(1−τ) far below 0 at first.
    const z = c * (1 - tau)
    logWeight[i] = -Math.abs(z) + 2 * Math.log(logistic(Math.abs(z)))
    if (logWeight[i] > top) top = logWeight[i]
  }
  out.fill(0)
  for (let i = 0; i < m; i++) {
    const weight = Math.exp(logWeight[i] - top)
    for (let o = i * k; o < (i + 1) * k; o++) out[Math.abs(literals[o]) - 1] += weight * Math.sign(literals[o])
  }
}

export const gradientPlanner: Planner = {
  name: "gradient",
  polynomial: true,
  fixed: false,
  plan: (formula, c, stream) => {
    const n = formula.variables
    const gradient = new Float64Array(n)
    let best: Float64Array = new Float64Array(n)
    let most = -1
    for (let start = 0; start < STARTS; start++) {
      const theta = Float64Array.from({ length: n }, () => NEAR * (2 * stream.next() - 1))
      for (let step = 0; step < STEPS; step++) {
        probeGradient(formula, c, theta, gradient)
        const size = gradient.reduce((s, g) => Math.max(s, Math.abs(g)), 0)
        if (size === 0) break
        for (let j = 0; j < n; j++) theta[j] = Math.max(-1, Math.min(1, theta[j] + (STEP * gradient[j]) / size))
      }
      const chance = probeRate(formula, c, theta)
      if (chance > most) [most, best] = [chance, theta]
    }
    return best
  }
}
