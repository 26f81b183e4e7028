/** DnfPrompts as an instance family: `dnf-prompts:formula=planted,n=12,k=3,m=48,beta=0.5,seed=1`. Add it where the list of families is put together. */
import { family, refuseOption } from "../../src/instance/family.ts"
import { finiteInstance } from "../../src/instance/make-instance.ts"
import { Stream } from "../../src/numeric/stream.ts"
import type { DnfFormula } from "./dnf-formula.ts"
import { balancedDnf, type DnfSize, plantedDnf, randomDnf } from "./dnf-generators.ts"
import { dnfPrompts } from "./dnf-prompts.ts"
import type { Point } from "./rounding.ts"
import { betaOption, seedOption } from "../../src/instance/family-options.ts"

/** A planted formula has half its terms satisfied by design. */
const PLANTED_FRACTION = 0.5

/** The formula of a family's member, and the assignment that serves as θ*: the planted one, or a fair one. */
const made = (
  kind: string,
  size: DnfSize,
  seed: number
): { readonly formula: DnfFormula; readonly thetaStar: Point } => {
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
    formula: {
      kind: "choice",
      meaning: "how the formula is drawn",
      choices: ["random", "planted", "balanced"],
      default: "planted"
    },
    n: {
      kind: "number",
      meaning: "variables, the feature dimension",
      minimum: 1,
      maximum: 256,
      integer: true,
      default: 12
    },
    k: { kind: "number", meaning: "literals per term", minimum: 1, maximum: 64, integer: true, default: 3 },
    m: { kind: "number", meaning: "terms, the prompts", minimum: 1, maximum: 4096, integer: true, default: 48 },
    beta: betaOption(0.5, { note: "; R = sqrt(k)", maximum: 1e6 }),
    seed: seedOption("of the formula and theta*")
  },
  make: ({ formula: kind, n, k, m, beta, seed }, spec) => {
    if (k > n) refuseOption("dnf-prompts", "k", k, `at most n = ${n}`)
    const { formula, thetaStar } = made(kind, { variables: n, width: k, terms: m }, seed)
    return finiteInstance(dnfPrompts(formula, { beta, thetaStar }), spec)
  }
})
