/** The unit of replication: what a process (or a pass) measures by itself, and how an exponent over several of them is said. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { studyJson } from "../src/cli/scaling/scaling-document.ts"
import type { ExponentEstimate } from "../src/statistics/exponent-fit.ts"
import { type CostModel, scalingStudy, type TimedCase } from "../src/statistics/scaling-study.ts"
import type { Verdict } from "../src/statistics/bernoulli-judgement.ts"

/** What the script prints as JSON, run by a process of its own. @param script its URL. @throws Error where the process fails. */
export const measuredApart = (script: URL, ...args: ReadonlyArray<string | number>): unknown => {
  const path = fileURLToPath(script)
  const child = spawnSync(process.execPath, [path, ...args.map(String)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28
  })
  if (child.status !== 0)
    throw new Error(`${path} ${args.join(" ")}: the process ended with ${child.signal ?? child.status}`)
  return JSON.parse(child.stdout)
}

/** An exponent over units, held against a prediction. */
export interface ReplicatedExponent {
  /** What the exponent is in. */
  readonly variable: string
  readonly predicted: number
  readonly units: number
  /** undefined: of one unit, or in some unit nothing grows past a launch. */
  readonly exponent: ExponentEstimate | undefined
  readonly verdict: Verdict
}

/** An interval wider than this, from few processes, tells nothing: it is not printed, and what would tell is said. */
const TELLING = 0.6
const TELL_UNITS = 5

const tells = (exponent: ExponentEstimate | undefined): exponent is ExponentEstimate =>
  exponent !== undefined && exponent.upper - exponent.lower <= TELLING

/** What may be said of it: its interval and verdict, where the interval tells something. */
export const told = ({ exponent, units, verdict }: ReplicatedExponent, digits: number) => {
  if (tells(exponent))
    return { interval: `${exponent.lower.toFixed(digits)} – ${exponent.upper.toFixed(digits)}`, verdict }
  return { interval: exponent === undefined ? "–" : `cannot decide: ${units} processes`, verdict: "undecided" as const }
}

const whyUntold = ({ exponent, units }: ReplicatedExponent): string => {
  if (exponent === undefined && units > 1) return "a launch is more than half of the largest size's time"
  return units < TELL_UNITS
    ? `${units === 1 ? "one process" : `${units} processes`} cannot decide it: an interval takes ${TELL_UNITS}`
    : "the processes differ too much to decide it"
}

/** t = a + b·nᵖ, p the predicted one: what is put to the larger sizes. */
const modelOf = (variable: string, predicted: number): CostModel =>
  predicted === 0
    ? { text: "a", coefficients: ["a"], terms: () => [1] }
    : {
        text: `a + b*${variable}${predicted === 1 ? "" : `^${predicted}`}`,
        coefficients: ["a", "b"],
        terms: (sizes) => [1, sizes[variable] ** predicted]
      }

const intervalOf = ({ estimate, lower, upper }: ExponentEstimate) => ({ estimate, lower, upper })

/**
 * Medians over units as a study: held against the model, below and above; the exponent and its verdict are those over units.
 *
 * @param plain the exponent of a power law without a constant, beside it
 */
export const studyOver = (
  replicated: ReplicatedExponent,
  cases: ReadonlyArray<TimedCase>,
  level: number,
  about: { readonly title: string; readonly unit: string; readonly explanation?: string },
  plain?: ExponentEstimate
) => {
  const { exponent, predicted, units, variable, verdict } = replicated
  return {
    ...studyJson(scalingStudy(cases, modelOf(variable, predicted), level), about),
    exponents: [
      {
        variable,
        predicted,
        ...(tells(exponent) ? intervalOf(exponent) : {}),
        ...(units > 1 && tells(plain) ? { plain: intervalOf(plain) } : {}),
        ...(tells(exponent) ? { verdict } : { verdict: "undecided" as const, why: whyUntold(replicated) })
      }
    ]
  } as ReturnType<typeof studyJson>
}
