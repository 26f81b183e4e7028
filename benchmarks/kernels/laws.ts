/** What the softmax and the literal steps of the suite are timed on. */
import type { ConcreteResponses } from "../../src/instance/draw-table.ts"
import { Stream } from "../../src/numeric/stream.ts"

/** Responses a prompt of the softmax and of the literal steps. */
export const PROMPT = 256
/** Responses of the literal first-hit: past any table of pairs. */
export const WIDE = 2048

/** A law of R responses, the last of them of mass 10⁻¹² and far from all others. */
export const law = (R: number, d: number): { readonly responses: ConcreteResponses; readonly white: Float64Array } => {
  const stream = Stream.fromSeed(2)
  const reference = Float64Array.from({ length: R }, () => (0.1 + stream.next()) / R)
  reference[R - 1] = 1e-12
  const white = Float64Array.from({ length: R * d }, () => (stream.next() - 0.5) / Math.sqrt(d))
  for (let j = 0; j < d; j++) white[(R - 1) * d + j] = 4 / Math.sqrt(d)
  return {
    white,
    responses: { offsets: Int32Array.of(0, R), reference, rowOf: Int32Array.from({ length: R }, (_, i) => i) }
  }
}
