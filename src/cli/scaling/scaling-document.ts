/** A study of times as JSON: what `--json` prints and scaling.json holds; `coverbound report` reads it, and the benchmarks write the same. */
import type { Challenge } from "../../statistics/cost-model.ts"
import type { ScalingStudy } from "../../statistics/scaling-study.ts"
import type { JsonInput } from "../../run/json-text.ts"

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const challengeJson = ({ fitted, held, verdict, why, worst }: Challenge) => ({
  verdict,
  fitted,
  worst: finite(worst),
  ...(why === undefined ? {} : { why }),
  held: held.map((one) => ({ ...one }))
})

/** The study alone. `title` names what was timed, `unit` the unit of time. */
export const studyJson = (
  { cases, challenge, exponents, fit, level, margin, model, rivals }: ScalingStudy,
  about: { readonly title: string; readonly unit: string; readonly explanation?: string }
) =>
  ({
    ...about,
    level,
    margin,
    model: model?.text ?? null,
    exponents: exponents.map(({ growth, measured, predicted, variable, verdict, why }) => ({
      variable,
      predicted: predicted ?? null,
      ...(measured === undefined ? {} : { estimate: measured.estimate, lower: measured.lower, upper: measured.upper }),
      ...(growth === undefined
        ? {}
        : {
            kind: growth.kind,
            residual: growth.residual,
            plain: { estimate: growth.plain.estimate, lower: growth.plain.lower, upper: growth.plain.upper },
            ...(growth.lower === undefined
              ? {}
              : {
                  lowerOrder: {
                    exponent: growth.lower.exponent,
                    coefficient: finite(growth.lower.coefficient),
                    share: finite(growth.lower.share)
                  }
                })
          }),
      verdict: verdict ?? null,
      ...(why === undefined ? {} : { why })
    })),
    coefficients:
      model === undefined || fit === undefined
        ? []
        : fit.coefficients.map((one, j) => ({ name: model.coefficients[j], ...one })),
    deviation: fit === undefined ? null : finite(fit.deviation),
    modelled:
      model === undefined || fit === undefined
        ? []
        : cases.map(({ sizes }) => finite(fit.predict(model.terms(sizes), level).time)),
    challenge: challenge === undefined ? null : challengeJson(challenge),
    rivals: rivals.map(({ behind, challenge: challenged, deviation, model: name }) => ({
      model: name,
      verdict: challenged.verdict,
      ...(challenged.why === undefined ? {} : { why: challenged.why }),
      worst: finite(challenged.worst),
      deviation: finite(deviation),
      behind: finite(behind)
    })),
    cases: cases.map(({ sizes, time }) => ({ sizes: { ...sizes }, time }))
  }) satisfies JsonInput
