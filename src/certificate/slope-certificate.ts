/** The certificate of a sweep's slope (predictions.md): its runs to the target as raw points, from which the checker fits again. */
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { SweepPoint } from "../run/sweep.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import { scalingCertificate } from "./single-claims.ts"
import { type Environment, reasonOf, type Written } from "./write.ts"

/** A slope and the runs it was fitted to: one algorithm's, with `at` telling its instances apart. */
export interface JudgedSlope {
  readonly algorithm: Pick<AnyAlgorithm<never>, "name" | "oracle">
  readonly quantity: "T_data" | "T_comp"
  readonly judgement: ExponentJudgement | undefined
  /** At least one. */
  readonly points: ReadonlyArray<SweepPoint>
}

/** Named by algorithm and quantity. Withheld where theory predicts no slope, or the checker comes to another verdict. */
export const slopeCertificate = (
  { algorithm, judgement, points, quantity }: JudgedSlope,
  environment: Environment
): Written => {
  const none = (withheld: string): Written => ({ theorem: algorithm.name, part: quantity, withheld })
  if (judgement === undefined) return none("no slope is predicted")
  const [{ interpreter, seed, target }] = points
  const stands = [...new Set(points.map(({ at }) => at))]
  try {
    const certificate = scalingCertificate({
      algorithm,
      interpreter,
      quantity,
      margin: judgement.margin,
      level: judgement.level,
      seed,
      target,
      instances: stands.map((value) => {
        const { spec, digest, coverage, parameters } = points.find(({ at }) => at === value)!
        return { spec, digest, coverage, parameters }
      }),
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
