/**
 * Whether a set of kernels agrees with the float64 reference: run by the tests, in the browser, and on a GPU machine before anything is timed.
 *
 * Inputs are random, adversarial (conditioning 10⁶, cancelling rows, huge and tiny magnitudes, logits far apart), empty, single, and of sizes that are multiples
 * of nothing. Dense kernels must keep the bounds of `reference.ts`, searches must give the same draw.
 */
import { Stream } from "../../src/numeric/stream.ts"
import { type Backend, type KernelSet, rows } from "../../src/kernel/backend.ts"
import {
  firstAccepted,
  firstHit,
  gram,
  pairDistances,
  quadraticForm,
  scores,
  tiltedSoftmax,
  tiltedSoftmaxBounds
} from "../../src/kernel/reference.ts"
import {
  gramBounds,
  pairDistanceBounds,
  quadraticFormBounds,
  quadraticFormRelativeBound,
  scoreBounds
} from "./error-bounds.ts"
import type { ConcreteResponses } from "../../src/instance/draw-table.ts"
import { acceptanceTie, pairTie } from "./tie-cases.ts"

/** How one kernel fared in one case. */
export interface Agreement {
  readonly kernel: keyof KernelSet
  readonly case: string
  /** Greatest |float32 − float64| as a share of what the reference allows; for searches 0 or Infinity. At most 1 where they agree. */
  readonly worst: number
}

/** Greatest |got − expected|/bound; Infinity at a wrong length, NaN or an infinity that is not expected. */
const worst = (got: Float32Array, expected: Float64Array, bound: (i: number) => number): number => {
  if (got.length !== expected.length) return Infinity
  let most = 0
  for (let i = 0; i < got.length; i++) {
    const off = got[i] === expected[i] ? 0 : Math.abs(got[i] - expected[i])
    const share = off === 0 ? 0 : off / bound(i)
    most = Number.isNaN(share) ? Infinity : Math.max(most, share)
  }
  return most
}

const float32 = (values: Float64Array): Float32Array => Float32Array.from(values)
const normals = (stream: Stream, n: number, scale = 1): Float64Array =>
  Float64Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - stream.next()))
    return scale * radius * Math.cos(2 * Math.PI * stream.next())
  })

/** d×d lower triangular with diagonal from 1 down to 1/√condition. */
const whiteningOf = (stream: Stream, d: number, condition: number): Float64Array => {
  const w = normals(stream, d * d, 0.3)
  for (let r = 0; r < d; r++) {
    w[r * d + r] = condition ** (-r / (2 * Math.max(1, d - 1)))
    for (let j = 0; j < d; j++) if (j > r) w[r * d + j] = 0
    for (let j = 0; j < r; j++) w[r * d + j] *= w[r * d + r]
  }
  return w
}

/** Shapes of the dense cases: N, d. Sizes of one dimension grow and shrink: gpu.js keeps what it made for the first. */
export type Shapes = ReadonlyArray<readonly [count: number, dimension: number]>
export const SHAPES: Shapes = [
  [0, 3],
  [1, 1],
  [1, 16],
  [3, 5],
  [257, 2],
  [20, 16],
  [1001, 16],
  [290, 16],
  [7, 16],
  [130, 17],
  [67, 66]
]

