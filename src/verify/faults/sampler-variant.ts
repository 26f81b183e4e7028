/**
 * SoftmaxSampler over draws and uniforms that pass through choices: the shipped program runs, and hears what the choices make of them. Each is a planted fault or a correct
 * variant of the catalogue.
 */
import * as Effect from "effect/Effect"
import { type SoftmaxSampler, softmaxSampler } from "../../algorithm/softmax-sampler.ts"
import type { Prompt, Response } from "../../oracle/handle.ts"
import { samplerDraws } from "../../oracle/sampler-draws.ts"
import { WeakSampling } from "../../oracle/services.ts"

export interface SamplerChoices {
  /** Of the N₁ draws paid for, how many the estimate uses: they stand for the others. */
  readonly used: (estimate: number) => number
  /** Of the N₁ draws owed, how many are made: they stand for the others. */
  readonly made: (estimate: number) => number
  /** The uniform of an accept step, which accepts weight w = e^{f/β}/Ẑ under promise M where it is below w/2M. */
  readonly uniform: (u: number, promise: number) => number
  /** Whether trials are new draws, or the estimation draws again. */
  readonly trials: "fresh" | "estimation draws"
  /** Draws are asked for together, or one by one. */
  readonly asks: "together" | "one by one"
}

const same = (value: number): number => value

/** `softmaxSampler` with some choices changed. */
export const samplerVariant = ({
  asks = "together",
  made: madeOf = same,
  trials = "fresh",
  uniform = same,
  used: usedOf = same
}: Partial<SamplerChoices> = {}): typeof softmaxSampler =>
  Effect.fnUntraced(function* (request: SoftmaxSampler) {
    const weak = yield* WeakSampling
    const { estimate } = samplerDraws(request.promise, request.delta)
    const [made, used] = [madeOf(estimate), usedOf(estimate)]
    const drawn: Array<Response> = []
    let [asked, trial] = [0, 0]
    const fresh = Effect.fnUntraced(function* (prompts: ReadonlyArray<Prompt>) {
      if (asks === "together") return yield* weak.draw(prompts)
      const responses: Array<Response> = []
      for (const prompt of prompts) responses.push(...(yield* weak.draw([prompt])))
      return responses
    })
    /** The first N₁ draws are the estimate's, the others the trials'. */
    const draw = Effect.fnUntraced(function* (prompts: ReadonlyArray<Prompt>) {
      if (asked >= estimate) return trials === "fresh" ? yield* fresh(prompts) : [drawn[trial++]]
      drawn.push(...(yield* fresh(prompts.slice(0, Math.max(0, made - asked)))))
      const from = asked
      asked += prompts.length
      return prompts.map((_, i) => drawn[(from + i) % Math.min(used, made)])
    })
    return yield* softmaxSampler({
      ...request,
      uniform: () => uniform(request.uniform(), request.promise)
    }).pipe(Effect.provideService(WeakSampling, { ...weak, draw }))
  })
