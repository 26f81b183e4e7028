/** Laws of growing designs (T3, T4) on arbitrary sequences of vectors of norm ≤ 2, and of the regression that shares them. Deterministic. */
import { RidgeRegression } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { whitenedNormSquared } from "../policy/elliptic-test.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import { spannerChain } from "../theorem/spanner-chain.ts"
import { addOuter, dot, eliminate, ellipticSquared, gramOf } from "./algebra.ts"
import { atMost, clause, type Finding, type LawId, near } from "./law.ts"

/** A sequence of vectors of R^d and the design it meets. */
export interface Sequence {
  readonly dimension: number
  /** λ > 0. */
  readonly lambda: number
  /** ν > 0. */
  readonly nu: number
  /** Vectors of norm ≤ 2. */
  readonly vectors: ReadonlyArray<Float64Array>
}

export interface SequenceLaw {
  readonly id: LawId
  readonly title: string
  readonly check: (sequence: Sequence) => ReadonlyArray<Finding>
}

const RELATIVE = 1e-9

/** Those a spanner accepts, with the squared norm each had. */
const accept = ({ dimension: d, lambda, nu, vectors }: Sequence) => {
  const taken: Array<Float64Array> = []
  const norms: Array<number> = []
  for (const v of vectors) {
    const q = ellipticSquared(gramOf(taken, d, lambda), v)
    if (q <= nu * nu) continue
    taken.push(v)
    norms.push(q)
  }
  return { taken, norms }
}

const logRatio = (vectors: ReadonlyArray<Float64Array>, d: number, lambda: number): number =>
  eliminate(gramOf(vectors, d, lambda), new Float64Array(d), d).logDeterminant - d * Math.log(lambda)

const rows = (vectors: ReadonlyArray<Float64Array>): Float64Array => Float64Array.from(vectors.flatMap((v) => [...v]))

const small: SequenceLaw = {
  id: "T3/size",
  title: "accepted pairs number at most n_max, with (1+ν²)^n < det Σ_n/λ^d ≤ (1+4n/(dλ))^d",
  check: (sequence) => {
    const { dimension: d, lambda, nu } = sequence
    const { taken, norms } = accept(sequence)
    const n = taken.length
    if (n === 0) return []
    const grown = logRatio(taken, d, lambda)
    const slack = RELATIVE * Math.max(1, grown)
    const chain = spannerChain({ count: n, accepted: rows(taken) }, d, lambda, nu)
    return [
      atMost(n, spannerSize(d, nu, lambda), "accepted pairs against n_max"),
      atMost(n * Math.log1p(nu * nu) - grown, slack, "n·log(1+ν²) against the log determinant"),
      atMost(grown - d * Math.log1p((4 * n) / (d * lambda)), slack, "the log determinant against d·log(1+4n/(dλ))"),
      near(chain.logDeterminantRatio, grown, slack, "the judge's determinant against elimination"),
      near(chain.leastNormSquared / Math.min(...norms), 1, 1e-6, "the judge's least norm against elimination")
    ]
  }
}

const sameTest: SequenceLaw = {
  id: "T3/oracle-test",
  title: "the whitened test the oracles answer agrees with ‖φ‖_{Σ^{-1}} computed by elimination",
  check: ({ dimension: d, lambda, nu, vectors }) => {
    const design = new RidgeRegression(d, lambda)
    return vectors.flatMap((v, i) => {
      const direct = ellipticSquared(gramOf(vectors.slice(0, i), d, lambda), v)
      const asked = whitenedNormSquared({ dimension: d, whitening: design.whitening(), nu }, v)
      design.add(v, 0)
      return [near(asked, direct, 1e-7 * Math.max(direct, 1e-9), "‖Wφ‖² against φᵀΣ^{-1}φ")]
    })
  }
}

const largestSize: SequenceLaw = {
  id: "T3/n-max",
  title: "n_max is the largest n of its inequality, and grows with d, with 1/ν and with 1/λ",
  check: ({ dimension: d, lambda, nu }) => {
    const n = spannerSize(d, nu, lambda)
    const room = (m: number): number => d * Math.log1p((4 * m) / (d * lambda)) - m * Math.log1p(nu * nu)
    const rounding = 1e-9 * Math.max(1, n)
    return [
      atMost(-room(n), rounding, "n_max satisfies its inequality"),
      atMost(room(n + 1), rounding, "n_max + 1 does not"),
      atMost(n, spannerSize(d + 1, nu, lambda), "n_max against one more dimension"),
      atMost(n, spannerSize(d, nu / 2, lambda), "n_max against half the threshold"),
      atMost(n, spannerSize(d, nu, lambda / 2), "n_max against half the ridge")
    ]
  }
}

