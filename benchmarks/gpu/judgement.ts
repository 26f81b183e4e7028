/**
 * Fitted exponents held against theory: the pass is the unit of replication, three verdicts at margin 0.1 and level 0.01, and where an exponent is not the predicted
 * one, why, from what the same run measured. For Node: a page has no t quantiles.
 */
import { exponentVerdict } from "../../src/statistics/exponent-judgement.ts"
import { overUnits } from "../replicates.ts"
import { evidence } from "./evidence.ts"
import { type Growth, growthOf, type Size } from "./growth.ts"
import type { MemoryPoint } from "./memory.ts"
import type { Point } from "./points.ts"
import { isControl, keyOf, type Workload } from "./workloads.ts"

const MARGIN = 0.1
const LEVEL = 0.01

const ms = (time: number): string => (time < 0.01 ? `${(time * 1e3).toPrecision(2)} µs` : `${time.toPrecision(3)} ms`)

const rateOf = ({ work, unit }: Workload, { n, median }: Size): string =>
  `${(work(n) / median / 1e6).toPrecision(3)} G${unit}/s`

const launchOf = ({ launch, least }: Growth): string =>
  launch === undefined || least === undefined ? "" : `launch ${ms(launch)} fitted, ${ms(least)} measured`

/** A workload's exponent beside the predicted one, as a record keeps it; undefined where the passes gave none. */
export const exponentOf = ({ axis, exponent, fixed, kernel }: Workload, { exponents }: Growth): object | undefined => {
  const estimate = overUnits(axis, exponents, LEVEL)
  if (estimate === undefined) return undefined
  const verdict = exponentVerdict(estimate, { claim: "equals", predicted: exponent, margin: MARGIN, level: LEVEL })
  const { estimate: measured, lower, upper } = estimate
  return { kernel, axis, fixed, predicted: exponent, margin: MARGIN, level: LEVEL, measured, lower, upper, verdict }
}

/**
 * What one backend came to: a line a workload, lines that say why below it.
 *
 * @param work those to speak of. @param all all that were to be measured, the control among them. @param points of the backend
 */
export const judgements = (
  work: ReadonlyArray<Workload>,
  backend: string,
  points: ReadonlyArray<Point>,
  memory: ReadonlyArray<MemoryPoint>,
  all: ReadonlyArray<Workload> = work
): ReadonlyArray<string> => {
  const growthIn = (workload: Workload): Growth | undefined =>
    growthOf(
      workload,
      points.filter((p) => keyOf(p) === keyOf(workload))
    )
  const controlled = all.find(isControl)
  const control = controlled === undefined ? undefined : growthIn(controlled)
  return work.flatMap((workload) => {
    const growth = growthIn(workload)
    if (growth === undefined) return []
    const { kernel, axis, exponent, held } = workload
    const { fitted } = growth
    const [from, last] = [fitted[0], fitted[fitted.length - 1]]
    const estimate = overUnits(axis, growth.exponents, LEVEL)
    const verdict =
      estimate === undefined
        ? "launch"
        : exponentVerdict(estimate, { claim: "equals", predicted: exponent, margin: MARGIN, level: LEVEL })
    const interval =
      estimate === undefined
        ? "–"
        : `${estimate.estimate.toFixed(2)} [${estimate.lower.toFixed(2)}, ${estimate.upper.toFixed(2)}]`
    const line = [
      `  ${kernel.padEnd(14)} ${axis}`,
      held.padEnd(21),
      interval.padEnd(18),
      `${exponent} ± ${MARGIN}`,
      verdict.padEnd(9),
      `${axis} = ${from.n}…${last.n}, ${ms(last.median)}, ${rateOf(workload, last)}; ${launchOf(growth)}`
    ].join("  ")
    if (verdict === "supported") return [line]
    return [
      line,
      ...evidence(workload, backend, growth, memory, isControl(workload) ? undefined : control).map(
        (reason) => `      ${reason}`
      )
    ]
  })
}

/** Times alone, where there are too few sizes to fit. */
export const rates = (work: ReadonlyArray<Workload>, points: ReadonlyArray<Point>): ReadonlyArray<string> =>
  work.flatMap((workload) => {
    const growth = growthOf(
      workload,
      points.filter((p) => keyOf(p) === keyOf(workload))
    )
    if (growth === undefined) return []
    const last = growth.sizes[growth.sizes.length - 1]
    return [
      `  ${workload.kernel.padEnd(14)} ${workload.axis}  ${workload.held.padEnd(21)}  ${workload.axis} = ${last.n}: ${ms(last.median)}, ${rateOf(workload, last)}`
    ]
  })

/** What the lines of {@link judgements} say. */
export const LEGEND = `kernel, axis, what stays, exponent p of launch + c·nᵖ with its ${100 * (1 - LEVEL)} % interval over passes, theory ± margin, verdict at level ${LEVEL}`
