/**
 * Fitted exponents of the kernels' times against their models, on every backend.
 *
 * *The judged fit* is t = constant + c·nᵖ (`gpu/launch-fit.ts`): a call costs something before its work begins, and a
 * plain power law would take that for a smaller exponent. The constant is fitted to each process's times, and shown
 * beside the one that was measured directly: a call at size 1, and on several threads a job without work handed to
 * them. Where the model says that n does not matter (p = 0) there is no telling them apart, and the plain fit is judged.
 *
 * *The interval* is Student's over the processes' p; *the verdict* that of `exponent-judgement.ts`, equivalence to
 * within the margin. Nothing about an exponent that is off changes its verdict; `explanation.ts` says, from other
 * measurements of the same run, whether it had to be off.
 */
import { type ExponentEstimate, fitExponentsWithinUnits } from "../../src/statistics/exponent-fit.ts"
import { exponentVerdict } from "../../src/statistics/exponent-judgement.ts"
import { launchFit } from "../gpu/launch-fit.ts"
import { series } from "../measure.ts"
import { median } from "../median.ts"
import { overUnits } from "../replicates.ts"
import type { Series, Table, Target } from "../suite.ts"
import type { KernelBackend } from "./backends.ts"
import type { Bandwidth } from "./bandwidth.ts"
import { predictedExponent } from "./executed.ts"
import { explain, ownExponent, rates } from "./explanation.ts"
import type { KernelName } from "./models.ts"
import { type Effort, type MeasuredGrid, measureScaling, type Scaling } from "./scaling.ts"

const MARGIN = 0.1
const LEVEL = 0.01
/** Sizes of a grid without which nothing is fitted: a backend that has not the threads, or calls of seconds. */
const LEAST_SIZES = 5

/** Exponent of a plain power law over the grid, by processes. */
const plainFit = (axis: string, units: ReadonlyArray<MeasuredGrid>): ExponentEstimate => {
  const rows = units.flatMap(({ points }, unit) => points.map((point) => ({ ...point, unit })))
  const table = {
    response: rows.map((r) => r.nanoseconds),
    predictors: { [axis]: rows.map((r) => r.value) },
    unit: rows.map((r) => r.unit)
  }
  return fitExponentsWithinUnits(table, LEVEL).exponents[0]
}

/** What was fitted to one grid. */
interface Fitted {
  readonly scaling: Scaling
  readonly predicted: number
  readonly plain: ExponentEstimate
  /** The judged one. undefined: in some process nothing grows past a launch. */
  readonly exponent: ExponentEstimate | undefined
  /** Medians over the processes, in ns; fitted: undefined where the plain fit is judged. */
  readonly launch: { readonly fitted: number | undefined; readonly measured: number }
  readonly verdict: string
}

/** @throws RangeError with fewer than 2 processes, or a grid of which less than two sizes were measured. */
export const fitted = (scaling: Scaling): Fitted => {
  const { backend, grid, units } = scaling
  const predicted = predictedExponent(grid.kernel, grid.axis, backend)!
  const measured = median(units.map((unit) => unit.launch))
  const plain = plainFit(grid.axis, units)
  const judged = (exponent: ExponentEstimate): string =>
    exponentVerdict(exponent, { claim: "equals", predicted, margin: MARGIN, level: LEVEL })
  if (predicted === 0) {
    const launch = { fitted: undefined, measured }
    return { scaling, predicted, plain, exponent: plain, launch, verdict: judged(plain) }
  }
  const fits = units.flatMap(
    ({ points }) => launchFit(points.map(({ value, nanoseconds }) => ({ n: value, median: nanoseconds }))) ?? []
  )
  if (fits.length < units.length) {
    const launch = { fitted: undefined, measured }
    return { scaling, predicted, plain, exponent: undefined, launch, verdict: "undecided" }
  }
  const exponent = overUnits(
    grid.axis,
    fits.map((fit) => fit.exponent),
    LEVEL
  )!
  const launch = { fitted: median(fits.map((fit) => fit.launch)), measured }
  return { scaling, predicted, plain, exponent, launch, verdict: judged(exponent) }
}

const microseconds = (ns: number | undefined): string => (ns === undefined ? "–" : (ns / 1e3).toPrecision(2))
const decimals = (p: number | undefined): string => p?.toFixed(2) ?? "–"

