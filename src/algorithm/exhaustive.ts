/**
 * Exhaustive design: a spanner found by enumerating Y(x) instead of drawing from it. T_data as SpannerSampling's, T_comp = Ω(∣Y∣) (predictions.md).
 *
 * At each visited prompt, and until none is left, the response farthest (in elliptic norm) from a fixed anchor is paired with the anchor
 * and rewarded while its norm exceeds ν. When the anchor distances of a prompt are all at most ν, every pair of it is at most 2ν, so with 2bν ≤ β the estimate is off by
 * at most 2bν on every pair and costs at most (e−2)(2bν)²/β (T7's step (c), good part). No exploration phase is needed.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RidgeRegression } from "../numeric/gram.ts"
import { type Prompt, relativeFeature, type Response } from "../oracle/handle.ts"
import { Journal } from "../oracle/journal.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, Prompts, ResponseSpace, Rewards } from "../oracle/services.ts"
import { whitenedNormSquared } from "../policy/elliptic-test.ts"
import type { TruncatedMixturePolicy } from "../policy/policy.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import { algorithm, type Goal } from "./algorithm.ts"
import { withLearned } from "./learned.ts"
import { aboveZero, count } from "./parameter-ranges.ts"
import { currentPolicy } from "./spanner-sampling.ts"

/** Parameters of {@link exhaustive}, as a Schema with their ranges. */
export const ExhaustiveParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: aboveZero,
  /** ν > 0: elliptic threshold of a pair (anchor, response). */
  nu: aboveZero,
  /** Prompts visited. */
  prompts: count
})
export type ExhaustiveParameters = typeof ExhaustiveParameters.Type

/** Prompts drawn per Effect. */
const PROMPT_BATCH = 4096
const once = Float64Array.of(1)

const run = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: ExhaustiveParameters
): Effect.fn.Return<TruncatedMixturePolicy, BudgetExhausted, Prompts | ResponseSpace | Rewards> {
  const { dimension: d } = problem
  const { lambda, nu } = parameters
  const prompts = yield* Prompts
  const space = yield* ResponseSpace
  const rewards = yield* Rewards
  const journal = yield* Journal
  const design = new RidgeRegression(d, lambda)
  const phi = new Float64Array(d)
  const farthestPhi = new Float64Array(d)
  // A prompt met again is recognised: its responses were paid for, and nothing is to be done there unless the design grew since.
  const known = new Map<Prompt, { readonly responses: ReadonlyArray<Response>; settled: boolean }>()
  let whitening = design.whitening()
  const policy = (): TruncatedMixturePolicy => currentPolicy(problem, { nu: 2 * nu }, design)

  const farthest = (responses: ReadonlyArray<Response>): Response | undefined => {
    const test = { dimension: d, whitening, nu }
    let best: Response | undefined
    let norm = nu * nu
    for (let i = 1; i < responses.length; i++) {
      const q = whitenedNormSquared(test, relativeFeature(responses[i], responses[0], phi))
      if (q <= norm) continue
      norm = q
      best = responses[i]
      farthestPhi.set(phi)
    }
    return best
  }

  const visit = Effect.fnUntraced(function* (prompt: Prompt) {
    let entry = known.get(prompt)
    if (entry === undefined) {
      entry = { responses: yield* space.enumerate(prompt), settled: false }
      known.set(prompt, entry)
    }
    // Distances only shrink as the design grows: a settled prompt stays settled.
    while (!entry.settled) {
      const found = farthest(entry.responses)
      if (found === undefined) {
        entry.settled = true
        return
      }
      const pair = { prompt, left: found, right: entry.responses[0] }
      const [difference] = yield* rewards.queryDifferences({ pairs: [pair], counts: once })
      journal.accepted(farthestPhi)
      design.add(farthestPhi, difference)
      whitening = design.whitening()
    }
  })

  const explore = Effect.fnUntraced(function* () {
    for (let visited = 0; visited < parameters.prompts;) {
      const batch = yield* prompts.draw(Math.min(PROMPT_BATCH, parameters.prompts - visited))
      for (const prompt of batch) if (known.get(prompt)?.settled !== true) yield* visit(prompt)
      visited += batch.length
      journal.progress("design", visited, parameters.prompts)
      if (journal.checkpoint(policy) === "stop") return
    }
  })
  yield* explore().pipe(withLearned(policy))
  return policy()
})

const E1 = Math.E / (Math.E - 1)

/** ν with (e−2)(2bν)²/β ≤ ε/2 and 2bν ≤ β, and visits so that unsettled prompts cost at most ε/2 (T7, steps (a) and (c)); b and n_max by monotone iteration. */
const fromTheory = (problem: Problem, { epsilon, delta }: Goal): ExhaustiveParameters => {
  const { dimension: d, beta, rewardRange: R, parameterRadius: B } = problem
  const lambda = 1
  let size = 1
  for (;;) {
    const L = d * Math.log1p((4 * size) / (d * lambda))
    const b = (R / Math.SQRT2) * Math.sqrt(2 * Math.log(1 / delta) + L) + Math.sqrt(lambda) * B
    const nu = Math.min(beta, Math.sqrt((epsilon * beta) / (2 * (Math.E - 2)))) / (2 * b)
    const next = spannerSize(d, nu, lambda)
    if (!(next <= Number.MAX_SAFE_INTEGER))
      throw new RangeError(`parameters.nu: ${nu}, expected a spanner of at most 2^53 pairs`)
    if (next <= size) return { lambda, nu, prompts: Math.ceil((E1 * (size + Math.log(1 / delta)) * 6 * R) / epsilon) }
    size = next
  }
}

/** ν is half of SpannerSampling's practical 0.3, so that both truncate alike. */
const practical = (problem: Problem): ExhaustiveParameters => ({
  lambda: Math.min(1, (problem.rewardRange / problem.parameterRadius) ** 2),
  nu: 0.15,
  prompts: 40 * problem.dimension
})

/** A spanner of every response, by enumeration of Y(x): T_data free of coverage, T_comp at least ∣Y∣. */
export const exhaustive = algorithm({
  name: "exhaustive",
  summary: "a design over every response, by enumeration: T_data free of coverage, T_comp at least |Y|",
  proper: false,
  oracle: "enumeration",
  claims: ["T1", "T2", "T3", "T4", "least-squares", "equivariant"],
  parameters: ExhaustiveParameters,
  fromTheory,
  practical,
  run
})
