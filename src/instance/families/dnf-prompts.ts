/**
 * DnfPrompts(F,β) (proper-exploration/statement.md): prompts are the terms of a width-k DNF formula, uniform; two responses each, 0 with φ = 0 and the *probe* 1 with
 * φ(x,1) = l_x/√k, l_x ∈ {−1,0,1}ⁿ the literals. Θ = [−1,1]ⁿ, c = 1/(β√k), π_ref(1∣x) has odds e^{−(k−1)c}, R = √k,
 * r*(x,0) = max{0, −⟨θ*,φ(x,1)⟩}. So π_θ(1∣x) = σ(c(1−τ_x)): probes are seen by parameters that (nearly) satisfy the term.
 */
import type { FiniteInstance, Noise } from "../instance.ts"
import { family, refuseOption } from "../family.ts"
import { betaOption, choiceOption, seedOption, wholeOption } from "../family-options.ts"
import { refuse } from "../invalid-instance.ts"
import { finiteInstance } from "../make-instance.ts"
import { logistic } from "../../numeric/logistic.ts"
import { Stream } from "../../numeric/stream.ts"
import { describeTerm, type DnfFormula, dnfFormula, termCount } from "./dnf-formula.ts"
import { balancedDnf, type DnfSize, plantedDnf, randomDnf } from "./dnf-generators.ts"

/** c = 1/(β√k). */
export const sharpness = (width: number, beta: number): number => 1 / (beta * Math.sqrt(width))

export interface DnfPromptsOptions {
  /** β > 0, in units of reward (R = √k). */
  readonly beta: number
  /** θ* ∈ [−1,1]ⁿ. */
  readonly thetaStar: ArrayLike<number>
  /** Default: none. */
  readonly noise?: Noise
}

/** Below this the probe's base mass would be subnormal or 0 in a double: no policy of the class could be evaluated. */
const LEAST_MASS = 2 ** -1022

/** @throws InvalidInstance when β is not positive, θ* ∉ [−1,1]ⁿ, or π_ref(1∣x) underflows. */
export const dnfPrompts = (
  formula: DnfFormula,
  { beta, thetaStar, noise = { kind: "none" } }: DnfPromptsOptions
): FiniteInstance => {
  const { variables: n, width: k, literals } = formula
  const m = termCount(formula)
  if (!(beta > 0 && beta < Infinity)) refuse("beta", beta, "a finite number above 0")
  if (thetaStar.length !== n) refuse("thetaStar", `length ${thetaStar.length}`, `${n} (variables)`)
  for (let j = 0; j < n; j++)
    if (!(Math.abs(thetaStar[j]) <= 1)) refuse(`thetaStar[${j}]`, thetaStar[j], "a number in [-1, 1]")
  const mass = logistic(-(k - 1) * sharpness(k, beta))
  if (!(mass >= LEAST_MASS)) {
    const least = (k - 1) / (Math.sqrt(k) * 708)
    refuse("beta", beta, `at least ${least} with ${k} literals a term, or a probe's base mass underflows`)
  }
  const features = new Float64Array(2 * m * n)
  const meanReward = new Float64Array(2 * m)
  const reference = new Float64Array(2 * m)
  const root = Math.sqrt(k)
  for (let x = 0; x < m; x++) {
    let along = 0
    for (const literal of literals.subarray(x * k, (x + 1) * k)) {
      const j = Math.abs(literal) - 1
      features[(2 * x + 1) * n + j] = Math.sign(literal) / root
      along += (Math.sign(literal) * thetaStar[j]) / root
    }
    meanReward[2 * x] = Math.min(root, Math.max(0, -along))
    meanReward[2 * x + 1] = Math.min(root, Math.max(0, along))
    reference[2 * x] = 1 - mass
    reference[2 * x + 1] = mass
  }
  return {
    name: "dnf-prompts",
    dimension: n,
    beta,
    rewardRange: root,
    parameterSet: { kind: "box", halfWidth: 1 },
    thetaStar: Float64Array.from(thetaStar),
    noise,
    promptProbabilities: new Float64Array(m).fill(1 / m),
    offsets: Int32Array.from({ length: m + 1 }, (_, x) => 2 * x),
    reference,
    features,
    meanReward,
    promptLabels: Array.from({ length: m }, (_, x) => describeTerm(formula, x)),
    responseLabels: Array.from({ length: 2 * m }, (_, y) => (y % 2 === 0 ? "pass" : "probe"))
  }
}

