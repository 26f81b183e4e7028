/** The unit of replication: what a process measures by itself, and the interval of what several units gave. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { studentQuantile } from "../src/statistics/student-quantile.ts"
import type { ExponentEstimate } from "../src/statistics/exponent-fit.ts"

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

/** Student's interval at level α of the mean of what each unit gave; undefined of fewer than two. */
export const overUnits = (name: string, values: ReadonlyArray<number>, level: number): ExponentEstimate | undefined => {
  const units = values.length
  if (units < 2) return undefined
  const estimate = values.reduce((sum, v) => sum + v, 0) / units
  const standardError = Math.sqrt(values.reduce((sum, v) => sum + (v - estimate) ** 2, 0) / (units - 1) / units)
  const half = -studentQuantile(level / 2, units - 1) * standardError
  return {
    name,
    estimate,
    standardError,
    degreesOfFreedom: units - 1,
    lower: estimate - half,
    upper: estimate + half
  }
}
