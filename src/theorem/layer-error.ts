/** How far the θ_h of a multi-turn run are from θ*_h in the norms of their own Σ_h (T8 at the last layer, T9 at all). */
import { innerProduct } from "../numeric/inner-product.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import type { LayerParameter } from "../instance/layer-parameter.ts"
import type { TokenInstance } from "../instance/token-instance.ts"
import { layerParameters, type TokenValues, valuesOf } from "../instance/token-values.ts"
import { layerSpanner } from "../run/layers-log.ts"
import type { RunRecord } from "../run/run-record.ts"
import type { Subject } from "./theorem.ts"

/** The exact optimum of a token side, and θ*_h of its layers 1 … H. */
export interface TokenOptimum {
  readonly values: TokenValues
  readonly layers: ReadonlyArray<LayerParameter>
}

const known = new WeakMap<TokenInstance, TokenOptimum>()

/** Worked out once of an instance's tokens. */
export const tokenOptimum = (tokens: TokenInstance, exact: FiniteInstance): TokenOptimum => {
  const before = known.get(tokens)
  if (before !== undefined) return before
  const values = valuesOf(tokens, exact)
  const made = { values, layers: layerParameters(tokens, values) }
  known.set(tokens, made)
  return made
}

/** Q*_h off ⟨θ*_h, φ_h⟩ by no more than rounding, in units of max{R, β}. */
export const isRealized = ({ residual }: LayerParameter, { beta, rewardRange }: FiniteInstance): boolean =>
  residual <= 1e-9 * Math.max(rewardRange, beta)

/** ‖θ_h − θ*_h‖_{Σ_h} and ‖θ*_h‖ of layers 1 … H; undefined where the run has no token policy. */
export const layerErrors = (
  { exact, parameters: p, tokens }: Subject,
  { layers, policy }: RunRecord
): ReadonlyArray<{ readonly error: number; readonly size: number }> | undefined => {
  if (tokens === undefined || layers === undefined || policy.kind !== "token-tilted") return undefined
  const d = tokens.dimension
  return tokenOptimum(tokens, exact).layers.map(({ theta }, h) => {
    const gap = policy.thetas.slice(h * d, (h + 1) * d).map((t, j) => t - theta[j])
    const own = layerSpanner(layers, h, d)
    // ‖gap‖²_Σ = λ‖gap‖² + Σ ⟨φ_i, gap⟩², from the accepted features themselves.
    let square = 0
    for (const g of gap) square += p.lambda * g * g
    for (let i = 0; i < own.count; i++) {
      square += innerProduct(own.accepted, i * d, gap, 0, d) ** 2
    }
    return { error: Math.sqrt(square), size: Math.hypot(...theta) }
  })
}
