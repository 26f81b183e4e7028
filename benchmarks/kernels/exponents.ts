/** Fitted exponents of the kernels' times against their models, on every backend (`fitted.ts`), with the reason where one is off (`explanation.ts`). */
import { median } from "../../src/statistics/median.ts"
import { series } from "../measure.ts"
import { studyOver, told } from "../replicates.ts"
import { type Series, standingBy, type SuiteReport, type Table, type Target } from "../suite.ts"
import type { KernelBackend } from "./backends.ts"
import type { Bandwidth } from "./bandwidth.ts"
import { type Explanation, explain, ownExponent, rates } from "./explanation.ts"
import { type Fitted, fitted, LEVEL, MARGIN } from "./fitted.ts"
import type { KernelName } from "./models.ts"
import { type Effort, measureScaling } from "./scaling.ts"

/** Sizes of a grid without which nothing is fitted: a backend that has not the threads, or calls of seconds. */
const LEAST_SIZES = 5
/** Processes without which there is nothing to show; an interval takes two. */
const LEAST_PROCESSES = 1

/** A grid as a study. */
const studyOf = (one: Fitted, explanation: string | undefined) => {
  const { backend, grid, units } = one.scaling
  const least = Math.min(...units.map(({ points }) => points.length))
  const cases = grid.values.slice(0, least).map((value, i) => ({
    sizes: { [grid.axis]: value },
    time: median(units.map(({ points }) => points[i].time))
  }))
  const about = {
    title: `${grid.kernel} on ${backend}, in ${grid.axis}`,
    unit: "ns a call",
    ...(explanation === undefined ? {} : { explanation })
  }
  return studyOver(one, cases, LEVEL, about, one.plain)
}

const microseconds = (ns: number | undefined): string => (ns === undefined ? "–" : (ns / 1e3).toPrecision(2))
const decimals = (p: number | undefined): string => p?.toFixed(2) ?? "–"

/** Held where it is supported or explained; open where nothing decided it, an exponent that nobody measured included. */
export const targetOf = (one: Fitted, why: Explanation | undefined): Target => {
  const { exponent, predicted, scaling } = one
  const { backend, grid } = scaling
  const { verdict } = told(one, 2)
  return {
    claim: `${grid.kernel}, ${backend}: exponent in ${grid.axis} ${predicted} ± ${MARGIN}, or explained`,
    measured: `${decimals(exponent?.estimate)}, ${verdict}${why === undefined ? "" : `; ${why.because}`}`,
    ...(why?.explained === true ? { held: true } : standingBy(verdict)),
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
  const explanations = new Map(off.map((one) => [one, explain(one, bandwidthOf(one.scaling.backend))]))
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
      rows: all.map((one) => {
        const { exponent, launch, plain, predicted, scaling } = one
        const { backend, grid, units } = scaling
        const { points } = units[0]
        const { interval, verdict } = told(one, 2)
        return [
          grid.kernel,
          backend,
          grid.axis,
          `${points[0].size}–${points.at(-1)!.size}`,
          String(predicted),
          decimals(ownExponent(grid, backend, predicted)),
          decimals(exponent?.estimate),
          interval,
          verdict,
          decimals(plain.estimate),
          microseconds(launch.fitted),
          microseconds(launch.measured)
        ]
      })
    }
  ]
  if (off.length > 0) {
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
      rows: [...explanations].map(([{ exponent, scaling }, why]) => [
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
    studies: all.map((one) => studyOf(one, explanations.get(one)?.because)),
    targets: all.map((one) => targetOf(one, explanations.get(one))),
    series: all.flatMap(({ scaling: { backend, grid, units } }) =>
      grid.values.map((value) =>
        series(
          `${grid.kernel}, ${backend}, ${grid.axis} = ${value}`,
          "ns/call, one a process",
          units.flatMap(({ points }) => points.filter((p) => p.size === value).map((p) => p.time))
        )
      )
    )
  }
}
