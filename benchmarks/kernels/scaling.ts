/** Times over size, in processes of their own: the process is the unit of replication. */
import { measuredApart } from "../replicates.ts"
import type { KernelName } from "./models.ts"
import { type Axis, gridsOf, type ScalingGrid } from "./scaling-grids.ts"

/** What one process found on one grid. */
export interface MeasuredGrid {
  readonly axis: Axis
  /** What a launch costs, in ns: a call of size 1, and on several threads a job without work handed to them. */
  readonly launch: number
  /** Those of the grid's sizes that were measured, in its order. */
  readonly points: ReadonlyArray<{
    readonly value: number
    readonly nanoseconds: number
    /** Where the wall's clock timed it, processor time by the wall's: how many cores the process had. */
    readonly cores?: number
  }>
}

/** A grid as all processes measured it. */
export interface Scaling {
  readonly backend: string
  readonly grid: ScalingGrid
  readonly units: ReadonlyArray<MeasuredGrid>
}

export interface Effort {
  readonly processes: number
  /** Of each size in each pass. */
  readonly milliseconds: number
  readonly passes: number
  /** No process is begun past this moment (milliseconds of `performance.now()`); each grid keeps the processes that it has. */
  readonly until?: number
}

const SCRIPT = new URL("scaling-process.ts", import.meta.url)

/** Every kernel on every backend in turn, `processes` times over: what lasts longer than a turn falls on one process of each. */
export const measureScaling = (
  kernels: ReadonlyArray<KernelName>,
  backends: ReadonlyArray<{ readonly name: string; readonly threads: number }>,
  effort: Effort,
  log: (line: string) => void
): ReadonlyArray<Scaling> => {
  const found = backends.flatMap((backend) =>
    kernels.flatMap((kernel) =>
      gridsOf(backend, kernel).map((grid) => ({ backend: backend.name, grid, units: new Array<MeasuredGrid>() }))
    )
  )
  const { until = Infinity } = effort
  for (let process = 1; process <= effort.processes; process++) {
    for (const { name } of backends) {
      log(`kernels: exponents on ${name}, process ${process} of ${effort.processes}`)
      for (const kernel of kernels) {
        if (performance.now() > until) continue
        const { milliseconds, passes } = effort
        const grids = measuredApart(SCRIPT, kernel, name, milliseconds, passes) as ReadonlyArray<MeasuredGrid>
        for (const unit of grids) {
          found
            .find(({ backend, grid }) => backend === name && grid.kernel === kernel && grid.axis === unit.axis)!
            .units.push(unit)
        }
      }
    }
  }
  return found
}
