/** Checked tokens, drawn one by one (t9-mtss-is-pac.md): anchor, T_span tokens, trials. Draws are addressed as those of the other literal requests (literal.ts). */
import type { ResponseSource } from "../instance/instance.ts"
import { type Stream, uniform } from "../numeric/stream.ts"
import { countDraws } from "../search/draw-counter.ts"
import type { SessionSearch } from "../search/session-search.ts"
import { type Checked, type CheckedPlan, CheckedPlans, CheckedTally } from "./checked-plan.ts"
import type { Charge, Ledger } from "./ledger.ts"
import type { Draws, Rows } from "./rows.ts"
import type { CheckedTilt } from "./services.ts"

/** @param batch largest number of draws generated at once; results do not depend on it */
export const literalChecked = (
  ledger: Ledger,
  search: SessionSearch,
  rows: Rows,
  source: ResponseSource,
  charge: Charge,
  stream: Stream,
  batch: number
): Draws["checked"] => {
  const { words } = search
  const plans = new CheckedPlans(rows)
  const drawn = new Int32Array(batch)
  const coinHigh = new Int32Array(batch)
  const coinLow = new Int32Array(batch)
  let count = 0

  /** Index of the first of `draws` draws of a key that fires, or −1. */
  const firstFiring = (at: number, { bad, start }: CheckedPlan, { k0, k1 }: Stream, draws: number): number => {
    for (let done = 0; done < draws; done += batch) {
      const n = Math.min(batch, draws - done)
      source.drawRows(at, k0, k1, done, n, drawn, words)
      for (let i = 0; i < n; i++) if (bad[drawn[i] - start] === 1) return done + i
    }
    return -1
  }

  /** The first accepted of `most` trials, or the last one: its row offset, and how many were made. */
  const trial = (at: number, { start }: CheckedPlan, accept: Float64Array, key: Stream, most: number) => {
    const trials = key.split("trial")
    const coins = key.split("coin")
    let size = Math.min(batch, 64)
    let last = 0
    for (let done = 0; done < most;) {
      const n = Math.min(size, most - done)
      source.drawRows(at, trials.k0, trials.k1, done, n, drawn, words)
      words(coins.k0, coins.k1, done, n, coinHigh, coinLow)
      for (let i = 0; i < n; i++) {
        last = drawn[i] - start
        if (uniform(coinHigh[i], coinLow[i]) < accept[last]) return { row: last, made: done + i + 1 }
      }
      done += n
      size = Math.min(batch, 4 * size)
    }
    return { row: last, made: most }
  }

  return (at: number, request: CheckedTilt, visits: number): Checked => {
    const { draws, promise, trials: most } = request
    const { offsets } = rows.table
    const [start, size] = [offsets[at], offsets[at + 1] - offsets[at]]
    const tally = new CheckedTally()
    let charged = 0n
    const pay = (n: number): void => {
      charged += BigInt(n)
      ledger.charge(charge, n)
    }
    let made = 0
    let fired: Checked["fired"]
    try {
      while (made < visits && fired === undefined) {
        const key = stream.split("visit", count++)
        made++
        pay(1)
        const anchorKey = key.split("anchor")
        source.drawRows(at, anchorKey.k0, anchorKey.k1, 0, 1, drawn, words)
        const plan = plans.of(at, drawn[0], request)
        const { anchor, bad, weights } = plan
        const checking = key.split("check")
        // Counted first: a kernel counts many draws, and most Checks find nothing.
        const counts = countDraws(source, at, checking, draws, start, size, search)
        if (counts.some((n, i) => n > 0 && bad[i] === 1)) {
          const first = firstFiring(at, plan, checking, draws)
          pay(first + 1)
          source.drawRows(at, checking.k0, checking.k1, first, 1, drawn, words)
          fired = { left: drawn[0], right: anchor }
          break
        }
        pay(draws)
        let logNormaliser = 0
        let accept = weights
        if (plan.tilts) {
          const normaliser = counts.reduce((s, n, i) => s + n * weights[i], 0) / draws
          logNormaliser = Math.log(normaliser)
          accept = weights.map((w) => Math.min(1, w / (2 * promise * normaliser)))
        }
        const end = trial(at, plan, accept, key, plan.tilts ? most : 1)
        pay(end.made)
        if (bad[end.row] === 1) fired = { left: start + end.row, right: anchor }
        else {
          tally.add(plan, end.row)
          tally.logNormaliser += logNormaliser
        }
      }
    } finally {
      tally.close()
    }
    return { visits: made, fired, tokens: tally.tokens, logNormaliser: tally.logNormaliser, draws: charged }
  }
}
