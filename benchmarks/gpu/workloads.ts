/**
 * What is timed: each kernel over N and, where it enters, over d, with what theory says of its cost. Nothing of Node: a page loads this module as it is.
 *
 * Axes. Scores, quadratic form, pair distances and Gram matrix have both. The softmax is given logits, the accept step a probability for each response: no d
 * in either. First hits of a narrow table (at most 256 columns) look up pairs that were tested beforehand, so draws only; a wide table's kernel reads two feature
 * rows a draw, so that d enters beside the generator, which costs the same at every d.
 */
import type { KernelSet } from "../../src/kernel/backend.ts"
import { callOf, type Searches } from "../kernels/calls.ts"
import { predictedExponent } from "../kernels/executed.ts"
import { PROMPT, WIDE } from "../kernels/laws.ts"
import { type KernelName, MODELS, UNROLLED } from "../kernels/models.ts"
import { type Axis, at, type ScalingGrid } from "../kernels/scaling-grids.ts"

export interface Workload {
  readonly kernel: string
  readonly axis: Axis
  /** The size that stays: d on the axis N, N on the axis d. */
  readonly fixed: number
  /** What stays, for people: `d = 16`. */
  readonly held: string
  /** What `n` counts. */
  readonly size: string
  /** Predicted exponent of the time in n, past the cost of a launch. */
  readonly exponent: number
  readonly sizes: ReadonlyArray<number>
  /** Smaller than every size: its call costs what a launch costs (on the axis d with all that does not grow with d). */
  readonly least: number
  /** Floating-point operations (random draws on the searches' axis N) at size n. */
  readonly work: (n: number) => number
  readonly unit: "flop" | "draws"
  /** Whether the axis is d and the source on CPU backends unrolled in it (kernel/gpu/sources.ts). */
  readonly unrolls: boolean
  /** As the kernel suite has it; undefined of the control. */
  readonly grid: ScalingGrid | undefined
  /** Inputs of size n; the call is what is timed. */
  readonly prepare: (kernels: KernelSet, n: number) => () => unknown
}

/** Names a workload among the others. */
export const keyOf = ({ kernel, axis, fixed }: Pick<Workload, "kernel" | "axis" | "fixed">): string =>
  `${kernel}-${axis}-${fixed}`

/** Whether a workload is the loop that stands beside the kernels. */
export const isControl = ({ kernel }: Pick<Workload, "kernel">): boolean => kernel === "control"

/** 2^from, 2^{from+step}, … up to 2^to. */
const powers = (from: number, to: number, step: number): ReadonlyArray<number> =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 2 ** (from + step * i))

/**
 * Searches of the fused steps: few over N, since a search's first launch is 128 blocks whatever its limit; many over d, each of one launch.
 * Then the responses of the one prompt over N, of a narrow table; over d it is the suite's own, of a wide one.
 */
const SEARCHES = 16
const SEARCHES_WIDE = 64
const NARROW = 16

/** No draw ends a search: every one runs to its limit. */
const SEARCHED: Readonly<Record<Axis, Searches>> = {
  N: { searches: SEARCHES, responses: NARROW },
  d: { searches: SEARCHES_WIDE, responses: WIDE }
}

const COUNTED: Readonly<Record<KernelName, string>> = {
  score: "rows N",
  "quadratic-form": "rows N",
  "pair-distances": "responses R",
  softmax: "responses N",
  gram: "rows N",
  "first-hit": "draws",
  "first-accepted": "draws"
}

const over = (
  kernel: KernelName,
  axis: Axis,
  fixed: number,
  sizes: ReadonlyArray<number>,
  held = `${axis === "N" ? "d" : "N"} = ${fixed}`
): Workload => {
  const grid: ScalingGrid = { kernel, axis, N: fixed, d: fixed, values: sizes }
  const searches = kernel === "first-hit" || kernel === "first-accepted"
  const draws = searches && axis === "N"
  const operations = (n: number): number => {
    const { N, d } = at(grid, n)
    if (draws) return N
    // Of a wide table's pairs a difference, a product and a sum; the generator's integers are not counted.
    return searches ? 3 * N * d : MODELS[kernel].operations(N, d)
  }
  return {
    kernel,
    axis,
    fixed,
    held,
    size: axis === "d" ? "dimension d" : COUNTED[kernel],
    exponent: predictedExponent(kernel, axis, "gpu.js")!,
    sizes,
    least: axis === "d" ? 1 : draws ? SEARCHES : kernel === "softmax" ? PROMPT : 1,
    work: operations,
    unit: draws ? "draws" : "flop",
    unrolls: axis === "d" && UNROLLED.includes(kernel),
    grid,
    prepare: (kernels, n) => callOf(kernels, at(grid, n), searches ? SEARCHED[axis] : undefined)
  }
}

/** A loop that no backend runs: no memory, no other thread. Its exponent is off 1 only where the machine does not let long calls be (interrupts them, changes its clock). */
const control = (sizes: ReadonlyArray<number>): Workload => ({
  kernel: "control",
  axis: "N",
  fixed: 0,
  held: "a loop in JavaScript",
  size: "turns N",
  exponent: 1,
  sizes,
  least: 1,
  work: (turns) => turns,
  unit: "flop",
  unrolls: false,
  grid: undefined,
  prepare: (_, turns) => () => {
    let word = 1
    for (let i = 0; i < turns; i++) word = (Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) + i) | 0
    return word
  }
})

/** @param quick fewer and smaller sizes: shows that everything runs, not what it costs. */
export const workloads = (quick: boolean, dimensions: ReadonlyArray<number> = [16]): ReadonlyArray<Workload> => {
  const upTo = (from: number, to: number, quickTo: number): ReadonlyArray<number> =>
    quick ? powers(from, quickTo, 2) : powers(from, to, 1)
  return [
    // First: what is said of the others leans on it.
    ...(quick ? [] : [control(powers(18, 28, 1))]),
    ...dimensions.flatMap((d) => [
      over("score", "N", d, upTo(8, 20, 14)),
      over("quadratic-form", "N", d, upTo(8, 20, 14)),
      over("pair-distances", "N", d, upTo(4, 12, 8)),
      over("gram", "N", d, upTo(8, 20, 14))
    ]),
    over("softmax", "N", PROMPT, upTo(10, 20, 14), `${PROMPT} responses a prompt`),
    over("first-hit", "N", 1, upTo(13, 27, 19), `${SEARCHES} searches`),
    over("first-accepted", "N", 1, upTo(13, 27, 19), `${SEARCHES} searches`),
    over("score", "d", 4096, upTo(1, 10, 7)),
    // Few rows: 2^10 dimensions are to be within reach of a software adapter.
    over("quadratic-form", "d", 128, upTo(1, 10, 7)),
    over("pair-distances", "d", 64, upTo(1, 10, 7), "R = 64"),
    // One chunk of its kernel.
    over("gram", "d", 256, upTo(1, 9, 7)),
    // One launch.
    over("first-hit", "d", 8192, upTo(1, 10, 7), "8192 draws")
  ]
}
