/** A study of times as JSON: what `--json` prints and scaling.json holds; `coverbound report` reads it, and the benchmarks write the same. */
import type { Challenge } from "../../statistics/cost-model.ts"
import type { ExponentInterval } from "../../statistics/exponent-fit.ts"
import type { ScalingStudy } from "../../statistics/scaling-study.ts"
import type { JsonInput } from "../../run/json-text.ts"

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const intervalJson = ({ estimate, lower, upper }: ExponentInterval) => ({ estimate, lower, upper })

const challengeJson = ({ held, worst, ...challenge }: Challenge) => ({
  verdict: challenge.verdict,
  fitted: challenge.fitted,
  worst: finite(worst),
  why: challenge.why,
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
      ...(measured && intervalJson(measured)),
      ...(growth && {
        kind: growth.kind,
        residual: growth.residual,
        plain: intervalJson(growth.plain),
        lowerOrder: growth.lower && {
          exponent: growth.lower.exponent,
          coefficient: finite(growth.lower.coefficient),
          share: finite(growth.lower.share)
        }
      }),
      verdict: verdict ?? null,
      why
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
      why: challenged.why,
      worst: finite(challenged.worst),
      deviation: finite(deviation),
      behind: finite(behind)
    })),
    cases: cases.map(({ sizes, time }) => ({ sizes: { ...sizes }, time }))
  }) satisfies JsonInput
