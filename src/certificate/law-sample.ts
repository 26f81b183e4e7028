/** Rounds of SoftmaxSampler counted against their exact law: the evidence of T6 in law, made and made again. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Instance } from "../instance/instance.ts"
import { logSumExp } from "../numeric/log-sum-exp.ts"
import { Stream } from "../numeric/stream.ts"
import { reveal } from "../oracle/handle.ts"
import { type Interpreter, openOracles } from "../oracle/interpreter.ts"
import { Prompts, type TiltRequest, WeakSampling } from "../oracle/services.ts"
import { tiltLogit } from "../policy/elliptic-test.ts"

export interface LawRequest {
  /** θ, length d. */
  readonly theta: ReadonlyArray<number>
  /** R: f is clipped to ±clip. */
  readonly clip: number
  /** W with ‖φ‖_{Σ^{-1}} = ‖Wφ‖, d×d lower triangular, row-major. */
  readonly whitening: ReadonlyArray<number>
  readonly nu: number
  /** M. */
  readonly promise: number
  readonly delta: number
}

/** Counts and exact law over the cells (x, y′, y): prompt after prompt, anchor after anchor. */
export interface LawSample {
  readonly counts: ReadonlyArray<number>
  readonly law: ReadonlyArray<number>
}

const tiltRequest = ({ exact }: Instance, { theta, clip, whitening, nu, promise, delta }: LawRequest): TiltRequest => ({
  tilt: {
    theta: Float64Array.from(theta),
    clip,
    truncation: { dimension: exact.dimension, whitening: Float64Array.from(whitening), nu },
    beta: exact.beta
  },
  promise,
  delta
})

/** ρ(x)·π_ref(y′)·p(y), p ∝ π_ref·e^{f(·,y′)/β}: the law of a round whose sampler accepts (t6-softmax-sampler.md, t7-spanner-sampling.md). */
const exactLaw = ({ exact }: Instance, { tilt }: TiltRequest): ReadonlyArray<number> => {
  const { features, offsets, promptProbabilities, reference } = exact
  const law: Array<number> = []
  for (let x = 0; x < promptProbabilities.length; x++) {
    const rows = Array.from({ length: offsets[x + 1] - offsets[x] }, (_, i) => offsets[x] + i)
    const masses = Float64Array.from(rows, (y) => reference[y])
    for (const anchor of rows) {
      const logits = Float64Array.from(rows, (y) => tiltLogit(tilt, features, y, anchor))
      const logZ = logSumExp(masses, logits, 0, rows.length)
      for (const [i, y] of rows.entries())
        law.push(promptProbabilities[x] * reference[anchor] * reference[y] * Math.exp(logits[i] - logZ))
    }
  }
  return law
}

/** Draws n rounds of trial `trial`. Dies with ExactLawUnavailable where the interpreter cannot serve the instance. */
export const sampleLaw = Effect.fnUntraced(function* (
  instance: Instance,
  interpreter: Interpreter,
  request: LawRequest,
  rounds: number,
  seed: number
): Effect.fn.Return<LawSample> {
  const { offsets } = instance.exact
  const cells = [0]
  for (let x = 0; x + 1 < offsets.length; x++) cells.push(cells[x] + (offsets[x + 1] - offsets[x]) ** 2)
  const counts = new Array<number>(cells[cells.length - 1]).fill(0)
  const { services } = openOracles(instance, { interpreter, stream: Stream.fromSeed(seed).split("law") })
  const [prompts, weak] = [Context.get(services, Prompts), Context.get(services, WeakSampling)]
  const tilt = tiltRequest(instance, request)
  for (let t = 0; t < rounds; t++) {
    const [prompt] = yield* prompts.draw(1)
    // No budget is set, so none can be spent.
    const { pair } = yield* Effect.orDie(weak.tiltedPair(prompt, tilt))
    const { x, row: anchor } = reveal(pair.right)
    const size = offsets[x + 1] - offsets[x]
    counts[cells[x] + (anchor - offsets[x]) * size + reveal(pair.left).row - offsets[x]]++
  }
  return { counts, law: exactLaw(instance, tilt) }
})
