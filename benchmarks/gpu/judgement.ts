/**
 * Fitted exponents held against theory: the pass is the unit of replication, three verdicts at margin 0.1 and level 0.01, and where an exponent is not the predicted
 * one, whether what else the same run measured explains it (`kernels/explanation.ts`). For Node: a page has no t quantiles.
 */
import type { Verdict } from "../../src/statistics/bernoulli-judgement.ts"
import { type ExponentEstimate, exponentOverUnits } from "../../src/statistics/exponent-fit.ts"
import { exponentVerdict } from "../../src/statistics/exponent-judgement.ts"
import { GPU_BACKENDS } from "../../src/kernel/backend.ts"
import type { Bandwidth } from "../kernels/bandwidth.ts"
import { explain, rates as ratesBySize } from "../kernels/explanation.ts"
import { LEVEL, MARGIN } from "../kernels/fitted.ts"
import { gpuName } from "./backends.ts"
import { type Growth, growthOf, type Size } from "./growth.ts"
import type { MemoryPoint } from "./memory.ts"
import type { Point } from "./points.ts"
import { isControl, type Workload } from "./workloads.ts"

/** Exponents of single passes further apart than this are named. */
const NOISE = 0.1

const ms = (time: number): string => (time < 0.01 ? `${(time * 1e3).toPrecision(2)} µs` : `${time.toPrecision(3)} ms`)

const rateOf = ({ work, unit }: Workload, { n, median }: Size): string =>
  `${(work(n) / median / 1e6).toPrecision(3)} G${unit}/s`

const launchOf = ({ launch, least }: Growth): string =>
  launch === undefined || least === undefined ? "" : `launch ${ms(launch)} fitted, ${ms(least)} measured`

/** undefined where the passes gave none, or are too few. */
const judged = (
  { axis, exponent }: Workload,
  { exponents }: Growth
): { readonly estimate: ExponentEstimate; readonly verdict: Verdict } | undefined => {
  if (exponents.length < 2) return undefined
  const estimate = exponentOverUnits(axis, exponents, LEVEL)
  const prediction = { claim: "equals", predicted: exponent, margin: MARGIN, level: LEVEL } as const
  return { estimate, verdict: exponentVerdict(estimate, prediction) }
}

/** A workload's exponent beside the predicted one, as a record keeps it; undefined where the passes gave none. */
export const exponentOf = (workload: Workload, growth: Growth): object | undefined => {
  const found = judged(workload, growth)
  if (found === undefined) return undefined
  const { axis, exponent, fixed, kernel } = workload
  const { estimate: measured, lower, upper } = found.estimate
  const { verdict } = found
  return { kernel, axis, fixed, predicted: exponent, margin: MARGIN, level: LEVEL, measured, lower, upper, verdict }
}

const passesOf = (exponents: ReadonlyArray<number>): string => exponents.map((p) => p.toFixed(2)).join(", ")
const apart = (exponents: ReadonlyArray<number>): boolean => Math.max(...exponents) - Math.min(...exponents) > NOISE

/** What the control says of the machine, where it says something. */
const interruptions = (control: Growth | undefined): ReadonlyArray<string> => {
  if (control === undefined || control.exponents.length === 0) return []
  const { exponents, fitted } = control
  const mean = exponents.reduce((sum, p) => sum + p, 0) / exponents.length
  if (Math.abs(mean - 1) <= NOISE / 2 && !apart(exponents)) return []
  return [
    `machine: the control, a loop without memory or threads, gave ${passesOf(exponents)} (theory 1) over calls of ${ms(fitted[0].median)} to ${ms(fitted[fitted.length - 1].median)}: it was interrupted`
  ]
}

/** Why an exponent is not the predicted one, as far as this run can say. */
const reasons = (
  { exponent: predicted, grid }: Workload,
  backend: string,
  { exponents, least = 0, units }: Growth,
  estimate: ExponentEstimate | undefined,
  bandwidth: Bandwidth
): ReadonlyArray<string> => {
  const noise = exponents.length > 0 && apart(exponents) ? [`noise: single passes gave ${passesOf(exponents)}`] : []
  if (grid === undefined || units.length === 0) return noise
  const scaling = { backend, grid: { ...grid, values: units[0].points.map(({ size }) => size) }, units }
  const launch = { measured: 1e6 * least }
  return [
    `explained: ${explain({ scaling, predicted, exponent: estimate, launch }, bandwidth).because}`,
    ...noise,
    `price past the launch, of the least: ${ratesBySize(scaling, launch.measured)}`
  ]
}

/**
 * What one backend came to: a line a workload, lines that say why below it.
 *
 * @param work those to speak of. @param points of the backend. @param memory of every size copied: arguments and results are.
 * @param all all that were to be measured, the control among them
 */
export const judgements = (
  work: ReadonlyArray<Workload>,
  backend: string,
  points: ReadonlyArray<Point>,
  memory: ReadonlyArray<MemoryPoint>,
  all: ReadonlyArray<Workload> = work
): ReadonlyArray<string> => {
  const known = GPU_BACKENDS.find((name) => name === backend)
  const named = known === undefined ? backend : gpuName(known)
  const bandwidth = memory.map(({ bytes, nanosecondsPerByte }) => ({ bytes, gigabytes: 1 / nanosecondsPerByte }))
  const controlled = all.find(isControl)
  const control = controlled === undefined ? undefined : growthOf(controlled, points)
  return work.flatMap((workload) => {
    const growth = growthOf(workload, points)
    if (growth === undefined) return []
    const { kernel, axis, exponent, held } = workload
    const { fitted } = growth
    const [from, last] = [fitted[0], fitted[fitted.length - 1]]
    const { estimate, verdict = "launch" } = judged(workload, growth) ?? {}
    const line = [
      `  ${kernel.padEnd(14)} ${axis}`,
      held.padEnd(21),
      (estimate === undefined
        ? "–"
        : `${estimate.estimate.toFixed(2)} [${estimate.lower.toFixed(2)}, ${estimate.upper.toFixed(2)}]`
      ).padEnd(18),
      `${exponent} ± ${MARGIN}`,
      verdict.padEnd(9),
      `${axis} = ${from.n}…${last.n}, ${ms(last.median)}, ${rateOf(workload, last)}; ${launchOf(growth)}`
    ].join("  ")
    if (verdict === "supported") return [line]
    const why = [
      ...(isControl(workload) ? [] : interruptions(control)),
      ...reasons(workload, named, growth, estimate, bandwidth)
    ]
    return [line, ...why.map((reason) => `      ${reason}`)]
  })
}

/** Times alone, where there are too few sizes to fit. */
export const rates = (work: ReadonlyArray<Workload>, points: ReadonlyArray<Point>): ReadonlyArray<string> =>
  work.flatMap((workload) => {
    const growth = growthOf(workload, points)
    if (growth === undefined) return []
    const last = growth.sizes[growth.sizes.length - 1]
    return [
      `  ${workload.kernel.padEnd(14)} ${workload.axis}  ${workload.held.padEnd(21)}  ${workload.axis} = ${last.n}: ${ms(last.median)}, ${rateOf(workload, last)}`
    ]
  })

/** What the lines of {@link judgements} say. */
export const LEGEND = `kernel, axis, what stays, exponent p of launch + c·nᵖ with its ${100 * (1 - LEVEL)} % interval over passes, theory ± margin, verdict at level ${LEVEL}; below what is not supported: whether operations, launch, bandwidth and ways of running explain it, and each size's time per operation past the launch, of the least, with where its bytes lie`
