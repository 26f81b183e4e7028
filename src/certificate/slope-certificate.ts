/** The certificate of a sweep's slope (theory §7): its runs to the target as raw points, from which the checker fits again. */
import type { Sweep, SweepSlope } from "../run/coverage-sweep.ts"
import { scalingCertificate } from "./single-claims.ts"
import { type Environment, reasonOf, type Written } from "./write.ts"

/** Named by algorithm and quantity. Withheld where theory predicts no slope, or the checker comes to another verdict. */
export const slopeCertificate = (
  { plan, points }: Sweep,
  { algorithm: name, quantity, judgement }: SweepSlope,
  environment: Environment
): Written => {
  const algorithm = plan.algorithms.find((one) => one.name === name)
  const runs = points.filter((point) => point.algorithm === name)
  const none = (withheld: string): Written => ({ theorem: name, part: quantity, withheld })
  if (algorithm === undefined || judgement === undefined) return none("no slope is predicted")
  const rarities = [...new Set(runs.map((run) => run.rarity))]
  try {
    const certificate = scalingCertificate({
      algorithm,
      interpreter: plan.interpreter,
      quantity,
      margin: judgement.margin,
      level: judgement.level,
      seed: plan.seed,
      target: plan.target * runs[0].rewardRange,
      instances: rarities.map((rarity) => {
        const { spec, digest, coverage, parameters } = runs.find((run) => run.rarity === rarity)!
        return { spec, digest, coverage, parameters }
      }),
      points: runs.map(({ rarity, ...run }) => ({ instance: rarities.indexOf(rarity), ...run })),
      environment
    })
    return certificate.verdict === judgement.verdict
      ? { theorem: name, part: quantity, certificate }
      : none(`judged ${judgement.verdict}, but the checker comes to ${certificate.verdict}`)
  } catch (error) {
    return none(reasonOf(error))
  }
}