const denseCases = async (
  kernels: KernelSet,
  shapes: Shapes,
  note: (one: Agreement) => void,
  stream: Stream
): Promise<void> => {
  for (const [n, d] of shapes) {
    for (const hard of [false, true]) {
      const name = `${hard ? "adversarial" : "random"} N=${n} d=${d}`
      const features = normals(stream, n * d)
      if (hard) {
        // Rows that cancel, repeat, vanish or are large.
        for (let i = 0; i < n; i++) {
          const scale = [1, 1e-12, 1e12, 0][i % 4]
          for (let j = 0; j < d; j++)
            features[i * d + j] = scale * (j % 2 === 0 ? 1 : -1) * (1 + 1e-6 * features[i * d + j])
        }
      }
      const theta = hard ? Float64Array.from({ length: d }, (_, j) => 1 + 1e-7 * j) : normals(stream, d)
      const whitening = whiteningOf(stream, d, hard ? 1e6 : 10)
      const held = rows(float32(features), d)
      const s = scoreBounds(theta, features)
      note({
        kernel: "scores",
        case: name,
        worst: worst(await kernels.scores(float32(theta), held), scores(theta, features), (i) => s[i])
      })
      const q = quadraticFormBounds(whitening, features)
      const got = await kernels.quadraticForm(float32(whitening), held)
      note({
        kernel: "quadraticForm",
        case: name,
        worst: worst(got, quadraticForm(whitening, features), (i) => q[i])
      })
      // The bound from d and the condition number alone holds too, where that number is known: W diagonal.
      const condition = hard ? 1e6 : 10
      const diagonal = whitening.map((w, i) => (i % (d + 1) === 0 ? w : 0))
      const stated = quadraticFormRelativeBound(d, d === 1 ? 1 : condition)
      const exact = quadraticForm(diagonal, features)
      note({
        kernel: "quadraticForm",
        case: `${name}, condition ${condition}`,
        worst: worst(await kernels.quadraticForm(float32(diagonal), held), exact, (i) => stated * exact[i] + 2 ** -100)
      })
      const g = gramBounds(features, d)
      note({ kernel: "gram", case: name, worst: worst(await kernels.gram(held), gram(features, d), (i) => g[i]) })
      if (n > 300) continue
      const p = pairDistanceBounds(features, d)
      note({
        kernel: "pairDistances",
        case: name,
        worst: worst(await kernels.pairDistances(held), pairDistances(features, d), (i) => p[i])
      })
    }
  }
}

const softmaxCases = async (kernels: KernelSet, note: (one: Agreement) => void, stream: Stream): Promise<void> => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<number>, number]> = [
    ["no prompts", [], 1],
    ["sizes 1, 0, 5, 300, 17", [1, 0, 5, 300, 17], 3],
    // Where the bound is smallest: a wrong digit of the exponential shows.
    ["sizes 2, logits ±1", Array.from({ length: 60 }, () => 2), 0.3],
    ["logits ±80", [1, 33, 600], 40],
    ["logits ±2000", [4, 259], 1000]
  ]
  for (const [name, sizes, spread] of cases) {
    const offsets = new Int32Array(sizes.length + 1)
    sizes.forEach((size, x) => (offsets[x + 1] = offsets[x] + size))
    const n = offsets[sizes.length]
    const logits = normals(stream, n, spread)
    const reference = Float64Array.from({ length: n }, () => stream.next())
    // A response, and where there are several prompts a whole prompt, without mass.
    if (n > 5) reference[3] = 0
    if (sizes.length > 3) reference.fill(0, offsets[2], offsets[3])
    const law = tiltedSoftmax(logits, reference, offsets)
    const bounds = tiltedSoftmaxBounds(logits, reference, offsets)
    const got = await kernels.tiltedSoftmax(float32(logits), float32(reference), offsets)
    note({
      kernel: "tiltedSoftmax",
      case: `log Z, ${name}`,
      worst: worst(got.logNormaliser, law.logNormaliser, (x) => bounds.logNormaliser[x])
    })
    const promptOf = sizes.flatMap((size, x) => Array.from({ length: size }, () => x))
    note({
      kernel: "tiltedSoftmax",
      case: `law, ${name}`,
      worst: worst(
        got.probabilities,
        law.probabilities,
        (y) => bounds.probability[promptOf[y]] * law.probabilities[y] + 2 ** -126 * 4 * sizes[promptOf[y]]
      )
    })
  }
}

/** Prompts of these sizes with random masses; every response its own class row. */
const responsesOf = (stream: Stream, sizes: ReadonlyArray<number>): ConcreteResponses => {
  const offsets = new Int32Array(sizes.length + 1)
  sizes.forEach((size, x) => (offsets[x + 1] = offsets[x] + size))
  const n = offsets[sizes.length]
  return {
    offsets,
    reference: Float64Array.from({ length: n }, () => 0.01 + stream.next() ** 4),
    rowOf: Int32Array.from({ length: n }, (_, y) => y)
  }
}

