/**
 * What is timed: each kernel over N and, where it enters, over d, with what theory says of its cost. Nothing of Node: a page loads this module as it is.
 *
 * Axes. Scores, quadratic form, pair distances and Gram matrix have both. The softmax is given logits, the accept step a probability for each response: no d
 * in either. First hits of a narrow table (at most 256 columns) look up pairs that were tested beforehand, so draws only; a wide table's kernel reads two feature
 * rows a draw, so that d enters beside the generator, which costs the same at every d.
 */
import type { KernelSet } from "../../src/kernel/backend.ts"
import { callOf } from "../kernels/calls.ts"
import { PROMPT } from "../kernels/laws.ts"
import { type KernelName, MODELS } from "../kernels/models.ts"

export interface Workload {
  readonly kernel: string
  readonly axis: "N" | "d"
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
  /** Bytes of arguments, constants and results at size n. */
  readonly bytes: (n: number) => number
  /** Whether the axis is d and the source on CPU backends unrolled in it (kernel/gpu/sources.ts). */
  readonly unrolls: boolean
  /** Inputs of size n; the call is what is timed. */
  readonly prepare: (kernels: KernelSet, n: number) => () => unknown
}

/** Names a workload among the others. */
export const keyOf = ({ kernel, axis, fixed }: Pick<Workload, "kernel" | "axis" | "fixed">): string =>
  `${kernel}-${axis}-${fixed}`

/** Whether a workload is the loop that stands beside the kernels. */
export const isControl = ({ kernel }: Pick<Workload, "kernel">): boolean => kernel === "control"

/** A kernel's cost and inputs at N and d. */
interface Subject {
  readonly kernel: KernelName | "control"
  readonly count: string
  readonly exponents: { readonly N: number; readonly d?: number }
  readonly least: number
  readonly work: (N: number, d: number) => number
  readonly unit: "flop" | "draws"
  readonly bytes: (N: number, d: number) => number
  readonly unrolls?: boolean
  readonly prepare: (kernels: KernelSet, N: number, d: number) => () => unknown
}

/** 2^from, 2^{from+step}, … up to 2^to. */
const powers = (from: number, to: number, step: number): ReadonlyArray<number> =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 2 ** (from + step * i))

/**
 * Searches of the fused steps: few over N, since a search's first launch is 128 blocks whatever its limit; many over d, each of one launch.
 * Then the responses of their one prompt, of a narrow table and of a wide one.
 */
const SEARCHES = 16
const SEARCHES_WIDE = 64
const NARROW = 16
const WIDE = 300

/** A dense kernel by its cost model. */
const dense = (kernel: KernelName, count = "rows N", least = 1): Subject => ({
  kernel,
  count,
  exponents: MODELS[kernel].exponents,
  least,
  work: MODELS[kernel].operations,
  unit: "flop",
  bytes: MODELS[kernel].bytes,
  unrolls: kernel !== "gram",
  prepare: (kernels, N, d) => callOf(kernels, { kernel, N, d })
})
const SCORES = dense("score")
const QUADRATIC_FORM = dense("quadratic-form")
const PAIR_DISTANCES = dense("pair-distances", "responses R")
const GRAM = dense("gram")
const TILTED_SOFTMAX = dense("softmax", "responses N", PROMPT)

/** No draw ends a search: every one runs to its limit. */
const drawing = (kernel: "first-hit" | "first-accepted"): Subject => ({
  kernel,
  count: "draws",
  exponents: { N: 1 },
  least: SEARCHES,
  work: (draws) => draws,
  unit: "draws",
  bytes: () => 0,
  prepare: (kernels, N, d) => callOf(kernels, { kernel, N, d }, { searches: SEARCHES, responses: NARROW })
})
const FIRST_HIT = drawing("first-hit")
const FIRST_ACCEPTED = drawing("first-accepted")
const FIRST_HIT_WIDE: Subject = {
  ...FIRST_HIT,
  exponents: { N: 1, d: 1 },
  least: 1,
  // A difference, a product and a sum; the generator's integers are not counted.
  work: (draws, d) => 3 * draws * d,
  unit: "flop",
  bytes: (_, d) => 4 * WIDE * d,
  prepare: (kernels, N, d) =>
    callOf(kernels, { kernel: "first-hit", N, d }, { searches: SEARCHES_WIDE, responses: WIDE })
}

