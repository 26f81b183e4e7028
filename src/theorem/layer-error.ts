/** How far the θ_h of a multi-turn run are from θ*_h in the norms of their own Σ_h (T8 at the last layer, T9 at all). */
import { layerParameters, valuesOf } from "../instance/token-values.ts"
import { layerSpanner } from "../run/layers-log.ts"
import type { RunRecord } from "../run/run-record.ts"
import type { Subject } from "./theorem.ts"

/** ‖θ_h − θ*_h‖_{Σ_h} and ‖θ*_h‖ of layers 1 … H; undefined where the run has no token policy. */
export const layerErrors = (
  { exact, parameters: p, tokens }: Subject,
  { layers, policy }: RunRecord
): ReadonlyArray<{ readonly error: number; readonly size: number }> | undefined => {
  if (tokens === undefined || layers === undefined || policy.kind !== "token-tilted") return undefined
  const d = tokens.dimension
  return layerParameters(tokens, valuesOf(tokens, exact)).map(({ theta }, h) => {
    const gap = policy.thetas.slice(h * d, (h + 1) * d).map((t, j) => t - theta[j])
    const own = layerSpanner(layers, h, d)
    // ‖gap‖²_Σ = λ‖gap‖² + Σ ⟨φ_i, gap⟩², from the accepted features themselves.
    let square = 0
    for (const g of gap) square += p.lambda * g * g
    for (let i = 0; i < own.count; i++) {
      let s = 0
      for (let j = 0; j < d; j++) s += own.accepted[i * d + j] * gap[j]
      square += s * s
    }
    return { error: Math.sqrt(square), size: Math.hypot(...theta) }
  })
}
