/** A kernel set's call by kernel, N and d, with its inputs made. Nothing of Node: pages load this module as it is. */
import { type Eventually, type KernelSet, rows } from "../../src/kernel/backend.ts"
import { Stream } from "../../src/numeric/stream.ts"
import { law, PROMPT, WIDE } from "./laws.ts"
import type { KernelCase } from "./models.ts"

/** How a call's N draws are shared out: so many searches at one prompt of so many responses. */
export interface Searches {
  readonly searches: number
  readonly responses: number
}

/** @param given of the searches; one on the suite's own prompts where it is not given */
export const callOf = (
  kernels: KernelSet,
  { kernel, N, d }: KernelCase,
  given?: Searches
): (() => Eventually<unknown>) => {
  const stream = Stream.fromSeed(1)
  const filled = (length: number): Float32Array => Float32Array.from({ length }, () => stream.next())
  let request = 0
  // Under keys of their own each time.
  const searches = given?.searches ?? 1
  const search = (): { readonly prompts: Int32Array; readonly keys: Int32Array; readonly limit: number } => ({
    prompts: new Int32Array(searches),
    keys: Int32Array.from({ length: 2 * searches }, (_, i) => (i % 2 === 0 ? request++ : 1)),
    limit: N / searches
  })
  switch (kernel) {
    case "score": {
      const [theta, features] = [filled(d), rows(filled(N * d), d)]
      return () => kernels.scores(theta, features)
    }
    case "quadratic-form": {
      const whitening = filled(d * d).map((w, i) => (i % d > Math.floor(i / d) ? 0 : w))
      const features = rows(filled(N * d), d)
      return () => kernels.quadraticForm(whitening, features)
    }
    case "pair-distances": {
      const white = rows(filled(N * d), d)
      return () => kernels.pairDistances(white)
    }
    case "gram": {
      const features = rows(filled(N * d), d)
      return () => kernels.gram(features)
    }
    case "softmax": {
      const [logits, reference] = [filled(N), filled(N)]
      const offsets = Int32Array.from({ length: Math.ceil(N / PROMPT) + 1 }, (_, x) => Math.min(N, x * PROMPT))
      return () => kernels.tiltedSoftmax(logits, reference, offsets)
    }
    case "first-hit": {
      const { responses, white } = law(given?.responses ?? WIDE, d)
      return () => kernels.firstHit({ ...search(), responses, white, dimension: d, nu: 5 })
    }
    case "first-accepted": {
      const R = given?.responses ?? PROMPT
      const { responses } = law(R, 1)
      const accept = new Float64Array(R).fill(1e-12)
      return () => {
        const asked = search()
        return kernels.firstAccepted({ ...asked, responses, coinKeys: asked.keys.map((key) => key ^ 0x5bd1), accept })
      }
    }
  }
}
