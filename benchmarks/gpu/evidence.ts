/**
 * Why an exponent is not the predicted one, from what the same run measured: what a launch takes of the calls, what an operation past the launch costs at each size, and
 * where the price changes. Says what was measured; the tolerance stays what it is.
 */
import { isCpu, MOST_UNROLLED } from "../../src/kernel/gpu/sources.ts"
import { GPU_BACKENDS } from "../../src/kernel/backend.ts"
import type { Growth } from "./growth.ts"
import type { MemoryPoint } from "./memory.ts"
import type { Workload } from "./workloads.ts"

const percent = (share: number): string => `${Math.round(100 * share)} %`
const bytesOf = (bytes: number): string => {
  const [scale, unit] = bytes >= 2 ** 20 ? [2 ** 20, "MiB"] : [2 ** 10, "KiB"]
  return `${Number((bytes / scale).toPrecision(2))} ${unit}`
}

/** What one operation costs at a size, the launch apart. */
interface Cost {
  readonly n: number
  readonly nanoseconds: number
}

/** Sizes where the launch is more than this share of the call say nothing of the rest. */
const DROWNED = 0.75
/** A price that changes by more than this factor between neighbouring sizes is named. */
const STEP = 1.25
/** Exponents of single passes further apart than this are named. */
const NOISE = 0.1
/** Bytes below which no cache is outgrown. */
const SMALL = 2 ** 15

const list = (costs: ReadonlyArray<Cost>): string =>
  costs.map(({ n, nanoseconds }) => `${nanoseconds.toPrecision(2)} at ${n}`).join(", ")

/** Slope of the price in n, on logarithms: what the exponent is off by over these sizes. */
const slope = (costs: ReadonlyArray<Cost>): number => {
  const x = costs.map(({ n }) => Math.log(n))
  const y = costs.map(({ nanoseconds }) => Math.log(nanoseconds))
  const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, v) => sum + v, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  return x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0) / x.reduce((sum, v) => sum + (v - mx) ** 2, 0)
}

/** Nearest measured price of a byte. */
const copying = (memory: ReadonlyArray<MemoryPoint>, bytes: number): number =>
  memory.reduce((best, one) =>
    Math.abs(Math.log(one.bytes / bytes)) < Math.abs(Math.log(best.bytes / bytes)) ? one : best
  ).nanosecondsPerByte

/** A step of the price beside what copying costs at the two sizes. */
const stepOf = ({ axis, bytes }: Workload, from: Cost, to: Cost, memory: ReadonlyArray<MemoryPoint>): string => {
  const factor = to.nanoseconds / from.nanoseconds
  const [before, after] = [copying(memory, bytes(from.n)), copying(memory, bytes(to.n))]
  return `${after >= STEP * before ? "memory" : "not memory"}: ×${factor.toFixed(2)} from ${axis} = ${from.n} to ${to.n}, where arguments and results take ${bytesOf(bytes(from.n))} and ${bytesOf(bytes(to.n))}; to copy a byte into a new array costs ${before.toPrecision(2)} and ${after.toPrecision(2)} ns there`
}

/** What the control says of the machine, where it says something. */
const interruptions = (control: Growth | undefined): ReadonlyArray<string> => {
  if (control === undefined || control.exponents.length === 0) return []
  const { exponents, fitted } = control
  const mean = exponents.reduce((sum, p) => sum + p, 0) / exponents.length
  if (Math.abs(mean - 1) <= NOISE / 2 && Math.max(...exponents) - Math.min(...exponents) <= NOISE) return []
  return [
    `machine: the control, a loop without memory or threads, gave ${exponents.map((p) => p.toFixed(2)).join(", ")} (theory 1) over calls of ${fitted[0].median.toPrecision(2)} to ${fitted[fitted.length - 1].median.toPrecision(2)} ms: it was interrupted`
  ]
}

export const evidence = (
  workload: Workload,
  backend: string,
  { fitted, exponents, least }: Growth,
  memory: ReadonlyArray<MemoryPoint>,
  control: Growth | undefined
): ReadonlyArray<string> => {
  const { exponent, work, unit, axis } = workload
  const [smallest, last] = [fitted[0], fitted[fitted.length - 1]]
  // As measured: a fitted one takes up what the law does not explain.
  const fixedCost = least ?? 0
  const share = ({ median }: { readonly median: number }): number => Math.min(1, fixedCost / median)
  if (exponents.length === 0)
    return [
      `launch: a call at ${axis} = ${workload.least} takes ${percent(share(last))} of the largest call: growth is not to be seen`
    ]
  const said: Array<string> = [...interruptions(control)]
  const risen = fitted.filter((size) => share(size) <= DROWNED)
  if (risen.length < fitted.length)
    said.push(
      `launch: ${percent(share(smallest))} of the call at ${axis} = ${smallest.n}, ${percent(share(last))} at ${last.n}; it is over ${percent(DROWNED)} at ${fitted.length - risen.length} of ${fitted.length} sizes`
    )
  if (Math.max(...exponents) - Math.min(...exponents) > NOISE)
    said.push(`noise: single passes gave ${exponents.map((p) => p.toFixed(2)).join(", ")} (theory ${exponent})`)
  const costs = risen.map(({ n, median }) => ({ n, nanoseconds: ((median - fixedCost) * 1e6) / work(n) }))
  if (costs.length < 2) return said
  said.push(
    `price: ns/${unit === "flop" ? "flop" : "draw"} past the launch: ${list(costs)}; grows as ${axis}^${slope(costs).toFixed(2)}`
  )
  // Where the source changes its form, both sides by themselves.
  const gpu = GPU_BACKENDS.find((name) => name === backend)
  if (workload.unrolls && gpu !== undefined && isCpu(gpu)) {
    const most = MOST_UNROLLED[gpu]
    const sides = [costs.filter(({ n }) => n <= most), costs.filter(({ n }) => n > most)]
    if (sides.every((side) => side.length >= 2))
      said.push(
        `source: unrolled up to d = ${most}, loops past it; the price grows as d^${slope(sides[0]).toFixed(2)} before and d^${slope(sides[1]).toFixed(2)} past it`
      )
  }
  if (memory.length === 0) return said
  const steps = costs
    .slice(1)
    .map((to, i) => ({ from: costs[i], to, factor: to.nanoseconds / costs[i].nanoseconds }))
    .filter(({ to, factor }) => factor >= STEP && workload.bytes(to.n) >= SMALL)
    .toSorted((a, b) => b.factor - a.factor)
  for (const { from, to } of steps.slice(0, 1)) said.push(stepOf(workload, from, to, memory))
  return said
}
