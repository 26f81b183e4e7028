/**
 * Times held against a cost model: its coefficients, the exponent in each size beside the model's own, what it says of larger sizes than it was fitted on, and which other laws would do as well.
 *
 * The model's own exponent is not read off its formula: its terms, with the coefficients that were fitted, are put through the same fit at the same sizes, so that logarithms and lower orders count alike
 * on both sides.
 */
import type { Verdict } from "./bernoulli-judgement.ts"
import { type Challenge, challenge, type CostFit, fitCost, rivalsIn } from "./cost-model.ts"
import { type ExponentInterval, fitExponents } from "./exponent-fit.ts"
import { judgeInterval } from "./exponent-judgement.ts"
import { type Growth, growthOf } from "./growth.ts"

/** What was measured: the time, and the sizes by name. */
export interface TimedCase {
  readonly sizes: Readonly<Record<string, number>>
  readonly time: number
}

/** A model t = Σ_j b_j·f_j(sizes). */
export interface CostModel {
  readonly text: string
  readonly coefficients: ReadonlyArray<string>
  /** f_1 … f_k, in their order. */
  readonly terms: (sizes: Readonly<Record<string, number>>) => ReadonlyArray<number>
}

/** The exponent in one size. */
export interface StudiedExponent {
  readonly variable: string
  /** Of the model, at the same sizes by the same fit; absent where no model was given, or its exponent cannot be told at these sizes. */
  readonly predicted: number | undefined
  readonly measured: ExponentInterval | undefined
  /** How it was found, and a plain power law beside it; absent where sizes vary together. */
  readonly growth: Growth | undefined
  readonly verdict: Verdict | undefined
  readonly why?: string
}

export interface StudiedRival {
  readonly model: string
  readonly challenge: Challenge
  /** Standard deviation of its relative errors over all sizes. */
  readonly deviation: number
  /** Akaike's criterion (corrected), less that of the best: past 10, all but excluded. */
  readonly behind: number
}

export interface ScalingStudy {
  readonly level: number
  readonly margin: number
  readonly model: CostModel | undefined
  readonly fit: CostFit | undefined
  readonly exponents: ReadonlyArray<StudiedExponent>
  readonly challenge: Challenge | undefined
  /** Where there is one size only. */
  readonly rivals: ReadonlyArray<StudiedRival>
  /** In the order of the challenge: smallest first. */
  readonly cases: ReadonlyArray<TimedCase>
}

/** An exponent this far from the predicted one, or farther, is another. */
export const MARGIN = 0.1

const distinct = (values: ReadonlyArray<number>): number => new Set(values).size

/** Rows of the smaller half of the distinct sizes. */
const belowOf = (order: ReadonlyArray<number>): number => {
  const values = [...new Set(order)]
  const last = values[Math.ceil(values.length / 2) - 1]
  return order.lastIndexOf(last) + 1
}

const judged = (measured: ExponentInterval | undefined, predicted: number | undefined, level: number) =>
  predicted === undefined
    ? undefined
    : measured === undefined
      ? ("undecided" as const)
      : judgeInterval(measured, { claim: "equals", predicted, margin: MARGIN, level }).verdict

/** The coefficient of the term that grows most, where it cannot be told from 0: then the model claims a growth that these times do not show. */
const lost = (
  model: CostModel | undefined,
  fit: CostFit | undefined,
  cases: ReadonlyArray<TimedCase>
): string | undefined => {
  if (model === undefined || fit === undefined || model.coefficients.length < 2) return undefined
  const [first, last] = [model.terms(cases[0].sizes), model.terms(cases[cases.length - 1].sizes)]
  const growth = first.map((term, j) => Math.abs(last[j]) / Math.max(Math.abs(term), Number.MIN_VALUE))
  const leading = growth.indexOf(Math.max(...growth))
  const { lower, upper } = fit.coefficients[leading]
  return lower <= 0 && upper >= 0
    ? `${model.coefficients[leading]} cannot be told from 0: these sizes do not show the growth that is claimed`
    : undefined
}

const alone = (
  variable: string,
  cases: ReadonlyArray<TimedCase>,
  modelled: ReadonlyArray<number> | undefined,
  level: number
): StudiedExponent => {
  const points = cases.map(({ sizes, time }) => ({ size: sizes[variable], time }))
  if (distinct(points.map(({ size }) => size)) < 3)
    return {
      variable,
      predicted: undefined,
      measured: undefined,
      growth: undefined,
      verdict: undefined,
      why: "fewer than three sizes"
    }
  const growth = growthOf(points, level)
  const usable = modelled !== undefined && modelled.every((time) => time > 0)
  // A model without noise fits itself exactly: its exponent is a point, or it is flat.
  const own = usable
    ? growthOf(
        points.map(({ size }, i) => ({ size, time: modelled[i] })),
        level
      )
    : undefined
  // Where times are flat their plain exponent is judged, beside the model's plain one.
  const predicted = growth.kind === "flat" ? own?.plain.estimate : own?.estimate?.estimate
  return {
    variable,
    predicted,
    measured: growth.estimate,
    growth,
    verdict: judged(growth.estimate, predicted, level),
    ...(growth.why === undefined ? {} : { why: growth.why })
  }
}

