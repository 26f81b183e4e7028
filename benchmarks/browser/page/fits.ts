/** The table of exponents: a row a kernel and axis, a column a backend. */
import type { GpuBackend } from "../../../src/kernel/backend.ts"
import { growthOf } from "../../gpu/growth.ts"
import { median } from "../../../src/statistics/median.ts"
import type { Point } from "../../gpu/points.ts"
import type { Workload } from "../../gpu/workloads.ts"

export interface Measured {
  readonly backend: GpuBackend
  readonly points: ReadonlyArray<Point>
}

const magnitude = (perSecond: number): string => {
  const [scale, letter] = perSecond >= 1e9 ? [1e9, "G"] : [1e6, "M"]
  return `${(perSecond / scale).toPrecision(3)} ${letter}`
}

const time = (milliseconds: number): string =>
  milliseconds < 0.1 ? `${Number((milliseconds * 1e3).toPrecision(2))} µs` : `${milliseconds.toPrecision(2)} ms`

/** `0.98–1.02` of the passes, a call of the least size, and the best rate. @returns undefined while the passes go on */
const cellOf = (
  workload: Workload,
  points: ReadonlyArray<Point>,
  quick: boolean
): { readonly main: string; readonly detail: string } | undefined => {
  const growth = growthOf(workload, points)
  if (growth?.least === undefined) return undefined
  const { exponents, sizes, least } = growth
  const rate = Math.max(...sizes.map(({ n, median }) => (workload.work(n) / median) * 1e3))
  const detail = `from ${time(least)}, ${magnitude(rate)}${workload.unit === "flop" ? "flop/s" : "draws/s"}`
  if (quick) return { main: "", detail }
  if (exponents.length === 0) return { main: "launch", detail }
  const [low, high] = [Math.min(...exponents), Math.max(...exponents)]
  return { main: `${median(exponents).toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`, detail }
}

/** @param quick too few sizes for exponents: times alone */
export const listFits = (
  into: HTMLElement,
  work: ReadonlyArray<Workload>,
  results: ReadonlyArray<Measured>,
  quick: boolean
): void => {
  const table = document.createElement("table")
  const head = table.createTHead().insertRow()
  const heading = (text: string, className: string): void => {
    const cell = document.createElement("th")
    cell.textContent = text
    cell.className = className
    head.append(cell)
  }
  heading("kernel", "")
  heading("theory", "")
  for (const { backend } of results) heading(backend, "number")
  const body = table.createTBody()
  for (const workload of work) {
    const row = body.insertRow()
    const name = row.insertCell()
    name.textContent = workload.kernel
    const held = document.createElement("small")
    held.textContent = workload.held
    name.append(held)
    row.insertCell().textContent = `${workload.size.split(" ").at(-1)}${workload.exponent === 1 ? "" : "²"}`
    for (const { points } of results) {
      const cell = row.insertCell()
      cell.className = "number"
      const found = cellOf(workload, points, quick)
      if (found === undefined) continue
      cell.textContent = found.main
      const small = document.createElement("small")
      small.textContent = found.detail
      cell.append(small)
    }
  }
  into.replaceChildren(table)
}