const CONTROL_HELD = "a loop in JavaScript"

/** A loop that no backend runs: no memory, no other thread. Its exponent is off 1 only where the machine does not let long calls be (interrupts them, changes its clock). */
const CONTROL: Subject = {
  kernel: "control",
  count: "turns N",
  exponents: { N: 1 },
  least: 1,
  work: (turns) => turns,
  unit: "flop",
  bytes: () => 0,
  prepare: (_, turns) => () => {
    let word = 1
    for (let i = 0; i < turns; i++) word = (Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) + i) | 0
    return word
  }
}

const overN = (subject: Subject, d: number, sizes: ReadonlyArray<number>, held = `d = ${d}`): Workload => ({
  kernel: subject.kernel,
  axis: "N",
  fixed: d,
  held,
  size: subject.count,
  exponent: subject.exponents.N,
  sizes,
  least: subject.least,
  work: (n) => subject.work(n, d),
  unit: subject.unit,
  bytes: (n) => subject.bytes(n, d),
  unrolls: false,
  prepare: (kernels, n) => subject.prepare(kernels, n, d)
})

const overD = (subject: Subject, N: number, sizes: ReadonlyArray<number>, held = `N = ${N}`): Workload => ({
  kernel: subject.kernel,
  axis: "d",
  fixed: N,
  held,
  size: "dimension d",
  exponent: subject.exponents.d ?? 0,
  sizes,
  least: 1,
  work: (d) => subject.work(N, d),
  unit: subject.unit,
  bytes: (d) => subject.bytes(N, d),
  unrolls: subject.unrolls ?? false,
  prepare: (kernels, d) => subject.prepare(kernels, N, d)
})

/** @param quick fewer and smaller sizes: shows that everything runs, not what it costs. */
export const workloads = (quick: boolean, dimensions: ReadonlyArray<number> = [16]): ReadonlyArray<Workload> => {
  const upTo = (from: number, to: number, quickTo: number): ReadonlyArray<number> =>
    quick ? powers(from, quickTo, 2) : powers(from, to, 1)
  return [
    // First: what is said of the others leans on it.
    ...(quick ? [] : [overN(CONTROL, 0, powers(18, 28, 1), CONTROL_HELD)]),
    ...dimensions.flatMap((d) => [
      overN(SCORES, d, upTo(8, 20, 14)),
      overN(QUADRATIC_FORM, d, upTo(8, 20, 14)),
      overN(PAIR_DISTANCES, d, upTo(4, 12, 8)),
      overN(GRAM, d, upTo(8, 20, 14))
    ]),
    overN(TILTED_SOFTMAX, PROMPT, upTo(10, 20, 14), `${PROMPT} responses a prompt`),
    overN(FIRST_HIT, 1, upTo(13, 27, 19), `${SEARCHES} searches`),
    overN(FIRST_ACCEPTED, 1, upTo(13, 27, 19), `${SEARCHES} searches`),
    overD(SCORES, 4096, upTo(1, 10, 7)),
    // Few rows: 2^10 dimensions are to be within reach of a software adapter.
    overD(QUADRATIC_FORM, 128, upTo(1, 10, 7)),
    overD(PAIR_DISTANCES, 64, upTo(1, 10, 7), "R = 64"),
    // One chunk of its kernel.
    overD(GRAM, 256, upTo(1, 9, 7)),
    // One launch.
    overD(FIRST_HIT_WIDE, 8192, upTo(1, 10, 7), "8192 draws")
  ]
}
