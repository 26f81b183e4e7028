/** Fitted exponents of the kernels against their models. The process is the unit of replication. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { fitExponentsWithinUnits } from "../../src/statistics/exponent-fit.ts"
import { judgeExponent } from "../../src/statistics/exponent-judgement.ts"
import type { Series } from "../suite.ts"
import { GRIDS, type ScalingPoint } from "./scaling-grids.ts"
import { type KernelName, MODELS } from "./models.ts"

const MARGIN = 0.1
const LEVEL = 0.01

export interface ScalingResult {
  readonly kernel: KernelName
  readonly backend: string
  readonly axis: "N" | "d"
  readonly predicted: number
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  readonly verdict: string
  readonly held: boolean
  readonly series: ReadonlyArray<Series>
}

const measure = (kernel: KernelName, backend: string, milliseconds: number): ReadonlyArray<ScalingPoint> => {
  const script = fileURLToPath(new URL("scaling-process.ts", import.meta.url))
  const child = spawnSync(process.execPath, [script, kernel, backend, String(milliseconds)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"]
  })
  if (child.status !== 0) throw new Error(`${kernel} on ${backend}: the process ended with ${child.status}`)
  return JSON.parse(child.stdout) as ReadonlyArray<ScalingPoint>
}

/** Exponents of one kernel on one backend, from `processes` processes. */
export const scaling = (
  kernel: KernelName,
  backend: string,
  processes: number,
  milliseconds: number
): ReadonlyArray<ScalingResult> => {
  const units = Array.from({ length: processes }, () => measure(kernel, backend, milliseconds))
  return GRIDS.filter((grid) => grid.kernel === kernel).flatMap(({ axis, values }) => {
    const rows = units.flatMap((points, unit) => points.filter((p) => p.axis === axis).map((p) => ({ ...p, unit })))
    if (rows.length < processes * values.length) return []
    const fit = fitExponentsWithinUnits(
      {
        response: rows.map((r) => r.nanoseconds),
        predictors: { [axis]: rows.map((r) => r.value) },
        unit: rows.map((r) => r.unit)
      },
      LEVEL
    )
    const [exponent] = fit.exponents
    const predicted = MODELS[kernel].exponents[axis] ?? 0
    const { verdict } = judgeExponent(exponent, { claim: "equals", predicted, margin: MARGIN, level: LEVEL })
    return [
      {
        kernel,
        backend,
        axis,
        predicted,
        estimate: exponent.estimate,
        lower: exponent.lower,
        upper: exponent.upper,
        verdict,
        held: verdict === "supported",
        series: values.map((value) => ({
          name: `${kernel}, ${backend}, ${axis} = ${value}`,
          unit: "ns/call, one a process",
          samples: rows.filter((r) => r.value === value).map((r) => r.nanoseconds)
        }))
      }
    ]
  })
}
