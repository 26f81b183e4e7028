/** Times over size, in processes of their own: the process is the unit of replication. */
import { measuredApart } from "../replicates.ts"
import type { KernelName } from "./models.ts"
import { gridsOf, type MeasuredGrid, type Scaling } from "./scaling-grids.ts"

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
