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
import { studyJson } from "../../src/cli/scaling/scaling-document.ts"
import { growthOf } from "../../src/statistics/growth.ts"
import { type CostModel, scalingStudy } from "../../src/statistics/scaling-study.ts"
import { launchFit } from "../gpu/launch-fit.ts"
import { series } from "../measure.ts"
import { median } from "../median.ts"
import { overUnits } from "../replicates.ts"
import { type Series, standingBy, type SuiteReport, type Table, type Target } from "../suite.ts"
import type { KernelBackend } from "./backends.ts"
import type { Bandwidth } from "./bandwidth.ts"
import { predictedExponent } from "./executed.ts"
import type { Verdict } from "../../src/statistics/bernoulli-judgement.ts"
import { type Explanation, explain, ownExponent, rates } from "./explanation.ts"
import type { KernelName } from "./models.ts"
import { type Effort, type MeasuredGrid, measureScaling, type Scaling } from "./scaling.ts"

const MARGIN = 0.1
const LEVEL = 0.01
/** Sizes of a grid without which nothing is fitted: a backend that has not the threads, or calls of seconds. */
const LEAST_SIZES = 5
/** Processes without which there is nothing to show; an interval takes two. */
const LEAST_PROCESSES = 1

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
  readonly verdict: Verdict
}

/** @throws RangeError with fewer than 2 processes, or a grid of which less than two sizes were measured. */
export const fitted = (scaling: Scaling): Fitted => {
  const { backend, grid, units } = scaling
  const predicted = predictedExponent(grid.kernel, grid.axis, backend)!
  const measured = median(units.map((unit) => unit.launch))
  if (units.length < 2) {
    const [{ points }] = units
    const { plain } = growthOf(
      points.map(({ nanoseconds, value }) => ({ size: value, time: nanoseconds })),
      LEVEL
    )
    return {
      scaling,
      predicted,
      plain,
      exponent: undefined,
      launch: { fitted: undefined, measured },
      verdict: "undecided"
    }
  }
  const plain = plainFit(grid.axis, units)
  const judged = (exponent: ExponentEstimate): Verdict =>
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

/** An interval wider than this, from few processes, tells nothing: it is not printed, and what would tell is said. */
const TELLING = 0.6
const TELL_PROCESSES = 5

const told = (exponent: ExponentEstimate | undefined): boolean =>
  exponent !== undefined && exponent.upper - exponent.lower <= TELLING

/** Why an exponent stays open where its interval says nothing. */
const untold = (units: ReadonlyArray<MeasuredGrid>): string =>
  units.length < TELL_PROCESSES
    ? `${units.length === 1 ? "one process" : `${units.length} processes`} cannot decide it: an interval takes ${TELL_PROCESSES}`
    : "the processes differ too much to decide it"

/** t = a + b·nᵖ, p the model's: what is put to the larger sizes. */
const modelOf = (axis: string, predicted: number): CostModel =>
  predicted === 0
    ? { text: "a", coefficients: ["a"], terms: () => [1] }
    : {
        text: `a + b*${axis}${predicted === 1 ? "" : `^${predicted}`}`,
        coefficients: ["a", "b"],
        terms: (sizes) => [1, sizes[axis] ** predicted]
      }

/** A grid as a study: medians over processes held against the model, below and above; the exponent and its verdict are those over processes. */
const studyOf = ({ scaling, predicted, plain, exponent, verdict }: Fitted, explanation: string | undefined) => {
  const { backend, grid, units } = scaling
  const least = Math.min(...units.map(({ points }) => points.length))
  const cases = grid.values.slice(0, least).map((value, i) => ({
    sizes: { [grid.axis]: value },
    time: median(units.map(({ points }) => points[i].nanoseconds))
  }))
  const study = studyJson(scalingStudy(cases, modelOf(grid.axis, predicted), LEVEL), {
    title: `${grid.kernel} on ${backend}, in ${grid.axis}`,
    unit: "ns a call",
    ...(explanation === undefined ? {} : { explanation })
  })
  const sure = told(exponent)
  return {
    ...study,
    exponents: [
      {
        variable: grid.axis,
        predicted,
        ...(exponent !== undefined && sure
          ? { estimate: exponent.estimate, lower: exponent.lower, upper: exponent.upper }
          : {}),
        ...(units.length > 1 && told(plain)
          ? { plain: { estimate: plain.estimate, lower: plain.lower, upper: plain.upper } }
          : {}),
        verdict: sure ? verdict : ("undecided" as const),
        ...(sure
          ? {}
          : {
              why:
                exponent === undefined && units.length > 1
                  ? "a launch is more than half of the largest size's time"
                  : untold(units)
            })
      }
    ]
  } as ReturnType<typeof studyJson>
}

const microseconds = (ns: number | undefined): string => (ns === undefined ? "–" : (ns / 1e3).toPrecision(2))
const decimals = (p: number | undefined): string => p?.toFixed(2) ?? "–"

/** Held where it is supported or explained; open where nothing decided it, an exponent that nobody measured included. */
export const targetOf = (
  { scaling: { backend, grid }, predicted, exponent, verdict }: Fitted,
  why: Explanation | undefined
): Target => {
  const said = told(exponent) ? verdict : "undecided"
  return {
    claim: `${grid.kernel}, ${backend}: exponent in ${grid.axis} ${predicted} ± ${MARGIN}, or explained`,
    measured: `${decimals(exponent?.estimate)}, ${said}${why === undefined ? "" : `; ${why.because}`}`,
    ...(why?.explained === true ? { held: true } : standingBy(said)),
    kind: "timing"
  }
}

export interface ExponentReport {
  readonly tables: ReadonlyArray<Table>
  readonly targets: ReadonlyArray<Target>
  readonly series: ReadonlyArray<Series>
  readonly studies: NonNullable<SuiteReport["studies"]>
  /** What was not reached in the time there was. */
  readonly notes: ReadonlyArray<string>
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
  const enough = measured.filter(({ units }) => units.length >= LEAST_PROCESSES)
  const short = measured.filter((one) => !enough.includes(one))
  const all = enough.filter(({ units }) => units.every(({ points }) => points.length >= LEAST_SIZES)).map(fitted)
  const bandwidthOf = (backend: string): Bandwidth => bandwidth(backends.find(({ name }) => name === backend)!.threads)
  const off = all.filter(({ scaling, verdict }) => verdict !== "supported" && scaling.units.length > 1)
  const explanations = off.map((one) => {
    const { scaling, predicted, exponent, launch } = one
    const finding = { scaling, predicted, estimate: exponent?.estimate, constant: launch.measured, margin: MARGIN }
    return { one, why: explain(finding, bandwidthOf(scaling.backend)) }
  })
  const tables: Array<Table> = [
    {
      title: `Exponents p of t = constant + c·nᵖ, 99 % intervals over at most ${effort.processes} processes, margin ${MARGIN}; constants in µs; operations: exponent of what the kernel executes, fitted alike`,
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
          exponent === undefined
            ? "–"
            : told(exponent)
              ? `${decimals(exponent.lower)} – ${decimals(exponent.upper)}`
              : `cannot decide: ${units.length} processes`,
          told(exponent) ? verdict : "undecided",
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
    notes:
      short.length === 0
        ? []
        : [
            `Undecided, the time was up before any process had measured them: ${short.map(({ backend, grid }) => `${grid.kernel} in ${grid.axis} on ${backend}`).join("; ")}.`
          ],
    studies: all.map((one) => studyOf(one, explanations.find((found) => found.one === one)?.why.because)),
    targets: all.map((one) => targetOf(one, explanations.find((found) => found.one === one)?.why)),
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
