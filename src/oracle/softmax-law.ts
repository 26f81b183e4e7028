/**
 * SoftmaxSampler in law (t6-softmax-sampler.md): the counts of its N₁ estimation draws, the number of trials to the first acceptance and the row it returns, each from its own law
 * and so in O(R) whatever M is. The exact-law interpreters of whole responses and of tokens differ in what a row is and in what a draw is charged as.
 */
import { categorical, geometric, multinomial } from "../numeric/random-variates.ts"
import type { Stream } from "../numeric/stream.ts"
import type { Charge } from "./ledger.ts"
import type { samplerDraws } from "./sampler-draws.ts"
import type { TiltRequest } from "./services.ts"
import { acceptance, estimateLogNormaliser, type Logits, type Workbench } from "./workbench.ts"

/** What came of one call. */
export interface SoftmaxOutcome {
  /** The returned row, by its offset. */
  readonly at: number
  readonly accepted: boolean
  /** Trials made. */
  readonly made: number
  readonly logNormaliser: number
}

/**
 * The sampler over rows of `reference`. Books every call; charges the trials, when their number is known, as `oracle`. The estimation draws are the caller's to charge
 * before it asks: a budget they overrun must stop the call before anything is drawn.
 *
 * @param widest largest number of rows of a request
 */
export const softmaxLaw = (
  bench: Workbench,
  oracle: Charge,
  reference: Float64Array,
  widest: number,
  stream: Stream
): ((logits: Logits, request: TiltRequest, draws: ReturnType<typeof samplerDraws>) => SoftmaxOutcome) => {
  const counts = new Float64Array(widest)
  const mass = new Float64Array(widest)
  return (logits, { delta, promise }, { estimate, trials }) => {
    const { size, start, values } = logits
    multinomial(stream, estimate, reference, start, start + size, counts)
    const logNormaliser = estimateLogNormaliser(counts, values, size, estimate)
    let accept = 0
    for (let i = 0; i < size; i++)
      accept += mass[i] = reference[start + i] * acceptance(values[i], logNormaliser, promise)
    const g = geometric(stream, accept)
    const accepted = g <= trials
    const made = accepted ? g : trials
    bench.ledger.charge(oracle, made)
    bench.book(logits, promise, delta, accepted, estimate + made, estimate + trials)
    let total = accept
    if (!accepted) {
      // The last rejected trial has law ∝ π_ref·(1 − acceptance).
      total = 0
      for (let i = 0; i < size; i++) total += mass[i] = reference[start + i] - mass[i]
    }
    return { at: categorical(stream, mass, 0, size, total), accepted, made, logNormaliser }
  }
}
