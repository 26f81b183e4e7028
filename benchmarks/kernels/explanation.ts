/**
 * Whether an exponent that is off had to be: a curve computed from what was measured elsewhere in the run, and from the
 * sources, is fitted as the times were.
 *
 *     t(n) = t(1) + max(τ·(operations(n) − operations(1)), bytes(n)/bandwidth(bytes(n)))
 *
 * t(1), the constant, is a call of size 1 (`scaling-process.ts`); operations and bytes are counted from the code
 * (`executed.ts`); bandwidth by size of what is read is that of another loop (`bandwidth.ts`): caches show in it. The one
 * number from the grid itself is τ, its least time per operation, which moves the curve up and down and bends it only
 * where bandwidth takes over. Where a backend is known to run in another way from a size on ({@link wayOf}), each way has a τ.
 *
 * On several threads a size is worked on by as many cores as joined, which is measured (processor time by the wall's):
 * τ is then a core's time per operation. Where the greatest size had fewer cores than another, other programs had them:
 * the table says so, and it is to be run again.
 *
 * Explained: the curve's exponent is within the margin of the fitted one. Nothing guarantees that, and what is slow for
 * another reason stays unexplained (so the Gram kernel's cache conflicts and a missing loop on gpu.js cpu were found).
 */
import type { GpuBackend } from "../../src/kernel/backend.ts"
import { unrolls } from "../../src/kernel/gpu/sources.ts"
import { median } from "../../src/statistics/median.ts"
import { THREADED_CELLS } from "../gpu/backends.ts"
import { launchFit } from "../gpu/launch-fit.ts"
import { slopeOf } from "../slope.ts"
import { type Bandwidth, bandwidthAt, caches, placeOf } from "./bandwidth.ts"
import { executed, isGpuJs, traffic } from "./executed.ts"
import { type Fitted, MARGIN } from "./fitted.ts"
import { type KernelCase, UNROLLED } from "./models.ts"
import type { Scaling } from "./scaling-grids.ts"
import { at, type ScalingGrid } from "./scaling-grids.ts"

/** A process that has less than this share of the cores it had at another size shares them with others. */
const ALONE = 0.75
/** An exponent of this much in a step of the curve is named. */
const NAMED = 0.02
/** A way has a rate of its own from this many sizes on. */
const OWN_RATE = 3

interface Curve {
  readonly size: number
  readonly time: number
}

/** Exponent of a curve, by the fit that its model is judged by. */
const exponentOf = (curve: ReadonlyArray<Curve>, predicted: number): number | undefined => {
  if (predicted !== 0) return launchFit(curve)?.exponent
  return slopeOf(
    curve.map(({ size }) => Math.log(size)),
    curve.map(({ time }) => Math.log(time))
  )
}

/** Exponent of the operations executed, over a grid. */
export const ownExponent = (grid: ScalingGrid, backend: string, predicted: number): number | undefined =>
  exponentOf(
    grid.values.map((size) => ({ size, time: executed(at(grid, size), backend) })),
    predicted
  )

/** How a backend runs a case, where that depends on the size. */
const wayOf = ({ kernel, N, d }: KernelCase, backend: string): string => {
  if (!isGpuJs(backend)) return ""
  const name = backend.replace("gpu.js ", "") as GpuBackend
  const source = UNROLLED.includes(kernel) ? (unrolls(name, d) ? "unrolled" : "looped") : ""
  if (name !== "webasm") return source
  const cells = { score: N, "quadratic-form": N, "pair-distances": N * N, gram: d * d * Math.ceil(N / 256) }
  const threaded = kernel in cells && cells[kernel as keyof typeof cells] >= THREADED_CELLS
  return [source, threaded ? "threads" : ""].filter((word) => word !== "").join(", ")
}

interface Times extends Curve {
  readonly of: KernelCase
  /** How many cores the process had, where the wall's clock timed it; else 1. */
  readonly cores: number
}

/** Medians over the processes, of the sizes that all of them measured. */
const times = ({ grid, units }: Scaling): ReadonlyArray<Times> =>
  grid.values.flatMap((size, i) => {
    if (units.some(({ points }) => i >= points.length)) return []
    const points = units.map((unit) => unit.points[i])
    return [
      {
        size,
        time: median(points.map(({ time }) => time)),
        of: at(grid, size),
        cores: median(points.map(({ cores }) => cores ?? 1))
      }
    ]
  })

/** What a size adds to size 1: operations executed, and time for each. */
const growth = ({ grid, backend }: Scaling, constant: number) => {
  const first = executed(at(grid, 1), backend)
  const operations = (of: KernelCase): number => executed(of, backend) - first
  // Where nothing is added there is nothing to divide by.
  const rate = (point: Times): number =>
    operations(point.of) > 0 ? Math.max(0, point.time - constant) / operations(point.of) : 0
  return { operations, rate }
}

