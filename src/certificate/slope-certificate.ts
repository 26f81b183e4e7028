/** The certificate of a sweep's slope (predictions.md): its runs to the target as raw points, from which the checker fits again. */
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { problemOf } from "../oracle/interpreter.ts"
import type { SweepPoint } from "../run/sweep.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import { scalingCertificate } from "./scaling-certificate.ts"
import { type Environment, instanceOf, reasonOf, type Written } from "./write.ts"

/** A slope and the runs it was fitted to: one algorithm's, with `at` telling its instances apart. */
export interface JudgedSlope {
  readonly algorithm: Pick<AnyAlgorithm<never>, "name" | "oracle">
  readonly quantity: "T_data" | "T_comp"
  readonly judgement: ExponentJudgement | undefined
  /** At least one. */
  readonly points: ReadonlyArray<SweepPoint>
  /** The instance of a SPEC. */
  readonly instance: (spec: string) => Instance
}

/** Options in which SPECs of one family differ. */
export const varyingOptions = (specs: ReadonlyArray<string>): ReadonlyArray<string> => {
  const options = specs.map(
    (spec) =>
      new Map(
        spec
          .replace(/^[^:]*:?/, "")
          .split(",")
          .map((one) => one.split("=") as [string, string])
      )
  )
  return [...options[0].keys()].filter((name) => new Set(options.map((one) => one.get(name))).size > 1)
}

/** Named by algorithm and quantity. Withheld where theory predicts no slope, or the checker comes to another verdict. */
export const slopeCertificate = (
  { algorithm, instance, judgement, points, quantity }: JudgedSlope,
  environment: Environment
): Written => {
  const none = (withheld: string): Written => ({ theorem: algorithm.name, part: quantity, withheld })
  if (judgement === undefined) return none("no slope is predicted")
  const [{ interpreter, seed, target }] = points
  const stands = [...new Set(points.map(({ at }) => at))]
  const instances = stands.map((value) => {
    const { coverage, digest, parameters, spec } = points.find(({ at }) => at === value)!
    const of = instance(spec)
    const { data } = instanceOf(spec, digest, problemOf(of), of.exact)
    return { spec, digest, coverage, parameters, data }
  })
  try {
    const certificate = scalingCertificate({
      algorithm,
      interpreter,
      quantity,
      margin: judgement.margin,
      level: judgement.level,
      seed,
      target,
      varies: varyingOptions(instances.map(({ spec }) => spec)),
      instances,
      points: points.map((point) => ({ instance: stands.indexOf(point.at), ...point })),
      environment
    })
    return certificate.verdict === judgement.verdict
      ? { theorem: algorithm.name, part: quantity, certificate }
      : none(`judged ${judgement.verdict}, but the checker comes to ${certificate.verdict}`)
  } catch (error) {
    return none(reasonOf(error))
  }
}
