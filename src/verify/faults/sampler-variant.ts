/** SoftmaxSampler with its choices as values: with none changed it is `softmaxSampler`; each change is a planted fault of the catalogue. */
import * as Effect from "effect/Effect"
import type { SoftmaxSampler, softmaxSampler } from "../../algorithm/softmax-sampler.ts"
import { samplerDraws } from "../../oracle/sampler-draws.ts"
import { WeakSampling } from "../../oracle/services.ts"

export interface SamplerChoices {
  /** Of the N₁ draws paid for, how many the estimate uses. */
  readonly used: (estimate: number) => number
  /** Of the N₁ draws owed, how many are made. */
  readonly made: (estimate: number) => number
  /** Acceptance probability of weight w = e^{f/β}/Ẑ under promise M. */
  readonly accept: (weight: number, promise: number) => number
  /** Whether trials are new draws, or the estimation draws again. */
  readonly trials: "fresh" | "estimation draws"
}

const TEXT: SamplerChoices = {
  used: (n) => n,
  made: (n) => n,
  accept: (weight, promise) => Math.min(1, weight / (2 * promise)),
  trials: "fresh"
}

/** `softmaxSampler` with some choices changed. */
export const samplerVariant = (changed: Partial<SamplerChoices> = {}): typeof softmaxSampler => {
  const choices = { ...TEXT, ...changed }
  return Effect.fnUntraced(function* ({ prompt, logit, promise, delta, uniform }: SoftmaxSampler) {
    const weak = yield* WeakSampling
    const { estimate, trials } = samplerDraws(promise, delta)
    const drawn = yield* weak.draw(Array.from({ length: choices.made(estimate) }, () => prompt))
    const sample = drawn.slice(0, choices.used(estimate)).map(logit)
    const top = Math.max(...sample)
    const logNormaliser = top + Math.log(sample.reduce((s, f) => s + Math.exp(f - top), 0) / sample.length)
    for (let trial = 1; ; trial++) {
      const [response] = choices.trials === "fresh" ? yield* weak.draw([prompt]) : [drawn[trial - 1]]
      if (uniform() < choices.accept(Math.exp(logit(response) - logNormaliser), promise))
        return { response, accepted: true, logNormaliser }
      if (trial === trials) return { response, accepted: false, logNormaliser }
    }
  })
}