/** Whether the greatest size had to share the cores: then its time says nothing of the kernel. */
const others = (scaling: Scaling): string => {
  const had = times(scaling).map(({ cores }) => cores)
  const [last, most] = [had[had.length - 1], Math.max(...had)]
  return last < ALONE * most
    ? `other programs ran: ${last.toFixed(1)} cores at the greatest size, ${most.toFixed(1)} at another`
    : ""
}

export interface Explanation {
  /** Exponents of the curve: of operations alone, then with each further term. */
  readonly operations: number | undefined
  readonly constant: number | undefined
  readonly bandwidth: number | undefined
  readonly ways: number | undefined
  readonly cores: number | undefined
  readonly explained: boolean
  readonly because: string
}

/** What is to be explained. */
type Found = Pick<Fitted, "exponent" | "predicted" | "scaling"> & {
  readonly launch: Pick<Fitted["launch"], "measured">
}

const signed = (step: number): string => `${step < 0 ? "−" : "+"}${Math.abs(step).toFixed(2)}`

export const explain = (
  { exponent, launch: { measured: constant }, predicted, scaling }: Found,
  bandwidth: Bandwidth
): Explanation => {
  const { backend } = scaling
  const estimate = exponent?.estimate
  const measured = times(scaling)
  const grown = growth(scaling, constant)
  // Where a call costs little more than its constant, the difference says little.
  const telling = measured.filter((point) => point.time >= 2 * constant)
  const curve = (memory: boolean, ways: boolean, shared: boolean): number | undefined => {
    const joined = (point: Times): number => (shared ? point.cores : 1)
    const rate = (points: typeof measured): number =>
      Math.min(
        ...points
          .filter((point) => telling.length === 0 || telling.includes(point))
          .map((point) => grown.rate(point) * joined(point))
      )
    return exponentOf(
      measured.map((point) => {
        const { of, size } = point
        const alike = telling.filter((other) => wayOf(other.of, backend) === wayOf(of, backend))
        const work = (rate(ways && alike.length >= OWN_RATE ? alike : measured) * grown.operations(of)) / joined(point)
        const moved = memory ? traffic(of) / bandwidthAt(bandwidth, traffic(of)) : 0
        return { size, time: constant + Math.max(work, moved) }
      }),
      predicted
    )
  }
  const steps = {
    operations: ownExponent(scaling.grid, backend, predicted),
    constant: curve(false, false, false),
    bandwidth: curve(true, false, false),
    ways: curve(true, true, false),
    cores: curve(true, true, true)
  }
  if (estimate === undefined) {
    const share = constant / measured[measured.length - 1].time
    return { ...steps, explained: share >= 0.5, because: `a launch is ${(100 * share).toFixed(0)} % of the largest` }
  }
  const busy = others(scaling)
  if (Math.abs(estimate - predicted) < MARGIN) {
    return {
      ...steps,
      explained: false,
      because: `no: within the margin, but not surely${busy === "" ? "" : `; ${busy}`}`
    }
  }
  // Cores that others took at the greatest size are not the kernel's doing.
  const last = busy === "" ? steps.cores : steps.ways
  const explained = last !== undefined && Math.abs(last - estimate) <= MARGIN
  const named = [
    ["lower orders", (steps.operations ?? predicted) - predicted],
    ["launch", (steps.constant ?? NaN) - (steps.operations ?? NaN)],
    ["caches", (steps.bandwidth ?? NaN) - (steps.constant ?? NaN)],
    ["another source or threads", (steps.ways ?? NaN) - (steps.bandwidth ?? NaN)],
    ["cores that joined", (steps.cores ?? NaN) - (steps.ways ?? NaN)]
  ] as const
  const parts = named.filter(([, step]) => Math.abs(step) >= NAMED).map(([what, step]) => `${what} ${signed(step)}`)
  const said = explained || busy === "" ? parts : [...parts, busy]
  const because = `${explained ? "yes" : "no"}: ${said.length === 0 ? "none of these" : said.join(", ")}`
  return { ...steps, explained, because }
}

/** Time per operation of each size past size 1 (where no operation is added: time), of the least on the grid; with where its bytes lie, and how it runs, where that changes. */
export const rates = (scaling: Scaling, constant: number): string => {
  const all = caches()
  const measured = times(scaling)
  const { rate } = growth(scaling, constant)
  const each = measured.some((point) => rate(point) > 0) ? measured.map(rate) : measured.map((point) => point.time)
  const least = Math.min(...each.filter((value) => value > 0))
  let [lastPlace, lastWay] = ["", ""]
  return measured
    .map(({ of, size }, i) => {
      const [place, way] = [placeOf(traffic(of), all), wayOf(of, scaling.backend)]
      const said = [place === lastPlace ? "" : place, way === lastWay ? "" : way].filter((word) => word !== "")
      lastPlace = place
      lastWay = way
      return `${size}: ${(each[i] / least).toFixed(2)}${said.length === 0 ? "" : ` (${said.join(", ")})`}`
    })
    .join("  ")
}
