/**
 * SoftmaxSampler (t6-softmax-sampler.md) as an Effect program over plain weak draws: the reference form, for any tilt given as a function.
 *
 * Interpreters answer the same request for truncated linear tilts directly (`WeakSampling.tilted`), which is what algorithms use; this form is for
 * experiments with other tilts and for checking the interpreters against the text.
 */
import * as Effect from "effect/Effect"
import type { Prompt, Response } from "../oracle/handle.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { samplerDraws } from "../oracle/sampler-draws.ts"
import { type TiltedDraw, WeakSampling } from "../oracle/services.ts"

/** A tilt of π_ref as a function, and what {@link softmaxSampler} needs to draw from it. */
export interface SoftmaxSampler {
  readonly prompt: Prompt
  /** f(y)/β, a finite number for every response of positive mass. */
  readonly logit: (response: Response) => number
  /** M ≥ sup p/π_ref. */
  readonly promise: number
  /** δ in (0, 1). */
  readonly delta: number
  /** Uniforms in [0, 1) for the accept steps. */
  readonly uniform: () => number
}

/** Draws per Effect. */
const BATCH = 4096

/**
 * Draws from p ∝ π_ref·e^{f/β} within total variation δ, if the promise holds (T6). Charges N₁ draws and the trials made, the last batch of
 * trials cut at the acceptance.
 */
export const softmaxSampler = Effect.fnUntraced(function* ({
  prompt,
  logit,
  promise,
  delta,
  uniform
}: SoftmaxSampler): Effect.fn.Return<TiltedDraw, BudgetExhausted, WeakSampling> {
  const weak = yield* WeakSampling
  const { estimate, trials } = samplerDraws(promise, delta)
  // log Σ e^{f/β}, kept as (largest exponent, sum relative to it).
  let top = -Infinity
  let sum = 0
  for (let left = estimate; left > 0; left -= BATCH) {
    for (const y of yield* weak.draw(Array.from({ length: Math.min(BATCH, left) }, () => prompt))) {
      const f = logit(y)
      if (f > top) {
        sum = sum * Math.exp(top - f) + 1
        top = f
      } else sum += Math.exp(f - top)
    }
  }
  const logNormaliser = top + Math.log(sum / estimate)
  for (let trial = 1; ; trial++) {
    const [response] = yield* weak.draw([prompt])
    if (uniform() < Math.min(1, Math.exp(logit(response) - logNormaliser) / (2 * promise))) {
      return { response, accepted: true, logNormaliser }
    }
    if (trial === trials) return { response, accepted: false, logNormaliser }
  }
})