const potential: SequenceLaw = {
  id: "T4/potential",
  title:
    "Σ log(1+‖φ_i‖²) = log det Σ_n/det Σ_0 and Σ min{ν²,‖φ_i‖²} ≤ ν²/log(1+ν²) times it, for any sequence in any order",
  check: ({ dimension: d, lambda, nu, vectors }) => {
    const grown = logRatio(vectors, d, lambda)
    const slack = RELATIVE * Math.max(1, grown)
    const kappa = (nu * nu) / Math.log1p(nu * nu)
    const shuffle = Stream.fromSeed(vectors.length).split("order")
    const orders = [
      vectors,
      [...vectors].reverse(),
      vectors
        .map((v) => [shuffle.next(), v] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, v]) => v)
    ]
    return orders.flatMap((order) => {
      const norms = order.map((v, i) => ellipticSquared(gramOf(order.slice(0, i), d, lambda), v))
      const chain = spannerChain({ count: order.length, accepted: rows(order) }, d, lambda, nu)
      return [
        near(
          norms.reduce((s, q) => s + Math.log1p(q), 0),
          grown,
          slack,
          "Σ log(1+‖φ_i‖²) against the log determinant"
        ),
        near(chain.logGrowth, grown, slack, "the judge's chain against the log determinant"),
        atMost(
          norms.reduce((s, q) => s + Math.min(nu * nu, q), 0),
          kappa * grown + slack,
          "Σ min{ν²,‖φ_i‖²} against κ·log det"
        )
      ]
    })
  }
}

const regression: SequenceLaw = {
  id: "T4/ridge",
  title: "Σ, Σ^{-1} and θ̂ of the growing regression equal those of the whole data; a weight w is w copies",
  check: ({ dimension: d, lambda, vectors }) => {
    const weights = vectors.map((_, i) => 1 + (i % 3))
    const targets = vectors.map((v, i) => v[0] + ((i * 7) % 5) - 2)
    const once = new RidgeRegression(d, lambda)
    const copies = new RidgeRegression(d, lambda)
    vectors.forEach((v, i) => {
      once.add(v, weights[i] * targets[i], weights[i])
      for (let k = 0; k < weights[i]; k++) copies.add(v, targets[i])
    })
    const moment = Float64Array.from({ length: d }, (_, j) =>
      vectors.reduce((s, v, i) => s + weights[i] * targets[i] * v[j], 0)
    )
    const sigma = gramOf([], d, lambda)
    vectors.forEach((v, i) => addOuter(sigma, v, weights[i]))
    const direct = eliminate(sigma, moment, d).x
    const found = [once, copies].map((design) => {
      const theta = new Float64Array(d)
      design.solve(theta)
      return theta
    })
    const scale = 1e-7 * (1 + Math.sqrt(dot(direct, direct)))
    const identity = Array.from({ length: d * d }, (_, k) => {
      const [i, j] = [Math.floor(k / d), k % d]
      let s = 0
      for (let l = 0; l < d; l++) s += once.sigma[i * d + l] * once.inverse[l * d + j]
      return Math.abs(s - (i === j ? 1 : 0))
    })
    return [
      atMost(Math.max(...identity), 1e-7, "ΣΣ^{-1} against I"),
      ...found.map((theta) =>
        atMost(Math.max(...theta.map((t, j) => Math.abs(t - direct[j]))), scale, "θ̂ against elimination")
      ),
      clause(
        found.every((theta) => theta.every(Number.isFinite)),
        "θ̂ is finite"
      )
    ]
  }
}

export const sequenceLaws: ReadonlyArray<SequenceLaw> = [small, sameTest, largestSize, potential, regression]

/** A sequence for `verify`: lengths to 60, d to 6, with repeats, zeros and nearly dependent vectors. */
export const someSequence = (stream: Stream): Sequence => {
  const d = 1 + stream.nextInteger(6)
  const vectors: Array<Float64Array> = []
  const n = stream.nextInteger(60)
  for (let i = 0; i < n; i++) {
    const kind = stream.nextInteger(6)
    if (kind === 0) vectors.push(new Float64Array(d))
    else if (kind === 1 && i > 0) vectors.push(vectors[i - 1])
    else {
      const raw = Float64Array.from({ length: d }, () => stream.nextNormal() * (kind === 2 ? 1e-6 : 1))
      const size = Math.max(1, Math.sqrt(dot(raw, raw)) / 2)
      vectors.push(raw.map((t) => t / size))
    }
  }
  return {
    dimension: d,
    lambda: [0.01, 0.25, 1, 10][stream.nextInteger(4)],
    nu: [0.05, 0.3, 1, 2][stream.nextInteger(4)],
    vectors
  }
}
