/**
 * Instances for fast-check: realizable by construction, on a lattice of features so that ties and equal responses are common, and built so that every
 * part shrinks by itself — fewer prompts, fewer responses, fewer dimensions, plainer masses, rewards and β.
 *
 * Corners within reach: d = 1, one prompt, one response, probability 0 (responses and prompts), tied rewards, θ* = 0, β from 10⁻³ to 10³ in units of R,
 * masses to 10⁻⁹ (C_cov to 10⁹), R from 10⁻² to 10³.
 */
import fc from "fast-check"
import type { FiniteInstance } from "../instance/instance.ts"
import { validateFinite } from "../instance/validate.ts"

const MOST_DIMENSIONS = 4
/** Features are multiples of 1/(LATTICE·√d): norm at most 1. */
const LATTICE = 4

interface ResponseRecipe {
  /** Mass 10^{-decade}; null: probability 0. */
  readonly decade: number | null
  readonly feature: ReadonlyArray<number>
}

interface PromptRecipe {
  /** Relative probability; 0 is allowed. */
  readonly weight: number
  /** Where in the room left by its spread the prompt's rewards lie, in quarters. */
  readonly offset: number
  readonly responses: ReadonlyArray<ResponseRecipe>
}

/** What an instance is built from. */
export interface Recipe {
  readonly d: number
  readonly R: number
  /** β/R. */
  readonly temperature: number
  readonly direction: ReadonlyArray<number>
  /** Share of [0, R] that the widest prompt's rewards span. */
  readonly strength: number
  readonly noise: "none" | "bernoulli"
  readonly prompts: ReadonlyArray<PromptRecipe>
}

const lattice = (most: number) =>
  fc.array(fc.integer({ min: -most, max: most }), { minLength: MOST_DIMENSIONS, maxLength: MOST_DIMENSIONS })

const response: fc.Arbitrary<ResponseRecipe> = fc.record({
  decade: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 9 }) },
    { weight: 1, arbitrary: fc.constant(null) }
  ),
  feature: lattice(LATTICE)
})

const prompt = (mostResponses: number): fc.Arbitrary<PromptRecipe> =>
  fc.record({
    // 1 is the simplest: a prompt of probability 0 hides what shrinking should remove.
    weight: fc.integer({ min: 0, max: 3 }).map((n) => (n + 1) % 4),
    offset: fc.integer({ min: 0, max: 4 }),
    responses: fc.array(response, { minLength: 1, maxLength: mostResponses, size: "max" })
  })

/** Normalised masses; the first is positive when none was. */
const law = (masses: ReadonlyArray<number>): ReadonlyArray<number> => {
  const positive = masses.some((m) => m > 0) ? masses : masses.map((_, i) => (i === 0 ? 1 : 0))
  const sum = positive.reduce((s, m) => s + m, 0)
  return positive.map((m) => m / sum)
}

/** The instance of a recipe. */
export const cook = ({ d, R, temperature, direction, strength, noise, prompts }: Recipe): FiniteInstance => {
  const scale = 1 / (LATTICE * Math.sqrt(d))
  const rows = prompts.map((p) => p.responses.map((y) => y.feature.slice(0, d).map((c) => c * scale)))
  // In integers first: rewards that tie must tie exactly.
  const linear = prompts.map((p) =>
    p.responses.map((y) => scale * y.feature.slice(0, d).reduce((s, c, j) => s + c * direction[j], 0))
  )
  const spans = linear.map((values) => Math.max(...values) - Math.min(...values))
  const widest = Math.max(...spans)
  const size = widest > 0 ? (strength * R) / widest : 0
  const thetaStar = Float64Array.from({ length: d }, (_, j) => size * direction[j])
  const norm = Math.sqrt(thetaStar.reduce((s, t) => s + t * t, 0))
  const offsets = [0]
  for (const p of prompts) offsets.push(offsets[offsets.length - 1] + p.responses.length)
  return validateFinite({
    name: "arbitrary",
    dimension: d,
    beta: temperature * R,
    rewardRange: R,
    parameterSet: { kind: "ball", radius: Math.max(R, norm) },
    thetaStar,
    noise: { kind: noise },
    promptProbabilities: Float64Array.from(law(prompts.map((p) => p.weight))),
    offsets: Int32Array.from(offsets),
    reference: Float64Array.from(
      prompts.flatMap((p) => law(p.responses.map((y) => (y.decade === null ? 0 : 10 ** -y.decade))))
    ),
    features: Float64Array.from(rows.flat(2)),
    meanReward: Float64Array.from(
      prompts.flatMap((p, x) => {
        const low = Math.min(...linear[x])
        const base = (p.offset / 4) * Math.max(0, R - size * spans[x])
        return linear[x].map((l) => Math.min(R, Math.max(0, base + size * (l - low))))
      })
    )
  })
}

/** How large arbitrary instances may be. */
export interface InstanceLimits {
  readonly prompts?: number
  readonly responses?: number
  /** Smallest and largest power of ten of β/R. */
  readonly temperatures?: readonly [number, number]
}

/** Arbitrary instances; shrinks to one prompt, one response, d = 1, β = R = 1, θ* = 0. */
export const instances = ({
  prompts = 3,
  responses = 6,
  temperatures = [-3, 3]
}: InstanceLimits = {}): fc.Arbitrary<FiniteInstance> =>
  fc
    .record({
      d: fc.integer({ min: 1, max: MOST_DIMENSIONS }),
      R: fc.constantFrom(1, 0.01, 1000),
      temperature: fc
        .integer({ min: 4 * temperatures[0], max: 4 * temperatures[1] })
        .map((quarter) => 10 ** (quarter / 4)),
      direction: lattice(2),
      strength: fc.constantFrom(1, 0.5, 0.01),
      noise: fc.constantFrom("none" as const, "bernoulli" as const),
      prompts: fc.array(prompt(responses), { minLength: 1, maxLength: prompts, size: "max" })
    })
    .map(cook)

/** Seeds of a law's own choices; 0 is the simplest. */
export const seeds: fc.Arbitrary<number> = fc.nat({ max: 2 ** 31 - 1 })