export interface ExponentReport {
  readonly tables: ReadonlyArray<Table>
  readonly targets: ReadonlyArray<Target>
  readonly series: ReadonlyArray<Series>
}

/** Measures and judges; evidence for what is not supported. */
export const exponentReport = (
  kernels: ReadonlyArray<KernelName>,
  backends: ReadonlyArray<KernelBackend>,
  effort: Effort,
  bandwidth: (threads: number) => Bandwidth,
  log: (line: string) => void
): ExponentReport => {
  const measured = measureScaling(kernels, backends, effort, log)
  const all = measured.filter(({ units }) => units.every(({ points }) => points.length >= LEAST_SIZES)).map(fitted)
  const bandwidthOf = (backend: string): Bandwidth => bandwidth(backends.find(({ name }) => name === backend)!.threads)
  const off = all.filter(({ verdict }) => verdict !== "supported")
  const explanations = off.map((one) => {
    const { scaling, predicted, exponent, launch } = one
    const finding = { scaling, predicted, estimate: exponent?.estimate, constant: launch.measured, margin: MARGIN }
    return { one, why: explain(finding, bandwidthOf(scaling.backend)) }
  })
  const tables: Array<Table> = [
    {
      title: `Exponents p of t = constant + c·nᵖ, 99 % intervals over ${effort.processes} processes, margin ${MARGIN}; constants in µs; operations: exponent of what the kernel executes, fitted alike`,
      columns: [
        "kernel",
        "backend",
        "in",
        "from–to",
        "model",
        "operations",
        "fitted",
        "interval",
        "verdict",
        "plain",
        "constant",
        "measured"
      ],
      rows: all.map(({ scaling: { backend, grid, units }, predicted, exponent, plain, launch, verdict }) => {
        const { points } = units[0]
        return [
          grid.kernel,
          backend,
          grid.axis,
          `${points[0].value}–${points.at(-1)!.value}`,
          String(predicted),
          decimals(ownExponent(grid, backend, predicted)),
          decimals(exponent?.estimate),
          exponent === undefined ? "–" : `${decimals(exponent.lower)} – ${decimals(exponent.upper)}`,
          verdict,
          decimals(plain.estimate),
          microseconds(launch.fitted),
          microseconds(launch.measured)
        ]
      })
    }
  ]
  if (explanations.length > 0) {
    tables.push({
      title:
        "Those not supported: the exponent that operations alone have, then with the measured constant, the machine's measured bandwidth, and a rate for each source or way that runs",
      columns: [
        "kernel",
        "backend",
        "in",
        "operations",
        "+ constant",
        "+ bandwidth",
        "+ ways",
        "+ cores",
        "fitted",
        "explained"
      ],
      rows: explanations.map(({ one: { scaling, exponent }, why }) => [
        scaling.grid.kernel,
        scaling.backend,
        scaling.grid.axis,
        decimals(why.operations),
        decimals(why.constant),
        decimals(why.bandwidth),
        decimals(why.ways),
        decimals(why.cores),
        decimals(exponent?.estimate),
        why.because
      ])
    })
    tables.push({
      title:
        "Their time per operation executed past size 1, of the least of the grid, and where the bytes of a call lie",
      columns: ["kernel", "backend", "in", "size: times the least (place)"],
      rows: off.map(({ scaling, launch }) => [
        scaling.grid.kernel,
        scaling.backend,
        scaling.grid.axis,
        rates(scaling, launch.measured)
      ])
    })
  }
  return {
    tables,
    targets: all.map(({ scaling: { backend, grid }, predicted, exponent, verdict }) => {
      const why = explanations.find(({ one }) => one.scaling.grid === grid && one.scaling.backend === backend)?.why
      return {
        claim: `${grid.kernel}, ${backend}: exponent in ${grid.axis} ${predicted} ± ${MARGIN}, or explained`,
        measured: `${decimals(exponent?.estimate)}, ${verdict}${why === undefined ? "" : `; ${why.because}`}`,
        held: why === undefined || why.explained,
        kind: "timing"
      }
    }),
    series: all.flatMap(({ scaling: { backend, grid, units } }) =>
      grid.values.map((value) =>
        series(
          `${grid.kernel}, ${backend}, ${grid.axis} = ${value}`,
          "ns/call, one a process",
          units.flatMap(({ points }) => points.filter((p) => p.value === value).map((p) => p.nanoseconds))
        )
      )
    )
  }
}
