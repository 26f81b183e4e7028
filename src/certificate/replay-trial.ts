/** What a certificate says of its instance, and of one trial beyond its row, held against the instance made and the trial run again. */
import type { Goal } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { Optimum } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { layerSpanners } from "../run/layers-log.ts"
import { conditionalCoverageOf } from "../run/goal.ts"
import { normaliserObjective } from "../theorem/t1-suboptimality-is-kl.ts"
import { lastFit, layerFits, layerStars } from "./layer-evidence.ts"
import { policyEvidence } from "./policy-evidence.ts"
import { type Difference, differences } from "./replay-difference.ts"
import type { Certificate, Evidence } from "../checker/certificate.ts"
import { chainsOf } from "./spanner-evidence.ts"

/** The runs that evidence is about, with what it says of them and where; undefined where it is about none. */
export const runsOf = (evidence: Evidence) => {
  const [shown, path] = evidence.kind === "refutation" ? [evidence.of, "evidence.of"] : [evidence, "evidence"]
  if (shown.kind === "trials" || shown.kind === "spanner") return { runs: shown.runs, shown, path }
  if (shown.kind !== "identity" || !("runs" in shown.identity)) return undefined
  return { runs: shown.identity.runs, shown: shown.identity, path: `${path}.identity` }
}

type Stated = NonNullable<ReturnType<typeof runsOf>>

/** What the goal and the evidence say of the instance alone: of one that is not carried, the checker took this as stated. */
export const compareInstance = (
  { shown, path }: Stated,
  goal: Certificate["claim"]["goal"],
  instance: Instance,
  best: Optimum
): ReadonlyArray<Difference> => {
  const { exact, tokens } = instance
  const { conditionalCoverage } = conditionalCoverageOf(instance)
  const atLeast = (field: keyof Goal, name: string, told: number | undefined, least: number | undefined) =>
    told === undefined || least === undefined || told >= least * (1 - 1e-12)
      ? []
      : [{ path: `claim.goal.${field}`, stated: `${told}`, replayed: `at least ${name} = ${least}` }]
  const ofGoal = [
    ...atLeast("coverage", "C_cov", goal?.coverage, best.coverage),
    ...atLeast("conditionalCoverage", "C_cond", goal?.conditionalCoverage, conditionalCoverage)
  ]
  if (shown.kind === "suboptimality")
    return [
      ...ofGoal,
      ...differences(`${path}.optimum`, shown.optimum, best.objective),
      ...differences(`${path}.normaliser`, shown.normaliser, normaliserObjective({ exact, best }))
    ]
  if (tokens === undefined) return ofGoal
  if (shown.kind === "regression")
    return [...ofGoal, ...differences(`${path}.star`, shown.star, layerStars(tokens, exact).at(-1))]
  if (shown.kind === "layers")
    return [...ofGoal, ...differences(`${path}.stars`, shown.stars, layerStars(tokens, exact))]
  return ofGoal
}

/** Beyond the rows: what the evidence says of one trial. */
export const compareTrial = (
  { shown, path }: Stated,
  at: number,
  record: RunRecord,
  { claim, instance: of }: Certificate,
  { exact }: Instance,
  best: Optimum
): ReadonlyArray<Difference> => {
  if (shown.kind === "spanner") {
    const [spanners, d] =
      claim.theorem === "T8"
        ? [layerSpanners(record), of?.problem.tokens?.dimension ?? 1]
        : [[record.spanner], exact.dimension]
    return spanners.flatMap(({ count, accepted }, n) => {
      const chain = at * spanners.length + n
      if (chain >= shown.chains.length) return []
      const prefix = { count: Math.min(shown.chains[chain].order.length, count), accepted }
      return differences(`${path}.chains[${chain}]`, shown.chains[chain], chainsOf([prefix], d, Infinity)[0])
    })
  }
  if (shown.kind === "regression") {
    const fits = layerFits(record)
    return shown.fits.flatMap((fit, n) =>
      fit.trial === at ? differences(`${path}.fits[${n}]`, fit, fits && lastFit(fits, at)) : []
    )
  }
  if (shown.kind === "layers") return differences(`${path}.fits[${at}]`, shown.fits[at], layerFits(record))
  if (shown.kind === "suboptimality" && at < shown.policies.length) {
    return differences(`${path}.policies[${at}]`, shown.policies[at], policyEvidence(exact, best, record))
  }
  return []
}
