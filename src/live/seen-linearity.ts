/** How far rewards are from linear in φ on the responses that were seen: what can be known of realizability where nothing else of r* is. */
import { closestLinear, linearResidual, type LinearResidual } from "../instance/misspecification.ts"
import type { RowFeatures } from "../oracle/handle.ts"

export interface SeenResponse {
  /** Prompt number. */
  readonly x: number
  readonly row: number
  /** Times it was drawn. */
  readonly draws: number
  readonly reward: number
}

/** Of the least-squares θ, a constant per prompt free: where it is not 0, no θ realizes the rewards. */
export const seenLinearity = (
  { dimension: d, features }: RowFeatures,
  seen: ReadonlyArray<SeenResponse>
): LinearResidual => {
  const sorted = seen.toSorted((a, b) => a.x - b.x)
  const offsets: Array<number> = []
  const totals: Array<number> = []
  sorted.forEach(({ draws, x }, i) => {
    if (i === 0 || sorted[i - 1].x !== x) {
      offsets.push(i)
      totals.push(0)
    }
    totals[totals.length - 1] += draws
  })
  offsets.push(sorted.length)
  const all = totals.reduce((a, b) => a + b, 0)
  const place = new Int32Array(sorted.length)
  for (let p = 0; p + 1 < offsets.length; p++) place.fill(p, offsets[p], offsets[p + 1])
  const table = {
    dimension: d,
    promptProbabilities: Float64Array.from(totals, (n) => n / all),
    offsets: Int32Array.from(offsets),
    reference: Float64Array.from(sorted, ({ draws }, i) => draws / totals[place[i]]),
    features: Float64Array.from(
      { length: sorted.length * d },
      (_, i) => features[sorted[Math.floor(i / d)].row * d + (i % d)]
    ),
    meanReward: Float64Array.from(sorted, ({ reward }) => reward)
  }
  return linearResidual(table, closestLinear(table))
}
