/** θ*_h of one layer: the least-squares solution of Q*_h(s,a) − Q*_h(s,a′) = ⟨θ, φ_h(s,a) − φ_h(s,a′)⟩ over all nodes of the layer. */
import type { TokenTable } from "./token-instance.ts"

export interface LayerParameter {
  /** θ*_h, length d; 0 along directions that no relative feature of the layer has. */
  readonly theta: Float64Array
  /** max ∣(Q − Q₀) − ⟨θ, φ − φ₀⟩∣ over rows and the first row of their node, in units of reward. */
  readonly residual: number
}

/** A pivot below this share of the largest entry of the Gram matrix is a direction that the layer does not have. */
const RANK = 1e-11

/** Solves Gx = m for a positive semidefinite G by Gaussian elimination with diagonal pivots; free directions get 0. Destroys G and m. */
const solve = (gram: Float64Array, moment: Float64Array, d: number): Float64Array => {
  let scale = 0
  for (let i = 0; i < d; i++) scale = Math.max(scale, gram[i * d + i])
  const order: Array<number> = []
  const left = new Set(Array.from({ length: d }, (_, i) => i))
  for (;;) {
    let pivot = -1
    for (const i of left) if (pivot < 0 || gram[i * d + i] > gram[pivot * d + pivot]) pivot = i
    if (pivot < 0 || !(gram[pivot * d + pivot] > RANK * scale)) break
    left.delete(pivot)
    order.push(pivot)
    for (const i of left) {
      const factor = gram[i * d + pivot] / gram[pivot * d + pivot]
      if (factor === 0) continue
      for (const j of left) gram[i * d + j] -= factor * gram[pivot * d + j]
      moment[i] -= factor * moment[pivot]
    }
  }
  const x = new Float64Array(d)
  for (const [at, i] of [...order.entries()].reverse()) {
    let s = moment[i]
    for (const j of order.slice(at + 1)) s -= gram[i * d + j] * x[j]
    x[i] = s / gram[i * d + i]
  }
  return x
}

/** @param actionValue Q*_h by row, up to a constant per node. O(N_h·d²). */
export const layerParameter = (tokens: TokenTable, actionValue: Float64Array, layer: number): LayerParameter => {
  const { dimension: d, features, layers, offsets } = tokens
  const gram = new Float64Array(d * d)
  const moment = new Float64Array(d)
  const phi = new Float64Array(d)
  const overRows = (visit: (difference: number) => void): void => {
    for (let n = 0; n < layers.length; n++) {
      if (layers[n] !== layer) continue
      const first = offsets[n]
      for (let row = first + 1; row < offsets[n + 1]; row++) {
        for (let j = 0; j < d; j++) phi[j] = features[row * d + j] - features[first * d + j]
        visit(actionValue[row] - actionValue[first])
      }
    }
  }
  overRows((difference) => {
    for (let i = 0; i < d; i++) {
      if (phi[i] === 0) continue
      moment[i] += phi[i] * difference
      for (let j = 0; j < d; j++) gram[i * d + j] += phi[i] * phi[j]
    }
  })
  const theta = solve(gram, moment, d)
  let residual = 0
  overRows((difference) => {
    let s = difference
    for (let j = 0; j < d; j++) s -= theta[j] * phi[j]
    residual = Math.max(residual, Math.abs(s))
  })
  return { theta, residual }
}
