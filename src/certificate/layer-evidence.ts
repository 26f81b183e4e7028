/** T8's and T9's evidence: the spanners that multi-turn runs grew layer by layer, and what their regressions were fitted on. */
import { layerSpanners } from "../run/layers-log.ts"
import type { RunRecord } from "../run/run-record.ts"
import { tokenOptimum } from "../theorem/layer-error.ts"
import type { Subject } from "../theorem/theorem.ts"
import type { Evidence, LayersIdentity, Numbers, RegressionIdentity, Runs } from "../checker/certificate.ts"
import { spannerEvidence } from "./spanner-evidence.ts"

/** Numbers of features that one certificate carries at most. */
const CARRIED_NUMBERS = 20_000

/** θ*_1 … θ*_H of a token side. */
export const layerStars = (tokens: NonNullable<Subject["tokens"]>, exact: Subject["exact"]): ReadonlyArray<Numbers> =>
  tokenOptimum(tokens, exact).layers.map(({ theta }) => Array.from(theta))

/** θ_h of a run's policy and the relative features of its pairs, layer by layer; undefined where it put out no token policy. */
export const layerFits = (record: RunRecord): LayersIdentity["fits"][number] | undefined => {
  const { policy, problem } = record
  if (policy.kind !== "token-tilted" || problem.tokens === undefined) return undefined
  const { dimension: d, horizon } = problem.tokens
  const rows = (of: Float64Array, count: number) =>
    Array.from({ length: count }, (_, i) => Array.from(of.subarray(i * d, (i + 1) * d)))
  return {
    thetas: rows(policy.thetas, horizon),
    features: layerSpanners(record).map(({ accepted, count }) => rows(accepted, count))
  }
}

/** {@link layerFits} of a run that must have them. @throws RangeError where it put out no token policy */
const fitted = (record: RunRecord): LayersIdentity["fits"][number] => {
  const fits = layerFits(record)
  if (fits === undefined) throw new RangeError(`trial ${record.trial}: ${record.policy.kind}, expected a token policy`)
  return fits
}

/** Of the last layer, what a regression's evidence says of a trial by its place. */
export const lastFit = (
  { features, thetas }: LayersIdentity["fits"][number],
  trial: number
): RegressionIdentity["fits"][number] => ({ trial, theta: thetas.at(-1)!, features: features.at(-1)! })

/** The last layers of completed trials, as many as fit. */
const regressionEvidence = ({ exact, tokens }: Subject, records: ReadonlyArray<RunRecord>, runs: Runs): Evidence => {
  const fits: Array<RegressionIdentity["fits"][number]> = []
  let left = CARRIED_NUMBERS
  for (const [at, record] of records.entries()) {
    if (record.outcome !== "completed") continue
    const fit = lastFit(fitted(record), at)
    left -= fit.features.length * fit.theta.length
    if (fits.length > 0 && left < 0) break
    fits.push(fit)
  }
  return { kind: "identity", identity: { kind: "regression", runs, star: layerStars(tokens!, exact).at(-1)!, fits } }
}

/** T9's evidence of its layers: of all trials, since it counts them. @throws RangeError where they are more than one certificate carries */
export const layersEvidence = ({ exact, tokens }: Subject, records: ReadonlyArray<RunRecord>, runs: Runs): Evidence => {
  const fits = records.map(fitted)
  const numbers = fits.reduce((n, { features, thetas }) => n + [...thetas, ...features.flat()].flat().length, 0)
  if (numbers > CARRIED_NUMBERS)
    throw new RangeError(`layers: ${numbers} numbers of all trials, expected at most ${CARRIED_NUMBERS}`)
  return { kind: "identity", identity: { kind: "layers", runs, stars: layerStars(tokens!, exact), fits } }
}

/** A certificate counts restarts by the pairs they accepted. @throws RangeError where a run told of no pass, or of other restarts */
const checkTold = (record: RunRecord): void => {
  const pairs = layerSpanners(record).reduce((n, { count }) => n + count, 0)
  const { restarts } = record.layers ?? {}
  const told = restarts === undefined ? "told of no pass" : `told of ${restarts} restarts, but of ${pairs} pairs`
  if (restarts !== pairs)
    throw new RangeError(`trial ${record.trial}: ${told}, expected a pair accepted by each restart`)
}

/** Evidence for a clause of T8. @throws RangeError where a run did not tell what it takes */
export const multiTurnEvidence = (
  subject: Subject,
  part: string,
  records: ReadonlyArray<RunRecord>,
  runs: Runs
): Evidence => {
  for (const record of records) checkTold(record)
  if (part === "exactness") return regressionEvidence(subject, records, runs)
  if (part !== "spanner") return { kind: "trials", runs }
  const { parameters, problem } = subject
  return spannerEvidence(runs, records.flatMap(layerSpanners), problem.tokens!.dimension, parameters)
}
