/** What a browser measured as a record: kept as JSON, and drawn as every record is (`reports/`). */
import * as Effect from "effect/Effect"
import { At } from "../../reports/read/at.ts"
import { reportFrom, textOf } from "../../src/cli/report/run-report.ts"
import { growthOf } from "../gpu/growth.ts"
import { exponentOf } from "../gpu/judgement.ts"
import type { MemoryPoint } from "../gpu/memory.ts"
import type { Point } from "../gpu/points.ts"
import { isControl, workloads } from "../gpu/workloads.ts"

/** What the page leaves in `window.result`, and sends as far as it has come. */
export interface PageResult {
  readonly userAgent: string
  readonly quick: boolean
  readonly memory: ReadonlyArray<MemoryPoint>
  readonly backends: ReadonlyArray<{
    readonly backend: string
    readonly missing?: string
    readonly ran?: { readonly backend: string; readonly detail: string }
    readonly agreement?: ReadonlyArray<unknown>
    readonly disagreements?: ReadonlyArray<string>
    readonly points: ReadonlyArray<Point>
  }>
}

/** With what was to be measured, what stayed, and what it should cost; and its exponents where there are sizes to fit. @param software whether adapters were software */
export const recordOf = (result: PageResult, software: boolean): object => {
  const { backends, quick } = result
  const work = workloads(quick).filter((one) => !isControl(one))
  const exponents = backends.flatMap(({ backend, points }) =>
    work.flatMap((one) => {
      const growth = growthOf(one, points)
      const found = growth === undefined ? undefined : exponentOf(one, growth)
      return found === undefined ? [] : [{ backend, ...found }]
    })
  )
  return {
    format: "coverbound-browser",
    version: 1,
    software,
    ...result,
    workloads: work.map(({ axis, exponent, fixed, held, kernel, least, sizes, unit, work: of }) => ({
      kernel,
      axis,
      fixed,
      held,
      exponent,
      least,
      unit,
      work: sizes.map((n) => [n, of(n)])
    })),
    ...(quick ? {} : { exponents })
  }
}

/** The page of a record. @param file where it is kept. */
export const reportOf = (record: object, file: string): Promise<string> =>
  Effect.runPromise(
    Effect.flatMap(reportFrom([{ file, at: new At(record, `${file}:`) }], ".", "npm run bench:browser"), (report) =>
      textOf(report, "html")
    )
  )
