/**
 * Checked tokens in law (exact-law.md, t9-mtss-is-pac.md): the first firing token of T_span is Geometric(q), Ẑ is made of the counts of T_span draws from G, the trials
 * are min(Geometric(a), N₂). A visit costs O(levels of the tilt) whatever T_span and N₂ are, and nothing is allocated for it.
 */
import { aliasRows } from "../numeric/alias-table.ts"
import { binomial, categorical, geometric } from "../numeric/random-variates.ts"
import type { Stream } from "../numeric/stream.ts"
import { type Checked, type CheckedPlan, CheckedPlans, CheckedTally } from "./checked-plan.ts"
import type { Charge, Ledger } from "./ledger.ts"
import type { Draws, Rows } from "./rows.ts"
import type { CheckedTilt } from "./services.ts"

export const exactLawChecked = (ledger: Ledger, rows: Rows, charge: Charge, stream: Stream): Draws["checked"] => {
  const { offsets, reference } = rows.table
  const drawRow = aliasRows(reference, offsets)
  const plans = new CheckedPlans(rows)
  const mass = new Float64Array(rows.widest)

  /** Ẑ: the mean weight of T draws from G. */
  const estimate = ({ levels }: CheckedPlan, draws: number): number => {
    const last = levels.length - 1
    let left = draws
    let sum = 0
    for (let k = 0; k < last && left > 0; k++) {
      const n = binomial(stream, left, levels[k].share)
      sum += n * levels[k].weight
      left -= n
    }
    return last === 0 ? levels[0].weight : (sum + left * levels[last].weight) / draws
  }

  /** Trials of the visit under way. */
  let trials = 0

  /** The token that the trials return, as row offset. */
  const returned = (plan: CheckedPlan, { promise, trials: most }: CheckedTilt, normaliser: number): number => {
    const { size, start, tilted, top, weights } = plan
    const scale = 2 * promise * normaliser
    const clipped = top > scale
    let accept = plan.normaliser / scale
    if (clipped) {
      accept = 0
      for (let i = 0; i < size; i++) accept += mass[i] = reference[start + i] * Math.min(1, weights[i] / scale)
    }
    const g = geometric(stream, accept)
    trials = Math.min(g, most)
    if (g <= most) return categorical(stream, clipped ? mass : tilted, 0, size, clipped ? accept : plan.normaliser)
    // The last rejected trial has law ∝ π_ref·(1 − acceptance).
    let total = 0
    for (let i = 0; i < size; i++) total += mass[i] = reference[start + i] * (1 - Math.min(1, weights[i] / scale))
    return categorical(stream, mass, 0, size, total)
  }

  /** A token of Gᶜ. */
  const firing = ({ bad, outside, size, start }: CheckedPlan): number => {
    for (let i = 0; i < size; i++) mass[i] = bad[i] * reference[start + i]
    return start + categorical(stream, mass, 0, size, outside)
  }

  return (at: number, request: CheckedTilt, visits: number): Checked => {
    const { draws } = request
    const budgeted = ledger.room(charge) !== undefined
    const tally = new CheckedTally()
    let charged = 0n
    // Not charged yet: visits that drew T_span tokens, and all other draws.
    let whole = 0
    let others = 0
    const pay = (): void => {
      const due = BigInt(whole) * BigInt(draws) + BigInt(others)
      charged += due
      whole = others = 0
      ledger.chargeExact(charge, due)
    }
    let made = 0
    let fired: Checked["fired"]
    try {
      while (made < visits && fired === undefined) {
        const anchor = drawRow(at, stream)
        const plan = plans.of(at, anchor, request)
        made++
        const g = geometric(stream, plan.outside)
        if (g <= draws) {
          others += 1 + g
          fired = { left: firing(plan), right: anchor }
        } else {
          whole++
          const normaliser = plan.tilts ? estimate(plan, draws) : 1
          trials = 1
          const i = plan.tilts ? returned(plan, request, normaliser) : drawRow(at, stream) - plan.start
          others += 1 + trials
          if (plan.bad[i] === 1) fired = { left: plan.start + i, right: anchor }
          else {
            tally.add(plan, i)
            if (plan.tilts) tally.logNormaliser += Math.log(normaliser)
          }
        }
        if (budgeted) pay()
      }
      if (!budgeted) pay()
    } finally {
      // Also where a budget ends the request: its plans outlive it.
      tally.close()
    }
    return { visits: made, fired, tokens: tally.tokens, logNormaliser: tally.logNormaliser, draws: charged }
  }
}