/** Exponents of a plain power law in several sizes, beside those of the model's own times. */
const together = (
  variables: ReadonlyArray<string>,
  cases: ReadonlyArray<TimedCase>,
  modelled: ReadonlyArray<number> | undefined,
  level: number
): ReadonlyArray<StudiedExponent> => {
  const predictors = Object.fromEntries(variables.map((name) => [name, cases.map(({ sizes }) => sizes[name])]))
  const fitted = (response: ReadonlyArray<number>) => {
    try {
      return fitExponents({ response, predictors }, level / variables.length).exponents
    } catch (error) {
      if (error instanceof RangeError) return error.message
      throw error
    }
  }
  const measured = fitted(cases.map(({ time }) => time))
  const own = modelled !== undefined && modelled.every((time) => time > 0) ? fitted(modelled) : undefined
  return variables.map((variable, i) => {
    const found = typeof measured === "string" ? undefined : measured[i]
    const predicted = own === undefined || typeof own === "string" ? undefined : own[i].estimate
    return {
      variable,
      predicted,
      measured: found,
      growth: undefined,
      verdict: judged(found, predicted, level),
      ...(typeof measured === "string" ? { why: measured } : {})
    }
  })
}

/**
 * Studies how times grow.
 *
 * @param measured times, each with the same names of sizes; all > 0
 * @param model what is claimed of them
 * @param level α in (0, ½) of each interval and of each verdict
 * @throws RangeError where a size or a time is not positive and finite
 *
 * @example
 * ```ts
 * const cases = [1, 2, 4, 8, 16, 32, 64].map((N, i) => ({ sizes: { N }, time: (100 + 3 * N * N) * (i % 2 === 0 ? 1 : 1.01) }))
 * const model = { text: "a + b*N^2", coefficients: ["a", "b"], terms: ({ N }: Readonly<Record<string, number>>) => [1, N * N] }
 * const { challenge, exponents } = scalingStudy(cases, model, 0.01)
 * console.log(exponents[0].verdict, challenge?.verdict) // => supported supported
 * ```
 */
export const scalingStudy = (
  measured: ReadonlyArray<TimedCase>,
  model: CostModel | undefined,
  level: number
): ScalingStudy => {
  const variables = Object.keys(measured[0]?.sizes ?? {})
  const rowsOf = (cases: ReadonlyArray<TimedCase>, terms: CostModel["terms"]) =>
    cases.map(({ sizes, time }) => ({ terms: terms(sizes), time }))
  const fit = model === undefined ? undefined : fitCost(rowsOf(measured, model.terms), level)
  const modelled = (cases: ReadonlyArray<TimedCase>) =>
    model === undefined || fit === undefined
      ? undefined
      : cases.map(({ sizes }) => fit.predict(model.terms(sizes), level).time)
  // Smaller is what the model says is smaller; without one, or in one size, the size itself.
  const single = variables.length === 1
  const key = (one: TimedCase, i: number, times: ReadonlyArray<number> | undefined): number =>
    single ? one.sizes[variables[0]] : (times?.[i] ?? one.time)
  const times = modelled(measured)
  const order = measured.map((one, i) => ({ one, at: key(one, i, times) })).toSorted((a, b) => a.at - b.at)
  const cases = order.map(({ one }) => one)
  const below = belowOf(order.map(({ at }) => at))
  const rivals = single
    ? rivalsIn(variables[0]).flatMap((rival) => {
        const rows = rowsOf(cases, (sizes) => rival.terms.map((f) => f(sizes[variables[0]])))
        const whole = fitCost(rows, level)
        return whole === undefined ? [] : [{ rival, whole, challenge: challenge(rows, below, level) }]
      })
    : []
  const least = rivals.reduce((most, { whole }) => Math.min(most, whole.aicc), Infinity)
  const exponents = single
    ? [alone(variables[0], cases, modelled(cases), level)]
    : together(variables, cases, modelled(cases), level)
  const unseen = lost(model, fit, cases)
  return {
    level,
    margin: MARGIN,
    model,
    fit,
    exponents:
      unseen === undefined
        ? exponents
        : exponents.map((one) => (one.verdict === "supported" ? { ...one, verdict: "undecided", why: unseen } : one)),
    challenge: model === undefined ? undefined : challenge(rowsOf(cases, model.terms), below, level),
    rivals: rivals.map(({ challenge: challenged, rival, whole }) => ({
      model: rival.model,
      challenge: challenged,
      deviation: whole.deviation,
      behind: whole.aicc - least
    })),
    cases
  }
}