/** The formula of an instance that is a DnfPrompts, or one line saying why it is not. */
export const dnfShape = (exact: FiniteInstance): DnfFormula | string => {
  const { dimension: n, beta, features, offsets, promptProbabilities, reference, parameterSet } = exact
  const m = promptProbabilities.length
  if (parameterSet.kind !== "box" || parameterSet.halfWidth !== 1) return "parameterSet: expected the box [-1, 1]^n"
  const terms: Array<ReadonlyArray<number>> = []
  for (let x = 0; x < m; x++) {
    if (!(Math.abs(promptProbabilities[x] * m - 1) <= 1e-9))
      return `prompt ${x}: probability ${promptProbabilities[x]}, expected 1/${m}`
    if (offsets[x] !== 2 * x || offsets[x + 1] !== 2 * x + 2) return `prompt ${x}: expected two responses`
    if (features.subarray(2 * x * n, (2 * x + 1) * n).some((f) => f !== 0))
      return `prompt ${x}: expected its first feature to be 0`
    const probe = features.subarray((2 * x + 1) * n, (2 * x + 2) * n)
    const term: Array<number> = []
    probe.forEach((f, j) => f !== 0 && term.push(Math.sign(f) * (j + 1)))
    if (term.length === 0 || (x > 0 && term.length !== terms[0].length))
      return `prompt ${x}: ${term.length} literals, expected as many in every term`
    const k = term.length
    if (probe.some((f) => f !== 0 && !(Math.abs(Math.abs(f) * Math.sqrt(k) - 1) <= 1e-12)))
      return `prompt ${x}: expected features of ±1/√${k}`
    const mass = logistic(-(k - 1) * sharpness(k, beta))
    if (!(Math.abs(reference[2 * x + 1] / mass - 1) <= 1e-9))
      return `prompt ${x}: base mass ${reference[2 * x + 1]} of its probe, expected ${mass}`
    terms.push(term)
  }
  return dnfFormula(n, terms)
}

/** A planted formula has half its terms satisfied by design. */
const PLANTED_FRACTION = 0.5

/** The formula of a family's member, and the assignment that serves as θ*: the planted one, or a fair one. */
const made = (
  kind: string,
  size: DnfSize,
  seed: number
): { readonly formula: DnfFormula; readonly thetaStar: ArrayLike<number> } => {
  const stream = Stream.fromSeed(seed).split("dnf")
  if (kind === "planted") {
    const { formula, assignment } = plantedDnf(size, PLANTED_FRACTION, stream.split("formula"))
    return { formula, thetaStar: assignment }
  }
  const signs = stream.split("theta-star")
  const formula = (kind === "balanced" ? balancedDnf : randomDnf)(size, stream.split("formula"))
  return { formula, thetaStar: Array.from({ length: size.variables }, () => (signs.next() < 0.5 ? -1 : 1)) }
}

/** `dnf-prompts:…` */
export const dnfFamily = family({
  name: "dnf-prompts",
  summary: "prompts are the terms of a k-DNF formula: a proper explorer that does well approximates Max-k-DNF",
  options: {
    formula: choiceOption("how the formula is drawn", ["random", "planted", "balanced"], "planted"),
    n: wholeOption("variables, the feature dimension", 1, 256, 12),
    k: wholeOption("literals per term", 1, 64, 3),
    m: wholeOption("terms, the prompts", 1, 4096, 48),
    beta: betaOption(0.5, { note: "; R = sqrt(k)", maximum: 1e6 }),
    seed: seedOption("of the formula and theta*")
  },
  make: ({ formula: kind, n, k, m, beta, seed }, spec) => {
    if (k > n) refuseOption("dnf-prompts", "k", k, `at most n = ${n}`)
    const { formula, thetaStar } = made(kind, { variables: n, width: k, terms: m }, seed)
    return finiteInstance(dnfPrompts(formula, { beta, thetaStar }), spec)
  }
})