const differing = (got: Int32Array, expected: Int32Array): number =>
  got.length === expected.length && got.every((value, i) => value === expected[i]) ? 0 : Infinity

const searchCases = async (kernels: KernelSet, note: (one: Agreement) => void, stream: Stream): Promise<void> => {
  // Narrow tables with powers of two and others, one with 256 columns, and wide ones.
  const responses = responsesOf(stream, [1, 2, 5, 16, 200, 256, 300, 1000])
  const count = responses.rowOf.length
  const prompts = Int32Array.from({ length: 45 }, (_, b) => b % 8)
  const keysOf = (): Int32Array =>
    Int32Array.from({ length: 2 * prompts.length }, () => Math.floor(stream.next() * 4294967296) | 0)
  for (const [d, nu, limit] of [
    [3, 4.5, 700],
    [16, 7.5, 300],
    [2, 0, 3],
    [4, 100, 65]
  ]) {
    const request = { responses, prompts, keys: keysOf(), limit, white: normals(stream, count * d), dimension: d, nu }
    note({
      kernel: "firstHit",
      case: `d=${d} nu=${nu} limit=${limit}`,
      worst: differing(await kernels.firstHit(request), firstHit(request))
    })
  }
  for (const [chance, limit] of [
    [0.01, 500],
    [0.9, 70],
    [0, 100]
  ]) {
    const accept = Float64Array.from({ length: count }, () => Math.min(1, chance * 2 * stream.next()))
    const request = { responses, prompts, keys: keysOf(), coinKeys: keysOf(), limit, accept }
    note({
      kernel: "firstAccepted",
      case: `chance=${chance} limit=${limit}`,
      worst: differing(await kernels.firstAccepted(request), firstAccepted(request))
    })
  }
  // Half words lie on a threshold in a hundredth of the pairs of 256 columns; about a third of all pairs pass.
  const often = {
    responses,
    prompts: new Int32Array(1500).fill(5),
    keys: Int32Array.from({ length: 3000 }, () => Math.floor(stream.next() * 4294967296) | 0),
    limit: 6,
    white: normals(stream, count * 2),
    dimension: 2,
    nu: 2
  }
  note({ kernel: "firstHit", case: "ties", worst: differing(await kernels.firstHit(often), firstHit(often)) })
  for (let seed = 0; seed < 12_000; seed += 1000) {
    const [pair, draw] = [pairTie(seed), acceptanceTie(seed)]
    note({
      kernel: "firstHit",
      case: `tie ${seed}`,
      worst: differing(await kernels.firstHit(pair), firstHit(pair))
    })
    note({
      kernel: "firstAccepted",
      case: `tie ${seed}`,
      worst: differing(await kernels.firstAccepted(draw), firstAccepted(draw))
    })
  }
  const none = { responses, prompts: new Int32Array(0), keys: new Int32Array(0), limit: 10 }
  const empty = await kernels.firstHit({ ...none, white: new Float64Array(count), dimension: 1, nu: 1 })
  note({ kernel: "firstHit", case: "no searches", worst: empty.length === 0 ? 0 : Infinity })
}

/**
 * Every case on every kernel. @param expected the backend that must have run.
 * @throws Error where another one ran, or a kernel's own error.
 */
export const agreement = async (
  kernels: KernelSet,
  expected: Backend,
  shapes: Shapes = SHAPES,
  seed = 1
): Promise<ReadonlyArray<Agreement>> => {
  const all: Array<Agreement> = []
  const stream = Stream.fromSeed(seed)
  const note = (one: Agreement): void => void all.push(one)
  await denseCases(kernels, shapes, note, stream)
  await softmaxCases(kernels, note, stream)
  await searchCases(kernels, note, stream)
  if (kernels.ran.backend !== expected)
    throw new Error(`${kernels.ran.backend} ran (${kernels.ran.fallback}), expected ${expected}`)
  return all
}

/** A line for each case that does not agree. */
export const disagreements = (all: ReadonlyArray<Agreement>): ReadonlyArray<string> =>
  all
    .filter(({ worst }) => !(worst <= 1))
    .map((one) => `${one.kernel}, ${one.case}: ${one.worst.toPrecision(3)} times what is allowed`)
