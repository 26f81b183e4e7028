/** Laws of the hard instances (coverage/statement.md, proper-exploration/statement.md): what no parameter can do on Needle (L1) and on DnfPrompts (L2). Deterministic, from definitions; of anything else they say nothing. */
import { massThreshold, needleCoverage } from "../../lower-bounds/coverage/bound.ts"
import { needleChance, needleMass } from "../../lower-bounds/coverage/needle-chance.ts"
import { needleShape } from "../../lower-bounds/coverage/needle-shape.ts"
import { termCount } from "../instance/families/dnf-formula.ts"
import { dnfShape, sharpness } from "../instance/families/dnf-prompts.ts"
import { assignmentBounds, optimumBound, parameterSide } from "../../lower-bounds/proper-exploration/inequality.ts"
import { maxDnf, MOST_VARIABLES } from "../../lower-bounds/proper-exploration/max-dnf.ts"
import {
  roundingError,
  roundParameter,
  satisfiedTerms,
  signRounding
} from "../../lower-bounds/proper-exploration/rounding.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import { optimum } from "../policy/optimum.ts"
import { dot } from "./algebra.ts"
import { optimalRatio, ratioByDefinition, rowsOf } from "./definition.ts"
import { type InstanceLaw, prompts } from "./instance-law.ts"
import { atMost, type Finding, near } from "./law.ts"

const ROUNDING = 1e-9

/** π(row) at prompt x, from the definition. */
const massOf = (exact: FiniteInstance, theta: Float64Array, x: number, row: number): number =>
  exact.reference[row] *
  Math.exp(ratioByDefinition(exact, { kind: "linear-softmax", theta }, x)[row - exact.offsets[x]])

const scaled = (theta: ArrayLike<number>, by: number): Float64Array => Float64Array.from(theta, (t) => by * t)

/** Parameters of the ball Θ: ±θ*, 0, and others of any norm up to R. */
const ballParameters = (exact: FiniteInstance, stream: Stream): ReadonlyArray<Float64Array> => {
  const any = Float64Array.from({ length: exact.dimension }, () => stream.nextNormal())
  const size = Math.sqrt(dot(any, any)) || 1
  const shares = [0, 1, -1, stream.next(), -stream.next()]
  return [
    ...shares.map((share) => scaled(exact.thetaStar, share)),
    scaled(any, (exact.rewardRange * stream.next()) / size)
  ]
}

const needle: InstanceLaw = {
  id: "L1/parameters",
  title: "on Needle 1/N ≤ h ≤ L1's bounds, a larger Θ only helps, and a policy ε-optimal puts L1's mass on the needle",
  check: (exact, stream) => {
    const shape = needleShape(exact)
    if (typeof shape === "string") return []
    const { responses: N, dimension: d, beta, rewardRange: R } = shape
    const [t, h] = [R / beta, needleChance(shape)]
    const row = rowsOf(exact, 0).find((y) => exact.meanReward[y] === R)!
    const star = optimalRatio(exact, 0)
    const findings: Array<Finding> = [
      atMost(1 / N, h.upper, "1/N against h"),
      atMost(h.lower, Math.exp(t * t * (1 / (2 * d))) / N, "h against e^{R²/(2dβ²)}/N"),
      ...[0.1, 0.5, 1, 2].map((s) =>
        atMost(
          h.lower,
          Math.exp(s) / N + Math.exp((-d * s * s) / (2 * t * t)),
          `h against e^{Rs/β}/N + e^{−ds²/2} at s = ${s}β/R`
        )
      ),
      near(needleCoverage(shape) / optimum(exact).coverage, 1, ROUNDING, "C_cov by its formula against the optimum's")
    ]
    for (const theta of ballParameters(exact, stream)) {
      const norm = Math.sqrt(dot(theta, theta))
      const [mass, mirrored] = [theta, scaled(theta, -1)].map((of) => massOf(exact, of, 0, row))
      const along = dot(theta, exact.features.subarray(row * d, (row + 1) * d))
      const formula = needleMass(N, along / beta)
      // Absolutely where e^{−R/β} is no double.
      findings.push(near(mass, formula, ROUNDING * formula + 1e-300, "π_θ(i*) by its formula"))
      // d = 1: v is ±1, so h is the better of two averages. Elsewhere h at ‖θ‖ is one over directions.
      if (d === 1) findings.push(atMost((mass + mirrored) / 2, h.upper * (1 + ROUNDING), "E_v π_θ(i*) against h"))
      const smaller = norm > 0 ? needleChance({ ...shape, rewardRange: Math.min(R, norm) }).lower : 1 / N
      findings.push(atMost(smaller, h.upper * (1 + ROUNDING), "h of a smaller norm against h"))
      // β·KL(π_θ‖π*) is its suboptimality (T1); whoever is that good has at least this mass on the needle.
      const ratio = ratioByDefinition(exact, { kind: "linear-softmax", theta }, 0)
      const epsilon =
        beta *
        rowsOf(exact, 0).reduce((s, y, i) => s + exact.reference[y] * Math.exp(ratio[i]) * (ratio[i] - star[i]), 0)
      const threshold = massThreshold(shape, Math.max(0, epsilon))
      findings.push(atMost(threshold, mass * (1 + 1e-6) + ROUNDING, "the mass that ε asks for against π_θ(i*)"))
    }
    return findings
  }
}

const dnf: InstanceLaw = {
  id: "L2/parameters",
  title:
    "on DnfPrompts no θ ∈ Θ sees more probes than its roundings satisfy terms, and an assignment sees what it satisfies",
  check: (exact, stream) => {
    const formula = dnfShape(exact)
    if (typeof formula === "string") return []
    const [n, m, c] = [formula.variables, termCount(formula), sharpness(formula.width, exact.beta)]
    const slack = 1 + ROUNDING + roundingError(formula)
    const best = n <= MOST_VARIABLES ? maxDnf(formula).fraction : 1
    const chance = (theta: Float64Array): number =>
      prompts(exact).reduce(
        (s, x) => s + exact.promptProbabilities[x] * massOf(exact, theta, x, exact.offsets[x] + 1),
        0
      )
    const inside = Float64Array.from({ length: n }, () => 2 * stream.next() - 1)
    const nearly = Float64Array.from(signRounding(exact.thetaStar), (a) => a * (1 - 0.3 * stream.next()))
    return [exact.thetaStar, inside, nearly].flatMap((theta): ReadonlyArray<Finding> => {
      const side = parameterSide(formula, exact.beta, theta)
      const rounded = roundParameter(formula, theta).satisfied / m
      const corner = Float64Array.from(signRounding(theta))
      const { lower, upper } = assignmentBounds(satisfiedTerms(formula, corner) / m, c)
      const [q, atCorner] = [chance(theta), chance(corner)]
      return [
        atMost(q, side.theory * slack, "E π_θ(1) against sign, independent rounding and e^{−c}"),
        atMost(q, side.sharp * slack, "E π_θ(1) against threshold rounding"),
        atMost(q, optimumBound(rounded, c) * slack, "E π_θ(1) against the assignment made of θ"),
        atMost(q, optimumBound(best, c) * slack, "E π_θ(1) against OPT"),
        atMost(rounded, best, "what the assignment made of θ satisfies against OPT"),
        atMost(lower, atCorner * slack, "σ(c)·sat(a) against E π_a(1)"),
        atMost(atCorner, upper * slack, "E π_a(1) against σ(c)·sat(a) + σ(−c)(1 − sat(a))")
      ]
    })
  }
}

export const impossibilityLaws = { needle, dnf } as const
