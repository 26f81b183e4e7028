/**
 * Exponents fitted to the times of a kernel over a grid, held against its model.
 *
 * *The judged fit* is t = constant + c·nᵖ (`gpu/launch-fit.ts`): a call costs something before its work begins, and a
 * plain power law would take that for a smaller exponent. The constant is fitted to each unit's times (a process's, a pass's), and shown
 * beside the one that was measured directly: a call at size 1, and on several threads a job without work handed to
 * them. Where the model says that n does not matter (p = 0) there is no telling them apart, and the plain fit is judged.
 *
 * *The interval* is Student's over the units' p; *the verdict* that of `exponent-judgement.ts`, equivalence to
 * within the margin. Nothing about an exponent that is off changes its verdict; `explanation.ts` says, from other
 * measurements of the same run, whether it had to be off.
 */
import { type ExponentEstimate, exponentOverUnits, fitExponentsWithinUnits } from "../../src/statistics/exponent-fit.ts"
import { exponentVerdict } from "../../src/statistics/exponent-judgement.ts"
import { growthOf } from "../../src/statistics/growth.ts"
import { median } from "../../src/statistics/median.ts"
import { launchFit } from "../gpu/launch-fit.ts"
import type { ReplicatedExponent } from "../replicates.ts"
import { predictedExponent } from "./executed.ts"
import type { MeasuredGrid, Scaling } from "./scaling-grids.ts"

export const MARGIN = 0.1
export const LEVEL = 0.01

/** Exponent of a plain power law over the grid, by processes. */
const plainFit = (axis: string, units: ReadonlyArray<MeasuredGrid>): ExponentEstimate => {
  const rows = units.flatMap(({ points }, unit) => points.map((point) => ({ ...point, unit })))
  const table = {
    response: rows.map((r) => r.time),
    predictors: { [axis]: rows.map((r) => r.size) },
    unit: rows.map((r) => r.unit)
  }
  return fitExponentsWithinUnits(table, LEVEL).exponents[0]
}

/** What was fitted to one grid: the judged exponent, and beside it the plain power law's. */
export interface Fitted extends ReplicatedExponent {
  readonly scaling: Scaling
  readonly plain: ExponentEstimate
  /** Medians over the units, in ns; fitted: undefined where the plain fit is judged. */
  readonly launch: { readonly fitted: number | undefined; readonly measured: number }
}

/** @throws RangeError with no unit, or a grid of which less than three sizes were measured. */
export const fitted = (scaling: Scaling): Fitted => {
  const { backend, grid, units } = scaling
  const predicted = predictedExponent(grid.kernel, grid.axis, backend)!
  const measured = median(units.map((unit) => unit.launch))
  const found = (plain: ExponentEstimate, exponent: ExponentEstimate | undefined, launch?: number): Fitted => ({
    scaling,
    variable: grid.axis,
    predicted,
    units: units.length,
    plain,
    exponent,
    launch: { fitted: launch, measured },
    verdict:
      exponent === undefined
        ? "undecided"
        : exponentVerdict(exponent, { claim: "equals", predicted, margin: MARGIN, level: LEVEL })
  })
  if (units.length < 2) return found(growthOf(units[0].points, LEVEL).plain, undefined)
  const plain = plainFit(grid.axis, units)
  if (predicted === 0) return found(plain, plain)
  const fits = units.flatMap(({ points }) => launchFit(points) ?? [])
  if (fits.length < units.length) return found(plain, undefined)
  const exponents = fits.map((fit) => fit.exponent)
  return found(plain, exponentOverUnits(grid.axis, exponents, LEVEL), median(fits.map((fit) => fit.launch)))
}
