/** T8's and T9's evidence: the spanners that multi-turn runs grew layer by layer, and what their regressions were fitted on. */
import { layerParameters, valuesOf } from "../instance/token-values.ts"
import { layerSpanners } from "../run/layers-log.ts"
import type { RunRecord } from "../run/run-record.ts"
import type { Subject } from "../theorem/theorem.ts"
import type { Evidence, LayersIdentity, RegressionIdentity, Runs } from "../checker/certificate.ts"
import { spannerEvidence } from "./spanner-evidence.ts"

type Fit = RegressionIdentity["fits"][number]

/** Numbers of features that one certificate carries at most. */
const CARRIED_NUMBERS = 20_000

/** θ_H of a run's policy, and the relative features it is the regression on; undefined where it put out no token policy. */
export const lastFit = (record: RunRecord, at: number): Fit | undefined => {
  const { policy, problem } = record
  if (policy.kind !== "token-tilted" || problem.tokens === undefined) return undefined
  const { dimension: d, horizon } = problem.tokens
  const { accepted, count } = layerSpanners(record)[horizon - 1]
  const features = Array.from({ length: count }, (_, i) => Array.from(accepted.subarray(i * d, (i + 1) * d)))
  return { trial: at, theta: Array.from(policy.thetas.subarray((horizon - 1) * d, horizon * d)), features }
}

/** θ*_H of the last layer of a token side. */
export const lastStar = (tokens: NonNullable<Subject["tokens"]>, exact: Subject["exact"]): ReadonlyArray<number> =>
  Array.from(layerParameters(tokens, valuesOf(tokens, exact))[tokens.horizon - 1].theta)

/** The last layers of completed trials, as many as fit. */
const regressionEvidence = ({ exact, tokens }: Subject, records: ReadonlyArray<RunRecord>, runs: Runs): Evidence => {
  const fits: Array<Fit> = []
  let left = CARRIED_NUMBERS
  for (const [at, record] of records.entries()) {
    if (record.outcome !== "completed") continue
    const fit = lastFit(record, at)
    if (fit === undefined) throw new RangeError(`trial ${record.trial}: ${record.policy.kind}, expected a token policy`)
    left -= fit.features.length * fit.theta.length
    if (fits.length > 0 && left < 0) break
    fits.push(fit)
  }
  return { kind: "identity", identity: { kind: "regression", runs, star: lastStar(tokens!, exact), fits } }
}

/** θ*_1 … θ*_H of a token side. */
export const layerStars = (
  tokens: NonNullable<Subject["tokens"]>,
  exact: Subject["exact"]
): ReadonlyArray<ReadonlyArray<number>> =>
  layerParameters(tokens, valuesOf(tokens, exact)).map(({ theta }) => Array.from(theta))

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

/** T9's evidence of its layers: of all trials, since it counts them. @throws RangeError where they are more than one certificate carries */
export const layersEvidence = ({ exact, tokens }: Subject, records: ReadonlyArray<RunRecord>, runs: Runs): Evidence => {
  const fits = records.map((record) => {
    const fit = layerFits(record)
    if (fit === undefined) throw new RangeError(`trial ${record.trial}: ${record.policy.kind}, expected a token policy`)
    return fit
  })
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
