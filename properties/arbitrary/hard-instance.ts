/** The lower bounds' instances for fast-check: Needle (L1) and DnfPrompts (L2), with their corners; both shrink to the smallest there is. */
import fc from "fast-check"
import { formulas, parameters } from "./formula.ts"
import { dnfPrompts } from "../../src/instance/families/dnf-prompts.ts"
import { needle } from "../../src/instance/families/needle.ts"
import type { FiniteInstance } from "../../src/instance/instance.ts"
import { seeds } from "../../src/arbitrary/instance.ts"

/** β/R by quarter decades. */
const temperatures = (least: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 4 * least, max: 4 * most }).map((quarter) => 10 ** (quarter / 4))

/** N from 3 to 60, d from 1 to 6, R of three sizes, R/β from 10⁻³ to 10³. */
export const needles: fc.Arbitrary<FiniteInstance> = fc
  .record({
    N: fc.oneof(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 9, max: 60 })),
    d: fc.integer({ min: 1, max: 6 }),
    R: fc.constantFrom(1, 0.01, 1000),
    temperature: temperatures(-3, 3),
    seed: seeds
  })
  .map(({ temperature, ...options }) => needle({ ...options, beta: temperature * options.R }))

/** Formulas of up to six variables (k = 1, k = n, repeated terms), θ* anywhere in Θ, β from 10⁻² to 10² (R = √k). */
export const dnfInstances: fc.Arbitrary<FiniteInstance> = fc
  .tuple(formulas(6), temperatures(-2, 2))
  .chain(([formula, beta]) =>
    parameters(formula.variables).map((thetaStar) => dnfPrompts(formula, { beta, thetaStar }))
  )
