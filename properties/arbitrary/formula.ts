/** fast-check arbitraries of this room: small formulas with every corner (k = 1, k = n, repeated terms), and parameters on the faces of Θ. */
import fc from "fast-check"
import { type DnfFormula, dnfFormula } from "../../src/instance/families/dnf-formula.ts"

/** Formulas of at most `most` variables and 12 terms. */
export const formulas = (most = 7): fc.Arbitrary<DnfFormula> =>
  fc.integer({ min: 1, max: most }).chain((n) =>
    fc.integer({ min: 1, max: n }).chain((k) => {
      const variables = fc.shuffledSubarray(
        Array.from({ length: n }, (_, j) => j + 1),
        { minLength: k, maxLength: k }
      )
      const signs = fc.array(fc.boolean(), { minLength: k, maxLength: k })
      const term = fc.tuple(variables, signs).map(([js, negated]) => js.map((j, i) => (negated[i] ? -j : j)))
      const repeated = fc
        .tuple(fc.array(term, { minLength: 1, maxLength: 8 }), fc.nat({ max: 4 }))
        .map(([ts, again]) => [...ts, ...ts.slice(0, again)])
      return repeated.map((terms) => dnfFormula(n, terms))
    })
  )

/** θ ∈ [−1,1]ⁿ: interior, vertices, faces, ties and zeros. */
export const parameters = (n: number): fc.Arbitrary<Float64Array> => {
  const coordinate = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(-1, 1, 0, -0, 0.5, -0.5, 1 - 2 ** -53, Number.MIN_VALUE),
    // Close to a satisfied term, where L2 is tight.
    fc.double({ min: 0.7, max: 1, noNaN: true })
  )
  return fc.array(coordinate, { minLength: n, maxLength: n }).map((t) => Float64Array.from(t))
}

/** β from 10⁻² to 10². */
export const temperatures: fc.Arbitrary<number> = fc.double({ min: -2, max: 2, noNaN: true }).map((e) => 10 ** e)
