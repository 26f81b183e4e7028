/** A policy at work: continuations drawn from π_ref and, by SoftmaxSampler, from what was learned, as text with their mean rewards. */
import * as Effect from "effect/Effect"
import type { Instance } from "../../instance/instance.ts"
import type { Stream } from "../../numeric/stream.ts"
import { type Prompt, promptIndex, type Response, reveal } from "../../oracle/handle.ts"
import { joinText } from "../../model/typography.ts"
import { openOracles } from "../../oracle/interpreter.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { Prompts, WeakSampling } from "../../oracle/services.ts"
import type { TruncatedMixturePolicy } from "../../policy/policy.ts"

export interface Continuation {
  /** After an ellipsis. */
  readonly text: string
  /** r*(x,y). */
  readonly meanReward: number
}

export interface Opening {
  readonly opening: string
  readonly reference: ReadonlyArray<Continuation>
  readonly learned: ReadonlyArray<Continuation>
}

export interface Continuations {
  readonly openings: ReadonlyArray<Opening>
  /** Sampling queries per continuation of the learned policy: its anchor, N₁ and the trials made. */
  readonly drawsPerContinuation: number
}

export interface ContinuationPlan {
  readonly instance: Instance
  readonly policy: TruncatedMixturePolicy
  /** M and δ of SoftmaxSampler. */
  readonly promise: number
  readonly delta: number
  readonly openings: number
  readonly perOpening: number
  readonly stream: Stream
  readonly progress?: (done: number, total: number) => void
}

/** The first distinct prompts of x ~ ρ. */
const distinctPrompts = Effect.fnUntraced(function* (wanted: number, available: number) {
  const prompts = yield* Prompts
  const found = new Set<Prompt>()
  while (found.size < Math.min(wanted, available)) for (const prompt of yield* prompts.draw(1)) found.add(prompt)
  return [...found]
})

/** Draws literally, through the same oracles as a learner. */
export const drawContinuations = Effect.fnUntraced(function* (
  plan: ContinuationPlan
): Effect.fn.Return<Continuations, BudgetExhausted> {
  const { delta, instance, openings, perOpening, policy, promise, stream } = plan
  const { exact } = instance
  const session = openOracles(instance, { interpreter: "literal", stream: stream.split("oracle") })
  const components = stream.split("component")
  const { beta, dimension: d } = exact

  const shown = (response: Response): Continuation => {
    const { x, row, address } = reveal(response)
    const text =
      address === undefined
        ? instance.describeRow(x, row, stream.split("describe", row))
        : instance.source.describe(x, address.k0, address.k1, address.counter, address.side)
    return { text: joinText("…", text), meanReward: exact.meanReward[row] }
  }
  const component = () => {
    const t = components.nextInteger(policy.count)
    const { clip, truncation } = policy
    return { theta: policy.thetas.slice(t * d, (t + 1) * d), clip, truncation, beta }
  }

  return yield* Effect.gen(function* () {
    const weak = yield* WeakSampling
    const out: Array<Opening> = []
    let draws = 0n
    for (const prompt of yield* distinctPrompts(openings, exact.promptProbabilities.length)) {
      const same = Array.from({ length: perOpening }, () => prompt)
      const reference = (yield* weak.draw(same)).map(shown)
      const learned: Array<Continuation> = []
      for (const at of same) {
        const before = session.ledger.snapshot().samplingQueries
        const [anchor] = yield* weak.draw([at])
        const { response } = yield* weak.tilted(anchor, { tilt: component(), promise, delta })
        draws += session.ledger.snapshot().samplingQueries - before
        learned.push(shown(response))
        plan.progress?.(out.length * perOpening + learned.length, openings * perOpening)
      }
      out.push({ opening: instance.describePrompt(promptIndex(prompt)), reference, learned })
    }
    return { openings: out, drawsPerContinuation: Number(draws) / Math.max(1, out.length * perOpening) }
  }).pipe(Effect.provideContext(session.services))
})
